from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.tests.books.cast import Body, Firm, Reply, dollars, line, payment
from xero_sandbox.books import change_settings, mark_reconciled


def _path(payment_row: Body) -> str:
    return f"Payments/{payment_row['PaymentID']}"


def test_a_full_payment_closes_the_invoice_and_its_deletion_reopens_it(firm: Firm) -> None:
    invoice = firm.invoice("100.00")
    paid = firm.pay(invoice, "110.00").rows("Payments")[0]
    shown = firm.get(f"Invoices/{invoice['InvoiceID']}").rows("Invoices")[0]
    assert (shown["Status"], shown["AmountDue"]) == ("PAID", 0)
    assert firm.balances("090", "610") == dollars(110, 0)
    assert firm.post(_path(paid), {"Status": "DELETED"}).status == 200
    shown = firm.get(f"Invoices/{invoice['InvoiceID']}").rows("Invoices")[0]
    assert (shown["Status"], shown["AmountDue"]) == ("AUTHORISED", 110)
    assert firm.balances("090", "610") == dollars(0, 110)


def test_a_bill_is_paid_out_of_the_bank(firm: Firm) -> None:
    firm.pay(firm.invoice("100.00", Type="ACCPAY"), "110.00")
    assert firm.balances("090", "800") == dollars(-110, 0)


def test_paying_too_much_is_refused(firm: Firm) -> None:
    reply = firm.pay(firm.invoice("100.00"), "110.01")
    assert reply.messages == ["Payment amount exceeds the amount outstanding on this document"]


def test_paying_a_draft_gives_two_messages(firm: Firm) -> None:
    reply = firm.pay(firm.invoice("100.00", Status="DRAFT"), "10.00")
    assert reply.messages == [
        "Payments can only be made against Authorised documents",
        "Payment amount exceeds the amount outstanding on this document",
    ]


@pytest.mark.parametrize(
    ("account", "message"),
    [
        ({"Code": "200"}, "Account type is invalid for making a payment to/from"),
        ({"Code": "nope"}, "Account could not be found"),
    ],
)
def test_a_payment_needs_a_bank_or_an_account_with_payments_enabled(
    firm: Firm, account: Body, message: str
) -> None:
    assert firm.pay(firm.invoice("1.00"), "1.00", Account=account).messages == [message]


def test_a_bill_can_be_paid_from_a_liability_with_payments_enabled(firm: Firm) -> None:
    trust = {
        "Code": "805",
        "Name": "Trust Liability",
        "Type": "CURRLIAB",
        "EnablePaymentsToAccount": True,
    }
    assert firm.put("Accounts", trust).status == 200
    assert firm.pay(firm.invoice("1.00"), "1.10", Account={"Code": "805"}).status == 200
    assert firm.balance("805") == Decimal("1.10")


def test_a_voided_invoice_must_first_lose_its_payment(firm: Firm) -> None:
    invoice = firm.invoice("100.00")
    firm.pay(invoice, "10.00")
    assert firm.post(f"Invoices/{invoice['InvoiceID']}", {"Status": "VOIDED"}).messages == [
        (
            "The status VOIDED cannot be applied to the invoice because it has payments or credit"
            " notes allocated to it."
        )
    ]


def test_a_reconciled_payment_stays(firm: Firm) -> None:
    paid = firm.pay(firm.invoice("1.00"), "1.00").rows("Payments")[0]
    mark_reconciled(firm.organisation, "payment", paid["PaymentID"])
    assert firm.post(_path(paid), {"Status": "DELETED"}).status == 400


def test_a_payment_is_found_by_its_reference(firm: Firm) -> None:
    for reference in ("R-16", "R-17"):
        firm.pay(firm.invoice("1.00"), "1.00", Reference=reference)
    found = firm.get("Payments", where='Reference=="R-17"', page="1")
    assert [row["Reference"] for row in found.rows("Payments")] == ["R-17"]


def _credit(firm: Firm, amount: str, **fields: object) -> Body:
    sent = {**firm.draft(amount), "Type": "ACCRECCREDIT", **fields}
    del sent["DueDate"]
    return firm.put("CreditNotes", sent).rows("CreditNotes")[0]


