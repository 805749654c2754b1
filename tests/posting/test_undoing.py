"""What taking something back in Xero comes to, by where it stands here and there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Document, Void
from counterfoil.core.findings import Finding
from counterfoil.core.writer import canonical
from counterfoil.core.xero_documents import DocumentType, Symbol, Undone
from counterfoil.posting.acting import Amendments, later
from counterfoil.posting.corrections import Correction, Step, entry_of
from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import (
    CORRECTION,
    TOGETHER,
    Due,
    Link,
    Outcome,
    Posting,
    PostingKey,
    Restored,
)
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.target import Existing, Looked, Shape, Standing, UnreadableAnswer
from counterfoil.posting.undoing import undo, with_taken_back
from counterfoil.xero.target import XeroTarget
from tests.core.scene import DAY, plain_bill
from tests.posting import test_sought as sought
from tests.posting.test_sought import BILL, CONTACT, NOON, THERE, named
from tests.posting.test_sought import FIRST as MADE

if TYPE_CHECKING:
    from counterfoil.posting.caller import Caller

BY_HAND = PostingKey(CORRECTION, "k-1", "01", Act.VOID, 1)
BY_PRACTICE = PostingKey("void", "v-1", "", Act.VOID, 1)
REVISED = MADE._replace(part="revision:2", act=Act.UPDATE)
VOID = Void(id="v-1", date=DAY, voids=BILL, reason="Never owed")
INVOICE = Undone(Symbol(*BILL), "", "Invoices")
APPLIED = Undone(Symbol("credit_note", "cn-1"), "allocation:b-1", "Allocations")
STANDS = Standing(ended=False, number="INV-1", status="AUTHORISED", date=DAY)
VOIDED = Standing(ended=True, number="INV-1", status="VOIDED")
WAITS, DONE = [State.READY], [State.POSTED, State.WITHDRAWN]


class Desk(sought.Desk):
    """A practice that takes something back, and Xero as it shows it."""

    def __init__(self, *documents: Document) -> None:
        super().__init__(*documents)
        self.shows: dict[str, Standing | None] = {"there": STANDS}
        self.read_of: list[Existing] = []

    def put(
        self, key: PostingKey, state: State, link: Link | None = None, request: str | None = None
    ) -> None:
        """Let a posting stand, and be tied, as a test has it."""
        rows = self.outbox
        rows._postings[key] = Posting(
            key, state, "Invoices", 1, None, BATCH_MOST, request_id=request
        )
        of = rows._of.setdefault(key.document, [])
        of += [] if key in of else [key]
        rows._needs.setdefault(key, ())
        if link is not None:
            rows._links[key] = link

    def credit(self, source: DocumentType, xero_id: str) -> str:
        return XeroTarget().credit(source, xero_id)

    def end(self, act: Act, existing: Existing) -> Shape:
        return XeroTarget().end(act, existing)

    def renumber(self, existing: Existing, number: str) -> Shape:
        return XeroTarget().renumber(existing, number)

    def read_standing(self, existing: Existing) -> Standing | None:
        self.read_of.append(existing)
        return self.shows[existing.xero_id]

    def read(self, told: object) -> dict[PostingKey, Looked]:
        if told is None:
            raise UnreadableAnswer
        return cast("dict[PostingKey, Looked]", told)

    def undo(self, *dues: Due, restored: Restored | None = None) -> Amendments:
        return undo(dues, cast("Caller", self), self.shelf, restored)

    def correct(
        self,
        undone: Undone = INVOICE,
        act: Act = Act.VOID,
        number: str = "",
        *,
        again: bool = False,
        restored: Restored | None = None,
    ) -> Amendments:
        """Carry out one step of what a person ordered."""
        return self.undo(ordered(undone, act, number, again=again), restored=restored)

    def void(self) -> Amendments:
        """Carry out a void of the practice's."""
        return self.undo(voiding())


def due(key: PostingKey, body: bytes) -> Due:
    return Due(Posting(key, State.READY, "Invoices", 1, NOON, BATCH_MOST), body)


def voiding() -> Due:
    return due(BY_PRACTICE, canonical(VOID))


