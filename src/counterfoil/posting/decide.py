"""What an arrival proves, and what follows for each member: pure decisions.

The rule behind all of them: in Xero exactly once, or a person is told. What proves that nothing was
applied may be sent again; what proves nothing is looked up (architecture.md, rules 3, 4 and 6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, error, note, warning
from counterfoil.core.xero_documents import Totals
from counterfoil.posting import retry
from counterfoil.posting.explain import explain, is_expired, is_overpaid, is_taken
from counterfoil.posting.intake import REVISION, is_revision, revised_by
from counterfoil.posting.plan import halved
from counterfoil.posting.records import (
    CORRECTION,
    Frozen,
    Link,
    LookUp,
    Outcome,
    PostingKey,
)
from counterfoil.posting.states import State
from counterfoil.posting.target import Answer, Arrival, Looked, NoAnswer, Verdict

CORRECTED = frozenset(
    {
        "bill",
        "credit_note",
        "write_off",
        "supplier_bill",
        "supplier_credit",
        "withdrawal",
        "deposit",
    }
)
"""Kinds of document whose own object is corrected once when its total differs."""


UNAPPROVED = frozenset({"DRAFT", "SUBMITTED"})
"""Statuses of what is in Xero and counts nowhere yet."""
TOTALS_DIFFER = "totals_differ"
"""The code of the finding that Xero holds other sums than were sent."""
DRAFT_IN_XERO = "draft_in_xero"
"""The code of the finding that something is a draft there, and its about."""


class Then(Enum):
    """What the poster does with a call after its arrival."""

    SETTLE = "settle"
    RESEND = "resend"
    """Send the same bytes under the same key once more."""
    REFRESH = "refresh"
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
    first_and_only = facts.sends == 1 and not request.ambiguous
    if not arrival.left and first_and_only:
        return _not_applied(request, facts)
    # Where Xero would refuse a second execution, the same key may be tried again at once. Elsewhere
    # a key still being processed could be executed twice, and only looking up is safe.
    if (
        facts.unique
        and not facts.final
        and first_and_only
        and facts.age < retry.RESEND_WITHIN_SECONDS
    ):
        return Decision(Then.RESEND)
    return _look_later(request, facts)


def _not_applied(request: Frozen, facts: Circumstances) -> Decision:
    """Decide on an answer that proves that nothing was applied, unless an earlier send may be."""
    if request.ambiguous or facts.sends > 1:
        return _look_later(request, facts)
    due = facts.now + retry.pause(min(facts.tries.values(), default=0), facts.jitter)
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
    twice = min(facts.tries.values(), default=0) >= 1
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
    # the echo of what the first send did: both are looked up before anybody is told.
    taken = facts.unique and is_taken(verdict.messages) and request.resource != "Contacts"
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


def landed(
    key: PostingKey, link: Link, expected: Totals | None, warnings: tuple[str, ...] = ()
) -> Outcome:
    """Return the outcome of an object that is in Xero: posted if its totals are those expected.

    Otherwise its correction is planned, where one can help.
    """
    said = tuple(replace(finding, severity=_WARNING) for finding in explain(warnings))
    if link.status in UNAPPROVED:
        return Outcome(key, State.DRAFTED, link, (*said, _unapproved()))
    if expected is None or link.totals is None or link.totals == expected:
        return Outcome(key, State.POSTED, link, said)
    findings = (*said, _mismatch(expected, link.totals))
    helps = link.totals.total != expected.total and is_corrected(key)
    return Outcome(key, State.MISMATCHED, link, findings, correct=helps)


def _unapproved() -> Finding:
    return warning(
        DRAFT_IN_XERO,
        "Xero holds this as a draft, which counts nowhere; what depends on it waits.",
        "Once Xero's lock date lies before it, approve it there, where several drafts are approved "
        "together: the next post sees it and sends what waited. Or have the draft replaced by an "
        "approved one in one step: counterfoil repost.",
        about=DRAFT_IN_XERO,
    )


def is_corrected(key: PostingKey) -> bool:
    """Tell whether an object's balance may be moved by ourselves (rounding.md, step 7).

    Never for trust; and credits that a receipt leaves have no line that could carry a balance.
    """
    return key.act is Act.CREATE and key.part == "" and key.kind in CORRECTED


def with_object(outcome: Outcome) -> tuple[Outcome, ...]:
    """Let what ends a correction stand on the object's own posting, whose link it is."""
    if outcome.posting.act is not Act.UPDATE or outcome.link is None:
        return (outcome,)
    if outcome.posting.kind == CORRECTION:
        return (_renumbered(outcome),)
    if outcome.state is State.REFUSED:
        return (replace(outcome, link=None),)
    own = replace(outcome, posting=revised_by(outcome.posting), correct=False)
    if outcome.state is State.POSTED:
        revised = is_revision(outcome.posting)
        said = (*outcome.findings, _revised(outcome.posting) if revised else _corrected())
        return Outcome(outcome.posting, State.POSTED), replace(own, findings=said)
    # It is stated there: the object is a draft as it was, or only its sums came out otherwise.
    stated = outcome.state is State.DRAFTED or is_revision(outcome.posting)
    if is_revision(outcome.posting):
        own = replace(own, findings=tuple(map(_or_anew, own.findings)))
    return Outcome(outcome.posting, State.POSTED if stated else State.REFUSED), own


