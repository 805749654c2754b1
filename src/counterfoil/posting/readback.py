"""What Xero holds now of what was posted, as far as a reconciliation needs it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

ENDED = frozenset({"VOIDED", "DELETED"})
"""Statuses of objects that count for nothing any more."""


class InXero(NamedTuple):
    """An object as Xero holds it. ``total`` is in hundredths, None where it has none.

    ``name`` is its number or, where it has none, its reference; ``date`` is None where it has none
    of its own, as an allocation.
    """

    xero_id: str
    resource: str
    name: str
    status: str
    total: int | None
    date: dt.date | None = None

    @property
    def counts(self) -> bool:
        """Whether it has any effect."""
        return self.status not in ENDED