def ordered(undone: Undone, act: Act, number: str = "", *, again: bool = False) -> Due:
    correction = order(Step(act, undone, number), again=again)
    return due(BY_HAND.of(act), entry_of(correction, number, DAY).body)


def order(*steps: Step, again: bool = False) -> Correction:
    return Correction("k-1", BILL, again, steps)


def billed(state: State = State.POSTED, request: str | None = None, source: str = "answer") -> Desk:
    """A bill that is tied to an invoice in Xero."""
    desk = Desk(plain_bill())
    desk.put(MADE, state, replace(THERE, source=source), request)
    return desk


def states(told: Amendments) -> list[State]:
    return [one.state for one in told.outcomes]


def only(told: Amendments) -> Outcome:
    (outcome,) = told.outcomes
    return outcome


def held(told: Amendments) -> Finding:
    """What a person is told of what cannot be taken back."""
    outcome = only(told)
    assert (outcome.posting.kind, outcome.state) == (CORRECTION, State.HELD)
    (finding,) = outcome.findings
    return finding


def call(told: Amendments) -> tuple[str, str]:
    """The call that is to be made: its path and what it says."""
    (amendment,) = told.ready
    return amendment.shape.path, amendment.shape.body.decode()


@pytest.mark.parametrize(
    ("stands", "request_id", "for_the_practice", "for_a_person"),
    [
        (State.SENDING, "one", WAITS, WAITS),
        (State.UNKNOWN, "one", WAITS, WAITS),
        (State.READY, "one", WAITS, WAITS),
        (State.READY, None, DONE, WAITS),
        (State.WAITING, None, DONE, WAITS),
        (State.HELD, None, DONE, DONE),
        (State.PRIOR, None, DONE, DONE),
        (State.REFUSED, "one", DONE, DONE),
    ],
)
def test_what_may_still_leave_is_waited_for_and_what_stays_here_is_withdrawn(
    stands: State, request_id: str | None, for_the_practice: list[State], for_a_person: list[State]
) -> None:
    desk = billed(stands, request_id)
    told = desk.void()
    assert states(told) == for_the_practice
    if told.outcomes[0].state is State.READY:
        assert only(told) == later(voiding().posting, cast("Caller", desk))
    assert states(desk.correct()) == for_a_person
    assert not desk.read_of, "nothing of it is in Xero"


@pytest.mark.parametrize(
    ("stands", "request_id", "waits"),
    [
        (State.SENDING, "two", True),
        (State.READY, "two", True),
        (State.READY, None, False),
        (State.HELD, None, False),
    ],
)
def test_a_revision_on_its_way_to_the_object_is_waited_for(
    stands: State, request_id: str | None, *, waits: bool
) -> None:
    desk = billed()
    desk.put(REVISED, stands, request=request_id)
    told = desk.void()
    assert (states(told) == WAITS) == waits
    assert bool(told.ready) != waits


def test_what_nothing_stands_of_is_taken_back_already() -> None:
    told = billed(State.WITHDRAWN).void()
    assert only(told) == Outcome(BY_PRACTICE, State.POSTED)


def test_what_is_called_posted_and_tied_to_nothing_is_withdrawn_unseen() -> None:
    desk = Desk(plain_bill())
    desk.put(MADE, State.POSTED)
    restored = Restored(NOON, 1, NOON)
    assert [one.posting for one in desk.correct(restored=restored).outcomes] == [BY_HAND, MADE]
    assert not desk.asked, "after a restore only what looks never sent is sought"


@pytest.mark.parametrize("state", [State.POSTED, State.MISMATCHED, State.DRAFTED])
def test_what_stands_in_xero_is_read_and_then_voided(state: State) -> None:
    desk = billed(state)
    path, body = call(desk.void())
    assert path == "/Invoices/there"
    assert '"VOIDED"' in body
    assert desk.read_of == [Existing("Invoices", "there")]


