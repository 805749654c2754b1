"""Invoices and credit notes are written alike: found, made, changed by id or by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xero_sandbox.books import documents, exchange, refusals
from xero_sandbox.books.resources import shown
from xero_sandbox.books.values import ZERO_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from xero_sandbox.books.documents import Draft
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.incoming import DocumentIn
    from xero_sandbox.books.numbering import Numbers
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.refusals import Refusal
    from xero_sandbox.books.visit import Visit

_ENDED = frozenset({"VOIDED", "DELETED"})


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of paper in both directions, sales first.

    ``unknown`` is said to an id that is not one of the family's; ``check`` is what the family
    has against a draft beyond what all documents have.
    """

    kinds: tuple[str, str]
    unknown: Refusal
    numbers: Callable[[Organisation], Numbers]
    body: Callable[[Visit, Document], Body]
    check: Callable[[Visit, Draft, Document | None], None]


# Not verified, see post-by-number.
def apply(visit: Visit, family: Family, incoming: DocumentIn) -> Outcome:
    """Create or update one; only POST updates, by id or by the number of a sales document."""
    if visit.call.method != "POST":
        return _create(visit, family, incoming)
    if incoming.named and incoming.named != ZERO_ID:
        found = by_id(visit.organisation, family, incoming.named)
        if found is not None:
            return change(visit, family, incoming, found)
        body: Body = {shown.id_name(family.kinds[0]): incoming.named}
        return exchange.Outcome(body, [family.unknown.text])
    taken = family.numbers(visit.organisation).ids.get(incoming.number or "")
    if taken is not None and incoming.type in {family.kinds[0], None}:
        return change(visit, family, incoming, visit.organisation.documents[taken])
    return _create(visit, family, incoming)


def by_id(organisation: Organisation, family: Family, named: str) -> Document | None:
    """Return the document of the family with an id, or None."""
    found = organisation.documents.get(named.lower())
    return found if found is not None and found.kind in family.kinds else None


def _create(visit: Visit, family: Family, incoming: DocumentIn) -> Outcome:
    kind = incoming.type if incoming.type in family.kinds else family.kinds[0]
    draft = documents.prepare(visit, incoming, kind, None)
    if incoming.type not in family.kinds:
        draft.errors.insert(0, refusals.TYPE_NOT_VALID.say(incoming.type))
    return _settle(visit, family, draft, None)


def change(visit: Visit, family: Family, incoming: DocumentIn, before: Document) -> Outcome:
    """Change what may still be changed (facts: Xero API section 8, the editing matrix)."""
    if before.status in _ENDED:
        return exchange.Outcome(family.body(visit, before), [refusals.NOT_MODIFIABLE.text])
    draft = documents.prepare(visit, incoming, before.kind, before)
    if incoming.type not in {None, before.kind}:
        draft.errors.append(refusals.TYPE_NOT_VALID.say(incoming.type))
    documents.check_frozen(draft, before)
    return _settle(visit, family, draft, before)


def _settle(visit: Visit, family: Family, draft: Draft, before: Document | None) -> Outcome:
    numbers = family.numbers(visit.organisation)
    sent = draft.incoming.number
    # A bill may lose its number again; a sales document without one is given the next.
    if sent is not None and (sent or draft.document.kind == "ACCPAY"):
        draft.document.number = sent
    numbers.give(draft, before)
    family.check(visit, draft, before)
    if not draft.errors:
        numbers.keep(documents.keep(visit, draft, before), before)
    body = shown.draft_contact(family.body(visit, draft.document), draft)
    return exchange.Outcome(body, draft.errors, draft.warnings)


def rows(visit: Visit, family: Family) -> list[Document]:
    """Return all documents of the family."""
    return [one for one in visit.organisation.documents.values() if one.kind in family.kinds]
