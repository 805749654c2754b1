"""Being done with a document that never left, together with the one that takes it back.

What cannot be posted as it is, and may not be changed, as clients' money may not, is reversed in
the practice's books like any other. As long as nothing of it was sent there is nothing to do in
Xero for either: both stay in the daybook, and neither is planned again. The number stays taken.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Unallocation, undone_key
from counterfoil.core.findings import Severity, note
from counterfoil.core.outline import names
from counterfoil.core.trust_findings import PAYMENT_TAKEN_BACK
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import restoring
from counterfoil.posting.bodies import read_back
from counterfoil.posting.daybook import LASTING, reconvert
from counterfoil.posting.intake import DISCARDED, GIVEN_UP, may_renew
from counterfoil.posting.records import OURS
from counterfoil.posting.states import State
from counterfoil.posting.taken_back import ENDING_KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry, Posting
    from counterfoil.posting.shelf import Shelf

GIVEN_UP_KINDS = (*ENDING_KINDS, Unallocation.kind)
"""Kinds that may be given up by themselves while they are held."""
STUCK = frozenset({State.HELD, State.WAITING, State.REFUSED})
"""States in which a posting leaves neither by itself nor with the next turn."""


def may_discard(states: Collection[State]) -> bool:
    """Tell by the states of a document's postings whether it may be done with, unsent."""
    standing = set(states) - {State.WITHDRAWN}
    return bool(standing) and standing <= STUCK


def discard(by: Key, outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime) -> bool:
    """Be done with a reversal or void and with what it takes back, where neither left.

    Only where nothing else names that, and nothing holds the one but what holds the other; and not
    where a restored store cannot know whether it left. Tells whether it was so; otherwise both go
    the way of all documents.
    """
    of = _taken_back(by, outbox)
    if of is None or not _may(of, by, outbox, now):
        return False
    found = note(
        DISCARDED,
        f"Nothing of it went to Xero: {by.kind} {by.id} takes {of.kind.replace('_', ' ')} "
        f"{of.id} back, and both are done with.",
    )
    reconvert(
        (of, by),
        outbox,
        shelf,
        actor=actor,
        now=now,
        change=lambda entry: replace(entry, findings=(found,)),
    )
    if not _standing({of, by}, outbox):
        return True
    # Something of it left meanwhile: then there is something to take back.
    reconvert((of, by), outbox, shelf, actor=actor, now=now, change=_as_before)
    return False


def discard_pointless(
    by: Collection[Key], outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime
) -> None:
    """Be done with transfers of costs that can never go, and with what takes them back.

    Such a transfer names a payment that was itself taken back, so that its reversal would wait for
    ever. Whatever else is held may go once its reason is gone, and its reversal after it.
    """
    for one in by:
        of = _taken_back(one, outbox)
        said = outbox.findings([of]).get(of, ()) if of is not None else ()
        if any(finding.code == PAYMENT_TAKEN_BACK for finding in said):
            discard(one, outbox, shelf, actor=actor, now=now)


def may_give_up(kind: str, states: Collection[State]) -> bool:
    """Tell whether a way back is held as a whole, so that a person may be done with it alone."""
    return kind in GIVEN_UP_KINDS and may_discard(states)


def give_up(
    keys: Collection[Key], outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime
) -> int:
    """Be done with held reversals, voids and unallocations: what they name stays as it is.

    Nothing of them left, so that nothing is to be done in Xero; in the sums of these books they
    count for nothing any more, and the same may be taken back anew. Returns how many there were.
    """
    standing: dict[Key, list[State]] = {}
    for posting in _standing(keys, outbox):
        standing.setdefault(posting.key.document, []).append(posting.state)
    free = [key for key in keys if may_give_up(key.kind, standing.get(key, ()))]
    reconvert(
        free,
        outbox,
        shelf,
        actor=actor,
        now=now,
        change=lambda entry: replace(entry, findings=(_given_up(entry.key),)),
    )
    named = {undone_key(read_back(body)) for body in outbox.bodies(free).values()} - {None}
    rivals = outbox.held_by(set(map(str, named))) if named else ()
    reconvert(rivals, outbox, shelf, actor=actor, now=now)
    return len(free)


def _given_up(key: Key) -> Finding:
    return note(
        GIVEN_UP,
        f"This {key.kind} was given up by hand before anything of it left: what it was to take "
        "back stays as it is, in Xero and in these books.",
        "Where the practice system has it still, take it out there too.",
    )


def _taken_back(by: Key, outbox: Outbox) -> Key | None:
    body = outbox.bodies([by]).get(by) if by.kind in ENDING_KINDS else None
    return undone_key(read_back(body)) if body is not None else None


def _may(of: Key, by: Key, outbox: Outbox, now: dt.datetime) -> bool:
    standing = _standing({of, by}, outbox)
    ours = [one for one in standing if one.key.document == of]
    mark = restoring.in_force(outbox.restored(), now)
    said = outbox.findings([of, by])
    errors = {
        key: {one.code for one in said.get(key, ()) if one.severity is Severity.ERROR}
        for key in (of, by)
    }
    return (
        may_renew(ours)
        and not any(mark and restoring.unsure(one, mark, outbox) for one in ours)
        and may_discard([one.state for one in standing if one.key.document == of])
        and all(not one.tries for one in standing)
        and _naming(of, outbox) <= {by}
        and errors[by] <= errors[of] - LASTING
    )


def _naming(of: Key, outbox: Outbox) -> set[Key]:
    """Return the documents that rest on this one; what is held needs nothing yet, but names it."""
    needing = {key.document for keys in outbox.needing({Symbol(*of)}).values() for key in keys}
    written = json.dumps(of.id, ensure_ascii=False).encode()
    held = [key for key in outbox.standing_in({State.HELD}) if key.kind not in OURS]
    for key, body in outbox.bodies(held).items():
        # Most name other documents, and need not be read.
        if key != of and written in body and of in names(read_back(body)):
            needing.add(key)
    return needing - {of}


def _standing(keys: Collection[Key], outbox: Outbox) -> list[Posting]:
    return [one for one in outbox.postings(keys) if one.state is not State.WITHDRAWN]


def _as_before(entry: Entry) -> Entry:
    return replace(entry, findings=tuple(one for one in entry.findings if one.code != DISCARDED))
