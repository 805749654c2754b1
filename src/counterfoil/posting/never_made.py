"""What the practice has taken back before Xero ever took it.

A document may be refused, or found to have ended in Xero, while the one that takes it back waits
for it. Nothing is gained by a second try: what takes it back then finds nothing to end, or what has
ended, and both are done with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Act
from counterfoil.core.documents import (
    LaterAllocation,
    Reversal,
    Unallocation,
    Void,
    undone_key,
)
from counterfoil.core.parts import RETURNED
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.bodies import read_back
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State
from counterfoil.posting.taken_back import ENDING_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import PostingKey

MAKING = frozenset({Act.CREATE, Act.ALLOCATE})
"""Acts whose objects others take back."""
STILL_TO_GO = frozenset({State.WAITING, State.READY})
"""States of what is still to take something back."""


def enders(made: Collection[PostingKey], outbox: Outbox) -> dict[PostingKey, PostingKey]:
    """Return by each posting the practice's own act that waits to end what it makes."""
    asked = _whole({key for key in made if key.act in MAKING}, outbox)
    needing = outbox.needing({Symbol(*key.document) for key in asked}) if asked else {}
    ending = {
        key: [by for by in needing.get(Symbol(*key.document), ()) if _ends(by, key)]
        for key in asked
    }
    for key, by in _waiting_no_longer([key for key, of in ending.items() if not of], outbox):
        ending[key].append(by)
    documents = {by.document for of in ending.values() for by in of}
    if not documents:
        return {}
    waiting = {one.key for one in outbox.postings(documents) if one.state in STILL_TO_GO}
    targets = _targets(documents, outbox)
    found = {
        key: [by for by in of if by in waiting and targets[by.document] in {None, key.document}]
        for key, of in ending.items()
    }
    return {key: of[0] for key, of in found.items() if len(of) == 1}


def _waiting_no_longer(
    made: Collection[PostingKey], outbox: Outbox
) -> Iterator[tuple[PostingKey, PostingKey]]:
    """Yield what ends these and waits for them no more, as they were held when it was planned."""
    if not made:
        return
    for kind in ENDING_KINDS:
        documents = outbox.standing_in(STILL_TO_GO, kind)
        targets = _targets(documents, outbox) if documents else {}
        named = {by: of for by, of in targets.items() if of in {key.document for key in made}}
        for posting in outbox.postings(named) if named else ():
            of = named[posting.key.document]
            yield from (
                (key, posting.key) for key in made if key.document == of and _ends(posting.key, key)
            )


def _targets(documents: Collection[Key], outbox: Outbox) -> dict[Key, Key | None]:
    """Return which document each of these takes back; it may name others, too.

    None for what takes allocations off: it names only those that it takes off.
    """
    found = {key: read_back(body) for key, body in outbox.bodies(documents).items()}
    return {
        key: None if isinstance(one, Unallocation) else undone_key(one)
        for key, one in found.items()
    }


def _whole(made: set[PostingKey], outbox: Outbox) -> set[PostingKey]:
    """Leave out parts of allocations: what takes those off is named by its own place."""
    parted = {key.document for key in made if key.kind == LaterAllocation.kind}
    parts = Counter(
        one.key.document
        for one in (outbox.postings(parted) if parted else ())
        if one.key.act in MAKING and one.state is not State.WITHDRAWN
    )
    return {key for key in made if parts[key.document] <= 1}


def _ends(by: PostingKey, made: PostingKey) -> bool:
    """Tell whether an act takes back what a posting makes."""
    if by.act not in ENDING:
        return False
    if by.kind == Unallocation.kind:
        return made.kind == LaterAllocation.kind
    return by.kind in {Reversal.kind, Void.kind} and by.part == made.part


def with_enders(outcomes: Sequence[Outcome], outbox: Outbox) -> tuple[Outcome, ...]:
    """Let what takes a refused document back go on without it, if nothing else waits for that."""
    refused = [outcome.posting for outcome in outcomes if outcome.state is State.REFUSED]
    ending = {
        made: by
        for made, by in (enders(refused, outbox) if refused else {}).items()
        if _alone(made.document, by.document, outbox)
    }
    if not ending:
        return tuple(outcomes)
    # Nobody need look who else has paid: it is not to be paid any more.
    told = (replace(one, raced=False) if one.posting in ending else one for one in outcomes)
    return (*told, *(Outcome(by, State.READY) for by in ending.values()))


def _alone(made: Key, by: Key, outbox: Outbox) -> bool:
    """Tell whether all that waits for a document is of the one that takes it back."""
    needing = {key for of in outbox.needing({Symbol(*made)}).values() for key in of}
    others = {key.document for key in needing} - {made, by}
    waiting = [one for one in outbox.postings(others) if one.key in needing] if others else []
    own = [one for one in outbox.postings({by}) if one.state is not State.WITHDRAWN]
    return all(one.state is State.POSTED for one in waiting) and all(
        one.key.act in ENDING or one.key.part in RETURNED for one in own
    )
