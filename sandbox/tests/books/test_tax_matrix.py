"""Which tax type may stand on which class of account (facts: Xero API section 17)."""

from __future__ import annotations

import pytest

from sandbox.tests.books.cast import NOON, Firm, line
from xero_sandbox.books import new_organisation
from xero_sandbox.ids import Ids

CLASSES = {"A": "ASSET", "E": "EQUITY", "X": "EXPENSE", "L": "LIABILITY", "R": "REVENUE"}
ALLOWED = {
    "AU": """
        OUTPUT AELR, INPUT AEXL, EXEMPTOUTPUT AELR, EXEMPTEXPENSES AEXL, EXEMPTEXPORT AELR,
        EXEMPTCAPITAL AEXL, CAPEXINPUT AEXL, BASEXCLUDED AEXLR, INPUTTAXED AEXLR,
        GSTONIMPORTS L, GSTONCAPIMPORTS L
    """,
    "NZ": """
        OUTPUT2 AELR, INPUT2 AEXL, NONE AEXLR, ZERORATED LR, GSTONIMPORTS AEL, OUTPUT AELR,
        INPUT AEXLR
    """,
    "UK": """
        OUTPUT2 AELR, INPUT2 AEXL, RROUTPUT AELR, RRINPUT AEXL, ZERORATEDOUTPUT AELR,
        ZERORATEDINPUT AEXL, EXEMPTOUTPUT AELR, EXEMPTINPUT AEXL, NONE AEXLR,
        CAPEXOUTPUT2 AELR, CAPEXINPUT2 AEXL, DRCHARGESUPPLY20 AELR, DRCHARGE20 AEXL,
        DRCHARGESUPPLY5 AELR, DRCHARGE5 AEXL, REVERSECHARGES AEXL, GSTONIMPORTS L
    """,
    "US": "OUTPUT AEXLR, INPUT AEXLR, NONE AEXLR, GSTONIMPORTS L",
    "GLOBAL": "OUTPUT AEXLR, INPUT AEXLR, NONE AEXLR, GSTONIMPORTS L",
}


def _firm(country: str) -> Firm:
    return Firm(new_organisation("Firm", country, ids=Ids(5), now=NOON))


def _allowed(country: str) -> dict[str, set[str]]:
    rows = [row.split() for row in ALLOWED[country].split(",")]
    return {tax_type: set(letters) for tax_type, letters in rows}


def _code(firm: Firm, letter: str) -> str:
    """The first account of a class that lines may stand on."""
    known = firm.organisation.accounts.values()
    return next(
        one.code
        for one in known
        if one.account_class == CLASSES[letter]
        and one.kind != "BANK"
        and one.system not in {"DEBTORS", "CREDITORS"}
        and one.code is not None
    )


@pytest.mark.parametrize("country", ALLOWED)
def test_a_country_starts_with_its_own_tax_types(country: str) -> None:
    assert set(_firm(country).organisation.tax_rates) == set(_allowed(country))


@pytest.mark.parametrize("country", ALLOWED)
def test_each_tax_type_stands_on_its_own_classes_only(country: str) -> None:
    firm = _firm(country)
    for tax_type, letters in _allowed(country).items():
        for letter in CLASSES:
            code = _code(firm, letter)
            sent = firm.draft(LineItems=[line("1.00", AccountCode=code, TaxType=tax_type)])
            reply = firm.put("Invoices", sent)
            assert (reply.status == 200) == (letter in letters), (tax_type, letter)
            if reply.status != 200:
                text = f"The TaxType code '{tax_type}' cannot be used with account code '{code}'."
                assert reply.messages == [text]


@pytest.mark.parametrize("country", ALLOWED)
def test_the_flags_of_a_tax_rate_say_the_same(country: str) -> None:
    flags = {"A": "Assets", "E": "Equity", "X": "Expenses", "L": "Liabilities", "R": "Revenue"}
    for one in _firm(country).get("TaxRates").rows("TaxRates"):
        shown = {letter for letter, name in flags.items() if one[f"CanApplyTo{name}"]}
        assert shown == _allowed(country)[one["TaxType"]]


@pytest.mark.parametrize(
    ("country", "tax_type", "tax"),
    [("AU", "OUTPUT", "10.00"), ("NZ", "OUTPUT2", "15.00"), ("UK", "RROUTPUT", "5.00"),
     ("UK", "DRCHARGESUPPLY20", "0.00"), ("US", "OUTPUT", "0.00")],
)  # fmt: skip
def test_a_hundred_bears_the_tax_of_the_country(country: str, tax_type: str, tax: str) -> None:
    firm = _firm(country)
    sales = _code(firm, "R")
    sent = firm.draft(LineItems=[line("100.00", AccountCode=sales, TaxType=tax_type)])
    assert str(firm.put("Invoices", sent).rows("Invoices")[0]["TotalTax"]) == tax


def test_a_rate_of_the_firms_own_is_charged_with_its_compound_part() -> None:
    firm = _firm("NZ")
    parts = [
        {"Name": "Duty", "Rate": "10"},
        {"Name": "Levy", "Rate": "5", "IsCompound": True},
    ]
    sent = {"Name": "Duties", "ReportTaxType": "OUTPUT", "TaxComponents": parts}
    made = firm.put("TaxRates", sent).rows("TaxRates")[0]
    assert (made["TaxType"], str(made["EffectiveRate"])) == ("TAX001", "15.5000")
    invoice = firm.invoice(LineItems=[line("200.00", TaxType="TAX001")])
    assert str(invoice["TotalTax"]) == "31.00"


def test_american_rates_have_no_report_type() -> None:
    firm = _firm("US")
    sent = {"Name": "Stamp duty", "TaxComponents": [{"Name": "State", "Rate": "6.25"}]}
    assert "ReportTaxType" not in firm.put("TaxRates", sent).rows("TaxRates")[0]
