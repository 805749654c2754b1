"""The starting chart of Xero's global edition."""

from __future__ import annotations

from xero_sandbox.books.charts import Chart, common

CHART = Chart(
    country="GLOBAL",
    version="GLOBAL",
    currency="USD",
    timezone="UTC",
    offset_minutes=0,
    year_end=(31, 12),
    tax_basis="ACCRUALS",
    tax_period="QUARTERLY",
    untaxed="NONE",
    banks=(
        ("090", "Business Bank Account", "1111111111"),
        ("091", "Business Savings Account", "1111111112"),
    ),
    accounts=common("OUTPUT", "INPUT", "NONE", "NONE"),
    rates=(
        ("OUTPUT", "Tax on Sales", "0", "AEXLR", ""),
        ("INPUT", "Tax on Purchases", "0", "AEXLR", ""),
        ("NONE", "Tax Exempt", "0", "AEXLR", ""),
        ("GSTONIMPORTS", "Tax on Imports", "0", "L", ""),
    ),
)
