"""What an arrival proves, and what follows for each member: pure decisions.

The rule behind all of them: in Xero exactly once, or a person is told. What proves that nothing was
applied may be sent again; what proves nothing is looked up (architecture.md, rules 3, 4 and 6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, warning
from counterfoil.core.xero_documents import Totals
from counterfoil.posting import retry
from counterfoil.posting.explain import explain, is_expired, is_overpaid, is_taken
from counterfoil.posting.landing import landed, with_object
from counterfoil.posting.plan import halved
from counterfoil.posting.records import Frozen, LookUp, Outcome, PostingKey
from counterfoil.posting.states import State
from counterfoil.posting.target import Answer, Arrival, NoAnswer, Verdict


class Then(Enum):
    """What the poster does with a call after its arrival."""

    SETTLE = auto()
    RESEND = auto()
    """Send the same bytes under the same key once more."""
    REFRESH = auto()
    """Refresh the token, then send the same bytes under the same key once more."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else bears on a decision.

    ``unique``: Xero itself refuses a second execution. ``sends``: how often this process has sent
    the request, ``age`` how many seconds ago it did so first, by its own monotonic clock.
    ``final``: it may not be sent again now, by whatever road. ``refreshed``: it was sent again with
    a new token. ``tries`` and ``batch_most`` are the
    members' own. ``jitter`` is drawn from 0 to 1.
    """

    unique: bool
    sends: int
    age: float
    final: bool
    refreshed: bool
    tries: Mapping[PostingKey, int]
    batch_most: Mapping[PostingKey, int]
    now: dt.datetime
    jitter: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an arrival. ``lost`` says why the connection is gone, if it is."""

    then: Then
    outcomes: tuple[Outcome, ...] = ()
    look_up: LookUp | None = None
    ambiguous: bool = False
    lost: str = ""


def decide(
    request: Frozen,
    arrival: Arrival,
    verdicts: tuple[Verdict, ...] | None,
    whole: tuple[str, ...],
    facts: Circumstances,
) -> Decision:
    """Decide on one arrival.

    ``verdicts`` are the target's, None where the answer does not speak of single elements;
    ``whole`` is what it says about the call.
    """
    if isinstance(arrival, NoAnswer):
        return _unanswered(request, arrival, facts)
    match arrival.status:
        case 401 if not facts.final:
            return Decision(Then.REFRESH)
        case 401 | 403 as status if status == 403 or _barred(whole, facts):  # noqa: PLR2004
            lost = _words(whole, f"Xero answered {status}")
            return replace(_not_applied(request, facts), lost=lost)
        case 401 | 412 | 429:
            return _not_applied(request, facts)
        case status if status >= 500:  # noqa: PLR2004 -- HTTP's own
            return _broken(request, status, facts)
        case _:
            return _spoken(request, arrival, verdicts, whole, facts)


def _barred(whole: tuple[str, ...], facts: Circumstances) -> bool:
    """Tell whether a 401 is still one with a fresh token, and not for its age."""
    return facts.refreshed and not is_expired(whole)


def _spoken(
    request: Frozen,
    arrival: Answer,
    verdicts: tuple[Verdict, ...] | None,
    whole: tuple[str, ...],
    facts: Circumstances,
) -> Decision:
    """Decide on an answer in which Xero speaks of the documents themselves, or seems to."""
    if verdicts is not None:
        return _one_by_one(request, verdicts, facts)
    if arrival.status < 300:  # noqa: PLR2004 -- HTTP's own
        return _look_later(request, facts)
    return _whole_refused(request, arrival, whole, facts)


def _unanswered(request: Frozen, arrival: NoAnswer, facts: Circumstances) -> Decision:
    if not arrival.left:
        return _not_applied(request, facts)
    # Where Xero would refuse a second execution, the same key may be tried again at once. Elsewhere
    # a key still being processed could be executed twice, and only looking up is safe.
    if (
        facts.unique
        and not facts.final
        and facts.sends == 1
        and not request.ambiguous
        and facts.age < retry.RESEND_WITHIN_SECONDS
    ):
        return Decision(Then.RESEND)
    return _look_later(request, facts)


def _not_applied(request: Frozen, facts: Circumstances) -> Decision:
    """Decide on an answer that proves that nothing was applied, unless an earlier send may be."""
    if request.ambiguous or facts.sends > 1:
        return _look_later(request, facts)
    due = facts.now + retry.pause(min(facts.tries.values()), facts.jitter)
    outcomes = tuple(
        Outcome(key, State.READY, due_at=due, same_request=True) for key in request.members
    )
    return Decision(Then.SETTLE, outcomes)


def _look_later(request: Frozen, facts: Circumstances) -> Decision:
    outcomes = tuple(_unknown(key, facts) for key in request.members)
    look_up = LookUp(retry.first_look(facts.now), request.lookups)
    return Decision(Then.SETTLE, outcomes, look_up, ambiguous=True)


