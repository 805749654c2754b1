"""Which steps take documents back out of Xero, and what forbids them, before anything is sent.

Payments and allocations that lie on a document come first, then the document gives up its number,
because what is void keeps it for ever and could not be posted anew, and then it is voided or
deleted (facts: Xero API sections 8 to 14).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.applied import apply
from counterfoil.core.conversion import Act
from counterfoil.core.convert.unapplied import credit_type
from counterfoil.core.documents import Key, LaterAllocation, Receipt, SupplierPayment
from counterfoil.core.findings import error
from counterfoil.core.lookup import lookup
from counterfoil.core.trust import is_trust
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting import opening_bills
from counterfoil.posting.bodies import read_back
from counterfoil.posting.corrections import Correction, Step, in_order
from counterfoil.posting.intake import OPENING_BILLS
from counterfoil.posting.records import REBILL, TOGETHER
from counterfoil.posting.target import Existing
from counterfoil.posting.undoing import Closed, bars, is_prepaid, prepaid_stays, shared_payment
from counterfoil.posting.unlinking import plan_unlinking
from counterfoil.posting.void_numbers import NUMBERED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import PostingKey
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Standing, Target
    from counterfoil.posting.unlinking import Tie

ENDS = MappingProxyType(
    {
        "Payments": Act.DELETE,
        "Allocations": Act.DEALLOCATE,
        "Invoices": Act.VOID,
        "CreditNotes": Act.VOID,
        "ManualJournals": Act.VOID,
        "BankTransactions": Act.DELETE,
        "BankTransfers": Act.DELETE,
    }
)
"""How an object of each resource ends."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way back of one document: its ties in Xero, and the correction that ends them.

    ``under_way`` are postings whose answer is not known yet; nothing is taken back meanwhile.
    ``trust`` are those of the documents that moved clients' money.
    """

    of: Key
    ties: tuple[Tie, ...]
    correction: Correction | None
    under_way: tuple[PostingKey, ...] = ()
    trust: frozenset[Key] = frozenset()


class Refusal(NamedTuple):
    """Why a step cannot be taken in Xero."""

    step: Step
    finding: Finding


def together(keys: Iterable[Key], outbox: Outbox) -> list[list[Key]]:
    """Return documents in groups that share what has to end: each is taken back in one list."""
    groups: list[tuple[list[Key], set[PostingKey]]] = []
    for key in dict.fromkeys(keys):
        ties = {tie.posting.key for tie in plan_unlinking([key], outbox).ties}
        joined = [group for group in groups if not ties.isdisjoint(group[1])]
        groups = [group for group in groups if group not in joined]
        names = [name for group in joined for name in group[0]]
        groups.append(([*names, key], ties.union(*(group[1] for group in joined))))
    return [names for names, _ in groups]


def way_back(
    of: Key, name: str, outbox: Outbox, shelf: Shelf, *, again: bool, others: Sequence[Key] = ()
) -> Way:
    """Return the steps that take a document back; ``name`` is the correction's own.

    ``again``: it is posted anew afterwards. ``others`` are taken back with it, in the same list.
    """
    plan = plan_unlinking([of, *others], outbox)
    if plan.under_way or not plan.ties:
        return Way(of, plan.ties, None, plan.under_way)
    bodies = outbox.bodies({tie.posting.key.document for tie in plan.ties})
    documents = {key: read_back(body) for key, body in bodies.items() if key.kind != REBILL}
    today = lookup(shelf.mapping(), shelf.chart())
    steps: list[Step] = []
    for tie in plan.ties:
        undone = _undone(tie, documents.get(tie.posting.key.document), today)
        steps.append(Step(ENDS[tie.posting.resource], undone))
        if tie.posting.resource in NUMBERED:
            number = f"{tie.link.number}-VOID{tie.posting.key.attempt}"
            steps.append(Step(Act.UPDATE, undone, number))
    trust = frozenset(key for key, document in documents.items() if is_trust(document))
    return Way(of, plan.ties, Correction(name, of, again, in_order(steps)), trust=trust)


def only_what_is_gone(way: Way, standing: Mapping[Step, Standing], asked: Iterable[Key]) -> Way:
    """Leave alone what stands, where others have taken out a part of what is to be posted anew.

    A receipt's other payments may be reconciled, and lie on bills that are right.
    """
    gone = {_object(step.undone) for step, there in standing.items() if there.ended}
    own = {_part(tie) for tie in way.ties if tie.posting.key.document in set(asked)}
    if way.correction is None or not own & gone or own <= gone:
        return way
    steps = tuple(step for step in way.correction.steps if _object(step.undone) in gone)
    ties = tuple(tie for tie in way.ties if _part(tie) in gone)
    return replace(way, ties=ties, correction=way.correction._replace(steps=steps))


def _object(undone: Undone) -> tuple[Symbol, str]:
    return undone.document, undone.part


def _part(tie: Tie) -> tuple[Symbol, str]:
    return Symbol(*tie.posting.key.document), tie.posting.key.part


def _undone(tie: Tie, document: Document | None, today: Lookup) -> Undone:
    """Return what a tie is to; a document of ours, a re-billing, draws on its own credit note."""
    key, resource = tie.posting.key, tie.posting.resource
    own = Symbol(*key.document)
    if resource != "Allocations":
        return Undone(own, key.part, resource)
    if document is None:
        return Undone(own, key.part, resource, own)
    source = _credit(document, key.part)
    return Undone(
        Symbol(*key.document), key.part, resource, Symbol(*source), credit_type(source, today)
    )


def _credit(document: Document, part: str) -> Key:
    """Return the document whose credit a part of this one applied."""
    match document:
        case LaterAllocation(of=key):
            return key
        case Receipt() | SupplierPayment():
            return next(one.source for one in apply(document).offsets if one.part == part)
        case _:
            return document.key


def existing(way: Way, target: Target, outbox: Outbox) -> dict[Step, Existing]:
    """Return the objects that the steps act on, by their ids."""
    links = {(tie.posting.key.document, tie.posting.key.part): tie.link for tie in way.ties}
    found: dict[Step, Existing] = {}
    for step in way.correction.steps if way.correction else ():
        undone = step.undone
        link = links[Key(*undone.document), undone.part]
        credit = ""
        if undone.source is not None:
            ids = outbox.ids([undone.source])
            if undone.source in ids:
                credit = target.credit(undone.source_type, ids[undone.source])
        found[step] = Existing(undone.resource, link.xero_id, credit)
    return found


def refusals(
    way: Way, standing: Mapping[Step, Standing], linked: Iterable[str], closed: Closed
) -> tuple[Refusal, ...]:
    """Say which steps Xero does not allow as it stands; ``linked`` are the ids that are ours."""
    ours = set(linked)
    shared = {t.posting.key.document for t in way.ties if t.link.source == TOGETHER}
    found: list[Refusal] = []
    for step, there in standing.items():
        strange = [one for one in there.on_it if one not in ours]
        if step.undone.document.kind in OPENING_BILLS:
            found.append(Refusal(step, opening_bills.not_ours()))
        elif step.undone.document.kind == REBILL:
            # Also where the credit was taken off in Xero by hand: it has nothing to go to anew.
            found.append(Refusal(step, _rebilled()))
        elif there.ended:
            continue
        elif is_prepaid(step.undone):
            found.append(Refusal(step, prepaid_stays()))
        elif Key(*step.undone.document) in way.trust:
            found.append(Refusal(step, _trust()))
        elif step.undone.resource == "Payments" and Key(*step.undone.document) in shared:
            found.append(Refusal(step, shared_payment()))
        elif strange and step.act is not Act.UPDATE:
            found.append(Refusal(step, _somebody_elses(strange)))
        elif barred := bars(step.act, step.undone.resource, replace(there, settled=""), closed):
            found.append(Refusal(step, barred))
    return tuple(found)


def resting_barred(of: Key, finding: Finding) -> Finding:
    """Say that what rests on a document could not be posted again, once that is as it is now."""
    return error(
        "undo_resting_held",
        f"The {of.kind.replace('_', ' ')} {of.id} rests on it and could not be posted again: "
        f"{finding.message}",
        f"Amend {of} in the practice first, then order this again; or leave it where it is, and "
        "credit and bill anew: counterfoil rebill.",
        finding.path,
        str(of),
    )


def _trust() -> Finding:
    return error(
        "undo_trust",
        "Clients' money moved here: what stands in a trust account is never deleted, only reversed "
        "(trust rule T7).",
        "Reverse it in the practice system, which moves the money back under a date of its own; "
        "what it had paid is then free to be undone.",
    )


def _rebilled() -> Finding:
    return error(
        "undo_rebilled",
        "This was credited and billed anew when it had been paid, and the credit's rest pays for "
        "it: taken back, the money would lie on the old invoice and the credit on nothing.",
        "Credit it in the practice system; or void it there, with what was received for it first.",
    )


def _somebody_elses(ids: list[str]) -> Finding:
    return error(
        "undo_paid_by_others",
        f"Somebody else's payment or allocation lies on it in Xero: {', '.join(ids)}.",
        "Take that off in Xero first; or leave the document, and credit it.",
    )
