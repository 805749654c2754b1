"""Taking documents back out of Xero, and posting them anew: one step for whoever asks.

What follows from it is decided in ``posting.going_back``; here it is read from Xero, shown, and
written down as a correction, which the next drain carries out and any later one resumes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.posting import going_back
from counterfoil.posting.corrections import entry_of, read_correction
from counterfoil.posting.daybook import barred_anew, read_back
from counterfoil.posting.going_back import Refusal, Way, existing, refusals, way_back
from counterfoil.posting.records import CORRECTION
from counterfoil.posting.states import State
from counterfoil.posting.undoing import closed_days
from counterfoil.web.models import Document, Posting
from counterfoil.web.office import office_of
from counterfoil.web.services import rebilling

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.corrections import Step
    from counterfoil.web.models import Organisation
    from counterfoil.web.office import Office

SETTLED = (State.POSTED, State.WITHDRAWN)
VERBS = {
    Act.DELETE: "Delete",
    Act.DEALLOCATE: "Take off",
    Act.VOID: "Void",
    Act.UPDATE: "Renumber",
}
THINGS = {
    "Payments": "the payment",
    "Allocations": "the allocation",
    "Invoices": "the invoice",
    "CreditNotes": "the credit note",
    "ManualJournals": "the journal",
    "BankTransactions": "the bank transaction",
    "BankTransfers": "the bank transfer",
}


@dataclass(frozen=True, slots=True)
class Undoing:
    """What is to become of one document.

    ``steps`` are in the order in which they are sent, in words. ``refused`` says what Xero does not
    allow; then nothing is planned. ``planned``: the correction stands in the daybook. ``resumed``:
    one of before is not finished yet. ``along``: its steps are among those of this other document.
    """

    of: Key
    steps: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()
    planned: bool = False
    resumed: bool = False
    under_way: bool = False
    along: Key | None = None


def undo(
    organisation: Organisation,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    again: bool = False,
    dry_run: bool = False,
) -> list[Undoing]:
    """Plan what takes these documents back; those that share a step by one correction.

    Each object is read from Xero first. With ``again`` what is taken back is posted anew, payments
    and allocations too. Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer``.
    """
    with office_of(organisation, clicking=True) as office:
        found = {
            one.of: one
            for group in going_back.together(keys, office.outbox)
            for one in _undo(office, group, actor=actor, now=now, again=again, dry_run=dry_run)
        }
    return [found[key] for key in dict.fromkeys(keys)]


def together(organisation: Organisation, keys: Sequence[Key]) -> list[list[Key]]:
    """Return documents in the groups in which they are taken back."""
    with office_of(organisation, clicking=True) as office:
        return going_back.together(keys, office.outbox)


def _undo(
    office: Office,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    again: bool,
    dry_run: bool,
) -> list[Undoing]:
    first = _undo_first(office, keys, actor=actor, now=now, again=again, dry_run=dry_run)
    others = (replace(first, of=key, steps=(), along=first.of) for key in keys[1:])
    return [first, *others]


def _undo_first(
    office: Office,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    again: bool,
    dry_run: bool,
) -> Undoing:
    key, *others = keys
    name = f"{key}#{1 + len(_corrections(office.organisation, key))}"
    way = way_back(key, name, office.outbox, office.shelf, again=again, others=others)
    if _unfinished(office, keys, way):
        return Undoing(key, (), resumed=True)
    if way.correction is None:
        return Undoing(key, (), under_way=bool(way.under_way))
    refused = _refused(office, way)
    said = tuple(_words(step, way) for step in way.correction.steps)
    if again:
        documents = dict.fromkeys(tie.posting.key.document for tie in reversed(way.ties))
        refused = (*refused, *_not_anew(office, way, documents))
        said = (*said, *_anew(office, documents))
    if refused or dry_run:
        return Undoing(key, said, refused)
    row = Document.objects.get(organisation=office.organisation, kind=key.kind, source_id=key.id)
    entry = entry_of(way.correction, row.number, row.date)
    office.outbox.receive([entry], actor=actor, now=now)
    return Undoing(key, said, planned=True)


def _corrections(organisation: Organisation, key: Key) -> list[str]:
    """Return the corrections that there were of a document."""
    rows = Document.objects.filter(
        organisation=organisation, kind=CORRECTION, source_id__startswith=f"{key}#"
    )
    return list(rows.values_list("source_id", flat=True))


def _unfinished(office: Office, keys: Sequence[Key], way: Way) -> bool:
    """Tell whether a correction that is not finished yet is of these, or has one of the steps."""
    postings = Posting.objects.filter(organisation=office.organisation, kind=CORRECTION)
    names = postings.exclude(state__in=SETTLED).values_list("source_id", flat=True).distinct()
    bodies = office.outbox.bodies([Key(CORRECTION, name) for name in names])
    corrections = [read_correction(body) for body in bodies.values()]
    if not rebilling.under_way(office.organisation, office.outbox).isdisjoint(keys):
        return True
    ended = {_object(step) for one in corrections for step in one.steps}
    wanted = {_object(step) for step in way.correction.steps} if way.correction else set()
    return not ended.isdisjoint(wanted) or any(one.of in keys for one in corrections)


def _object(step: Step) -> tuple[Symbol, str]:
    return step.undone.document, step.undone.part


def _refused(office: Office, way: Way) -> tuple[Refusal, ...]:
    target = office.caller.target
    standing = {
        step: office.patiently(lambda one=one: target.read_standing(one))  # type: ignore[misc]
        for step, one in existing(way, target, office.outbox).items()
    }
    ids = {one for there in standing.values() for one in there.on_it}
    return refusals(way, standing, office.outbox.linked(ids), closed_days(office.shelf))


def _words(step: Step, way: Way) -> str:
    """Say a step as people do: ``Delete the payment of receipt r-1``."""
    undone = step.undone
    tie = next(
        one
        for one in way.ties
        if (*one.posting.key.document, one.posting.key.part) == (*undone.document, undone.part)
    )
    number = f" {tie.link.number}" if tie.link.number else ""
    whose = f"{undone.document.kind.replace('_', ' ')} {undone.document.id}"
    said = f"{VERBS[step.act]} {THINGS[undone.resource]}{number} of {whose}"
    return f"{said} to {step.number}" if step.number else said


def _anew(office: Office, documents: Iterable[Key]) -> list[str]:
    keys = list(documents)
    revised = {key: read_back(body) for key, body in office.outbox.overtaken(keys).items()}
    return [
        f"Post {key.kind.replace('_', ' ')} {key.id} anew"
        + (f", as its revision {revised[key].revision} has it" if key in revised else "")
        for key in keys
    ]


def _not_anew(office: Office, way: Way, documents: Iterable[Key]) -> list[Refusal]:
    """Refuse to take out what could not be posted anew, before anything is taken out."""
    barred = barred_anew(list(documents), office.outbox, office.shelf)
    return [
        Refusal(step, barred.pop(of))
        for step in (way.correction.steps if way.correction else ())
        if (of := Key(*step.undone.document)) in barred
    ]
