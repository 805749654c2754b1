"""Receipts into an office bank account: one payment for each bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness, references
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.currency import billing_currency
from counterfoil.core.documents import Bill
from counterfoil.core.findings import Finding, error
from counterfoil.core.money import amount_text
from counterfoil.core.parts import allocation_part
from counterfoil.core.targets import Found, account_title
from counterfoil.core.texts import one_line
from counterfoil.core.xero_documents import AccountRef, Payment, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.chart import Account
    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Receipt
    from counterfoil.core.lookup import Lookup


def convert_receipt(document: Receipt, books: Books, lookup: Lookup) -> Conversion:
    """Return one payment for each bill that the receipt pays."""
    bank = office_bank(document.bank_account, lookup)
    findings = (
        *readiness.at("bank_account", bank.findings),
        *_bank_currency(document, bank.account, lookup),
        *_unapplied(document),
        *_currencies(document, books),
        *references.check_receipt(document, books),
    )
    if bank.account is None:
        return Conversion((), findings)
    return Conversion(tuple(_payments(document, bank.ref, lookup)), findings)


def office_bank(code: str, lookup: Lookup) -> Found:
    """Find the bank account of an office document; a trust account is refused by name."""
    about = f"bank_account:{code}"
    if code in lookup.mapping.bank_accounts:
        return lookup.office_bank(code)
    if code in lookup.mapping.trust_accounts:
        refused = error(
            "office_on_trust_account",
            f"{code} is a trust account; money for the office cannot be received into it.",
            "Record a trust receipt, or name an office bank account.",
            about=about,
        )
        return Found(None, (refused,))
    return Found(None, (readiness.unmapped("bank_account", code, about, "bank_account"),))


def _payments(document: Receipt, bank: AccountRef, lookup: Lookup) -> Iterator[Planned]:
    _, rate = billing_currency(document, lookup.chart.organisation)
    for allocation in document.allocations:
        bill = Symbol(allocation.bill.kind, allocation.bill.id)
        payment = Payment(
            bill, bank, document.date, allocation.amount, one_line(document.number), rate
        )
        yield Planned(allocation_part(allocation.bill.id), Act.CREATE, payment, (bill,))


def _bank_currency(document: Receipt, account: Account | None, lookup: Lookup) -> Iterator[Finding]:
    base = lookup.chart.organisation.base_currency
    received = document.currency or base
    if account is None or (account.currency or base) == received:
        return
    yield error(
        "bank_in_other_currency",
        f"The receipt is in {received}; {account_title(account)} is kept in "
        f"{account.currency or base}.",
        "Name the bank account that the money was received into, or correct the currency.",
        "currency",
        f"bank_account:{document.bank_account}",
    )


def _unapplied(document: Receipt) -> Iterator[Finding]:
    applied = sum(
        allocation.amount if allocation.bank_amount is None else allocation.bank_amount
        for allocation in document.allocations
    )
    if applied < document.amount:
        yield error(
            "unapplied_not_yet",
            f"{amount_text(document.amount - applied)} of {amount_text(document.amount)} is not "
            "applied to any bill. This version posts receipts that are applied in full.",
            "Apply the rest to a bill, or hold the receipt back until it can be applied.",
            "allocations",
        )


def _currencies(document: Receipt, books: Books) -> Iterator[Finding]:
    """Say where a bill in another currency leaves the bank's amount open."""
    base = books.chart.organisation.base_currency
    for place, allocation in enumerate(document.allocations):
        bill = books.referenced.get(allocation.bill)
        if not isinstance(bill, Bill) or (bill.currency or base) == (document.currency or base):
            continue
        yield error(
            "other_currency",
            f"Bill {bill.number} is in {bill.currency or base}, the receipt in "
            f"{document.currency or base}. This version posts payments in the bill's currency.",
            "Receive it into a bank account of the bill's currency, or enter the payment in Xero.",
            f"allocations[{place}].bill",
            f"currency:{bill.currency or base}",
        )
