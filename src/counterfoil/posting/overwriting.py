"""What stating an object anew would overwrite: edits that somebody has made in Xero meanwhile.

What Xero shows is held against what we stated there last. Whatever we have stated since without
proof counts too: it may have arrived, and our own lost update is nobody's edit. Nor is what the
statement would leave as it stands. Where nothing is known of what we stated, because our copy was
erased or the object was found and not made, a person is asked about all that would change.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, error
from counterfoil.posting.contacts import MERGES_MOST
from counterfoil.posting.drift.compare import edits, in_brief
from counterfoil.posting.drift.lines import Difference, became
from counterfoil.posting.drift.shown import Kept, Known, Shown
from counterfoil.posting.intake import REVISION, revised_by
from counterfoil.posting.records import MADE
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from counterfoil.core.lookup import Lookup
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Link, MirrorContact, Posting, PostingKey

EDITED: Final = "edited_in_xero"
"""The code of the finding that somebody has edited in Xero what a revision would overwrite.

Its ``about`` names these very edits: a person's choice to overwrite is one about them alone.
"""
ON_LINES: Final = frozenset(
    {
        "lines_added_or_removed",
        "line_amount_changed",
        "line_account_changed",
        "line_tax_changed",
        "line_tracking_changed",
        "line_description_changed",
        "total_changed",
    }
)
"""Differences of which a statement's own changes cannot be told apart: lines are stated whole."""
STATED: Final = ON_LINES | {
    "number_changed",
    "date_changed",
    "due_date_changed",
    "contact_changed",
    "currency_rate_changed",
    "bank_transaction_changed",
}
"""Drift that is true no more once an object was stated anew; a reference may have stayed."""
_NAME_LENGTH = 11
"""With ``edit:`` before it, as long as the choice of a posting may be."""


class Statement(NamedTuple):
    """A posting that is about to state an object anew, what it states, and what Xero shows.

    ``link`` is that of the object; ``total``, in hundredths, the one that Xero is to have then.
    ``replaces``: it becomes an object of its own, which has nothing of what it does not state.
    """

    posting: Posting
    link: Link
    stated: Shown
    total: int
    found: Shown
    replaces: bool = False

    @property
    def anew(self) -> Kept:
        """What it states, as a counterfoil."""
        return self.kept(self.posting.key, self.stated, self.total)

    def kept(self, key: PostingKey, stated: Shown, total: int | None) -> Kept:
        """Return a counterfoil of this object."""
        resource, link = self.posting.resource, self.link
        return Kept(key, resource, link.number, link.xero_id, total, stated)


def edited(statement: Statement, accounts: Mapping[str, str], caller: Caller) -> Finding | None:
    """Say what somebody has edited in Xero that the statement would overwrite, if anything.

    ``accounts`` maps codes to AccountIDs. Contacts are read where they differ, because Xero gives
    what a contact had to the one that it is merged into.
    """
    edits_of = lost_edits(statement, accounts, caller)
    return None if edits_of is None else _finding(statement, edits_of)


class Edits(NamedTuple):
    """What would be lost, in words, and a short name of what Xero shows.

    ``known``: it is what somebody has edited; otherwise nothing is known of what we stated.
    """

    told: str
    name: str
    known: bool


def lost_edits(statement: Statement, accounts: Mapping[str, str], caller: Caller) -> Edits | None:
    """Return what somebody has edited in Xero that the statement would undo, if anything."""
    before = stated_before(statement, caller)
    lost = _lost(statement, before, accounts, caller)
    if not lost:
        return None
    return Edits("; ".join(map(in_brief, lost)), _name(statement.found), bool(before))


def account_ids(today: Lookup) -> dict[str, str]:
    """Return the AccountIDs by code, to hold accounts against each other."""
    return {code: one.account_id for code, one in today.chart.by_code.items()}


def _lost(
    statement: Statement, before: Sequence[Kept], accounts: Mapping[str, str], caller: Caller
) -> tuple[Difference, ...]:
    anew, found, known = statement.anew, statement.found, Known(accounts)
    whole = statement.replaces
    lost = overwritten(before, anew, found, known, whole=whole)
    if not any(one.code == "contact_changed" for one in lost):
        return lost
    people = _people(statement, before, caller)
    merged = {one.contact_id: one.merged_to for one in people.values() if one.merged_to}
    known = replace(known, merged=_to_the_last(merged))
    lost = overwritten(before, anew, found, known, whole=whole)
    return tuple(_with_names(lost, _sides(before, anew, found), people))


def stated_before(statement: Statement, caller: Caller) -> tuple[Kept, ...]:
    """Return what we have stated of an object: first what is proved, then what may have arrived.

    Nothing where that is not known any more, or never was.
    """
    outbox, made = caller.outbox, revised_by(statement.posting.key)
    of = {one.key: one for one in outbox.postings([made.document]) if _is_of(one.key, made)}
    requests = outbox.stated(list(of))
    proved = {key for key, one in of.items() if _is_proved(one, statement.link)}
    places = [n for n, one in enumerate(requests) if proved.intersection(one.members)]
    if not places or not requests[places[-1]].body:
        return ()
    last, *since = [
        statement.kept(key, shown, expected.total if expected else None)
        for request in requests[places[-1] :]
        if request.body
        for key, expected, shown in zip(
            request.members,
            request.expected,
            caller.target.stated(request.resource, request.body),
            strict=True,
        )
        if key in of
    ]
    totals = statement.link.totals  # Xero's own, which may have been accepted as they differ.
    return (replace(last, total=totals.total if totals else None), *since)


