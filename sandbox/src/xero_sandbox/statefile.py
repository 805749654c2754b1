"""The state file: everything a sandbox remembers, written whole.

The file is a line of text naming the format, followed by a pickle of ``state.State``. It is
written to a neighbour, synced and renamed, so a crash leaves the old file or the new one.
Reading it builds values of this package and a few of the standard library only; anything else in
the file is refused, because a pickle could run code.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from xero_sandbox.state import State

if sys.platform != "win32":
    import fcntl

FORMAT: Final = b"xero_sandbox state 3\n"

_PACKAGE: Final = "xero_sandbox."
_ALLOWED: Final = frozenset(
    {
        ("builtins", "set"),
        ("builtins", "frozenset"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("copyreg", "_reconstructor"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("random", "Random"),
    }
)


class NotAState(Exception):
    """A file that this version cannot read as a sandbox's state."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is not a state of this xero_sandbox: {why}")


class InUse(Exception):
    """A state file that another process keeps."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is kept by another sandbox (process {holder or 'unknown'})")


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep every other process from the state in ``path``, until the block or the process ends.

    The lock lies on a neighbour that stays there, because the file itself is replaced at each
    writing. Raises ``InUse`` where another holds it, and ``OSError``. Windows has no such lock.
    """
    if sys.platform == "win32":
        yield
        return
    beside = path.with_name(path.name + ".lock")
    handle = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(path, os.read(handle, 20).decode("ascii", "replace").strip()) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        """Return a class that a state may hold; everything else is refused."""
        dotted = "." in name
        if not dotted and (module.startswith(_PACKAGE) or (module, name) in _ALLOWED):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it holds {module}.{name}")


def dump(state: State) -> bytes:
    """Return ``state`` as the file's bytes."""
    return FORMAT + pickle.dumps(state, protocol=5)


def write(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``path``; readable by its owner only, as it holds tokens."""
    beside = path.with_name(path.name + ".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read(path: Path) -> State:
    """Return the state as it was written.

    Raises ``NotAState`` for another file and ``OSError`` when it cannot be read.
    """
    data = path.read_bytes()
    if not data.startswith(FORMAT):
        raise NotAState(path, "it does not begin with the format's name")
    try:
        state = _Reader(io.BytesIO(data[len(FORMAT) :])).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, TypeError) as error:
        raise NotAState(path, str(error)) from error
    if not isinstance(state, State):
        raise NotAState(path, "it holds something else")
    return state
