"""Xero may print an object that is not there as an empty array, so the sandbox can too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.tests.books.cast import Body, Firm
from xero_sandbox.books import change_settings, handle
from xero_sandbox.books.control import SettingError
from xero_sandbox.wire import Call


def _listed(firm: Firm, resource: str) -> list[Body]:
    """Read a list past Xero's OpenAPI file, which knows no array where an object belongs."""
    call = Call("GET", (resource,), {}, {}, b"", "app-1")
    body: dict[str, Any] = json.loads(handle(firm.organisation, call, firm.now).answer.body)
    found: list[Body] = body[resource]
    return found


def test_objects_that_are_not_there_are_left_out_unless_a_setting_says_otherwise(
    firm: Firm,
) -> None:
    firm.pay(firm.invoice("10.00"), "11.00")
    assert "CreditNote" not in _listed(firm, "Payments")[0]
    change_settings(firm.organisation, {"nullObjects": "empty_array"})
    (payment,) = _listed(firm, "Payments")
    names = ("CreditNote", "Prepayment", "Overpayment", "BatchPayment")
    assert [payment[name] for name in names] == [[], [], [], []]
    assert payment["Invoice"]["Type"] == "ACCREC"


def test_the_halves_of_a_transfer_then_have_an_empty_contact(firm: Firm) -> None:
    firm.transfer()
    change_settings(firm.organisation, {"nullObjects": "empty_array"})
    assert [one["Contact"] for one in _listed(firm, "BankTransactions")] == [[], []]


def test_what_is_read_so_can_be_sent_back(firm: Firm) -> None:
    firm.contact("Ada Byron")
    change_settings(firm.organisation, {"nullObjects": "empty_array"})
    (contact,) = _listed(firm, "Contacts")
    change_settings(firm.organisation, {"nullObjects": "absent"})
    assert contact["Balances"] == []
    assert firm.post("Contacts", contact).status == 200


def test_there_are_two_ways_only(firm: Firm) -> None:
    with pytest.raises(SettingError, match="absent, empty_array"):
        change_settings(firm.organisation, {"nullObjects": "null"})
