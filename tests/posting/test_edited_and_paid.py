"""What somebody has edited in Xero on a paid bill is not lost by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from counterfoil.posting import rebill_orders, undo_orders
from counterfoil.posting.overwriting import EDITED
from counterfoil.posting.poster import Poster
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.undo_orders import Order
from tests.cli.scene import receipt
from tests.posting.test_edited_in_xero import BILL, Desk, revised

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator
    from typing import Literal

    from counterfoil.core.mapping import Settings
    from counterfoil.posting.target import Answer, Call

    Wanted = Literal["rebill", "repost"]

T = TypeVar("T")


class Seat(Desk):
    """The same, at which a person orders."""

    def patiently(self, begin: Callable[[], Generator[Call, Answer, T]]) -> T:
        return self.read(begin)


BOTH = pytest.mark.parametrize("wanted", ["rebill", "repost"])


def paid(wanted: Literal["ask", "rebill", "repost"]) -> Desk:
    """Have a firm want this by itself of what is paid, and have part of its bill paid."""
    desk = Desk()
    mapping = desk.shelf.mapping()
    settings: Settings = replace(mapping.settings, paid_revisions=wanted)
    desk.shelf = FixedShelf(desk.shelf.chart(), replace(mapping, settings=settings))
    desk.poster = Poster(desk.caller, desk.shelf, holder="year", is_dead=lambda _: False)
    desk.post(receipt("1", "60.00"))
    return desk


def numbered(desk: Desk, number: str) -> dict[str, Any]:
    """Return the invoice that bears a number in Xero now."""
    now = desk.clock.now()
    (found,) = desk.firm.ask("GET", "/Invoices", now, InvoiceNumbers=number, page="1")["Invoices"]
    return dict(found)


def accounts(invoice: dict[str, Any]) -> list[str]:
    return [line["AccountCode"] for line in invoice["LineItems"]]


@BOTH
def test_by_itself_nothing_is_replaced_while_an_edit_would_be_lost(wanted: Wanted) -> None:
    desk = paid(wanted)
    desk.edit_line(AccountCode="260")
    desk.edit(DueDate="2026-12-24", Reference="Call first")
    desk.post(revised())
    for told in (
        "account: line 1 200 became 260",
        "due date: 2026-06-15 became 2026-12-24",
        "reference: nothing became Call first",
    ):
        assert told in desk.held_for
    assert (desk.invoice["Total"], desk.invoice["AmountPaid"]) == ("100.00", "60.00")
    assert accounts(desk.invoice) == ["260"]


@BOTH
def test_it_is_replaced_once_a_person_gives_the_edit_up(wanted: Wanted) -> None:
    desk = paid(wanted)
    desk.edit_line(AccountCode="260")
    desk.post(revised())
    assert desk.overwrite() == 1
    assert desk.held_for == ""
    fresh = numbered(desk, "INV-1" if wanted == "repost" else "INV-1-R2")
    assert (fresh["Total"], accounts(fresh)) == ("150.00", ["200"])
    (event,) = (one for one in desk.outbox.events() if one.what == "chose overwrite")
    assert "200 became 260" in event.detail


@BOTH
def test_a_payment_is_no_edit_and_what_the_practice_records_too_is_no_loss(wanted: Wanted) -> None:
    desk = paid(wanted)
    desk.edit(DueDate="2026-12-24")
    desk.post(revised(due_date="2026-12-24"))
    assert desk.held_for == ""
    assert desk.invoice["Total"] == "150.00"


def test_where_nothing_is_wanted_by_itself_the_choices_are_told() -> None:
    desk = paid("ask")
    desk.edit_line(AccountCode="260")
    desk.post(revised())
    assert desk.held_for == ""


def orders(desk: Desk, *, dry_run: bool = False, given_up: Collection[str] = ()) -> Order:
    return Order("ann", desk.clock.now(), again=True, dry_run=dry_run, given_up=given_up)


@pytest.fixture
def revised_by_hand() -> Seat:
    """A firm that is asked: part of its bill is paid, an account was edited, a revision came."""
    desk = Seat()
    desk.post(receipt("1", "60.00"))
    desk.edit_line(AccountCode="260")
    desk.post(revised())
    return desk


def test_what_would_be_lost_is_shown_before_all_is_posted_anew(revised_by_hand: Seat) -> None:
    desk = revised_by_hand
    (shown,) = undo_orders.undo(desk, [BILL], orders(desk, dry_run=True))
    (loss,) = shown.lost
    assert "INV-1" in loss.words
    assert "account: line 1 200 became 260" in loss.words
    (refused,) = undo_orders.undo(desk, [BILL], orders(desk))
    assert [one.finding.code for one in refused.refused] == [EDITED]
    assert "counterfoil repost bill:b-1 --overwrite" in refused.refused[0].finding.fix
    desk.edit(DueDate="2026-12-24")  # After it was shown: it is asked about again.
    seen = {loss.name}
    (late,) = undo_orders.undo(desk, [BILL], orders(desk, given_up=seen))
    assert not late.planned
    assert "due date" in late.lost[0].words
    (ordered,) = undo_orders.undo(desk, [BILL], orders(desk, given_up={late.lost[0].name}))
    assert ordered.planned
    desk.poster.drain()
    assert (desk.invoice["Total"], accounts(desk.invoice)) == ("150.00", ["200"])
    told = [one for one in desk.outbox.events() if "given up" in one.detail]
    assert [one.actor for one in told] == ["ann"]
    assert "200 became 260" in told[0].detail


def test_what_would_be_lost_is_shown_before_it_is_billed_anew(revised_by_hand: Seat) -> None:
    desk = revised_by_hand

    def rebill(
        *, dry_run: bool = False, given_up: Collection[str] | None = ()
    ) -> rebill_orders.Rebilling:
        now = desk.clock.now()
        return rebill_orders.rebill(
            desk, BILL, actor="ann", now=now, dry_run=dry_run, given_up=given_up
        )

    shown = rebill(dry_run=True)
    assert "200 became 260" in shown.lost[0].words
    refused = rebill().refused
    assert refused is not None
    assert refused.code == EDITED
    assert rebill(given_up=None).planned
    desk.poster.drain()
    assert accounts(numbered(desk, "INV-1-R2")) == ["200"]
    (told,) = (one for one in desk.outbox.events() if "given up" in one.detail)
    assert "200 became 260" in told.detail


def test_a_payment_and_nothing_else_is_given_up_without_a_word() -> None:
    desk = Seat()
    desk.post(receipt("1", "60.00"))
    desk.post(revised())
    (ordered,) = undo_orders.undo(desk, [BILL], orders(desk))
    assert (ordered.planned, ordered.lost) == (True, ())
    desk.poster.drain()
    assert not any(one.detail.startswith("given up") for one in desk.outbox.events())
