"""A person orders that documents be taken back out of Xero, or posted anew.

What follows from it is decided in ``going_back``; here it is read from Xero, said in words, and
written down as a correction, which the next drain carries out and any later one resumes. An order
bears the number that the person was shown with the steps: clicked twice, or once more by somebody
whose first click was lost in a crash, it is ordered once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import rebill_orders
from counterfoil.posting.bodies import read_back
from counterfoil.posting.corrections import entry_of, read_correction, unfinished
from counterfoil.posting.daybook import barred_anew
from counterfoil.posting.going_back import (
    Refusal,
    Way,
    existing,
    only_what_is_gone,
    refusals,
    resting_barred,
    way_back,
)
from counterfoil.posting.losing import lost, not_given_up, refusal, with_note
from counterfoil.posting.records import CORRECTION, OURS, Taken
from counterfoil.posting.undoing import closed_days
from counterfoil.posting.void_numbers import NUMBERED, as_called, kept

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Settings
    from counterfoil.posting.corrections import Correction, Step
    from counterfoil.posting.losing import Loss
    from counterfoil.posting.office import Office
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.target import Standing

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
    one of before is not finished yet. ``done``: the order was carried out already. ``along``: its
    steps are among those of this other document. ``turn`` is the order's number among those of the
    document, to be given with the click that follows what was shown. ``lost`` is what somebody has
    edited in Xero that goes with it.
    """

    of: Key
    steps: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()
    planned: bool = False
    resumed: bool = False
    under_way: bool = False
    along: Key | None = None
    done: bool = False
    turn: int = 0
    lost: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Who orders it, when, and how: ``again`` posts anew what is taken back.

    ``dry_run`` only shows it. ``turns`` are the numbers that were shown, by document. ``given_up``
    names the edits in Xero that were shown and may be lost; None: whatever there are.
    """

    actor: str
    now: dt.datetime
    again: bool = False
    dry_run: bool = False
    turns: Mapping[Key, int] = field(default_factory=dict)
    given_up: Collection[str] | None = ()


def undo(office: Office, keys: Sequence[Key], order: Order) -> list[Undoing]:
    """Plan what takes these documents back, which share their steps, by one correction.

    Each object is read from Xero first. Raises ``posting.errors.Ended`` and
    ``posting.target.UnreadableAnswer``; then nothing was planned.
    """
    first = _undo_first(office, keys, order)
    others = (replace(first, of=key, steps=(), along=first.of) for key in keys[1:])
    return [first, *others]


def _undo_first(office: Office, keys: Sequence[Key], order: Order) -> Undoing:
    key, *others = keys
    turns = next_turns(keys, office.outbox)
    name = _name(key, turns[key])
    way = way_back(key, name, office.outbox, office.shelf, again=order.again, others=others)
    if _unfinished(office.outbox, keys, way):
        return Undoing(key, (), resumed=True)
    if any(order.turns.get(one, turn) < turn for one, turn in turns.items()):
        return Undoing(key, (), done=True)
    if way.correction is None:
        return Undoing(key, (), under_way=bool(way.under_way))
    standing = _standing(office, way)
    documents = _documents(way)
    if order.again and not office.outbox.overtaken(documents):
        way = only_what_is_gone(way, standing, keys)
        documents = _documents(way)
    assert way.correction is not None
    refused = _refused(office, way, standing)
    said = tuple(_steps(way, standing))
    if order.again:
        refused = (*refused, *_not_anew(office, way, documents, keys))
        said = (*said, *_anew(office, documents, standing))
    losses = lost(office, way.ties) if order.again and not refused else ()
    if not order.dry_run:
        refused = (*refused, *_keeping(way.correction, losses, order))
    if refused or order.dry_run:
        return Undoing(key, said, refused, turn=turns[key], lost=losses)
    return _ordered(office, way.correction, Undoing(key, said, planned=True, lost=losses), order)


def _keeping(correction: Correction, losses: Iterable[Loss], order: Order) -> Iterator[Refusal]:
    """Refuse what would lose edits in Xero that the person has not given up."""
    for loss in not_given_up(losses, order.given_up):
        of = Symbol(*loss.of)
        step = next(one for one in correction.steps if one.undone.document == of)
        yield Refusal(step, refusal(loss, "repost"))


def _ordered(office: Office, correction: Correction, undoing: Undoing, order: Order) -> Undoing:
    """Write it down; whoever clicked at the same moment was first where it is refused."""
    key = correction.of
    document = read_back(office.outbox.bodies([key])[key])
    number = number_in_xero(document, office.shelf.mapping().settings) or ""
    entry = with_note(entry_of(correction, number, document.date), undoing.lost)
    (receipt,) = office.outbox.receive([entry], actor=order.actor, now=order.now)
    if receipt.taken is Taken.REFUSED:
        return Undoing(key, (), resumed=True)
    return undoing


def next_turns(keys: Iterable[Key], outbox: Outbox) -> dict[Key, int]:
    """Return the number of the next order of each document: the first that none bears."""
    turns: dict[Key, int] = {}
    left = list(dict.fromkeys(keys))
    for turn in count(1):
        known = outbox.bodies([Key(CORRECTION, _name(key, turn)) for key in left])
        there = {name.id for name in known}
        turns |= {key: turn for key in left if _name(key, turn) not in there}
        left = [key for key in left if key not in turns]
        if not left:
            break
    return turns


def done_before(keys: Collection[Key], outbox: Outbox) -> set[Key]:
    """Return which of these were posted anew by an order before, and have not changed since.

    Whoever lost the answer to an order, and has no number of it, would else do all of it twice.
    """
    last = {
        Key(CORRECTION, _name(key, turn - 1)): key
        for key, turn in next_turns(keys, outbox).items()
        if turn > 1
    }
    bodies = outbox.bodies(last) if last else {}
    again = {last[name] for name, body in bodies.items() if read_correction(body).again}
    under_way = {one.of for one in unfinished(outbox)}
    return again - under_way - outbox.overtaken(again).keys() if again else set()


def _name(key: Key, turn: int) -> str:
    return f"{key}#{turn}"


def _unfinished(outbox: Outbox, keys: Sequence[Key], way: Way) -> bool:
    """Tell whether a correction that is not finished yet is of these, or has one of the steps."""
    corrections = unfinished(outbox)
    if not rebill_orders.under_way(outbox).isdisjoint(keys):
        return True
    ended = {_object(step) for one in corrections for step in one.steps}
    wanted = {_object(step) for step in way.correction.steps} if way.correction else set()
    return not ended.isdisjoint(wanted) or any(one.of in keys for one in corrections)


def _object(step: Step) -> tuple[Symbol, str]:
    return step.undone.document, step.undone.part


def _documents(way: Way) -> list[Key]:
    return list(dict.fromkeys(tie.posting.key.document for tie in reversed(way.ties)))


def _standing(office: Office, way: Way) -> dict[Step, Standing]:
    """Return how what the steps act on stands in Xero now."""
    target = office.caller.target
    return {
        step: office.patiently(lambda one=one: target.read_standing(one))  # type: ignore[misc]
        for step, one in existing(way, target, office.outbox).items()
    }


def _refused(office: Office, way: Way, standing: Mapping[Step, Standing]) -> tuple[Refusal, ...]:
    there = {step: standing[step] for step in way.correction.steps} if way.correction else {}
    ids = {one for each in there.values() for one in each.on_it}
    return refusals(way, there, office.outbox.linked(ids), closed_days(office.shelf))


def _steps(way: Way, standing: Mapping[Step, Standing]) -> Iterator[str]:
    """Say each step; of what others have taken out there, that nothing is to be done about it."""
    for step in way.correction.steps if way.correction else ():
        if not standing[step].ended:
            yield f"{VERBS[step.act]} {_words(step, way)}"
        elif step.act is not Act.UPDATE:
            ended = "void" if standing[step].status == "VOIDED" else "deleted"
            said = _words(step, way)
            yield f"{said[0].upper()}{said[1:]} is {ended} in Xero already"


def _words(step: Step, way: Way) -> str:
    """Say what a step is about as people do: ``the payment of receipt r-1``."""
    undone = step.undone
    tie = next(
        one
        for one in way.ties
        if (*one.posting.key.document, one.posting.key.part) == (*undone.document, undone.part)
    )
    number = f" {tie.link.number}" if tie.link.number else ""
    whose = f"{undone.document.kind.replace('_', ' ')} {undone.document.id}"
    said = f"{THINGS[undone.resource]}{number} of {whose}"
    return f"{said} to {step.number}" if step.number else said


def _anew(office: Office, documents: Sequence[Key], standing: Mapping[Step, Standing]) -> list[str]:
    """Say what is posted anew, and under which number where its own stays with what is void."""
    settings = office.shelf.mapping().settings
    revised = {key: read_back(body) for key, body in office.outbox.overtaken(documents).items()}
    theirs = [key for key in documents if key.kind not in OURS]
    newest = {key: read_back(body) for key, body in office.outbox.bodies(theirs).items()}
    newest |= revised
    taken = {key: set(numbers) for key, numbers in kept(documents, office.outbox).items()}
    for step, there in standing.items():
        if there.ended and step.undone.resource in NUMBERED:
            taken.setdefault(Key(*step.undone.document), set()).add(there.number)
    return [
        f"Post {key.kind.replace('_', ' ')} {key.id} anew"
        + (f", as its revision {revised[key].revision} has it" if key in revised else "")
        + (_under(newest[key], taken.get(key, ()), settings) if key in newest else "")
        for key in documents
    ]


def _under(document: Document, taken: Collection[str], settings: Settings) -> str:
    number = number_in_xero(document, settings)
    called = number_in_xero(as_called(document, taken, settings), settings)
    if called == number:
        return ""
    return f", as {called} in Xero, which gives the number of what is void to nothing else"


def _not_anew(
    office: Office, way: Way, documents: Iterable[Key], asked: Collection[Key]
) -> list[Refusal]:
    """Refuse to take out what could not be posted anew, before anything is taken out."""
    barred = barred_anew(list(documents), office.outbox, office.shelf)
    return [
        Refusal(step, _barred(of, barred.pop(of), asked))
        for step in (way.correction.steps if way.correction else ())
        if (of := Key(*step.undone.document)) in barred
    ]


def _barred(of: Key, finding: Finding, asked: Collection[Key]) -> Finding:
    return finding if of in asked else resting_barred(of, finding)
