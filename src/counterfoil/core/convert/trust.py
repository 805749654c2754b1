"""Clients' money: a trust receipt is money received on the trust bank against the liability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core import readiness
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.findings import Finding, error, note
from counterfoil.core.targets import Found
from counterfoil.core.texts import description, one_line
from counterfoil.core.xero_arithmetic import ONE
from counterfoil.core.xero_documents import (
    AccountRef,
    AmountsAre,
    BankTransaction,
    LineItem,
    Symbol,
    Totals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Party, Split, TrustReceipt
    from counterfoil.core.lookup import Lookup


def convert_trust_receipt(document: TrustReceipt, books: Books, lookup: Lookup) -> Conversion:
    """Return one bank transaction with a line per split; checked even where trust is not posted."""
    del books
    findings = [*_base_currency(document, lookup)]
    if not lookup.mapping.settings.post_trust:
        return Conversion((), (*findings, _not_posted()))
    bank = trust_bank(document.trust_account, lookup)
    findings += readiness.at("trust_account", bank.findings)
    findings += lookup.no_tax.findings
    if bank.account is None or lookup.no_tax.rate is None:
        return Conversion((), tuple(findings))
    liability = lookup.trust_liability(document.trust_account)
    findings += readiness.at("trust_account", liability.findings)
    if liability.account is None:
        return Conversion((), tuple(findings))
    tax_type = lookup.no_tax.rate.tax_type
    element = _received(document, bank.ref, liability.ref, tax_type, lookup)
    return Conversion((_create(element),), tuple(findings))


def trust_bank(code: str, lookup: Lookup) -> Found:
    """Find a trust bank account; an office bank account is refused by name."""
    about = f"trust_account:{code}"
    if code in lookup.mapping.trust_accounts:
        return lookup.trust_bank(code)
    if code in lookup.mapping.bank_accounts:
        refused = error(
            "trust_on_office_account",
            f"{code} is an office bank account; clients' money cannot be received into it.",
            "Name the trust account that the money was banked to.",
            about=about,
        )
        return Found(None, (refused,))
    return Found(None, (readiness.unmapped("trust_account", code, about, "trust_account"),))


def contact_of(document: TrustReceipt, setting: str) -> Party:
    """Whose contact the receipt is booked on: Xero takes one for the whole transaction.

    The client by default; the payer by setting, and where the money belongs to several clients.
    """
    clients = {split.client.id: split.client for split in document.splits}
    if setting == "client" and len(clients) == 1:
        return next(iter(clients.values()))
    return document.payer


def _create(element: BankTransaction) -> Planned:
    assert isinstance(element.contact, Symbol)
    return Planned("", Act.CREATE, element, (element.contact,))


def _received(
    document: TrustReceipt, bank: AccountRef, liability: AccountRef, tax_type: str, lookup: Lookup
) -> BankTransaction:
    contact = contact_of(document, lookup.mapping.settings.trust_contact)
    lines = tuple(
        LineItem(_description(split, document.payer), ONE, split.amount * 100, liability, tax_type)
        for split in document.splits
    )
    assert sum(split.amount for split in document.splits) == document.amount
    return BankTransaction(
        "RECEIVE",
        Symbol("contact", contact.id),
        bank,
        document.date,
        one_line(document.number),
        AmountsAre.EXCLUSIVE,
        lines,
        Totals(document.amount, 0, document.amount),
    )


def _description(split: Split, payer: Party) -> str:
    """Matter and client first, because the line is how an auditor finds the ledger."""
    whose = f"{split.matter.number} {split.client.name}"
    what = f": {split.description.strip()}" if split.description else ""
    return description(f"{whose}{what} (from {payer.name})", whose)


def _base_currency(document: TrustReceipt, lookup: Lookup) -> Iterator[Finding]:
    base = lookup.chart.organisation.base_currency
    if document.currency not in (None, base):
        yield error(
            "trust_in_foreign_currency",
            f"The receipt is in {document.currency}; trust money is kept in {base} only.",
            f"Record what the bank credited in {base}.",
            "currency",
            f"currency:{document.currency}",
        )


def _not_posted() -> Finding:
    return note(
        "trust_not_posted",
        "Trust documents are kept and checked here and not posted to Xero.",
        "Set post_trust to true if they should be.",
        about="setting:post_trust",
    )
