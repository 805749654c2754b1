from __future__ import annotations

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Contact
from counterfoil.posting.plan import BATCH_MOST, BYTES_MOST, STAGES, Prepared, batches, stage
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


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (("contact", "Contacts"), ("bill", "Invoices")),
        (("bill", "Invoices"), ("receipt", "Payments")),
        (("receipt", "BankTransactions"), ("allocation", "Allocations")),
        (("receipt", "Payments"), ("credit_note", "Allocations")),
        (("allocation", "Allocations"), ("refund", "Payments")),
    ],
)
def test_what_others_need_goes_first_and_refunds_last(
    earlier: tuple[str, str], later: tuple[str, str]
) -> None:
    assert stage(*earlier) < stage(*later)
