"""Which postings a document has, told from the document alone.

A document that cannot be converted yet (an account is not mapped, say) has the same postings as
later, only held: their parts and resources do not depend on chart or mapping. A test holds this
against what conversion plans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core import trust_outline, xero_documents
from counterfoil.core.applied import apply
from counterfoil.core.conversion import Act
from counterfoil.core.documents import (
    BankStatement,
    BankTransfer,
    Bill,
    CreditNote,
    Deposit,
    Journal,
    LaterAllocation,
    LedgerClose,
    Lined,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    PeriodClose,
    Receipt,
    Refund,
    Reversal,
    SupplierBill,
    SupplierCredit,
    SupplierPayment,
    TrustDocument,
    TrustNumberCancelled,
    TrustPayment,
    Unallocation,
    Void,
    Withdrawal,
    WriteOff,
)
from counterfoil.core.parts import UNAPPLIED, UNDOING, Outlined, bill_part
from counterfoil.core.texts import LONGEST_NAME, shortened
from counterfoil.core.trade import party_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.documents import AnyAllocation, Document, Key, Party
    from counterfoil.core.trade import Settling
    from counterfoil.core.xero_documents import Element, Undone

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


def outline(document: Document) -> tuple[Outlined, ...]:  # noqa: C901, PLR0911 -- one for each kind
    """Return the postings that a document has, in the order in which they are sent."""
    match document:
        case Bill(total=total) | SupplierBill(total=total):
            return (_create("CreditNotes" if total < 0 else "Invoices"),)
        case CreditNote(allocations=allocations) | SupplierCredit(allocations=allocations):
            return (_create("CreditNotes"), *_allocated(allocations))
        case WriteOff(bill=bill):
            return (
                _create("CreditNotes"),
                Outlined(bill_part(bill), Act.ALLOCATE, "Allocations"),
            )
        case Receipt() | SupplierPayment():
            return _settled(document)
        case LaterAllocation(allocations=later):
            return _allocated(later)
        case Refund():
            return (_create("Payments"),)
        case Withdrawal() | Deposit():
            return (_create("BankTransactions"),)
        case BankTransfer():
            return (_create("BankTransfers"),)
        case Journal():
            return (_create("ManualJournals"),)
        case TrustDocument():
            return trust_outline.outline(document)
        case Reversal() | Void() | Unallocation():
            return (Outlined(UNDOING, Act.VOID, "Invoices"),)
        case _:
            return ()


def _create(resource: str) -> Outlined:
    return Outlined("", Act.CREATE, resource)


def _allocated(allocations: Iterable[AnyAllocation]) -> tuple[Outlined, ...]:
    return tuple(Outlined(bill_part(a.invoice), Act.ALLOCATE, "Allocations") for a in allocations)


def _settled(document: Settling) -> tuple[Outlined, ...]:
    applied = apply(document)
    left = (Outlined(UNAPPLIED, Act.CREATE, "BankTransactions"),) if applied.unapplied > 0 else ()
    return (
        *(Outlined(each.part, Act.ALLOCATE, "Allocations") for each in applied.offsets),
        *(Outlined(each.part, Act.CREATE, "Payments") for each in applied.payments),
        *left,
    )


def resource_of(element: Element | Undone) -> str:
    """Return the Xero resource of what is planned."""
    if isinstance(element, xero_documents.Undone):
        return element.resource
    return _RESOURCES[type(element)]


_RESOURCES: Final[ReadOnly[type[Element], str]] = {
    xero_documents.Contact: "Contacts",
    xero_documents.Invoice: "Invoices",
    xero_documents.CreditNote: "CreditNotes",
    xero_documents.BankTransaction: "BankTransactions",
    xero_documents.BankTransfer: "BankTransfers",
    xero_documents.ManualJournal: "ManualJournals",
    xero_documents.Payment: "Payments",
    xero_documents.Allocation: "Allocations",
}


def parties(document: Document) -> tuple[Party, ...]:
    """Return the parties whose contacts a document may need, in the order they are named."""
    if isinstance(document, TrustDocument):
        return trust_outline.parties(document)
    party = _party(document)
    return () if party is None else (party,)


def _party(document: Document) -> Party | None:
    match document:
        case Withdrawal(payee=party) | Deposit(payer=party):
            return party
        case _:
            return party_of(document)


def names(document: Document) -> tuple[Key, ...]:
    """Return the documents that this one names and that its conversion looks at."""
    return tuple(key for _, key in named_at(document))


def named_at(  # noqa: PLR0911 -- one for each kind
    document: Document,
) -> tuple[tuple[str, Key], ...]:
    """Return the documents that this one names, each with the path of the field that names it."""
    match document:
        case CreditNote(allocations=applied) | Receipt(allocations=applied):
            return _named(applied, "bill")
        case SupplierCredit(allocations=paid) | SupplierPayment(allocations=paid):
            return _named(paid, "supplier_bill")
        case WriteOff(bill=key):
            return (("bill", key),)
        case LaterAllocation(of=key, allocations=later) | Unallocation(of=key, allocations=later):
            field = "bill" if all(each.bill for each in later) else "supplier_bill"
            return (("of", key), *_named(later, field))
        case Refund(of=key):
            return (("of", key),)
        case Reversal(reverses=key):
            return (("reverses", key),)
        case Void(voids=key):
            return (("voids", key),)
        case TrustDocument():
            found = zip(trust_outline.paths(document), trust_outline.names(document), strict=True)
            return tuple(found)
        case _:
            return ()


def _named(allocations: Iterable[AnyAllocation], field: str) -> tuple[tuple[str, Key], ...]:
    return tuple(
        (f"allocations[{place}].{field}", each.invoice) for place, each in enumerate(allocations)
    )


def takes_apart(document: Document) -> Key | None:
    """Return the bill whose lines a document's conversion reads, where it needs them.

    Of other documents that are named only the sums matter, and a file need not keep their lines.
    """
    match document:
        case WriteOff(bill=key, lines=()):
            return key
        case TrustPayment(supplier_bill=key):
            return key
        case _:
            return None


def headline(  # noqa: PLR0911 -- one for each kind
    document: Document,
) -> tuple[str, str, int | None]:
    """Return the party's name, the matter numbers and the amount, as lists show them."""
    match document:
        case TrustDocument():
            return trust_outline.headline(document)
        case Lined(total=amount):
            return _name(document), _matters(document), amount
        case (
            Receipt(amount=amount)
            | SupplierPayment(amount=amount)
            | WriteOff(amount=amount)
            | Refund(amount=amount)
            | BankTransfer(amount=amount)
            | OpeningCredit(amount=amount)
        ):
            return _name(document), "", amount
        case OpeningTrust(client=client, matter=matter, amount=amount):
            return client.name, matter.number, amount
        case LaterAllocation(allocations=allocations):
            return "", "", sum(each.amount for each in allocations)
        case Journal(narration=narration, lines=lines):
            debits = sum(line.amount for line in lines if line.amount > 0)
            return shortened(narration, LONGEST_NAME), "", debits
        case _:
            return "", "", None


def _name(document: Document) -> str:
    party = _party(document)
    return party.name if party else ""


def _matters(document: Lined) -> str:
    own = getattr(document, "matter", None)
    matters = (own, *(line.matter for line in document.lines))
    return ", ".join(dict.fromkeys(matter.number for matter in matters if matter))
