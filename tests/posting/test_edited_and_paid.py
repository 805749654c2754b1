"""What somebody has edited in Xero on a paid bill is not lost by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from counterfoil.posting.poster import Poster
from counterfoil.posting.shelf import FixedShelf
from tests.cli.scene import receipt
from tests.posting.test_edited_in_xero import Desk, revised

if TYPE_CHECKING:
    from typing import Literal

    from counterfoil.core.mapping import Settings

    Wanted = Literal["rebill", "repost"]

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
