"""The New Zealand starting chart."""

from __future__ import annotations

from xero_sandbox.books.charts import Chart, common

CHART = Chart(
    country="NZ",
    version="NZ",
    currency="NZD",
    timezone="NEWZEALANDSTANDARDTIME",
    offset_minutes=720,
    year_end=(31, 3),
    tax_basis="INVOICE",
    tax_period="TWOMONTHS",
    untaxed="NONE",
    banks=(
        ("090", "Business Bank Account", "0102000010000000"),
        ("091", "Business Savings Account", "0102000010000001"),
    ),
    accounts=(
        *common("OUTPUT2", "INPUT2", "ZERORATED", "NONE"),
        ("478", "KiwiSaver Employer Contributions", "EXPENSE", "NONE", "", False),
        ("505", "Income Tax Expense", "EXPENSE", "NONE", "", False),
        ("814", "Wages Deductions Payable", "CURRLIAB", "NONE", "", False),
        ("825", "PAYE Payable", "CURRLIAB", "NONE", "", False),
        ("830", "Income Tax Payable", "CURRLIAB", "NONE", "", False),
    ),
    rates=(
        ("OUTPUT2", "15% GST on Income", "15", "AELR", "OUTPUT"),
        ("INPUT2", "15% GST on Expenses", "15", "AEXL", "INPUT"),
        ("NONE", "No GST", "0", "AEXLR", "NONE"),
        ("ZERORATED", "Zero Rated", "0", "LR", "ZERORATEDOUTPUT"),
        ("GSTONIMPORTS", "GST on Imports", "0", "AEL", "GSTONIMPORTS"),
        ("OUTPUT", "GST on Income (12.5%)", "12.5", "AELR", "OUTPUT"),
        ("INPUT", "GST on Expenses (12.5%)", "12.5", "AEXLR", "INPUT"),
    ),
)