def _or_anew(finding: Finding) -> Finding:
    """Name the way out of a revision that landed otherwise: it was corrected once already."""
    if finding.code != TOTALS_DIFFER:
        return finding
    fix = (
        f"{finding.fix} Or have it posted anew in one step, so that the rounding line takes up the "
        "difference: counterfoil repost."
    )
    return replace(finding, fix=fix)


def _renumbered(outcome: Outcome) -> Outcome:
    """Take a new number as done: it is no object of its own, and a draft may have one too."""
    if outcome.state is State.DRAFTED:
        return Outcome(outcome.posting, State.POSTED)
    return replace(outcome, link=None)


def _revised(key: PostingKey) -> Finding:
    number = key.part.removeprefix(REVISION)
    return note("updated_in_place", f"Xero's document was updated to revision {number}.")


def _corrected() -> Finding:
    return warning(
        "total_corrected",
        "Xero computed another total than was predicted; its rounding line was moved so that the "
        "total is the document's.",
        "Nothing to do; tell support, because Xero's arithmetic is not the one that is known.",
        "total",
    )


def _mismatch(expected: Totals, actual: Totals) -> Finding:
    return error(
        TOTALS_DIFFER,
        f"Xero holds total {_money(actual.total)} with tax {_money(actual.total_tax)}; "
        f"{_money(expected.total)} with tax {_money(expected.total_tax)} was sent.",
        "What depends on it waits. Compare the two in Xero and put it right there, then take it as "
        "it stands: counterfoil accept, with the document's id.",
        "total",
    )


