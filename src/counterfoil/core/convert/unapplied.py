"""Money that is applied to nothing yet: an overpayment, or by setting a prepayment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness
from counterfoil.core.convert.invoices import contact
from counterfoil.core.currency import billing_currency
from counterfoil.core.texts import description
from counterfoil.core.trade import PURCHASES, party_of, trade_of
from counterfoil.core.xero_arithmetic import ONE, summed, tax_on
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    DocumentType,
    LineItem,
    Totals,
)

if TYPE_CHECKING:
    from counterfoil.core.chart import Account, TaxRate
    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.trade import Settling

BAR = " | "


def unapplied(
    document: Settling, amount: int, bank: AccountRef, lookup: Lookup
) -> tuple[BankTransaction | None, tuple[Finding, ...]]:
    """Return the bank transaction that holds the unapplied ``amount``, and what was found."""
    if is_prepayment(document.key, lookup):
        return _prepayment(document, amount, bank, lookup)
    return _overpayment(document, amount, bank, lookup)


def is_prepayment(of: Key, lookup: Lookup) -> bool:
    """Whether the unapplied part of this receipt is kept as a prepayment.

    Only clients' money can be: the prepayments account is a liability, and what a supplier holds of
    ours is an asset.
    """
    return of.kind == "receipt" and lookup.mapping.settings.unapplied == "prepayment"


def credit_type(of: Key, lookup: Lookup) -> DocumentType:
    """Under which name Xero holds the credit that a document leaves."""
    if of.kind not in {"receipt", "supplier_payment"}:
        return DocumentType.CREDIT_NOTE
    if is_prepayment(of, lookup):
        return DocumentType.PREPAYMENT
    return DocumentType.OVERPAYMENT


def _overpayment(
    document: Settling, amount: int, bank: AccountRef, lookup: Lookup
) -> tuple[BankTransaction | None, tuple[Finding, ...]]:
    no_tax = lookup.no_tax
    if no_tax.rate is None:
        return None, no_tax.findings
    line = LineItem(_text(document), ONE, amount * 100, AccountRef(), no_tax.rate.tax_type)
    currency, rate = billing_currency(document, lookup.chart.organisation)
    element = BankTransaction(
        trade_of(document).overpayment,
        contact(document),
        bank,
        document.date,
        "",
        AmountsAre.NO_TAX,
        (line,),
        Totals(amount, 0, amount),
        currency,
        rate,
    )
    return element, ()


def _prepayment(
    document: Settling, amount: int, bank: AccountRef, lookup: Lookup
) -> tuple[BankTransaction | None, tuple[Finding, ...]]:
    """Return money on the prepayments account, which includes that account's own tax."""
    found = lookup.special("prepayments")
    findings = (*readiness.at("amount", found.findings), *lookup.no_tax.findings)
    if found.account is None or lookup.no_tax.rate is None:
        return None, findings
    tax = _own_rate(found.account, lookup) or lookup.no_tax.rate
    line = LineItem(_text(document), ONE, amount * 100, found.ref, tax.tax_type)
    _, rate = billing_currency(document, lookup.chart.organisation)
    element = BankTransaction(
        trade_of(document).prepayment,
        contact(document),
        bank,
        document.date,
        "",
        AmountsAre.INCLUSIVE,
        (line,),
        summed(amount, tax_on(amount, tax.rate, inclusive=True), inclusive=True),
        None,
        rate,
    )
    return element, findings


def _own_rate(account: Account, lookup: Lookup) -> TaxRate | None:
    rate = lookup.chart.rates.get(account.tax_type or "")
    if rate is None or not rate.active or account.account_class not in rate.applies_to:
        return None
    return rate


def _text(document: Settling) -> str:
    """The number first: these types take no reference, and are found again by this text."""
    party = party_of(document)
    assert party is not None
    way = "Paid to" if trade_of(document) is PURCHASES else "Received from"
    return description(f"{document.number}{BAR}{way} {party.name}, not yet applied", "")
