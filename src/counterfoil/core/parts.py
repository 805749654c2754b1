"""The names of a document's postings: stable, and told apart within the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from counterfoil.core.conversion import Act
    from counterfoil.core.documents import Key

BANK: Final = "bank"
"""The money that left the bank, where the document itself becomes something else."""
TRANSFER: Final = "transfer"
"""The money between two banks, in a transfer of clients' money."""
JOURNAL: Final = "journal"
"""The liability between two ledgers, in a transfer of clients' money."""


class Outlined(NamedTuple):
    """A posting's part, act and Xero resource."""

    part: str
    act: Act
    resource: str


def allocation_part(bill_id: str) -> str:
    """Return the part of a document that is applied to this bill."""
    return f"allocation:{bill_id}"


def bill_part(invoice: Key) -> str:
    """Return the part that is applied to an invoice; an opening one is told from a posted one."""
    opening = f"{invoice.kind}:" if invoice.kind.startswith("opening_") else ""
    return allocation_part(f"{opening}{invoice.id}")
