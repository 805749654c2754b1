"""The mapping as a file, and its checklist."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from counterfoil.web.models import Counter, MappingVersion, Organisation
from counterfoil.web.services import pausing, preview
from tests.web.cast import As, Cast, a_document, a_posting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.test.client import _MonkeyPatchedWSGIResponse as Page

MAPPING = {
    "organisation": "main",
    "accounts": {"4-1000": "200"},
    "tax_codes": {"GST": {"sales": "OUTPUT", "purchases": "INPUT"}},
    "settings": {"accounting_basis": "accrual"},
}


def upload(client: Client, content: object) -> Page:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/mapping/upload/", {"file": SimpleUploadedFile("mapping.json", data)})


def test_a_mapping_is_in_force_once_it_is_uploaded(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    assert upload(bob, MAPPING)["Location"] == "/mapping/"
    row = MappingVersion.objects.get()
    assert (row.version, row.actor) == (1, "user:bob@example.com")
    assert b"4-1000" in bob.get("/mapping/").content


def test_the_same_mapping_again_is_no_new_version(cast: Cast, signed_in: As) -> None:
    for _ in range(2):
        upload(signed_in("bob"), MAPPING)
    assert MappingVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a mapping at all {", "The file was not taken"),
        ({**MAPPING, "acounts": {}}, "acounts"),
        ({**MAPPING, "settings": {}}, "accounting_basis"),
    ],
)
def test_a_faulty_file_changes_nothing_and_says_where(
    cast: Cast, signed_in: As, content: object, said: str
) -> None:
    upload(signed_in("bob"), MAPPING)
    answer = upload(signed_in("bob"), content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert MappingVersion.objects.count() == 1


def test_no_file_is_said_beside_the_field(cast: Cast, signed_in: As) -> None:
    answer = signed_in("bob").post("/mapping/upload/")
    assert answer.status_code == 422
    assert b"errorlist" in answer.content


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_was_downloaded_can_be_uploaded(cast: Cast, signed_in: As, form: str) -> None:
    bob = signed_in("bob")
    upload(bob, MAPPING)
    file = bob.get(f"/mapping/download/{form}/")
    assert file["Content-Disposition"] == f'attachment; filename="mapping-marsh-main.{form}"'
    upload(bob, file.content)
    assert MappingVersion.objects.count() == 1


def test_there_is_no_third_form(cast: Cast, signed_in: As) -> None:
    upload(signed_in("bob"), MAPPING)
    assert signed_in("bob").get("/mapping/download/xlsx/").status_code == 404


def test_without_a_chart_the_mapping_cannot_be_checked(cast: Cast, signed_in: As) -> None:
    upload(signed_in("bob"), MAPPING)
    assert b"chart of accounts was never read" in signed_in("dora").get("/mapping/").content


def test_staff_see_the_mapping_and_do_not_change_it(cast: Cast, signed_in: As) -> None:
    assert b"Upload and put in force" not in signed_in("carol").get("/mapping/").content
    assert upload(signed_in("carol"), MAPPING).status_code == 403
    assert not MappingVersion.objects.exists()


def test_a_file_of_another_organisation_of_the_firm_is_not_taken(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    Organisation.objects.create(firm=cast.firm, key="north", created_at=now)
    north = {**MAPPING, "organisation": "north", "accounts": {"4-1000": "260"}}
    answer = upload(signed_in("bob"), north)
    assert answer.status_code == 422
    assert "The file is for organisation north" in answer.content.decode()
    upload(signed_in("bob"), MAPPING)
    assert upload(signed_in("bob"), north).status_code == 422
    assert MappingVersion.objects.count() == 1


def first_by_upload(bob: Client) -> None:
    upload(bob, MAPPING)


def first_by_its_basis(bob: Client) -> None:
    bob.post("/mapping/basis/", {"basis": "accrual"})


@pytest.mark.parametrize("begin", [first_by_upload, first_by_its_basis])
def test_a_first_mapping_pauses_posting_until_somebody_has_looked(
    cast: Cast, signed_in: As, begin: Callable[[Client], None]
) -> None:
    begin(signed_in("bob"))
    (alert,) = signed_in("carol").get("/status").json()["alerts"]
    assert alert["what"].startswith("Nothing goes to Xero before somebody has looked")
    assert pausing.paused(cast.organisation.pk)
    signed_in("bob").post("/pause/", {"go_on": "1"})
    upload(signed_in("bob"), {**MAPPING, "accounts": {"4-1000": "260"}})
    assert not pausing.paused(cast.organisation.pk)


def test_a_firm_that_has_posted_is_not_paused_by_a_first_mapping(cast: Cast, signed_in: As) -> None:
    Counter.objects.create(firm=cast.firm, organisation=cast.organisation, state="posted", count=1)
    upload(signed_in("bob"), MAPPING)
    assert not pausing.paused(cast.organisation.pk)


def test_the_yes_of_the_first_run_is_to_what_was_shown_and_lets_posting_go_on(
    cast: Cast, signed_in: As
) -> None:
    upload(signed_in("bob"), MAPPING)
    alice, seen = signed_in("alice"), {"seen": preview.mark(cast.organisation)}
    a_posting(a_document(cast.organisation, "b-1"), "ready")
    told = alice.post("/begin/post/", seen, follow=True).content.decode()
    assert "what would go has changed" in told
    assert pausing.paused(cast.organisation.pk)
    alice.post("/begin/post/", {"seen": preview.mark(cast.organisation)})
    assert not pausing.paused(cast.organisation.pk)


def test_an_old_page_of_the_first_run_lets_nothing_go_on_that_a_person_has_paused(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    seen = {"seen": preview.mark(cast.organisation)}
    upload(signed_in("bob"), MAPPING)
    signed_in("bob").post("/pause/")
    told = signed_in("alice").post("/begin/post/", seen, follow=True).content.decode()
    assert "bob@example.com has paused posting meanwhile" in told
    Counter.objects.create(firm=cast.firm, organisation=cast.organisation, state="posted", count=1)
    assert "its first run over" in (
        signed_in("alice").post("/begin/post/", seen, follow=True).content.decode()
    )
    pausing.looked_at(cast.organisation, actor="cli:root", now=now)
    assert pausing.paused(cast.organisation.pk)
