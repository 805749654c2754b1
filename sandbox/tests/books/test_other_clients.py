"""What other clients' JSON looks like, and that it means the same as the documented form."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.tests.books.cast import NOON, Firm, line
from xero_sandbox.books import new_organisation
from xero_sandbox.ids import Ids

AMOUNTS = st.decimals("0.01", "999999.99", places=2)


def test_names_are_read_in_any_case(firm: Firm) -> None:
    lines = [{"description": "Advice", "unitAmount": 10, "ACCOUNTCODE": "200"}]
    sent = {"type": "ACCREC", "contact": {"name": "Ada Byron"}, "lineItems": lines}
    (invoice,) = firm.call("PUT", "Invoices", {"invoices": [sent]}).rows("Invoices")
    assert (invoice["Contact"]["Name"], invoice["Total"]) == ("Ada Byron", Decimal("11.00"))


def test_an_element_without_its_root_key_may_be_in_lower_case_too(firm: Firm) -> None:
    assert firm.call("PUT", "Contacts", {"name": "Bare"}).rows("Contacts")[0]["Name"] == "Bare"


def test_of_a_name_in_two_spellings_the_last_one_counts(firm: Firm) -> None:
    raw = b'{"Contacts":[{"Name":"First","name":"Last"}]}'
    assert firm.call("PUT", "Contacts", raw).rows("Contacts")[0]["Name"] == "Last"


def test_a_root_key_of_another_resource_holds_nothing(firm: Firm) -> None:
    reply = firm.call("PUT", "Invoices", {"contacts": [{"name": "Ada"}]})
    assert (reply.status, reply.body["ErrorNumber"]) == (400, 17)


def test_a_field_that_xero_does_not_know_is_passed_over(firm: Firm) -> None:
    assert firm.invoice("5.00", Colour="blue", Extra={"deep": [[1]]})["Total"] == Decimal("5.50")


def test_numbers_are_read_where_text_belongs(firm: Firm) -> None:
    lines = [line("5.00", AccountCode=200)]
    invoice = firm.invoice(Reference=12, InvoiceNumber=4711, LineItems=lines)
    assert (invoice["Reference"], invoice["InvoiceNumber"]) == ("12", "4711")
    assert invoice["LineItems"][0]["AccountCode"] == "200"


def test_a_decimal_keeps_its_digits_where_text_belongs(firm: Firm) -> None:
    raw = json.dumps(firm.draft("5.00", Reference=0)).replace('"Reference": 0', '"Reference": 1.50')
    reply = firm.call("PUT", "Invoices", f'{{"Invoices":[{raw}]}}'.encode())
    assert reply.rows("Invoices")[0]["Reference"] == "1.50"


@pytest.mark.parametrize(
    ("quantity", "unit_amount", "total"),
    [("2", "10.50", "23.10"), (" 2 ", "1,000.00", "2200.00"), ("", 3, "3.30"), (2, "+1.", "2.20")],
)
def test_text_is_read_where_a_number_belongs(
    firm: Firm, quantity: object, unit_amount: object, total: str
) -> None:
    sent = line("0", Quantity=quantity, UnitAmount=unit_amount)
    assert firm.invoice(LineItems=[sent])["Total"] == Decimal(total)


@pytest.mark.parametrize(
    ("sent", "read"), [("true", True), ("False", False), (" TRUE ", True), (1, True), ("", False)]
)
def test_booleans_may_be_text(firm: Firm, sent: object, read: bool) -> None:
    assert firm.invoice("5.00", SentToContact=sent)["SentToContact"] is read


def test_one_object_stands_for_a_list_of_it(firm: Firm) -> None:
    sent = firm.draft(LineItems=line("5.00"))
    (invoice,) = firm.call("PUT", "Invoices", {"Invoices": sent}).rows("Invoices")
    assert len(invoice["LineItems"]) == 1


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_null_and_an_empty_object_are_an_empty_list(firm: Firm, nothing: object) -> None:
    sent = line("5.00", Tracking=nothing)
    assert firm.invoice(LineItems=[sent])["LineItems"][0]["Tracking"] == []
    reply = firm.put("Invoices", firm.draft(LineItems=nothing))
    assert reply.messages == ["One or more line items must be specified"]


def test_an_empty_list_is_an_object_left_out(firm: Firm) -> None:
    reply = firm.put("Invoices", firm.draft("5.00", Contact=[]))
    assert reply.messages == ["A Contact must be specified for this type of transaction"]


def test_the_kind_of_an_address_is_read_in_any_case(firm: Firm) -> None:
    sent = {"Name": "Ada", "Addresses": [{"AddressType": "pobox", "City": "Perth"}]}
    (contact,) = firm.put("Contacts", sent).rows("Contacts")
    assert {"AddressType": "POBOX", "City": "Perth"}.items() <= contact["Addresses"][0].items()


@pytest.mark.parametrize(
    ("field", "sent", "told"),
    [
        ("UnitAmount", "ten", "LineItems[0].UnitAmount"),
        ("UnitAmount", True, "LineItems[0].UnitAmount"),
        ("Description", {"a": 1}, "LineItems[0].Description"),
        ("Tracking", "Office", "LineItems[0].Tracking"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    firm: Firm, field: str, sent: object, told: str
) -> None:
    reply = firm.put("Invoices", firm.draft(LineItems=[{**line("5.00"), field: sent}]))
    assert (reply.status, reply.body["ErrorNumber"]) == (400, 14)
    assert f"$.Invoices[0].{told}" in reply.body["Message"]


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=3), st.data())
def test_however_a_client_spells_an_invoice_it_comes_to_the_same_cents(
    amounts: list[Decimal], data: st.DataObject
) -> None:
    firm = Firm(new_organisation("Firm", "AU", ids=Ids(3), now=NOON))
    plain = firm.invoice(*amounts)
    sent = _respelt({"Invoices": [firm.draft(*amounts)]}, data)
    (again,) = firm.call("PUT", "Invoices", sent).rows("Invoices")
    names = ("SubTotal", "TotalTax", "Total", "DueDate", "Type", "Status")
    assert [again[name] for name in names] == [plain[name] for name in names]


def _cased(name: str, data: st.DataObject) -> str:
    return data.draw(st.sampled_from((name, name.lower(), name.upper(), name.swapcase())))


def _respelt(sent: object, data: st.DataObject) -> object:
    if isinstance(sent, dict):
        return {_cased(name, data): _respelt(one, data) for name, one in sent.items()}
    if isinstance(sent, list):
        read = [_respelt(one, data) for one in sent]
        return read[0] if len(read) == 1 and data.draw(st.booleans()) else read
    return str(sent) if isinstance(sent, int) and data.draw(st.booleans()) else sent
