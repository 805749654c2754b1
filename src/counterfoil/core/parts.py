"""The names of a document's postings: stable, and told apart within the document."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from counterfoil.core.conversion import Act
    from counterfoil.core.documents import Key

LONGEST_NAME: Final = 255
UNAPPLIED: Final = ""
"""What is left of a receipt or supplier payment when it is applied to bills.

It is the document's own part: an allocation or refund names the document and thereby its credit.
"""
BANK: Final = "bank"
"""The money that left the bank, where the document itself becomes something else."""
TRANSFER: Final = "transfer"
"""The money between two banks, in a transfer of clients' money."""
JOURNAL: Final = "journal"
"""The liability between two ledgers, in a transfer of clients' money."""

CAME: Final = "came"
"""A dishonoured receipt's money on the day it came."""
WENT_BACK: Final = "went_back"
"""The same money on the day the bank took it back."""
RETURNED: Final = frozenset({CAME, WENT_BACK})
"""Both of these: they take the place of the receipt's payments, and never stand beside them."""
UNDOING: Final = "undoing"
"""What a document that takes another back will come to, while that is not known yet."""


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
    return allocation_part(_name(invoice))


def set_off_part(source: Key, invoice: Key) -> str:
    """Return the part that applies a negative bill's credit to another bill.

    Two ids may be too long for one name; their hash is as stable as they are.
    """
    both = f"{_name(source)}:{_name(invoice)}"
    if len(both) > LONGEST_NAME:
        both = hashlib.sha256(both.encode()).hexdigest()
    return f"set_off:{both}"


def _name(invoice: Key) -> str:
    return str(invoice) if invoice.kind.startswith("opening_") else invoice.id
