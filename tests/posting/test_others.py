"""What each kind of object in Xero does to accounts, as it is told of others' entries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from counterfoil.core.xero_documents import AccountRef
from counterfoil.posting.drift.shown import Shown, ShownLine
from counterfoil.posting.others import Ledger, ReadOut, entered

AR, AP, BANK, OTHER, TRUST = "ar", "ap", "bank", "bank-2", "tl"
LEDGER = Ledger(AR, AP, frozenset({AR, AP, BANK, OTHER, TRUST}), {"090": BANK, "805": TRUST})
DAY = dt.date(2026, 6, 30)


def shown(resource: str, kind: str, *lines: ShownLine, **fields: object) -> Shown:
    given: dict[str, object] = {
        "xero_id": "x",
        "status": "AUTHORISED",
        "date": DAY,
        "total": 100_00,
    }
    return Shown(resource=resource, type=kind, lines=lines, **(given | fields))  # type: ignore[arg-type]


def line(amount: int, code: str = "805", quantity: int | None = 1_0000) -> ShownLine:
    return ShownLine(quantity, amount, AccountRef(code), "", None, frozenset())


ON_BANK = AccountRef("090")


@pytest.mark.parametrize(
    ("row", "effect"),
    [
        (shown("Invoices", "ACCREC"), {AR: 100_00}),
        (shown("Invoices", "ACCPAY"), {AP: -100_00}),
        (shown("CreditNotes", "ACCRECCREDIT"), {AR: -100_00}),
        (shown("CreditNotes", "ACCPAYCREDIT"), {AP: 100_00}),
        (shown("Invoices", "ACCREC", line(100_0000)), {AR: 100_00, TRUST: -100_00}),
        (shown("Payments", "ACCRECPAYMENT", account=ON_BANK), {BANK: 100_00, AR: -100_00}),
        (shown("Payments", "ACCPAYPAYMENT", account=ON_BANK), {BANK: -100_00, AP: 100_00}),
        (shown("Payments", "ARCREDITPAYMENT", account=ON_BANK), {BANK: -100_00, AR: 100_00}),
        (shown("Payments", "APOVERPAYMENTPAYMENT", account=ON_BANK), {BANK: 100_00, AP: -100_00}),
        (
            shown("BankTransactions", "RECEIVE", line(100_0000), account=ON_BANK),
            {BANK: 100_00, TRUST: -100_00},
        ),
        (
            shown("BankTransactions", "SPEND-OVERPAYMENT", account=ON_BANK),
            {BANK: -100_00, AP: 100_00},
        ),
        (shown("BankTransactions", "SPEND-TRANSFER", account=ON_BANK), {}),
        (
            shown("BankTransfers", "", account=ON_BANK, to_account=AccountRef(None, OTHER)),
            {BANK: -100_00, OTHER: 100_00},
        ),
        (shown("ManualJournals", "", line(-5_0000, quantity=None)), {TRUST: -5_00}),
        (shown("Invoices", "ACCREC", rate=Decimal("0.5")), {AR: 200_00}),
    ],
)
def test_what_an_object_does_to_accounts(row: Shown, effect: dict[str, int]) -> None:
    assert dict(entered(row, LEDGER)) == effect


def test_ours_drafts_and_what_is_dated_later_are_not_of_others() -> None:
    read = ReadOut(LEDGER, {"ours"}, DAY)
    invoice = shown("Invoices", "ACCREC", xero_id="i", contact_id="c")
    read.take(
        [
            invoice,
            shown("Invoices", "ACCREC", xero_id="ours"),
            shown("Invoices", "ACCREC", xero_id="d", status="DRAFT"),
            shown("Invoices", "ACCREC", xero_id="l", date=DAY + dt.timedelta(1)),
        ]
    )
    read.take([shown("Payments", "ACCRECPAYMENT", account=ON_BANK, document_id="i", total=30_00)])
    assert set(read.ours) == {"ours"}
    assert dict(read.by_contact()) == {(AR, "c"): 70_00, (BANK, "c"): 30_00}
