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
    {"Code": "405", "Name": "Bad Debts", "Type": "EXPENSE", "TaxType": "INPUT"},
)
"""As Xero's Accounts endpoint takes them, one call each."""

OPENING: Final[Mapping[str, object]] = {
    "Type": "RECEIVE",
    "BankAccount": {"Code": "T10"},
    "Contact": {"Name": "Opening balances"},
    "Date": "2026-09-30",
    "Reference": "HV-OT-0001",
    "LineAmountTypes": "Exclusive",
    "LineItems": [
        {
            "Description": "Trust money held when posting began",
            "Quantity": 1,
            "UnitAmount": 2000,
            "AccountCode": "815",
            "TaxType": "BASEXCLUDED",
        }
    ],
    "Status": "AUTHORISED",
}
"""What the firm's accountant entered before: opening balances are recorded and never posted."""

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
    },
    "settings": {"accounting_basis": "accrual"},
}

CURED_MAPPING: Final[Mapping[str, object]] = {
    **MAPPING,
    "accounts": {**PRACTICE_ACCOUNTS, "4-9000": "200"},
}
"""The same with the account that a held bill waits for."""
