"""The log beside a state file: what was asked since the file was written, in order.

The sandbox is told every time and draws every id from its own source, so the same calls at the
same times give the same answers and the same books. Replaying the log therefore brings back what
was answered, to the last id. A call is written down after it was performed and before its answer
goes out; a process that is killed loses no answered call.

Each record is its length, its checksum and its content. The last one may be torn by a kill, and is
then left out, as nobody has had its answer. A wrong checksum before that is damage.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from struct import Struct as Packing
from typing import Final

import msgspec

from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.statefile import NotAState
from xero_sandbox.wire import Request

_HEAD: Final = Packing("<II")


class Session(msgspec.Struct, frozen=True, array_like=True, tag="session"):
    """The first record: which writing of the state file the log follows, and the flags in force."""

    follows: int
    base_url: str
    latency: timedelta
    limits: bool
    key_in_process: KeyInProcess


class Arrived(msgspec.Struct, frozen=True, array_like=True, tag="arrived"):
    """A call that was admitted or refused at ``at``."""

    call: int
    at: datetime
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def request(self) -> Request:
        """The request as it came."""
        return Request(self.method, self.path, self.query, self.headers, self.body)


class Done(msgspec.Struct, frozen=True, array_like=True, tag="done"):
    """The work of an admitted call, at ``at``."""

    call: int
    at: datetime


Entry = Session | Arrived | Done

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final[msgspec.msgpack.Decoder[Entry]] = msgspec.msgpack.Decoder(Entry)


class Log:
    """A log open for writing; readable by its owner only, as it holds tokens."""

    def __init__(self, path: Path, session: Session) -> None:
        """Begin ``path`` anew with ``session``."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        # No buffer of our own: what is written survives this process, if not a power cut.
        self._file = os.fdopen(handle, "wb", buffering=0)
        self.size = 0
        self.append(session)

    def append(self, entry: Entry) -> None:
        """Write one record."""
        content = _ENCODER.encode(entry)
        record = memoryview(_HEAD.pack(len(content), zlib.crc32(content)) + content)
        self.size += len(record)
        while record:
            record = record[self._file.write(record) :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def entries(path: Path) -> Iterator[Entry]:
    """Return the records of a log, without a torn last one.

    Raises ``NotAState`` where it is damaged and ``OSError`` when it cannot be read.
    """
    with path.open("rb") as file:
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum = _HEAD.unpack(head)
            content = file.read(length)
            if len(content) < length:
                return
            if not content or zlib.crc32(content) != checksum:
                raise NotAState(path, f"its record before byte {file.tell()} is damaged")
            yield _read(path, content)


def _read(path: Path, content: bytes) -> Entry:
    try:
        return _DECODER.decode(content)
    except msgspec.DecodeError as error:
        raise NotAState(path, str(error)) from error
