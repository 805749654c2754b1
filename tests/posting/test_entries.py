"""What a document becomes in the daybook: how it is listed, what it plans and what that needs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Allocation, OpeningBill, Void
from counterfoil.core.mapping import OfKind
from counterfoil.core.parts import CAME, WENT_BACK
from counterfoil.core.xero_documents import AmountsAre, CreditNote, Symbol, Totals
from counterfoil.posting.entries import convert_all
from counterfoil.posting.rebills import Rebill, body_of
from counterfoil.posting.records import Entry, Link, Summary
from counterfoil.posting.shelf import NoChart
from counterfoil.posting.states import State
from tests.core.scene import (
    CHART,
    DAY,
    ESTATE,
    MAPPING,
    SMITH,
    bill,
    line,
    plain_bill,
    receipt,
    set_up,
    split,
)
from tests.core.test_trust_documents import payment, supplier_bill
from tests.core.trust_scene import TRUST_CHART, TRUST_MAPPING
from tests.posting.test_sums import BILL, NOW, RECEIPT, Daybook, back, billed, codes, needed, paid

CHART_7 = replace(CHART, version=7)
MAPPING_9 = replace(MAPPING, version=9)


class WithoutChart(Daybook):
    """A daybook of a firm that is not connected yet."""

    def __init__(self) -> None:
        super().__init__()

        def chart() -> None:
            raise NoChart

        self.shelf.chart = chart  # type: ignore[method-assign, assignment]


def test_a_bill_is_listed_in_the_practices_own_words() -> None:
    entry = Daybook(CHART_7, MAPPING_9).together(plain_bill())["b-1"]
    assert entry.summary == Summary("INV-1", DAY, "Smith Pty Ltd", "2026-014", 110_00, "AUD")
    assert (entry.chart_version, entry.mapping_version) == (7, 9)
    foreign = replace(plain_bill(), currency="USD")
    assert Daybook().together(foreign)["b-1"].summary.currency == "USD"


def test_before_there_is_a_chart_no_currency_is_guessed() -> None:
    entry = WithoutChart().together(plain_bill())["b-1"]
    assert entry.summary == Summary("INV-1", DAY, "Smith Pty Ltd", "2026-014", 110_00)
    assert (entry.chart_version, entry.mapping_version) == (0, 0)


def test_a_bill_is_listed_under_the_number_that_it_has_in_xero() -> None:
    settings = replace(MAPPING.settings, kinds={"bill": OfKind(number_prefix="SYD-")})
    daybook = Daybook(mapping=replace(MAPPING, settings=settings))
    assert daybook.together(plain_bill())["b-1"].summary.number == "SYD-INV-1"


def test_what_has_no_number_is_listed_without_one() -> None:
    void = Void(id="v-1", date=DAY, voids=BILL, reason="Never owed")
    assert billed().together(void)["v-1"].summary.number == ""


def test_a_suppliers_numbers_are_unique_with_the_supplier() -> None:
    bought = supplier_bill()
    entry = Daybook().together(bought)[bought.id]
    assert entry.number_space == f"supplier_bill/{bought.supplier.id}"


def locked() -> Daybook:
    """A daybook whose books are closed in Xero beyond the day of the bills."""
    organisation = replace(CHART.organisation, period_lock_date=DAY)
    return Daybook(replace(CHART, organisation=organisation), set_up(lock_date="hold"))


def test_what_states_anew_what_xero_holds_is_not_held_for_its_day() -> None:
    daybook = locked()
    assert codes(daybook.together(plain_bill())["b-1"]) == ["period_locked"]
    (entry,) = convert_all([plain_bill()], daybook.outbox, daybook.shelf, revising=True)
    assert codes(entry) == []


def rebilled() -> Entry:
    """The re-billing of a bill, as it stands in the daybook."""
    credit = CreditNote(
        "ACCRECCREDIT", "c", "CN", "", DAY, AmountsAre.EXCLUSIVE, (), Totals(100_00, 10_00, 110_00)
    )
    was = Link("there", "INV-1", "AUTHORISED", Totals(100_00, 10_00, 110_00))
    one = Rebill(BILL, 1, 2, "INV-1-R2", None, was, DAY, 0, False, credit)
    entry = Daybook().together(plain_bill())["b-1"]
    return replace(entry, key=one.key, body=body_of(one), intents=(), number_space="")


def test_a_bill_that_was_billed_anew_goes_under_a_day_that_is_open() -> None:
    daybook = locked()
    daybook.outbox.receive([rebilled()], actor="ann", now=NOW)
    other = bill([line("100.00", account="9-9999")], "10.00", "110.00", id="b-2", number="INV-2")
    entries = daybook.together(other, replace(plain_bill(), revision=2))
    assert codes(entries["b-1"]) == []
    assert set(codes(entries["b-2"])) == {"account_not_mapped", "period_locked"}


def test_what_is_held_takes_nothing_from_who_comes_with_it() -> None:
    held = replace(paid("r-1", "110.00"), bank_account="UNKNOWN")
    entries = billed().together(held, paid("r-2", "110.00"))
    assert codes(entries["r-1"]) == ["bank_account_not_mapped"]
    assert codes(entries["r-2"]) == []


def test_of_what_is_named_only_what_is_not_there_is_missed_and_said_once() -> None:
    assert codes(Daybook().together(paid("r-1", "1.00"))["r-1"]) == ["not_received"]
    assert codes(billed().together(paid("r-1", "1.00"))["r-1"]) == []
    assert codes(billed().together(back(RECEIPT))["x-1"]) == ["undone_not_received"]


def test_a_bill_from_before_the_start_is_not_missed_once_it_is_known() -> None:
    opened = OpeningBill(
        id="ob-1",
        number="INV-0",
        date=DAY,
        client=SMITH,
        matter=ESTATE,
        lines=(line("100.00"),),
        tax=1000,
        total=11000,
        outstanding=11000,
    )
    of_it = Allocation(bill=opened.key, amount=3000)
    daybook = Daybook()
    daybook.take(opened)
    assert "not_received" not in codes(daybook.together(receipt("30.00", of_it))["r-1"])


def test_the_end_of_a_receipt_waits_for_it_and_for_its_bill_and_for_what_goes_before_it() -> None:
    entry = billed(paid("r-1", "110.00")).together(back(RECEIPT))["x-1"]
    assert needed(entry) == ["receipt:r-1", "bill:b-1", "reversal:x-1"]


@pytest.mark.parametrize(
    ("receipt_is", "bill_is", "waits_for"),
    [
        (State.POSTED, State.POSTED, ["receipt:r-1", "bill:b-1", "reversal:x-1"]),
        (State.POSTED, State.WITHDRAWN, ["receipt:r-1", "bill:b-1", "reversal:x-1"]),
        (State.REFUSED, State.POSTED, ["bill:b-1", "reversal:x-1"]),
        (State.HELD, State.REFUSED, ["reversal:x-1"]),
        (State.UNKNOWN, State.REFUSED, ["receipt:r-1", "bill:b-1", "reversal:x-1"]),
    ],
)
def test_the_end_of_what_never_came_to_be_waits_for_nothing_that_never_did(
    receipt_is: State, bill_is: State, waits_for: list[str]
) -> None:
    daybook = billed(paid("r-1", "110.00"))
    daybook.stands(RECEIPT, receipt_is)
    daybook.stands(BILL, bill_is)
    assert needed(daybook.together(back(RECEIPT))["x-1"]) == waits_for


DISHONOURED = replace(MAPPING, special=replace(MAPPING.special, dishonoured="630"))


@pytest.mark.parametrize("receipt_is", [State.POSTED, State.REFUSED])
def test_the_moneys_way_in_and_out_again_waits_until_the_payment_is_gone(
    receipt_is: State,
) -> None:
    daybook = Daybook(mapping=DISHONOURED)
    daybook.take(plain_bill(), paid("r-1", "110.00"))
    daybook.stands(RECEIPT, receipt_is)
    bounced = replace(back(RECEIPT), reason="Cheque dishonoured", date=DAY + dt.timedelta(days=3))
    intents = daybook.together(bounced)["x-1"].intents
    waits = {one.part: (one.act, set(one.needs)) for one in intents}
    own, contact = Symbol(*bounced.key), Symbol("contact", SMITH.id)
    gone = {own, Symbol(*BILL)} | ({Symbol(*RECEIPT)} if receipt_is is State.POSTED else set())
    assert waits == {
        "allocation:b-1": (Act.DELETE, gone),
        CAME: (Act.CREATE, {own, contact}),
        WENT_BACK: (Act.CREATE, {own, contact}),
    }


def test_what_is_from_before_the_start_needs_nothing() -> None:
    daybook = Daybook(mapping=set_up(start_date=DAY + dt.timedelta(days=1)))
    entry = daybook.together(plain_bill())["b-1"]
    assert [(one.part, one.resource) for one in entry.intents] == [("", "Invoices")]
    assert needed(entry) == []
    assert needed(billed().together(plain_bill())["b-1"]) == ["contact:c-1"]


def test_what_is_taken_back_is_converted_with_what_it_named() -> None:
    bought = supplier_bill()
    spent = payment("300.00", split("300.00"), supplier_bill=bought.key)
    daybook = Daybook(TRUST_CHART, TRUST_MAPPING)
    daybook.take(bought, spent)
    entry = daybook.together(back(spent.key, "x-2"))["x-2"]
    assert codes(entry) == []
    assert "allocation:s-1" in [one.part for one in entry.intents]
