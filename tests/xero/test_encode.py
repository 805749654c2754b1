from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.xero_documents import AccountRef, Element
from counterfoil.xero.encode import encode_element, money, quantity, unit_amount, wrap
from counterfoil.xero.routes import resource
from tests.specs import SPECS, needs_specs
from tests.xero.scene import BILL, CLIENT, CREDIT, EVERY, RECEIPT, SET_OFF, TRUST

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", EVERY)
def test_each_element_gives_its_golden_bytes(name: str) -> None:
    assert encode_element(EVERY[name]) + b"\n" == (GOLDEN / f"{name}.json").read_bytes()


@pytest.mark.parametrize("element", EVERY.values(), ids=EVERY)
def test_a_body_wraps_its_elements_under_their_resource(element: Element) -> None:
    body = json.loads(wrap([element, element]))
    assert body == {resource(element): [json.loads(encode_element(element))] * 2}


def test_one_body_holds_one_kind_of_element() -> None:
    with pytest.raises(ValueError, match="one kind"):
        wrap([BILL, CREDIT])


@pytest.mark.parametrize(
    ("hundredths", "written"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-100, "-1.00"), (999_999_999_999, "9999999999.99")],
)
def test_money_has_two_decimals(hundredths: int, written: str) -> None:
    assert bytes(money(hundredths)).decode() == written


@pytest.mark.parametrize(
    ("units", "written"),
    [(0, "0.00"), (1_000_000, "100.00"), (333_333, "33.3333"), (-612, "-0.0612"), (10, "0.001")],
)
def test_a_unit_amount_has_two_decimals_or_up_to_four(units: int, written: str) -> None:
    assert bytes(unit_amount(units)).decode() == written


@pytest.mark.parametrize(
    ("units", "written"), [(10_000, "1"), (6_700, "0.67"), (100_000, "10"), (-1, "-0.0001")]
)
def test_a_quantity_has_the_decimals_that_it_needs(units: int, written: str) -> None:
    assert bytes(quantity(units)).decode() == written


@given(st.integers(-(10**14), 10**14))
def test_no_amount_loses_a_digit(units: int) -> None:
    assert Decimal(bytes(money(units)).decode()) == Decimal(units).scaleb(-2)
    assert Decimal(bytes(unit_amount(units)).decode()) == Decimal(units).scaleb(-4)
    assert Decimal(bytes(quantity(units)).decode()) == Decimal(units).scaleb(-4)


def test_a_foreign_bill_carries_its_currency_without_an_exponent() -> None:
    foreign = replace(BILL, currency="USD", currency_rate=Decimal("15E-1"))
    assert b'"CurrencyCode":"USD","CurrencyRate":1.5,' in encode_element(foreign)


def test_a_supplier_bill_without_reference_sends_none() -> None:
    assert b"Reference" not in encode_element(replace(BILL, type="ACCPAY", reference=""))


def test_no_element_ever_sends_a_line_amount_or_a_contact_by_name() -> None:
    for element in (BILL, CREDIT, TRUST):
        sent = json.loads(encode_element(element))
        assert set(sent["Contact"]) == {"ContactID"}
        assert all("LineAmount" not in line and line["TaxType"] for line in sent["LineItems"])


def test_an_account_without_code_is_named_by_its_id() -> None:
    line = replace(TRUST.lines[0], account=AccountRef(account_id="a-1"))
    sent = json.loads(encode_element(replace(TRUST, lines=(line,))))
    assert sent["LineItems"][0]["AccountID"] == "a-1"
    assert "AccountCode" not in sent["LineItems"][0]


def test_dates_are_calendar_dates() -> None:
    assert b'"Date":"0999-01-02"' in encode_element(replace(RECEIPT, date=dt.date(999, 1, 2)))


def test_names_with_any_letters_survive() -> None:
    name = 'Zoë "Z" Ω \\ \u2028'
    assert json.loads(encode_element(replace(CLIENT, name=name)))["Name"] == name


_UUID = b"6f7594f2-f059-4d56-9e67-47ac9733bfe9"


@pytest.fixture(scope="module")
def schemas() -> dict[str, object]:
    """Xero's schemas, made to refuse names that they do not know."""
    text = (SPECS / "xero" / "xero_accounting.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load("schemas:" + text.partition("\n  schemas:")[2], Loader=loader)
    for schema in read["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return {"components": read}


@needs_specs
@pytest.mark.parametrize("element", EVERY.values(), ids=EVERY)
def test_what_is_sent_fits_the_schema_that_xero_publishes(
    element: Element, schemas: dict[str, object]
) -> None:
    wanted = {"$ref": f"#/components/schemas/{resource(element)}", **schemas}
    sent = wrap([element]).replace(b"contact:c-17", _UUID).replace(b"bill:b-1001", _UUID)
    jsonschema.Draft4Validator(wanted).validate(json.loads(sent))


def test_an_allocation_names_its_invoice_and_the_json_amount() -> None:
    assert list(json.loads(encode_element(SET_OFF))) == ["Invoice", "Amount", "Date"]
