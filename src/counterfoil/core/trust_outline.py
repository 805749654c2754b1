"""The trust side of ``outline``: the postings of trust documents, whom and what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Act
from counterfoil.core.documents import (
    FirmAdvance,
    Party,
    StatutoryDeposit,
    TrustBankEntry,
    TrustBillPayment,
    TrustDocument,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)
from counterfoil.core.parts import BANK, JOURNAL, TRANSFER, Outlined, bill_part

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Key, Matter, Split

DEPOSIT_AUTHORITY: Final = Party(id="statutory-deposit", name="Statutory deposit authority")
"""Who holds statutory deposits, where the practice does not say."""


def outline(document: TrustDocument) -> tuple[Outlined, ...]:
    """Return the postings of a trust document.

    A transfer between trust banks may have its journal or not, by whether both banks share one
    liability account; it is outlined with it.
    """
    match document:
        case TrustPayment(supplier_bill=key) if key is not None:
            return (
                Outlined("", Act.CREATE, "CreditNotes"),
                Outlined(BANK, Act.CREATE, "BankTransactions"),
                Outlined(bill_part(key), Act.ALLOCATE, "Allocations"),
            )
        case TrustTransfer():
            moved = (Outlined(TRANSFER, Act.CREATE, "BankTransfers"),)
            journal = Outlined(JOURNAL, Act.CREATE, "ManualJournals")
            return (*(moved if between_banks(document) else ()), journal)
        case TrustBillPayment(allocations=allocations):
            return tuple(
                Outlined(bill_part(each.bill), Act.CREATE, "Payments") for each in allocations
            )
        case TrustOfficeTransfer():
            return (Outlined("", Act.CREATE, "BankTransfers"),)
        case FirmAdvance(direction="repay"):
            return (Outlined("", Act.CREATE, "ManualJournals"),)
        case _:
            return (Outlined("", Act.CREATE, "BankTransactions"),)


def trust_account_of(document: TrustDocument) -> str:
    """Return the trust account in whose books a document is numbered: a transfer's first."""
    match document:
        case TrustTransfer(from_=left):
            return left.trust_account
        case (
            TrustReceipt(trust_account=code)
            | TrustPayment(trust_account=code)
            | TrustBankEntry(trust_account=code)
            | TrustBillPayment(trust_account=code)
            | TrustOfficeTransfer(trust_account=code)
            | StatutoryDeposit(trust_account=code)
            | FirmAdvance(trust_account=code)
        ):
            return code
        case _:
            raise NotImplementedError(f"no trust account is known of {document.kind}")


def between_banks(document: TrustTransfer) -> bool:
    """Whether a transfer moves money between two trust accounts."""
    return document.from_.trust_account != document.to.trust_account


def between_ledgers(document: TrustTransfer) -> bool:
    """Whether a transfer changes whose money it is, or for which matter."""
    left, reached = document.from_, document.to
    return (left.client.id, left.matter.id) != (reached.client.id, reached.matter.id)


def parties(document: TrustDocument) -> tuple[Party, ...]:
    """Return the parties whose contacts a trust document may need."""
    match document:
        case TrustReceipt(payer=other, splits=splits) | TrustPayment(payee=other, splits=splits):
            return (other, *_clients(splits))
        case TrustBankEntry(party=party, splits=splits):
            return (*((party,) if party else ()), *_clients(splits))
        case StatutoryDeposit(party=party):
            return (party or DEPOSIT_AUTHORITY,)
        case FirmAdvance(payee=payee, client=client):
            return (*((payee,) if payee else ()), client)
        case _:
            return ()


def names(document: TrustDocument) -> tuple[Key, ...]:
    """Return the documents that a trust document names and that its conversion looks at."""
    match document:
        case TrustBillPayment(allocations=allocations):
            return tuple(each.bill for each in allocations)
        case TrustPayment(supplier_bill=key) if key is not None:
            return (key,)
        case TrustOfficeTransfer(payments=payments):
            return payments
        case _:
            return ()


def paths(document: TrustDocument) -> tuple[str, ...]:
    """Return where each of ``names`` stands in the document."""
    match document:
        case TrustBillPayment(allocations=allocations):
            return tuple(f"allocations[{place}].bill" for place in range(len(allocations)))
        case TrustOfficeTransfer(payments=payments):
            return tuple(f"payments[{place}]" for place in range(len(payments)))
        case _:
            return ("supplier_bill",) * len(names(document))


def headline(document: TrustDocument) -> tuple[str, str, int]:
    """Return the party's name, the matter numbers and the amount, as lists show them."""
    party = _shown(document)
    matters = ", ".join(dict.fromkeys(matter.number for matter in _matters(document)))
    return party.name if party else "", matters, document.amount


def _shown(document: TrustDocument) -> Party | None:
    """Return the party that a list shows: who paid, was paid, or whose money it is."""
    match document:
        case TrustBankEntry(party=None, splits=splits):
            return splits[0].client
        case TrustTransfer(from_=left):
            return left.client
        case TrustBillPayment(client=client) | FirmAdvance(client=client):
            return client
        case _:
            return next(iter(parties(document)), None)


def _matters(document: TrustDocument) -> tuple[Matter, ...]:
    match document:
        case TrustReceipt(splits=splits) | TrustPayment(splits=splits):
            return tuple(split.matter for split in splits)
        case TrustBankEntry(splits=splits):
            return tuple(split.matter for split in splits)
        case TrustTransfer(from_=left, to=reached):
            return (left.matter, reached.matter)
        case TrustBillPayment(matter=matter) | FirmAdvance(matter=matter):
            return (matter,)
        case _:
            return ()


def _clients(splits: Iterable[Split]) -> tuple[Party, ...]:
    return tuple(split.client for split in splits)
