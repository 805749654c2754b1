from __future__ import annotations

import datetime as dt
import json

import pytest

from counterfoil.core.xero_documents import AccountRef, Totals
from counterfoil.xero.decode import Applied, Unreadable, read_elements, read_reply
from counterfoil.xero.decode.elements import UNEXPLAINED, LineRead
from tests.xero.scene import ZEROS

POSTED = """{"Id":"x","Status":"OK","DateTimeUTC":"\\/Date(1784539800000)\\/",
"pagination":{"page":1,"pageSize":1000,"pageCount":3,"itemCount":2001},
"Invoices":[{"InvoiceID":"i-1","Type":"ACCREC","InvoiceNumber":"INV-1001","Status":"AUTHORISED",
"Contact":{"ContactID":"c-1"},"Date":"/Date(1782864000000+0000)/","SubTotal":76.29,"TotalTax":7.64,
"Total":83.93,"AmountDue":"83.93","HasErrors":false,"UpdatedDateUTC":"/Date(1784539800123)/",
"LineItems":[{"LineItemID":"l-1","Quantity":1.0000,"UnitAmount":76.30,"LineAmount":76.30,
"AccountCode":"200","TaxType":"OUTPUT"}],
"Payments":[{"PaymentID":"p-1","Amount":5.00,"Date":"/Date(1782864000000+0000)/"}]}]}"""


def test_an_invoice_s_answer_is_read_to_the_cent() -> None:
    reply = read_reply("Invoices", POSTED.encode(), with_lines=True)
    (invoice,) = reply.elements
    assert invoice.created
    assert invoice.totals == Totals(7629, 764, 8393)
    assert (invoice.number, invoice.amount_due, invoice.contact_id) == ("INV-1001", 8393, "c-1")
    assert invoice.date == dt.date(2026, 7, 1)
    assert invoice.lines == (LineRead(10_000, 763_000, AccountRef("200"), "OUTPUT", "l-1", 7630),)
    assert invoice.payments == (Applied("p-1", "", 500, dt.date(2026, 7, 1)),)
    assert (reply.page_count, reply.at) == (3, dt.datetime(2026, 7, 20, 9, 30, tzinfo=dt.UTC))


def refused(**fields: object) -> bytes:
    return json.dumps({"Invoices": [{"InvoiceID": ZEROS, **fields}]}).encode()


def test_messages_of_everything_nested_are_read_each_once() -> None:
    line = {"ValidationErrors": [{"Message": "line"}], "Tracking": {"ValidationErrors": ["deep"]}}
    contact = {"ValidationErrors": [{"Message": "contact"}, {"Message": "own"}]}
    own = [{"Message": "own"}, {"Message": ""}, None]
    body = refused(ValidationErrors=own, Contact=contact, LineItems=[line, line])
    (element,) = read_elements("Invoices", body)
    assert element.errors == ("own", "contact", "line", "deep")
    assert (element.xero_id, element.created) == ("", False)


@pytest.mark.parametrize("name", ["HasErrors", "HasValidationErrors"])
def test_a_fault_without_words_is_still_a_fault(name: str) -> None:
    body = json.dumps({"Payments": [{"PaymentID": "p-1", name: True}]}).encode()
    (element,) = read_elements("Payments", body)
    assert (element.errors, element.created) == ((UNEXPLAINED,), False)


def test_an_id_beside_an_error_status_is_kept_and_not_called_created() -> None:
    (element,) = read_elements("Invoices", refused(InvoiceID="i-9", StatusAttributeString="Error"))
    assert (element.xero_id, element.outcome, element.created) == ("i-9", "ERROR", False)


def test_a_warning_does_not_undo_what_was_created() -> None:
    body = refused(InvoiceID="i-9", StatusAttributeString="WARNING", Warnings=[{"Message": "w"}])
    (element,) = read_elements("Invoices", body)
    assert (element.created, element.warnings) == (True, ("w",))


def test_elements_of_the_error_envelope_are_read_too() -> None:
    body = b'{"ErrorNumber":10,"Elements":[{"InvoiceID":"i","ValidationErrors":[{"Message":"m"}]}]}'
    assert read_elements("Invoices", body)[0].errors == ("m",)


@pytest.mark.parametrize("odd", [None, [], "", {}])
def test_an_empty_array_in_place_of_null_costs_nothing(odd: object) -> None:
    body = refused(InvoiceID="i-1", Contact=odd, LineItems=odd, Payments=odd, Warnings=odd)
    (element,) = read_elements("Invoices", body)
    assert (element.contact_id, element.lines, element.payments) == ("", (), ())


@pytest.mark.parametrize("total", ["1e999999999", "NaN", "x", True, None, "1.005"])
def test_an_absurd_total_is_no_total(total: object) -> None:
    body = refused(SubTotal=1, TotalTax=0, Total=total)
    assert read_elements("Invoices", body)[0].totals is None


def test_large_totals_stay_exact() -> None:
    body = b'{"Invoices":[{"SubTotal":1234567890123456.78,"TotalTax":0.00,"Total":"1,234.50"}]}'
    totals = read_elements("Invoices", body)[0].totals
    assert totals == Totals(123456789012345678, 0, 123450)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("/Date(1782864000000)/", dt.date(2026, 7, 1)),
        ("/Date(1782864000000+1300)/", dt.date(2026, 7, 1)),
        ("\\/Date(-2208988800000)\\/", dt.date(1900, 1, 1)),
        ("2026-07-01T00:00:00", dt.date(2026, 7, 1)),
        ("2026-07-01", dt.date(2026, 7, 1)),
        ("/Date(99999999999999999)/", None),
        ("soon", None),
    ],
)
def test_dates_come_in_many_forms(written: str, day: dt.date | None) -> None:
    assert read_elements("Invoices", refused(Date=written))[0].date == day


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"[]",
        b"{}",
        b'{"Invoices":null}',
        b'{"Invoices":[{"In',
        b'"\xff"',
        b"[" * 100_000,
    ],
)
def test_a_body_without_the_list_is_never_an_empty_list(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_elements("Invoices", body)


def test_allocations_are_read_from_their_credit_note() -> None:
    body = b"""{"CreditNotes":[{"CreditNoteID":"cn","CreditNoteNumber":"CN-1","RemainingCredit":0.5,
    "Allocations":[{"AllocationID":"a","Amount":33.00,"Date":"/Date(1782864000000)/",
    "Invoice":{"InvoiceID":"i"}},{"AllocationID":"b","Amount":1.00,"IsDeleted":true}]}]}"""
    (note,) = read_elements("CreditNotes", body)
    assert note.allocations[0] == Applied("a", "i", 3300, dt.date(2026, 7, 1))
    assert note.allocations[1].deleted
    assert (note.number, note.amount_due) == ("CN-1", 50)
