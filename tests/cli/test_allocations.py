"""Credit that is applied to a bill later: read back from wherever Xero shows it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.cli.scene import Document, Practice, Xero, bill, connected, receipt
from tests.cli.tampering import Desk, line, supplier_bill
from tests.simulation.firm import MAPPING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Source:
    """Where Xero keeps a credit of 50.00, and the owed account's balance by the practice.

    ``taken_back`` is how far off that balance is when the allocation of 7.00 is taken back: only
    what a client paid ahead lies on another account until it is applied.
    """

    resource: str
    bill: Document
    credit: Document
    account: str
    owed: str
    taken_back: str = "0.00"

    @property
    def documents(self) -> list[Document]:
        kind = "supplier_bill" if self.bill["kind"] == "supplier_bill" else "bill"
        applied = {
            "kind": "allocation",
            "id": "al-1",
            "date": "2026-06-24",
            "of": {"kind": self.credit["kind"], "id": self.credit["id"]},
            "allocations": [{kind: self.bill["id"], "amount": "7.00"}],
        }
        return [self.bill, self.credit, applied]


def supplied(kind: str, name: str) -> Document:
    """A supplier's document of 50.00 of the kind that lowers what the firm owes him."""
    made = supplier_bill("1")
    if kind == "supplier_credit":
        lines = [{**made["lines"][0], "total": "50.00"}]
        return {**made, "kind": kind, "id": name, "number": name, "total": "50.00", "lines": lines}
    paid = {"bank_account": "OFFICE", "amount": "50.00", "allocations": []}
    head = {"kind": kind, "id": name, "number": name, "date": "2026-06-20"}
    return {**head, "supplier": made["supplier"], **paid}


AHEAD = receipt("1", "50.00", allocations=[])
NOTE = bill("1", net="50.00", kind="credit_note", id="cn-1", number="CN-1", date="2026-06-20")
SOURCES = {
    "a credit note": Source("CreditNotes", bill("1"), NOTE, "610", "50.00"),
    "an overpayment": Source("Overpayments", bill("1"), AHEAD, "610", "50.00"),
    "a prepayment": Source("Prepayments", bill("1"), AHEAD, "610", "93.00", "-7.00"),
    "a supplier's credit": Source(
        "CreditNotes", supplier_bill("1"), supplied("supplier_credit", "SC-1"), "800", "-50.00"
    ),
    "an overpayment to a supplier": Source(
        "Overpayments", supplier_bill("1"), supplied("supplier_payment", "SP-1"), "800", "-50.00"
    ),
}


def controls(practice: Practice, account: str) -> tuple[str, ...]:
    said = practice.run("reconcile", "--json").json
    (row,) = [row for row in said["controls"] if row["account"] == account]
    names = ("practice", "xero_ours", "xero_other", "difference")
    return tuple(row[name] for name in names)


@contextmanager
def posted(xero: Xero, folder: Path, source: Source, unapplied: str) -> Iterator[Practice]:
    """Post the credit and what it was applied to; beside it others enter 5.50 on either side."""
    settings = {**MAPPING["settings"], "unapplied": unapplied}
    with connected(folder, xero, {**MAPPING, "settings": settings}) as practice:
        practice.take(*source.documents)
        said = practice.run("post")
        assert said.status == 0, said
        for kind, account in (("ACCREC", "200"), ("ACCPAY", "429")):
            entered = {"Type": kind, "Status": "AUTHORISED", "InvoiceNumber": "BY HAND"}
            due, lines = {"DueDate": "2026-06-30"}, [line("5.50", account)]
            Desk(xero).enter("Invoices", **entered, **due, LineItems=lines)
        yield practice


def take_back(xero: Xero, source: Source) -> None:
    """Delete the one allocation of the organisation."""
    rows = xero.ask("GET", f"/{source.resource}", page="1")[source.resource]
    (credit,) = [row for row in rows if row["Allocations"]]
    (made,) = credit["Allocations"]
    credit_id = credit[f"{source.resource.removesuffix('s')}ID"]
    path = f"/{source.resource}/{credit_id}/Allocations/{made['AllocationID']}"
    xero.ask("DELETE", path)


@pytest.mark.parametrize("name", SOURCES)
def test_an_allocation_stands_for_as_long_as_its_source_shows_it(
    name: str, sandbox: str, tmp_path: Path
) -> None:
    source, xero = SOURCES[name], Xero(sandbox, f"Allocated from {name}")
    unapplied = "prepayment" if source.resource == "Prepayments" else "overpayment"
    by_hand = "5.50" if source.account == "610" else "-5.50"
    with posted(xero, tmp_path, source, unapplied) as practice:
        drift = practice.run("drift", "--full", "--json").json["drift"]
        before = controls(practice, source.account)
        take_back(xero, source)
        drift_then = practice.run("drift", "--full", "--json").json["drift"]
        after = controls(practice, source.account)

    assert drift == []
    assert before == (source.owed, source.owed, by_hand, "0.00")
    assert [one["code"] for one in drift_then] == ["allocation_deleted_in_xero"]
    assert (after[0], after[2], after[3]) == (source.owed, by_hand, source.taken_back)
