from __future__ import annotations

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.parts import RETURNED
from counterfoil.core.xero_documents import Contact
from counterfoil.posting.plan import (
    BATCH_MOST,
    BYTES_MOST,
    CLAIM_MOST,
    STAGES,
    Prepared,
    batches,
    halved,
    stage,
)
from counterfoil.posting.records import Posting, PostingKey
from counterfoil.posting.states import State


def prepared(resource: str, n: int, *, lane: str = "", most: int = BATCH_MOST) -> Prepared:
    key = PostingKey("any", str(n), "", Act.CREATE, 1)
    posting = Posting(key, State.READY, resource, STAGES[resource], None, most)
    return Prepared(posting, Contact(str(n), ""), b"x", lane or f"/{resource}")


def sizes(*each: Prepared, most: int = BATCH_MOST) -> list[int]:
    return [len(batch) for batch in batches(each, most)]


def test_a_bank_transfer_goes_alone() -> None:
    assert sizes(*(prepared("BankTransfers", n) for n in range(3))) == [1, 1, 1]
    assert sizes(*(prepared("ManualJournals", n) for n in range(3))) == [3]


def test_a_batch_holds_one_lane_and_what_its_members_allow() -> None:
    two = [prepared("Allocations", n, lane=f"/CreditNotes/{n % 2}") for n in range(5)]
    assert sorted(sizes(*two)) == [2, 3]
    halved = [prepared("Invoices", n, most=2) for n in range(5)]
    assert sizes(*halved, *(prepared("Invoices", 9) for _ in range(2))) == [2, 2, 1, 2]


def test_a_batch_is_split_before_it_grows_too_large() -> None:
    large = prepared("Invoices", 1)
    half = Prepared(large.posting, large.element, b"x" * (BYTES_MOST // 2), large.lane)
    assert sizes(half, half, half) == [1, 1, 1]


def test_a_batch_is_as_large_as_xero_takes_with_what_stands_between_its_elements() -> None:
    most = prepared("Invoices", 1)
    one, fits, over = (
        Prepared(most.posting, most.element, b"x" * size, most.lane)
        for size in (1_000_000, 2_499_999, 2_500_000)
    )
    assert sizes(one, fits) == [2]
    assert sizes(one, over) == [1, 1]
    assert sizes(one, one, one, one) == [3, 1]
    full = Prepared(most.posting, most.element, b"x" * BYTES_MOST, most.lane)
    assert sizes(full, one, fits) == [1, 2]


def test_what_is_larger_than_a_call_may_be_goes_alone_and_xero_says_so() -> None:
    one = prepared("Invoices", 1)
    huge = Prepared(one.posting, one.element, b"x" * (BYTES_MOST + 1), one.lane)
    assert sizes(huge, one) == [1, 1]


def test_a_call_takes_fifty_elements_or_as_many_as_it_is_told() -> None:
    bills = [prepared("Invoices", n) for n in range(120)]
    assert sizes(*bills) == [50, 50, 20]
    assert sizes(*bills[:10], most=4) == [4, 4, 2]
    assert CLAIM_MOST == 250


def test_a_batch_that_was_refused_as_a_whole_goes_in_halves_down_to_one() -> None:
    assert [halved(50, sent) for sent in (50, 7, 2, 1)] == [25, 3, 1, 1]
    assert halved(4, 50) == 2


@pytest.mark.parametrize(
    ("kind", "resource", "act", "turn"),
    [
        ("contact", "Contacts", Act.CREATE, 0),
        ("bill", "Invoices", Act.CREATE, 1),
        ("credit_note", "CreditNotes", Act.CREATE, 1),
        ("deposit", "BankTransactions", Act.CREATE, 1),
        ("transfer", "BankTransfers", Act.CREATE, 1),
        ("journal", "ManualJournals", Act.CREATE, 1),
        ("receipt", "Payments", Act.CREATE, 2),
        ("credit_note", "Allocations", Act.ALLOCATE, 3),
        ("refund", "Payments", Act.CREATE, 4),
        ("reversal", "Payments", Act.CREATE, 4),
        ("reversal", "BankTransactions", Act.CREATE, 1),
        ("correction", "Allocations", Act.DEALLOCATE, 5),
        ("correction", "Payments", Act.DELETE, 6),
        ("correction", "Invoices", Act.UPDATE, 7),
        ("correction", "Invoices", Act.VOID, 8),
        ("correction", "BankTransactions", Act.DELETE, 8),
        ("rebill", "CreditNotes", Act.CREATE, 0),
        ("rebill", "Invoices", Act.RELINK, 1),
        ("rebill", "Allocations", Act.ALLOCATE, 3),
    ],
)
def test_everything_has_its_turn(kind: str, resource: str, act: Act, turn: int) -> None:
    """What others need goes first; what lies on a document is taken off before it is void."""
    assert stage(kind, resource, act) == turn
    assert act is not Act.CREATE or stage(kind, resource) == turn


def test_what_takes_the_place_of_payments_waits_until_these_are_gone() -> None:
    for part in RETURNED:
        assert stage("reversal", "BankTransactions", Act.CREATE, part) == 9
        assert stage("reversal", "Payments", Act.DELETE, part) == 9
