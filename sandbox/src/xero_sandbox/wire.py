"""What travels: requests, answers, and the call that reaches an organisation's books.

Nothing here knows a socket. The ASGI adapter and an in-process simulation both make
``Request`` values and both receive ``Answer`` values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")

JSON_TYPE = "application/json; charset=utf-8"
_KEPT_ESCAPE = re.compile("%(?=25|2f)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it reached us.

    ``path`` is as ``decoded_path`` gives it ("/api.xro/2.0/Invoices"); ``query`` keeps the keys
    as sent, the last value of a repeated key wins; header names are lower case.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: status, headers as they will be sent, and the exact bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """An admitted Accounting request, as an organisation's books see it.

    ``segments`` is the path after ``/api.xro/2.0/`` split at slashes ("Invoices", "{id}").
    ``query`` is asked by the documented names. ``client_id`` is the app that calls.
    """

    method: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    client_id: str


class AnyCase(Mapping[str, str]):
    """Query parameters under their names in any case; of two spellings the last one counts."""

    # Not verified, see query-name-case.
    def __init__(self, sent: Mapping[str, str]) -> None:
        self._texts = {name.casefold(): text for name, text in sent.items()}

    def __getitem__(self, name: str) -> str:
        """Return the text sent for ``name``."""
        return self._texts[name.casefold()]

    def __iter__(self) -> Iterator[str]:
        """Yield the names in lower case."""
        return iter(self._texts)

    def __len__(self) -> int:
        """Return how many names were sent."""
        return len(self._texts)


@dataclass(frozen=True, slots=True)
class Handled:
    """What the books did: the answer, and the ids of all objects created or changed."""

    answer: Answer
    applied: tuple[str, ...] = ()


def decoded_path(raw: str) -> str:
    """Return a path without its percent escapes, except those of "/" and of "%" itself.

    So a slash inside a document's number does not end a segment; ``segment`` decodes the rest.
    """
    return unquote(_KEPT_ESCAPE.sub("%25", raw))


def segment(part: str) -> str:
    """Return one part of a ``decoded_path`` as the caller meant it."""
    return unquote(part)


def encode(value: object) -> bytes:
    """Return ``value`` as JSON bytes; a Decimal becomes a JSON number with its own digits."""
    return _ENCODER.encode(value)


def json_answer(status: int, value: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a JSON answer; ``value`` that is bytes already is taken as encoded JSON."""
    body = value if isinstance(value, bytes) else encode(value)
    return Answer(status, {"Content-Type": JSON_TYPE, **(headers or {})}, body)


def text_answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a plain-text answer, as Xero's outage pages are (facts: Xero API section 3.4)."""
    given = headers or {}
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8", **given}, text.encode())


def empty_answer(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer without a body, as Xero's 204 and 429 are."""
    return Answer(status, dict(headers or {}), b"")
