"""What a read-back found, where people look for it; and when the next one is due."""

import datetime as dt

import pytest
from django.utils import timezone

from counterfoil.core.findings import warning
from counterfoil.posting.errors import NotConnected
from counterfoil.web.models import Drift, Link, Organisation, ReadBack
from counterfoil.web.office import office_of
from counterfoil.web.services import drift
from counterfoil.web.services.drifted import since
from counterfoil.web.services.problems import problems
from tests.web.cast import As, Cast, a_document, a_posting


def a_drift(organisation: Organisation, name: str, **fields: object) -> Drift:
    """An entry of somebody else's on a trust account."""
    given = {"code": "trust_entry_not_ours", **fields}
    return Drift.objects.create(
        firm=organisation.firm,
        organisation=organisation,
        resource="BankTransactions",
        xero_id=name,
        read_from=name,
        name=name,
        severity="warning",
        message=f"{name} was entered on a trust account in Xero by somebody else.",
        fix="Record it in the practice.",
        found_at=timezone.now(),
        **given,
    )


def test_what_drifted_stands_among_the_problems_with_what_to_do(cast: Cast, signed_in: As) -> None:
    a_drift(cast.organisation, "BANKFEE")
    a_drift(cast.other, "NOT OURS")
    (problem,) = problems(cast.organisation)
    assert (problem.code, problem.documents) == ("trust_entry_not_ours", 0)
    page = signed_in("bob").get("/problems/").content.decode()
    assert "BANKFEE was entered on a trust account" in page
    assert "Record it in the practice." in page


def test_what_drifted_of_a_document_leads_to_it_and_stands_on_its_page(
    cast: Cast, signed_in: As
) -> None:
    posting = a_posting(a_document(cast.organisation, "b-1"), "posted")
    a_drift(cast.organisation, "B-1", code="date_changed", posting=posting)
    bob = signed_in("bob")
    assert "/documents/bill/b-1/" in bob.get("/problems/").content.decode()
    assert "B-1 was entered" in bob.get("/documents/bill/b-1/").content.decode()


def test_what_was_voided_in_xero_is_not_called_right_and_can_be_posted_anew(
    cast: Cast, signed_in: As
) -> None:
    document = a_document(cast.organisation, "b-1")
    posting = a_posting(document, "posted")
    owner = {"firm": cast.organisation.firm, "organisation": cast.organisation}
    linked = {"posting": posting, "xero_id": "x-1", "linked_at": timezone.now()}
    Link.objects.create(number="B-1", **owner, **linked)
    page = "/documents/bill/b-1/"
    bob, anew = signed_in("bob"), "/undo/bill/b-1/?again=1"
    assert "in Xero, to the cent" in bob.get(page).content.decode()
    a_drift(cast.organisation, "B-1", code="document_voided_in_xero", posting=posting)
    shown = bob.get(page).content.decode()
    assert "Voided in Xero since" in shown
    assert "in Xero, to the cent" not in shown
    assert anew in shown
    assert anew in bob.get("/drift/").content.decode()


def test_the_list_says_what_was_changed_in_xero_and_can_be_narrowed_to_it(
    cast: Cast, signed_in: As
) -> None:
    for name, code in (("b-1", "document_voided_in_xero"), ("b-2", "date_changed"), ("b-3", "")):
        posting = a_posting(a_document(cast.organisation, name), "posted")
        if code:
            a_drift(cast.organisation, name.upper(), code=code, posting=posting)
    bob = signed_in("bob")
    page = bob.get("/documents/")
    shown = page.content.decode()
    assert [row.since for row in page.context["leaf"].rows] == [
        "",
        "Changed in Xero since",
        "Voided in Xero since",
    ]
    assert "B-2 was entered on a trust account in Xero by somebody else." in shown
    (tab,) = [one for one in page.context["tabs"] if one.label == "Changed in Xero"]
    assert (tab.query, tab.count, tab.current) == ("drifted=1", "2", False)
    narrowed = bob.get("/documents/?drifted=1&q=b")
    rows = narrowed.context["leaf"].rows
    assert [row.document.source_id for row in rows] == ["b-2", "b-1"]
    assert '<input type="hidden" name="drifted" value="1">' in narrowed.content.decode()


@pytest.mark.parametrize(
    ("codes", "made", "said"),
    [
        ([], 1, ""),
        (["date_changed"], 1, "Changed in Xero since"),
        (["journal_voided_in_xero"], 1, "Voided in Xero since"),
        (["payment_deleted_in_xero"], 2, "Deleted in part in Xero since"),
        (["payment_deleted_in_xero"] * 2, 2, "Deleted in Xero since"),
    ],
)
def test_a_document_stands_as_it_was_last_read(codes: list[str], made: int, said: str) -> None:
    assert since([warning(code, "", "") for code in codes], made) == said


def test_a_firm_that_has_just_begun_is_read_back_after_a_day(cast: Cast) -> None:
    with office_of(cast.organisation) as office:
        assert drift.when_due(office) is None
    row = ReadBack.objects.get(organisation=cast.organisation)
    assert row.due_at > timezone.now() + dt.timedelta(hours=23)


def test_a_reading_that_fails_is_tried_again_in_an_hour(cast: Cast) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    owner = {"firm": cast.organisation.firm, "organisation": cast.organisation}
    row = ReadBack.objects.create(due_at=past, **owner)
    with office_of(cast.organisation) as office, pytest.raises(NotConnected):
        drift.when_due(office)
    row.refresh_from_db()
    assert past + dt.timedelta(hours=1) < row.due_at < past + dt.timedelta(hours=2)
