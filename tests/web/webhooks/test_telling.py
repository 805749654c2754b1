"""From what happens to a document to a signed message that its practice system took."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hmac
import json

import pytest
from pytest_django import Settings

from counterfoil.web.models import Delivery, Event, Told, Webhook
from counterfoil.web.services import auditing, webhooks
from counterfoil.web.services.api_keys import Scope
from counterfoil.web.webhooks import deciding, delivering, noticing, sending
from tests.receiver import receiving
from tests.web.api_scene import Json, Keyring, Program, bill, said
from tests.web.cast import Cast

URL = "https://practice.example.com/hook"


@dataclasses.dataclass
class Receiver:
    """A practice system, as the deliverer meets it; ``trouble`` is what it answers."""

    now: dt.datetime
    trouble: str = ""
    got: list[Json] = dataclasses.field(default_factory=list)

    def send(self, delivery: Delivery, *, now: dt.datetime) -> str:
        del now
        self.got.append(json.loads(bytes(delivery.body)))
        return self.trouble

    def turn(self) -> int:
        return delivering.turn(lambda: self.now)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(one["event"], one["id"]) for message in self.got for one in message["documents"]]


@pytest.fixture
def receiver(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    receiver = Receiver(now + dt.timedelta(hours=1))
    monkeypatch.setattr(sending, "send", receiver.send)
    return receiver


@pytest.fixture
def program(keyring: Keyring) -> Program:
    return keyring.ours(Scope.WRITE, Scope.WEBHOOKS)


def added(program: Program, **given: object) -> Json:
    answer = program.ask("POST", "/webhooks", {"url": URL, **given})
    assert answer.status_code == 201, answer.content
    return said(answer)


def test_a_new_webhook_is_pinged_and_told_only_what_happens_from_now_on(
    program: Program, receiver: Receiver
) -> None:
    program.ask("POST", "/documents", bill("old"))
    added(program)
    receiver.turn()
    assert [(one["type"], one["documents"]) for one in receiver.got] == [("ping", [])]


def test_what_gets_stuck_is_told_once_with_what_was_found(
    program: Program, receiver: Receiver, cast: Cast
) -> None:
    added(program)
    program.ask("POST", "/documents", bill("b-1"))
    assert (receiver.turn(), receiver.turn()) == (2, 0)
    (told,) = receiver.got[1]["documents"]
    assert (told["event"], told["kind"], told["id"], told["state"]) == (
        "stuck",
        "bill",
        "b-1",
        "held",
    )
    assert told["findings"][0]["code"] == "no_chart"
    assert (receiver.got[1]["firm"], told["organisation"]) == ("marsh", "main")


def test_the_next_revision_is_news_again(program: Program, receiver: Receiver) -> None:
    added(program)
    program.ask("POST", "/documents", bill("b-1"))
    receiver.turn()
    program.ask("POST", "/documents", bill("b-1", revision=2, memo="moved"))
    receiver.turn()
    assert receiver.told == [("stuck", "b-1"), ("stuck", "b-1")]
    assert Told.objects.get().event == "stuck/2"


def test_a_webhook_hears_only_of_what_it_asked_for(program: Program, receiver: Receiver) -> None:
    added(program, events=["posted"])
    program.ask("POST", "/documents", bill("b-1"))
    receiver.turn()
    assert receiver.told == []


def test_a_hundred_documents_make_one_message(program: Program, receiver: Receiver) -> None:
    added(program)
    program.ask("POST", "/documents/batch", [bill(f"b-{n}") for n in range(101)])
    receiver.turn()
    assert [len(message["documents"]) for message in receiver.got] == [0, 100, 1]


def test_nothing_of_another_firm_is_told(
    program: Program, receiver: Receiver, keyring: Keyring
) -> None:
    added(program)
    keyring.theirs().ask("POST", "/documents", bill("b-1"))
    receiver.turn()
    assert receiver.told == []


def test_what_is_not_taken_comes_again_with_growing_waits_until_it_is_given_up(
    program: Program, receiver: Receiver
) -> None:
    added(program)
    receiver.trouble = "It answered 500."
    began, tries = receiver.now, 0
    for _ in range(100):
        tries += receiver.turn()
        due = Delivery.objects.get().due_at
        if due is None:
            break
        assert receiver.turn() == 0
        receiver.now = due
    delivery = Delivery.objects.get()
    assert (tries, delivery.tries, delivery.taken_at) == (9, 9, None)
    assert receiver.now - began == sum(deciding.WAITS, dt.timedelta())
    assert {json.dumps(one) for one in receiver.got} == {json.dumps(receiver.got[0])}


def test_an_address_that_failed_rests_while_others_are_told(
    program: Program, receiver: Receiver
) -> None:
    added(program)
    program.ask("POST", "/documents", bill("b-1"))
    receiver.trouble = "It answered 500."
    assert receiver.turn() == 1
    receiver.trouble = ""
    assert receiver.turn() == 0
    receiver.now += deciding.REST
    assert receiver.turn() == 2
    (shown,) = program.ask("GET", "/webhooks").json()["webhooks"]
    assert (shown["waiting"], shown["trouble"]) == (0, "")


def test_two_processes_do_not_send_one_message_twice(
    program: Program, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(program)

    def meanwhile(delivery: Delivery, *, now: dt.datetime) -> str:
        monkeypatch.setattr(sending, "send", receiver.send)
        assert delivering.turn(lambda: now) == 0
        return ""

    monkeypatch.setattr(sending, "send", meanwhile)
    assert receiver.turn() == 1
    receiver.now += dt.timedelta(seconds=delivering.HELD_SECONDS + 1)
    assert receiver.turn() == 0


def test_what_two_processes_notice_is_written_down_once(
    program: Program, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(program)
    program.ask("POST", "/documents", bill("b-1"))
    stale = Webhook.objects.select_related("firm").get()
    receiver.turn()
    assert not noticing.notice(stale, now=receiver.now)
    assert Delivery.objects.count() == 2


def test_old_messages_are_forgotten_and_what_waits_is_kept(
    program: Program, receiver: Receiver
) -> None:
    name = added(program)["name"]
    receiver.turn()
    receiver.now += delivering.KEPT + dt.timedelta(seconds=1)
    program.ask("POST", f"/webhooks/{name}/ping")
    Delivery.objects.filter(taken_at=None).update(made_at=receiver.now - 2 * delivering.KEPT)
    receiver.trouble = "It answered 500."
    receiver.turn()
    assert [row.trouble for row in Delivery.objects.all()] == ["It answered 500."]


def test_a_webhook_that_is_removed_is_told_nothing_more(
    program: Program, receiver: Receiver, cast: Cast
) -> None:
    name = added(program)["name"]
    assert program.ask("DELETE", f"/webhooks/{name}").status_code == 204
    program.ask("POST", "/documents", bill("b-1"))
    assert receiver.turn() == 0
    assert program.ask("GET", f"/webhooks/{name}/deliveries").status_code == 404
    acts = Event.objects.filter(what__startswith="webhook").values_list("what", flat=True)
    assert set(acts) == {"webhook added", "webhook removed"}
    assert not hasattr(auditing.verified(cast.firm), "why")


def test_the_secret_is_told_once_and_stands_nowhere(program: Program) -> None:
    made = added(program)
    assert made["secret"].startswith("whsec_")
    assert b"whsec" not in program.ask("GET", "/webhooks").content
    assert made["secret"] not in str(Webhook.objects.values())


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://practice.example.com"},
        {"url": "https://169.254.169.254/latest/meta-data"},
        {"url": URL, "events": []},
        {"url": URL, "events": ["paid"]},
        {"url": URL, "colour": "red"},
        {"url": 7},
        [],
    ],
)
def test_a_webhook_that_cannot_be_is_refused_in_words(program: Program, given: object) -> None:
    answer = program.ask("POST", "/webhooks", given)
    assert answer.status_code == 422
    assert all(one["fix"] for one in said(answer)["findings"])


def test_a_firm_has_only_so_many_webhooks(program: Program, cast: Cast) -> None:
    for _ in range(webhooks.MOST_WEBHOOKS):
        added(program)
    assert program.ask("POST", "/webhooks", {"url": URL}).status_code == 422


@pytest.fixture
def later(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(hours=1)


def test_a_message_arrives_over_http_and_its_signature_holds(
    program: Program, settings: Settings, later: dt.datetime
) -> None:
    settings.COUNTERFOIL = dataclasses.replace(settings.COUNTERFOIL, webhooks_to_loopback=True)
    with receiving() as (url, came):
        secret = added(program, url=f"{url}/200")["secret"]
        assert delivering.turn(lambda: later) == 1
        assert Delivery.objects.get().taken_at == later
    ((headers, body),) = came
    said_by_us = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, said_by_us, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(later.timestamp()))


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        ("302", "It answered 302, a redirect, which is not followed."),
        ("500", "It answered 500."),
        (None, "It could not be reached"),
    ],
)
def test_what_went_wrong_is_kept_in_words(
    program: Program, settings: Settings, later: dt.datetime, status: str | None, trouble: str
) -> None:
    settings.COUNTERFOIL = dataclasses.replace(settings.COUNTERFOIL, webhooks_to_loopback=True)
    with receiving() as (url, came):
        name = added(program, url=f"{url}/{status}" if status else "http://127.0.0.1:1/")["name"]
        delivering.turn(lambda: later)
        assert len(came) == (1 if status else 0)
    (told,) = program.ask("GET", f"/webhooks/{name}/deliveries").json()["deliveries"]
    assert told["trouble"].startswith(trouble)
    assert (told["tries"], told["taken_at"]) == (1, None)


def test_an_address_that_was_let_in_for_a_test_is_not_called_in_earnest(
    program: Program, settings: Settings, later: dt.datetime
) -> None:
    earnest = settings.COUNTERFOIL
    settings.COUNTERFOIL = dataclasses.replace(earnest, webhooks_to_loopback=True)
    with receiving() as (url, came):
        added(program, url=f"{url}/200")
        settings.COUNTERFOIL = earnest
        delivering.turn(lambda: later)
        assert came == []
