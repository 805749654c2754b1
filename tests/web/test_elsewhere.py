"""A page that is still open for one firm, when its person works in another by now."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from counterfoil.web.models import (
    Document,
    Draft,
    Firm,
    Membership,
    Organisation,
    Proposal,
    Role,
)
from counterfoil.web.services.page_forms import forms_of
from tests.web.cast import As, Cast
from tests.web.test_access import ARGUMENTS, PAGES
from tests.web.test_entry import BILL

GO_OVER = {"go-over": "1"}


@pytest.fixture
def second(cast: Cast, now: dt.datetime) -> Organisation:
    """Second & Co, where Carol, staff of Marsh & Lowe, keeps the books."""
    firm = Firm.objects.create(key="second", name="Second & Co", created_at=now)
    Membership.objects.create(
        firm=firm, user=cast.people["carol"], role=Role.BOOKKEEPER, created_at=now
    )
    return Organisation.objects.create(firm=firm, key="main", created_at=now)


def mark_of(page: str) -> str:
    found = re.findall('name="shown-for" value="([^"]+)"', page)
    assert found
    assert len(set(found)) == 1
    return str(found[0])


def opened(client: Client) -> dict[str, str]:
    """Fill in a bill on a page that is open by now."""
    return {**BILL, "shown-for": mark_of(client.get("/enter/bill/").content.decode())}


def test_a_bill_of_a_stale_page_goes_into_no_other_firms_books(
    second: Organisation, cast: Cast, signed_in: As
) -> None:
    carol = signed_in("carol")
    form = opened(carol)
    carol.post("/work-in/", {"firm": "second"})
    answer = carol.post("/enter/bill/", {**form, "do": "approve"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This page was for Marsh &amp; Lowe" in page
    assert "nothing was done" in page
    assert not Document.objects.exists()
    assert not Draft.objects.exists()
    for name, value in BILL.items():
        assert f'name="{name}" value="{escape(value)}"' in page


def test_what_was_typed_is_sent_to_the_firm_that_was_meant_on_a_yes(
    second: Organisation, cast: Cast, signed_in: As
) -> None:
    carol = signed_in("carol")
    form = opened(carol)
    carol.post("/work-in/", {"firm": "second"})
    refused = carol.post("/enter/bill/", {**form, "do": "approve"}).content.decode()
    (again,) = [one for one in forms_of(refused) if one.action == "/enter/bill/"]
    assert carol.post(again.action, {**again.fields, **GO_OVER}).status_code == 302
    # She is staff there, so that it waits for a bookkeeper, as it would have.
    kept = Draft.objects.get()
    assert kept.organisation == cast.organisation
    assert not {"shown-for", "go-over"} & kept.fields.keys()
    assert not Document.objects.exists()
    assert mark_of(carol.get("/").content.decode()) == form["shown-for"]


def test_a_file_is_chosen_again_where_it_was_meant(
    second: Organisation, cast: Cast, signed_in: As
) -> None:
    carol = signed_in("carol")
    mark = mark_of(carol.get("/import/").content.decode())
    carol.post("/work-in/", {"firm": "second"})
    file = SimpleUploadedFile("month.jsonl", b"{}")
    answer = carol.post("/import/", {"file": file, "shown-for": mark}).content.decode()
    assert "choose the file again there" in answer
    over = forms_of(answer[answer.index("choose the file again there") :])[0]
    assert carol.post(over.action, over.fields)["Location"] == "/import/"
    assert mark_of(carol.get("/").content.decode()) == mark


def test_figures_are_not_worked_out_with_another_firms_mapping(
    second: Organisation, signed_in: As
) -> None:
    carol = signed_in("carol")
    form = opened(carol)
    carol.post("/work-in/", {"firm": "second"})
    headers = {"HX-Request": "true", "HX-Trigger-Name": "lines[0].total"}
    answer = carol.post("/enter/bill/", form, headers=headers)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "This page was opened for Marsh &amp; Lowe" in page
    assert "lines" not in page


def test_organisations_of_one_firm_are_told_apart_too(
    cast: Cast, now: dt.datetime, signed_in: As
) -> None:
    Organisation.objects.create(firm=cast.firm, key="north", created_at=now)
    bob = signed_in("bob")
    form = opened(bob)
    bob.post("/work-in/", {"organisation": "north"})
    answer = bob.post("/enter/bill/", {**form, "do": "approve"})
    assert answer.status_code == 409
    assert "This page was for Marsh &amp; Lowe: main" in answer.content.decode()
    assert not Document.objects.exists()
    bob.post("/enter/bill/", {**form, "do": "approve", **GO_OVER})
    assert Document.objects.get().organisation == cast.organisation


@pytest.mark.parametrize("mark", ["{other}", "9" * 30 + ".1", "1.1.1", "", "x"])
def test_nobody_is_sent_to_a_firm_that_is_not_theirs(mark: str, cast: Cast, signed_in: As) -> None:
    said = mark.format(other=f"{cast.other.firm_id}.{cast.other.pk}")
    form = {**BILL, "do": "approve", "shown-for": said, **GO_OVER}
    answer = signed_in("bob").post("/enter/bill/", form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "You do not belong to the firm" in page
    assert "Other Lawyers" not in page
    assert not Document.objects.exists()


def test_one_goes_over_from_a_stale_page_as_from_any(
    second: Organisation, cast: Cast, signed_in: As
) -> None:
    carol = signed_in("carol")
    mark = mark_of(carol.get("/").content.decode())
    carol.post("/work-in/", {"firm": "second"})
    assert carol.post("/work-in/", {"firm": "marsh", "shown-for": mark}).status_code == 302
    assert mark_of(carol.get("/").content.decode()) == mark


def test_a_second_person_reads_nothing_of_where_a_form_was_shown(cast: Cast, signed_in: As) -> None:
    cast.firm.two_people = True
    cast.firm.save()
    alice = signed_in("alice")
    mark = mark_of(alice.get("/people/").content.decode())
    alice.post("/people/two/", {"shown-for": mark})
    assert Proposal.objects.get().form == {}


def test_every_form_of_every_page_says_for_whom_it_is_shown(signed_in: As) -> None:
    alice = signed_in("alice")
    looked = 0
    for name in PAGES:
        page = (
            alice.get(reverse(name, kwargs=ARGUMENTS.get(name)))
            .getvalue()
            .decode("utf-8", "replace")
        )
        for form in re.findall('<form[^>]*method="post".*?</form>', page, re.DOTALL):
            assert 'name="shown-for"' in form, (name, form[:200])
            looked += 1
    assert looked > len(PAGES)