def _unknown(key: PostingKey, facts: Circumstances, batch_most: int | None = None) -> Outcome:
    findings = (_still_trying(facts.tries[key]),) if facts.tries[key] >= retry.TELL_AFTER else ()
    return Outcome(key, State.UNKNOWN, findings=findings, batch_most=batch_most)


def _still_trying(tries: int) -> Finding:
    return warning(
        "still_trying",
        f"Xero has given no usable answer in {tries} tries.",
        "Nothing to do if Xero is down; otherwise look at the document's requests and answers.",
    )


def _broken(request: Frozen, status: int, facts: Circumstances) -> Decision:
    """Decide on a 5xx: errors are cached under the key, so it is never sent under it again."""
    twice = min(facts.tries.values()) >= 1
    size = len(request.members)
    outcomes = tuple(
        _unknown(key, facts, halved(facts.batch_most[key], size) if twice else None)
        for key in request.members
    )
    # A gateway's 502 or 504 says nothing about whether Xero is done with the call.
    over = status in {500, 503} and facts.sends == 1 and not request.ambiguous
    due = facts.now if over else retry.first_look(facts.now)
    return Decision(Then.SETTLE, outcomes, LookUp(due, request.lookups), ambiguous=not over)


def _whole_refused(
    request: Frozen, arrival: Answer, whole: tuple[str, ...], facts: Circumstances
) -> Decision:
    clear = not request.ambiguous and facts.sends == 1
    if len(request.members) == 1 and clear and not _key_reused(whole):
        text = whole or (f"HTTP {arrival.status}",)
        key = request.members[0]
        raced = is_raced(key, request, text)
        refused = Outcome(key, State.REFUSED, findings=explain(text), raced=raced)
        return Decision(Then.SETTLE, (refused,))
    size = len(request.members)
    outcomes = tuple(
        _unknown(key, facts, halved(facts.batch_most[key], size)) for key in request.members
    )
    due = facts.now if clear else retry.first_look(facts.now)
    return Decision(Then.SETTLE, outcomes, LookUp(due, request.lookups), ambiguous=not clear)


def _key_reused(whole: tuple[str, ...]) -> bool:
    return any("used with a different request" in message.lower() for message in whole)


def _one_by_one(request: Frozen, verdicts: tuple[Verdict, ...], facts: Circumstances) -> Decision:
    judged = (
        _judged(request, key, verdict, expected, facts)
        for key, verdict, expected in zip(request.members, verdicts, request.expected, strict=True)
    )
    outcomes = tuple(each for outcome in judged for each in with_object(outcome))
    if all(outcome.state is not State.UNKNOWN for outcome in outcomes):
        return Decision(Then.SETTLE, outcomes)
    doubtful = request.ambiguous or facts.sends > 1
    # What goes on and on without a decision is tried no faster than what was never answered.
    weary = any(outcome.findings for outcome in outcomes if outcome.state is State.UNKNOWN)
    due = retry.first_look(facts.now) if doubtful or weary else facts.now
    return Decision(Then.SETTLE, outcomes, LookUp(due, request.lookups), ambiguous=doubtful)


def _judged(
    request: Frozen,
    key: PostingKey,
    verdict: Verdict,
    expected: Totals | None,
    facts: Circumstances,
) -> Outcome:
    if verdict.link is not None and not verdict.messages:
        return landed(key, verdict.link, expected, verdict.warnings)
    if verdict.link is not None and key.act is not Act.UPDATE:
        return _contradicted(key, verdict, facts)
    # A name may be taken by a contact that landed late, after Xero's contacts were read: they are
    # read again, and the name is told apart.
    again = facts.tries[key] < retry.TELL_AFTER
    if request.resource == "Contacts" and is_taken(verdict.messages) and again:
        return Outcome(key, State.READY)
    # A number already taken may be taken by ourselves, and a refusal after a lost answer may be
    # the echo of what the first send did: both are looked up before anybody is told. Time and again
    # nothing of ours is found where something older has the number: then a person is told.
    taken = facts.unique and is_taken(verdict.messages) and again
    if taken or request.ambiguous or facts.sends > 1:
        return _unknown(key, facts)
    said = explain(verdict.messages or verdict.warnings)
    raced = is_raced(key, request, verdict.messages)
    return Outcome(key, State.REFUSED, findings=said, raced=raced)


def is_raced(key: PostingKey, request: Frozen, messages: tuple[str, ...]) -> bool:
    """Tell whether a payment was refused for what somebody may have paid in Xero before us."""
    pays = request.resource == "Payments" and key.act is Act.CREATE
    return pays and is_overpaid(messages)


def _contradicted(key: PostingKey, verdict: Verdict, facts: Circumstances) -> Outcome:
    """Decide on an id and a refusal in one: it is looked up, as what does not fit.

    An object that was made must never be sent again as new, so this is no refusal on which a
    person's retry would send it. Somebody is told in Xero's words when it happens again and again.
    """
    outcome = _unknown(key, facts)
    return replace(outcome, findings=explain(verdict.messages)) if outcome.findings else outcome


def _words(whole: tuple[str, ...], otherwise: str) -> str:
    return "; ".join(whole) or otherwise
