"""What the bank feed has put on another bill of the client is asked about and never doubled."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import note
from counterfoil.core.xero_documents import AccountRef
from counterfoil.posting import fed_payments
from counterfoil.posting.fed_payments import Ours, candidates, unanswered
from counterfoil.posting.intake import OTHER_MONEY
from counterfoil.posting.poster import Poster
from counterfoil.posting.records import Posting, PostingKey
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.posting.target import FedPayment
from tests.cli.scene import bill, party, receipt
from tests.posting.test_edited_in_xero import Document
from tests.posting.test_fed_as_prepaid import Fed
from xero_sandbox import faults as trouble

PAID, OTHER = Key("receipt", "r-2"), Key("receipt", "r-1")
DAY = dt.date(2026, 6, 20)
OFFICE = AccountRef(code="090")
POSTING = Posting(
    PostingKey(*PAID, "bill:b-2", Act.CREATE, 1), State.READY, "Payments", 2, None, 50
)
MONEY = Ours(POSTING, DAY, 100_00, frozenset({100_00}), True, OFFICE, "invoice-2")
THERE = FedPayment("payment-1", "invoice-1", True, DAY, 100_00, 100_00, OFFICE, False)


class Mixed(Fed):
    """A client with two bills, on the first of which the feed has put what pays the second."""

    def __init__(self, fed: str = "100.00", date: str = "2026-06-21") -> None:
        super().__init__()
        self.post(bill("2", client=party("1")))
        self.found = self.paid(fed, date)

    def codes(self, key: Key = PAID) -> list[str]:
        return [one.code for one in self.outbox.findings([key]).get(key, ())]

    def answer(self) -> int:
        """Say that it is other money; return of how many documents that was asked."""
        said = fed_payments.is_other_money(
            [PAID], self.outbox, self.shelf, actor="ann", now=self.clock.now()
        )
        self.poster.drain()
        return said

    def live(self) -> int:
        return sum(one.status != "DELETED" for one in self.organisation.payments.values())


def paid(amount: str = "100.00", **changed: object) -> Document:
    return {**receipt("2", amount, client=party("1")), **changed}


@pytest.mark.parametrize(
    "there",
    [
        THERE,
        THERE._replace(date=DAY + dt.timedelta(days=5)),
        THERE._replace(amount=65_00),
        THERE._replace(account=AccountRef()),
    ],
)
def test_the_same_sum_near_that_day_on_that_account_may_be_it(
    there: FedPayment, mixed: Mixed
) -> None:
    assert candidates([MONEY], [there], mixed.shelf.chart()) == [(MONEY, [there])]


@pytest.mark.parametrize(
    "there",
    [
        THERE._replace(date=DAY - dt.timedelta(days=6)),
        THERE._replace(date=None),
        THERE._replace(amount=99_00, bank_amount=99_00),
        THERE._replace(account=AccountRef(code="091")),
        THERE._replace(receives=False),
        THERE._replace(on="invoice-2"),
    ],
)
def test_another_sum_day_account_or_way_or_our_own_bill_is_not(
    there: FedPayment, mixed: Mixed
) -> None:
    assert candidates([MONEY], [there], mixed.shelf.chart()) == []


def test_a_receipt_over_several_bills_is_one_line_of_the_bank_statement(mixed: Mixed) -> None:
    whole = MONEY._replace(amount=60_00, amounts=frozenset({60_00, 100_00}))
    assert candidates([whole], [THERE], mixed.shelf.chart())


def test_what_a_person_has_said_is_of_the_payments_that_were_asked_about() -> None:
    said = note(OTHER_MONEY, "other money", about="payment:payment-1")
    later = THERE._replace(xero_id="payment-9")
    assert unanswered([THERE, later], [said]) == [later]
    assert unanswered([THERE], [replace(said, code="another")]) == [THERE]


@pytest.fixture(scope="module")
def mixed() -> Mixed:
    return Mixed()


def test_it_is_asked_with_the_other_bill_and_nothing_is_doubled() -> None:
    desk = Mixed()
    desk.post(paid())
    assert desk.states(PAID) == {State.HELD}
    asked, named = desk.outbox.findings([PAID])[PAID]
    assert "100.00 of 2026-06-21 on INV-1" in asked.message
    assert (asked.code, named.about) == ("already_applied_in_xero", f"payment:{desk.found}")
    desk.again()
    assert (desk.live(), desk.states(PAID)) == (1, {State.HELD})


def test_said_to_be_another_receipt_ours_goes_and_is_not_asked_about_again() -> None:
    desk = Mixed()
    desk.post(paid())
    assert desk.answer() == 1
    assert (desk.live(), desk.states(PAID)) == (2, {State.POSTED})
    assert desk.codes() == [OTHER_MONEY]
    assert desk.answer() == 0


def test_one_that_comes_after_the_question_is_asked_about_by_itself() -> None:
    desk = Mixed("50.00")
    desk.post(paid("50.00"))
    second = desk.paid("50.00")
    desk.again(2)
    desk.answer()
    (asked, named) = (one for one in desk.outbox.findings([PAID])[PAID] if one.code != OTHER_MONEY)
    assert named.about == f"payment:{second}"
    assert desk.found not in asked.message
    assert desk.answer() == 1
    assert desk.states(PAID) == {State.POSTED}


def test_removed_there_ours_goes_by_itself() -> None:
    desk = Mixed()
    desk.post(paid())
    desk.ask("POST", f"/Payments/{desk.found}", {"Status": "DELETED"})
    desk.again()
    assert (desk.live(), desk.states(PAID)) == (1, {State.POSTED})
    assert desk.codes() == []


def test_a_revision_that_pays_the_bill_there_takes_it_as_ours() -> None:
    desk = Mixed()
    desk.post(paid())
    desk.post(paid(revision=2, allocations=[{"bill": "b-1", "amount": "100.00"}]))
    assert desk.states(PAID) == {State.WITHDRAWN, State.POSTED}
    assert (desk.live(), desk.codes()) == (1, ["payment_found_in_xero"])


def test_what_another_receipt_of_the_practice_is_for_is_not_asked_about() -> None:
    desk = Mixed()
    desk.post(paid(), receipt("1"))
    assert (desk.states(PAID), desk.states(OTHER)) == ({State.POSTED}, {State.POSTED})
    assert desk.live() == 2


def test_once_the_practice_records_the_other_too_ours_goes_by_itself() -> None:
    desk = Mixed()
    desk.post(paid())
    desk.post(receipt("1"))
    desk.again()
    assert (desk.states(PAID), desk.live()) == ({State.POSTED}, 2)


def test_another_clients_payment_of_the_same_sum_is_no_such_money() -> None:
    desk = Mixed()
    desk.post(bill("3"), receipt("3"))
    assert desk.states(Key("receipt", "r-3")) == {State.POSTED}


def test_a_bill_that_was_made_just_now_does_not_hide_it() -> None:
    desk = Fed()
    desk.paid("100.00")
    desk.post(bill("2", client=party("1")), paid())
    assert desk.states(PAID) == {State.HELD}


def test_what_stood_there_before_the_firm_began_is_not_asked_about() -> None:
    desk = Mixed(date="2026-06-16")
    mapping = desk.shelf.mapping()
    began = replace(mapping.settings, start_date=dt.date(2026, 6, 17))
    desk.shelf = FixedShelf(desk.shelf.chart(), replace(mapping, settings=began))
    desk.poster = Poster(desk.caller, desk.shelf, holder="year")
    desk.post(paid())
    assert desk.states(PAID) == {State.POSTED}


def test_beside_a_payment_of_ours_in_doubt_it_waits() -> None:
    desk = Mixed("50.00", "2026-06-19")
    lost = trouble.Fault("html_200", trouble.Match(method="PUT", path="Payments"))
    desk.sandbox.state.faults.order([lost])
    desk.post(receipt("9", "30.00", of="1", date="2026-06-30"))
    assert desk.states(Key("receipt", "r-9")) == {State.UNKNOWN}
    desk.post(paid("50.00"))
    assert desk.states(PAID) == {State.READY}
