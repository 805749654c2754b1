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
    """Return whose the bills are, of which matters, and the bills."""
    known = list(islice((one for one in month() if isinstance(one, Bill)), BOTH))
    told = [(one.number, one.date, one.total, one.tax, place) for place, one in enumerate(known, 1)]
    told.append((NEW, LAST_DAY, 660_00, 60_00, 1))
    return {
        "participants": [
            {"id": place, "displayName": one.client.name} for place, one in enumerate(known, 1)
        ],
        "actions": [_matter(place, one) for place, one in enumerate(known, 1)],
        "bills": [_bill(place, *one) for place, one in enumerate(told, 10)],
    }


def _matter(place: int, bill: Bill) -> dict[str, object]:
    assert bill.matter is not None
    return {"id": place, "name": bill.matter.name or "", "reference": bill.matter.number}


def _bill(
    place: int, number: str, day: dt.date, total: int, tax: int, whose: int
) -> dict[str, object]:
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
        "links": {"theirParticipant": str(whose), "action": [str(whose)]},
    }
