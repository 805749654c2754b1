"""A pytest plugin that runs the tests once as things are, then for every mutant in a fork.

What a module's import made is there already, so that a fork only gives the living functions their
changed code and runs the tests that came through them: first those that killed others there.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import FrameType
from typing import cast

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.making import Mutant, Source
from tests.mutation.swapping import Living

LEAST_SECONDS = 10
SLOWER = 5
"""How many times as long as before tests may take, before a mutant is taken to run for ever."""
MORE_MEMORY = 2 << 30
"""Bytes that a mutant may take beyond what the tests had taken."""


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    """A test failed."""
    TIMED_OUT = "timed out"
    """The tests did not come to their end."""
    SURVIVED = "survived"
    """Every test passed."""
    UNREACHED = "unreached"
    """No test comes to its function."""
    OPEN = "open"
    """It cannot be judged without importing its module anew."""


@dataclass(slots=True)
class Tried:
    """What a first run tells: a fate for each mutant of each file, and its tests by function."""

    fates: dict[str, list[Fate]] = field(default_factory=dict)
    tests: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    fault: str = ""


class Trial:
    """The plugin: give it to ``pytest.main``, and read ``tried`` afterwards."""

    def __init__(self, sources: Sequence[Source], progress: Callable[[], None]) -> None:
        self.tried = Tried()
        self._sources = sources
        self._progress = progress
        self._bodies = {source.path: source.bodies() for source in sources}
        self._reached: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._now = ""
        self._seconds: dict[str, float] = {}
        self._calls: Counter[str] = Counter()
        self._killers: dict[int | None, Counter[str]] = defaultdict(Counter)

    def watch(self) -> None:
        """Note from now on which functions are called, and by which test."""
        sys.settrace(self._note)

    def _note(self, frame: FrameType, _event: str, _arg: object) -> None:
        code = frame.f_code
        bodies = self._bodies.get(code.co_filename)
        if bodies is not None:
            body = bodies.get(code.co_firstlineno)
            if body is not None:
                self._reached[code.co_filename, body].add(self._now)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        if session.testsfailed:
            self.tried.fault = "the tests cannot be collected"
            return True
        self._as_they_are(session)
        sys.settrace(None)
        # Who calls little has been written for it, and fails the soonest.
        self._calls.update(test for by in self._reached.values() for test in by)
        # What is called while modules are imported may show in any test.
        self.tried.tests = {
            where: sorted(by) for where, by in self._reached.items() if "" not in by
        }
        if not self.tried.fault:
            for source in self._sources:
                self._try(source, session)
        return True

    def _as_they_are(self, session: pytest.Session) -> None:
        living = Living("")
        for item in session.items:
            living.forget()
            self._now, began = item.nodeid, time.monotonic()
            if not _passes(item, session):
                self.tried.fault = f"{item.nodeid} fails as things are"
                return
            self._seconds[item.nodeid] = time.monotonic() - began
        self._now = ""
        self._once_more(session)

    def _once_more(self, session: pytest.Session) -> None:
        """See that no test fails in a fork, and after others, of which nothing was changed."""

        def again() -> int:
            fail = (at for at, item in enumerate(session.items) if not _passes(item, session))
            return min(next(fail, -1), _LAST) + 1

        failed = in_fork(again, LEAST_SECONDS + SLOWER * sum(self._seconds.values()))
        if failed != 0:
            self.tried.fault = f"test {failed} of {len(session.items)} fails when it runs again"

    def _try(self, source: Source, session: pytest.Session) -> None:
        living = Living(source.path)
        fates = self.tried.fates[source.path] = []
        for mutant in source.mutants:
            fates.append(self._fate(source, mutant, living, session))
            self._progress()

    def _fate(
        self, source: Source, mutant: Mutant, living: Living, session: pytest.Session
    ) -> Fate:
        constants = source.constants(mutant)
        if mutant.body is None and constants is None:
            return Fate.OPEN
        by = self._reached.get((source.path, mutant.body or 0), set())
        if mutant.body is not None and not by:
            return Fate.UNREACHED
        items = [one for one in session.items if constants is not None or one.nodeid in by]
        killers = self._killers[mutant.body]
        items.sort(key=lambda one: (-killers[one.nodeid], self._calls[one.nodeid]))
        code = source.changed(mutant)

        def judge() -> int:
            if constants is not None:
                living.assign(constants)
            elif not living.swap(code, mutant.body or 0):
                return _CANNOT_TELL
            for index, item in enumerate(items):
                if not _passes(item, session):
                    return min(index, _LAST) + 1
            return 0

        seconds = sum(self._seconds[item.nodeid] for item in items)
        status = in_fork(judge, LEAST_SECONDS + SLOWER * seconds)
        if status in {0, _CANNOT_TELL}:
            # What was called while modules were imported left something that was not changed.
            sure = status == 0 and constants is None and "" not in by
            return Fate.SURVIVED if sure else Fate.OPEN
        if status is not None and status <= _LAST:
            killers[items[status - 1].nodeid] += 1
        return Fate.TIMED_OUT if status is None else Fate.KILLED


_LAST, _CANNOT_TELL = 200, 255


def _passes(item: pytest.Item, session: pytest.Session) -> bool:
    """Run one test, and keep what was set up for the whole session."""
    # Of the test that comes next pytest asks only which of its collectors stay set up.
    following = cast("pytest.Item", session)
    reports = runtestprotocol(item, log=False, nextitem=following)
    return not any(report.failed for report in reports)


def in_fork(judge: Callable[[], int], seconds: float) -> int | None:
    """Return what a function returns in a process of its own; None if it takes longer, or ends it.

    The process has no more time than ``seconds``, and no more memory than it needs.
    """
    pid = os.fork()
    if pid == 0:
        status = _LAST + 1
        try:
            _bound(seconds)
            status = judge()
        finally:
            os._exit(status)
    _, ended = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(ended) if os.WIFEXITED(ended) else None


def _bound(seconds: float) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- no file, but a figure
        pages = int(file.read().split()[0])
    most = pages * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
