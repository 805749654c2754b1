"""What binds a call into the record: its body's hash, and all that an inspector reads beside it.

The event of a call bears its seal as witness, so that the chain covers it. Versions of the program
before the second seal had the SHA-256 of the body alone as witness; their rows have no seal, and
none can be taken from a row or given to one, because the witness stays what it was.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

REQUEST: Final = "request 2"
ANSWER: Final = "answer 2"
"""The first word of what is hashed: whose seal it is, and which version of it."""
MARK: Final = "2:"
"""What a seal begins with, and no SHA-256 does: neither passes for the other."""
LENGTH: Final = 64
"""Characters of a seal: as many as a SHA-256 has, of which it leaves out the last two digits."""


def of_request(
    key: str, method: str, path: str, query: Iterable[Iterable[str]], at: str, body_sha256: str
) -> str:
    """Return the seal of a request; ``at`` is when it was written down, as ``audit.moment``."""
    pairs = [list(pair) for pair in query]
    return _sealed(REQUEST, key, method, path, pairs, at, body_sha256)


def of_answer(
    key: str, at: str, status: int, correlation_id: str, *, late: bool, body_sha256: str
) -> str:
    """Return the seal of an answer; ``key`` is that of the request it came back for."""
    return _sealed(ANSWER, key, at, status, correlation_id, late, body_sha256)


def _sealed(*what: object) -> str:
    written = json.dumps(what, separators=(",", ":")).encode("ascii")
    return f"{MARK}{hashlib.sha256(written).hexdigest()}"[:LENGTH]