def _is_of(key: PostingKey, made: PostingKey) -> bool:
    return key.act in {Act.CREATE, Act.UPDATE} and revised_by(key) == made


def _is_proved(one: Posting, link: Link) -> bool:
    return link.source in MADE if one.key.act is Act.CREATE else one.state is State.POSTED


def overwritten(
    before: Sequence[Kept], anew: Kept, found: Shown, known: Known, *, whole: bool = False
) -> tuple[Difference, ...]:
    """Return what somebody has edited, as far as stating the object anew would undo it.

    ``before`` is what we stated: of several that may have arrived, the one that Xero is nearest to.
    ``whole``: what is not stated does not stay as it is, but goes with the object.
    """
    assert anew.sent is not None
    there = Kept(anew.posting, anew.resource, anew.number, anew.xero_id, found.total, found)
    changes = edits(there, _whole(anew), known)
    would = {one.code for one in edits(anew, found, known)}
    if whole:
        would |= {one.code for one in changes}
    elif not anew.sent.reference:
        would.discard("reference_changed")  # What is not stated stays as it is.
    if not before:
        return tuple(one for one in changes if one.code in would)
    lines = not ON_LINES.isdisjoint(would)
    nearest = min((edits(one, found, known) for one in before), key=len)
    return tuple(
        one
        for one in nearest
        if (lines if one.code in ON_LINES else one.code in would) and not _own_number(one, found)
    )


def _whole(anew: Kept) -> Shown:
    assert anew.sent is not None
    return replace(anew.sent, total=anew.total)


def _own_number(one: Difference, found: Shown) -> bool:
    """Tell whether a number is the one that we gave when we were about to void the object."""
    return one.code == "number_changed" and "-VOID" in found.number


def _people(
    statement: Statement, before: Sequence[Kept], caller: Caller
) -> dict[str, MirrorContact]:
    """Read the contacts in question, and those that they were merged into."""
    stated = [one.sent.contact_id for one in (*before, statement.anew) if one.sent is not None]
    found: dict[str, MirrorContact] = {}
    wanted = [*stated, statement.found.contact_id]
    for _ in range(MERGES_MOST):
        fresh = [one for one in dict.fromkeys(wanted) if one and one not in found]
        read = [caller.read(caller.target.read_contact(one)) for one in fresh]
        found.update((one.contact_id, one) for one in read if one is not None)
        wanted = [one.merged_to for one in read if one is not None and one.merged_to]
    return found


def _to_the_last(merged: Mapping[str, str]) -> dict[str, str]:
    """Return for each contact the one that is left of all that it was merged into."""
    ends = dict(merged)
    for _ in range(MERGES_MOST):
        ends = {one: merged.get(end, end) for one, end in ends.items()}
    return ends


def _sides(before: Sequence[Kept], anew: Kept, found: Shown) -> tuple[str, str]:
    """Return the contacts before and now; where nothing is known of before, now and afterwards."""
    if before and before[0].sent is not None:
        return before[0].sent.contact_id, found.contact_id
    return found.contact_id, anew.sent.contact_id if anew.sent is not None else ""


def _with_names(
    lost: Sequence[Difference], sides: tuple[str, str], people: Mapping[str, MirrorContact]
) -> Iterator[Difference]:
    was, now = (people[one].name if one in people else one for one in sides)
    for one in lost:
        yield one._replace(details=became(was, now)) if one.code == "contact_changed" else one


def _finding(statement: Statement, lost: Edits) -> Finding:
    key, told = statement.posting.key, lost.told
    number = key.part.removeprefix(REVISION)
    edit = (
        f"Somebody has edited this in Xero since it was posted: {told}. Revision {number} would "
        "overwrite that."
        if lost.known
        else "Whether somebody has edited this in Xero cannot be told, because what was posted is "
        f"not kept any more or was entered there by others. Revision {number} would change what "
        f"stands there: {told}."
    )
    return error(
        EDITED,
        edit,
        "Choose: put it back in Xero as it was, then retry; or record it in the practice too, as a "
        f"further revision; or {_knowingly(statement)}: "
        f"counterfoil retry {key.document} --overwrite.",
        "revision",
        lost.name,
    )


def _knowingly(statement: Statement) -> str:
    if not statement.replaces:
        return "overwrite it knowingly"
    return "give it up knowingly, and Xero's document is replaced by a new one as your mapping says"


def _name(found: Shown) -> str:
    """Return a short name of what Xero shows now, payments and credit left out."""
    lines = [(*one[:5], sorted(one.tracking), one.description) for one in found.lines]
    head = [found.number, found.reference, found.contact_id, found.currency, found.account]
    days = [str(found.date), str(found.due_date)]
    told = repr([found.xero_id, *head, *days, str(found.rate), found.total, lines])
    return f"edit:{hashlib.sha256(told.encode()).hexdigest()[:_NAME_LENGTH]}"
