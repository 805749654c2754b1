"""Acts on what is in Xero already: read the object, decide, perhaps send, settle.

A correction of a total, a void, a deletion, an allocation taken off, a new number: each is a
posting of its own. Once it is due its object is read, because an act whose effect is visible is
never sent again (architecture.md, rule 10). What is read decides: done already, barred with the
reason in words, or a call, which goes alone and is settled by reading once more where its answer is
lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.posting import retry
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from counterfoil.core.xero_documents import Totals
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Due, Posting
    from counterfoil.posting.target import Shape


@dataclass(frozen=True, slots=True)
class Amendment:
    """A call ready to be written down, with the sums that Xero will hold after it, if they change.

    The call names one object and has one member.
    """

    posting: Posting
    shape: Shape
    expected: Totals | None = None


class Amendments(NamedTuple):
    """Calls to send, and what became of the other postings without one."""

    ready: tuple[Amendment, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


Judged = Amendment | tuple[Outcome, ...]
"""What reading an object makes of one posting: a call, or what became of it without one."""


def each(dues: Iterable[Due], judge: Callable[[Due], Judged | None], caller: Caller) -> Amendments:
    """Judge postings one by one; None puts one off, so that it never blocks what else is due."""
    ready: list[Amendment] = []
    outcomes: list[Outcome] = []
    for due in dues:
        told = judge(due)
        if isinstance(told, Amendment):
            ready.append(told)
        elif told is None:
            outcomes.append(later(due.posting, caller))
        else:
            outcomes += told
    return Amendments(tuple(ready), tuple(outcomes))


def later(posting: Posting, caller: Caller) -> Outcome:
    """Put a posting off until what it rests on may be clearer."""
    due_at = caller.clock.now() + retry.SECOND_LOOK_AFTER
    return Outcome(posting.key, State.READY, due_at=due_at)
