"""What a look in Xero tells, after a restore, of what the copy believes never left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Document, Key
from counterfoil.core.findings import Finding, note
from counterfoil.core.xero_documents import Symbol, Totals
from counterfoil.posting.acting import later
from counterfoil.posting.contacts import fold_name
from counterfoil.posting.daybook import take_in
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.records import Link, MirrorContact, Outcome, Posting, PostingKey, Restored
from counterfoil.posting.retry import second_look
from counterfoil.posting.seeking import Search, anew_there, first_sought
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.target import Alike, Looked
from counterfoil.xero.target import XeroTarget
from tests.contract import scene
from tests.core.scene import (
    CHART,
    JONES,
    MAPPING,
    bill,
    line,
    plain_bill,
    receipt,
    set_up,
    split,
    to_bill,
    trust_receipt,
)

if TYPE_CHECKING:
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Frozen
    from counterfoil.posting.target import Shape

NOON = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
BILL, SECOND, RECEIPT = Key("bill", "b-1"), Key("bill", "b-2"), Key("receipt", "r-1")
UNDOER = PostingKey("reversal", "x-1", "", Act.VOID, 1)
PAYMENT = PostingKey("receipt", "r-1", "allocation:b-1", Act.CREATE, 1)
OTHER_PAYMENT = PAYMENT._replace(part="allocation:b-2")
FIRST, CONTACT = (
    PostingKey(*BILL, "", Act.CREATE, 1),
    PostingKey("contact", "c-1", "", Act.CREATE, 1),
)
THERE, ELSE = Link("there", "INV-1"), Link("else", "INV-7")


class Copy(MemoryOutbox):
    """A store that came back; a test says where its postings stand, beside what was taken in."""

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[PostingKey, State] = {}
        self.more: list[Posting] = []
        self.told: tuple[Finding, ...] = ()
        self.lost: Key | None = None

    def postings(self, keys: Collection[Key]) -> tuple[Posting, ...]:
        more = (one for one in self.more if one.key.document in keys)
        known = (*more, *super().postings(set(keys) - {self.lost}))
        return tuple(replace(one, state=self.states.get(one.key, one.state)) for one in known)

    def ids(self, symbols: Collection[Symbol]) -> dict[Symbol, str]:
        drafts = {key.document for key in self.states}
        return super().ids([one for one in symbols if Key(*one) not in drafts])

    def findings(self, keys: Collection[Key]) -> dict[Key, tuple[Finding, ...]]:
        return {**super().findings(keys), UNDOER.document: self.told}


class Desk:
    """A practice after a restore, and Xero as it answers what is looked for."""

    def __init__(self, *documents: Document, mapping: Mapping = MAPPING) -> None:
        self.outbox = Copy()
        self.time = NOON
        self.clock = self.target = self
        self.shelf = FixedShelf(CHART, mapping)
        take_in(documents, self.outbox, self.shelf, actor="ann", now=NOON)
        self.there: dict[str, Looked] = {}
        self.asked: list[Frozen] = []
        self.search = Search(cast("Caller", self), self.shelf, Restored(NOON, 1, NOON))

    def now(self) -> dt.datetime:
        return NOON

    def xero_now(self) -> dt.datetime:
        return self.time

    def encode(self, element: Element) -> bytes:
        return XeroTarget().encode(element)

    def shape(self, elements: list[Element], encoded: list[bytes]) -> Shape:
        return XeroTarget().shape(elements, encoded)

    def look_up(self, requests: list[Frozen]) -> dict[PostingKey, Looked]:
        """Answer by the first word of what is there that stands in what is looked for."""
        (request,) = requests
        self.asked.append(request)
        found = (told for word, told in self.there.items() if word.encode() in request.body)
        return {request.members[0]: next(found, Looked())}

    def read(self, looked: dict[PostingKey, Looked]) -> dict[PostingKey, Looked]:
        return looked

    def tie(self, key: PostingKey, link: Link) -> None:
        lease = scene.leased(self.outbox, NOON)
        self.outbox.settle_unsent(lease, [Outcome(key, State.POSTED, link)], now=NOON)

    def know(self, *contacts: MirrorContact) -> None:
        self.outbox.mirror_store(contacts, NOON)

    def made(self, key: PostingKey) -> Posting:
        return next(one for one in self.outbox.postings([key.document]) if one.key == key)

    def sought(self, key: PostingKey) -> tuple[Outcome, ...] | None:
        made = self.made(key)
        return first_sought(replace(made, key=UNDOER), made, self.search)

    def held(self, key: PostingKey) -> Finding:
        """What a person is told of what cannot be known."""
        told = self.sought(key)
        assert told is not None
        (outcome,) = told
        (finding,) = outcome.findings
        assert (outcome.posting, outcome.state) == (UNDOER, State.HELD)
        assert finding.code == "unsure_after_restore"
        return finding

    def is_missing(self, key: PostingKey) -> bool:
        """Whether it is to be looked for once more."""
        told = self.sought(key)
        return bool(told and told[0].findings[0].code == "looked_for_after_restore")

    def is_put_off(self, key: PostingKey) -> bool:
        made = replace(self.made(key), key=UNDOER)
        return self.sought(key) == (later(made, self.search.caller),)


def named(contact_id: str, merged_to: str = "") -> MirrorContact:
    name = "Smith Pty Ltd"
    return MirrorContact(contact_id, name, fold_name(name), merged_to=merged_to)


def billed(**there: Looked) -> Desk:
    """A bill whose client has one contact in Xero."""
    desk = Desk(plain_bill())
    desk.know(named("smith"))
    desk.there = {"smith": Looked(), **there}
    return desk


def paid(*bills: str) -> Desk:
    """A receipt over bills of one client, of all of which the copy believes that none left."""
    taken = [plain_bill(id=one, number=f"INV-{one}") for one in bills]
    parts = [to_bill("110.00", one) for one in bills]
    desk = Desk(*taken, receipt(f"{110 * len(bills)}.00", *parts))
    desk.outbox.states = {PostingKey("bill", one, "", Act.CREATE, 1): State.HELD for one in bills}
    desk.know(named("smith"))
    return desk


def test_what_is_found_is_taken_up_again() -> None:
    desk = billed(smith=Looked(same=(THERE,)))
    told = desk.sought(FIRST)
    assert told is not None
    (outcome,) = told
    assert (outcome.posting, outcome.state, outcome.link) == (FIRST, State.POSTED, THERE)
    (said,) = outcome.findings
    assert said.code == "found_after_restore"
    assert "as INV-1, and" in said.message


def test_what_has_no_number_is_named_by_its_id() -> None:
    desk = billed(smith=Looked(same=(Link("there"),)))
    told = desk.sought(FIRST)
    assert told is not None
    assert "as there, and" in told[0].findings[0].message


def test_it_is_looked_for_as_it_would_have_been_sent_and_under_no_key() -> None:
    desk = billed()
    assert desk.is_missing(FIRST)
    (asked,) = desk.asked
    assert (asked.members, asked.xero_time) == ((FIRST,), NOON)
    assert asked.expected == (Totals(100_00, 10_00, 110_00),)
    assert (asked.request_id, asked.sha256) == ("", "")


def test_what_ended_there_is_done_with() -> None:
    assert billed(smith=Looked(ended=(THERE,))).sought(FIRST) is None


def test_an_end_under_any_contact_of_the_client_is_an_end() -> None:
    desk = Desk(plain_bill())
    desk.know(named("first"), named("last"))
    desk.there = {"first": Looked(ended=(THERE,))}
    assert desk.sought(FIRST) is None
    assert len(desk.asked) == 2


def test_a_contact_is_looked_for_by_name_and_by_what_it_was_merged_into() -> None:
    desk = Desk(plain_bill())
    desk.know(named("old", merged_to="new"), named("same"))
    desk.sought(FIRST)
    bodies = [one.body for one in desk.asked]
    contacts = [name for body in bodies for name in ("old", "new", "same") if name.encode() in body]
    assert len(bodies) == 3
    assert sorted(contacts) == ["new", "old", "same"]


def test_a_contact_that_is_tied_is_the_only_one_that_is_looked_with() -> None:
    desk = billed()
    desk.tie(CONTACT, Link("tied"))
    assert desk.is_missing(FIRST)
    (asked,) = desk.asked
    assert b"tied" in asked.body


def test_trust_money_is_not_looked_for_with_the_contact_of_its_payer() -> None:
    received = trust_receipt("50.00", split("50.00", client=JONES))
    desk = Desk(received, mapping=set_up(post_trust=True))
    desk.know(named("smith"))
    (made,) = desk.outbox.postings([received.key])
    assert desk.is_missing(made.key)
    assert not desk.asked


def test_a_client_without_a_contact_was_never_billed() -> None:
    desk = Desk(plain_bill())
    assert desk.is_missing(FIRST)
    assert not desk.asked


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (Looked(same=(ELSE, THERE)), "Xero holds several that could be it: else, there."),
        (Looked(same=(THERE, ELSE)), "Xero holds several that could be it: else, there."),
        (Looked(other=(ELSE,)), "Xero holds another document with its number, INV-7."),
        (Looked(alike=(Alike(ELSE),)), "Xero holds something called like it: INV-7."),
        (Looked(alike=(Alike(Link("no-number")),)), "called like it: no-number."),
    ],
)
def test_what_cannot_be_told_is_a_persons(there: Looked, told: str) -> None:
    found = billed(smith=there).held(FIRST)
    assert found.message.endswith(told)
    assert found.about == "bill:b-1"


@pytest.mark.parametrize(
    "there",
    [
        Looked(same=(THERE,)),
        Looked(other=(THERE,)),
        Looked(ended=(THERE,)),
        Looked(alike=(Alike(THERE),)),
    ],
)
def test_what_another_document_is_tied_to_is_none_of_its_own(there: Looked) -> None:
    desk = Desk(plain_bill(), plain_bill(id="b-2", number="INV-2"))
    desk.know(named("smith"))
    desk.there = {"smith": there}
    desk.tie(PostingKey(*SECOND, "", Act.CREATE, 1), THERE)
    assert desk.is_missing(FIRST)


def test_an_absence_is_believed_when_no_key_of_before_the_first_look_lives() -> None:
    desk = billed()
    told = desk.sought(FIRST)
    assert told is not None
    (outcome,) = told
    again = second_look(NOON, NOON)
    assert (outcome.posting, outcome.state, outcome.due_at) == (UNDOER, State.READY, again)
    desk.outbox.told = outcome.findings
    desk.time = again - dt.timedelta(seconds=1)
    put_off = desk.sought(FIRST)
    assert put_off is not None
    assert put_off[0].findings == outcome.findings, "the first look stays the first"
    desk.time = again
    assert desk.sought(FIRST) is None


@pytest.mark.parametrize(
    "told",
    [
        note("something_else", "It was looked at.", about=f"{FIRST}@{NOON.isoformat()}"),
        note("looked_for_after_restore", "So was this.", about=f"{PAYMENT}@{NOON.isoformat()}"),
    ],
)
def test_a_look_for_something_else_is_no_first_look(told: Finding) -> None:
    desk = billed()
    desk.outbox.told = (told,)
    desk.time = NOON + dt.timedelta(days=1)
    assert desk.is_missing(FIRST)


def test_a_step_of_our_own_is_not_sought() -> None:
    desk = billed()
    assert desk.held(CONTACT).message.endswith("correction of counterfoil's own.")


def test_what_cannot_be_told_today_is_a_persons_once_for_each_reason() -> None:
    lines = [line("50.00", account="9-9999"), line("50.00", account="9-9999")]
    found = Desk(bill(lines, "10.00", "110.00")).held(FIRST)
    assert found.message.count("9-9999") == 1


def test_what_is_not_planned_any_more_is_a_persons() -> None:
    desk = billed()
    gone = replace(desk.made(FIRST), key=FIRST._replace(part="gone"))
    desk.outbox.more = [gone]
    assert desk.held(gone.key).message.endswith("cannot be told here.")


def test_money_on_a_bill_that_never_came_is_a_persons() -> None:
    desk = paid("b-1")
    desk.outbox.lost = BILL
    found = desk.held(PAYMENT)
    assert "bill b-1, which has not been received." in found.message.replace(":", " ")
    assert found.about == "bill:b-1"


@pytest.mark.parametrize("state", [State.READY, State.SENDING, State.UNKNOWN])
def test_money_on_what_is_not_settled_itself_waits_for_that(state: State) -> None:
    desk = paid("b-1")
    desk.outbox.states = {FIRST: state}
    assert desk.is_put_off(PAYMENT)
    assert not desk.asked


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.POSTED])
def test_money_on_what_never_came_to_be_is_not_there(state: State) -> None:
    desk = paid("b-1")
    desk.outbox.states = {FIRST: state}
    assert desk.is_missing(PAYMENT)
    assert not desk.asked


@pytest.mark.parametrize("state", [State.HELD, State.REFUSED, State.WAITING])
def test_money_on_what_may_be_there_is_sought_after_that(state: State) -> None:
    desk = paid("b-1")
    desk.outbox.states = {FIRST: state}
    desk.there = {"smith": Looked(same=(THERE,))}
    told = desk.sought(PAYMENT)
    assert told is not None
    assert [(one.posting, one.link) for one in told] == [(FIRST, THERE)]


def test_money_on_a_draft_is_sought_on_the_draft() -> None:
    desk = paid("b-1")
    desk.tie(FIRST, THERE)
    desk.outbox.states = {FIRST: State.DRAFTED}
    desk.there = {"there": Looked(same=(Link("money"),))}
    told = desk.sought(PAYMENT)
    assert told is not None
    assert [(one.posting, one.link) for one in told] == [(PAYMENT, Link("money"))]


def test_a_tie_of_what_stands_nowhere_any_more_bears_no_money() -> None:
    desk = paid("b-1")
    desk.tie(FIRST, THERE)
    desk.outbox.states = {FIRST: State.HELD}
    desk.sought(PAYMENT)
    assert all(b"there" not in one.body for one in desk.asked)


@pytest.mark.parametrize(
    ("more", "state", "put_off"),
    [
        (FIRST._replace(attempt=2), State.READY, True),
        (FIRST._replace(attempt=2), State.WITHDRAWN, False),
        (FIRST._replace(part="revision:2", act=Act.UPDATE, attempt=2), State.READY, False),
    ],
)
def test_money_rests_on_the_newest_making_of_its_bill(
    more: PostingKey, state: State, *, put_off: bool
) -> None:
    desk = paid("b-1")
    desk.outbox.more = [replace(desk.made(FIRST), key=more, state=state)]
    assert desk.is_put_off(PAYMENT) == put_off
    assert bool(desk.asked) != put_off


def over_two(alike: tuple[Alike, ...]) -> Desk:
    """A receipt over two bills, the first of which stands in Xero; ``alike`` is there too."""
    desk = paid("b-1", "b-2")
    desk.outbox.states = {}
    desk.tie(FIRST, Link("one"))
    desk.there = {"one": Looked(alike=alike)}
    return desk


def test_what_another_part_paid_is_not_called_like_this() -> None:
    desk = over_two((Alike(Link("a"), "two"),))
    desk.tie(PostingKey(*SECOND, "", Act.CREATE, 1), Link("two"))
    assert desk.is_missing(PAYMENT)
    desk.outbox.states = {OTHER_PAYMENT: State.HELD}
    assert desk.is_missing(PAYMENT)
    desk.outbox.states = {OTHER_PAYMENT: State.WITHDRAWN}
    assert desk.held(PAYMENT).message.endswith("called like it: a.")


def test_a_bill_of_another_part_may_have_to_be_sought_as_well() -> None:
    desk = over_two((Alike(Link("a"), "two"),))
    desk.outbox.states = {PostingKey(*SECOND, "", Act.CREATE, 1): State.HELD}
    desk.there["smith"] = Looked(same=(Link("two"),))
    assert desk.is_missing(PAYMENT)


def test_of_several_the_first_that_nobody_else_paid_is_named() -> None:
    desk = over_two((Alike(Link("a"), "two"), Alike(Link("b"))))
    desk.tie(PostingKey(*SECOND, "", Act.CREATE, 1), Link("two"))
    assert desk.held(PAYMENT).message.endswith("called like it: b.")


def test_what_pays_nothing_is_told_without_another_look() -> None:
    desk = over_two((Alike(Link("a")),))
    desk.outbox.states = {PostingKey(*SECOND, "", Act.CREATE, 1): State.HELD}
    desk.held(PAYMENT)
    assert len(desk.asked) == 1


def test_a_part_that_is_not_planned_any_more_paid_nothing() -> None:
    desk = over_two((Alike(Link("a"), "two"),))
    gone = PAYMENT._replace(part="allocation:gone")
    desk.outbox.more = [replace(desk.made(PAYMENT), key=gone)]
    assert desk.held(PAYMENT).message.endswith("called like it: a.")


@pytest.mark.parametrize(("link", "named_as"), [(THERE, "INV-1"), (Link("there"), "there")])
def test_what_was_posted_anew_after_the_copy_is_told(link: Link, named_as: str) -> None:
    desk = billed(smith=Looked(same=(link,)))
    found = anew_there(desk.made(FIRST), desk.search)
    assert found is not None
    assert (found.code, found.about) == ("posted_anew_after_backup", "bill:b-1")
    assert f"once more, as {named_as}: it" in found.message
    assert "tie it to there with" in found.fix


def test_nothing_was_posted_anew_where_nothing_is_there() -> None:
    desk = billed()
    assert anew_there(desk.made(FIRST), desk.search) is None
    desk.there = {"smith": Looked(other=(THERE,))}
    assert anew_there(desk.made(FIRST), desk.search) is None


def test_what_was_written_down_since_the_restore_was_posted_by_this_store() -> None:
    desk = billed(smith=Looked(same=(THERE,)))
    desk.tie(CONTACT, Link("smith"))
    lease = scene.leased(desk.outbox, NOON)
    due = desk.outbox.due(lease, now=NOON, most=5)
    desk.outbox.freeze(lease, [scene.request("one", due, NOON)], now=NOON)
    assert anew_there(desk.made(FIRST), desk.search) is None
    assert not desk.asked
