"""What goes with a firm, table by table, and who goes with it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.apps import apps
from django.test import Client

from counterfoil.web.audit import Break
from counterfoil.web.models import Document, Event, Firm, Membership, Proposal, Role, User
from counterfoil.web.services import auditing, erasing
from counterfoil.web.store.erasing import GONE, KEPT
from tests.web.cast import PASSWORD, As, Cast, a_document, a_finding, a_posting, person

NOBODYS = {"User", "Vendor"}
"""Tables of which no row is a firm's: people are looked at one by one."""


def test_of_every_table_it_is_said_whether_it_goes_with_its_firm() -> None:
    there = {model.__name__ for model in apps.get_app_config("web").get_models()}
    assert {table.__name__ for table in (*GONE, *KEPT)} | NOBODYS == there
    assert not set(GONE) & set(KEPT)


@pytest.mark.django_db(transaction=True)
def test_who_belongs_elsewhere_stays_and_the_other_firm_is_whole(
    cast: Cast, now: dt.datetime
) -> None:
    for organisation in (cast.organisation, cast.other):
        document = a_document(organisation, "b-1", party="Ng Family")
        a_posting(document, "posted")
        a_finding(document, "some_code")
    other = Firm.objects.get(key="other")
    Membership.objects.create(firm=other, user=cast.people["bob"], role=Role.STAFF, created_at=now)
    keeper = person("keeper", cast.firm, Role.OWNER, now)
    User.objects.filter(pk=keeper.pk).update(is_superuser=True)
    done = erasing.erase(cast.firm, actor="cli:keeper", now=now)
    assert done.people == 3
    left = set(User.objects.values_list("email", flat=True))
    assert left == {"bob@example.com", "charlie@example.com", "keeper@example.com"}
    for table in GONE:
        if any(field.name == "firm" for field in table._meta.get_fields()):
            assert not table._default_manager.filter(firm=cast.firm).exists(), table
    assert Document.objects.get().organisation == cast.other
    assert Membership.objects.filter(firm=other).count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_owner_takes_all_of_the_firm_along_and_the_record_says_so(
    cast: Cast, signed_in: As
) -> None:
    alice = signed_in("alice")
    assert b"All of the firm" in alice.get("/audit/").content
    assert b"All of the firm" not in signed_in("dora").get("/audit/").content
    answer = alice.post("/audit/firm.zip")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        events = archive.read("record/events.jsonl")
    assert b'"user:alice@example.com","firm exported"' in events


NAMED = {"name": "Marsh & Lowe"}


def once_more(client: Client, form: dict[str, str]) -> str:
    """Ask for the erasure and say once more who one is; return where that leads to."""
    to = client.post("/erase/", form)["Location"]
    assert to.startswith("/account/reauthenticate/")
    return client.post(to, {"password": PASSWORD})["Location"]


@pytest.mark.django_db(transaction=True)
def test_an_owner_erases_the_firm_by_its_name_after_saying_who_they_are(
    cast: Cast, signed_in: As
) -> None:
    a_document(cast.organisation, "b-1", party="Ng Family")
    a_document(cast.other, "b-2")
    alice = signed_in("alice")
    page = alice.get("/erase/").content
    assert b"Nobody has taken it along yet" in page
    assert alice.post("/erase/", {"name": "marsh & lowe"}).status_code == 422
    alice.post("/erase/", NAMED)
    assert Document.objects.filter(firm=cast.firm).exists()
    assert once_more(alice, NAMED) == "/account/login/"
    assert not Document.objects.filter(firm=cast.firm).exists()
    assert Document.objects.filter(organisation=cast.other).exists()
    assert list(User.objects.values_list("email", flat=True)) == ["charlie@example.com"]
    event = Event.objects.get(firm=cast.firm)
    assert (event.what, event.actor) == ("firm erased", "user:alice@example.com")
    said = alice.get("/account/login/").content
    assert b"Marsh &amp; Lowe is erased" in said
    assert not isinstance(auditing.verified(cast.firm), Break)


@pytest.mark.django_db(transaction=True)
def test_trust_records_are_erased_by_page_only_with_a_reason_that_stays(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    a_document(cast.organisation, "t-1", kind="trust_receipt", date=now.date())
    alice = signed_in("alice")
    page = alice.post("/erase/", NAMED)
    assert page.status_code == 422
    assert b"records are kept until" in page.content
    once_more(alice, {**NAMED, "why": "in the safe at Marsh Street"})
    assert "in the safe at Marsh Street" in Event.objects.get(firm=cast.firm).detail


@pytest.mark.django_db(transaction=True)
def test_where_two_are_wanted_an_owner_asks_and_another_person_erases(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    Firm.objects.filter(pk=cast.firm.pk).update(two_people=True)
    other = Firm.objects.get(key="other")
    Membership.objects.create(firm=other, user=cast.people["bob"], role=Role.STAFF, created_at=now)
    alice, bob = signed_in("alice"), signed_in("bob")
    assert once_more(alice, NAMED) == "/second/"
    assert Membership.objects.filter(firm=cast.firm).exists()
    assert b"Erase the firm for good" in bob.get("/second/").content
    asked = Proposal.objects.get()
    assert bob.post(f"/second/{asked.pk}/", {"do": "agree"})["Location"] == "/"
    assert not Membership.objects.filter(firm=cast.firm).exists()
    event = Event.objects.get(firm=cast.firm)
    assert event.actor == "user:bob@example.com"
    assert event.detail == "no trust records; asked by alice@example.com"
    assert b"Other Lawyers" in bob.get("/").content
