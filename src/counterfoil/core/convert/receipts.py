"""Receipts into an office bank account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.convert.settlement import settled

if TYPE_CHECKING:
    from counterfoil.core.conversion import Books, Conversion
    from counterfoil.core.documents import Receipt
    from counterfoil.core.lookup import Lookup


def convert_receipt(document: Receipt, books: Books, lookup: Lookup) -> Conversion:
    """Return a payment for each bill, set-offs of negative ones, and what is left as credit."""
    return settled(document, books, lookup)
