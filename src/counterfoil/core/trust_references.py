"""What a trust document says about bills and other trust documents, held against them.

Rule T4 (facts: trust accounting, section 3.2) is reported and posted, because the practice decides;
what Xero would refuse, and a transfer of costs that is not the sum of its payments, is held. A
reference that is absent is no finding here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import trust_findings
from counterfoil.core.documents import (
    Bill,
    Document,
    OpeningBill,
    OpeningSupplierBill,
    SupplierBill,
    TrustBillPayment,
    TrustOfficeTransfer,
    TrustPayment,
)
from counterfoil.core.findings import Finding, error
from counterfoil.core.money import amount_text
from counterfoil.core.references import worth_of
from counterfoil.core.trust_findings import payment_named_twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Allocation, Key


def check(document: Document, books: Books) -> Iterator[Finding]:
    """Find what is wrong between a trust document and the documents it names."""
    match document:
        case TrustBillPayment():
            for place, allocation in enumerate(document.allocations):
                bill = books.referenced.get(allocation.bill)
                if isinstance(bill, Bill | OpeningBill):
                    path = f"allocations[{place}]"
                    yield from _payable(document, bill, allocation.amount, path, books)
                    yield from _own_bill(document, allocation, bill, place)
        case TrustPayment(supplier_bill=key) if key is not None:
            bill = books.referenced.get(key)
            if isinstance(bill, SupplierBill | OpeningSupplierBill):
                yield from _payable(document, bill, document.amount, "", books)
        case TrustOfficeTransfer(direction="to_office"):
            yield from named_payments(document, books.referenced)
        case _:
            return


def _payable(
    document: TrustBillPayment | TrustPayment,
    bill: Bill | OpeningBill | SupplierBill | OpeningSupplierBill,
    amount: int,
    path: str,
    books: Books,
) -> Iterator[Finding]:
    named = f"{path}.bill" if path else "supplier_bill"
    ours = books.mapping.organisation
    base = books.chart.organisation.base_currency
    if (bill.organisation or ours) != (document.organisation or ours):
        yield error(
            "other_organisation",
            f"Bill {bill.number} belongs to organisation {bill.organisation}; references cannot "
            "cross organisations.",
            "Correct the organisation of one of the two.",
            named,
        )
    if (bill.currency or base) != base:
        yield error(
            "other_currency",
            f"Bill {bill.number} is in {bill.currency}; trust money pays in {base} only.",
            "Move the money to the office and pay the bill from there.",
            named,
        )
    worth = worth_of(bill)
    if amount > worth:
        yield error(
            "allocation_above_bill",
            f"{amount_text(amount)} is paid on bill {bill.number}, which is worth "
            f"{amount_text(worth)}.",
            "Pay at most what the bill is worth.",
            f"{path}.amount" if path else "amount",
        )


def _own_bill(
    document: TrustBillPayment, allocation: Allocation, bill: Bill | OpeningBill, place: int
) -> Iterator[Finding]:
    if bill.client.id != document.client.id:
        yield trust_findings.other_clients_bill(
            bill.number, bill.client.name, document.client.name, allocation.amount, place
        )
    if document.date < bill.date:
        yield trust_findings.paid_before_bill(bill.number, bill.date, document.date, place)


def named_payments(
    document: TrustOfficeTransfer, referenced: ReadOnly[Key, Document]
) -> Iterator[Finding]:
    """Hold a transfer of costs against those of its payments that are known.

    The sum is judged once all of them are.
    """
    if document.direction != "to_office":
        return
    total = known = 0
    for place, key in enumerate(document.payments):
        payment = referenced.get(key)
        if not isinstance(payment, TrustBillPayment):
            continue
        known += 1
        total += payment.amount
        if payment.trust_account != document.trust_account:
            yield error(
                "payment_of_other_trust_account",
                f"Payment {payment.number} was made from trust account {payment.trust_account}, "
                f"not from {document.trust_account}.",
                "Name only payments of the trust account that the money leaves.",
                f"payments[{place}]",
            )
    if known == len(document.payments) and total != document.amount:
        yield error(
            "payments_do_not_add_up",
            f"The payments named come to {amount_text(total)}, the transfer is "
            f"{amount_text(document.amount)}: a difference of "
            f"{amount_text(document.amount - total)}.",
            "Name the payments whose costs are moved, each once, or correct the amount.",
            "payments",
        )


def moved_twice(documents: Iterable[Document]) -> dict[Key, tuple[Finding, ...]]:
    """Find, among documents that come together, transfers naming a payment that one before named.

    What came earlier is judged by the trust books, which see every document.
    """
    first: dict[Key, Key] = {}
    found: dict[Key, tuple[Finding, ...]] = {}
    for document in documents:
        for place, payment in enumerate(_payments(document)):
            before = first.setdefault(payment, document.key)
            if before != document.key:
                twice = payment_named_twice(payment, place, before)
                found[document.key] = (*found.get(document.key, ()), twice)
    return found


def _payments(document: Document) -> tuple[Key, ...]:
    return document.payments if isinstance(document, TrustOfficeTransfer) else ()
