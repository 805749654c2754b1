"""The page that lists the faults, as a person uses it."""

from __future__ import annotations

from html import escape

import msgspec
import pytest

from sandbox.tests.counter import Caller
from xero_sandbox.faults import FAULTS
from xero_sandbox.wire import Answer

FORM = {"fault": "slow", "method": "PUT", "path": "/Invoices", "nth": "2", "delay_ms": "10"}
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def page(caller: Caller) -> str:
    answer = caller.answer("GET", "/_sandbox/faults", headers=BROWSER)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def press(caller: Caller, **fields: str) -> Answer:
    return caller.answer("POST", "/_sandbox/faults", form=fields)


def test_it_lists_every_fault_with_what_it_does(caller: Caller) -> None:
    shown = page(caller)
    for name, effect in FAULTS.items():
        assert f"<code>{name}</code></td><td>{escape(effect)}</td>" in shown


def test_its_form_may_say_where_it_comes_from(caller: Caller) -> None:
    """A browser that must not would send ``Origin: null``, and the control routes refuse that."""
    answer = caller.answer("GET", "/_sandbox/faults", headers=BROWSER)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


def test_a_script_gets_the_list(caller: Caller) -> None:
    assert caller.answer("GET", "/_sandbox/faults").body == b"[]"


def test_its_form_orders_one_and_shows_it(caller: Caller) -> None:
    answer = press(caller, **FORM)
    assert (answer.status, answer.headers["Location"]) == (303, "/_sandbox/faults")
    (ordered,) = msgspec.json.decode(caller.answer("GET", "/_sandbox/faults").body)
    assert ordered["match"] == {"method": "PUT", "path": "/Invoices", "nth": 2}
    assert "PUT, /Invoices, 1 ×, from match 2" in page(caller)


def test_it_shows_what_has_struck(caller: Caller) -> None:
    press(caller, fault="cut_before", method="", path="")
    caller.call()
    shown = page(caller)
    assert "<code>cut_before</code></td><td>PUT /api.xro/2.0/Invoices</td><td>cut</td>" in shown


def test_its_other_button_clears_them_all(caller: Caller) -> None:
    press(caller, **FORM)
    press(caller, fault="slow", clear="all")
    assert caller.answer("GET", "/_sandbox/faults").body == b"[]"


@pytest.mark.parametrize("wrong", [{"fault": "explode"}, {"fault": "slow", "times": "0"}, {}])
def test_what_cannot_be_ordered_is_refused_with_its_place(
    caller: Caller, wrong: dict[str, str]
) -> None:
    answer = press(caller, **wrong)
    assert answer.status == 400
    assert b"`fault`" in answer.body or b"`$." in answer.body


def test_it_escapes_what_it_is_given(caller: Caller) -> None:
    press(caller, fault="slow", path="<script>")
    assert "<script>" not in page(caller)


def test_json_under_the_name_of_a_form_is_json(caller: Caller) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    caller.answer("POST", "/_sandbox/faults", json=[{"fault": "slow"}], headers=headers)
    (ordered,) = msgspec.json.decode(caller.answer("GET", "/_sandbox/faults").body)
    assert ordered["fault"] == "slow"
