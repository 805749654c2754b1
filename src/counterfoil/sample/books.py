"""The sample firm's side of Xero: the accounts that it adds to a stock chart, and its mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ACCOUNTS: Final[tuple[Mapping[str, object], ...]] = (
    {
        "Code": "T10",
        "Name": "Trust Account 1 (general)",
        "Type": "BANK",
        "BankAccountNumber": "06200010005001",
    },
    {
        "Code": "T20",
        "Name": "Trust Account 2 (controlled money)",
        "Type": "BANK",
        "BankAccountNumber": "06200010005002",
    },
    {"Code": "220", "Name": "Fixed Fees", "Type": "REVENUE", "TaxType": "OUTPUT"},
    {"Code": "230", "Name": "Disbursements Recovered", "Type": "REVENUE", "TaxType": "OUTPUT"},
    {
        "Code": "815",
        "Name": "Trust Liability",
        "Type": "CURRLIAB",
        "TaxType": "BASEXCLUDED",
        "EnablePaymentsToAccount": True,
    },
    {"Code": "816", "Name": "Trust Transfers", "Type": "CURRLIAB", "TaxType": "BASEXCLUDED"},
    {"Code": "615", "Name": "Statutory Deposit", "Type": "CURRENT", "TaxType": "BASEXCLUDED"},
    {"Code": "616", "Name": "Paid by Firm", "Type": "CURRENT", "TaxType": "BASEXCLUDED"},
    {
        "Code": "406",
        "Name": "Dishonoured Receipts",
        "Type": "EXPENSE",
        "TaxType": "BASEXCLUDED",
    },
    {"Code": "405", "Name": "Bad Debts", "Type": "EXPENSE", "TaxType": "INPUT"},
)
"""As Xero's Accounts endpoint takes them, one call each."""

CURRENCIES: Final[Mapping[str, object]] = {"multicurrency": True, "currencies": ["AUD", "USD"]}
"""What the firm's plan of Xero allows, and the currencies it has added there."""


def _opening(what: str, amount: int, account: str) -> dict[str, object]:
    return {
        "LineAmountTypes": "Exclusive",
        "LineItems": [
            {
                "Description": what,
                "Quantity": 1,
                "UnitAmount": amount,
                "AccountCode": account,
                "TaxType": "BASEXCLUDED",
            }
        ],
        "Status": "AUTHORISED",
    }


HISTORICAL: Final = "840"
"""Xero's own account against which opening invoices and credits are entered."""

OPENINGS: Final[tuple[tuple[str, Mapping[str, object]], ...]] = (
    (
        "/BankTransactions",
        {
            "Type": "RECEIVE",
            "BankAccount": {"Code": "T10"},
            "Contact": {"Name": "Opening balances"},
            "Date": "2026-09-30",
            "Reference": "HV-OT-0001",
            **_opening("Trust money held when posting began", 2000, "815"),
        },
    ),
    (
        "/Invoices",
        {
            "Type": "ACCREC",
            "InvoiceNumber": "HV-OB-0001",
            "Contact": {"ContactNumber": "c-903", "Name": "Tidewater Surveyors Pty Ltd"},
            "Date": "2026-09-21",
            "DueDate": "2026-10-05",
            **_opening("Left of 660.00", 440, HISTORICAL),
        },
    ),
    (
        "/Invoices",
        {
            "Type": "ACCPAY",
            "InvoiceNumber": "QUILL-118",
            "Contact": {"ContactNumber": "s-1", "Name": "Quill Stationers"},
            "Date": "2026-09-24",
            "DueDate": "2026-10-24",
            **_opening("Deed paper", 165, HISTORICAL),
        },
    ),
    (
        "/CreditNotes",
        {
            "Type": "ACCRECCREDIT",
            "CreditNoteNumber": "HV-OC-0001",
            "Contact": {"ContactNumber": "c-902", "Name": "Estate of Margaret Quill"},
            "Date": "2026-09-30",
            **_opening("Paid too much before posting began", 55, HISTORICAL),
        },
    ),
)
"""What the firm's accountant entered before: opening balances are recorded and never posted.

Path and body, one call each.
"""

TRACKING: Final = ("Office", ("Sydney", "Newcastle"))

PRACTICE_ACCOUNTS: Final[Mapping[str, str]] = {
    "4-1000": "200",
    "4-2000": "220",
    "4-3000": "230",
    "4-9000-INT": "270",
    "5-1000": "461",
    "5-2000": "489",
    "5-3000": "441",
    "5-4000": "469",
}

MAPPING: Final[Mapping[str, object]] = {
    "organisation": "main",
    "accounts": PRACTICE_ACCOUNTS,
    "bank_accounts": {"OFFICE": "090", "SAVINGS": "091"},
    "trust_accounts": {
        "TRUST1": {"xero": "T10", "type": "general", "jurisdiction": "AU-NSW"},
        "TRUST2": {"xero": "T20", "type": "controlled", "jurisdiction": "AU-NSW"},
    },
    "tax_codes": {
        "GST": {"sales": "OUTPUT", "purchases": "INPUT"},
        "FREE": {"sales": "EXEMPTOUTPUT", "purchases": "EXEMPTEXPENSES"},
    },
    "tracking": {
        "Office": {
            "category": "Office",
            "options": {"Sydney": "Sydney", "Newcastle": "Newcastle"},
        }
    },
    "special": {
        "trust_liability": "815",
        "trust_transfers": "816",
        "statutory_deposit": "615",
        "paid_by_firm": "616",
        "write_off": "405",
        "dishonoured": "406",
    },
    "settings": {"accounting_basis": "accrual"},
}

CURED_MAPPING: Final[Mapping[str, object]] = {
    **MAPPING,
    "accounts": {**PRACTICE_ACCOUNTS, "4-9000": "200"},
}
"""The same with the account that a held bill waits for."""