def test_one_answer_that_cannot_be_read_puts_off_no_other_act() -> None:
    desk = billed()
    other = PostingKey("bill", "b-2", "", Act.CREATE, 1)
    desk.put(other, State.POSTED, Link("else"))
    desk.shows |= {"else": None}
    told = desk.undo(ordered(Undone(Symbol("bill", "b-2"), "", "Invoices"), Act.VOID), voiding())
    assert (only(told).posting, states(told)) == (BY_HAND, WAITS), "it comes first"
    assert [one.posting.key for one in told.ready] == [BY_PRACTICE]


def test_what_cannot_be_told_with_todays_mapping_is_held() -> None:
    desk = billed()
    mapping = desk.shelf.mapping()
    desk.shelf = FixedShelf(desk.shelf.chart(), replace(mapping, accounts={}))
    outcome = only(desk.void())
    assert outcome.state is State.HELD
    assert "account_not_mapped" in [one.code for one in outcome.findings]


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ((MADE._replace(attempt=2), State.POSTED), "two"),
        ((MADE._replace(attempt=2), State.WITHDRAWN), "there"),
        ((MADE._replace(attempt=2, act=Act.UPDATE), State.POSTED), "there"),
        ((MADE._replace(attempt=2, part="write-off"), State.POSTED), "there"),
    ],
    ids=["made anew", "withdrawn", "a correction", "another part"],
)
def test_what_is_read_is_what_the_newest_making_of_its_part_is_tied_to(
    more: tuple[PostingKey, State], read: str
) -> None:
    desk = billed()
    desk.put(*more, Link("two"))
    desk.shows["two"] = STANDS
    desk.correct()
    assert [one.xero_id for one in desk.read_of] == [read]


def applied(*, known: bool = True) -> Desk:
    """A credit that was put on a bill in Xero."""
    desk = Desk()
    key = PostingKey("credit_note", "cn-1", "", Act.CREATE, 1)
    if known:
        desk.put(key, State.POSTED, Link("credit"))
    desk.put(
        key._replace(part="allocation:b-1", act=Act.ALLOCATE), State.POSTED, Link("there", "INV-1")
    )
    return desk


DRAWN = replace(APPLIED, source=APPLIED.document)


@pytest.mark.parametrize(
    ("found_at", "called"),
    [("", "CreditNotes/credit"), ("Prepayments/credit", "Prepayments/credit")],
)
def test_an_allocation_is_taken_off_where_it_was_found(found_at: str, called: str) -> None:
    desk = applied()
    desk.shows["there"] = replace(STANDS, credit=found_at)
    told = desk.correct(DRAWN, Act.DEALLOCATE)
    assert call(told) == (f"/{called}/Allocations/there", "")
    assert [one.shape.method for one in told.ready] == ["DELETE"]
    assert desk.read_of == [Existing("Allocations", "there", "CreditNotes/credit")]


def test_an_allocation_of_a_credit_that_nobody_knows_is_a_persons() -> None:
    desk = applied(known=False)
    assert held(desk.correct(DRAWN, Act.DEALLOCATE)).code == "credit_gone"
    assert not desk.read_of


def test_a_payment_that_is_several_receipts_is_left_to_a_person() -> None:
    desk = billed(source=TOGETHER)
    found = held(desk.correct())
    assert (found.code, found.about) == ("undo_shared_payment", "shared")
    assert not desk.correct().ready


def test_a_payment_of_several_that_is_gone_is_followed() -> None:
    desk = billed(source=TOGETHER)
    desk.shows["there"] = VOIDED
    mine, made = desk.correct().outcomes
    ended = Link("there", "INV-1", "VOIDED", source="look-up")
    assert (mine.posting, mine.state, mine.link) == (BY_HAND, State.POSTED, ended)
    assert (made.posting, made.state) == (MADE, State.WITHDRAWN)


@pytest.mark.parametrize(
    ("act", "shown", "status"),
    [(Act.VOID, "VOIDED", "VOIDED"), (Act.VOID, "", "DELETED"), (Act.UPDATE, "VOIDED", None)],
)
def test_what_has_ended_there_is_written_down_as_it_was_found(
    act: Act, shown: str, status: str | None
) -> None:
    desk = billed()
    desk.shows["there"] = replace(VOIDED, status=shown)
    told = desk.correct(act=act)
    link = Link("there", "INV-1", status, source="look-up") if status else None
    assert (told.outcomes[0].state, told.outcomes[0].link) == (State.POSTED, link)
    assert not told.ready


