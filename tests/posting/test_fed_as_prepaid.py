"""Money that the bank feed entered as an overpayment is not entered a second time."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.core.documents import Key
from counterfoil.posting.states import State
from tests.cli.scene import bill, party, receipt
from tests.posting.test_edited_in_xero import Desk, Document
from tests.posting.test_seeking import RECEIPT
from xero_sandbox import faults as trouble

ASKED = "already_received_in_xero"


class Fed(Desk):
    """A firm whose bank feed enters what is received before the practice's receipts come."""

    def overpaid(self, amount: str, contact: str = "", date: str = "2026-06-21") -> Document:
        line = {"Description": "Deposit", "UnitAmount": amount, "Quantity": "1"}
        body = {
            "Type": "RECEIVE-OVERPAYMENT",
            "Contact": {"ContactID": contact or self.invoice["Contact"]["ContactID"]},
            "BankAccount": {"Code": "090"},
            "Date": date,
            "LineAmountTypes": "NoTax",
            "LineItems": [line],
        }
        made: Document = self.ask("PUT", "/BankTransactions", body)["BankTransactions"][0]
        return made

    def paid(self, amount: str, date: str = "2026-06-21", **more: str) -> str:
        of = {"Invoice": {"InvoiceID": self.xero_id}, "Account": {"Code": "090"}}
        body = {**of, "Date": date, "Amount": amount, **more}
        return str(self.ask("PUT", "/Payments", body)["Payments"][0]["PaymentID"])

    def applied(self, made: Document, amount: str) -> None:
        path = f"/Overpayments/{made['OverpaymentID']}/Allocations"
        of = {"Invoice": {"InvoiceID": self.xero_id}, "Amount": amount, "Date": "2026-06-21"}
        self.ask("PUT", path, of)

    def removed(self, made: Document) -> None:
        self.organisation.bank_transactions[made["BankTransactionID"]].status = "DELETED"

    def ask(self, method: str, path: str, body: Document) -> Document:
        found: Document = self.firm.ask(method, path, self.clock.now(), body)
        return found

    def again(self, minutes: int = 20) -> None:
        self.clock.wait_until(self.clock.now() + dt.timedelta(minutes=minutes))
        self.poster.drain()

    def states(self, key: Key = RECEIPT) -> set[State]:
        return {one.state for one in self.outbox.postings([key])}

    @property
    def asked(self) -> list[str]:
        found = self.outbox.findings([RECEIPT])[RECEIPT]
        return [one.message for one in found if one.code == ASKED]


def with_rest(amount: str = "150.00") -> Document:
    return receipt("1", amount, allocations=[{"bill": "b-1", "amount": "100.00"}])


def test_an_overpayment_where_our_receipt_pays_the_whole_bill_is_asked_about() -> None:
    desk = Fed()
    made = desk.overpaid("100.00")
    desk.post(receipt("1"))
    assert desk.states() == {State.HELD}
    assert f"an overpayment of 100.00 of 2026-06-21 ({made['BankTransactionID']})" in desk.asked[0]
    assert not desk.organisation.payments


def test_what_was_asked_about_goes_by_itself_once_the_other_is_gone() -> None:
    desk = Fed()
    made = desk.overpaid("100.00")
    desk.post(receipt("1"))
    desk.again()
    assert desk.states() == {State.HELD}
    desk.removed(made)
    desk.again()
    assert desk.states() == {State.POSTED}
    assert [one.amount for one in desk.organisation.payments.values()] == [100_00]


def test_all_of_a_receipt_as_one_overpayment_holds_all_of_ours() -> None:
    desk = Fed()
    desk.overpaid("150.00")
    desk.post(with_rest())
    assert desk.states() == {State.HELD}
    assert len(desk.organisation.bank_transactions) == 1
    assert not desk.organisation.payments


@pytest.mark.parametrize("parts", [("30.00", "20.00"), ("50.00", "50.00"), ("70.00",)])
def test_overpayments_that_are_not_surely_what_is_left_over_hold_it(parts: tuple[str, ...]) -> None:
    desk = Fed()
    found = desk.paid("100.00")
    for part in parts:
        desk.overpaid(part)
    desk.post(with_rest())
    assert desk.states() == {State.HELD, State.POSTED}
    assert all(part in desk.asked[0] for part in parts)
    assert [*desk.organisation.payments] == [found]
    assert len(desk.organisation.bank_transactions) == len(parts)


