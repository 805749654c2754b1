"""Taking documents in, on every store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import Finding
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.outbox import Outbox
from counterfoil.posting.records import Entry, Link, Outcome, PostingKey, Receipt, Taken
from counterfoil.posting.states import State
from tests.contract import scene
from tests.contract.scene import UNMAPPED, bill, contact, receipt
from tests.contract.stores import NOON


def receive(outbox: Outbox, *entries: Entry) -> list[Receipt]:
    return outbox.receive(entries, actor="import", now=NOON)


def states(outbox: Outbox, *keys: Key) -> list[State]:
    return [posting.state for posting in outbox.postings(keys)]


def test_a_contact_is_ready_and_its_bill_waits_for_it(outbox: Outbox) -> None:
    taken = receive(outbox, contact(), bill())
    assert [one.taken for one in taken] == [Taken.NEW, Taken.NEW]
    assert states(outbox, Key("contact", "c1"), Key("bill", "1")) == [State.WAITING, State.READY]
    assert outbox.counts() == {State.READY: 1, State.WAITING: 1}


def test_a_document_with_an_error_is_held(outbox: Outbox) -> None:
    receive(outbox, bill(findings=(UNMAPPED,)))
    assert states(outbox, Key("bill", "1")) == [State.HELD]
    assert outbox.findings([Key("bill", "1")]) == {Key("bill", "1"): (UNMAPPED,)}


def test_what_was_received_before_is_unchanged(outbox: Outbox) -> None:
    receive(outbox, bill())
    assert receive(outbox, bill()) == [Receipt(Key("bill", "1"), Taken.UNCHANGED)]
    assert len(outbox.events()) == 1


def test_the_same_revision_with_other_content_is_refused(outbox: Outbox) -> None:
    receive(outbox, bill())
    (refused,) = receive(outbox, bill(content="changed"))
    assert refused.taken is Taken.REFUSED
    assert refused.finding is not None
    assert refused.finding.code == "revision_conflict"


def test_a_number_that_is_taken_is_refused_also_within_one_batch(outbox: Outbox) -> None:
    first, second = receive(outbox, bill("1", human="INV-7"), bill("2", human="INV-7"))
    assert (first.taken, second.taken) == (Taken.NEW, Taken.REFUSED)
    assert second.finding is not None
    assert second.finding.code == "number_taken"
    assert outbox.bodies([Key("bill", "2")]) == {}


def test_what_is_barred_at_the_gate_is_refused_with_the_contact_that_it_alone_needs(
    outbox: Outbox,
) -> None:
    asked: list[bool] = []

    def barred() -> dict[Key, Finding]:
        asked.append(Key("bill", "0") in outbox.bodies([Key("bill", "0")]))
        return {Key("bill", "1"): UNMAPPED}

    receive(outbox, bill("0"))
    other = replace(bill("1").intents[0], needs=(Symbol("contact", "c2"),))
    second = scene.entry("contact", "c2")
    entries = [contact(), second, replace(bill("1"), intents=(other,)), bill("2")]
    taken = outbox.receive(entries, actor="import", now=NOON, barred=barred)
    assert [one.taken for one in taken] == [
        *(Taken.NEW, Taken.UNCHANGED, Taken.REFUSED, Taken.NEW),
    ]
    assert (taken[2].finding, asked) == (UNMAPPED, [True])
    gone = [Key("bill", "1"), Key("contact", "c2")]
    assert (outbox.bodies(gone), list(outbox.postings(gone))) == ({}, [])


def test_a_number_that_was_given_up_is_free_again(outbox: Outbox) -> None:
    receive(outbox, bill("1", human="INV-7"))
    taken = receive(outbox, bill("1", revision=2, human="INV-8"), bill("2", human="INV-7"))
    assert [one.taken for one in taken] == [Taken.REVISED, Taken.NEW]


def test_a_newer_revision_withdraws_what_was_not_sent(outbox: Outbox) -> None:
    receive(outbox, contact(), bill())
    newer = bill(revision=2)
    receive(outbox, newer)
    postings = outbox.postings([Key("bill", "1")])
    assert [(p.key.attempt, p.state) for p in postings] == [
        (1, State.WITHDRAWN),
        (2, State.WAITING),
    ]
    assert outbox.bodies([Key("bill", "1")]) == {Key("bill", "1"): newer.body}


def test_a_newer_revision_of_what_was_sent_is_kept_and_said(outbox: Outbox) -> None:
    first = contact(), bill()
    receive(outbox, *first)
    lease = scene.leased(outbox, NOON)
    scene.post_all_due(outbox, lease, NOON)
    scene.post_all_due(outbox, lease, NOON)
    (taken,) = receive(outbox, bill(revision=2))
    assert taken.taken is Taken.REVISED
    assert states(outbox, Key("bill", "1")) == [State.POSTED]
    assert outbox.bodies([Key("bill", "1")]) == {Key("bill", "1"): first[1].body}
    (said,) = outbox.findings([Key("bill", "1")])[Key("bill", "1")]
    assert said.code == "changed_after_posting"


def test_an_older_revision_is_kept_and_changes_nothing(outbox: Outbox) -> None:
    receive(outbox, bill(revision=2))
    assert receive(outbox, bill(revision=1))[0].taken is Taken.UNCHANGED
    assert receive(outbox, bill(revision=1, content="x"))[0].taken is Taken.REFUSED


def test_two_revisions_in_one_batch_are_taken_in_their_order(outbox: Outbox) -> None:
    taken = receive(outbox, bill(), bill(revision=2), bill(revision=2))
    assert [one.taken for one in taken] == [Taken.NEW, Taken.REVISED, Taken.UNCHANGED]
    assert states(outbox, Key("bill", "1")) == [State.WITHDRAWN, State.WAITING]


def test_a_known_contact_is_always_unchanged(outbox: Outbox) -> None:
    receive(outbox, contact())
    renamed = scene.entry("contact", "c1", revision=2, content="renamed")
    assert receive(outbox, renamed)[0].taken is Taken.UNCHANGED


def test_a_new_mapping_frees_what_was_held(outbox: Outbox) -> None:
    receive(outbox, contact(), bill(findings=(UNMAPPED,)))
    outbox.replan([bill(mapping_version=2)], actor="ann", now=NOON)
    assert states(outbox, Key("bill", "1")) == [State.WAITING]
    assert outbox.findings([Key("bill", "1")]) == {Key("bill", "1"): ()}
    assert outbox.counts() == {State.READY: 1, State.WAITING: 1}


def test_a_new_plan_adds_and_withdraws_postings(outbox: Outbox) -> None:
    receive(outbox, receipt(bills=("1", "2")))
    outbox.replan([receipt(bills=("2", "3"))], actor="ann", now=NOON)
    found = {p.key.part: p.state for p in outbox.postings([Key("receipt", "1")])}
    assert found == {
        "allocation:1": State.WITHDRAWN,
        "allocation:2": State.WAITING,
        "allocation:3": State.WAITING,
    }


def test_a_plan_of_other_content_is_ignored(outbox: Outbox) -> None:
    receive(outbox, bill(findings=(UNMAPPED,)))
    before = outbox.events()
    outbox.replan([bill(content="other")], actor="ann", now=NOON)
    assert outbox.events() == before


def test_held_documents_are_found_by_what_holds_them(outbox: Outbox) -> None:
    receive(outbox, bill("2", findings=(UNMAPPED,)), bill("1", findings=(UNMAPPED,)), bill("3"))
    held = (Key("bill", "2"), Key("bill", "1"))
    assert outbox.held_by(None) == held
    assert outbox.held_by(["account:4-1000"]) == held
    assert outbox.held_by(["account:9-9999"]) == ()


def test_what_a_posting_was_told_is_found_beside_the_conversion(outbox: Outbox) -> None:
    receive(outbox, contact())
    lease = scene.leased(outbox, NOON)
    (due,) = outbox.due(lease, now=NOON, most=5)
    held = Outcome(due.posting.key, State.HELD, findings=(UNMAPPED,))
    outbox.settle_unsent(lease, [held], now=NOON)
    assert outbox.findings([Key("contact", "c1")]) == {Key("contact", "c1"): (UNMAPPED,)}
    assert outbox.held_by(["account:4-1000"]) == (Key("contact", "c1"),)


def test_more_documents_than_one_statement_takes_go_in(outbox: Outbox) -> None:
    many = [bill(str(n)) for n in range(1_201)]
    assert {one.taken for one in receive(outbox, *many)} == {Taken.NEW}
    assert len(outbox.bodies([entry.key for entry in many])) == 1_201
    later = NOON + dt.timedelta(days=1)
    outbox.replan(many, actor="ann", now=later)
    assert outbox.counts() == {State.WAITING: 1_201}


def test_who_needs_a_document_is_known_while_it_is_not_withdrawn(outbox: Outbox) -> None:
    receive(outbox, bill("1"), receipt("1", bills=("1", "2")))
    first, other = Symbol("bill", "1"), Symbol("bill", "9")

    payment = PostingKey("receipt", "1", "allocation:1", Act.CREATE, 1)
    assert outbox.needing({first, other}) == {first: (payment,)}


def test_a_document_of_several_objects_is_there_when_all_of_them_are(outbox: Outbox) -> None:
    waits = bill("9")
    waits = replace(
        waits, intents=tuple(replace(i, needs=(Symbol("receipt", "1"),)) for i in waits.intents)
    )
    receive(outbox, contact(), bill("1"), bill("2"), receipt("1", bills=("1", "2")), waits)
    lease = scene.leased(outbox, NOON)
    last = Key("bill", "9")
    seen = []
    while due := outbox.due(lease, now=NOON, most=1):
        posting = due[0].posting.key
        seen.append((posting.kind, outbox.postings([last])[0].state))
        outcome = Outcome(posting, State.POSTED, Link(f"x-{posting}"))
        outbox.settle_unsent(lease, [outcome], now=NOON)

    assert seen[-2:] == [("receipt", State.WAITING), ("bill", State.READY)]


def test_the_note_of_an_order_is_told_once_when_it_is_planned(outbox: Outbox) -> None:
    entry = receipt()
    (first,) = entry.intents
    steps = (first, replace(first, part="allocation:2"))
    receive(outbox, replace(entry, intents=steps, note="given up: an edit"))
    told = [event.detail for event in outbox.events() if event.what == "planned"]
    assert told == ["given up: an edit", ""]
