"""What suppliers bill, credit and are paid: the mirror of the sales side (documents.md).

A supplier's number becomes InvoiceNumber, which Xero does not keep unique on this side: we do, with
the supplier. Lines to be charged on to a client post like any other, on the account they name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.convert.invoices import billed, credited
from counterfoil.core.convert.settlement import settled

if TYPE_CHECKING:
    from counterfoil.core.conversion import Books, Conversion
    from counterfoil.core.documents import SupplierBill, SupplierCredit, SupplierPayment
    from counterfoil.core.lookup import Lookup


def convert_supplier_bill(document: SupplierBill, books: Books, lookup: Lookup) -> Conversion:
    """Return an ACCPAY invoice, or the ACCPAYCREDIT credit note of a negative total."""
    del books
    return billed(document, lookup)


def convert_supplier_credit(document: SupplierCredit, books: Books, lookup: Lookup) -> Conversion:
    """Return an ACCPAYCREDIT credit note, and one allocation for each bill it is applied to."""
    return credited(document, books, lookup)


def convert_supplier_payment(document: SupplierPayment, books: Books, lookup: Lookup) -> Conversion:
    """Return a payment for each supplier bill, and a SPEND-OVERPAYMENT for what is left."""
    return settled(document, books, lookup)
