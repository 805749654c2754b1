"""The defences of the protocol, each switched off, in a world where the others suffice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.posting import caller, decide, intake, limits, looked_up
from counterfoil.posting.memory.base import Rows
from counterfoil.posting.memory.sending import Sending
from counterfoil.posting.states import State
from counterfoil.xero import target
from tests.simulation.bugs import (
    ECHOES,
    FENCE,
    INTAKE,
    LATER_THAN_BELIEVED,
    LIMITS,
    LOOK_UP,
    MOVES,
    NONE_MISSING,
    REFRESHES,
    USUAL,
    WAITING,
    Change,
    Given,
    again,
    instead,
    nothing,
    planned_twice,
    yes,
)
from xero_sandbox import admission, idempotency
from xero_sandbox.books.numbering import Numbers

if TYPE_CHECKING:
    from counterfoil.posting.records import Frozen
    from tests.simulation.story import Story
    from tests.simulation.trouble import Trouble


FOR_EVER = dt.timedelta(days=400)


def _posts_nothing_anew(story: Story) -> None:
    """A document that is posted anew waits for the end of the old one, and for nothing else."""
    story.people.reposted = True


def _as_it_is(story: Story) -> None:
    del story


@dataclass(frozen=True, slots=True)
class Defence:
    """A defence that is off.

    ``without`` are the groups of faults that only it could bear, ``unjudged`` the complaints that
    are about nothing but its absence; ``tune`` makes the story's Xero as mild as it must be.
    """

    name: str
    changes: tuple[Change, ...] = ()
    without: frozenset[str] = frozenset()
    unjudged: frozenset[str] = frozenset()
    stalls: bool = True
    tune: Callable[[Story], None] = _as_it_is
    trouble: Trouble = USUAL

    def mild(self, trouble: Trouble) -> Trouble:
        """Return so much of a trouble as can be borne without this defence."""
        milder = replace(trouble, on=trouble.on - self.without, versions=trouble.revised)
        return milder if self.stalls else replace(milder, stalls=0.0)


def _replays(story: Story) -> None:
    story.sandbox.state.key_in_process = "replay"


def _by_key_alone(request: Frozen, *given: Given) -> Given:
    return again(request, given[-1])


def _same_key_after_restart(recover: Given) -> Given:
    def recovering(self: Given, lease: Given, *, due_at: Given, now: Given) -> int:
        for request in self._requests.values():
            if request.fence < lease.fence:
                for key in self._sending(request):
                    self._move(key, State.READY, lease.holder, "recovered", now, due_at=now)
        count: int = recover(self, lease, due_at=due_at, now=now)
        return count

    return recovering


def _since_the_first_send(resume: Given) -> Given:
    """What goes out again without a look may have landed at its first send."""

    def resuming(self: Given, lease: Given, request_id: Given, **given: Given) -> None:
        first = self._requests[request_id].frozen.xero_time
        resume(self, lease, request_id, **given | {"xero_time": min(first, given["xero_time"])})

    return resuming


def _every_one(row: Given, slot: str, **given: Given) -> Given:
    del given
    del slot
    return row


def _not_again(next_look: Given) -> Given:
    def looking(*given: Given) -> Given:
        watch = next_look(*given)
        return None if watch is not None and watch.rechecking else watch

    return looking


def _any_number(give: Given) -> Given:
    def giving(self: Given, draft: Given, before: Given) -> None:
        said = list(draft.errors)
        give(self, draft, before)
        draft.errors[:] = said

    return giving


ALL_ON = Defence("every defence is on")

DEFENCES = (
    Defence("Xero's idempotency keys", (Change(admission, "METHODS", lambda _: frozenset()),)),
    Defence(
        "Xero's unique numbers",
        (Change(Numbers, "give", _any_number),),
        without=frozenset({LATER_THAN_BELIEVED}),
        tune=_replays,
    ),
    Defence(
        LOOK_UP,
        (
            Change(decide, "_unanswered", instead(_by_key_alone)),
            Change(decide, "_look_later", instead(_by_key_alone)),
            Change(Sending, "recover", _same_key_after_restart),
            Change(Sending, "resume", _since_the_first_send),
            Change(idempotency, "LIFETIME", lambda _: FOR_EVER),
        ),
        without=frozenset(
            {
                "1 storm",
                "2 cuts",
                "4 keys",
                "8 restore",
            }
        ),
        unjudged=frozenset({"resent", "unproved"}),
        tune=_replays,
    ),
    Defence(
        FENCE,
        (Change(Rows, "_ours", instead(yes)),),
        unjudged=frozenset({"unfenced"}),
        stalls=False,
    ),
    Defence(
        MOVES,
        (Change(Sending, "_check", instead(nothing)),),
        unjudged=frozenset({"unlawful"}),
    ),
    Defence(
        ECHOES,
        (Change(target, "_agree", instead(yes)),),
        without=frozenset({"5 answers"}),
    ),
    Defence(
        REFRESHES,
        (Change(caller.Caller, "_take_refresh", instead(yes)),),
        unjudged=frozenset({"refresh"}),
    ),
    Defence(WAITING, (NONE_MISSING,), tune=_posts_nothing_anew),
    Defence(
        LIMITS,
        (Change(limits, "admit", instead(_every_one)),),
        unjudged=frozenset({"limits"}),
    ),
    Defence(
        INTAKE,
        (Change(intake, "decide", planned_twice),),
        without=frozenset({"8 restore", "10 source"}),
    ),
    Defence("the second look after sending anew", (Change(looked_up, "_next_look", _not_again),)),
)
