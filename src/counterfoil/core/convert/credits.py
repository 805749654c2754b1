"""Credit that an earlier document left: applied to bills later, or paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness, references
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.banks import bank_currency, office_bank
from counterfoil.core.convert.history import needs_history
from counterfoil.core.convert.unapplied import credit_type
from counterfoil.core.currency import payment_rate
from counterfoil.core.parts import bill_part
from counterfoil.core.texts import one_line
from counterfoil.core.xero_documents import Allocation, Payment, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Key, LaterAllocation, Refund
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup


def convert_allocation(document: LaterAllocation, books: Books, lookup: Lookup) -> Conversion:
    """Return one allocation of the credit for each bill that it is applied to."""
    findings = (*_unknown(document.of), *references.check_later(document, books))
    return Conversion(tuple(_allocations(document, books, lookup)), findings)


def convert_refund(document: Refund, books: Books, lookup: Lookup) -> Conversion:
    """Return a payment against the credit note, overpayment or prepayment that is paid back."""
    bank = office_bank(document.bank_account, lookup)
    findings = (
        *_unknown(document.of),
        *readiness.at("bank_account", bank.findings),
        *bank_currency(document, bank.account, document.bank_account, lookup),
        *references.check_refund(document, books),
    )
    if bank.account is None:
        return Conversion((), findings)
    of = Symbol(*document.of)
    element = Payment(
        of,
        bank.ref,
        document.date,
        document.amount,
        one_line(document.number),
        payment_rate(document, books.referenced.get(document.of), lookup.chart.organisation),
        document_type=credit_type(document.of, lookup),
    )
    return Conversion((Planned("", Act.CREATE, element, (of,)),), findings)


def _allocations(document: LaterAllocation, books: Books, lookup: Lookup) -> Iterator[Planned]:
    of = Symbol(*document.of)
    for each in document.allocations:
        bill = Symbol(*each.invoice)
        date = references.applied_on(document.date, books, document.of, each.invoice)
        element = Allocation(of, bill, each.amount, date, credit_type(document.of, lookup))
        yield Planned(bill_part(each.invoice), Act.ALLOCATE, element, (of, bill))


def _unknown(of: Key) -> Iterator[Finding]:
    """Say where nobody here knows what a credit is in Xero: a credit note, or money kept."""
    if of.kind == "opening_credit":
        yield needs_history(
            f"What opening credit {of.id} is in Xero was entered there by hand.",
            "Apply it or pay it back in Xero itself.",
            "of",
            str(of),
        )
