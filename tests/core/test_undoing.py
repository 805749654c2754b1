"""What each kind of document becomes when it is taken back, and what is told where it is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from counterfoil.core.conversion import Act, Books, Conversion
from counterfoil.core.convert.table import translate
from counterfoil.core.documents import (
    Document,
    EitherAllocation,
    Key,
    LaterAllocation,
    Reversal,
    TrustLedger,
    TrustTransfer,
    Unallocation,
    Void,
)
from counterfoil.core.lookup import lookup
from counterfoil.core.xero_documents import (
    BankTransaction,
    BankTransfer,
    DocumentType,
    ManualJournal,
    Symbol,
    Undone,
)
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
    bank_transfer,
    cost,
    entry,
    journal,
    plain_supplier_bill,
    supplier_payment,
    to_supplier_bill,
    withdrawal,
)
from tests.core.scene import (
    DAY,
    ESTATE,
    LEASE,
    SMITH,
    bill,
    credit_note,
    line,
    plain_bill,
    receipt,
    to_bill,
)

if TYPE_CHECKING:
    from counterfoil.core.mapping import Mapping

LATER = DAY + dt.timedelta(days=9)
DISHONOURING = replace(OFFICE, special=replace(OFFICE.special, dishonoured="420"))

BILL, NEXT = plain_bill(), plain_bill(id="b-2", number="INV-2")
PAID = receipt("110.00", to_bill("110.00"))
KEPT = receipt("150.00", to_bill("110.00"))
CREDIT = credit_note(to_bill("50.00"))
CORRECTED = journal(entry("6-1000", "20.00"), entry("5-1000", "-20.00"))
SPENT = withdrawal([cost("20.00", "NT", "6-1000")], "0", "20.00")
SAVED = bank_transfer("500.00")
MOVED = TrustTransfer(
    id="tt-1",
    number="TT-1",
    date=DAY,
    amount=20_000,
    from_=TrustLedger(trust_account="TRUST1", client=SMITH, matter=ESTATE),
    to=TrustLedger(trust_account="TRUST1", client=SMITH, matter=LEASE),
)


def reversal(of: Document, reason: str = "Entered by mistake") -> Reversal:
    return Reversal(id="x-1", number="X-1", date=LATER, reverses=of.key, reason=reason)


def void(of: Document) -> Void:
    return Void(id="v-1", date=LATER, voids=of.key, reason="Never valid")


def off(name: str, of: Document, *amounts: tuple[str, int]) -> Unallocation:
    applied = tuple(EitherAllocation(bill=Key("bill", to), amount=sum_) for to, sum_ in amounts)
    return Unallocation(id=name, date=LATER, of=of.key, allocations=applied)


def later(name: str, of: Document, *amounts: tuple[str, int]) -> LaterAllocation:
    applied = tuple(EitherAllocation(bill=Key("bill", to), amount=sum_) for to, sum_ in amounts)
    return LaterAllocation(id=name, date=DAY, of=of.key, allocations=applied)


def become(
    document: Document,
    *known: Document,
    drawn: tuple[Document, ...] = (),
    mapping: Mapping = OFFICE,
    locked: dt.date | None = None,
) -> Conversion:
    """What a document becomes; the credit it takes applications off has ``drawn`` drawn on it."""
    organisation = replace(OFFICE_CHART.organisation, period_lock_date=locked)
    chart = replace(OFFICE_CHART, organisation=organisation)
    there = {one.key: one for one in (BILL, NEXT, plain_supplier_bill(), *known)}
    of = getattr(document, "of", None)
    books = Books(chart, mapping, there, {of: drawn} if of else {})
    return translate(document, books, lookup(mapping, chart))


def codes(conversion: Conversion) -> list[str]:
    return [one.code for one in conversion.findings]


def of(document: Document) -> Symbol:
    return Symbol(*document.key)


@pytest.mark.parametrize(
    ("document", "resource"),
    [
        (BILL, "Invoices"),
        (bill([line("-1.00", "NT")], "0", "-1.00"), "CreditNotes"),
        (CORRECTED, "ManualJournals"),
    ],
)
def test_a_paper_is_voided_as_what_it_became(document: Document, resource: str) -> None:
    (ended,) = become(void(document), document).planned
    assert (ended.part, ended.act) == ("", Act.VOID)
    assert ended.element == Undone(of(document), "", resource)
    assert ended.needs == (of(document),)


def test_a_credit_is_taken_off_its_bill_before_it_is_voided() -> None:
    voided, freed = become(void(CREDIT), CREDIT).planned
    assert (voided.act, voided.element) == (Act.VOID, Undone(of(CREDIT), "", "CreditNotes"))
    assert (freed.part, freed.act) == ("allocation:b-1", Act.DEALLOCATE)
    assert freed.element == Undone(of(CREDIT), "allocation:b-1", "Allocations", of(CREDIT))
    assert freed.needs == (of(CREDIT), of(BILL))


def test_of_an_overpayment_it_is_told_what_xero_calls_it() -> None:
    applied = later("a-1", KEPT, ("b-2", 4_000))
    (freed,) = become(off("u-1", KEPT, ("b-2", 4_000)), KEPT, drawn=(applied,)).planned
    assert freed.element == Undone(
        of(applied), "allocation:b-2", "Allocations", of(KEPT), DocumentType.OVERPAYMENT
    )
    assert (freed.part, freed.act) == ("01", Act.DEALLOCATE)
    assert freed.needs == (of(applied), of(KEPT), of(NEXT))


def test_money_that_left_the_bank_comes_back_to_it_from_the_same_contact() -> None:
    (back,) = become(reversal(SPENT), SPENT).planned
    assert isinstance(back.element, BankTransaction)
    assert (back.act, back.element.type) == (Act.CREATE, "RECEIVE")
    assert back.needs == (of(SPENT), Symbol("contact", "p-2"))


def test_a_transfer_goes_back_the_way_it_came_and_needs_no_contact() -> None:
    (back,) = become(reversal(SAVED), SAVED).planned
    assert isinstance(back.element, BankTransfer)
    assert (back.element.from_account.code, back.element.to_account.code) == ("093", "090")
    assert back.needs == (of(SAVED),)


def test_clients_money_moved_by_a_journal_is_moved_back_and_never_voided() -> None:
    (back,) = become(reversal(MOVED), MOVED).planned
    assert (back.part, back.act, back.needs) == ("journal", Act.CREATE, (of(MOVED),))
    assert isinstance(back.element, ManualJournal)
    assert [one.amount for one in back.element.lines] == [-20_000, 20_000, -20_000, 20_000]
    assert back.element.narration == "X-1 | Reversal of TT-1"


def test_no_movement_of_money_is_ever_voided() -> None:
    with pytest.raises(AssertionError, match="never moved money"):
        become(void(SPENT), SPENT)


def test_a_bank_that_did_not_honour_a_receipt_shows_it_come_and_go() -> None:
    reversed_ = reversal(PAID, "Cheque dishonoured")
    plainly = become(reversed_, PAID)
    assert [(one.part, one.act) for one in plainly.planned] == [("allocation:b-1", Act.DELETE)]
    assert plainly.findings == ()  # the firm has no account for dishonoured receipts
    shown = become(reversed_, PAID, mapping=DISHONOURING)
    assert [(one.part, one.act) for one in shown.planned] == [
        ("allocation:b-1", Act.DELETE),
        ("came", Act.CREATE),
        ("went_back", Act.CREATE),
    ]
    assert shown.findings == ()


def test_what_never_came_to_stand_in_xero_says_why_when_it_is_taken_back() -> None:
    lost = receipt("110.00", to_bill("110.00"), bank_account="NOWHERE")
    assert codes(become(reversal(lost), lost)) == ["bank_account_not_mapped"]
    skipped = replace(OFFICE, settings=replace(OFFICE.settings, zero_bills="skip"))
    nil = bill([line("0.00", "NT")], "0", "0")
    assert become(void(nil), nil, mapping=skipped) == Conversion((), ())


def test_what_stands_in_xero_is_taken_back_whatever_was_found_of_it() -> None:
    more = receipt("111.00", to_bill("111.00"))
    assert "allocation_above_bill" in codes(become(more))
    assert become(reversal(more), more).findings == ()


def test_each_application_is_taken_off_in_its_own_place_and_the_others_are_told() -> None:
    applied = later("a-1", KEPT, ("b-1", 1_000), ("b-2", 3_000))
    wanted = off("u-1", KEPT, ("b-2", 3_001), ("b-1", 3_000), ("b-2", 3_000), ("b-1", 1_000))
    found = become(wanted, KEPT, drawn=(applied,))
    assert [(one.part, one.element.part) for one in undone(found)] == [
        ("03", "allocation:b-2"),
        ("04", "allocation:b-1"),
    ]
    assert [(one.code, one.path, one.about) for one in found.findings] == [
        ("allocation_not_found", "allocations[0]", str(KEPT.key)),
        ("allocation_not_found", "allocations[1]", str(KEPT.key)),
    ]


def undone(conversion: Conversion) -> list[Any]:
    return [one for one in conversion.planned if isinstance(one.element, Undone)]


def test_an_application_is_taken_off_once() -> None:
    before = off("u-1", CREDIT, ("b-1", 5_000))
    again = off("u-2", CREDIT, ("b-1", 5_000))
    found = become(again, CREDIT, drawn=(before, again))
    assert (found.planned, codes(found)) == ((), ["allocation_not_found"])


def test_what_a_credit_would_not_become_any_more_has_no_application_to_take_off() -> None:
    lost = replace(CREDIT, lines=(line("50.00", account="9-9999"),))
    found = become(off("u-1", lost, ("b-1", 5_000)), lost)
    assert (found.planned, codes(found)) == ((), ["allocation_not_found"])


@pytest.mark.parametrize(
    ("credit", "payment_too"),
    [
        (KEPT, True),
        (supplier_payment("150.00"), True),
        (later("a-0", CREDIT, ("b-1", 1)), True),
        (credit_note(), False),
    ],
)
def test_money_that_paid_a_bill_at_once_is_told_apart(
    credit: Document, *, payment_too: bool
) -> None:
    (told,) = become(off("u-1", credit, ("b-1", 1_000)), credit).findings
    assert told.fix.startswith("Name the amount that was applied")
    assert ("is a payment: reverse it" in told.fix) is payment_too


def test_an_application_in_a_locked_period_stays_and_the_way_out_is_told() -> None:
    (told,) = become(off("u-1", CREDIT, ("b-1", 5_000)), CREDIT, locked=DAY).findings
    assert (told.code, told.path, told.about) == ("undo_in_locked_period", "date", "lock_date")
    assert told.message.startswith("The credit note CN-1 is dated 2026-11-03, and Xero is locked")
    assert told.fix.endswith("Or leave the allocation: give this up with counterfoil discard.")


@pytest.mark.parametrize(
    ("document", "target", "way"),
    [
        (reversal(PAID), PAID, "a withdrawal of the money and a bill for what the client owes"),
        (
            reversal(supplier_payment("110.00", to_supplier_bill("110.00"))),
            supplier_payment("110.00", to_supplier_bill("110.00")),
            "a deposit of the money and a supplier bill for what the firm owes",
        ),
        (void(BILL), BILL, "credit the bill under a date that is open"),
        (void(plain_supplier_bill()), plain_supplier_bill(), "credit the bill under a date"),
        (void(CORRECTED), CORRECTED, "record the opposite in the practice under a date"),
    ],
)
def test_behind_a_lock_date_each_kind_has_a_way_of_its_own(
    document: Document, target: Document, way: str
) -> None:
    (told,) = become(document, target, locked=DAY).findings
    assert told.code == "undo_in_locked_period"
    assert way in told.fix
    assert become(document, target, locked=DAY - dt.timedelta(days=1)).findings == ()


def test_money_that_moves_back_on_an_open_day_minds_no_lock_date() -> None:
    assert become(reversal(SPENT), SPENT, locked=DAY).findings == ()
    left = receipt("150.00", to_bill("110.00"))
    assert codes(become(reversal(left), left, locked=DAY)) == ["undo_in_locked_period"]


def test_after_tax_was_filed_a_paper_is_not_voided_and_a_payment_is_deleted() -> None:
    filed = replace(OFFICE, settings=replace(OFFICE.settings, tax_filed_to=DAY))
    (told,) = become(void(BILL), BILL, mapping=filed).findings
    assert (told.code, told.path, told.about) == (
        *("undo_after_tax_filed", "date", "setting:tax_filed_to"),
    )
    assert told.fix == (
        "Give this up with counterfoil discard, and credit the bill under a date that is open."
    )
    assert become(reversal(PAID), PAID, mapping=filed).findings == ()
    open_ = plain_bill(date=LATER)
    assert become(void(open_), open_, mapping=filed).findings == ()


def test_what_is_taken_back_before_it_happened_is_named_by_kind_and_number() -> None:
    payment = supplier_payment("110.00", to_supplier_bill("110.00"))
    early = replace(reversal(payment), date=DAY - dt.timedelta(days=1))
    (told,) = become(early, payment).findings
    assert (told.code, told.path) == ("undone_before_it_happened", "date")
    assert "before the supplier payment PAY-1 of 2026-11-03" in told.message
    numberless = later("a-1", CREDIT, ("b-1", 1))
    (told,) = become(off("u-1", numberless, ("b-1", 2)), numberless).findings
    assert told.message.startswith("Of the allocation a-1 exactly this amount")


def test_what_has_not_come_is_named_in_words() -> None:
    payment = supplier_payment("110.00")
    (told,) = become(reversal(payment)).findings
    assert told.message.startswith("The supplier payment sp-1, which this takes back,")
    assert told.path == "reverses"
    assert become(void(credit_note())).findings[0].path == "voids"
    assert become(off("u-1", credit_note(), ("b-1", 1))).findings[0].path == "of"
