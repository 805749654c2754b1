"""Which postings a document has, told from the document alone.

A document that cannot be converted yet (an account is not mapped, say) has the same postings as
later, only held: their parts and resources do not depend on chart or mapping. A test holds this
against what conversion plans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import trust_outline
from counterfoil.core.conversion import Act
from counterfoil.core.documents import (
    BankStatement,
    Bill,
    CreditNote,
    LedgerClose,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    PeriodClose,
    Receipt,
    TrustDocument,
    TrustNumberCancelled,
)
from counterfoil.core.parts import Outlined, allocation_part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Allocation, Document, Key, Party

RECORDED = (
    OpeningBill,
    OpeningSupplierBill,
    OpeningCredit,
    OpeningTrust,
    TrustNumberCancelled,
    LedgerClose,
    PeriodClose,
    BankStatement,
)
"""What is recorded and never posted (documents.md)."""


def outline(document: Document) -> tuple[Outlined, ...]:
    """Return the postings that a document has, in the order in which they are sent."""
    match document:
        case Bill(total=total):
            resource = "CreditNotes" if total < 0 else "Invoices"
            return (Outlined("", Act.CREATE, resource),)
        case CreditNote(allocations=allocations):
            note = Outlined("", Act.CREATE, "CreditNotes")
            return (note, *_applied(allocations, Act.ALLOCATE, "Allocations"))
        case Receipt(allocations=allocations):
            return _applied(allocations, Act.CREATE, "Payments")
        case TrustDocument():
            return trust_outline.outline(document)
        case _:
            return ()


def _applied(allocations: Iterable[Allocation], act: Act, resource: str) -> tuple[Outlined, ...]:
    return tuple(Outlined(allocation_part(a.bill.id), act, resource) for a in allocations)


def parties(document: Document) -> tuple[Party, ...]:
    """Return the parties whose contacts a document may need, in the order they are named."""
    match document:
        case Bill(client=client) | CreditNote(client=client) | Receipt(client=client):
            return (client,)
        case TrustDocument():
            return trust_outline.parties(document)
        case _:
            return ()


def names(document: Document) -> tuple[Key, ...]:
    """Return the documents that this one names and that its conversion looks at."""
    match document:
        case CreditNote(allocations=allocations) | Receipt(allocations=allocations):
            return tuple(allocation.bill for allocation in allocations)
        case TrustDocument():
            return trust_outline.names(document)
        case _:
            return ()


def headline(document: Document) -> tuple[str, str, int | None]:
    """Return the party's name, the matter numbers and the amount, as lists show them."""
    match document:
        case Bill(client=client, total=amount) | CreditNote(client=client, total=amount):
            return client.name, _matters(document), amount
        case Receipt(client=client, amount=amount):
            return client.name, "", amount
        case TrustDocument():
            return trust_outline.headline(document)
        case _:
            return "", "", None


def _matters(document: Bill | CreditNote) -> str:
    own = (document.matter,) if document.matter else ()
    found = (*own, *(line.matter for line in document.lines if line.matter))
    return ", ".join(dict.fromkeys(matter.number for matter in found))
