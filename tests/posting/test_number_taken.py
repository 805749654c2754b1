"""A number that a document of long ago has in Xero is a person's, and is not tried for ever."""

from __future__ import annotations

import datetime as dt

from counterfoil.core.documents import Key
from counterfoil.posting.states import State
from tests.cli.scene import bill
from tests.posting.test_edited_in_xero import Desk

CREDIT = Key("credit_note", "cn-9")


def by_hand(desk: Desk, number: str) -> None:
    (client,) = desk.organisation.contacts
    line = {"Description": "Goodwill", "Quantity": 1, "UnitAmount": 5, "AccountCode": "200"}
    note = {
        "Type": "ACCRECCREDIT",
        "CreditNoteNumber": number,
        "Status": "AUTHORISED",
        "Date": "2026-06-15",
        "Contact": {"ContactID": client},
        "LineItems": [{**line, "TaxType": "EXEMPTOUTPUT"}],
    }
    desk.firm.ask("PUT", "/CreditNotes", desk.clock.now(), note)


def test_an_old_credit_note_with_our_number_is_told_after_some_tries() -> None:
    desk = Desk()
    by_hand(desk, "CN-9")
    desk.clock.wait_until(desk.clock.now() + dt.timedelta(minutes=10))
    desk.post(bill("1", kind="credit_note", id=CREDIT.id, number="CN-9"))
    (posting,) = desk.outbox.postings([CREDIT])
    assert posting.state is State.REFUSED
    assert "number_taken_in_xero" in {one.code for one in desk.outbox.findings([CREDIT])[CREDIT]}
