"""Bills and credit notes: an ACCREC invoice, an ACCRECCREDIT credit note, and its allocations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.convert.invoices import billed, credited

if TYPE_CHECKING:
    from counterfoil.core.conversion import Books, Conversion
    from counterfoil.core.documents import Bill, CreditNote
    from counterfoil.core.lookup import Lookup


def convert_bill(document: Bill, books: Books, lookup: Lookup) -> Conversion:
    """Return the invoice of a bill, or the credit note of one whose total is negative."""
    del books
    return billed(document, lookup)


def convert_credit_note(document: CreditNote, books: Books, lookup: Lookup) -> Conversion:
    """Return a credit note, and one allocation for each bill it is applied to."""
    return credited(document, books, lookup)
