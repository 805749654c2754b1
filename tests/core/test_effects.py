"""What each document does to receivable, payable and the banks (documents.md, *effect*)."""

from __future__ import annotations

import pytest

from counterfoil.core.documents import Document, Key
from counterfoil.core.effects import Controls
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
    bank_transfer,
    cost,
    deposit,
    entry,
    journal,
    later,
    plain_supplier_bill,
    refund,
    supplier_credit,
    supplier_payment,
    to_supplier_bill,
    with_settings,
    withdrawal,
    write_off,
)
from tests.core.scene import bill, credit_note, line, plain_bill, receipt, to_bill

AR, AP = "accounts receivable", "accounts payable"
Sums = dict[str, int]
SET_OFF = receipt("60.00", to_bill("110.00"), to_bill("-50.00", "b-2"))
PAPER = cost("22.00", "NT", "6-1000")


def sums(document: Document, unapplied: str = "overpayment") -> Sums:
    controls = Controls(with_settings(unapplied=unapplied), OFFICE_CHART)
    found: Sums = {}
    for effect in controls.effects(document):
        name = effect.control.name
        found[name] = found.get(name, 0) + effect.amount
    return found


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (plain_bill(), {AR: 11000}),
        (bill([line("-5.00", "NT")], "0", "-5.00"), {AR: -500}),
        (credit_note(), {AR: -5500}),
        (write_off("10.00"), {AR: -1000}),
        (receipt("150.00", to_bill("110.00")), {"OFFICE": 15000, AR: -15000}),
        (
            receipt("60.00", to_bill("110.00"), to_bill("-50.00", "b-2")),
            {"OFFICE": 6000, AR: -6000},
        ),
        (later(Key("receipt", "r-1"), "40.00"), {}),
        (refund(Key("receipt", "r-1"), "40.00"), {"OFFICE": -4000, AR: 4000}),
        (refund(Key("supplier_payment", "sp-1"), "40.00"), {"OFFICE": 4000, AP: -4000}),
        (plain_supplier_bill(), {AP: -11000}),
        (supplier_credit(), {AP: 5500}),
        (supplier_payment("150.00", to_supplier_bill("110.00")), {"OFFICE": -15000, AP: 15000}),
        (withdrawal([PAPER], "0", "22.00"), {"OFFICE": -2200}),
        (deposit([PAPER], "0", "22.00"), {"OFFICE": 2200}),
        (bank_transfer("5.00"), {"OFFICE": -500, "SAVINGS": 500}),
        (journal(entry("6-1000", "1.00"), entry("5-1000", "-1.00")), {}),
    ],
    ids=lambda each: each.kind if isinstance(each, Document) else "",
)
def test_a_document_moves_the_control_accounts(document: Document, expected: Sums) -> None:
    assert sums(document) == expected


def test_money_kept_as_a_prepayment_is_owed_on_an_account_of_its_own() -> None:
    paid = receipt("150.00", to_bill("110.00"))
    assert sums(paid, "prepayment") == {"OFFICE": 15000, AR: -11000}
    assert sums(later(paid.key, "40.00"), "prepayment") == {AR: -4000}
    assert sums(refund(paid.key, "40.00"), "prepayment") == {"OFFICE": -4000}


def test_every_control_account_is_listed_once() -> None:
    names = [control.name for control in Controls(OFFICE, OFFICE_CHART).all()]
    assert len(names) == len(set(names))
    assert {AR, AP, "OFFICE", "SAVINGS"} <= set(names)
