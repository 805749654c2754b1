"""Xero writes into the history of an object what happens to it, beside the notes of people."""

from __future__ import annotations

import pytest

from sandbox.tests.books.cast import Body, Firm


def _history(firm: Firm, path: str) -> list[Body]:
    """The history of an object, oldest first."""
    return firm.get(f"{path}/History").rows("HistoryRecords")[::-1]


def _changes(firm: Firm, path: str) -> list[str]:
    return [one["Changes"] for one in _history(firm, path)]


def _path(invoice: Body) -> str:
    return f"Invoices/{invoice['InvoiceID']}"


def test_a_draft_is_created_edited_approved_and_voided(firm: Firm) -> None:
    path = _path(firm.invoice("10.00", Status="DRAFT"))
    for sent in ({"Reference": "A"}, {"Status": "AUTHORISED"}, {"Status": "VOIDED"}):
        assert firm.post(path, sent).status == 200
    assert _changes(firm, path) == ["Created", "Edited", "Approved", "Voided"]


def test_a_record_says_who_when_and_through_what(firm: Firm) -> None:
    first = _history(firm, _path(firm.invoice("10.00", Status="DRAFT")))[0]
    assert first["User"] == "System Generated"
    assert first["Details"].startswith("Received through the Xero API from ")
    assert first["DateUTCString"] == "2026-11-23T01:00:00"
    assert first["DateUTC"] == "/Date(1795395600000+0000)/"


def test_a_payment_stands_in_the_history_of_its_invoice_and_in_its_own(firm: Firm) -> None:
    invoice = firm.invoice("10.00")
    (payment,) = firm.pay(invoice, "11.00").rows("Payments")
    firm.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"})
    assert _changes(firm, _path(invoice)) == ["Created", "Approved", "Paid", "Edited"]
    assert [one["Details"] for one in _history(firm, _path(invoice))][2:] == [
        "Payment of 11.00 on 10-Nov-2026.",
        "Payment of 11.00 on 10-Nov-2026 was deleted.",
    ]
    assert _changes(firm, f"Payments/{payment['PaymentID']}") == ["Created", "Deleted"]


def test_applied_credit_stands_in_both_histories(firm: Firm) -> None:
    invoice, note = firm.invoice("10.00"), firm.credit_note("4.00")
    note_path = f"CreditNotes/{note['CreditNoteID']}"
    (applied,) = firm.allocate(note_path, invoice, "4.40").rows("Allocations")
    firm.call("DELETE", f"{note_path}/Allocations/{applied['AllocationID']}")
    expected = ["Created", "Approved", "Credit Applied", "Edited"]
    assert _changes(firm, _path(invoice)) == _changes(firm, note_path) == expected


def test_an_invoice_over_nil_is_created_and_approved_at_once(firm: Firm) -> None:
    assert _changes(firm, _path(firm.invoice("0.00"))) == ["Created", "Approved"]


def test_a_paid_invoice_that_is_edited_is_not_approved_again(firm: Firm) -> None:
    invoice = firm.invoice("10.00")
    firm.pay(invoice, "11.00")
    assert firm.post(_path(invoice), {"Reference": "B"}).status == 200
    assert _changes(firm, _path(invoice))[-1] == "Edited"


def test_money_at_the_bank_needs_no_approval(firm: Firm) -> None:
    spent = f"BankTransactions/{firm.banked('SPEND')['BankTransactionID']}"
    firm.post(spent, {"Reference": "A"})
    firm.post(spent, {"Status": "DELETED"})
    assert _changes(firm, spent) == ["Created", "Edited", "Deleted"]


def test_transfers_batches_journals_and_contacts_have_their_own(firm: Firm) -> None:
    transfer = f"BankTransfers/{firm.transfer()['BankTransferID']}"
    batch = firm.batch(firm.invoice("10.00")).rows("BatchPayments")[0]
    journal = f"ManualJournals/{firm.journal()['ManualJournalID']}"
    contact = f"Contacts/{firm.contact()}"
    firm.post(transfer, {"Status": "DELETED"})
    firm.post(f"BatchPayments/{batch['BatchPaymentID']}", {"Status": "DELETED"})
    firm.post(journal, {"Status": "POSTED"})
    firm.post(contact, {"ContactStatus": "ARCHIVED"})
    assert _changes(firm, transfer) == ["Created", "Deleted"]
    assert _changes(firm, f"BatchPayments/{batch['BatchPaymentID']}") == ["Created", "Deleted"]
    assert _changes(firm, journal) == ["Created", "Posted"]
    assert _changes(firm, contact) == ["Created", "Archived"]


def test_a_prepayment_is_created_by_its_bank_transaction(firm: Firm) -> None:
    paid = firm.banked("RECEIVE-PREPAYMENT")
    assert _changes(firm, f"Prepayments/{paid['PrepaymentID']}") == ["Created"]


def test_a_refused_change_leaves_no_record(firm: Firm) -> None:
    path = _path(firm.invoice("10.00"))
    assert firm.post(path, {"Status": "DRAFT"}).status == 400
    assert _changes(firm, path) == ["Created", "Approved"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_people_can_add_notes_and_nothing_else(firm: Firm, method: str) -> None:
    path = _path(firm.invoice("10.00"))
    sent = {"HistoryRecords": [{"Changes": "Voided", "Details": "file closed"}]}
    assert firm.call(method, f"{path}/History", sent).status == 200
    assert _changes(firm, path) == ["Created", "Approved", "Note"]


def test_a_full_history_takes_no_more(firm: Firm) -> None:
    path = _path(firm.invoice("10.00"))
    notes = [{"Details": "x"}] * 998
    assert firm.put(f"{path}/History", *notes).status == 200
    assert firm.post(path, {"Status": "VOIDED"}).status == 200
    assert firm.put(f"{path}/History", {"Details": "one too many"}).status == 400
    assert len(_history(firm, path)) == 1000
