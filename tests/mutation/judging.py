"""One group of modules judged: in forks where that can be told, else by importing them anew."""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import EnumMeta
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import TypeVar

import django
import pytest

from tests.mutation.making import Mutant, Source
from tests.mutation.replacing import Enums
from tests.mutation.running import Fate, Trial, Tried, in_fork
from tests.mutation.table import CODE, Group

Told = TypeVar("Told")

OPTIONS = ("-q", "-p", "no:cacheprovider", "-m", "not soak and not postgres and not browser")
ANEW_SECONDS = 240
KEPT_READY = ("django.test", "cryptography.hazmat.primitives.ciphers.aead", "msgspec")
"""Packages that are slow to import, and know nothing of the code that is changed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant, of a module named by its path under the package, and what became of it."""

    module: str
    where: str
    line: int
    was: str
    becomes: str
    fate: Fate

    @property
    def name(self) -> tuple[str, str, str]:
        """What an explanation names it by."""
        return self.where, self.was, self.becomes


class Unfit(Exception):
    """The tests fail before anything is changed; the message says which."""


def source_of(module: str) -> Source:
    """Read a module, with the enumerations that it knows."""
    return _read(module, _enums(module))


def _read(module: str, enums: Enums) -> Source:
    path = CODE / module
    return Source(path.read_text("utf-8"), str(path), enums)


def _enums(module: str) -> dict[str, list[str]]:
    if module.startswith("web/"):
        importlib.import_module("tests.own_home")  # whose settings keep off the machine's
        django.setup()
    name = ".".join(("counterfoil", *Path(module).with_suffix("").parts))
    known = vars(importlib.import_module(name.removesuffix(".__init__")))
    return {each: list(one.__members__) for each, one in known.items() if isinstance(one, EnumMeta)}


def judge(group: Group, progress: Callable[[str], None]) -> list[Judged]:
    """Return what became of every mutant of a group. Raises ``Unfit``.

    The process must not have imported the modules: each of them may have to be imported changed.
    """
    for name in KEPT_READY:
        importlib.import_module(name)
    read = {name: _read(name, apart(partial(_enums, name))) for name in group.modules}
    for source in read.values():
        source.keep(group.only)
    tried = apart(lambda: _first_trial(group, list(read.values()), progress))
    if tried.fault:
        raise Unfit(tried.fault)
    return [
        Judged(
            module,
            *(mutant.where, mutant.line, mutant.was, mutant.becomes),
            _settled(group, source, mutant, fate, tried, progress),
        )
        for module, source in read.items()
        for mutant, fate in zip(source.mutants, tried.fates[source.path], strict=True)
    ]


def _first_trial(group: Group, read: Sequence[Source], progress: Callable[[str], None]) -> Tried:
    trial = Trial(read, lambda: progress("."))
    trial.watch()
    status = pytest.main([*OPTIONS, *group.tests], plugins=[trial])
    if status != pytest.ExitCode.OK and not trial.tried.fault:
        trial.tried.fault = f"pytest ended with {status!r}"
    return trial.tried


def _settled(
    group: Group,
    source: Source,
    mutant: Mutant,
    fate: Fate,
    tried: Tried,
    progress: Callable[[str], None],
) -> Fate:
    if fate is not Fate.OPEN:
        return fate
    tests = tried.tests.get((source.path, mutant.body or 0), []) or list(group.tests)
    found = _anew(source.path, source.changed(mutant), tests)
    progress("S" if found is Fate.SURVIVED else ":")
    return found


def _anew(path: str, code: CodeType, tests: Sequence[str]) -> Fate:
    """Run tests in a process that imports a module as it was changed."""

    def run() -> int:
        _import_instead(path, code)
        return int(pytest.main(["-x", *OPTIONS, *tests]))

    status = in_fork(run, ANEW_SECONDS)
    if status == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise Unfit(f"no test is left of {' '.join(tests)}")
    return {0: Fate.SURVIVED, None: Fate.TIMED_OUT}.get(status, Fate.KILLED)


def _import_instead(path: str, code: CodeType) -> None:
    usual = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return code if self.path == path else usual(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]


def apart(function: Callable[[], Told]) -> Told:
    """Return what a function returns in a process of its own, which leaves nothing behind here."""
    with tempfile.TemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                pickle.dump(function(), file)
                file.flush()
                status = 0
            finally:
                sys.stdout.flush()
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        if status:
            raise Unfit(f"a process ended with {os.waitstatus_to_exitcode(status)}")
        file.seek(0)
        told: Told = pickle.load(file)
        return told
