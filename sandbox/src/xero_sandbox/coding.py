"""Content codings: gzip on the way in and on the way out.

This is the business of the servers in front of Xero, so the sandbox's own answers, and those kept
under idempotency keys, are plain.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from typing import Final

from xero_sandbox import refusals
from xero_sandbox.wire import Answer, Request

# Not verified, see gzip.
SMALLEST_PACKED: Final = 1_000
_FASTEST: Final = 1
_GZIP: Final = 16 + zlib.MAX_WBITS


def unpacked(request: Request, largest: int) -> Request | Answer:
    """Return ``request`` with its body unpacked, or the refusal of a body that is not as it says.

    A body of more than ``largest`` bytes is refused before it is whole: a small one can unpack to
    gigabytes.
    """
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        return request
    if coding not in {"gzip", "x-gzip"}:
        return refusals.unknown_coding()
    try:
        body = _inflated(request.body, largest)
    except zlib.error:
        return refusals.broken_coding()
    return refusals.too_large() if body is None else replace(request, body=body)


def packed(answer: Answer, accepted: str) -> Answer:
    """Return ``answer`` packed if it is long and ``accepted`` (Accept-Encoding) names gzip."""
    if len(answer.body) < SMALLEST_PACKED:
        return answer
    headers = {**answer.headers, "Vary": "Accept-Encoding"}
    if not _takes_gzip(accepted):
        return Answer(answer.status, headers, answer.body)
    body = gzip.compress(answer.body, _FASTEST, mtime=0)
    return Answer(answer.status, {**headers, "Content-Encoding": "gzip"}, body)


def _inflated(body: bytes, largest: int) -> bytes | None:
    inflater = zlib.decompressobj(_GZIP)
    plain = inflater.decompress(body, largest + 1)
    if len(plain) > largest:
        return None
    if not inflater.eof:
        raise zlib.error("the body ends early")
    return plain


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