@pytest.mark.parametrize(
    ("again", "told_of"), [(False, ["posted_anew_after_backup"]), (True, [])], ids=str
)
def test_after_a_restore_what_was_posted_anew_meanwhile_is_looked_for_save_by_a_repost(
    told_of: list[str], *, again: bool
) -> None:
    desk = billed()
    desk.know(named("smith"))
    desk.put(CONTACT, State.POSTED, Link("smith"))
    desk.shows["there"] = VOIDED
    desk.there = {"smith": Looked(same=(Link("else", "INV-1"),))}
    told = desk.correct(again=again, restored=Restored(NOON, 1, NOON))
    assert [one.code for one in told.outcomes[0].findings] == told_of
    assert told.outcomes[0].state is (State.POSTED if again else State.HELD)
    assert bool(desk.asked) != again


def test_a_number_is_given_once() -> None:
    desk = billed()
    told = desk.correct(act=Act.UPDATE, number="INV-1-VOID1")
    path, body = call(told)
    assert path == "/Invoices/there"
    assert '"InvoiceNumber":"INV-1-VOID1"' in body
    again = desk.correct(act=Act.UPDATE, number="INV-1")
    assert only(again) == Outcome(BY_HAND.of(Act.UPDATE), State.POSTED)
    assert not again.ready


def test_what_has_no_number_is_voided_all_the_same() -> None:
    desk = billed()
    desk.shows["there"] = replace(STANDS, number="")
    assert '"VOIDED"' in call(desk.correct())[1]


def test_money_beyond_what_was_owed_is_left_to_a_person() -> None:
    desk = billed()
    desk.put(PostingKey("receipt", "r-1", "rest", Act.CREATE, 1), State.POSTED, THERE)
    rest = Undone(Symbol("receipt", "r-1"), "rest", "BankTransactions")
    found = held(desk.correct(rest, Act.DELETE))
    assert (found.code, found.about) == ("undo_prepaid", "prepaid")


def test_what_is_barred_there_is_held_with_the_reason() -> None:
    desk = billed()
    desk.shows["there"] = replace(STANDS, reconciled=True)
    assert held(desk.correct()).code == "undo_reconciled"


@pytest.mark.parametrize(
    ("act", "status", "says"),
    [
        (Act.VOID, "AUTHORISED", "VOIDED"),
        (Act.VOID, "DRAFT", "DELETED"),
        (Act.VOID, "SUBMITTED", "DELETED"),
        (Act.DELETE, "AUTHORISED", "DELETED"),
    ],
)
def test_xero_voids_what_counts_and_deletes_a_draft(act: Act, status: str, says: str) -> None:
    desk = billed()
    desk.shows["there"] = replace(STANDS, status=status)
    assert f'"{says}"' in call(desk.correct(act=act))[1]


def test_who_takes_back_by_hand_is_told_that_the_practice_still_has_it() -> None:
    outcomes = billed(State.HELD).correct().outcomes
    assert [(one.posting, one.again) for one in outcomes] == [(BY_HAND, ()), (MADE, ())]
    assert [one.code for one in outcomes[1].findings] == ["taken_back"]


def test_what_a_repost_takes_back_is_posted_again_after_it() -> None:
    _, made = billed(State.HELD).correct(again=True).outcomes
    assert (made.findings, made.again) == ((), (Symbol(CORRECTION, "k-1"),))


def test_what_the_practice_takes_back_needs_no_word_and_is_not_posted_again() -> None:
    _, made = billed(State.HELD).void().outcomes
    assert made == Outcome(MADE, State.WITHDRAWN)


def ended(key: PostingKey, xero_id: str = "there", number: str = "INV-1") -> Outcome:
    return Outcome(key, State.POSTED, Link(xero_id, number, "VOIDED"))


