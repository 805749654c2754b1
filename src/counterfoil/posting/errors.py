"""What can end a drain, sorted by what to do next.

    Ended
    ├── LimitReached     wait until the time it carries, then go on
    ├── NotConnected     a person connects again; the queue stays
    ├── AskedToStop      a person said so; what is in flight has been waited for, within reason
    └── XeroUnavailable  try again later; nothing is known to be wrong on our side

A lost lease is ``outbox.FenceLost``: somebody else is posting, and there is nothing to do.
"""

from __future__ import annotations

import datetime as dt


class Ended(Exception):
    """The drain ends here; what is queued stays queued."""

    stopped_by: str | None = None


class LimitReached(Ended):
    """One of Xero's limits is used up."""

    def __init__(self, limit: str, until: dt.datetime) -> None:
        """``limit`` is ``minute``, ``day`` or ``concurrent``."""
        super().__init__(f"Xero's {limit} limit is used up until {until:%d %b %Y, %H:%M:%S} UTC")
        self.stopped_by = limit
        self.until = until


class NotConnected(Ended):
    """There is no living connection to Xero."""

    stopped_by = "connection"

    def __init__(self, reason: str) -> None:
        """``reason`` is for people."""
        super().__init__(reason or "the firm is not connected to Xero")


class AskedToStop(Ended):
    """A person, or the machine, asked the drain to stop."""

    stopped_by = "request"


class XeroUnavailable(Ended):
    """Xero could not be reached, or answered nothing that can be used."""

    stopped_by = "xero"
