"""Tokens are refreshed once, whoever asks, and a dead grant is told to everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from counterfoil.posting.caller import Caller
from counterfoil.posting.errors import LimitReached, NotConnected, XeroUnavailable
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.target import Answer, Arrival, Arrived, Call, Fresh, NoAnswer, Refused
from counterfoil.xero.target import XeroTarget

NOON = dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)
PROBE = Call("GET", "/Organisation")
FRESH = Fresh("second", "second-refresh", NOON + dt.timedelta(minutes=30))


@dataclass
class Scene:
    """A caller with a clock that stands still unless slept on, and scripted answers."""

    answers: list[Arrival] = field(default_factory=list)
    refreshes: list[Fresh | Refused] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    called: list[Call] = field(default_factory=list)
    at: dt.datetime = NOON
    names: int = 0

    def __post_init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.caller = Caller(
            outbox=self.outbox,
            target=XeroTarget(),
            courier=self,
            authority=self,
            clock=self,
            chance=self,
        )

    def now(self) -> dt.datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - NOON).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)

    def name(self) -> str:
        self.names += 1
        return f"{self.names:032x}"

    def jitter(self) -> float:
        return 0.0

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        self.called.append(call)
        self.sent.append(grant.access_token)
        self.ticket = ticket

    def wait(self, seconds: float) -> Arrived:
        del seconds
        return Arrived(self.ticket, self.answers.pop(0))

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        del now
        self.asked.append(refresh_token)
        return self.refreshes.pop(0)

    def connect(self, minutes: int = 30) -> None:
        expires_at = self.at + dt.timedelta(minutes=minutes)
        grant = Grant(
            ConnectionState.CONNECTED,
            0,
            "tenant",
            expires_at=expires_at,
            access_token="first",
            refresh_token="first-refresh",
        )
        self.outbox.connect(grant, actor="test", now=self.at)


def ok() -> Answer:
    return Answer(200, {}, b"{}")


def problem(status: int, detail: str) -> Answer:
    return Answer(status, {}, f'{{"Title":"x","Status":{status},"Detail":"{detail}"}}'.encode())


def test_a_token_that_lasts_is_used_as_it_is() -> None:
    scene = Scene(answers=[ok()])
    scene.connect()

    scene.caller.ask(PROBE)

    assert (scene.sent, scene.asked) == (["first"], [])


def test_a_token_about_to_expire_is_refreshed_before_it_is_used() -> None:
    scene = Scene(answers=[ok()], refreshes=[FRESH])
    scene.connect(minutes=2)

    scene.caller.ask(PROBE)

    assert (scene.sent, scene.asked) == (["second"], ["first-refresh"])
    assert scene.outbox.grant().refresh_token == "second-refresh"


def test_a_401_is_answered_by_one_refresh_and_one_replay() -> None:
    scene = Scene(answers=[problem(401, "TokenExpired"), ok()], refreshes=[FRESH])
    scene.connect()

    scene.caller.ask(PROBE)

    assert scene.sent == ["first", "second"]


def test_a_401_for_want_of_permission_ends_the_connection() -> None:
    refused = problem(401, "AuthorizationUnsuccessful")
    scene = Scene(answers=[refused, refused], refreshes=[FRESH])
    scene.connect()

    with pytest.raises(NotConnected, match="AuthorizationUnsuccessful"):
        scene.caller.ask(PROBE)

    assert scene.outbox.grant().state is ConnectionState.LOST


def test_while_somebody_else_refreshes_the_new_pair_is_waited_for() -> None:
    scene = Scene(answers=[ok()])
    scene.connect(minutes=2)
    before = scene.outbox.grant()
    assert scene.outbox.take_refresh(before.generation, seconds=60, now=scene.at)

    def sleep(seconds: float) -> None:
        del seconds
        renewed = Grant(
            ConnectionState.CONNECTED,
            before.generation,
            "tenant",
            expires_at=NOON + dt.timedelta(minutes=30),
            access_token="theirs",
            refresh_token="theirs-refresh",
        )
        scene.outbox.store_refresh(before.generation, renewed, now=scene.at)

    scene.sleep = sleep  # type: ignore[method-assign]
    scene.caller.ask(PROBE)

    assert (scene.sent, scene.asked) == (["theirs"], [])


def test_a_dead_grant_loses_the_connection_and_keeps_the_queue() -> None:
    scene = Scene(refreshes=[Refused("invalid_grant", dead=True)])
    scene.connect(minutes=2)

    with pytest.raises(NotConnected):
        scene.caller.ask(PROBE)

    assert scene.outbox.grant().state is ConnectionState.LOST
    assert scene.sent == []


def test_a_refresh_without_an_answer_may_be_tried_again_by_the_next() -> None:
    scene = Scene(answers=[ok()], refreshes=[Refused("timed out", dead=False), FRESH])
    scene.connect(minutes=2)
    with pytest.raises(XeroUnavailable):
        scene.caller.ask(PROBE)

    scene.caller.ask(PROBE)

    assert scene.asked == ["first-refresh", "first-refresh"]


def test_a_limit_ends_a_read_and_says_until_when() -> None:
    limited = Answer(429, {"x-rate-limit-problem": "minute", "retry-after": "30"}, b"")
    scene = Scene(answers=[limited])
    scene.connect()

    with pytest.raises(LimitReached) as reached:
        scene.caller.ask(PROBE)

    assert (reached.value.stopped_by, reached.value.until) == (
        "minute",
        NOON + dt.timedelta(seconds=30),
    )


def test_no_answer_gives_the_slot_back() -> None:
    scene = Scene(answers=[NoAnswer("timed out", left=True)])
    scene.connect()

    with pytest.raises(XeroUnavailable):
        scene.caller.ask(PROBE)

    assert scene.outbox.limits().in_flight == ()


def test_xeros_clock_is_learnt_from_its_answers() -> None:
    scene = Scene(answers=[Answer(200, {"date": "Wed, 01 Jul 2026 12:00:40 GMT"}, b"{}")])
    scene.connect()

    scene.caller.ask(PROBE)

    assert scene.caller.xero_now() == NOON + dt.timedelta(seconds=40)
