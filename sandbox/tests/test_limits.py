"""The four limits, by a clock that only moves when told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sandbox.tests.counter import Caller, body_of
from xero_sandbox.admission import LARGEST_BODY
from xero_sandbox.limits import APP_PER_MINUTE
from xero_sandbox.sandbox import Admitted, Cut
from xero_sandbox.wire import Answer


def refused(caller: Caller) -> Answer:
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (429, b"")
    return answer


def spend(caller: Caller, calls: int) -> None:
    assert {caller.status() for _ in range(calls)} == {200}


def test_every_answer_says_what_is_left(caller: Caller) -> None:
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert answer.headers["X-DayLimit-Remaining"] == "4999"
    assert answer.headers["X-MinLimit-Remaining"] == "59"
    assert answer.headers["X-AppMinLimit-Remaining"] == "9999"


def test_the_sixty_first_call_of_a_minute_is_told_how_long_to_wait(caller: Caller) -> None:
    spend(caller, 1)
    caller.wait(seconds=14.5)
    spend(caller, 59)
    answer = refused(caller)
    assert answer.headers["X-Rate-Limit-Problem"] == "minute"
    assert answer.headers["Retry-After"] == "46"
    caller.wait(seconds=46)
    assert caller.status() == 200


def test_windows_keep_the_rhythm_of_the_first_call(caller: Caller) -> None:
    spend(caller, 1)
    caller.wait(seconds=119)
    spend(caller, 60)
    assert refused(caller).headers["Retry-After"] == "1"


def test_the_day_of_a_starter_app_ends_after_a_thousand_calls(caller: Caller) -> None:
    caller.sandbox.state.organisations[caller.tenant].settings.tier = "starter"
    for _ in range(20):
        spend(caller, 50)
        caller.wait(minutes=1)
    answer = refused(caller)
    assert answer.headers["X-Rate-Limit-Problem"] == "day"
    assert answer.headers["Retry-After"] == str(24 * 3600 - 20 * 60)
    assert answer.headers["X-DayLimit-Remaining"] == "0"


def test_an_app_has_ten_thousand_calls_a_minute_over_all_organisations(caller: Caller) -> None:
    spend(caller, 1)
    caller.sandbox.state.limiter.apps["app"].used = APP_PER_MINUTE
    answer = refused(caller)
    assert answer.headers["X-Rate-Limit-Problem"] == "appminute"


def test_a_sixth_call_in_flight_is_refused_without_a_time(caller: Caller) -> None:
    sandbox = caller.sandbox
    flying = [sandbox.admit(caller.accounting(), caller.now) for _ in range(5)]
    answer = refused(caller)
    assert answer.headers["X-Rate-Limit-Problem"] == "concurrent"
    assert "Retry-After" not in answer.headers
    assert isinstance(flying[0], Admitted)
    sandbox.perform(flying[0], caller.now)
    assert caller.status() == 200


def test_a_slow_answer_keeps_its_slot_until_it_has_gone_out(caller: Caller) -> None:
    caller.order(fault="slow", delay_ms=2000, times=5)
    for _ in range(5):
        caller.call()
    assert refused(caller).headers["X-Rate-Limit-Problem"] == "concurrent"
    caller.wait(seconds=2)
    assert caller.status() == 200


def test_latency_keeps_the_slots_too(caller: Caller) -> None:
    caller.sandbox.latency = timedelta(milliseconds=100)
    spend(caller, 5)
    assert refused(caller).headers["X-Rate-Limit-Problem"] == "concurrent"
    caller.wait(milliseconds=100)
    assert caller.status() == 200


def test_organisations_have_minutes_of_their_own(caller: Caller) -> None:
    spend(caller, 60)
    other = caller.sandbox.new_organisation("Other", "NZ", caller.now).tenant_id
    issued = caller.sandbox.issue_token((other,), client_id="app", now=caller.now)
    caller.tenant, caller.token = other, str(issued["access_token"])
    assert caller.status() == 200


def test_without_limits_the_headers_stay(caller: Caller) -> None:
    caller.answer("POST", "/_sandbox/switches", json={"limits": False})
    spend(caller, 70)
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert answer.headers["X-MinLimit-Remaining"] == "0"


def test_rapid_sync_spares_the_first_half_hour_where_it_is_switched_on(caller: Caller) -> None:
    caller.sandbox.state.organisations[caller.tenant].settings.tier = "plus"
    spend(caller, 60)
    assert refused(caller).headers["X-Rate-Limit-Problem"] == "minute"
    caller.answer("POST", "/_sandbox/switches", json={"rapid_sync": True})
    spend(caller, 60)
    caller.wait(minutes=30)
    issued = caller.sandbox.issue_token((caller.tenant,), client_id="app", now=caller.now)
    caller.take(issued)
    spend(caller, 60)
    assert refused(caller).headers["X-Rate-Limit-Problem"] == "minute"


def test_a_starter_has_no_rapid_sync(caller: Caller) -> None:
    caller.sandbox.state.organisations[caller.tenant].settings.tier = "starter"
    caller.answer("POST", "/_sandbox/switches", json={"rapid_sync": True})
    spend(caller, 60)
    assert refused(caller).headers["X-Rate-Limit-Problem"] == "minute"


LEFT = ("X-DayLimit-Remaining", "X-MinLimit-Remaining", "X-AppMinLimit-Remaining")


def left(answer: Answer | Cut) -> list[str | None]:
    assert isinstance(answer, Answer)
    return [answer.headers.get(name) for name in LEFT]


def test_a_call_with_an_expired_token_is_told_what_is_left_and_costs_nothing(
    caller: Caller,
) -> None:
    spend(caller, 2)
    caller.wait(minutes=30)
    assert [left(caller.call()) for _ in range(2)] == [["4998", "60", "10000"]] * 2


def test_an_ordered_expiry_looks_like_a_real_one(caller: Caller) -> None:
    caller.answer("POST", "/_sandbox/switches", json={"lower_case_auth": True})
    caller.order(fault="token_expired")
    ordered = caller.call()
    caller.wait(minutes=30)
    real = caller.call()
    assert isinstance(ordered, Answer)
    assert isinstance(real, Answer)
    assert (ordered.status, set(ordered.headers)) == (real.status, set(real.headers))
    assert set(body_of(ordered)) == set(body_of(real))


def test_an_organisation_that_was_disconnected_still_says_what_is_left(caller: Caller) -> None:
    spend(caller, 1)
    caller.answer("POST", "/_sandbox/disconnect", json={"tenantId": caller.tenant})
    assert (caller.status(), left(caller.call())) == (403, ["4999", "59", "9999"])


def test_of_an_unknown_organisation_only_the_minute_of_the_app_is_known(caller: Caller) -> None:
    caller.tenant = "nobody"
    assert (caller.status(), left(caller.call())) == (403, [None, None, "10000"])


def test_nothing_is_known_of_an_unknown_token(caller: Caller) -> None:
    caller.token = "made up"
    assert (caller.status(), left(caller.call())) == (401, [None, None, None])


def test_a_body_over_ten_megabytes_is_told_what_is_left(caller: Caller) -> None:
    request = replace(caller.accounting(), body=b" " * (LARGEST_BODY + 1))
    answer = caller.sandbox.handle(request, caller.now)
    assert isinstance(answer, Answer)
    assert (answer.status, left(answer)) == (413, ["5000", "60", "10000"])
