"""The Australian starting chart: a service business, GST on accruals."""

from __future__ import annotations

from xero_sandbox.books.charts import Chart, common

CHART = Chart(
    country="AU",
    version="AU",
    currency="AUD",
    timezone="AUSEASTERNSTANDARDTIME",
    offset_minutes=600,
    year_end=(30, 6),
    tax_basis="ACCRUALS",
    tax_period="QUARTERLY1",
    untaxed="BASEXCLUDED",
    banks=(
        ("090", "Business Bank Account", "06200010000001"),
        ("091", "Business Savings Account", "06200010000002"),
    ),
    accounts=(
        *common("OUTPUT", "INPUT", "EXEMPTOUTPUT", "BASEXCLUDED"),
        ("478", "Superannuation", "EXPENSE", "BASEXCLUDED", "", False),
        ("505", "Income Tax Expense", "EXPENSE", "BASEXCLUDED", "", False),
        ("825", "PAYG Withholdings Payable", "CURRLIAB", "BASEXCLUDED", "", False),
        ("826", "Superannuation Payable", "CURRLIAB", "BASEXCLUDED", "", False),
        ("830", "Income Tax Payable", "CURRLIAB", "BASEXCLUDED", "", False),
    ),
    rates=(
        ("OUTPUT", "GST on Income", "10", "AELR", "OUTPUT"),
        ("INPUT", "GST on Expenses", "10", "AEXL", "INPUT"),
        ("EXEMPTOUTPUT", "GST Free Income", "0", "AELR", "EXEMPTOUTPUT"),
        ("EXEMPTEXPENSES", "GST Free Expenses", "0", "AEXL", "EXEMPTEXPENSES"),
        ("EXEMPTEXPORT", "GST Free Exports", "0", "AELR", "EXEMPTEXPORT"),
        ("EXEMPTCAPITAL", "GST Free Capital", "0", "AEXL", "EXEMPTCAPITAL"),
        ("CAPEXINPUT", "GST on Capital", "10", "AEXL", "CAPITALEXINPUT"),
        ("BASEXCLUDED", "BAS Excluded", "0", "AEXLR", "BASEXCLUDED"),
        ("INPUTTAXED", "Input Taxed", "0", "AEXLR", "INPUTTAXED"),
        ("GSTONIMPORTS", "GST on Imports", "0", "L", "GSTONIMPORTS"),
        ("GSTONCAPIMPORTS", "GST on Capital Imports", "0", "L", "GSTONCAPIMPORTS"),
    ),
)
