"""A sandbox that survives its process: a state file, and a log of what was asked since."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Final

from xero_sandbox import books, statefile
from xero_sandbox.journal import Arrived, Done, Entry, Log, Session, entries
from xero_sandbox.sandbox import CONTROL, Admitted, Handle, Outcome, Sandbox
from xero_sandbox.state import State
from xero_sandbox.statefile import NotAState
from xero_sandbox.wire import Answer, Request

# The file is written anew when replaying the log would take as long as this many writings of it,
# or these seconds where writing is quick; so starting stays quick and writing stays the exception.
_WRITINGS: Final = 5
_SECONDS: Final = 2.0
_LARGEST_LOG: Final = 256 * 1024 * 1024


class Kept:
    """A sandbox that writes down each call before its answer goes out.

    It is used like the sandbox itself. ``begin`` has to come first.
    """

    def __init__(self, sandbox: Sandbox, path: Path) -> None:
        self._sandbox = sandbox
        self._path = path
        self._log: Log | None = None
        self._calls = 0
        self._open: dict[int, tuple[Admitted, int]] = {}
        self._worked = 0.0
        self._writing = 0.0

    @property
    def latency(self) -> timedelta:
        """What is added to every answer."""
        return self._sandbox.latency

    def time(self, now: datetime) -> datetime:
        """Return the sandbox's own time at ``now``."""
        return self._sandbox.time(now)

    @property
    def base_url(self) -> str:
        """The address of the server."""
        return self._sandbox.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._sandbox.base_url = url

    def begin(self) -> None:
        """Write the file with everything so far, and begin a log. Raises ``OSError``."""
        begun = time.perf_counter()
        self._sandbox.state.written += 1
        statefile.write(self._path, statefile.dump(self._sandbox.state))
        self.close()
        self._log = Log(log_of(self._path), _session(self._sandbox))
        self._writing = time.perf_counter() - begun
        self._worked = 0.0

    def end(self) -> None:
        """Write the file a last time. Raises ``OSError``; the log then still has everything."""
        self.begin()
        self.close()

    def close(self) -> None:
        """Close the log, as it is."""
        if self._log is not None:
            self._log.close()

    def admit(self, request: Request, now: datetime) -> Admitted | Answer:
        """Admit as the sandbox does, and write the call down."""
        admitted = self._sandbox.admit(request, now)
        if _changes_nothing(request):
            return admitted
        self._calls += 1
        if isinstance(admitted, Admitted):
            self._open[id(admitted)] = (admitted, self._calls)
        self._write(_arrived(self._calls, request, now))
        return admitted

    def turned_away(self, request: Request, answer: Answer, now: datetime) -> Answer:
        """Answer as the sandbox does; it changes nothing, so nothing is written down."""
        return self._sandbox.turned_away(request, answer, now)

    def perform(self, admitted: Admitted, now: datetime) -> Outcome:
        """Perform as the sandbox does, and write down that it is done."""
        begun, worked = time.perf_counter(), self._worked
        _, call = self._open.pop(id(admitted), (None, None))
        # Stands if the work fails: what that left half done is in no record, so the file has to be.
        self._worked = inf
        outcome = self._sandbox.perform(admitted, now)
        if call is not None:
            self._write(Done(call, now))
        self._worked = worked + time.perf_counter() - begun
        self._write_anew_if_due()
        return outcome

    def _write(self, entry: Entry) -> None:
        assert self._log is not None
        self._log.append(entry)

    def _write_anew_if_due(self) -> None:
        """Write the file, but not between the two halves of a call: those would lose each other."""
        assert self._log is not None
        due = self._worked > max(_SECONDS, _WRITINGS * self._writing)
        if not self._open and (due or self._log.size > _LARGEST_LOG):
            self.begin()


def log_of(path: Path) -> Path:
    """Return the log that lies beside the state file ``path``."""
    return path.with_name(path.name + ".log")


def restored(path: Path, handle: Handle = books.handle) -> State:
    """Return the state kept in ``path`` with everything that its log adds.

    Calls whose work was not done are not part of it. Raises ``NotAState`` for files that this
    version cannot read and ``OSError``.
    """
    state = statefile.read(path)
    log = log_of(path)
    if log.exists():
        found = entries(log)
        session = next(found, None)
        # A log older than the file is what a kill left between the two writings.
        if isinstance(session, Session) and session.follows == state.written:
            state = _replay(path, state, session, found, handle)
    state.limiter.flights.clear()
    state.keys.drop_unanswered()
    return state


def _replay(
    path: Path, state: State, session: Session, found: Iterable[Entry], handle: Handle
) -> State:
    sandbox = Sandbox(
        limits=session.limits,
        key_in_process=session.key_in_process,
        handle=handle,
        base_url=session.base_url,
        latency=session.latency,
        state=state,
    )
    admitted: dict[int, Admitted] = {}
    for entry in found:
        match entry:
            case Arrived():
                arrived = sandbox.admit(entry.request, entry.at)
                if isinstance(arrived, Admitted):
                    admitted[entry.call] = arrived
            case Done() if entry.call in admitted:
                sandbox.perform(admitted.pop(entry.call), entry.at)
            case _:
                raise NotAState(log_of(path), "its records do not follow each other")
    return sandbox.state


def _session(sandbox: Sandbox) -> Session:
    state = sandbox.state
    return Session(
        state.written,
        sandbox.base_url,
        sandbox.latency,
        state.limiter.enforced,
        state.key_in_process,
    )


def _arrived(call: int, request: Request, now: datetime) -> Arrived:
    return Arrived(
        call,
        now,
        request.method,
        request.path,
        dict(request.query),
        dict(request.headers),
        request.body,
    )


def _changes_nothing(request: Request) -> bool:
    return request.method == "GET" and request.path.startswith(CONTROL)