def _allocate(firm: Firm, credit: Body, invoice: Body, amount: str) -> Reply:
    sent = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Amount": amount,
        "Date": "2026-11-12",
    }
    return firm.put(f"CreditNotes/{credit['CreditNoteID']}/Allocations", sent)


def test_a_credit_note_is_allocated_and_taken_back(firm: Firm) -> None:
    invoice, credit = firm.invoice("100.00"), _credit(firm, "40.00")
    made = _allocate(firm, credit, invoice, "44.00").rows("Allocations")[0]
    shown = firm.get(f"Invoices/{invoice['InvoiceID']}").rows("Invoices")[0]
    assert (shown["AmountCredited"], shown["AmountDue"]) == (44, 66)
    path = f"CreditNotes/{credit['CreditNoteID']}/Allocations/{made['AllocationID']}"
    assert firm.call("DELETE", path).rows("Allocations")[0]["IsDeleted"] is True
    shown = firm.get(f"Invoices/{invoice['InvoiceID']}").rows("Invoices")[0]
    assert shown["AmountDue"] == 110


def test_an_invoice_with_credit_on_it_keeps_its_contact(firm: Firm) -> None:
    invoice, credit = firm.invoice("100.00"), _credit(firm, "40.00")
    _allocate(firm, credit, invoice, "1.00")
    other = {"Contact": {"ContactID": firm.contact("Charles Babbage")}}
    assert firm.post(f"Invoices/{invoice['InvoiceID']}", other).status == 400


def test_sending_an_allocation_again_is_refused(firm: Firm) -> None:
    invoice, credit = firm.invoice("100.00"), _credit(firm, "40.00")
    _allocate(firm, credit, invoice, "44.00")
    assert _allocate(firm, credit, invoice, "44.00").messages == [
        "Credit Note cannot be allocated as amount is greater than amount outstanding"
    ]


def test_applied_amount_is_not_a_json_name(firm: Firm) -> None:
    invoice, credit = firm.invoice("100.00"), _credit(firm, "40.00")
    path = f"CreditNotes/{credit['CreditNoteID']}/Allocations"
    sent = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "AppliedAmount": "1.00"}
    assert firm.put(path, sent).status == 400


def test_a_refund_is_a_payment_of_the_credit_note(firm: Firm) -> None:
    credit = _credit(firm, "40.00")
    sent = payment({"InvoiceID": ""}, "44.00", CreditNote={"CreditNoteID": credit["CreditNoteID"]})
    del sent["Invoice"]
    shown = firm.put("Payments", sent).rows("Payments")[0]
    assert shown["PaymentType"] == "ARCREDITPAYMENT"
    assert firm.balance("090") == -44


def test_a_credit_note_takes_no_discount_and_no_taken_number(firm: Firm) -> None:
    _credit(firm, "1.00", CreditNoteNumber="CN-9")
    sent = {**firm.draft("1.00"), "Type": "ACCRECCREDIT", "CreditNoteNumber": "CN-9"}
    sent["LineItems"] = [line("1.00", DiscountRate="10")]
    assert len(firm.put("CreditNotes", sent).messages) == 2


def _bank(firm: Firm, kind: str = "RECEIVE", amount: str = "100.00", **fields: object) -> Body:
    return {
        "Type": kind,
        "Contact": {"ContactID": firm.contact()},
        "BankAccount": {"Code": "091"},
        "Date": "2026-11-05",
        "Reference": "TR-1",
        "LineItems": [line(amount, TaxType="BASEXCLUDED", AccountCode="850")],
        **fields,
    }


def test_money_received_is_inclusive_by_default(firm: Firm) -> None:
    sent = _bank(firm, LineItems=[line("110.00")])
    shown = firm.put("BankTransactions", sent).rows("BankTransactions")[0]
    assert (shown["LineAmountTypes"], shown["TotalTax"]) == ("Inclusive", 10)
    assert firm.balances("091", "200") == dollars(110, -100)


def test_a_bank_transaction_insists_on_its_own_tax(firm: Firm) -> None:
    sent = _bank(firm, LineItems=[line("110.00", TaxAmount="9.99")])
    assert firm.put("BankTransactions", sent).status == 400


