"""One request's visit to an organisation: who is asked, when, and what it left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from xero_sandbox.books.values import EPOCH_DAY

if TYPE_CHECKING:
    from datetime import datetime

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.wire import Call

_BASE_DAY_SECONDS = 86_400


@dataclass(slots=True)
class Visit:
    """What the resources need to answer one call.

    ``now`` is milliseconds since 1970 UTC; ``today`` the day ordinal at the organisation's own
    place; ``four_decimals`` whether ``unitdp=4`` was asked for. ``applied`` collects the ids of
    the objects that this request created or changed itself, and of contacts it made on the way.
    """

    organisation: Organisation
    call: Call
    now: int
    today: int
    four_decimals: bool
    summarise: bool
    applied: list[str] = field(default_factory=list)

    def new_id(self) -> str:
        """Return the organisation's next GUID."""
        return self.organisation.ids.uuid()


# Not verified, see summarise-default.
# Not verified, see unitdp-values.
def begin(organisation: Organisation, call: Call, now: datetime) -> Visit:
    """Return the visit that ``call`` makes at ``now``."""
    milliseconds = int(now.timestamp() * 1000)
    organisation.ledger.now = milliseconds
    local = now + timedelta(minutes=organisation.chart.offset_minutes)
    return Visit(
        organisation,
        call,
        milliseconds,
        EPOCH_DAY + int(local.timestamp() // _BASE_DAY_SECONDS),
        call.query.get("unitdp") == "4",
        call.query.get("summarizeErrors", "true").lower() != "false",
    )
