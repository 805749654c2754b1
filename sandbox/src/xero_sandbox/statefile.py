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
from pathlib import Path
from typing import Final

from xero_sandbox.state import State

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
