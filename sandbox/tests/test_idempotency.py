"""Idempotency keys, as facts section 5 has them."""

from __future__ import annotations

import pytest

from sandbox.tests.counter import Caller, body_of
from xero_sandbox.sandbox import Admitted
from xero_sandbox.wire import Answer


def number(found: object) -> object:
    assert isinstance(found, Answer)
    return body_of(found)["number"]


def test_a_repeated_key_replays_the_first_answer(caller: Caller) -> None:
    assert number(caller.call(key="k")) == number(caller.call(key="k")) == "1"
    assert len(caller.books.calls) == 1


def test_a_key_is_new_again_after_six_minutes_from_the_first_call(caller: Caller) -> None:
    caller.call(key="k")
    caller.wait(minutes=5, seconds=59)
    assert number(caller.call(key="k")) == "1"
    caller.wait(seconds=1)
    assert number(caller.call(key="k")) == "2"


def test_the_sandboxs_clock_ages_keys(caller: Caller) -> None:
    caller.call(key="k")
    caller.answer("POST", "/_sandbox/clock", json={"advance_seconds": 360})
    assert number(caller.call(key="k")) == "2"


@pytest.mark.parametrize(("method", "path"), [("POST", "/Invoices"), ("PUT", "/CreditNotes")])
def test_a_key_with_another_request_is_refused(caller: Caller, method: str, path: str) -> None:
    caller.call(key="k")
    answer = caller.call(method, path, key="k")
    assert isinstance(answer, Answer)
    assert answer.status == 400
    expected = "Idempotency Key: k is used with a different request."
    assert body_of(answer)["Message"] == expected


def test_keys_are_per_app_and_not_per_organisation(caller: Caller) -> None:
    first = caller.call(key="k")
    other = caller.sandbox.new_organisation("Other", "AU", caller.now).tenant_id
    caller.sandbox.issue_token((other,), client_id="app", now=caller.now)
    caller.tenant = other
    assert number(caller.call(key="k")) == number(first)


def test_errors_are_replayed_too(caller: Caller) -> None:
    caller.order(fault="500_after")
    assert [caller.status(key="k"), caller.status(key="k")] == [500, 500]
    assert len(caller.books.calls) == 1


def test_a_key_of_129_characters_is_refused(caller: Caller) -> None:
    assert caller.status(key="k" * 128) == 200
    assert caller.status(key="k" * 129) == 400


def test_reading_ignores_keys(caller: Caller) -> None:
    assert caller.status("GET", key="k") == 200
    assert number(caller.call("GET", key="k")) == "2"


def test_a_replay_costs_a_call(caller: Caller) -> None:
    for _ in range(60):
        caller.call(key="k")
    assert caller.status(key="k") == 429


def flying(caller: Caller, switch: str) -> tuple[Admitted, Admitted | Answer]:
    caller.answer("POST", "/_sandbox/switches", json={"key_in_process": switch})
    first = caller.sandbox.admit(caller.accounting(key="k"), caller.now)
    assert isinstance(first, Admitted)
    return first, caller.sandbox.admit(caller.accounting(key="k"), caller.now)


def test_a_key_in_process_waits_for_the_first_answer(caller: Caller) -> None:
    first, second = flying(caller, "replay")
    assert isinstance(second, Admitted)
    waited = second.waiting
    with pytest.raises(RuntimeError, match="has no answer yet"):
        caller.sandbox.perform(second, caller.now)
    caller.sandbox.perform(first, caller.now)
    assert (waited, second.waiting) == (True, False)
    assert number(caller.sandbox.perform(second, caller.now)) == "1"
    assert len(caller.books.calls) == 1


@pytest.mark.parametrize(("switch", "status"), [("409", 409), ("500", 500)])
def test_a_key_in_process_may_be_refused(caller: Caller, switch: str, status: int) -> None:
    first, second = flying(caller, switch)
    assert isinstance(second, Answer)
    assert second.status == status
    assert number(caller.sandbox.perform(first, caller.now)) == "1"
    assert number(caller.call(key="k")) == "1"


def test_a_key_in_process_may_run_a_second_time(caller: Caller) -> None:
    first, second = flying(caller, "second")
    assert isinstance(second, Admitted)
    assert number(caller.sandbox.perform(second, caller.now)) == "1"
    assert number(caller.sandbox.perform(first, caller.now)) == "2"
