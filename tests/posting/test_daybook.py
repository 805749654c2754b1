"""Documents on their way into the daybook: what is said of them, and what waits for what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.documents import Document, Key, Party, Reversal, Void
from counterfoil.core.findings import Finding
from counterfoil.posting.behind import why_behind
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.records import Link, Outcome, Taken
from counterfoil.posting.shelf import FixedShelf, NoChart
from counterfoil.posting.states import State
from tests.core.scene import JONES, SMITH, books, plain_bill, receipt, to_bill

PAID = receipt("100.00", to_bill("100.00"))

NOON = dt.datetime(2026, 11, 3, 12, 0, tzinfo=dt.UTC)


class Daybook:
    """An outbox in memory with the scene's chart and mapping."""

    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.shelf = FixedShelf(books().chart, books().mapping)

    def take(self, *documents: Document) -> list[Taken]:
        receipts = take_in(documents, self.outbox, self.shelf, actor="test", now=NOON)
        return [receipt.taken for receipt in receipts]

    def say_sent(self, document: Document) -> None:
        """Let every posting of a document, and of its party, be in Xero."""
        lease = self.outbox.take_lease("test", self.outbox.lease(), now=NOON)
        assert lease is not None
        for key in (Key("contact", SMITH.id), document.key):
            outcomes = [
                Outcome(posting.key, State.POSTED, Link(f"x-{posting.key.id}"))
                for posting in self.outbox.postings([key])
                if posting.state is not State.POSTED
            ]
            self.outbox.settle_unsent(lease, outcomes, now=NOON)
        self.outbox.release(lease)

    def codes(self, document: Document) -> list[str]:
        return [finding.code for finding in self.findings(document)]

    def findings(self, document: Document) -> tuple[Finding, ...]:
        return self.outbox.findings([document.key])[document.key]

    def states(self, document: Document) -> list[State]:
        return [posting.state for posting in self.outbox.postings([document.key])]


def test_a_receipt_waits_for_its_bill_and_says_so() -> None:
    daybook = Daybook()

    daybook.take(PAID)

    (finding,) = daybook.findings(PAID)
    assert (finding.code, finding.about) == ("not_received", "bill:b-1")
    assert finding.path == "allocations[0].bill"
    assert daybook.states(PAID) == [State.WAITING]


def test_when_the_bill_comes_the_receipt_only_waits_for_xero() -> None:
    daybook = Daybook()
    daybook.take(PAID)

    daybook.take(plain_bill())

    assert daybook.codes(PAID) == []
    assert daybook.states(PAID) == [State.WAITING]


def test_a_bill_in_the_same_file_is_not_missed() -> None:
    daybook = Daybook()

    daybook.take(PAID, plain_bill())

    assert daybook.codes(PAID) == []


def test_a_partys_contact_goes_in_before_the_document_and_once() -> None:
    daybook = Daybook()

    daybook.take(plain_bill(), plain_bill(id="b-2", number="INV-2"))

    (posting,) = daybook.outbox.postings([Key("contact", SMITH.id)])
    assert (posting.state, posting.resource) == (State.READY, "Contacts")


def test_a_party_that_changed_its_name_is_told_within_a_file_and_later() -> None:
    daybook = Daybook()
    renamed = Party(id=SMITH.id, name="Smith Holdings")
    first, second = plain_bill(), plain_bill(id="b-2", number="INV-2", client=renamed)
    third = plain_bill(id="b-3", number="INV-3", client=renamed)

    daybook.take(first, second)
    daybook.take(third)

    assert daybook.codes(first) == []
    assert daybook.codes(second) == daybook.codes(third) == ["party_renamed"]


def test_before_there_is_a_chart_everything_is_held_and_nothing_lost() -> None:
    daybook = Daybook()

    def chart() -> None:
        raise NoChart

    daybook.shelf.chart = chart  # type: ignore[method-assign, assignment]
    document = plain_bill(client=JONES)

    assert daybook.take(document) == [Taken.NEW]
    assert daybook.codes(document) == ["no_chart"]
    assert daybook.states(document) == [State.HELD]


def changed_after_posting() -> Daybook:
    """A receipt is in Xero, and a later revision of it, which is not stated in place."""
    daybook = Daybook()
    daybook.take(plain_bill(), PAID)
    daybook.say_sent(plain_bill())
    daybook.say_sent(PAID)
    daybook.take(replace(PAID, revision=2, memo="changed"))
    return daybook


def test_who_names_a_receipt_that_was_changed_after_posting_is_told() -> None:
    daybook = changed_after_posting()
    back = Reversal(id="x-1", number="X-1", date=PAID.date, reverses=PAID.key, reason="Wrong")

    daybook.take(back)

    assert "named_document_changed" in daybook.codes(back)


def test_a_bill_that_is_stated_anew_in_place_says_nothing_to_whoever_names_it() -> None:
    daybook = Daybook()
    daybook.take(plain_bill())
    daybook.say_sent(plain_bill())
    daybook.take(replace(plain_bill(), revision=2, memo="changed"))

    daybook.take(PAID)

    assert daybook.codes(PAID) == []


def test_a_new_conversion_does_not_forget_that_xero_holds_an_earlier_revision() -> None:
    daybook = changed_after_posting()

    reconvert([PAID.key], daybook.outbox, daybook.shelf, actor="test", now=NOON)

    assert daybook.codes(PAID) == ["changed_after_posting"]


def why(daybook: Daybook, document: Document) -> str:
    first, *_ = why_behind(document.key, daybook.outbox, daybook.shelf)
    return first.message


def test_why_the_newest_revision_did_not_go_is_told() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), PAID)
    daybook.say_sent(plain_bill())
    daybook.say_sent(PAID)
    assert why_behind(PAID.key, daybook.outbox, daybook.shelf) == ()
    daybook.take(replace(PAID, reference="changed", revision=2))
    assert "Xero lets nobody change a receipt in place" in why(daybook, PAID)
    unmapped = replace(plain_bill().lines[0], account="9-9999")
    daybook.take(replace(plain_bill(), lines=(unmapped,), revision=2))
    said = why_behind(plain_bill().key, daybook.outbox, daybook.shelf)
    assert [one.code for one in said] == ["revision_not_sent", "account_not_mapped"]


def test_what_bars_a_void_and_is_not_in_xero_is_told_as_such() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), PAID)
    daybook.say_sent(plain_bill())
    void = Void(id="v-1", date=PAID.date, voids=plain_bill().key, reason="Wrong")
    daybook.take(void)
    (said,) = (one for one in daybook.findings(void) if one.code == "still_settled")
    assert f"receipt {PAID.number} (which is not in Xero yet)" in said.message


def test_what_is_in_xero_is_not_said_to_be_held_by_a_lock() -> None:
    daybook = Daybook()
    daybook.take(plain_bill(), PAID)
    daybook.say_sent(plain_bill())
    chart = books().chart
    locked = replace(chart.organisation, period_lock_date=PAID.date)
    daybook.shelf = FixedShelf(replace(chart, organisation=locked), books().mapping)

    reconvert([plain_bill().key, PAID.key], daybook.outbox, daybook.shelf, actor="test", now=NOON)

    assert daybook.codes(plain_bill()) == []
    assert daybook.codes(PAID) == ["period_locked"]
