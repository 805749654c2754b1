"""What a change leaves alone: times, lines, contacts and what stands on a contact."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.tests.books.cast import Body, Firm
from xero_sandbox.books.control import change_settings
from xero_sandbox.books.values import ZERO_ID

ADA = {"FirstName": "Ada", "LastName": "Byron", "EmailAddress": "ada@byron.example"}


def _path(invoice: Body) -> str:
    return f"Invoices/{invoice['InvoiceID']}"


def _changed_later(firm: Firm, invoice: Body, fields: Body) -> bool:
    """Whether a change an hour later moves UpdatedDateUTC."""
    before = firm.get(_path(invoice)).rows("Invoices")[0]["UpdatedDateUTC"]
    firm.later(hours=1)
    (after,) = firm.post(_path(invoice), fields).rows("Invoices")
    assert after == firm.get(_path(invoice)).rows("Invoices")[0]
    assert all(after[name] == value for name, value in fields.items() if name != "DueDate")
    return bool(after["UpdatedDateUTC"] != before)


@pytest.mark.parametrize("fields", [{"DueDate": "2026-12-24"}, {"SentToContact": True}])
def test_due_date_and_sending_do_not_count_as_updates_once_money_has_come(
    firm: Firm, fields: Body
) -> None:
    invoice = firm.invoice("100.00")
    firm.pay(invoice, "10.00")
    assert not _changed_later(firm, invoice, fields)
    assert _changed_later(firm, invoice, {**fields, "Reference": "file 7"})


@pytest.mark.parametrize("fields", [{"DueDate": "2026-12-24"}, {"SentToContact": True}])
def test_before_any_money_has_come_they_do(firm: Firm, fields: Body) -> None:
    assert _changed_later(firm, firm.invoice("100.00"), fields)


def _persons(firm: Firm, path: str) -> list[str]:
    (contact,) = firm.get(path).rows("Contacts")
    return [person["FirstName"] for person in contact["ContactPersons"]]


def test_further_fields_of_an_invoices_contact_take_its_persons_away(firm: Firm) -> None:
    contact_id = firm.contact()
    path = f"Contacts/{contact_id}"
    firm.post(path, {"ContactPersons": [ADA]})
    firm.invoice("1.00")
    assert _persons(firm, path) == ["Ada"]
    firm.invoice("1.00", Contact={"ContactID": contact_id, "EmailAddress": "a@b.example"})
    assert _persons(firm, path) == []


def test_persons_who_are_sent_along_stay(firm: Firm) -> None:
    contact_id = firm.contact()
    sent = {"ContactID": contact_id, "EmailAddress": "a@b.example", "ContactPersons": [ADA]}
    firm.invoice("1.00", Contact=sent)
    assert _persons(firm, f"Contacts/{contact_id}") == ["Ada"]


def test_a_contact_changed_by_itself_keeps_its_persons(firm: Firm) -> None:
    path = f"Contacts/{firm.contact()}"
    firm.post(path, {"ContactPersons": [ADA]})
    firm.post(path, {"EmailAddress": "a@b.example"})
    assert _persons(firm, path) == ["Ada"]


def test_empty_lines_and_an_empty_contact_leave_an_invoice_as_it_is(firm: Firm) -> None:
    invoice = firm.invoice("10.00")
    reply = firm.post(_path(invoice), {"LineItems": [], "Contact": {}, "Reference": "file 7"})
    (after,) = reply.rows("Invoices")
    assert after["Reference"] == "file 7"
    assert [after[name] for name in ("Contact", "LineItems")] == [
        invoice[name] for name in ("Contact", "LineItems")
    ]


def test_empty_lines_and_an_empty_contact_leave_a_bank_transaction_as_it_is(firm: Firm) -> None:
    spent = firm.banked("SPEND")
    path = f"BankTransactions/{spent['BankTransactionID']}"
    (after,) = firm.post(path, {"LineItems": [], "Contact": {}}).rows("BankTransactions")
    assert after["Contact"] == spent["Contact"]
    assert after["LineItems"] == spent["LineItems"]


def _balances(firm: Firm) -> Body | None:
    (contact,) = firm.get("Contacts", page="1").rows("Contacts")
    assert contact == firm.get(f"Contacts/{contact['ContactID']}").rows("Contacts")[0]
    found: Body | None = contact.get("Balances")
    return found


def _sums(outstanding: str, overdue: str) -> Body:
    return {"Outstanding": Decimal(outstanding), "Overdue": Decimal(overdue)}


def test_a_contact_shows_what_is_open_of_its_documents(firm: Firm) -> None:
    firm.pay(firm.invoice("100.00"), "20.00")
    firm.invoice("10.00", DueDate="2026-11-22")
    firm.invoice("7.00", Status="DRAFT")
    firm.credit_note("5.00")
    firm.invoice("50.00", Type="ACCPAY", DueDate="2026-11-23")
    assert _balances(firm) == {
        "AccountsReceivable": _sums("95.50", "11.00"),
        "AccountsPayable": _sums("55.00", "0.00"),
    }


def test_a_contact_of_whom_nothing_is_open_shows_no_balances(firm: Firm) -> None:
    firm.pay(firm.invoice("10.00"), "11.00")
    assert _balances(firm) is None


def test_payment_terms_are_kept_each_direction_by_itself(firm: Firm) -> None:
    path = f"Contacts/{firm.contact()}"
    bills, sales = {"Day": 12, "Type": "OFFOLLOWINGMONTH"}, {"Day": 14, "Type": "OFCURRENTMONTH"}
    firm.post(path, {"PaymentTerms": {"Bills": bills}})
    firm.post(path, {"PaymentTerms": {"Sales": sales}})
    (contact,) = firm.get(path).rows("Contacts")
    assert contact["PaymentTerms"] == {"Bills": bills, "Sales": sales}
    assert firm.post("Contacts", contact).status == 200


@pytest.mark.parametrize("term", [{"Day": 12, "Type": "SOMETIMES"}, {"Day": -1}, {"Type": "X"}])
def test_payment_terms_that_mean_nothing_are_refused(firm: Firm, term: Body) -> None:
    reply = firm.put("Contacts", {"Name": "Ada Byron", "PaymentTerms": {"Bills": term}})
    assert reply.messages == ["The PaymentTerms must have a Day and a valid Type."]


@pytest.mark.parametrize("fields", [{}, {"CurrencyRate": "0.600000"}])
def test_the_rate_of_a_payment_is_what_its_bank_amount_says(firm: Firm, fields: Body) -> None:
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    invoice = firm.invoice("100.00", CurrencyCode="USD", CurrencyRate="0.500000")
    (paid,) = firm.pay(invoice, "110.00", BankAmount="210.00", **fields).rows("Payments")
    assert paid["CurrencyRate"] == Decimal("0.523810")
    assert firm.balances("090", "610", "499") == (Decimal(210), Decimal(0), Decimal(10))


def test_a_batch_without_an_id_is_answered_with_an_id_of_zeros(firm: Firm) -> None:
    reply = firm.post("BatchPayments", {"Status": "DELETED"})
    assert reply.body["Elements"][0]["BatchPaymentID"] == ZERO_ID
