"""A vendor's firms: set up, handed over once, and seen by nobody else's vendor."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from counterfoil.web.models import ApiKey, Event, Firm, Membership, User
from tests.web.api_scene import Keyring, Program, bill, codes, said

HARBOUR = {"id": "harbour-law", "name": "Harbour Law"}
OWNER = {"email": "olga@example.com"}


@pytest.fixture
def vendor(keyring: Keyring) -> Program:
    return keyring.vendors()


@pytest.fixture
def harbour(vendor: Program) -> str:
    assert vendor.ask("POST", "/firms", HARBOUR).status_code == 201
    return "/firms/harbour-law"


def test_a_firm_that_is_there_already_stays_as_it_is(vendor: Program, harbour: str) -> None:
    again = vendor.ask("POST", "/firms", {**HARBOUR, "name": "Other"})
    assert (again.status_code, said(again)["name"]) == (200, "Harbour Law")
    assert Firm.objects.get(name="Harbour Law").key == "acme-harbour-law"


def test_the_bodies_of_the_docs_are_taken(vendor: Program) -> None:
    page = (Path(__file__).parents[3] / "docs" / "api.md").read_text("utf-8")
    bodies = page.partition("The bodies, in the order of the table")[2].split("```")[1]
    firm, key, owner = bodies.removeprefix("json").strip().encode().splitlines()
    assert vendor.ask("POST", "/firms", firm).status_code == 201
    made = vendor.ask("POST", "/firms/marsh/keys", key)
    assert (made.status_code, said(made)["key"][:3]) == (201, "cf_")
    assert "url" in said(vendor.ask("POST", "/firms/marsh/connect-address", owner))


def test_a_vendor_sees_how_all_its_firms_stand_and_no_others(
    vendor: Program, harbour: str, keyring: Keyring
) -> None:
    keyring.vendors("other").ask("POST", "/firms", {"id": "harbour-law", "name": "Another"})
    (told,) = vendor.get("/firms")["firms"]
    assert told["name"] == "Harbour Law"
    assert told["organisations"][0]["status"]["connection"]["state"] == "never"
    assert vendor.ask("GET", "/firms/marsh").status_code == 404


def test_a_list_of_firms_goes_on_where_it_ended(
    vendor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("counterfoil.web.api.firms.ON_A_PAGE", 2)
    for name in ("a", "b", "c"):
        vendor.ask("POST", "/firms", {"id": name, "name": name.upper()})
    first = vendor.get("/firms")
    rest = vendor.get(f"/firms?after={first['next']}")
    assert [one["id"] for one in (*first["firms"], *rest["firms"])] == ["a", "b", "c"]
    assert rest["next"] is None


def test_a_vendor_makes_a_key_with_which_the_firms_documents_come_in(
    vendor: Program, harbour: str
) -> None:
    made = said(vendor.ask("POST", f"{harbour}/keys", {"name": "Practice"}))
    assert Program(made["key"]).ask("POST", "/documents", bill("b-1")).status_code == 201
    row = ApiKey.objects.get(public=made["name"])
    assert (row.firm and row.firm.name, row.created_by[:9]) == ("Harbour Law", "key:acme/")


def test_no_key_of_a_firm_gets_the_vendors_scope(vendor: Program, harbour: str) -> None:
    answer = vendor.ask("POST", f"{harbour}/keys", {"name": "x", "scopes": ["firms"]})
    assert codes(said(answer)["findings"]) == ["scope_not_for_firms"]


def test_the_owner_opens_the_address_chooses_a_password_and_may_connect(
    vendor: Program, harbour: str
) -> None:
    told = said(vendor.ask("POST", f"{harbour}/connect-address", OWNER))
    assert told["invited"]
    browser = Client()
    browser.post(urlsplit(told["url"]).path, {"password": "nine quiet ledgers"})
    browser.post("/account/login/", {"login": OWNER["email"], "password": "nine quiet ledgers"})
    assert b"Connect" in browser.get("/connection/").content
    again = said(vendor.ask("POST", f"{harbour}/connect-address", OWNER))
    assert (urlsplit(again["url"]).path, again["invited"]) == ("/connection/", False)


def test_a_mistyped_owner_is_named_anew_until_somebody_has_come_in(
    vendor: Program, harbour: str
) -> None:
    first = said(vendor.ask("POST", f"{harbour}/connect-address", {"email": "olag@example.com"}))
    second = said(vendor.ask("POST", f"{harbour}/connect-address", OWNER))
    owners = Membership.objects.filter(firm__name="Harbour Law")
    assert [one.user.email for one in owners] == [OWNER["email"]]
    browser, chosen = Client(), {"password": "nine quiet ledgers"}
    assert browser.post(urlsplit(first["url"]).path, chosen).status_code == 404
    browser.post(urlsplit(second["url"]).path, chosen)
    answer = vendor.ask("POST", f"{harbour}/connect-address", {"email": "eve@example.com"})
    assert (answer.status_code, codes(said(answer)["findings"])) == (409, ["has_owner"])
    assert not Membership.objects.filter(user__email="eve@example.com").exists()
    assert Event.objects.get(what="owner named anew").detail == "not olag@example.com"


def test_a_vendor_gets_no_link_to_somebody_whom_another_firm_has_let_in(
    vendor: Program, harbour: str
) -> None:
    vendor.ask("POST", f"{harbour}/connect-address", OWNER)
    eve = User.objects.get(email=OWNER["email"])
    firm = Firm.objects.create(name="Other Lawyers", created_at=timezone.now())
    theirs = Membership.objects.create(firm=firm, user=eve, role="owner")
    told = said(vendor.ask("POST", f"{harbour}/connect-address", OWNER))
    assert (urlsplit(told["url"]).path, told["invited"]) == ("/connection/", False)
    Membership.objects.filter(user=eve).exclude(pk=theirs.pk).delete()
    told = said(vendor.ask("POST", f"{harbour}/connect-address", OWNER))
    assert (urlsplit(told["url"]).path[:6], told["invited"]) == ("/join/", False)
    assert not Membership.objects.filter(user=eve).exclude(pk=theirs.pk).exists()


def test_what_a_vendor_does_is_in_the_firms_chain(vendor: Program, harbour: str) -> None:
    vendor.ask("POST", f"{harbour}/connect-address", OWNER)
    events = Event.objects.filter(firm__name="Harbour Law").order_by("sequence")
    assert [event.what for event in events] == [
        "firm set up",
        "person let in",
        "connect address made",
    ]
    assert events[0].actor.startswith("key:acme/Practice system (")


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/firms", {"id": "Harbour Law", "name": "Harbour Law"}),
        ("/firms", {"id": "-x", "name": "Harbour Law"}),
        ("/firms", {"id": "x", "name": "\u0000"}),
        ("/firms", {"id": "x"}),
        ("/firms/harbour-law/keys", {"name": "  "}),
        ("/firms/harbour-law/keys", {"name": "x", "scopes": []}),
        ("/firms/harbour-law/connect-address", {"email": "olga"}),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    vendor: Program, harbour: str, path: str, given: object
) -> None:
    answer = vendor.ask("POST", path, given)
    assert answer.status_code == 422
    assert all(one["message"] and one["fix"] for one in said(answer)["findings"])
