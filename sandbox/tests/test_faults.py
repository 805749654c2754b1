"""What each fault does to the books and to the answer, without a socket."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict, get_args

import msgspec
import pytest

from sandbox.tests.counter import Caller, body_of
from xero_sandbox.faults import FAULTS, FaultName
from xero_sandbox.sandbox import Admitted, Cut
from xero_sandbox.wire import Answer


class Row(TypedDict):
    """What the request log says of a call."""

    fault: str | None
    status: int | None
    applied: list[str]


def log(caller: Caller) -> list[Row]:
    return msgspec.json.decode(caller.answer("GET", "/_sandbox/requests").body, type=list[Row])


def test_too_many_at_once_never_says_how_long_to_wait(caller: Caller) -> None:
    caller.order(fault="429_concurrent", retry_after=7)
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert (answer.status, answer.headers.get("Retry-After")) == (429, None)


def test_every_fault_is_described() -> None:
    assert set(FAULTS) == set(get_args(FaultName))


@pytest.mark.parametrize(
    ("fault", "status", "applied"),
    [
        ("429_minute", 429, 0),
        ("429_day", 429, 0),
        ("429_concurrent", 429, 0),
        ("429_app", 429, 0),
        ("500_before", 500, 0),
        ("500_after", 500, 1),
        ("503_before", 503, 0),
        ("503_after", 503, 1),
        ("html_200", 200, 0),
        ("token_expired", 401, 0),
        ("slow", 200, 1),
        ("late", 200, 1),
        ("duplicate", 200, 2),
    ],
)
def test_a_fault_strikes_once(caller: Caller, fault: str, status: int, applied: int) -> None:
    caller.order(fault=fault)
    assert caller.status() == status
    assert len(caller.books.calls) == applied
    row = log(caller)[-1]
    assert (row["fault"], row["status"], len(row["applied"])) == (fault, status, applied)
    assert caller.status() == 200
    assert caller.answer("GET", "/_sandbox/faults").body == b"[]"


@pytest.mark.parametrize(
    ("fault", "applied", "part"),
    [("cut_before", 0, None), ("cut_after_commit", 1, None), ("cut_mid_body", 1, b'{"number"')],
)
def test_a_cut_says_whether_the_work_was_done(
    caller: Caller, fault: str, applied: int, part: bytes | None
) -> None:
    caller.order(fault=fault)
    cut = caller.call()
    assert isinstance(cut, Cut)
    assert cut.after_commit == bool(applied)
    assert (cut.partial is None) == (part is None)
    assert part is None or (cut.partial or b"").startswith(part)
    assert len(caller.books.calls) == applied
    assert log(caller)[-1]["status"] is None


def test_after_a_cut_the_key_replays_what_was_applied(caller: Caller) -> None:
    caller.order(fault="cut_after_commit")
    assert isinstance(caller.call(key="k"), Cut)
    assert body_of(caller.call(key="k"))["number"] == "1"
    assert len(caller.books.calls) == 1


@pytest.mark.parametrize("fault", ["cut_before", "429_minute", "token_expired", "html_200"])
def test_what_xero_never_saw_leaves_the_key_unused(caller: Caller, fault: str) -> None:
    caller.order(fault=fault)
    caller.call(key="k")
    assert body_of(caller.call(key="k"))["number"] == "1"


@pytest.mark.parametrize("fault", ["500_before", "503_before"])
def test_a_5xx_is_kept_under_its_key(caller: Caller, fault: str) -> None:
    caller.order(fault=fault)
    first = caller.status(key="k")
    assert caller.status(key="k") == first
    assert not caller.books.calls


def test_a_duplicate_with_a_key_is_applied_once(caller: Caller) -> None:
    caller.order(fault="duplicate")
    assert body_of(caller.call(key="k"))["number"] == "1"
    assert len(caller.books.calls) == 1


def test_only_two_limits_say_how_long(caller: Caller) -> None:
    waits = []
    for fault in ("429_minute", "429_day", "429_concurrent", "429_app"):
        caller.order(fault=fault)
        answer = caller.call()
        assert isinstance(answer, Answer)
        waits.append(answer.headers.get("Retry-After"))
    assert waits == ["60", "86400", None, None]


def test_retry_after_can_be_ordered(caller: Caller) -> None:
    caller.order(fault="429_minute", retry_after=7)
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["X-MinLimit-Remaining"] == "0"


def test_a_late_call_says_when_to_perform_it_and_a_slow_one_when_to_answer(
    caller: Caller,
) -> None:
    second = timedelta(seconds=1)
    for fault, expected in (("late", (second, 0 * second)), ("slow", (0 * second, second))):
        caller.order(fault=fault, delay_ms=1000)
        admitted = caller.sandbox.admit(caller.accounting(), caller.now)
        assert isinstance(admitted, Admitted)
        assert (admitted.perform_after, admitted.answer_after) == expected


def test_method_path_and_nth_choose_the_request(caller: Caller) -> None:
    match = {"method": "PUT", "path": "/Invoices", "nth": 2}
    caller.order(fault="500_before", match=match)
    assert caller.status("GET") == 200
    assert caller.status(path="/Payments") == 200
    assert [caller.status() for _ in range(3)] == [200, 500, 200]


def test_a_path_may_have_wildcards(caller: Caller) -> None:
    caller.order(fault="500_before", match={"path": "/api.xro/2.0/CreditNotes/*/Allocations"})
    assert caller.status(path="/CreditNotes") == 200
    assert caller.status(path="/CreditNotes/abc/Allocations") == 500


def test_faults_count_for_themselves(caller: Caller) -> None:
    caller.order(fault="500_before", match={"nth": 1})
    caller.order(fault="503_before", match={"nth": 2})
    assert [caller.status() for _ in range(3)] == [500, 503, 200]


def test_times_says_how_often(caller: Caller) -> None:
    caller.order(fault="500_before", times=2)
    assert [caller.status() for _ in range(3)] == [500, 500, 200]


def test_a_rate_strikes_the_same_requests_for_the_same_seed(caller: Caller) -> None:
    def run() -> list[int]:
        caller.answer("DELETE", "/_sandbox/faults")
        caller.order(fault="500_before", rate=0.5, seed=3)
        caller.wait(minutes=1)
        return [caller.status() for _ in range(40)]

    first = run()
    assert first == run()
    assert 10 < first.count(500) < 30


def test_faults_strike_the_token_endpoint_too(caller: Caller) -> None:
    caller.order(fault="cut_after_commit", match={"path": "/connect/token"})
    form = {"grant_type": "refresh_token", "refresh_token": caller.refresh_token}
    form |= {"client_id": "app", "client_secret": "hush"}
    assert isinstance(caller.send("POST", "/connect/token", form=form), Cut)
    assert caller.answer("POST", "/connect/token", form=form).status == 200


def test_a_refused_call_does_not_use_a_fault_up(caller: Caller) -> None:
    caller.order(fault="500_before")
    token, caller.token = caller.token, "wrong"
    assert caller.status() == 401
    caller.token = token
    assert caller.status() == 500


def test_a_simulation_may_ask_before(caller: Caller) -> None:
    caller.order(fault="late", match={"path": "/Payments"})
    assert caller.sandbox.fault_for(caller.accounting()) is None
    found = caller.sandbox.fault_for(caller.accounting(path="/Payments"))
    assert found is not None
    assert found.fault == "late"
