"""A firm with one bill of Actionstep's, and what another system brings of it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_json
from counterfoil.posting.records import Taken
from counterfoil.web.models import (
    Actionstep,
    ActionstepBill,
    ActionstepName,
    Organisation,
    Revision,
)
from counterfoil.web.services import actionstep_bills
from counterfoil.web.services.corrected import corrected
from counterfoil.web.services.receiving import Result, organisations_of, receive
from counterfoil.web.shelf import save_mapping, store_chart
from tests.web.cast import Cast

GOLDEN = Path(__file__).parents[1] / "golden"
Json = dict[str, Any]


def brought(total: str = "600.00", **changed: object) -> Json:
    """The lines of bill A6 as another system brings them."""
    parts = [str(Decimal(total) - 250), "250.00"]
    return {
        "kind": "bill",
        "id": "pms-6",
        "number": "A6",
        "date": "2026-07-01",
        "client": {"id": "c-77", "name": "ABERNETHY Pty. Ltd."},
        "lines": [
            {"description": "Work", "account": "4-1000", "tax_code": "FREE", "total": part}
            for part in parts
        ],
        "tax": "0.00",
        "total": total,
        **changed,
    }


RECEIPT: Json = {
    "kind": "receipt",
    "id": "r-6",
    "number": "R6",
    "date": "2026-07-03",
    "client": {"id": "c-77", "name": "Abernethy"},
    "bank_account": "OFFICE",
    "amount": "600.00",
    "allocations": [{"bill": "pms-6", "amount": "600.00"}],
}


@dataclass
class Practice:
    """A firm with bill A6 of Actionstep's, and what comes in beside it."""

    cast: Cast
    row: Actionstep
    bill: ActionstepBill
    now: dt.datetime

    def pull(self, **changed: object) -> None:
        """Take in what Actionstep says of the bill now."""
        ActionstepBill.objects.filter(pk=self.bill.pk).update(waits=True, **changed)
        actionstep_bills.take_in_waiting(self.row, actor="test", now=self.now)

    def tells(self, row_id: str, number: str, **changed: object) -> ActionstepBill:
        """Add a bill of Actionstep's, like A6 but for its number; return it as it is then."""
        told = ActionstepBill.objects.get(pk=self.bill.pk)
        told.pk, told.row_id, told.number = None, row_id, number
        told.organisation, told.source_id, told.trouble, told.waits = None, "", "", True
        for name, value in changed.items():
            setattr(told, name, value)
        told.save()
        actionstep_bills.take_in_waiting(self.row, actor="test", now=self.now)
        return ActionstepBill.objects.get(pk=told.pk)

    def take(self, *raw: Json, corrects: bool = False, into: str = "main") -> list[Result]:
        reads = [read_json(json.dumps(one).encode()) for one in raw]
        places = organisations_of(self.cast.firm.pk)
        if corrects:
            reads = corrected(reads, places, into)
        return receive(reads, places, into, actor="test", now=self.now)

    def took(self, raw: Json, **changed: object) -> Taken:
        return self.take({**raw, **changed})[0].taken

    def document(self, name: str) -> tuple[int, Json]:
        """Return the newest revision of a document, and its content."""
        row = Revision.objects.filter(document__source_id=name).order_by("-revision")[0]
        return row.revision, json.loads(bytes(row.body or b""))

    def lines(self) -> list[str]:
        return [one["total"] for one in self.document("actionstep:36")[1]["lines"]]


def with_books(organisation: Organisation, now: dt.datetime) -> None:
    """Give an organisation the chart and the mapping of the golden files."""
    replies = {path.stem: path.read_bytes() for path in (GOLDEN / "chart").glob("*.json")}
    store_chart(organisation, replies, actor="test", now=now)
    mapping, faults = read_mapping((GOLDEN / "mapping.json").read_bytes())
    assert mapping is not None, faults
    save_mapping(organisation, mapping, actor="test", now=now)


def practice_with_a6(cast: Cast, now: dt.datetime) -> Practice:
    """Return a firm with bill A6, of one line."""
    with_books(cast.organisation, now)
    row = Actionstep.objects.create(firm=cast.firm, connected=True)
    ActionstepName.objects.create(
        actionstep=row, resource="participants", row_id="11", name="Abernethy Pty Ltd"
    )
    bill = ActionstepBill.objects.create(
        actionstep=row,
        row_id="36",
        status="Open",
        number="A6",
        date=dt.date(2026, 7, 1),
        total=600_00,
        net=600_00,
        client="11",
        seen_at=now,
    )
    made = Practice(cast, row, bill, now)
    made.pull()
    assert made.lines() == ["600.00"]
    return made