def test_spent_money_leaves_the_bank_and_comes_back_on_deletion(firm: Firm) -> None:
    sent = _bank(firm, "SPEND")
    row = firm.put("BankTransactions", sent).rows("BankTransactions")[0]
    assert firm.balance("091") == -100
    firm.post("BankTransactions", {**row, "Status": "DELETED"})
    assert firm.balance("091") == 0


def test_a_reconciled_bank_transaction_is_left_alone(firm: Firm) -> None:
    row = firm.put("BankTransactions", _bank(firm)).rows("BankTransactions")[0]
    named = row["BankTransactionID"]
    mark_reconciled(firm.organisation, "bank_transaction", named)
    assert firm.post(f"BankTransactions/{named}", {"Status": "DELETED"}).messages == [
        "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement."
    ]


def test_an_overpayment_waits_on_receivables_and_is_allocated(firm: Firm) -> None:
    sent = _bank(
        firm, "RECEIVE-OVERPAYMENT", LineItems=[{"Description": "R-5", "UnitAmount": "50"}]
    )
    row = firm.put("BankTransactions", sent).rows("BankTransactions")[0]
    assert firm.balance("610") == -50
    invoice = firm.invoice("100.00")
    path = f"Overpayments/{row['OverpaymentID']}/Allocations"
    firm.put(path, {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": "50"})
    shown = firm.get(f"Overpayments/{row['OverpaymentID']}").rows("Overpayments")[0]
    assert (shown["Status"], shown["RemainingCredit"]) == ("PAID", 0)


def test_only_an_overpayment_may_choose_its_currency(firm: Firm) -> None:
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    foreign = {"CurrencyCode": "USD", "CurrencyRate": "0.64"}
    plain = firm.put("BankTransactions", _bank(firm, "RECEIVE", **foreign))
    assert plain.rows("BankTransactions")[0]["CurrencyCode"] == "AUD"
    paid = [{"Description": "R-6", "UnitAmount": "64"}]
    sent = _bank(firm, "RECEIVE-OVERPAYMENT", LineItems=paid, **foreign)
    row = firm.put("BankTransactions", sent).rows("BankTransactions")[0]
    assert row["CurrencyCode"] == "USD"
    assert firm.balance("610") == -100
    unknown = firm.put("BankTransactions", {**sent, "CurrencyCode": "NZD"})
    assert unknown.messages == ["Users Organisation is not subscribed to currency NZD"]


def test_a_prepayment_leaves_its_own_accounts_bit_by_bit(firm: Firm) -> None:
    lines = [line("110.00"), line("0.01", AccountCode="850", TaxType="BASEXCLUDED")]
    sent = _bank(firm, "RECEIVE-PREPAYMENT", LineItems=lines)
    row = firm.put("BankTransactions", sent).rows("BankTransactions")[0]
    assert firm.balances("200", "820") == dollars(-100, -10)
    path = f"Prepayments/{row['PrepaymentID']}/Allocations"
    for _ in range(3):
        invoice = firm.invoice("33.34", Date="2026-11-06")
        firm.put(path, {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": "36.67"})
    assert firm.balance("610") == 0
    shown = firm.get("Prepayments", page="1").rows("Prepayments")[0]
    assert (shown["Status"], shown["RemainingCredit"]) == ("PAID", 0)
    assert firm.balance("850") == 0
    assert firm.balance("200") == 3 * Decimal("-33.34")


def test_a_transfer_moves_money_between_banks(firm: Firm) -> None:
    sent = {
        "FromBankAccount": {"Code": "091"},
        "ToBankAccount": {"AccountID": firm.account("090")},
        "Amount": "12.34",
    }
    row = firm.put("BankTransfers", sent).rows("BankTransfers")[0]
    assert firm.balance("090") == Decimal("12.34")
    halves = firm.get("BankTransactions", page="1").rows("BankTransactions")
    assert [one["Type"] for one in halves] == ["SPEND-TRANSFER", "RECEIVE-TRANSFER"]
    firm.post(f"BankTransfers/{row['BankTransferID']}", {"Status": "DELETED"})
    assert firm.balance("090") == 0


def test_a_locked_period_takes_no_payment(firm: Firm) -> None:
    invoice = firm.invoice("1.00")
    change_settings(firm.organisation, {"periodLockDate": "2026-11-20"})
    assert firm.pay(invoice, "1.00").status == 400
