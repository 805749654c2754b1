"""Money that settles bills, received or paid: payments, set-offs, and what is unapplied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness, references
from counterfoil.core.applied import Applied, Offset, Paid, apply
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.banks import bank_currency, office_bank
from counterfoil.core.convert.invoices import contact
from counterfoil.core.convert.unapplied import unapplied
from counterfoil.core.currency import payment_rate
from counterfoil.core.parts import UNAPPLIED
from counterfoil.core.texts import one_line
from counterfoil.core.xero_documents import AccountRef, Allocation, Payment, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.trade import Settling


def settled(document: Settling, books: Books, lookup: Lookup) -> Conversion:
    """Return set-offs, one payment for each bill, and a bank transaction for what is left."""
    applied = apply(document)
    bank = office_bank(document.bank_account, lookup)
    findings = [
        *readiness.at("bank_account", bank.findings),
        *bank_currency(document, bank.account, document.bank_account, lookup),
        *references.check_settlement(document, books),
    ]
    planned = [*_set_offs(document, applied, books)]
    if bank.account is not None:
        planned += _payments(document, applied, bank.ref, books)
        if applied.unapplied > 0:
            element, more = unapplied(document, applied.unapplied, bank.ref, lookup)
            findings += more
            if element is not None:
                planned.append(Planned(UNAPPLIED, Act.CREATE, element, (contact(document),)))
    return Conversion(tuple(planned), tuple(findings))


def _payments(
    document: Settling, applied: Applied, bank: AccountRef, books: Books
) -> Iterator[Planned]:
    for paid in applied.payments:
        bill = Symbol(*paid.invoice)
        yield Planned(paid.part, Act.CREATE, _payment(document, paid, bank, books), (bill,))


def _payment(document: Settling, paid: Paid, bank: AccountRef, books: Books) -> Payment:
    return Payment(
        Symbol(*paid.invoice),
        bank,
        document.date,
        paid.amount,
        one_line(document.number),
        payment_rate(document, books.referenced.get(paid.invoice), books.chart.organisation),
        paid.bank_amount,
    )


def _set_offs(document: Settling, applied: Applied, books: Books) -> Iterator[Planned]:
    for offset in applied.offsets:
        element = _set_off(document, offset, books)
        needs = (Symbol(*offset.source), Symbol(*offset.invoice))
        yield Planned(offset.part, Act.ALLOCATE, element, needs)


def _set_off(document: Settling, offset: Offset, books: Books) -> Allocation:
    date = references.applied_on(document.date, books, offset.source, offset.invoice)
    return Allocation(Symbol(*offset.source), Symbol(*offset.invoice), offset.amount, date)
