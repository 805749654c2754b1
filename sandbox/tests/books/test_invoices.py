from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.tests.books.cast import Body, Firm, dollars, line
from xero_sandbox.books import change_settings

ZERO = "00000000-0000-0000-0000-000000000000"


def test_an_approved_invoice_is_debited_to_receivables(firm: Firm) -> None:
    invoice = firm.invoice("100.00", InvoiceNumber="INV-1001")
    assert invoice["AmountDue"] == Decimal("110.00")
    assert firm.balances("610", "200", "820") == dollars(110, -100, -10)


def test_a_bill_is_credited_to_payables(firm: Firm) -> None:
    firm.invoice("50.00", Type="ACCPAY", InvoiceNumber="S-9")
    assert firm.balances("800", "453", "820") == dollars(-55, 50, 5)


def test_a_draft_leaves_no_trace_in_the_ledger(firm: Firm) -> None:
    firm.invoice("100.00", Status="DRAFT")
    assert firm.organisation.ledger.entries == []


def test_a_taken_number_is_refused_by_put_and_overwritten_by_post(firm: Firm) -> None:
    first = firm.invoice("100.00", InvoiceNumber="A-1")
    again = firm.draft("70.00", InvoiceNumber="A-1")
    refused = firm.put("Invoices", again)
    assert refused.messages == ["Invoice # must be unique."]
    assert refused.body["Elements"][0]["InvoiceID"] == ZERO
    assert refused.body["Elements"][0]["Total"] == Decimal("77.00")
    changed = firm.post("Invoices", again).rows("Invoices")[0]
    assert (changed["InvoiceID"], changed["Total"]) == (first["InvoiceID"], Decimal("77.00"))
    assert firm.balance("610") == 77


def test_a_supplier_may_use_a_number_twice(firm: Firm) -> None:
    one, two = (firm.invoice("5.00", Type="ACCPAY", InvoiceNumber="7") for _ in range(2))
    assert one["InvoiceID"] != two["InvoiceID"]


def test_one_bad_element_hides_the_good_ones_that_were_created(firm: Firm) -> None:
    bad = firm.draft("1.00", InvoiceNumber="B-2", Contact={})
    reply = firm.put("Invoices", firm.draft("1.00", InvoiceNumber="B-1"), bad)
    assert (reply.status, len(reply.body["Elements"]), len(reply.applied)) == (400, 1, 1)
    assert firm.get("Invoices/B-1").status == 200


def test_without_summary_everything_comes_back_in_order_under_a_200(firm: Firm) -> None:
    bad = firm.draft("1.00", Contact={"ContactID": ZERO})
    reply = firm.put("Invoices", bad, firm.draft("1.00"), summarizeErrors="false")
    states = [one["StatusAttributeString"] for one in reply.rows("Invoices")]
    assert (reply.status, states) == (200, ["ERROR", "OK"])


def test_an_unknown_account_on_a_draft_is_only_a_warning(firm: Firm) -> None:
    sent = firm.draft(Status="DRAFT")
    sent["LineItems"] = [line("1.00", AccountCode="999")]
    shown = firm.put("Invoices", sent).rows("Invoices")[0]
    assert "has been removed" in shown["Warnings"][0]["Message"]
    assert "AccountCode" not in shown["LineItems"][0]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"AccountCode": "999"}, "Account code '999' is not a valid code for this document."),
        ({"AccountCode": "090"}, "Account code '090' is not a valid code for this document."),
        ({"AccountCode": "610"}, "Account code '610' is not a valid code for this document."),
        ({"AccountCode": None}, "Account code must be specified"),
        ({"TaxType": "INPUT"}, "The TaxType code 'INPUT' cannot be used with account code '200'."),
        ({"ItemCode": "X"}, "Item code 'X' is not valid"),
        ({"Description": ""}, "Description must be specified"),
    ],
)
def test_a_line_that_xero_would_not_take(firm: Firm, fields: Body, message: str) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("1.00", **fields)]
    assert message in firm.put("Invoices", sent).messages


def test_a_tax_display_name_gives_two_messages(firm: Firm) -> None:
    sent = firm.draft()
    sent["LineItems"] = [line("1.00", TaxType="GST on Income")]
    messages = firm.put("Invoices", sent).messages
    assert messages == [
        (
            "The TaxType code GST on Income does not exist or cannot be used for this type of"
            " transaction."
        ),
        "The TaxType code 'GST on Income' cannot be used with account code '200'.",
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"Contact": None}, "A Contact must be specified for this type of transaction"),
        ({"DueDate": None}, "The document DueDate field must be specified."),
        ({"Date": "31/12/2026"}, "The Date field must be specified."),
        ({"Status": "PAID"}, "Invoice not of valid status for creation"),
        ({"Url": "/here"}, "Url must be a valid absolute url"),
        ({"CurrencyCode": "NZD"}, "Users Organisation is not subscribed to currency NZD"),
        ({"Total": "5.00"}, "The invoice total does not equal the sum of the lines."),
    ],
)
def test_a_head_that_xero_would_not_take(firm: Firm, fields: Body, message: str) -> None:
    assert message in firm.put("Invoices", firm.draft("1.00", **fields)).messages


