"""The United Kingdom starting chart. The classes of its tax rates are an inference."""

from __future__ import annotations

from xero_sandbox.books.charts import Chart, common

# Not verified, see uk-tax-classes.
CHART = Chart(
    country="UK",
    version="UK",
    currency="GBP",
    timezone="GMTSTANDARDTIME",
    offset_minutes=0,
    year_end=(31, 3),
    tax_basis="ACCRUAL",
    tax_period="QUARTERLY",
    banks=(
        ("090", "Business Bank Account", "20201612345678"),
        ("091", "Business Savings Account", "20201612345679"),
    ),
    accounts=(
        *common("OUTPUT2", "INPUT2", "ZERORATEDOUTPUT", "NONE"),
        ("478", "Employers National Insurance", "EXPENSE", "NONE", "", False),
        ("500", "Corporation Tax", "EXPENSE", "NONE", "", False),
        ("825", "PAYE Payable", "CURRLIAB", "NONE", "", False),
        ("830", "Provision for Corporation Tax", "CURRLIAB", "NONE", "", False),
    ),
    rates=(
        ("OUTPUT2", "20% (VAT on Income)", "20", "AELR", "OUTPUT"),
        ("INPUT2", "20% (VAT on Expenses)", "20", "AEXL", "INPUT"),
        ("RROUTPUT", "5% (VAT on Income)", "5", "AELR", "OUTPUT"),
        ("RRINPUT", "5% (VAT on Expenses)", "5", "AEXL", "INPUT"),
        ("ZERORATEDOUTPUT", "Zero Rated Income", "0", "AELR", "OUTPUT"),
        ("ZERORATEDINPUT", "Zero Rated Expenses", "0", "AEXL", "INPUT"),
        ("EXEMPTOUTPUT", "Exempt Income", "0", "AELR", "OUTPUT"),
        ("EXEMPTINPUT", "Exempt Expenses", "0", "AEXL", "INPUT"),
        ("NONE", "No VAT", "0", "AEXLR", "NONE"),
    ),
)
