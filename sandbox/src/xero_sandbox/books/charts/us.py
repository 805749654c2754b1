"""The starting chart of the United States: sales tax of one's own, nil to begin with."""

from __future__ import annotations

from xero_sandbox.books.charts import Chart, common

CHART = Chart(
    country="US",
    version="US",
    currency="USD",
    timezone="EASTERNSTANDARDTIME",
    offset_minutes=-300,
    year_end=(31, 12),
    tax_basis="ACCRUALS",
    tax_period="QUARTERLY",
    banks=(
        ("090", "Checking Account", "1111111111"),
        ("091", "Savings Account", "1111111112"),
    ),
    accounts=common("OUTPUT", "INPUT", "NONE", "NONE"),
    rates=(
        ("OUTPUT", "Tax on Sales", "0", "AEXLR", "OUTPUT"),
        ("INPUT", "Tax on Purchases", "0", "AEXLR", "INPUT"),
        ("NONE", "Tax Exempt", "0", "AEXLR", "NONE"),
        ("GSTONIMPORTS", "Sales Tax on Imports", "0", "L", "GSTONIMPORTS"),
    ),
)
