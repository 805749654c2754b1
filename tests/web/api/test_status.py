"""The status of the firm, for its practice system and the pages of that."""

from __future__ import annotations

import pytest
from django.test import Client

from counterfoil.web.models import Connection, Counter, Organisation
from counterfoil.web.services import standing
from counterfoil.web.services.api_keys import Scope
from tests.web.api_scene import API, Keyring
from tests.web.cast import As, Cast


@pytest.fixture
def lost(cast: Cast) -> None:
    owner = {"firm": cast.firm, "organisation": cast.organisation}
    Connection.objects.create(**owner, state="lost", since=cast.firm.created_at)
    Counter.objects.create(**owner, state="ready", count=3)


def test_the_status_is_that_of_the_pages_and_of_the_command(
    keyring: Keyring, lost: None, signed_in: As, cast: Cast
) -> None:
    told = keyring.ours(Scope.STATUS).get("/status")
    page = signed_in("carol").get("/status").json()
    assert told["alerts"] == page.pop("alerts")
    assert told["alerts"][0]["code"] == "connection"
    assert "alice@example.com may reconnect" in told["alerts"][0]["detail"]
    command = standing.as_json(standing.standing(cast.organisation, keyring.now))
    assert told["counts"] == command["counts"] == {"ready": 3}
    assert told.keys() - {"alerts"} == page.keys() == command.keys()
    assert told["connection"]["state"] == "lost"


def test_the_status_of_a_firm_tells_of_all_its_organisations_unless_one_is_named(
    keyring: Keyring, lost: None, cast: Cast
) -> None:
    north = Organisation.objects.create(
        firm=cast.firm, key="north", name="North", created_at=cast.firm.created_at
    )
    Counter.objects.create(firm=cast.firm, organisation=north, state="held", count=1)
    ours = keyring.ours(Scope.STATUS)
    told = ours.get("/status")
    assert told["counts"] == {"ready": 3, "held": 1}
    assert [one["what"].partition(":")[0] for one in told["alerts"]] == ["main", "North"]
    alone = ours.get("/status?organisation=north")
    assert (alone["counts"], [one["code"] for one in alone["alerts"]]) == ({"held": 1}, ["held"])


def test_a_page_of_the_practice_system_may_ask(keyring: Keyring) -> None:
    assert keyring.ours(Scope.STATUS).ask("GET", "/status")["Access-Control-Allow-Origin"] == "*"
    allowed = Client().options(f"{API}/status")
    assert (allowed.status_code, allowed["Access-Control-Allow-Headers"]) == (204, "Authorization")


def test_no_other_answer_may_be_read_by_pages_of_others(keyring: Keyring) -> None:
    answer = keyring.ours(Scope.READ).ask("GET", "/documents")
    assert "Access-Control-Allow-Origin" not in answer
    assert answer["Cache-Control"] == "no-store"