def test_money_on_no_bill_waits_where_a_bill_of_its_client_was_paid_with_as_much() -> None:
    desk = Fed()
    found = desk.paid("100.00")
    desk.post(receipt("1", allocations=[]))
    assert desk.states() == {State.HELD}
    said, named = desk.outbox.findings([RECEIPT])[RECEIPT]
    assert (said.code, named.about) == ("already_applied_in_xero", f"payment:{found}")
    assert found in said.message
    assert not desk.organisation.bank_transactions
    del desk.organisation.payments[found]
    desk.again()
    assert desk.states() == {State.POSTED}
    assert len(desk.organisation.bank_transactions) == 1


@pytest.mark.parametrize(("amount", "date"), [("99.00", "2026-06-21"), ("100.00", "2026-07-02")])
def test_another_sum_or_day_paid_on_a_bill_lets_money_on_no_bill_go(amount: str, date: str) -> None:
    desk = Fed()
    desk.paid(amount, date)
    desk.post(receipt("1", allocations=[]))
    assert desk.states() == {State.POSTED}


def test_what_is_surely_left_over_is_taken_and_the_payment_goes_beside_it() -> None:
    desk = Fed()
    desk.overpaid("50.00")
    desk.post(with_rest())
    assert desk.states() == {State.POSTED}
    assert len(desk.organisation.bank_transactions) == len(desk.organisation.payments) == 1


@pytest.mark.parametrize("used", ["40.00", "100.00"])
def test_an_overpayment_that_was_applied_to_the_bill_is_named_as_such(used: str) -> None:
    desk = Fed()
    desk.applied(desk.overpaid("100.00"), used)
    desk.post(receipt("1", "60.00"))
    assert desk.states() == {State.HELD}
    assert "which was applied or refunded there" in desk.asked[0]
    assert not desk.organisation.payments


@pytest.mark.parametrize(
    ("amount", "state"), [("100.00", State.HELD), ("70.00", State.POSTED)], ids=["same", "other"]
)
def test_some_days_further_off_only_the_very_amount_is_asked_about(
    amount: str, state: State
) -> None:
    desk = Fed()
    desk.overpaid(amount, date="2026-07-02")
    desk.post(receipt("1"))
    assert desk.states() == {state}


def test_money_that_came_before_its_bill_was_in_xero_is_seen_too() -> None:
    desk = Fed()
    desk.overpaid("60.00")
    desk.post(bill("2", client=party("1")), receipt("1", "60.00", of="2", client=party("1")))
    assert desk.states() == {State.HELD}


def test_other_money_that_the_practice_records_too_is_tied_and_lets_ours_go() -> None:
    desk = Fed()
    desk.overpaid("70.00")
    desk.post(receipt("1"))
    assert desk.states() == {State.HELD}
    desk.post(receipt("9", "70.00", of="1", allocations=[]))
    desk.again()
    assert desk.states() == desk.states(Key("receipt", "r-9")) == {State.POSTED}
    assert len(desk.organisation.bank_transactions) == 1


def test_what_the_practice_says_stood_there_at_the_start_is_no_such_money() -> None:
    desk = Fed()
    desk.overpaid("70.00")
    opened = {"kind": "opening_credit", "id": "oc-1", "number": "OC-1", "date": "2026-06-21"}
    desk.post({**opened, "client": party("1"), "amount": "70.00"})
    desk.post(receipt("1"))
    assert desk.states() == {State.POSTED}


def test_money_of_another_client_is_no_such_money() -> None:
    desk = Fed()
    desk.post(bill("2"))
    (other,) = [
        one.contact_id for one in desk.organisation.contacts.values() if one.name == "Client 2"
    ]
    desk.overpaid("100.00", other)
    desk.post(receipt("1"))
    assert desk.states() == {State.POSTED}


def test_beside_a_payment_of_ours_in_doubt_nothing_is_guessed() -> None:
    """The first lands late: what stands there meanwhile is the feed's, and of the same amount."""
    desk = Fed()
    lost = trouble.Fault("html_200", trouble.Match(method="PUT", path="Payments"))
    desk.sandbox.state.faults.order([lost])
    desk.post(receipt("1", "50.00"))
    assert desk.states() == {State.UNKNOWN}
    found = desk.paid("50.00")
    second = Key("receipt", "r-2")
    desk.post(receipt("2", "50.00", of="1", date="2026-06-21"))
    assert desk.states(second) == {State.READY}
    desk.paid("50.00", "2026-06-20", Reference="R-1")
    for _ in range(3):
        desk.again()
    assert desk.states() == desk.states(second) == {State.POSTED}
    (tie,) = desk.outbox.links([one.key for one in desk.outbox.postings([second])]).values()
    assert tie.xero_id == found
    assert len(desk.organisation.payments) == 2
