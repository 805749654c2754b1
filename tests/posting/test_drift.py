"""What counts as drift and what does not, told from the two sides alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import AccountRef
from counterfoil.posting.drift import standing
from counterfoil.posting.drift.catalogue import CATALOGUE, finding
from counterfoil.posting.drift.compare import compare, gone
from counterfoil.posting.drift.shown import Kept, Known, Share, Shown, ShownLine
from counterfoil.posting.drift.strangers import Ground, pattern, strangers
from counterfoil.posting.records import MirrorContact, PostingKey

DAY = dt.date(2026, 6, 15)
FEES = ShownLine(10_000, 1_000_000, AccountRef("200"), "OUTPUT", None, frozenset())
COSTS = ShownLine(20_000, 500_000, AccountRef("260"), "OUTPUT", None, frozenset())
SENT = Shown(
    "Invoices", "", "ACCREC", "INV-1", date=DAY, contact_id="k", total=None, lines=(FEES, COSTS)
)
FOUND = replace(SENT, xero_id="x", status="AUTHORISED", total=22_000, due=22_000)
KEPT = Kept(PostingKey("bill", "b-1", "", Act.CREATE, 1), "Invoices", "INV-1", "x", 22_000, SENT)
NOTHING = Known()


def codes(found: Shown, known: Known = NOTHING, kept: Kept = KEPT) -> list[str]:
    return [one.code for one in compare(kept, found, known)]


def test_what_was_sent_and_is_shown_has_not_drifted() -> None:
    assert codes(FOUND) == []


def test_lines_that_changed_places_are_the_same_lines() -> None:
    assert codes(replace(FOUND, lines=(COSTS, FEES))) == []


def test_everything_that_was_edited_is_named_at_once() -> None:
    edited = FEES._replace(unit_amount=900_000, account=AccountRef("270"), tax_type="EXEMPTOUTPUT")
    found = replace(FOUND, date=DAY.replace(day=16), lines=(edited, COSTS), total=21_000)
    assert codes(found) == [
        "date_changed",
        "line_amount_changed",
        "line_account_changed",
        "line_tax_changed",
    ]


def test_a_line_on_an_account_that_got_another_code_has_not_moved() -> None:
    recoded = FEES._replace(account=AccountRef("2000", "acc-fees"))
    known = Known(accounts={"200": "acc-fees"})
    assert codes(replace(FOUND, lines=(recoded, COSTS)), known) == []


def test_a_code_that_was_given_to_another_account_is_noticed() -> None:
    other = FEES._replace(account=AccountRef("200", "acc-other"))
    known = Known(accounts={"200": "acc-fees"})
    assert codes(replace(FOUND, lines=(other, COSTS)), known) == ["line_account_changed"]


def test_tax_that_was_typed_over_shows_in_the_total() -> None:
    assert codes(replace(FOUND, total=22_001)) == ["total_changed"]


def test_a_bill_of_a_merged_contact_has_not_changed_hands() -> None:
    known = Known(merged={"k": "kept"})
    assert codes(replace(FOUND, contact_id="kept"), known) == []
    assert codes(replace(FOUND, contact_id="other"), known) == ["contact_changed"]


def test_our_own_payment_is_not_held_against_the_bill() -> None:
    paid = replace(FOUND, payments=(Share("p", 22_000),), due=0, status="PAID")
    assert codes(paid, Known(linked=frozenset({"p"}))) == []
    assert codes(paid) == ["paid_in_xero"]


def test_what_is_still_on_its_way_may_be_ours() -> None:
    paid = replace(FOUND, payments=(Share("p", 22_000),), due=0)
    assert codes(paid, Known(in_flight=frozenset({"x"}))) == []


def test_what_we_ended_ourselves_is_not_told_back_to_us() -> None:
    assert codes(replace(FOUND, status="VOIDED"), kept=replace(KEPT, ended=True)) == []


def test_without_the_body_the_total_still_tells() -> None:
    bare = replace(KEPT, sent=None)
    assert codes(FOUND, kept=bare) == []
    assert codes(replace(FOUND, total=1), kept=bare) == ["total_changed"]


def test_an_allocation_that_xero_shows_without_an_id_is_ours_by_what_it_says() -> None:
    key = PostingKey("credit_note", "cn-1", "allocation:b-1", Act.ALLOCATE, 1)
    made = Kept(
        key, "Allocations", "CN-1", "a", None, Shown("Allocations", "", document_id="i", total=500)
    )
    credit = Shown("CreditNotes", "x", status="AUTHORISED", allocations=(Share("", 500, "i"),))
    known = Known(allocated=(made,))
    assert codes(credit, known, replace(KEPT, sent=None, total=None)) == []
    taken_back = replace(credit, allocations=())
    assert codes(taken_back, known, replace(KEPT, sent=None, total=None)) == [
        "allocation_deleted_in_xero"
    ]


def test_what_xero_does_not_show_any_more_is_gone() -> None:
    assert (
        gone(KEPT).finding.message == "bill INV-1 was posted, and Xero does not show it any more."
    )


def test_every_code_says_what_to_do() -> None:
    assert all(finding(code, "It").fix for code in CATALOGUE)


TRUST = Ground(
    trust={"acc-trust": "T1 Trust"},
    codes={"T1": "acc-trust"},
    patterns=lambda: {"INV-#"},
    history=dt.date(2026, 5, 31),
)
FEE = Shown(
    "BankTransactions", "s", "SPEND", reference="FEE", status="AUTHORISED", date=DAY, total=500
)


def strange(*found: Shown, ground: Ground = TRUST) -> list[str]:
    return [one.code for one in strangers(found, ground)]


def test_others_may_enter_what_they_like_beside_trust_accounts() -> None:
    assert strange(replace(FEE, account=AccountRef("090", "acc-office"))) == []


def test_a_strangers_entry_on_a_trust_account_is_named_until_it_is_deleted() -> None:
    entry = replace(FEE, account=AccountRef("T1", None))
    assert strange(entry) == ["trust_entry_not_ours"]
    assert strange(replace(entry, status="DELETED")) == []


def test_what_stood_in_xero_at_the_start_is_history() -> None:
    assert strange(replace(FEE, account=AccountRef("T1"), date=TRUST.history)) == []


def test_half_a_bank_transfer_is_nothing_of_its_own() -> None:
    assert strange(replace(FEE, type="SPEND-TRANSFER", account=AccountRef("T1"))) == []


def test_only_sales_under_numbers_built_like_ours_are_named() -> None:
    bill = Shown("Invoices", "s", "ACCREC", "INV-77", status="AUTHORISED", date=DAY)
    assert strange(bill) == ["number_not_ours"]
    assert strange(replace(bill, number="77/A")) == []
    assert strange(replace(bill, type="ACCPAY")) == []
    assert pattern("PLAIN") == ""


def test_a_merge_is_followed_to_the_contact_that_is_left() -> None:
    def merged(name: str, into: str) -> MirrorContact:
        return MirrorContact(name, name, name, "", "ARCHIVED", into)

    assert standing.merges([merged("a", "b"), merged("b", "c")]) == {"a": "c", "b": "c"}