def withdrawn(desk: Desk, *outcomes: Outcome) -> list[Outcome]:
    """What is withdrawn beside these."""
    told = with_taken_back(outcomes, desk.outbox)
    assert told[: len(outcomes)] == outcomes
    assert {one.state for one in told[len(outcomes) :]} <= {State.WITHDRAWN}
    return [*told[len(outcomes) :]]


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(BY_PRACTICE, State.HELD, Link("there")),
        Outcome(BY_PRACTICE, State.POSTED),
        Outcome(BY_HAND.of(Act.UPDATE), State.POSTED, Link("there")),
        Outcome(BY_PRACTICE, State.POSTED, Link("else")),
    ],
    ids=["held", "tied to nothing", "renumbered", "another"],
)
def test_what_ended_nothing_withdraws_nothing(outcome: Outcome) -> None:
    assert withdrawn(billed(), outcome) == []


def test_what_ended_withdraws_whatever_had_made_it_and_stated_it_anew() -> None:
    desk = billed()
    for number, state in enumerate(
        (State.POSTED, State.READY, State.WITHDRAWN, State.SENDING), start=2
    ):
        desk.put(REVISED._replace(part=f"revision:{number}"), state)
    desk.put(MADE._replace(act=Act.UPDATE), State.HELD)
    desk.put(MADE._replace(act=Act.UPDATE, attempt=2), State.HELD)
    desk.put(MADE._replace(part="write-off"), State.POSTED)
    assert [one.posting for one in withdrawn(desk, ended(BY_PRACTICE, number="INV-1-VOID1"))] == [
        MADE,
        MADE._replace(act=Act.UPDATE),
        REVISED,
        REVISED._replace(part="revision:3"),
    ]


def test_what_was_ended_before_withdraws_nobody_else() -> None:
    desk = billed()
    earlier = BY_PRACTICE._replace(id="v-0")
    desk.put(earlier, State.POSTED, THERE)
    assert withdrawn(desk, ended(BY_PRACTICE)) == []


@pytest.mark.parametrize("again", [False, True])
def test_only_a_repost_posts_again_what_its_call_ended(*, again: bool) -> None:
    desk = billed()
    correction = order(Step(Act.VOID, INVOICE), again=again)
    desk.outbox.receive([entry_of(correction, "INV-1", DAY)], actor="ann", now=NOON)
    (made,) = withdrawn(desk, ended(BY_HAND, number="INV-1-VOID1"))
    assert made.again == ((Symbol(*correction.key),) if again else ())
    assert [one.code for one in made.findings] == ([] if again else ["taken_back"])
    assert made.link is None


@pytest.mark.parametrize(
    ("again", "said"), [(False, ["taken_back"]), (True, ["number_stays_void"])], ids=str
)
def test_what_is_void_under_its_own_number_keeps_that(said: list[str], *, again: bool) -> None:
    desk = billed()
    desk.put(REVISED, State.HELD)
    correction = order(Step(Act.VOID, INVOICE), again=again)
    desk.outbox.receive([entry_of(correction, "INV-1", DAY)], actor="ann", now=NOON)
    told = withdrawn(desk, ended(BY_HAND), Outcome(CONTACT, State.HELD))
    assert [(one.posting, one.link) for one in told] == [
        (MADE, replace(THERE, status="VOIDED")),
        (REVISED, None),
    ]
    assert [one.code for one in told[0].findings] == said


def test_of_several_each_is_told_by_its_own_number_in_the_order_of_their_ids() -> None:
    desk = billed()
    other, third = (MADE._replace(id=name) for name in ("b-2", "b-3"))
    desk.put(other, State.POSTED, Link("here", "INV-2"))
    desk.put(third, State.POSTED, Link("else", "INV-3"))
    told = withdrawn(
        desk,
        ended(BY_PRACTICE),
        ended(BY_PRACTICE._replace(id="v-2"), "here", "INV-2-VOID1"),
        ended(BY_PRACTICE._replace(id="v-3"), "else", "INV-3"),
    )
    assert [(one.posting, one.link and one.link.number) for one in told] == [
        (third, "INV-3"),
        (other, None),
        (MADE, "INV-1"),
    ]


def test_a_number_that_an_open_object_bears_is_not_said_to_be_kept() -> None:
    desk = billed()
    desk.put(REVISED, State.HELD, Link("else", "INV-1"))
    _, revised = withdrawn(desk, ended(BY_PRACTICE))
    assert revised.link is None
