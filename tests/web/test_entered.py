"""What of the daybook counts when both sides are held against each other."""

from __future__ import annotations

import datetime as dt
import io

from counterfoil.web.services import importing
from counterfoil.web.services.reconciling import reconciliation
from tests.cli.scene import json_lines, trust_receipt
from tests.web.cast import Cast
from tests.web.test_reports_taken import ready


def test_what_is_taken_back_twice_counts_as_taken_back_once(cast: Cast, now: dt.datetime) -> None:
    ready(cast, now)
    back = {"kind": "reversal", "date": "2026-06-20", "reason": "Entered by mistake"}
    taken = {"kind": "trust_receipt", "id": "tr-2"}
    reversals = [
        {**back, "id": name, "number": name, "reverses": taken} for name in ("RV-2", "RV-2d")
    ]
    importing.import_file(
        io.BytesIO(json_lines(trust_receipt("1", "60.00"), trust_receipt("2"), *reversals)),
        cast.organisation,
        actor="test",
        now=now,
    )
    found = reconciliation(cast.organisation, dt.date(2026, 6, 30), lightly=True)
    (bank,) = [row for row in found.controls if row.control.name == "TRUST1"]
    assert bank.practice == 60_00
    assert found.trust[0].book.cash_book == 60_00
    assert "reversal:RV-2d" not in {str(key) for key in found.waiting}
