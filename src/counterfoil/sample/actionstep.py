"""What the sample firm's Actionstep tells of its month: some bills that its file has too, one more.

Rows by resource, in the form that the simulator reads.
"""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import Final

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import Bill
from counterfoil.sample.month import FIRST_DAY, LAST_DAY, month

BOTH: Final = 3
"""Bills that the file has as well."""
NEW: Final = "HV-ACTIONSTEP"
RULE: Final = ("--income", "4-1000", "--taxed", "GST", "--from", FIRST_DAY.isoformat())
"""Where the firm's bills without lines go."""
Rows = dict[str, list[dict[str, object]]]


def rows() -> Rows:
    """Return the contact, the matter, and the bills."""
    known = islice((one for one in month() if isinstance(one, Bill)), BOTH)
    told = [(one.number, one.date, one.total, one.tax) for one in known]
    told.append((NEW, LAST_DAY, 660_00, 60_00))
    return {
        "participants": [{"id": 1, "displayName": "Harbour Street Bakery Pty Ltd"}],
        "actions": [{"id": 2, "name": "Lease of 12 Harbour Street", "reference": "2026-0901"}],
        "bills": [_bill(place, *one) for place, one in enumerate(told, 10)],
    }


def _bill(place: int, number: str, day: dt.date, total: int, tax: int) -> dict[str, object]:
    return {
        "id": place,
        "status": "Open",
        "ourReference": number,
        "invoiceDate": day.isoformat(),
        "totalInclusive": money_text(total),
        "totalExclusive": money_text(total - tax),
        "totalSalesTax": money_text(tax),
        "totalPaid": "0.00",
        "totalDue": money_text(total),
        "links": {"theirParticipant": "1", "action": ["2"]},
    }
