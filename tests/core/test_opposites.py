"""Money that moves back: the same movement the other way, and what a dishonoured receipt shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from counterfoil.core.chart import TaxRate
from counterfoil.core.conversion import Act, Books, Conversion
from counterfoil.core.convert.dishonour import dishonoured
from counterfoil.core.convert.opposite import opposite
from counterfoil.core.convert.table import translate
from counterfoil.core.lookup import lookup
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    BankTransfer,
    DocumentType,
    JournalLine,
    LineItem,
    ManualJournal,
    Payment,
    Symbol,
    Totals,
)
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
    bank_transfer,
    cost,
    deposit,
    office,
    plain_supplier_bill,
    supplier_payment,
    to_supplier_bill,
    with_settings,
    withdrawal,
)
from tests.core.scene import DAY, SALES_SIDE, plain_bill, receipt, to_bill
from tests.core.test_undoing import DISHONOURING, KEPT, LATER, MOVED, PAID, become, reversal

if TYPE_CHECKING:
    from counterfoil.core.chart import Chart
    from counterfoil.core.documents import Document, Receipt
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.xero_documents import Element

SYMBOL = Symbol("contact", "c-1")
PAPER = cost("20.00", "NT", "6-1000")
BOUNCED = "Cheque dishonoured"


def became(document: Document, mapping: Mapping = OFFICE) -> Element:
    """What a document is in Xero; the last of its parts."""
    where = office(plain_bill(), mapping=mapping)
    return translate(document, where, lookup(mapping, OFFICE_CHART)).planned[-1].created


def back(document: Document, mapping: Mapping = OFFICE) -> Element:
    """The movement back of the last part of what a document became."""
    found = lookup(mapping, OFFICE_CHART)
    return opposite(became(document, mapping), reversal(document), document, found)


@pytest.mark.parametrize(
    ("document", "type_", "text"),
    [
        (withdrawal([PAPER], "0", "20.00"), "RECEIVE", "Reversal of W-1: Search"),
        (deposit([PAPER], "0", "20.00"), "SPEND", "Reversal of D-1: Search"),
    ],
)
def test_a_bank_transaction_goes_back_line_by_line_and_names_its_original(
    document: Document, type_: str, text: str
) -> None:
    original = became(document)
    assert isinstance(original, BankTransaction)
    lines = tuple(replace(line, description=text) for line in original.lines)
    assert back(document) == replace(original, type=type_, date=LATER, reference="X-1", lines=lines)


def test_a_transfer_goes_back_between_the_same_banks() -> None:
    assert back(bank_transfer("500.00")) == BankTransfer(
        AccountRef("093"), AccountRef("090"), LATER, 50_000, "X-1"
    )


def test_a_journal_of_clients_money_goes_back_with_its_signs_turned() -> None:
    original = became(MOVED)
    assert isinstance(original, ManualJournal)
    made = back(MOVED)
    assert made == ManualJournal(
        "X-1 | Reversal of TT-1",
        LATER,
        AmountsAre.NO_TAX,
        tuple(replace(line, amount=-line.amount) for line in original.lines),
    )
    assert isinstance(made, ManualJournal)
    assert made.lines[0] == JournalLine(
        -20_000, AccountRef("805"), "2026-014 Smith Pty Ltd", "BASEXCLUDED"
    )


@pytest.mark.parametrize(
    ("mapping", "kept_as"),
    [
        (OFFICE, DocumentType.OVERPAYMENT),
        (with_settings(unapplied="prepayment"), DocumentType.PREPAYMENT),
    ],
)
def test_credit_that_waited_for_bills_is_paid_back_as_what_it_is(
    mapping: Mapping, kept_as: DocumentType
) -> None:
    assert back(KEPT, mapping) == Payment(
        Symbol(*KEPT.key), AccountRef("090"), LATER, 4_000, "X-1", document_type=kept_as
    )


def test_a_paper_has_no_opposite() -> None:
    with pytest.raises(AssertionError, match="only what moved money"):
        back(plain_bill())


def shown(of: Receipt, mapping: Mapping = DISHONOURING, chart: Chart = OFFICE_CHART) -> Conversion:
    """What a dishonour shows at the bank, of a receipt and what it became."""
    where = Books(chart, mapping, {})
    found = lookup(mapping, chart)
    original = translate(of, where, lookup(DISHONOURING, OFFICE_CHART))
    return dishonoured(reversal(of, BOUNCED), of, original, found)


def through(
    type_: str, date: dt.date, amount: int, account: str = "420", bank: str = "090"
) -> BankTransaction:
    """A dishonoured receipt's money, on its one side of the account that ends at nil."""
    text = "Dishonoured: R-1 from Smith Pty Ltd"
    line = LineItem(text, 10_000, amount * 100, AccountRef(account), "BASEXCLUDED")
    totals = Totals(amount, 0, amount)
    where = AccountRef(bank)
    return BankTransaction(type_, SYMBOL, where, date, "X-1", AmountsAre.EXCLUSIVE, (line,), totals)


def test_a_dishonoured_receipt_came_on_its_day_and_went_on_the_day_of_the_dishonour() -> None:
    found = shown(PAID)
    assert [(one.part, one.act, one.needs) for one in found.planned] == [
        ("came", Act.CREATE, (SYMBOL,)),
        ("went_back", Act.CREATE, (SYMBOL,)),
    ]
    assert [one.element for one in found.planned] == [
        through("RECEIVE", DAY, 11_000),
        through("SPEND", LATER, 11_000),
    ]
    assert found.findings == ()


def test_only_what_were_payments_is_shown_in_one_sum_and_credit_that_waited_is_not() -> None:
    both = receipt("150.00", to_bill("110.00"), to_bill("10.00", "b-2"))
    assert shown(both).planned[0].element == through("RECEIVE", DAY, 12_000)
    assert shown(receipt("40.00")) == Conversion((), ())


def test_a_foreign_bill_paid_in_the_banks_currency_counts_as_what_the_bank_had() -> None:
    paid = receipt("150.00", replace(to_bill("110.00"), bank_amount=15_000))
    assert shown(paid).planned[0].element == through("RECEIVE", DAY, 15_000)


def test_where_the_account_of_dishonours_cannot_be_posted_to_nothing_is_shown() -> None:
    gone = replace(OFFICE, special=replace(OFFICE.special, dishonoured="999"))
    found = shown(PAID, gone)
    assert found.planned == ()
    assert [(one.code, one.path) for one in found.findings] == [("account_not_in_xero", "reverses")]
    rates = (TaxRate("OUTPUT", "GST on Income", "ACTIVE", 100_000, SALES_SIDE),)
    found = shown(PAID, DISHONOURING, replace(OFFICE_CHART, tax_rates=rates))
    assert (found.planned, [one.about for one in found.findings]) == ((), ["special:no_tax"])


def test_a_suppliers_payment_that_came_back_is_deleted_and_no_receipt_that_bounced() -> None:
    paid = supplier_payment("110.00", to_supplier_bill("110.00"))
    (ended,) = become(
        reversal(paid, BOUNCED), paid, plain_supplier_bill(), mapping=DISHONOURING
    ).planned
    assert ended.act is Act.DELETE
