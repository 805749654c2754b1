"""Tying a document to an object that Xero holds already, once the two are proved equal."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.convert.invoices import contact
from counterfoil.core.findings import warning
from counterfoil.core.identity import contact_number
from counterfoil.core.texts import contact_name
from counterfoil.core.trade import party_of
from counterfoil.core.xero_documents import Allocation, Symbol
from counterfoil.posting import opening_bills
from counterfoil.posting.bodies import read_back
from counterfoil.posting.contacts import fold_name
from counterfoil.posting.drift.shown import Shown
from counterfoil.posting.intake import OPENING_BILLS, TIEABLE
from counterfoil.posting.parties import contact_entry, contact_key
from counterfoil.posting.poster import MIRROR_OVERLAP
from counterfoil.posting.proving import Ground, Wanted, differences, resolved, wanted
from counterfoil.posting.records import CONTACT, Link, Outcome, PostingKey
from counterfoil.posting.restoring import ALIKE
from counterfoil.posting.states import TIED, State
from counterfoil.xero import read
from counterfoil.xero.expected import as_shown
from counterfoil.xero.routes import SOURCES, resource

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from counterfoil.core.documents import Key, Party
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.office import Office
    from counterfoil.posting.records import Posting

XERO_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NUMBERED = frozenset({"Invoices", "CreditNotes"})
"""Resources whose objects people know by a number that is Xero's own."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A posting held against one object of Xero; equal where nothing differs.

    ``tied_to`` is the posting that the object is tied to already.
    """

    posting: PostingKey
    shown: Shown
    differences: tuple[str, ...]
    tied_to: PostingKey | None = None

    @property
    def equal(self) -> bool:
        """Whether the two may be tied."""
        return not self.differences and self.tied_to is None


@dataclass(frozen=True, slots=True)
class Relinked:
    """What came of it: ``why`` says what keeps the document from being tied, empty for nothing.

    ``proofs`` are what was compared, the closest first; the first is what it is tied to.
    """

    proofs: tuple[Proof, ...]
    why: str = ""


def relink(
    office: Office, key: Key, xero: str, *, actor: str, now: dt.datetime, dry_run: bool = False
) -> Relinked:
    """Tie the part of a document that equals the object with this id or number.

    Or of which that may be an earlier revision, where a restore has left that in doubt. Raises
    ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer`` before anything is tied.
    """
    if key.kind in OPENING_BILLS:
        return _relink_opening(office, key, xero, actor=actor, now=now, dry_run=dry_run)
    free = [one for one in office.outbox.postings([key]) if may_be_tied(one)]
    if not free:
        return Relinked((), "nothing of this document waits to be tied")
    plans = wanted([one.key for one in free], office.outbox, office.shelf)
    plans = resolved(plans, office.outbox)
    untold = [one for one in plans.values() if one.element is None]
    if len(untold) == len(plans):
        said = "; ".join(dict.fromkeys(f.message for one in untold for f in one.findings))
        return Relinked((), said or "with today's mapping nothing of this document is posted")
    proofs = _proofs([one for one in plans.values() if one.element], xero, office)
    best = _best(proofs)
    earlier = _earlier(key, proofs, office) if best is None else None
    if best is None and earlier is None:
        return Relinked(tuple(proofs), _why(proofs))
    best = best or earlier
    assert best is not None
    told = tied(best.posting, best.shown)
    if earlier is not None:
        told = replace(told, findings=(_of_earlier(earlier),))
    if not dry_run and not office.outbox.relink([told], actor=actor, now=now):
        return Relinked((best,), "somebody else has just decided on it")
    return Relinked((best,))


def _relink_opening(
    office: Office, key: Key, xero: str, *, actor: str, now: dt.datetime, dry_run: bool
) -> Relinked:
    """Tie an opening bill, which has no posting until it is tied, to the invoice that it is."""
    outbox = office.outbox
    standing = [one for one in outbox.postings([key]) if one.state is not State.WITHDRAWN]
    if any(one.state in TIED for one in standing):
        return Relinked((), "it is tied already; cut that tie first, with counterfoil unlink")
    document = read_back(outbox.bodies([key])[key])
    assert isinstance(document, opening_bills.AnyOpening)
    if document.total <= 0:
        return Relinked((), "only an opening bill of an amount above nil can be settled")
    refresh_contacts(office)
    proofs = _opening_proofs(document, _called("Invoices", xero, office), office)
    best = _best(proofs)
    if best is None:
        return Relinked(tuple(proofs), _why(proofs))
    if dry_run:
        return Relinked((best,))
    told = openings_tied([(document, best.shown)], office, actor=actor, now=now)
    if not outbox.relink(told, actor=actor, now=now):
        return Relinked((best,), "somebody else has just decided on it")
    party = party_of(document)
    if party is not None:
        whose = [(party, best.shown.contact_id)]
        outbox.relink(contacts_tied(whose, office, actor=actor, now=now), actor=actor, now=now)
    return Relinked((best,))


def contacts_tied(
    some: Collection[tuple[Party, str]], office: Office, *, actor: str, now: dt.datetime
) -> list[Outcome]:
    """Return what ties parties to the contacts that their documents have proved to be theirs.

    Each has a posting for it then. What is tied otherwise already is left alone.
    """
    outbox = office.outbox
    outbox.receive([contact_entry(party) for party, _ in some], actor=actor, now=now)
    known = {contact_key(party.id): contact_id for party, contact_id in some}
    taken = outbox.linked(known.values())
    return [
        Outcome(one.key, State.POSTED, Link(known[one.key.document], source="person"))
        for one in outbox.postings(known)
        if may_be_tied(one) and known[one.key.document] not in taken
    ]


def openings_tied(
    some: Collection[tuple[opening_bills.AnyOpening, Shown]],
    office: Office,
    *,
    actor: str,
    now: dt.datetime,
) -> list[Outcome]:
    """Return what ties opening bills to their invoices, once each has a posting for it."""
    outbox = office.outbox
    shown = {document.key: one for document, one in some}
    standing = {
        one.key.document
        for one in outbox.postings(shown)
        if one.state is not State.WITHDRAWN or one.unlinked
    }
    entries = [
        opening_bills.tieable(document, outbox, office.shelf)
        for document, _ in some
        if document.key not in standing
    ]
    outbox.replan(entries, actor=actor, now=now)
    # Of a bill whose tie was cut and made anew several times, the newest attempt counts.
    newest = {one.key.document: one for one in outbox.postings(shown) if may_be_tied(one)}
    return [tied(one.key, shown[key]) for key, one in newest.items()]


def _opening_proofs(
    document: opening_bills.AnyOpening, shown: Collection[Shown], office: Office
) -> list[Proof]:
    ours = opening_bills.as_in_xero(document, office.outbox.ids({contact(document)}))
    party = party_of(document)
    ground = ground_of([party] if party else [], shown, office)
    linked = office.outbox.linked({one.xero_id for one in shown})
    posting = PostingKey(*document.key, "", Act.CREATE, 1)
    return [
        Proof(posting, one, tuple(differences(ours, one, ground)), linked.get(one.xero_id))
        for one in shown
    ]


def may_be_tied(posting: Posting) -> bool:
    """Tell whether a posting is one that a person may tie; the store judges once more."""
    return posting.key.act in {Act.CREATE, Act.ALLOCATE} and (
        posting.unlinked or posting.state in TIEABLE
    )


def _proofs(plans: Sequence[Wanted], xero: str, office: Office) -> list[Proof]:
    """Hold each plan against each object with this name, closest first."""
    shown: dict[str, tuple[Shown, ...]] = {}
    found: list[Proof] = []
    for plan in plans:
        assert plan.element is not None
        path = _place(plan.element)
        if path not in shown:
            shown[path] = _read(plan.element, xero, office)
        found += prove(plan, shown[path], office)
    return sorted(found, key=lambda proof: (len(proof.differences), proof.tied_to is not None))


def prove(plan: Wanted, shown: Collection[Shown], office: Office) -> list[Proof]:
    """Hold what a posting would become against objects of Xero."""
    assert plan.element is not None
    ours = as_shown(plan.element)
    ground = ground_of(plan.parties, shown, office)
    linked = office.outbox.linked({one.xero_id for one in shown})
    return [
        Proof(
            plan.posting,
            one,
            tuple(differences(ours, one, ground)),
            linked.get(one.xero_id),
        )
        for one in shown
    ]


def _place(element: Element) -> str:
    if isinstance(element, Allocation):
        return f"{SOURCES[element.source_type]}/{element.source}"
    return resource(element)


def _read(element: Element, xero: str, office: Office) -> tuple[Shown, ...]:
    if isinstance(element, Allocation):
        return _allocations(element, xero, office)
    return _called(resource(element), xero, office)


def _called(name: str, xero: str, office: Office) -> tuple[Shown, ...]:
    """Return what Xero holds of a resource under an id or a number."""
    if XERO_ID.fullmatch(xero):
        return office.patiently(lambda: read.shown_one(name, xero.lower())).rows
    if name not in NUMBERED:
        return ()
    return office.patiently(lambda: read.shown_numbered(name, xero)).rows


def _allocations(element: Allocation, xero: str, office: Office) -> tuple[Shown, ...]:
    """Return the allocation with this id, as the credit that it comes from shows it."""
    credit = SOURCES[element.source_type]
    rows = office.patiently(lambda: read.shown_one(credit, str(element.source))).rows
    return tuple(
        Shown("Allocations", one.xero_id, date=element.date, total=one.amount, document_id=one.of)
        for row in rows
        for one in row.allocations
        if one.xero_id.lower() == xero.lower()
    )


def _best(proofs: Sequence[Proof]) -> Proof | None:
    """Return the one proof that leaves no doubt; two equal ones leave doubt."""
    equal = [proof for proof in proofs if proof.equal]
    return equal[0] if len({proof.shown.xero_id for proof in equal}) == 1 else None


def _earlier(key: Key, proofs: Sequence[Proof], office: Office) -> Proof | None:
    """Return the one proof of what a person was asked about after a restore.

    The newest revision is not in Xero then; what is there is named as an earlier one, which nobody
    can prove any more, for the store has forgotten it.
    """
    said = office.outbox.findings([key]).get(key, ())
    asked = {one.about for one in said if one.code == ALIKE}
    found = [
        one
        for one in proofs
        if f"xero:{one.shown.xero_id}" in asked and one.tied_to is None and one.shown.counts
    ]
    return found[0] if len(found) == 1 else None


def _of_earlier(proof: Proof) -> Finding:
    return warning(
        "earlier_revision_in_xero",
        "A person has said that what Xero holds is an earlier revision of this, posted after the "
        f"backup was made: {'; '.join(proof.differences)}.",
        "Take it back there and post the newest revision in one step: counterfoil repost. Clients' "
        "money is reversed in the practice instead, and recorded anew.",
        "revision",
    )


def _why(proofs: Sequence[Proof]) -> str:
    equal = [proof for proof in proofs if proof.equal]
    if equal:
        ids = ", ".join(dict.fromkeys(proof.shown.xero_id for proof in equal))
        return f"Xero holds several that are equal to it: {ids}; name one by its id"
    if not proofs:
        return "Xero shows nothing under this id or number that the document could be"
    if proofs[0].tied_to is not None and not proofs[0].differences:
        return f"it is tied already, to {proofs[0].tied_to.document}"
    return "the two are not equal: " + "; ".join(proofs[0].differences)


def ground_of(some: Iterable[Party], theirs: Collection[Shown], office: Office) -> Ground:
    """Return what the two sides are compared on: accounts, and whose contacts are whose."""
    chart = office.shelf.chart()
    named = {party.id: fold_name(contact_name(party.name)) for party in some}
    numbers = {party_id: contact_number(party_id) for party_id in named}
    mirror = office.outbox.mirror(numbers=numbers.values(), folded=named.values())
    could_be = {
        str(Symbol(CONTACT, party_id)): frozenset(
            one.contact_id
            for one in mirror
            if one.number == numbers[party_id] or one.folded == named[party_id]
        )
        for party_id in named
    }
    return Ground(
        chart.organisation.base_currency,
        {code: account.account_id for code, account in chart.by_code.items()},
        could_be,
        _names({one.contact_id for one in theirs}, office),
    )


def _names(contacts: set[str], office: Office) -> dict[str, str]:
    known = office.outbox.mirror(numbers=(), folded=(), ids=contacts - {""})
    return {one.contact_id: one.name for one in known}


def refresh_contacts(office: Office) -> None:
    """Bring the mirror of Xero's contacts up to date: parties are known there by name or number."""
    outbox, caller = office.outbox, office.caller
    mark = caller.xero_now() - MIRROR_OVERLAP
    since = outbox.mirror_mark()
    contacts = office.patiently(lambda: caller.target.read_contacts(since))
    outbox.mirror_store(contacts, mark)


def tied(posting: PostingKey, shown: Shown) -> Outcome:
    """Return what the store is told of a posting that was proved equal to an object."""
    link = Link(shown.xero_id, shown.number, shown.status, shown.totals, source="person")
    return Outcome(posting, State.POSTED, link)
