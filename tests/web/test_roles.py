"""What each role may do, and what a page asks of whoever comes, whichever page it is."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from counterfoil.web.access import ALLOWED, Permission, allows, back_to
from counterfoil.web.models import Membership, Work
from counterfoil.web.services.working import MOST_AT_ONCE
from tests.web.cast import As, Cast, a_document


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("owner", "see enter post map connect people programs erase"),
        ("bookkeeper", "see enter post map"),
        ("staff", "see enter"),
        ("auditor", "see"),
        ("partner", ""),
    ],
)
def test_each_role_may_do_what_is_promised_and_no_more(role: str, may: str) -> None:
    assert {one for one in Permission if allows(role, one)} == set(may.split())


def test_who_belongs_to_no_firm_is_told_so(cast: Cast, signed_in: As) -> None:
    dora = signed_in("dora")
    Membership.objects.filter(user=cast.people["dora"]).delete()
    assert dora.get("/")["Location"] == "/no-firm/"


def test_more_long_work_than_goes_on_at_once_is_refused_in_words(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "b-1001")
    for _ in range(MOST_AT_ONCE):
        Work.objects.create(
            firm=cast.firm,
            organisation=cast.organisation,
            kind="import",
            title="month.jsonl",
            actor="user:bob@example.com",
            begun_at=timezone.now(),
            beat_at=timezone.now(),
        )
    answer = signed_in("bob").post("/undo/bill/b-1001/", {}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert b"pieces of your work are going on already" in answer.content


def test_staff_and_auditors_change_nothing_that_is_posted() -> None:
    assert ALLOWED["staff"] == {Permission.SEE, Permission.ENTER}
    assert ALLOWED["auditor"] == {Permission.SEE}


@pytest.mark.parametrize(
    ("address", "form", "there"),
    [
        ("/mapping/", {"from": "begin"}, "begin"),
        ("/mapping/?from=begin", {}, "begin"),
        ("/mapping/?from=else", {"from": "where"}, "mapping"),
        ("/mapping/", {}, "mapping"),
    ],
)
def test_a_form_of_the_first_run_leads_back_to_it(
    address: str, form: dict[str, str], there: str, rf: RequestFactory
) -> None:
    assert back_to(rf.post(address, form), "mapping")["Location"] == reverse(there)


def test_only_owners_connect() -> None:
    assert [role for role in ALLOWED if allows(role, Permission.CONNECT)] == ["owner"]


def test_an_unknown_role_may_do_nothing() -> None:
    assert not allows("partner", Permission.SEE)


def test_a_page_takes_the_methods_that_it_names_and_reading_where_it_names_none(
    signed_in: As,
) -> None:
    bob = signed_in("bob")
    assert (bob.get("/problems/").status_code, bob.head("/problems/").status_code) == (200, 200)
    assert bob.post("/problems/").status_code == 405
    assert bob.get("/undo-many/").status_code == 405


def test_a_page_says_which_permission_it_takes() -> None:
    assert resolve("/people/two/").func.permission is Permission.PEOPLE  # type: ignore[attr-defined]
