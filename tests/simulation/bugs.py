"""Bugs of the protocol that the product does not have, each as changes to its own functions.

The product has no switches for them: a test replaces a function by name and puts it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from counterfoil.posting import (
    caller,
    contacts,
    correcting,
    decide,
    intake,
    limits,
    looked_up,
    looking_up,
    paid_already,
    poster,
    retry,
    sender,
    undoing,
)
from counterfoil.posting.memory.base import Rows
from counterfoil.posting.memory.restoring import Restoring
from counterfoil.posting.memory.sending import Sending
from counterfoil.posting.records import Link, LookUp, Outcome, Taken
from counterfoil.posting.states import State
from counterfoil.posting.target import Looked
from counterfoil.xero import lookup, target
from tests.simulation import putting_back
from tests.simulation.faults import FATES, GROUPS, Fate
from tests.simulation.trouble import Trouble
from tests.simulation.undone import comes_last

if TYPE_CHECKING:
    from counterfoil.posting.records import Frozen
    from counterfoil.posting.sender import Flight
    from tests.simulation.story import Story

Given = Any
"""What a function of the product is given, or gives: bugs do not look at it closely."""
Make = Callable[[Given], Given]
LOOK_UP, FENCE, MOVES = "look-ups", "the fence of the lease", "the table of moves"
ECHOES, REFRESHES = "the cross-check of answers", "the lease of a refresh"
WAITING, LIMITS = "waiting for what is named", "the count of calls"
INTAKE = "the fingerprints of the daybook"

USUAL = Trouble(
    frozenset(GROUPS) - {"1 long limits", "9 clocks"}, 1_800.0, 0.45, 0.004, 0.001, 0.0, 0.001
)
SHUFFLED = Trouble(frozenset({"3 time-outs", "5 answers"}), 1_800.0, 0.7)
LOST = Trouble(frozenset({"3 time-outs"}), 1_800.0, 0.3)
CONTRADICTED = Trouble(frozenset({"3 time-outs", "5 contradictions"}), 1_800.0, 0.7)
PUT_BACK = Trouble(frozenset({"3 time-outs", "8 restore"}), 3_600.0, 0.3)
REVISED = replace(USUAL, on=USUAL.on - {"8 restore"})
"""With several versions of a document, which a story with a restore does not have."""
EDITED = Trouble(frozenset({"3 time-outs", "10 source", "11 organisation"}), 3_600.0, 0.1)
HELD_UP = replace(USUAL, stalls=0.02, crashes=0.0)
LATER_THAN_BELIEVED = "3 later than believed"
"""What no story draws: a write that lands later than a look can know of."""
NOTHING_LEAVES = 400.0
"""So many seconds nothing reaches Xero once a write is believed absent; it lands meanwhile."""
LANDS_LATE = Fate("3 applied after it was believed absent", returns=False, work=400.0)
LOST_ON_THE_WAY = Fate("3 lost on the way", reaches=False, returns=False)
UNREACHED = Fate("3 cannot connect", leaves=False, reaches=False, returns=False)


@dataclass(frozen=True, slots=True)
class Change:
    """``make`` turns what an owner has under a name into what it has for a while."""

    owner: Given
    name: str
    make: Make


def _as_it_is(story: Story) -> None:
    del story


def _put_back_to_a_locked_period(story: Story) -> None:
    """Lose what was posted after a lock was lifted, just before that is reversed."""
    people = story.people
    people.arrival_seconds = 1_300.0
    people.reposted = True
    kept = [one for one in story.documents if one["kind"] not in {"reversal", "void"}]
    story.world.at(0.0, people.lock)
    story.world.at(1.0, lambda: people.send([one for one in kept if not comes_last(one)]))
    putting_back.put_back(story, 600.0, 1_290.0)


def _a_credit_note_that_lands_late(story: Story) -> None:
    """Let the first credit note land when it is believed absent, and nothing else get through.

    What is sent in its stead leaves so much later that a look since then would not show it.
    """
    network, carry = story.network, story.network.carry
    fates = [LOST_ON_THE_WAY, LANDS_LATE]
    looked: list[float] = []

    def carrying(call: Given, *given: Given) -> None:
        if call.path == "/CreditNotes" and call.method == "PUT" and fates:
            fate = fates.pop()
            network.fate = lambda **_: fate  # type: ignore[method-assign]
        elif looked and network.world.elapsed < looked[0] + NOTHING_LEAVES:
            network.fate = lambda **_: UNREACHED  # type: ignore[method-assign]
        elif call.path == "/CreditNotes" and call.method == "GET" and not fates:
            looked.append(network.world.elapsed + 1.0)
        carry(call, *given)
        vars(network).pop("fate", None)

    network.carry = carrying  # type: ignore[method-assign,assignment]


def _a_repeat_is_refused(story: Story) -> None:
    """Let Xero refuse the first call that is repeated: its key was used for something else."""
    network, carry = story.network, story.network.carry
    (_, refused), *_ = FATES["4 keys"]
    keys: list[str] = []

    def carrying(call: Given, *given: Given) -> None:
        if call.key and call.key in keys and len(keys) == len(set(keys)):
            network.fate = lambda **_: refused  # type: ignore[method-assign]
        keys.extend([call.key] if call.key else [])
        carry(call, *given)
        vars(network).pop("fate", None)

    network.carry = carrying  # type: ignore[method-assign,assignment]


@dataclass(frozen=True, slots=True)
class Bug:
    """A bug with its changes.

    ``of`` names the defence that it takes away, or without which its place is never reached;
    ``needs`` a group of faults without which nothing of it can be seen. ``tune`` is done to a story
    before it is played.
    """

    name: str
    changes: tuple[Change, ...]
    of: str = ""
    trouble: Trouble = USUAL
    batch_most: int = 0
    needs: str = ""
    tune: Callable[[Story], None] = _as_it_is


def instead(function: Callable[..., Any]) -> Make:
    """Put a function in the place of another."""
    return lambda _: function


def _new_key(launch: Given) -> Given:
    @wraps(launch)
    def launching(self: Given, ticket: str, flight: Flight) -> None:
        if flight.sends:
            key = f"{flight.request.request_id}-{flight.sends}"
            flight.request = replace(flight.request, request_id=key)
        launch(self, ticket, flight)

    return launching


def _blind(self: object, requests: list[Frozen]) -> Given:
    del self
    yield from ()
    return {key: Looked() for request in requests for key in request.members}


def _send_first(self: Given, lease: Given, flight: Flight) -> bool:
    flight.grant = self._caller.grant()
    ticket = self._reserve(lease)
    flight.started = self._clock.monotonic()
    self._launch(ticket, flight)
    flight.write_down()
    return True


def _failed(request: Frozen, arrival: object, facts: Given) -> Given:
    del arrival, facts
    refused = tuple(Outcome(key, State.REFUSED) for key in request.members)
    return decide.Decision(decide.Then.SETTLE, refused)


def again(request: Frozen, facts: Given) -> Given:
    """Decide that a request may simply go out again as it is."""
    outcomes = tuple(
        Outcome(key, State.READY, due_at=facts.now, same_request=True) for key in request.members
    )
    return decide.Decision(decide.Then.SETTLE, outcomes)


def _never_sent(request: Frozen, arrival: object, facts: Given) -> Given:
    del arrival
    return again(request, facts)


def _after_a_5xx(request: Frozen, status: int, facts: Given) -> Given:
    del status
    return again(request, facts)


def _always_unique(decided: Given) -> Given:
    def deciding(request: Frozen, seen: Given, **given: Given) -> Given:
        return decided(request, seen, **(given | {"unique": True}))

    return deciding


def _at_once(decided: Given) -> Given:
    def later(request: Frozen, facts: Given) -> Given:
        return replace(decided(request, facts), look_up=LookUp(facts.now, request.lookups))

    return later


def _late_settle(settle: Given) -> Given:
    def settling(self: Given, lease: Given, *given: Given, **more: Given) -> None:
        self._ours = lambda _: True
        try:
            settle(self, lease, *given, **more)
        finally:
            del self._ours

    return settling


def _any_of_its_kind(match: Given) -> Given:
    def matching(resource: str, requests: Given, found: Given) -> Given:
        there = [lookup.link(one, source="look-up") for one in found if one.xero_id]
        for key, looked in match(resource, requests, found):
            yield key, Looked(tuple(there[:1])) if there else looked

    return matching


def _without_link(apply_one: Given) -> Given:
    def applying(self: Given, outcome: Outcome, actor: str, now: Given) -> None:
        found = outcome.link is not None and outcome.link.source == "look-up"
        apply_one(self, replace(outcome, link=None) if found else outcome, actor, now)

    return applying


def _made_up(ids: Given) -> Given:
    def inventing(self: Given, symbols: Given) -> Given:
        nobody = dict.fromkeys(symbols, "00000000-0000-0000-0000-000000000000")
        return nobody | ids(self, symbols)

    return inventing


def _ready_after_restart(recover: Given) -> Given:
    def recovering(self: Given, lease: Given, *, due_at: Given, now: Given) -> int:
        left = [r for r in self._requests.values() if r.fence < lease.fence]
        for request in left:
            for key in self._sending(request):
                self._move(
                    key, State.READY, lease.holder, "recovered", now, due_at=now, request_id=None
                )
        count: int = recover(self, lease, due_at=due_at, now=now)
        return count

    return recovering


def planned_twice(decided: Given) -> Given:
    def deciding(entry: Given, known: Given, holder: Given) -> Given:
        said = decided(entry, known, holder)
        if known is None or said.step is not intake.Step.NOTHING or entry.key.kind == "contact":
            return said
        return intake.Decision(intake.Step.REPLACE, Taken.REVISED)

    return deciding


def _always_replaced(entry: Given, known: Given, holder: Given) -> Given:
    del entry, known, holder
    return intake.Decision(intake.Step.REPLACE, Taken.REVISED)


def _unnoticed(*_: Given) -> tuple[()]:
    return ()


def _believed(request: Frozen, *given: Given) -> Given:
    return _failed(request, *given[:2])


def _taken_as_posted(judged: Given) -> Given:
    def judging(request: Frozen, key: Given, verdict: Given, *given: Given) -> Given:
        if verdict.link is None:
            return Outcome(key, State.POSTED)
        return judged(request, key, verdict, *given)

    return judging


def _page_is_success(request: Frozen, facts: Given) -> Given:
    del facts
    posted = tuple(Outcome(key, State.POSTED) for key in request.members)
    return decide.Decision(decide.Then.SETTLE, posted)


def _id_forgotten(key: Given, verdict: Given, facts: Given) -> Outcome:
    del facts
    return Outcome(key, State.REFUSED, verdict.link)


def _one_key(written: Given) -> Given:
    def writing(batch: Given, tenant_id: str, caller: Given) -> Frozen:
        request: Frozen = written(batch, tenant_id, caller)
        return replace(request, request_id=f"{tenant_id}:{request.resource}")

    return writing


def _one_contact(match: Given) -> Given:
    def matching(self: Given, contact: Given, party_id: str, choice: str) -> Given:
        same = self._by_name.get(contacts.fold_name(contact.name))
        if same is not None:
            return contacts.Adopt(Link(same.contact_id, same.number, source="mirror"))
        return match(self, contact, party_id, choice)

    return matching


def _no_slot(self: Given, seconds: int) -> str:
    del seconds
    return f"drain:{self.chance.name()}"


def yes(*_: object, **__: object) -> bool:
    return True


def nothing(*_: object, **__: object) -> None:
    return None


def _none_missing(*_: object) -> tuple[()]:
    return ()


TAKEN_OVER = Change(Rows, "_guard", instead(nothing))
NONE_MISSING = Change(Rows, "_missing", instead(_none_missing))

BUGS = (
    Bug("a new key at every repeat", (Change(sender.Sender, "_launch", _new_key),), LOOK_UP),
    Bug(
        "nothing is looked up: unanswered is absent",
        (Change(target.XeroTarget, "look_up", instead(_blind)),),
        of=LOOK_UP,
    ),
    Bug("sent before it is committed", (Change(sender.Sender, "_send", instead(_send_first)),)),
    Bug("a time-out is taken as failure", (Change(decide, "_unanswered", instead(_failed)),)),
    Bug(
        "a time-out is taken as never sent",
        (Change(decide, "_unanswered", instead(_never_sent)),),
        of=LOOK_UP,
    ),
    Bug(
        "sent again under its key after 5xx",
        (Change(decide, "_broken", instead(_after_a_5xx)),),
        LOOK_UP,
    ),
    Bug(
        "one look-up where two are due",
        (Change(looking_up, "decide_look_up", _always_unique),),
        of=LOOK_UP,
    ),
    Bug(
        "looked up while it may still land",
        (
            Change(decide, "_look_later", _at_once),
            Change(retry, "second_look", instead(lambda now, _: now)),
            Change(looked_up, "_is_over", instead(yes)),
            Change(looked_up, "_key_is_dead", instead(yes)),
        ),
        of=LOOK_UP,
    ),
    Bug(
        "a refresh without its lease",
        (Change(caller.Caller, "_take_refresh", instead(yes)),),
        of=REFRESHES,
    ),
    Bug("a late settle is accepted", (Change(Sending, "settle", _late_settle),), FENCE, HELD_UP),
    Bug("a stale fence is accepted", (TAKEN_OVER,), FENCE, HELD_UP),
    Bug(
        "answers are matched by position alone",
        (Change(target, "_agree", instead(yes)),),
        of=ECHOES,
        trouble=SHUFFLED,
        batch_most=10,
    ),
    Bug(
        "any object of its kind is adopted",
        (Change(lookup, "_match", _any_of_its_kind),),
        of=LOOK_UP,
    ),
    Bug(
        "Retry-After is ignored",
        (Change(limits, "_learn_block", instead(lambda row, *_: row)),),
        of=LIMITS,
    ),
    Bug("calls take no slot", (Change(caller.Caller, "reserve", instead(_no_slot)),), of=LIMITS),
    Bug(
        "the link of what was found is not written",
        (Change(Sending, "_apply_one", _without_link),),
        of=LOOK_UP,
    ),
    Bug(
        "what a document needs is ignored",
        (NONE_MISSING, Change(Sending, "ids", _made_up)),
    ),
    Bug(
        "what was being sent is ready after a restart",
        (Change(Sending, "recover", _ready_after_restart),),
    ),
    Bug(
        "a document received twice is planned twice",
        (Change(intake, "decide", planned_twice),),
        of=INTAKE,
    ),
    Bug(
        "a revision replaces what was already sent",
        # A payment that stands on its bill already would be taken as the one that is sent anew.
        (
            Change(intake, "_revised", instead(_always_replaced)),
            Change(paid_already, "noticed", instead(_unnoticed)),
        ),
        trouble=REVISED,
    ),
    Bug(
        "a refusal of the whole call is believed at once",
        (Change(decide, "_whole_refused", instead(_believed)),),
        of=LOOK_UP,
        trouble=LOST,
        tune=_a_repeat_is_refused,
    ),
    Bug("a refused element is taken as posted", (Change(decide, "_judged", _taken_as_posted),)),
    Bug(
        "a gateway's page is taken as success",
        (Change(decide, "_look_later", instead(_page_is_success)),),
    ),
    Bug("one key for many requests", (Change(poster, "request_of", _one_key),)),
    Bug(
        "a refusal of the second send clears the first",
        (Change(decide, "_not_applied", instead(again)),),
        of=LOOK_UP,
    ),
    Bug(
        "an id beside a refusal is forgotten",
        (Change(decide, "_contradicted", instead(_id_forgotten)),),
        trouble=CONTRADICTED,
    ),
    Bug(
        "nobody marks a restore",
        (Change(Restoring, "mark_restored", instead(nothing)),),
        trouble=PUT_BACK,
        needs="8 restore",
    ),
    Bug("two clients of one name become one", (Change(contacts.Matcher, "match", _one_contact),)),
    Bug(
        "a revision overwrites what somebody has edited",
        (Change(correcting, "edited", instead(nothing)),),
        trouble=EDITED,
    ),
    Bug(
        "withdraws after a restore without looking",
        (Change(undoing, "first_sought", instead(nothing)),),
        trouble=Trouble(seconds=1_800.0),
        needs="8 restore",
        tune=_put_back_to_a_locked_period,
    ),
    Bug(
        "a look begins at the last send of several",
        (Change(looking_up, "_since_the_first", instead(lambda requests, _: requests)),),
        of=LOOK_UP,
        trouble=Trouble(seconds=1_800.0),
        needs=LATER_THAN_BELIEVED,
        tune=_a_credit_note_that_lands_late,
    ),
)
