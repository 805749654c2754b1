"""Bills paid with clients' money: the firm's own from Trust Liability, a supplier's from the bank.

Bills of the firm are paid from the liability and not from the bank, because the money itself may
follow later, in one transfer of costs for many bills.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.trust_accounts import Accounts
from counterfoil.core.convert.trust_bank import SPEND, contact_of, on_liability, split_parts
from counterfoil.core.documents import TrustBillPayment
from counterfoil.core.findings import Finding, error
from counterfoil.core.parts import bill_part
from counterfoil.core.texts import one_line
from counterfoil.core.xero_documents import AccountRef, Payment, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Key, TrustDocument, TrustOfficeTransfer, TrustPayment
    from counterfoil.core.lookup import Lookup


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
    """Return money paid out: debit the liability, credit the trust bank."""
    del books
    if document.supplier_bill is not None:
        return Conversion((), (_supplier_bill_not_yet(),))
    contact = contact_of(document.splits, document.payee, lookup)
    parts = split_parts(document.splits, f"to {document.payee.name}")
    return on_liability(document, document.trust_account, SPEND, contact, parts, lookup)


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


def _supplier_bill_not_yet() -> Finding:
    return error(
        "supplier_bill_from_trust_not_yet",
        "This version does not pay supplier bills straight from trust.",
        "Record the payment without its supplier bill and credit the bill in Xero.",
        "supplier_bill",
    )
