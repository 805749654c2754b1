"""The page of Actionstep, the hooks that Actionstep calls, and the worker that reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.test import Client
from pytest_django import Settings

from actionstep_simulator.server import running
from actionstep_simulator.simulator import Simulator
from counterfoil.sources.actionstep import wire
from counterfoil.web import database, pulling
from counterfoil.web.models import Actionstep, Document, Organisation
from counterfoil.web.services import actionstep, actionstep_pull
from tests.web.cast import As, Cast


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    with running() as one:
        settings.COUNTERFOIL = replace(
            settings.COUNTERFOIL,
            actionstep_client_id=one.client.id,
            actionstep_client_secret=one.client.secret,
            actionstep_base_url=one.base,
        )
        yield one


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def connected(alice: Client) -> str:
    """Go through the consent as a browser does; return the page after it."""
    consent = alice.post("/actionstep/connect/").headers["Location"]
    back = actionstep.consent_by_itself(consent)
    path = "/actionstep/callback/" + back.partition("/actionstep/callback/")[2]
    return alice.get(path, follow=True).content.decode()


def a_bill(simulator: Simulator, number: str, **links: str | list[str] | None) -> None:
    client = str(simulator.rows.add("participants", now(), displayName="Ng & Co").id)
    money = {name: Decimal(10) for name in ("totalInclusive", "totalExclusive", "totalDue")}
    simulator.rows.add(
        "bills",
        now(),
        {"theirParticipant": client, **links},
        status="Open",
        ourReference=number,
        invoiceDate=now().date(),
        totalSalesTax=Decimal(0),
        **money,
    )


def test_the_page_says_what_the_connection_gives_and_what_it_does_not(
    simulator: Simulator, signed_in: As, cast: Cast
) -> None:
    alice = signed_in("alice")
    assert "Connect to Actionstep" in alice.get("/actionstep/").content.decode()
    assert "Connected to Actionstep" in connected(alice)
    north = Organisation.objects.create(firm=cast.firm, key="north", created_at=now())
    division = str(simulator.rows.add("divisions", now()).id)
    a_bill(simulator, "77", division=division)
    assert pulling.turn(now) == 1
    page = alice.get("/actionstep/").content.decode()
    for words in ("The lines of bills", "goes to no Xero organisation", "Not shown to the user"):
        assert words in page
    chosen = {"division": division, "organisation": "north"}
    alice.post("/actionstep/division/", chosen)
    Actionstep.objects.update(pulled_at=None)
    assert pulling.turn(now) == 1
    assert Document.objects.get(number="77").organisation == north
    assert pulling.turn(now) == 0
    alice.post("/actionstep/disconnect/")
    with pytest.raises(wire.SignInAgain):
        actionstep.Kept(cast.firm.pk).load()


def test_an_answer_to_no_consent_of_the_firms_connects_nothing(
    simulator: Simulator, signed_in: As
) -> None:
    alice = signed_in("alice")
    alice.post("/actionstep/connect/")
    page = alice.get("/actionstep/callback/?code=stolen&state=other", follow=True)
    assert "belongs to no consent" in page.content.decode()
    assert not Actionstep.objects.filter(connected=True).exists()
    assert simulator.asked == []


def test_a_hook_is_answered_at_once_and_read_back_by_the_next_pull(
    simulator: Simulator, signed_in: As, client: Client
) -> None:
    connected(signed_in("alice"))
    pulling.turn(now)
    hooks = simulator.rows.tables["resthooks"].values()
    assert len(hooks) == 4
    simulator.rows.notices.clear()
    row = simulator.rows.add("participants", now(), displayName="Abernethy")
    calls = simulator.calls()
    for call in calls * 50:
        path = "/hooks" + call.url.partition("/hooks")[2]
        assert client.post(path, call.body, "application/json").status_code == 200
    assert len(calls) == 1
    told = Actionstep.objects.get()
    assert told.told_at is not None
    assert not told.names.filter(row_id=row.id).exists()
    later = now() + dt.timedelta(minutes=2)
    assert pulling.turn(lambda: later) == 1
    assert Actionstep.objects.get().told_at is None
    assert told.names.filter(row_id=row.id).get().name == "Abernethy"
    assert client.post("/hooks/actionstep/guessed/").status_code == 404


def test_a_hook_is_answered_with_200_though_the_database_has_no_time(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Actionstep.objects.create(firm=cast.firm, connected=True, hook_secret="known")
    with monkeypatch.context() as busy:
        busy.setattr(database, "impatient", locked)
        assert client.post("/hooks/actionstep/known/").status_code == 200
    assert Actionstep.objects.get().told_at is None
    assert client.post("/hooks/actionstep/known/").status_code == 200
    assert Actionstep.objects.get().told_at is not None


def locked() -> None:
    raise OperationalError("database is locked")


def test_tokens_are_not_kept_again_once_a_person_has_disconnected(
    simulator: Simulator, signed_in: As, cast: Cast
) -> None:
    alice = signed_in("alice")
    connected(alice)
    kept = actionstep.Kept(cast.firm.pk)
    tokens = kept.load()
    alice.post("/actionstep/disconnect/")
    with pytest.raises(wire.SignInAgain):
        kept.store(tokens)
    assert bytes(Actionstep.objects.get().refresh_token) == b""


def test_one_firm_that_the_database_refuses_keeps_no_other_waiting(
    simulator: Simulator, signed_in: As, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(signed_in("alice"))
    connected(signed_in("charlie"))
    whole = actionstep_pull.pull_all

    def refusing(row: Actionstep, **given: Any) -> object:  # noqa: ANN401 -- passed through
        if row.firm_id == cast.firm.pk:
            raise DataError("value too long")
        return whole(row, **given)

    monkeypatch.setattr(actionstep_pull, "pull_all", refusing)
    assert pulling.turn(now) == 2
    mine, theirs = Actionstep.objects.order_by("pk")
    assert "value too long" in mine.trouble
    assert mine.not_before is not None
    assert theirs.pulled_at is not None