def test_a_negative_total_belongs_on_a_credit_note(firm: Firm) -> None:
    assert firm.put("Invoices", firm.draft("-1.00")).status == 400


def test_a_zero_invoice_is_paid_at_once(firm: Firm) -> None:
    assert firm.invoice("5.00", "-5.00")["Status"] == "PAID"


def test_void_takes_the_entry_back_and_keeps_the_number(firm: Firm) -> None:
    invoice = firm.invoice("100.00", InvoiceNumber="V-1")
    reply = firm.post(f"Invoices/{invoice['InvoiceID']}", {"Status": "VOIDED"})
    assert reply.rows("Invoices")[0]["AmountDue"] == 0
    assert firm.balance("610") == 0
    assert firm.put("Invoices", firm.draft("1.00", InvoiceNumber="V-1")).status == 400


def test_what_is_voided_stays_voided(firm: Firm) -> None:
    invoice = firm.invoice("100.00")
    path = f"Invoices/{invoice['InvoiceID']}"
    firm.post(path, {"Status": "VOIDED"})
    assert firm.post(path, {"Status": "AUTHORISED"}).messages == [
        "Invoice not of valid status for modification"
    ]


def test_an_update_keeps_named_lines_and_drops_the_others(firm: Firm) -> None:
    invoice = firm.invoice("10.00", "20.00")
    kept = invoice["LineItems"][0]["LineItemID"]
    change = {"LineItems": [{"LineItemID": kept, "Description": "Longer advice"}, line("5.00")]}
    shown = firm.post(f"Invoices/{invoice['InvoiceID']}", change).rows("Invoices")[0]
    assert [one["UnitAmount"] for one in shown["LineItems"]] == [Decimal("10.00"), Decimal("5.00")]
    assert shown["LineItems"][0]["LineItemID"] == kept
    assert firm.balance("200") == -15


def test_a_paid_invoice_takes_a_new_reference_but_no_new_price(firm: Firm) -> None:
    invoice = firm.invoice("10.00")
    firm.pay(invoice, "11.00")
    path = f"Invoices/{invoice['InvoiceID']}"
    assert firm.post(path, {"Reference": "M-17"}).rows("Invoices")[0]["Reference"] == "M-17"
    named = invoice["LineItems"][0]["LineItemID"]
    refused = firm.post(path, {"LineItems": [{"LineItemID": named, "UnitAmount": "9.00"}]})
    assert refused.messages == [
        "Invoice not of valid status for modification",
        "This document cannot be edited as it has a payment or credit note allocated to it.",
    ]


@pytest.mark.parametrize(("date", "status"), [("2026-06-30", 400), ("2026-07-01", 200)])
def test_the_year_lock_holds_on_the_day_itself(firm: Firm, date: str, status: int) -> None:
    change_settings(firm.organisation, {"endOfYearLockDate": "2026-06-30", "adviser": True})
    reply = firm.put("Invoices", firm.draft("1.00", Date=date))
    assert reply.status == status
    if status == 400:
        assert reply.messages == [
            (
                "The document date cannot be before the end of year lock date, currently set at"
                " 30-Jun-2026"
            )
        ]


def test_the_period_lock_spares_advisers_and_drafts(firm: Firm) -> None:
    change_settings(firm.organisation, {"periodLockDate": "2026-11-15"})
    assert firm.put("Invoices", firm.draft("1.00")).status == 400
    assert firm.put("Invoices", firm.draft("1.00", Status="DRAFT")).status == 200
    change_settings(firm.organisation, {"adviser": True})
    assert firm.put("Invoices", firm.draft("1.00")).status == 200


def test_the_plan_caps_approvals(firm: Firm) -> None:
    change_settings(firm.organisation, {"salesCap": 1})
    firm.invoice("1.00")
    assert firm.put("Invoices", firm.draft("1.00")).messages == [
        "You have reached the limit of invoices you can approve"
    ]


def test_an_invoice_over_a_new_name_makes_the_contact(firm: Firm) -> None:
    firm.invoice("1.00", Contact={"Name": "New Client"})
    assert firm.get("Contacts", searchTerm="new cl").rows("Contacts")[0]["IsCustomer"] is True


def test_a_refused_invoice_leaves_no_contact_behind(firm: Firm) -> None:
    firm.put("Invoices", firm.draft(Contact={"Name": "Ghost"}))
    assert firm.get("Contacts", searchTerm="ghost").rows("Contacts") == []


def test_a_foreign_invoice_is_kept_in_both_currencies(firm: Firm) -> None:
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    invoice = firm.invoice("100.00", CurrencyCode="USD", CurrencyRate="0.640000")
    assert firm.balance("610") == Decimal("171.88")
    firm.pay(invoice, "110.00", BankAmount="175.00")
    assert firm.balance("610") == 0
    assert firm.balance("499") == Decimal("-3.12")


@pytest.mark.parametrize(("arithmetic", "total"), [("ties_to_even", "0.49"), ("cent_more", "0.51")])
def test_an_organisation_may_compute_otherwise(firm: Firm, arithmetic: str, total: str) -> None:
    known = firm.invoice("0.45")
    change_settings(firm.organisation, {"arithmetic": arithmetic})
    other = firm.invoice("0.45")
    assert known["Total"] == Decimal("0.50")
    assert other["Total"] == Decimal(total)
