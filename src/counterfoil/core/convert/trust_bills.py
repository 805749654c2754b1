"""Bills paid with clients' money: the firm's own from Trust Liability, a supplier's from the bank.

Bills of the firm are paid from the liability and not from the bank, because the money itself may
follow later, in one transfer of costs for many bills.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import references
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.billing import Figures, Terms, post_items
from counterfoil.core.convert.history import needs_history
from counterfoil.core.convert.invoices import contact as supplier
from counterfoil.core.convert.invoices import symbol
from counterfoil.core.convert.parts import parts_of
from counterfoil.core.convert.trust_accounts import Accounts
from counterfoil.core.convert.trust_bank import SPEND, contact_of, on_liability, split_parts
from counterfoil.core.documents import OpeningSupplierBill, SupplierBill, TrustBillPayment
from counterfoil.core.findings import Finding, error, holds
from counterfoil.core.lookup import Direction
from counterfoil.core.parts import BANK, bill_part
from counterfoil.core.texts import one_line
from counterfoil.core.trade import trade_of
from counterfoil.core.xero_documents import AccountRef, Allocation, CreditNote, Payment, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Key, TrustDocument, TrustOfficeTransfer, TrustPayment
    from counterfoil.core.lookup import Lookup

AnySupplierBill = SupplierBill | OpeningSupplierBill


def convert_bill_payment(document: TrustBillPayment, lookup: Lookup) -> Conversion:
    """Return one payment from the trust liability for each bill."""
    accounts = Accounts(lookup)
    bank, liability = (
        accounts.bank(document.trust_account),
        accounts.liability(document.trust_account),
    )
    if bank is None or liability is None:
        return Conversion((), accounts.findings)
    amounts = {allocation.bill: allocation.amount for allocation in document.allocations}
    return Conversion(tuple(_payments(document, amounts, liability)), accounts.findings)


def covered_bills(document: TrustOfficeTransfer, books: Books, lookup: Lookup) -> Conversion:
    """Return one payment from the office bank for each bill that a transfer of costs covers.

    This is how bills paid from trust are settled where trust itself is not posted: when the money
    reaches the office, on that day.
    """
    accounts = Accounts(lookup)
    office = accounts.office(document.bank_account)
    unknown = tuple(_unknown(document, books))
    if office is None or unknown:
        return Conversion((), (*accounts.findings, *unknown))
    amounts = covered(document, books)
    return Conversion(tuple(_payments(document, amounts, office)), accounts.findings)


def covered(document: TrustOfficeTransfer, books: Books) -> dict[Key, int]:
    """Return what a transfer of costs covers of each bill, as far as its payments are known."""
    amounts: dict[Key, int] = {}
    for key in document.payments:
        payment = books.referenced.get(key)
        for each in payment.allocations if isinstance(payment, TrustBillPayment) else ():
            amounts[each.bill] = amounts.get(each.bill, 0) + each.amount
    return amounts


def convert_payment(document: TrustPayment, books: Books, lookup: Lookup) -> Conversion:
    """Return money paid out: debit the liability, credit the trust bank.

    Where it pays a supplier's bill straight, the firm's cost is taken back as well: the client bore
    it, and the firm owes the supplier nothing more.
    """
    contact = contact_of(document.splits, document.payee, lookup)
    lines = split_parts(document.splits, f"to {document.payee.name}")
    if document.supplier_bill is None:
        return on_liability(document, document.trust_account, SPEND, contact, lines, lookup)
    paid = on_liability(document, document.trust_account, SPEND, contact, lines, lookup, BANK)
    bill = books.referenced.get(document.supplier_bill)
    if not isinstance(bill, AnySupplierBill):
        return Conversion((), (*paid.findings, _without_bill(document.supplier_bill)))
    credited = _cost_taken_back(document, bill, books, lookup)
    findings = (*paid.findings, *credited.findings)
    credit, *applied = credited.planned or (None,)
    planned = () if credit is None else (credit, *paid.planned, *applied)
    return Conversion(planned, findings)


def _cost_taken_back(
    document: TrustPayment, bill: AnySupplierBill, books: Books, lookup: Lookup
) -> Conversion:
    """Return a credit on the bill's own cost accounts, and its allocation to the bill."""
    findings: list[Finding] = []
    if document.amount > bill.total:
        # The references already say so, and a bill of nothing cannot be apportioned over.
        return Conversion((), ())
    parts = parts_of(bill, document.amount, lookup, findings, "supplier_bill")
    if holds(findings):
        return Conversion((), tuple(findings))
    items = [part.item(inclusive=bill.tax_inclusive) for part in parts]
    tax = sum(part.tax for part in parts)
    figures = Figures(tax, document.amount, bill.tax_inclusive)
    posted = post_items(items, figures, lookup, Terms(Direction.PURCHASES), findings)
    if posted is None:
        return Conversion((), tuple(findings))
    credit = CreditNote(
        trade_of(bill).credit,
        supplier(bill),
        one_line(document.number),
        "",
        document.date,
        posted.amounts_are,
        posted.lines,
        posted.expected,
    )
    made, owed = symbol(document), symbol(bill)
    date = references.applied_on(document.date, books, bill.key)
    applied = Allocation(made, owed, document.amount, date)
    part = bill_part(bill.key)
    planned = (
        Planned("", Act.CREATE, credit, (supplier(bill),)),
        Planned(part, Act.ALLOCATE, applied, (made, owed)),
    )
    return Conversion(planned, tuple(findings))


def _payments(
    document: TrustDocument, amounts: Mapping[Key, int], account: AccountRef
) -> Iterator[Planned]:
    for bill, amount in amounts.items():
        symbol = Symbol(bill.kind, bill.id)
        payment = Payment(symbol, account, document.date, amount, one_line(document.number))
        yield Planned(bill_part(bill), Act.CREATE, payment, (symbol,))


def _unknown(document: TrustOfficeTransfer, books: Books) -> Iterator[Finding]:
    for place, key in enumerate(document.payments):
        if key not in books.referenced:
            yield error(
                "payment_not_known",
                f"The payment {key.id} from trust has not been recorded here yet, so the bills "
                "that this transfer covers are not known.",
                "Record the payment; this transfer is then converted again.",
                f"payments[{place}]",
                str(key),
            )


def _without_bill(bill: Key) -> Finding:
    return needs_history(
        f"The supplier bill {bill.id} that is paid from trust is not here; it says which costs are "
        "taken back.",
        "Send the supplier bill; this payment is then converted again.",
        "supplier_bill",
        str(bill),
    )
