"""What travels between us and Xero's three hosts, as values without secrets in their ``repr``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Pairs = tuple[tuple[str, str], ...]
"""Names and values in their order, as a query or a form has them."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP call: an absolute address, the query apart, and the exact bytes of the body.

    Headers may carry the client's secret or a token, and the body a code or a refresh token;
    neither shows in ``repr``.
    """

    method: str
    url: str
    query: Pairs = ()
    headers: Pairs = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back whole: status, headers by lower-case name, body.

    ``took`` is in seconds, from the first byte sent to the last received.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    took: float = 0.0

    @property
    def correlation_id(self) -> str:
        """Xero's own name of the call, which its support asks for."""
        return self.headers.get("xero-correlation-id", "")


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No usable answer came. ``sent`` tells whether anything may have reached Xero."""

    reason: str
    sent: bool
