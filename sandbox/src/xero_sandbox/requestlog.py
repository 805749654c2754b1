"""What was asked and what became of it, for GET /_sandbox/requests."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from xero_sandbox.wire import Request

MOST_ROWS = 20_000
MOST_BODY_BYTES = 64 * 1024 * 1024

_HIDDEN = "[hidden]"


@dataclass(frozen=True, slots=True)
class Row:
    """One request with its outcome; ``status`` is None where the connection was cut."""

    seq: int
    at: datetime
    request: Request
    status: int | None
    fault: str | None = None
    applied: tuple[str, ...] = ()

    def shown(self) -> dict[str, object]:
        """Return the row as the control route gives it, without credentials."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "method": self.request.method,
            "path": self.request.path,
            "query": dict(self.request.query),
            "headers": {name: _shown(name, text) for name, text in self.request.headers.items()},
            "body": self._body(),
            "status": self.status,
            "fault": self.fault,
            "applied": list(self.applied),
        }

    def _body(self) -> str:
        # Token requests carry secrets, and a log of them helps nobody.
        if "/connect/" in self.request.path.lower():
            return _HIDDEN if self.request.body else ""
        return self.request.body.decode("utf-8", errors="replace")


@dataclass(slots=True)
class RequestLog:
    """The newest rows; the oldest go when there are too many or their bodies weigh too much."""

    rows: deque[Row] = field(default_factory=deque)
    numbered: int = 0
    weight: int = 0

    def number(self) -> int:
        """Return the next sequence number, counted in the order of arrival."""
        self.numbered += 1
        return self.numbered

    def add(self, row: Row) -> None:
        """Keep ``row``, in the order of outcomes."""
        self.rows.append(row)
        self.weight += len(row.request.body)
        while len(self.rows) > MOST_ROWS or self.weight > MOST_BODY_BYTES:
            self.weight -= len(self.rows.popleft().request.body)

    def listing(self) -> list[dict[str, object]]:
        """Return all kept rows by sequence number."""
        return [row.shown() for row in sorted(self.rows, key=lambda row: row.seq)]


def _shown(name: str, text: str) -> str:
    if name in {"authorization", "cookie"}:
        return f"{text.partition(' ')[0]} {_HIDDEN}"
    return text