def _money(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def _words(whole: tuple[str, ...], otherwise: str) -> str:
    return "; ".join(whole) or otherwise


_WARNING = warning("", "", "").severity


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a member when its look-up comes back.

    ``expected`` are its predicted totals, ``foreign`` the ids among those found that belong to
    other postings.
    """

    state: State
    expected: Totals | None
    looked: Looked
    foreign: frozenset[str]


def decide_look_up(
    request: Frozen,
    seen: Mapping[PostingKey, Seen],
    *,
    unique: bool,
    now: dt.datetime,
    xero_now: dt.datetime,
) -> Decision:
    """Decide on what a look-up found of each member that is still in doubt.

    ``xero_now`` is Xero's time of day: an absence is believed by Xero's clock alone. A look-up may
    come early, because a person presses retry or because a machine's clock has jumped.
    """
    lookups = request.lookups + 1
    if request.rechecking:
        found = (_rechecked(key, one) for key, one in seen.items())
        return Decision(Then.SETTLE, tuple(outcome for outcome in found if outcome is not None))
    certain = _is_over(request, xero_now) and (
        unique or (lookups > 1 and _key_is_dead(request, xero_now))
    )
    looked = (
        _looked(key, one, certain=certain, unique=unique)
        for key, one in seen.items()
        if one.state is State.UNKNOWN
    )
    outcomes = tuple(each for outcome in looked for each in with_object(outcome))
    return Decision(Then.SETTLE, outcomes, _next_look(request, outcomes, lookups, unique, now))


def _is_over(request: Frozen, xero_now: dt.datetime) -> bool:
    """Tell whether nothing of a request can be on its way any more."""
    return not request.ambiguous or xero_now >= retry.first_look(request.xero_time)


def _key_is_dead(request: Frozen, xero_now: dt.datetime) -> bool:
    return xero_now >= retry.key_dies(request.xero_time)


def _looked(key: PostingKey, seen: Seen, *, certain: bool, unique: bool) -> Outcome:
    same = tuple(link for link in seen.looked.same if link.xero_id not in seen.foreign)
    return _resolved(key, seen, same, certain=certain, unique=unique)


def _rechecked(key: PostingKey, seen: Seen) -> Outcome | None:
    """Decide on a member that was sent anew, or is about to be, after two absences."""
    same = tuple(link for link in seen.looked.same if link.xero_id not in seen.foreign)
    if seen.state is State.POSTED and same:
        return Outcome(key, State.POSTED, findings=(_landed_twice(same),))
    if seen.state is State.READY and len(same) == 1:
        return landed(key, same[0], seen.expected)
    return None


def _resolved(
    key: PostingKey, seen: Seen, same: tuple[Link, ...], *, certain: bool, unique: bool
) -> Outcome:
    if len(same) == 1:
        return landed(key, same[0], seen.expected)
    if same:
        return Outcome(key, State.UNKNOWN, findings=(_several(same),))
    ended = [link for link in seen.looked.ended if link.xero_id not in seen.foreign]
    if len(ended) == 1:  # What takes it back has done so already.
        return Outcome(key, State.POSTED, ended[0])
    if unique and seen.looked.other:
        return Outcome(key, State.REFUSED, findings=(_taken_by_another(seen.looked.other[0]),))
    return Outcome(key, State.READY if certain else State.UNKNOWN)


def _next_look(
    request: Frozen,
    outcomes: tuple[Outcome, ...],
    lookups: int,
    unique: bool,  # noqa: FBT001 -- private, and named at its one call
    now: dt.datetime,
) -> LookUp | None:
    open_still = [o for o in outcomes if o.state is State.UNKNOWN and not o.findings]
    if open_still:
        return LookUp(retry.second_look(now, request.frozen_at), lookups)
    # A correction that lands late states once more what its successor has stated.
    sent_anew = any(o.state is State.READY and o.posting.act is Act.CREATE for o in outcomes)
    if sent_anew and not unique:
        return LookUp(now + retry.RECHECK_AFTER, lookups, rechecking=True)
    return None


def _several(links: tuple[Link, ...]) -> Finding:
    ids = ", ".join(link.xero_id for link in links)
    return error(
        "several_candidates",
        f"Xero holds {len(links)} objects that could be this one: {ids}.",
        "Delete the surplus in Xero, then retry: the one that is left is taken.",
    )


def _taken_by_another(link: Link) -> Finding:
    return error(
        "number_taken_in_xero",
        f"Xero already has a different document with the number {link.number}.",
        "Give one of the two another number: change it in Xero, or in the practice.",
        "number",
        f"number:{link.number}",
    )


def _landed_twice(links: tuple[Link, ...]) -> Finding:
    return error(
        "landed_twice",
        f"A send that had gone unanswered arrived late: Xero also holds {links[0].xero_id}.",
        "Delete that one in Xero; the document's own link shows which to keep.",
    )
