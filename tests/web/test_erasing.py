"""What goes with a firm, table by table, and who goes with it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from django.apps import apps

from counterfoil.web.models import Document, Firm, Membership, Role, User
from counterfoil.web.services import erasing
from counterfoil.web.store.erasing import GONE, KEPT
from tests.web.cast import As, Cast, a_document, a_finding, a_posting, person

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
