"""Whatever may come back for a call, and all that follows: states, times, words, and no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Severity
from counterfoil.core.xero_documents import Totals
from counterfoil.posting.decide import Decision, Then
from counterfoil.posting.looked_up import Seen, decide_look_up
from counterfoil.posting.records import Frozen, Link, LookUp, Outcome, PostingKey
from counterfoil.posting.states import State
from counterfoil.posting.target import Alike, Looked, NoAnswer, Verdict
from tests.posting.test_decide import (
    FIRST,
    LANDED,
    LOCKED,
    NOON,
    SECOND,
    TAKEN,
    TEN,
    after,
    answered,
    request,
    states,
)

LOST = NoAnswer("timed out", left=True)
UNSENT = NoAnswer("no connection", left=False)
AMBIGUOUS = request(FIRST, ambiguous=True)
ODD = Verdict(None, ("Something odd",))


def at(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def looked_up_in(seconds: float, *outcomes: Outcome, ambiguous: bool) -> Decision:
    return Decision(Then.SETTLE, outcomes, LookUp(at(seconds), 0), ambiguous=ambiguous)


def unknown(*keys: PostingKey, most: int | None = None) -> tuple[Outcome, ...]:
    return tuple(Outcome(key, State.UNKNOWN, batch_most=most) for key in keys)


def test_what_is_answered_in_full_is_settled_and_nothing_more_is_done() -> None:
    link = Link("x-1", "INV-1", "AUTHORISED", TEN)
    settled = Outcome(FIRST, State.POSTED, link)
    assert after(answered(200), LANDED, sent=request(FIRST)) == Decision(Then.SETTLE, (settled,))
    assert not Decision(Then.SETTLE).ambiguous


def test_what_never_left_waits_longer_with_each_try_of_the_freshest_member() -> None:
    for tries, seconds in (({FIRST: 0, SECOND: 3}, 2), ({FIRST: 1, SECOND: 3}, 4)):
        decision = after(UNSENT, tries=tries)
        due = at(seconds)
        assert decision == Decision(
            Then.SETTLE,
            tuple(
                Outcome(key, State.READY, due_at=due, same_request=True) for key in (FIRST, SECOND)
            ),
        )


@pytest.mark.parametrize(
    "judged",
    [
        lambda: after(UNSENT, sent=AMBIGUOUS),
        lambda: after(UNSENT, sent=request(FIRST), sends=2),
        lambda: after(LOST, sent=AMBIGUOUS),
        lambda: after(LOST, sent=request(FIRST), sends=2),
        lambda: after(LOST, sent=request(FIRST), final=True),
        lambda: after(LOST, sent=request(FIRST), unique=False),
        lambda: after(LOST, sent=request(FIRST), age=240.0),
        lambda: after(answered(412), sent=AMBIGUOUS),
        lambda: after(answered(200), sent=request(FIRST)),
        lambda: after(answered(299), sent=request(FIRST)),
    ],
)
def test_what_may_have_arrived_is_looked_up_when_nothing_can_be_under_way(
    judged: Callable[[], Decision],
) -> None:
    assert judged() == looked_up_in(120, *unknown(FIRST), ambiguous=True)


def test_it_is_sent_once_more_until_four_minutes_have_passed() -> None:
    assert after(LOST, age=239.9) == Decision(Then.RESEND)


@pytest.mark.parametrize(("tries", "told"), [(5, []), (6, ["still_trying"])])
def test_a_person_is_told_of_what_goes_on_without_an_answer(tries: int, told: list[str]) -> None:
    (outcome,) = after(LOST, sent=AMBIGUOUS, tries={FIRST: tries}).outcomes
    assert [one.code for one in outcome.findings] == told
    assert {one.severity for one in outcome.findings} <= {Severity.WARNING}


def test_a_token_that_is_only_too_old_never_loses_the_connection() -> None:
    old = ("TokenExpired: token expired at 07/01/2026",)
    assert after(answered(401), whole=old, final=True, refreshed=True).lost == ""


@pytest.mark.parametrize(
    ("status", "whole", "words"),
    [
        (401, (), "Xero answered 401"),
        (403, (), "Xero answered 403"),
        (403, ("AuthenticationUnsuccessful", "Forbidden"), "AuthenticationUnsuccessful; Forbidden"),
    ],
)
def test_a_connection_is_lost_in_xeros_words(
    status: int, whole: tuple[str, ...], words: str
) -> None:
    assert after(answered(status), whole=whole, final=True, refreshed=True).lost == words


@pytest.mark.parametrize("status", [500, 503])
def test_a_5xx_of_xeros_own_is_over_and_looked_up_at_once(status: int) -> None:
    assert after(answered(status)) == looked_up_in(0, *unknown(FIRST, SECOND), ambiguous=False)


@pytest.mark.parametrize(
    "judged",
    [
        lambda: after(answered(502), sent=request(FIRST)),
        lambda: after(answered(504), sent=request(FIRST)),
        lambda: after(answered(500), sent=AMBIGUOUS),
        lambda: after(answered(500), sent=request(FIRST), sends=2),
    ],
)
def test_a_5xx_of_a_gateway_or_after_another_send_says_nothing_of_what_goes_on(
    judged: Callable[[], Decision],
) -> None:
    assert judged() == looked_up_in(120, *unknown(FIRST), ambiguous=True)


def test_a_batch_is_halved_when_all_of_it_has_met_a_5xx_before() -> None:
    assert [
        one.batch_most for one in after(answered(500), tries={FIRST: 0, SECOND: 5}).outcomes
    ] == [
        None,
        None,
    ]
    assert [
        one.batch_most for one in after(answered(500), tries={FIRST: 1, SECOND: 5}).outcomes
    ] == [
        1,
        1,
    ]


def test_a_whole_refusal_of_several_is_looked_up_at_once_and_halved() -> None:
    halves = unknown(FIRST, SECOND, most=1)
    assert after(answered(400), whole=("Odd",)) == looked_up_in(0, *halves, ambiguous=False)


@pytest.mark.parametrize(
    "judged",
    [
        lambda: after(answered(400), sent=AMBIGUOUS, whole=("Odd",)),
        lambda: after(answered(400), sent=request(FIRST), whole=("Odd",), sends=2),
    ],
)
def test_a_whole_refusal_proves_nothing_of_an_earlier_send(judged: Callable[[], Decision]) -> None:
    assert judged() == looked_up_in(120, *unknown(FIRST, most=1), ambiguous=True)


@pytest.mark.parametrize(
    ("status", "whole", "words"), [(400, ("Odd",), "Odd"), (400, (), "HTTP 400"), (300, (), "300")]
)
def test_a_whole_refusal_of_one_is_told_in_xeros_words(
    status: int, whole: tuple[str, ...], words: str
) -> None:
    decision = after(answered(status), sent=request(FIRST), whole=whole)
    (outcome,) = decision.outcomes
    assert decision == Decision(Then.SETTLE, (outcome,))
    assert words in outcome.findings[0].message
    assert outcome == Outcome(FIRST, State.REFUSED, findings=outcome.findings)


@pytest.mark.parametrize(
    "whole",
    [("Key k is Used With A Different Request.",), ("used with a different request", "And more")],
)
def test_a_reused_key_is_known_among_other_words(whole: tuple[str, ...]) -> None:
    assert states(after(answered(400), sent=request(FIRST), whole=whole)) == [State.UNKNOWN]


def test_an_answer_that_speaks_of_fewer_than_were_sent_is_not_half_believed() -> None:
    with pytest.raises(ValueError, match="shorter"):
        after(answered(200), LANDED)


@pytest.mark.parametrize(
    ("sent", "sends", "seconds", "doubtful"),
    [(request(), 1, 0, False), (request(ambiguous=True), 1, 120, True), (request(), 2, 120, True)],
)
def test_what_may_be_the_echo_of_another_send_takes_its_time(
    sent: Frozen, sends: int, seconds: int, *, doubtful: bool
) -> None:
    decision = after(answered(200), LANDED, TAKEN, sent=sent, sends=sends)
    assert (decision.then, decision.ambiguous) == (Then.SETTLE, doubtful)
    assert decision.look_up == LookUp(at(seconds), 0)


def test_a_refusal_after_a_second_send_may_be_the_echo_of_the_first() -> None:
    assert states(after(answered(200), LOCKED, sent=request(FIRST), sends=2)) == [State.UNKNOWN]


def test_one_that_goes_on_and_on_slows_its_batch_and_a_refusal_does_not() -> None:
    both = Verdict(Link("x-1"), ("Try again later",))
    weary = after(answered(200), both, both, tries={FIRST: 6, SECOND: 0})
    assert weary.look_up == LookUp(at(120), 0)
    assert after(answered(200), TAKEN, LOCKED).look_up == LookUp(NOON, 0)


def test_an_element_without_an_id_is_refused_with_what_xero_warned_of() -> None:
    warned = Verdict(None, (), ("Account code '600' has been removed",))
    (outcome,) = after(answered(200), warned, sent=request(FIRST)).outcomes
    assert outcome.state is State.REFUSED
    assert "'600' has been removed" in outcome.findings[0].message


def test_a_contact_is_planned_again_for_its_name_alone() -> None:
    party = PostingKey("contact", "c-1", "", Act.CREATE, 1)
    sent = request(party, resource="Contacts", expected=(None,))
    assert states(after(answered(200), ODD, sent=sent)) == [State.REFUSED]


def test_a_number_that_stays_taken_or_may_be_given_twice_is_refused() -> None:
    assert states(after(answered(200), TAKEN, sent=request(FIRST), tries={FIRST: 6})) == [
        State.REFUSED
    ]
    assert states(after(answered(200), TAKEN, sent=request(FIRST), unique=False)) == [State.REFUSED]


OVERPAID = ("Payment amount exceeds the amount outstanding on this document",)
PAYMENT = PostingKey("receipt", "r-1", "", Act.CREATE, 1)


@pytest.mark.parametrize(
    ("key", "resource", "messages", "raced"),
    [
        (PAYMENT, "Payments", OVERPAID, True),
        (PAYMENT, "Allocations", OVERPAID, False),
        (PAYMENT.of(Act.DELETE), "Payments", OVERPAID, False),
        (PAYMENT, "Payments", ("Something odd",), False),
    ],
)
def test_a_payment_that_is_too_much_may_have_been_raced(
    key: PostingKey, resource: str, messages: tuple[str, ...], *, raced: bool
) -> None:
    sent = request(key, resource=resource)
    (single,) = after(answered(200), Verdict(None, messages), sent=sent).outcomes
    (whole,) = after(answered(400), sent=sent, whole=messages).outcomes
    assert (single.state, single.raced, whole.raced) == (State.REFUSED, raced, raced)


def seen(
    state: State = State.UNKNOWN,
    *,
    same: tuple[Link, ...] = (),
    other: tuple[Link, ...] = (),
    ended: tuple[Link, ...] = (),
    alike: tuple[Link, ...] = (),
    foreign: frozenset[str] = frozenset(),
) -> Seen:
    return Seen(state, TEN, Looked(same, other, ended, tuple(map(Alike, alike))), foreign)


def look(
    sent: Frozen, *several: Seen, unique: bool = False, xero_now: dt.datetime = NOON
) -> Decision:
    members = dict(zip((FIRST, SECOND), several, strict=False))
    return decide_look_up(sent, members, unique=unique, now=NOON, xero_now=xero_now)


OURS = Link("x-1", "INV-1", totals=TEN)
OTHER = Link("x-2", "INV-1")
ONCE = request(FIRST, lookups=1)
AGAIN = request(FIRST, lookups=2, rechecking=True)
NOTHING = Decision(Then.SETTLE)


@pytest.mark.parametrize(
    "one",
    [
        seen(State.READY),
        seen(State.POSTED),
        seen(State.READY, same=(OURS, OTHER)),
        seen(State.READY, same=(OURS,), foreign=frozenset({"x-1"})),
        seen(State.POSTED, same=(OURS,), foreign=frozenset({"x-1"})),
        seen(State.HELD, same=(OURS,)),
    ],
)
def test_a_last_look_that_shows_nothing_new_changes_nothing(one: Seen) -> None:
    assert look(AGAIN, one) == NOTHING


def test_a_last_look_adopts_what_has_not_been_sent_anew_yet() -> None:
    assert look(AGAIN, seen(State.READY, same=(OURS,))).outcomes == (
        Outcome(FIRST, State.POSTED, OURS),
    )


def test_a_last_look_tells_of_what_arrived_late_and_the_posting_stays_as_it_is() -> None:
    (outcome,) = look(AGAIN, seen(State.POSTED, same=(OTHER,))).outcomes
    assert outcome == Outcome(FIRST, State.POSTED, findings=outcome.findings)
    assert "x-2" in outcome.findings[0].message


@pytest.mark.parametrize(
    ("seconds", "state"), [(389, State.UNKNOWN), (390, State.READY), (1_000, State.READY)]
)
def test_a_second_absence_is_believed_once_the_key_is_dead(seconds: int, state: State) -> None:
    assert states(look(ONCE, seen(), xero_now=at(seconds))) == [state]


@pytest.mark.parametrize(("seconds", "state"), [(119, State.UNKNOWN), (120, State.READY)])
def test_an_absence_is_believed_once_nothing_can_be_under_way(seconds: int, state: State) -> None:
    assert states(look(AMBIGUOUS, seen(), unique=True, xero_now=at(seconds))) == [state]


def test_what_was_answered_clearly_is_over_at_once() -> None:
    assert states(look(request(FIRST), seen(), unique=True, xero_now=NOON)) == [State.READY]


def test_what_was_settled_meanwhile_is_left_as_it_is() -> None:
    assert look(request(FIRST), seen(State.POSTED, same=(OURS,)), unique=True) == NOTHING


def test_several_that_could_be_it_stay_unknown_and_are_named() -> None:
    (outcome,) = look(request(FIRST), seen(same=(OURS, OTHER))).outcomes
    assert outcome == Outcome(FIRST, State.UNKNOWN, findings=outcome.findings)
    assert "x-1, x-2" in outcome.findings[0].message


@pytest.mark.parametrize(
    "theirs",
    [
        seen(ended=(OURS,), foreign=frozenset({"x-1"})),
        seen(alike=(OURS,), foreign=frozenset({"x-1"})),
    ],
)
def test_what_belongs_to_another_posting_is_no_sign_of_this_one(theirs: Seen) -> None:
    assert states(look(request(FIRST), theirs, unique=True, xero_now=at(1_000))) == [State.READY]


def test_a_number_on_something_else_matters_only_where_numbers_are_unique() -> None:
    (refused,) = look(request(FIRST), seen(other=(OTHER,)), unique=True).outcomes
    (finding,) = refused.findings
    assert (finding.path, finding.about) == ("number", "number:INV-1")
    assert states(look(ONCE, seen(other=(OTHER,)), xero_now=at(1_000))) == [State.READY]


@pytest.mark.parametrize(("number", "name"), [("INV-1", "INV-1"), ("", "x-1")])
def test_what_is_called_alike_after_a_restore_is_for_a_person(number: str, name: str) -> None:
    link = replace(OURS, number=number)
    (outcome,) = look(ONCE, seen(alike=(link, OTHER)), xero_now=at(1_000)).outcomes
    (finding,) = outcome.findings
    assert outcome == Outcome(FIRST, State.REFUSED, findings=(finding,))
    assert (finding.code, finding.about) == ("alike_after_restore", "xero:x-1")
    assert f": {name}. An earlier" in finding.message


def test_whatever_is_sent_anew_is_watched_for_the_first_sends_arrival() -> None:
    sent = request(lookups=1)
    decision = look(sent, seen(), seen(same=(OURS,)), xero_now=at(1_000))
    assert decision.then is Then.SETTLE
    assert states(decision) == [State.READY, State.POSTED]
    assert decision.look_up == LookUp(NOON + dt.timedelta(minutes=45), 2, rechecking=True)


def test_nothing_is_watched_where_xero_would_refuse_a_second_one() -> None:
    assert look(request(FIRST), seen(), unique=True).look_up is None


def test_a_draft_that_is_found_is_a_draft() -> None:
    draft = Link("x-1", status="DRAFT", totals=Totals(1, 0, 1))
    assert states(look(request(FIRST), seen(same=(draft,)))) == [State.DRAFTED]
