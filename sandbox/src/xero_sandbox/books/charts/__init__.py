"""Starting charts: what a new organisation of a country has, as data.

They are the charts that Xero itself starts an organisation with, not what a law firm adds to
them: trust accounts, counsel's fees and the like are the firm's own, and have to be created.

A row of ``accounts`` is (code, name, type, tax type, system account or "", payments enabled).
A row of ``rates`` is (tax type, name, per cent as text, classes it may stand on, report type):
letters A assets, E equity, X expenses, L liabilities, R revenue (facts: Xero API section 17).
"""

from __future__ import annotations

from dataclasses import dataclass

AccountRow = tuple[str, str, str, str, str, bool]
RateRow = tuple[str, str, str, str, str]
BankRow = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A country's starting point.

    ``untaxed`` is the tax type of what lies outside tax, bank accounts above all.
    ``offset_minutes`` is the standard offset from UTC, which decides the organisation's today.
    ``banks`` rows are (code, name, bank account number).
    """

    country: str
    version: str
    currency: str
    timezone: str
    offset_minutes: int
    year_end: tuple[int, int]
    tax_basis: str
    tax_period: str
    untaxed: str
    banks: tuple[BankRow, ...]
    accounts: tuple[AccountRow, ...]
    rates: tuple[RateRow, ...]


# Not verified, see account-classes.
CLASS_OF_TYPE = {
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "INVENTORY": "ASSET",
    "NONCURRENT": "ASSET",
    "PREPAYMENT": "ASSET",
    "CURRLIAB": "LIABILITY",
    "LIABILITY": "LIABILITY",
    "TERMLIAB": "LIABILITY",
    "PAYG": "LIABILITY",
    "PAYGLIABILITY": "LIABILITY",
    "SUPERANNUATIONLIABILITY": "LIABILITY",
    "WAGESPAYABLELIABILITY": "LIABILITY",
    "EQUITY": "EQUITY",
    "DEPRECIATN": "EXPENSE",
    "DIRECTCOSTS": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
    "SUPERANNUATIONEXPENSE": "EXPENSE",
    "WAGESEXPENSE": "EXPENSE",
    "OTHERINCOME": "REVENUE",
    "REVENUE": "REVENUE",
    "SALES": "REVENUE",
}
"""The class of each account type (facts: Xero API section 16; the grouping is an inference)."""

LETTER_OF_CLASS = {"ASSET": "A", "EQUITY": "E", "EXPENSE": "X", "LIABILITY": "L", "REVENUE": "R"}


# Not verified, see starting-chart.
def common(sales: str, purchases: str, free: str, none: str) -> tuple[AccountRow, ...]:
    """Return the rows that the Australian, New Zealand and global charts share.

    They take the country's own default tax types:

    ``free`` stands on sales that bear no tax, ``none`` on what lies outside tax.
    """
    return (
        ("200", "Sales", "REVENUE", sales, "", False),
        ("260", "Other Revenue", "REVENUE", sales, "", False),
        ("270", "Interest Income", "REVENUE", free, "", False),
        ("310", "Cost of Goods Sold", "DIRECTCOSTS", purchases, "", False),
        ("400", "Advertising", "EXPENSE", purchases, "", False),
        ("404", "Bank Fees", "EXPENSE", none, "", False),
        ("408", "Cleaning", "EXPENSE", purchases, "", False),
        ("412", "Consulting & Accounting", "EXPENSE", purchases, "", False),
        ("416", "Depreciation", "DEPRECIATN", none, "", False),
        ("420", "Entertainment", "EXPENSE", purchases, "", False),
        ("425", "Freight & Courier", "EXPENSE", purchases, "", False),
        ("429", "General Expenses", "EXPENSE", purchases, "", False),
        ("433", "Insurance", "EXPENSE", purchases, "", False),
        ("437", "Interest Expense", "EXPENSE", none, "", False),
        ("441", "Legal expenses", "EXPENSE", purchases, "", False),
        ("445", "Light, Power, Heating", "EXPENSE", purchases, "", False),
        ("449", "Motor Vehicle Expenses", "EXPENSE", purchases, "", False),
        ("453", "Office Expenses", "EXPENSE", purchases, "", False),
        ("461", "Printing & Stationery", "EXPENSE", purchases, "", False),
        ("469", "Rent", "EXPENSE", purchases, "", False),
        ("473", "Repairs and Maintenance", "EXPENSE", purchases, "", False),
        ("477", "Wages and Salaries", "EXPENSE", none, "", False),
        ("485", "Subscriptions", "EXPENSE", purchases, "", False),
        ("489", "Telephone & Internet", "EXPENSE", purchases, "", False),
        ("493", "Travel - National", "EXPENSE", purchases, "", False),
        ("494", "Travel - International", "EXPENSE", none, "", False),
        ("497", "Bank Revaluations", "EXPENSE", none, "BANKCURRENCYGAIN", False),
        ("498", "Unrealised Currency Gains", "EXPENSE", none, "UNREALISEDCURRENCYGAIN", False),
        ("499", "Realised Currency Gains", "EXPENSE", none, "REALISEDCURRENCYGAIN", False),
        ("610", "Accounts Receivable", "CURRENT", none, "DEBTORS", False),
        ("620", "Prepayments", "CURRENT", none, "", False),
        ("630", "Inventory", "INVENTORY", none, "", False),
        ("710", "Office Equipment", "FIXED", purchases, "", False),
        ("711", "Less Accumulated Depreciation on Office Equipment", "FIXED", none, "", False),
        ("720", "Computer Equipment", "FIXED", purchases, "", False),
        ("721", "Less Accumulated Depreciation on Computer Equipment", "FIXED", none, "", False),
        ("800", "Accounts Payable", "CURRLIAB", none, "CREDITORS", False),
        ("801", "Unpaid Expense Claims", "CURRLIAB", none, "UNPAIDEXPCLM", False),
        ("804", "Wages Payable - Payroll", "CURRLIAB", none, "WAGEPAYABLES", False),
        ("820", "GST", "CURRLIAB", none, "GST", False),
        ("840", "Historical Adjustment", "CURRLIAB", none, "HISTORICAL", False),
        ("850", "Suspense", "CURRLIAB", none, "", False),
        ("860", "Rounding", "CURRLIAB", none, "ROUNDING", False),
        ("877", "Tracking Transfers", "CURRLIAB", none, "TRACKINGTRANSFERS", False),
        ("880", "Owner A Drawings", "CURRLIAB", none, "", False),
        ("881", "Owner A Funds Introduced", "CURRLIAB", none, "", True),
        ("900", "Loan", "TERMLIAB", none, "", False),
        ("960", "Retained Earnings", "EQUITY", none, "RETAINEDEARNINGS", False),
        ("970", "Owner A Share Capital", "EQUITY", none, "", False),
    )
