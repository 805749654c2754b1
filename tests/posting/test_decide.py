"""What an arrival proves: may it be sent again, must it be looked up, is a person told?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TypedDict, Unpack

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import Totals
from counterfoil.posting.decide import Circumstances, Decision, Then, decide
from counterfoil.posting.looked_up import Seen, decide_look_up
from counterfoil.posting.records import Frozen, Link, LookUp, PostingKey
from counterfoil.posting.states import State
from counterfoil.posting.target import Answer, Arrival, Looked, NoAnswer, Verdict

NOON = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)
FIRST = PostingKey("bill", "b-1", "", Act.CREATE, 1)
SECOND = PostingKey("bill", "b-2", "", Act.CREATE, 1)
TEN = Totals(1000, 0, 1000)
LANDED = Verdict(Link("x-1", "INV-1", "AUTHORISED", TEN))
TAKEN = Verdict(None, ("Invoice # must be unique.",))
LOCKED = Verdict(None, ("The document date cannot be before the period lock date",))


class OfRequest(TypedDict, total=False):
    expected: tuple[Totals | None, ...]
    ambiguous: bool
    lookups: int
    rechecking: bool


class Given(TypedDict, total=False):
    """What bears on a decision beside the answer."""

    unique: bool
    sends: int
    age: float
    final: bool
    refreshed: bool
    tries: dict[PostingKey, int]


def request(*members: PostingKey, resource: str = "Invoices", **more: Unpack[OfRequest]) -> Frozen:
    chosen = members or (FIRST, SECOND)
    frozen = Frozen(
        "key", resource, "PUT", "/Invoices", (), b"", "", chosen, (TEN,) * len(chosen), NOON, NOON
    )
    return replace(frozen, **more)


def facts(sent: Frozen, **more: Unpack[Given]) -> Circumstances:
    known = Circumstances(
        unique=True,
        sends=1,
        age=1.0,
        final=False,
        refreshed=False,
        tries=dict.fromkeys(sent.members, 0),
        batch_most=dict.fromkeys(sent.members, 50),
        now=NOON,
        jitter=1.0,
    )
    return replace(known, **more)


def answered(status: int) -> Answer:
    return Answer(status, {}, b"")


def after(
    arrival: Arrival,
    *verdicts: Verdict,
    sent: Frozen | None = None,
    whole: tuple[str, ...] = (),
    **more: Unpack[Given],
) -> Decision:
    sent = sent or request()
    return decide(sent, arrival, verdicts or None, whole, facts(sent, **more))


def states(decision: Decision) -> list[State]:
    return [outcome.state for outcome in decision.outcomes]


def test_each_element_is_judged_by_itself() -> None:
    decision = after(answered(200), LANDED, LOCKED)

    assert states(decision) == [State.POSTED, State.REFUSED]
    assert decision.outcomes[1].findings[0].code == "locked_period"
    assert decision.look_up is None


def test_other_totals_than_predicted_are_a_mismatch_and_keep_their_link() -> None:
    other = Verdict(Link("x-1", totals=Totals(1000, 1, 1001)))

    (outcome,) = after(answered(200), other, sent=request(FIRST)).outcomes

    assert outcome.state is State.MISMATCHED
    assert outcome.link is not None
    assert outcome.correct
    assert outcome.findings[0].code == "totals_differ"


@pytest.mark.parametrize("kind", ["trust_receipt", "trust_payment", "receipt", "journal"])
def test_trust_and_what_has_no_balance_are_never_corrected(kind: str) -> None:
    key = FIRST._replace(kind=kind)
    other = Verdict(Link("x-1", totals=Totals(1000, 1, 1001)))

    (outcome,) = after(answered(200), other, sent=request(key)).outcomes

    assert (outcome.state, outcome.correct) == (State.MISMATCHED, False)


def test_a_tax_that_differs_under_the_same_total_is_told_and_not_corrected() -> None:
    other = Verdict(Link("x-1", totals=Totals(999, 1, 1000)))

    (outcome,) = after(answered(200), other, sent=request(FIRST)).outcomes

    assert (outcome.state, outcome.correct) == (State.MISMATCHED, False)


CORRECTION = FIRST.of(Act.UPDATE)


def test_what_ends_a_correction_stands_on_the_object_that_it_corrected() -> None:
    done, made = after(answered(200), LANDED, sent=request(CORRECTION)).outcomes

    assert (done.posting, done.state, done.link) == (CORRECTION, State.POSTED, None)
    assert (made.posting, made.state, made.link) == (FIRST, State.POSTED, LANDED.link)
    assert [finding.code for finding in made.findings] == ["total_corrected"]


def test_a_correction_that_did_not_help_is_told_and_not_repeated() -> None:
    other = Verdict(Link("x-1", totals=Totals(1000, 1, 1001)))

    done, made = after(answered(200), other, sent=request(CORRECTION)).outcomes

    assert (done.state, made.state) == (State.REFUSED, State.MISMATCHED)
    assert not made.correct


def test_a_revision_that_lands_otherwise_names_the_way_that_corrects_it() -> None:
    other = Verdict(Link("x-1", totals=Totals(1000, 1, 1001)))
    revision = CORRECTION._replace(part="revision:2")

    done, made = after(answered(200), other, sent=request(revision)).outcomes

    assert (done.state, made.state, made.correct) == (State.POSTED, State.MISMATCHED, False)
    assert ["counterfoil repost" in finding.fix for finding in made.findings] == [True]


def test_a_correction_that_xero_refuses_leaves_the_object_as_it_was() -> None:
    """The answer names the object that exists already; its own posting stays a mismatch."""
    refused = Verdict(Link("x-1"), ("The document date cannot be before the lock date",))

    (done,) = after(answered(200), refused, sent=request(CORRECTION)).outcomes

    assert (done.posting, done.state, done.link) == (CORRECTION, State.REFUSED, None)


@pytest.mark.parametrize("unique", [True, False])
def test_an_id_beside_a_refusal_is_looked_up_and_no_retry_sends_it_again(unique: bool) -> None:
    both = Verdict(Link("x-1"), ("Try again later",))

    decision = after(answered(200), LANDED, both, unique=unique)

    assert states(decision) == [State.POSTED, State.UNKNOWN]
    assert decision.look_up == LookUp(NOON, 0)


def test_an_id_beside_a_refusal_again_and_again_is_told_in_xeros_words_and_takes_its_time() -> None:
    both = Verdict(Link("x-1"), ("Try again later",))

    decision = after(answered(200), both, sent=request(FIRST), tries={FIRST: 6})

    (finding,) = decision.outcomes[0].findings
    assert "Try again later" in finding.message
    assert decision.look_up == LookUp(NOON + dt.timedelta(minutes=2), 0)


def test_a_correction_without_an_answer_is_looked_up_and_never_resent() -> None:
    sent = request(CORRECTION)

    assert states(after(NoAnswer("cut", left=True), sent=sent, unique=False)) == [State.UNKNOWN]
    seen = Seen(State.UNKNOWN, TEN, Looked(), frozenset())
    later = NOON + dt.timedelta(minutes=10)
    first = decide_look_up(sent, {CORRECTION: seen}, unique=False, now=NOON, xero_now=later)
    again = replace(sent, lookups=1)
    second = decide_look_up(again, {CORRECTION: seen}, unique=False, now=NOON, xero_now=later)
    assert (states(first), states(second)) == ([State.UNKNOWN], [State.READY])
    assert second.look_up is None


def test_a_warning_is_told_because_xero_may_have_dropped_data() -> None:
    warned = replace(LANDED, warnings=("Account code '600' has been removed",))

    (outcome,) = after(answered(200), warned, sent=request(FIRST)).outcomes

    assert outcome.state is State.POSTED
    assert outcome.findings[0].severity == "warning"


@pytest.mark.parametrize("status", [412, 429])
def test_what_proves_that_nothing_was_applied_goes_again_as_it_is(status: int) -> None:
    decision = after(answered(status))

    assert states(decision) == [State.READY, State.READY]
    assert all(outcome.same_request for outcome in decision.outcomes)


def test_a_limit_proves_nothing_about_an_earlier_send() -> None:
    assert states(after(answered(429), sends=2)) == [State.UNKNOWN, State.UNKNOWN]
    assert states(after(answered(429), sent=request(ambiguous=True)))[0] is State.UNKNOWN


def test_an_expired_token_is_refreshed_once_and_then_the_connection_is_lost() -> None:
    assert after(answered(401)).then is Then.REFRESH

    again = after(answered(401), final=True, refreshed=True)

    assert again.lost
    assert states(again) == [State.READY, State.READY]


def test_a_refresh_that_failed_does_not_lose_the_connection() -> None:
    decision = after(answered(401), final=True)

    assert not decision.lost
    assert states(decision) == [State.READY, State.READY]


def test_a_forbidden_tenant_is_a_lost_connection() -> None:
    assert after(answered(403), whole=("AuthenticationUnsuccessful",)).lost


def test_no_answer_is_sent_once_more_only_where_xero_refuses_a_second_execution() -> None:
    lost = NoAnswer("timed out", left=True)

    assert after(lost).then is Then.RESEND
    assert states(after(lost, unique=False)) == [State.UNKNOWN, State.UNKNOWN]
    assert states(after(lost, sends=2)) == [State.UNKNOWN, State.UNKNOWN]
    assert states(after(lost, age=241.0)) == [State.UNKNOWN, State.UNKNOWN]


def test_what_never_left_may_go_again() -> None:
    decision = after(NoAnswer("no connection", left=False), unique=False)

    assert states(decision) == [State.READY, State.READY]


def test_an_unanswered_send_is_looked_up_after_its_deadline_and_a_margin() -> None:
    decision = after(NoAnswer("timed out", left=True), unique=False)

    assert decision.look_up is not None
    assert decision.look_up.due_at == NOON + dt.timedelta(seconds=120)
    assert decision.ambiguous


def test_a_5xx_is_never_sent_again_under_its_key() -> None:
    decision = after(answered(500))

    assert states(decision) == [State.UNKNOWN, State.UNKNOWN]
    assert decision.look_up is not None
    assert decision.look_up.due_at == NOON


def test_a_gateways_504_leaves_time_for_xero_to_finish() -> None:
    decision = after(answered(504))

    assert decision.look_up is not None
    assert decision.look_up.due_at == NOON + dt.timedelta(seconds=120)


def test_a_second_5xx_halves_the_batch() -> None:
    decision = after(answered(500), tries={FIRST: 1, SECOND: 1})

    assert [outcome.batch_most for outcome in decision.outcomes] == [1, 1]


def test_a_whole_batch_refused_is_looked_up_and_halved() -> None:
    decision = after(answered(400), whole=("Something odd",))

    assert states(decision) == [State.UNKNOWN, State.UNKNOWN]
    assert [outcome.batch_most for outcome in decision.outcomes] == [1, 1]


def test_at_size_one_a_whole_refusal_is_a_refusal() -> None:
    (outcome,) = after(answered(400), sent=request(FIRST), whole=("Odd",)).outcomes

    assert outcome.state is State.REFUSED


def test_a_reused_key_is_looked_up_even_at_size_one() -> None:
    said = ("Idempotency Key: k is used with a different request.",)

    (outcome,) = after(answered(400), sent=request(FIRST), whole=said).outcomes

    assert outcome.state is State.UNKNOWN


def test_a_page_of_html_proves_nothing() -> None:
    assert states(after(answered(200))) == [State.UNKNOWN, State.UNKNOWN]


def test_a_number_that_is_taken_may_be_taken_by_ourselves() -> None:
    decision = after(answered(200), TAKEN, sent=request(FIRST))

    assert states(decision) == [State.UNKNOWN]
    assert decision.look_up is not None
    assert decision.look_up.due_at == NOON


def test_a_contacts_name_taken_is_planned_again_until_a_person_must_be_told() -> None:
    party = PostingKey("contact", "c-1", "", Act.CREATE, 1)
    taken = Verdict(None, ("Another contact has this contact number. Please enter",))
    sent = request(party, resource="Contacts", expected=(None,))

    assert states(after(answered(200), taken, sent=sent)) == [State.READY]
    assert states(after(answered(200), taken, sent=sent, tries={party: 5})) == [State.READY]
    assert states(after(answered(200), taken, sent=sent, tries={party: 6})) == [State.REFUSED]


def test_a_refusal_after_a_lost_answer_is_looked_up_before_anybody_is_told() -> None:
    decision = after(answered(200), LOCKED, sent=request(FIRST, ambiguous=True))

    assert states(decision) == [State.UNKNOWN]


def looked(
    sent: Frozen,
    looked_up: Looked,
    *,
    unique: bool,
    state: State = State.UNKNOWN,
    foreign: frozenset[str] = frozenset(),
    xero_now: dt.datetime = NOON + dt.timedelta(minutes=10),
) -> Decision:
    seen = Seen(state, TEN, looked_up, foreign)
    return decide_look_up(sent, {FIRST: seen}, unique=unique, now=NOON, xero_now=xero_now)


def test_what_is_found_and_equal_is_adopted() -> None:
    found = Looked(same=(Link("x-1", totals=TEN, source="look-up"),))

    (outcome,) = looked(request(FIRST), found, unique=False).outcomes

    assert (outcome.state, outcome.link) == (State.POSTED, found.same[0])


def test_what_has_ended_is_adopted_where_the_practice_itself_takes_it_back() -> None:
    found = Looked(other=(Link("x-1"),), ended=(Link("x-1", status="VOIDED", source="look-up"),))

    (outcome,) = looked(request(FIRST), found, unique=True).outcomes

    assert (outcome.state, outcome.link) == (State.POSTED, found.ended[0])


def test_an_object_that_belongs_to_another_posting_is_not_adopted() -> None:
    found = Looked(same=(Link("x-1", totals=TEN),))

    decision = looked(request(FIRST), found, unique=False, foreign=frozenset({"x-1"}))

    assert states(decision) == [State.UNKNOWN]


def test_two_candidates_are_for_a_person() -> None:
    decision = looked(request(FIRST), Looked(same=(Link("x-1"), Link("x-2"))), unique=False)

    assert decision.outcomes[0].findings[0].code == "several_candidates"
    assert decision.look_up is None


def test_one_absence_is_enough_where_xero_keeps_numbers_unique() -> None:
    assert states(looked(request(FIRST), Looked(), unique=True)) == [State.READY]


def test_elsewhere_absence_is_believed_the_second_time() -> None:
    first = looked(request(FIRST), Looked(), unique=False)
    assert states(first) == [State.UNKNOWN]
    assert first.look_up is not None
    assert first.look_up.due_at == NOON + dt.timedelta(seconds=390), "after the key has died"

    second = looked(request(FIRST, lookups=1), Looked(), unique=False)
    assert states(second) == [State.READY]
    assert second.look_up is not None
    assert second.look_up.rechecking


@pytest.mark.parametrize(("unique", "lookups"), [(True, 0), (False, 1)])
def test_an_absence_seen_too_early_by_xeros_clock_proves_nothing(
    unique: bool,
    lookups: int,
) -> None:
    """A person pressed retry, or a clock jumped: the first send may still land."""
    sent = request(FIRST, ambiguous=True, lookups=lookups)

    decision = looked(sent, Looked(), unique=unique, xero_now=NOON + dt.timedelta(seconds=100))

    assert states(decision) == [State.UNKNOWN]
    assert decision.look_up is not None


def test_a_late_arrival_after_sending_anew_is_told() -> None:
    sent = request(FIRST, lookups=2, rechecking=True)

    decision = looked(sent, Looked(same=(Link("x-9"),)), unique=False, state=State.POSTED)

    assert decision.outcomes[0].findings[0].code == "landed_twice"


def test_a_number_borne_by_something_else_is_refused() -> None:
    (outcome,) = looked(request(FIRST), Looked(other=(Link("x", "INV-1"),)), unique=True).outcomes

    assert outcome.state is State.REFUSED
    assert outcome.findings[0].code == "number_taken_in_xero"
