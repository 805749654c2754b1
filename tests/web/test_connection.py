"""Connecting through the sandbox's own consent page, refusing what is not ours, disconnecting."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from django.test import Client
from pytest_django import Settings

from counterfoil.web import crypto
from counterfoil.web.models import ChartVersion, Connection, Link
from counterfoil.web.services import consent
from counterfoil.web.services.consent import Begun, Refused
from tests.web.cast import As, Cast, a_document, a_posting
from xero_sandbox.testing import running_sandbox

NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def xero() -> Iterator[str]:
    with running_sandbox(limits=False) as url:
        yield url


@pytest.fixture
def connected_site(settings: Settings, xero: str) -> None:
    settings.COUNTERFOIL = dataclasses.replace(
        settings.COUNTERFOIL,
        url="http://localhost:8000",
        xero_base_url=xero,
        xero_client_id="counterfoil-tests",
        xero_client_secret="a-secret-of-the-tests",
    )


pytestmark = pytest.mark.usefixtures("connected_site")


def allow(consent_page: str, organisation: str = "", decision: str = "allow") -> str:
    """Press a button on Xero's consent page; returns where it sends the browser."""
    page = httpx2.get(consent_page).text
    form = page.partition("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    tenants = re.findall(r'name="tenant_id" value="([^"]+)"[^>]*> *([^<]+)', form)
    chosen = next(one for one, name in tenants if organisation in name.strip())
    answer = httpx2.post(
        consent_page.partition("?")[0],
        data={**hidden, "tenant_id": chosen, "decision": decision},
    )
    return answer.headers["location"]


def come_back(browser: Client, location: str) -> str:
    """Follow Xero's redirect to our callback; returns where that leads."""
    parts = urlsplit(location)
    assert parts.path == "/connection/callback/"
    return browser.get(parts.path, dict(parse_qsl(parts.query)))["Location"]


def connect(browser: Client, organisation: str = "Sandbox Organisation") -> None:
    page = browser.post("/connection/connect/")["Location"]
    assert come_back(browser, allow(page, organisation)) == "/connection/confirm/"
    offer = browser.get("/connection/confirm/").context["offer"]
    browser.post("/connection/confirm/", {"tenant": offer.tenants[0].tenant_id})


def said(browser: Client) -> str:
    return browser.get("/connection/").content.decode()


def test_the_owner_connects_once_and_the_chart_is_read(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    connect(alice)
    row = Connection.objects.get(organisation=cast.organisation)
    assert (row.state, row.tenant_name) == ("connected", "Sandbox Organisation")
    assert row.connected_by == "user:alice@example.com"
    assert ChartVersion.objects.filter(organisation=cast.organisation).count() == 1
    cast.organisation.refresh_from_db()
    assert cast.organisation.base_currency == "AUD"


def test_what_the_xero_user_may_not_do_stays_on_the_page_until_it_is_asked_again(
    cast: Cast, signed_in: As, xero: str
) -> None:
    alice = signed_in("alice")
    connect(alice)
    assert "All that Counterfoil needs" in said(alice)
    cast.organisation.refresh_from_db()
    there = f"{xero}/_sandbox/organisations/{cast.organisation.tenant_id}/settings"
    httpx2.post(there, json={"actionsDenied": ["CreateManualJournal"]}).raise_for_status()
    alice.post("/connection/permissions/")
    assert "May not post manual journals." in said(signed_in("dora"))
    httpx2.post(there, json={"actionsDenied": []})
    signed_in("bob").post("/connection/permissions/")
    assert "May not" not in said(alice)


def test_no_token_stands_in_the_session_or_the_database_in_the_clear(
    cast: Cast, signed_in: As
) -> None:
    alice = signed_in("alice")
    page = alice.post("/connection/connect/")["Location"]
    come_back(alice, allow(page))
    offer = alice.get("/connection/confirm/").context["offer"]
    kept = str(dict(alice.session))
    assert offer.refresh_token not in kept
    assert offer.access_token not in repr(offer)
    alice.post("/connection/confirm/", {"tenant": offer.tenants[0].tenant_id})
    row = Connection.objects.get(organisation=cast.organisation)
    assert offer.refresh_token.encode() not in bytes(row.refresh_token)
    assert "offer" not in alice.session


def test_a_consent_is_used_once(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    location = allow(alice.post("/connection/connect/")["Location"])
    assert come_back(alice, location) == "/connection/confirm/"
    assert come_back(alice, location) == "/connection/"
    assert "belongs to no consent that was begun here" in said(alice)


def test_a_consent_of_another_browser_is_refused(cast: Cast, signed_in: As) -> None:
    alice, mallory = signed_in("alice"), signed_in("charlie")
    alice.post("/connection/connect/")
    theirs = allow(mallory.post("/connection/connect/")["Location"])
    assert come_back(alice, theirs) == "/connection/"
    assert not Connection.objects.filter(state="connected").exists()


def test_declining_at_xero_connects_nothing(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    location = allow(alice.post("/connection/connect/")["Location"], decision="cancel")
    assert come_back(alice, location) == "/connection/"
    assert not Connection.objects.filter(state="connected").exists()


def test_declining_here_gives_the_consent_back(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    come_back(alice, allow(alice.post("/connection/connect/")["Location"]))
    alice.post("/connection/confirm/")
    assert "Nothing was connected." in said(alice)
    assert not Connection.objects.filter(state="connected").exists()


def test_an_organisation_that_was_not_offered_is_refused(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    come_back(alice, allow(alice.post("/connection/connect/")["Location"]))
    alice.post("/connection/confirm/", {"tenant": "00000000-0000-0000-0000-000000000000"})
    assert "was not offered" in said(alice)


def test_another_organisation_is_refused_once_there_are_links(
    cast: Cast, signed_in: As, xero: str
) -> None:
    alice = signed_in("alice")
    connect(alice)
    posting = a_posting(a_document(cast.organisation, "b-1"), "posted")
    Link.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        posting=posting,
        xero_id="x",
        source="answer",
        linked_at=NOON,
    )
    httpx2.post(f"{xero}/_sandbox/organisations", json={"name": "Another Ltd", "country": "AU"})
    alice.post("/connection/disconnect/", {"understood": "on"})
    page = alice.post("/connection/connect/")["Location"]
    come_back(alice, allow(page, "Another Ltd"))
    asked = alice.get("/connection/confirm/").content.decode()
    assert "This is not Sandbox Organisation" in asked
    assert "Yes, connect" not in asked
    connect(alice, "Another Ltd")
    shown = said(alice)
    assert "Another Ltd is not Sandbox Organisation" in shown
    assert Connection.objects.get(organisation=cast.organisation).state == "disconnected"


def test_an_organisation_belongs_to_one_firm_at_a_time(cast: Cast, signed_in: As) -> None:
    connect(signed_in("alice"))
    charlie = signed_in("charlie")
    connect(charlie)
    assert "is connected elsewhere in this Counterfoil" in said(charlie)


def ended(xero: str) -> int:
    """Count the connections that were ended at Xero so far."""
    rows = httpx2.get(f"{xero}/_sandbox/requests").json()
    return sum(
        row["method"] == "DELETE" and row["path"].lower().startswith("/connections/")
        for row in rows
    )


def test_disconnecting_ends_it_at_xero_and_deletes_the_tokens(
    cast: Cast, signed_in: As, xero: str
) -> None:
    alice = signed_in("alice")
    connect(alice)
    assert alice.post("/connection/disconnect/").status_code == 422
    before = ended(xero)
    alice.post("/connection/disconnect/", {"understood": "on"})
    row = Connection.objects.get(organisation=cast.organisation)
    assert row.state == "disconnected"
    assert (bytes(row.access_token), bytes(row.refresh_token)) == (b"", b"")
    assert ended(xero) == before + 1


def test_a_connection_whose_key_is_lost_can_still_be_ended(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    alice = signed_in("alice")
    connect(alice)
    monkeypatch.setenv(crypto.SETTING, crypto.new_key())
    refused = alice.post("/connection/disconnect/", {"understood": "on"})
    assert (refused.status_code, b"A key is missing" in refused.content) == (503, True)
    settings.COUNTERFOIL = dataclasses.replace(settings.COUNTERFOIL, key_lost=True)
    alice.post("/connection/disconnect/", {"understood": "on"})
    assert "Xero could not be told" in said(alice)
    assert Connection.objects.get(organisation=cast.organisation).state == "disconnected"


def test_without_an_app_at_xero_the_page_says_which_settings_are_missing(
    cast: Cast, signed_in: As, settings: Settings
) -> None:
    settings.COUNTERFOIL = dataclasses.replace(settings.COUNTERFOIL, xero_client_id="")
    alice = signed_in("alice")
    assert "XERO_CLIENT_ID" in said(alice)
    assert alice.post("/connection/connect/")["Location"] == "/connection/"


def test_staff_learn_who_may_connect(cast: Cast, signed_in: As) -> None:
    shown = said(signed_in("carol"))
    assert "alice@example.com may connect the firm" in shown
    assert "<button>Connect" not in shown


def test_a_consent_that_took_too_long_is_stale() -> None:
    kept = Begun(1, "state", "verifier").for_session(NOON)
    assert consent.from_session(kept, NOON + consent.LIFE) is not None
    assert consent.from_session(kept, NOON + consent.LIFE + dt.timedelta(seconds=1)) is None


def test_a_consent_for_another_organisation_of_the_firm_is_refused(cast: Cast) -> None:
    begun = Begun(cast.other.pk, "state", "verifier")
    with pytest.raises(Refused):
        consent.checked(begun, cast.organisation)
