"""What documents that take others back become, where it is known what those became."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act, Books, Conversion
from counterfoil.core.documents import (
    Document,
    EitherAllocation,
    LaterAllocation,
    Reversal,
    Unallocation,
    Void,
)
from counterfoil.core.pipeline import convert
from counterfoil.core.takings import Sums, given_back, takings
from counterfoil.core.whole_file import FileIndex
from counterfoil.core.xero_documents import BankTransaction, Payment, Symbol, Undone
from tests.core.scene import (
    DAY,
    books,
    credit_note,
    plain_bill,
    receipt,
    split,
    to_bill,
    trust_receipt,
)

LATER = DAY + dt.timedelta(days=9)


def known(*documents: Document, **changed: object) -> Books:
    """What the daybook knows: these documents, and that nothing was applied later."""
    found = {document.key: document for document in documents}
    return replace(books(), referenced=found, **({"drawn": {}} | changed))  # type: ignore[arg-type]


def reversal(of: Document, reason: str = "Entered by mistake") -> Reversal:
    return Reversal(id="x-1", number="X-1", date=LATER, reverses=of.key, reason=reason)


def void(of: Document) -> Void:
    return Void(id="v-1", date=LATER, voids=of.key, reason="Never valid")


def acts(conversion: Conversion) -> list[tuple[str, Act]]:
    return [(one.part, one.act) for one in conversion.planned]


def codes(conversion: Conversion) -> list[str]:
    return [finding.code for finding in conversion.findings]


def test_a_file_does_not_tell_what_was_posted() -> None:
    paid = receipt("110.00", to_bill("110.00"))
    found = convert(reversal(paid), books())
    assert (found.planned, codes(found)) == ((), ["needs_history"])


def test_what_has_not_come_yet_is_waited_for_by_its_name() -> None:
    found = convert(void(plain_bill()), known())
    assert [(one.code, one.about) for one in found.findings] == [
        ("undone_not_received", str(plain_bill().key))
    ]


def test_a_receipt_loses_its_payments_and_pays_back_what_was_left_over() -> None:
    paid = receipt("130.00", to_bill("110.00"))
    found = convert(reversal(paid), known(paid, plain_bill()))
    assert [act for _, act in acts(found)] == [Act.DELETE, Act.CREATE]
    deleted, back = found.planned
    assert isinstance(deleted.element, Undone)
    assert isinstance(back.element, Payment)
    assert (back.element.amount, back.element.date) == (20_00, LATER)
    assert deleted.needs[0] == back.needs[0] == Symbol(*paid.key)


def test_trust_money_moves_back_under_a_new_number_and_names_the_original() -> None:
    money = trust_receipt("5.00", split("5.00"))
    (back,) = convert(reversal(money), known(money)).planned
    assert isinstance(back.element, BankTransaction)
    assert (back.element.type, back.element.date, back.element.reference) == ("SPEND", LATER, "X-1")
    assert back.element.lines[0].description.startswith(f"Reversal of {money.number}: ")
    assert back.element.expected.total == 5_00


def test_a_void_bill_is_held_once_tax_was_filed_or_xero_is_locked() -> None:
    bill = plain_bill()
    ground = known(bill)
    filed = replace(ground.mapping.settings, tax_filed_to=DAY)
    mapping = replace(ground.mapping, settings=filed)
    organisation = replace(ground.chart.organisation, period_lock_date=DAY)
    chart = replace(ground.chart, organisation=organisation)
    assert acts(convert(void(bill), ground)) == [("", Act.VOID)]
    assert codes(convert(void(bill), replace(ground, mapping=mapping))) == ["undo_after_tax_filed"]
    behind = replace(ground, chart=chart)
    assert codes(convert(void(bill), behind)) == ["undo_in_locked_period"]
    # Where documents go under the next open day, Xero's own date is what counts: it is read.
    moved = replace(ground.mapping.settings, lock_date="next_open_day")
    behind = replace(behind, mapping=replace(ground.mapping, settings=moved))
    assert acts(convert(void(bill), behind)) == [("", Act.VOID)]


@pytest.mark.parametrize(
    ("reason", "instead"),
    [
        ("Cheque dishonoured", "practice's account for dishonoured receipts"),
        ("entered twice", "to one account, which then ends at nil"),
    ],
)
def test_what_replaces_a_reversal_behind_a_lock_date_is_told_with_giving_it_up_first(
    reason: str, instead: str
) -> None:
    paid = receipt("110.00", to_bill("110.00"))
    ground = known(paid, plain_bill())
    organisation = replace(ground.chart.organisation, period_lock_date=DAY)
    special = replace(ground.mapping.special, dishonoured="4-1000")
    locked = replace(
        ground,
        chart=replace(ground.chart, organisation=organisation),
        mapping=replace(ground.mapping, special=special),
    )
    (said,) = (
        one
        for one in convert(replace(reversal(paid), reason=reason), locked).findings
        if one.code == "undo_in_locked_period"
    )
    assert said.fix.startswith("Move the lock date in Xero")
    discard, withdrawal = (said.fix.index(one) for one in ("counterfoil discard", "withdrawal"))
    assert discard < withdrawal
    assert instead in said.fix


def test_the_day_of_a_void_itself_is_never_locked_but_trust_is_never_re_dated() -> None:
    bill, money = replace(plain_bill(), date=LATER), trust_receipt("5.00", split("5.00"))
    ground = known(bill, money)
    organisation = replace(ground.chart.organisation, period_lock_date=DAY)
    settings = replace(ground.mapping.settings, lock_date="next_open_day")
    locked = replace(ground, chart=replace(ground.chart, organisation=organisation))
    locked = replace(locked, mapping=replace(ground.mapping, settings=settings))
    assert acts(convert(replace(void(bill), date=LATER), locked)) == [("", Act.VOID)]
    early = replace(reversal(money), date=DAY)
    assert codes(convert(early, locked)) == ["period_locked"]


def test_nothing_is_taken_back_before_it_happened() -> None:
    bill = plain_bill()
    early = replace(void(bill), date=DAY - dt.timedelta(days=1))
    assert codes(convert(early, known(bill))) == ["undone_before_it_happened"]


def test_a_reversal_gives_back_what_was_taken_and_a_void_leaves_nothing() -> None:
    bill, paid = plain_bill(), receipt("110.00", to_bill("110.00"))
    sums = Sums({bill.key: bill})
    sums.take(paid.key, "receipt", takings(paid))
    whole = tuple(given_back(void(bill), bill))
    assert [one.code for one in sums.short(void(bill).key, whole)] == ["still_settled"]
    back = reversal(paid)
    sums.take(back.key, "reversal", given_back(back, paid))
    assert sums.short(void(bill).key, whole) == ()


def test_in_a_file_a_bill_can_be_paid_again_once_its_receipt_was_reversed() -> None:
    bill, paid = plain_bill(), receipt("110.00", to_bill("110.00"))
    again = replace(paid, id="r-2", number="R-2", date=LATER)
    for documents, short in (
        ((bill, paid, again), ["beyond_what_is_left"]),
        ((bill, paid, reversal(paid), again), []),
    ):
        index = FileIndex(known().mapping.settings)
        for line, document in enumerate(documents, start=1):
            index.add(line, document)
        found = index.findings(len(documents), again)
        assert [one.code for one in found] == short


def applied(name: str) -> LaterAllocation:
    """Fifty of the credit note, applied to the bill."""
    part = EitherAllocation(bill=plain_bill().key, amount=5000)
    return LaterAllocation(id=name, date=DAY, of=credit_note().key, allocations=(part,))


def off(name: str) -> Unallocation:
    part = EitherAllocation(bill=plain_bill().key, amount=5000)
    return Unallocation(id=name, date=LATER, of=credit_note().key, allocations=(part,))


def test_the_same_amount_applied_and_taken_off_twice_is_taken_off_once_each() -> None:
    credit = credit_note()
    drawn = (applied("a-1"), applied("a-2"), off("u-1"), off("u-2"))
    around = known(credit, plain_bill(), drawn={credit.key: drawn})
    ended = [convert(one, around).planned[0].element for one in (off("u-1"), off("u-2"))]
    assert [one.document.id for one in ended if isinstance(one, Undone)] == ["a-1", "a-2"]
    assert codes(convert(off("u-3"), around)) == ["allocation_not_found"]


def test_what_a_credit_note_applied_itself_is_taken_off_before_what_was_applied_later() -> None:
    credit = credit_note(to_bill("50.00"))
    around = known(credit, plain_bill(), drawn={credit.key: (applied("a-1"), off("u-1"))})
    ended = [convert(one, around).planned[0].element for one in (off("u-1"), off("u-2"))]
    assert [one.document for one in ended if isinstance(one, Undone)] == [
        Symbol(*credit.key),
        Symbol("allocation", "a-1"),
    ]
