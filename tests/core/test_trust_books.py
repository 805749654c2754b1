"""The sums of the trust books: they hold on every lawful stream, and every fault is named."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.conversion import Books
from counterfoil.core.documents import (
    FirmAdvance,
    LedgerClose,
    StatutoryDeposit,
    TrustBillPayment,
    TrustDocument,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
)
from counterfoil.core.effects import Controls
from counterfoil.core.pipeline import convert
from counterfoil.core.trust import TrustBooks, moves
from counterfoil.core.xero_documents import (
    AmountsAre,
    BankTransaction,
    BankTransfer,
    ManualJournal,
    Payment,
)
from tests.core.trust_cases import reversal
from tests.core.trust_scene import PER_BANK, TRUST_CHART, TRUST_MAPPING, lawful

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.xero_documents import Element

seeds = st.integers(0, 10**6)
DAY = dt.timedelta(days=1)
NO_TAX = "BASEXCLUDED"


def findings(documents: list[Document]) -> set[str]:
    books = TrustBooks()
    books.keep(documents)
    return {noted.finding.code for noted in books.noted}


def elements(documents: list[Document], mapping: Mapping) -> Iterator[Element]:
    books = Books(TRUST_CHART, mapping, {document.key: document for document in documents})
    for document in documents:
        if isinstance(document, TrustDocument):
            conversion = convert(document, books)
            assert [f.code for f in conversion.findings] == []
            yield from (planned.created for planned in conversion.planned)


def ledger(element: Element, receivable: str = "AR") -> Iterator[tuple[str | None, int]]:
    """What Xero books for an element, debit positive, told from what it is sent."""
    match element:
        case BankTransaction():
            sign = 1 if element.type == "RECEIVE" else -1
            yield element.bank_account.code, sign * element.expected.total
            for line in element.lines:
                yield line.account.code, -sign * line.unit_amount // 100
        case BankTransfer():
            yield element.to_account.code, element.amount
            yield element.from_account.code, -element.amount
        case ManualJournal():
            yield from ((line.account.code, line.amount) for line in element.lines)
        case Payment():
            yield element.account.code, element.amount
            yield receivable, -element.amount
        case _:
            raise AssertionError(element)


def in_xero(documents: list[Document], mapping: Mapping) -> Counter[str | None]:
    sums: Counter[str | None] = Counter()
    for element in elements(documents, mapping):
        for code, amount in ledger(element):
            sums[code] += amount
    return sums


@given(seeds)
def test_the_sums_hold_after_every_event_of_a_lawful_stream(seed: int) -> None:
    books = TrustBooks()
    for document in lawful(seed):
        assert books.enter(document.date, (document,)) == ()
        for book in books.books.values():
            assert book.difference == 0
            assert book.costs >= 0
            assert min(book.ledgers.values(), default=0) >= 0


@given(seeds)
def test_what_xero_is_sent_keeps_the_trust_leg(seed: int) -> None:
    documents = lawful(seed)
    sums, books = in_xero(documents, TRUST_MAPPING), TrustBooks()
    for document in documents:
        books.enter(document.date, (document,))
    costs = sum(book.costs for book in books.books.values())
    assert sums["091"] + sums["092"] + sums["615"] + sums["616"] == -sums["805"] + costs
    assert sums["806"] == 0
    for code, bank in (("TRUST1", "091"), ("TRUST2", "092")):
        assert sums[bank] == books.books[code].cash_book


@given(seeds)
def test_with_a_liability_for_each_bank_the_leg_holds_for_each(seed: int) -> None:
    documents = lawful(seed)
    sums, books = in_xero(documents, PER_BANK), TrustBooks()
    for document in documents:
        books.enter(document.date, (document,))
    for code, bank, owed in (("TRUST1", "091", "805"), ("TRUST2", "092", "807")):
        book = books.books[code]
        assert sums[bank] + book.deposit + book.paid_by_firm == -sums[owed] + book.costs
        assert -sums[owed] == book.ledgers_total


@given(seeds, st.sampled_from([TRUST_MAPPING, PER_BANK]))
def test_xero_is_sent_what_the_practice_reckons(seed: int, mapping: Mapping) -> None:
    documents = [document for document in lawful(seed) if isinstance(document, TrustDocument)]
    everything = lawful(seed)
    controls = Controls(mapping, TRUST_CHART)
    reckoned: Counter[str | None] = Counter()
    for document in documents:
        for effect in controls.effects(document):
            account = effect.control.account
            assert account is not None
            name = "AR" if account.system_account == "DEBTORS" else account.code
            reckoned[name] += effect.amount
    sums = in_xero(everything, mapping)
    assert {k: v for k, v in reckoned.items() if v} == {k: v for k, v in sums.items() if v}


@given(seeds)
def test_no_trust_line_bears_tax_or_touches_the_firms_result(seed: int) -> None:
    """Rules X3 and X5, over everything that is planned."""
    allowed = {"805", "806", "615", "616"}
    for element in elements(lawful(seed), TRUST_MAPPING):
        match element:
            case BankTransaction():
                assert element.amounts_are is AmountsAre.EXCLUSIVE
                assert {line.account.code for line in element.lines} <= allowed
                assert {line.tax_type for line in element.lines} == {NO_TAX}
                assert {line.tax_amount for line in element.lines} == {None}
                assert element.expected.total_tax == 0
            case ManualJournal():
                assert element.amounts_are is AmountsAre.NO_TAX
                assert {line.account.code for line in element.lines} <= allowed
                assert sum(line.amount for line in element.lines) == 0
            case Payment():
                assert element.account.code == "805"
            case _:
                assert isinstance(element, BankTransfer)


@given(seeds)
def test_every_lawful_move_keeps_the_sums_by_itself(seed: int) -> None:
    assert all(move.residue == 0 for document in lawful(seed) for move in moves(document))


def at(documents: list[Document], kind: type[TrustDocument], direction: str | None = None) -> int:
    """Return the place of the first document of a kind, and of a direction if one is named."""
    return next(
        n
        for n, document in enumerate(documents)
        if isinstance(document, kind) and direction in {None, getattr(document, "direction", None)}
    )


def swapped(documents: list[Document], place: int, **change: object) -> list[Document]:
    changed = replace(documents[place], **change)  # type: ignore[arg-type]
    return [*documents[:place], changed, *documents[place + 1 :]]


STREAM = lawful(7, 200)


def test_the_stream_has_every_kind_so_that_no_fault_is_planted_in_nothing() -> None:
    kinds = {document.kind for document in STREAM}
    assert kinds >= {cls.kind for cls in TrustDocument.__subclasses__()}
    assert findings(STREAM) == set()


def test_a_payment_from_the_wrong_matter_overdraws_its_ledger() -> None:
    place = at(STREAM, TrustPayment)
    paid = STREAM[place]
    assert isinstance(paid, TrustPayment)
    poor = replace(paid.splits[0].matter, id="t-99", number="2026-T099")
    wrong = replace(paid.splits[0], matter=poor)
    assert "ledger_overdrawn" in findings(swapped(STREAM, place, splits=(wrong,)))


def test_splits_that_do_not_add_up_upset_the_sums() -> None:
    place = at(STREAM, TrustReceipt)
    received = STREAM[place]
    assert isinstance(received, TrustReceipt)
    assert "trust_sums_off" in findings(swapped(STREAM, place, amount=received.amount + 1))


def test_a_payment_is_named_by_one_transfer_of_costs_only() -> None:
    place = at(STREAM, TrustOfficeTransfer, direction="to_office")
    again = replace(STREAM[place], id="again")
    found = findings([*STREAM, again])
    assert found >= {"payment_named_twice"}
    assert findings([*STREAM, again, reversal(STREAM[place], again.date, "r")]) == set()


def test_a_payment_that_was_taken_back_has_no_costs_to_move() -> None:
    place = at(STREAM, TrustOfficeTransfer, direction="to_office")
    moved = STREAM[place]
    assert isinstance(moved, TrustOfficeTransfer)
    paid = next(one for one in STREAM if one.key == moved.payments[0])
    lying = replace(moved, id="in", direction="to_trust", payments=(), date=paid.date)
    before = [*STREAM, lying, reversal(paid, paid.date, "r-1")]
    assert findings(before) == {"payment_taken_back"}
    after = [*STREAM, lying, reversal(paid, moved.date + DAY, "r-1")]
    assert findings(after) == {"costs_left_behind"}
    assert findings([*after, reversal(moved, moved.date + 2 * DAY, "r-2")]) == set()


def test_more_cannot_be_transferred_than_was_paid() -> None:
    place = at(STREAM, TrustOfficeTransfer, direction="to_office")
    moved = STREAM[place]
    assert isinstance(moved, TrustOfficeTransfer)
    found = findings(swapped(STREAM[: place + 1], place, amount=moved.amount + 10**12))
    assert found == {"costs_over_transferred", "payments_do_not_add_up"}


def test_a_transfer_names_payments_of_its_own_trust_account() -> None:
    place = at(STREAM, TrustOfficeTransfer, direction="to_office")
    moved = STREAM[place]
    assert isinstance(moved, TrustOfficeTransfer)
    other = "TRUST2" if moved.trust_account == "TRUST1" else "TRUST1"
    found = findings(swapped(STREAM, place, trust_account=other))
    assert "payment_of_other_trust_account" in found


def test_a_transfer_of_costs_comes_after_its_payments() -> None:
    place = at(STREAM, TrustBillPayment)
    without = [document for document in STREAM if document is not STREAM[place]]
    assert {"payment_not_known", "costs_over_transferred"} & findings(without)


@pytest.mark.parametrize(
    ("kind", "direction", "code"),
    [
        (StatutoryDeposit, "out", "statutory_deposit_overdrawn"),
        (FirmAdvance, "repay", "firm_repaid_too_much"),
    ],
)
def test_no_more_comes_back_than_went(kind: type[TrustDocument], direction: str, code: str) -> None:
    place = at(STREAM, kind)
    too_much = 10**12
    assert code in findings(swapped(STREAM, place, direction=direction, amount=too_much))


def test_the_firm_advances_no_more_than_its_own_money_in_trust() -> None:
    place = at(STREAM, FirmAdvance)
    advanced = STREAM[place]
    assert isinstance(advanced, FirmAdvance)
    assert advanced.direction == "advance"
    more = swapped(STREAM[: place + 1], place, amount=advanced.amount + 10_000_00)
    assert findings(more) == {"firm_advanced_too_much"}


def test_a_ledger_closes_at_nil_and_stays_closed() -> None:
    received = STREAM[at(STREAM, TrustReceipt)]
    assert isinstance(received, TrustReceipt)
    whose = received.splits[0]
    close = LedgerClose(
        id="lc",
        date=received.date,
        trust_account=received.trust_account,
        client=whose.client,
        matter=whose.matter,
    )
    later = replace(received, id="later", number="LATER", date=received.date + DAY)
    assert findings([received, close]) == {"ledger_closed_with_money"}
    assert findings([close, later]) == {"ledger_is_closed"}
