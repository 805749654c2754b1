"""Problems by cause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_plain
from counterfoil.posting.daybook import take_in
from counterfoil.web.models import Counter, DocumentFinding, Event, Posting
from counterfoil.web.services import problems as causes
from counterfoil.web.services.problems import problems
from counterfoil.web.shelf import DatabaseShelf, save_mapping, store_chart
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast, a_document, a_finding, a_posting


def test_documents_with_the_same_cause_are_one_problem(cast: Cast) -> None:
    for n in range(3):
        a_finding(a_document(cast.organisation, f"b-{n}"), "account_not_mapped", "account:4-1200")
    (problem,) = problems(cast.organisation)
    assert (problem.code, problem.about, problem.documents) == (
        "account_not_mapped",
        "account:4-1200",
        3,
    )


def test_a_document_counts_once_however_often_the_cause_meets_it(cast: Cast) -> None:
    bill = a_document(cast.organisation, "b-1")
    for path in ("lines[0]", "lines[1]"):
        a_finding(bill, "account_not_mapped", "account:4-1200", path=path)
    assert [problem.documents for problem in problems(cast.organisation)] == [1]


def test_what_holds_documents_stands_before_what_only_warns(cast: Cast) -> None:
    for n in range(2):
        a_finding(a_document(cast.organisation, f"b-{n}"), "renamed", severity="warning")
    a_finding(a_document(cast.organisation, "b-9"), "wrong_sum")
    assert [problem.code for problem in problems(cast.organisation)] == ["wrong_sum", "renamed"]


def test_notes_and_other_firms_problems_are_not_shown(cast: Cast) -> None:
    a_finding(a_document(cast.organisation, "b-1"), "rounded", severity="note")
    a_finding(a_document(cast.other, "b-1"), "wrong_sum")
    assert problems(cast.organisation) == ()


def test_each_cause_has_its_fix_and_leads_to_its_documents(cast: Cast, signed_in: As) -> None:
    bill = a_document(cast.organisation, "b-1")
    a_finding(bill, "account_not_mapped", "account:4-1200", fix="Choose where 4-1200 goes.")
    bob = signed_in("bob")
    page = bob.get("/problems/").content.decode()
    assert "Choose where 4-1200 goes." in page
    assert "code=account_not_mapped&amp;about=account%3A4-1200" in page
    leaf = bob.get("/documents/?code=account_not_mapped&about=account%3A4-1200").context["leaf"]
    assert [row.document for row in leaf.rows] == [bill]


def test_no_problem_is_said_too(cast: Cast, signed_in: As) -> None:
    assert b"No problems." in signed_in("carol").get("/problems/").content


CHART = Path(__file__).parents[1] / "golden" / "chart"


@pytest.fixture
def unmapped(cast: Cast, now: dt.datetime) -> Cast:
    """A firm whose one bill waits for account 4-9 to be mapped."""
    organisation = cast.organisation
    replies = {path.stem: path.read_bytes() for path in CHART.glob("*.json")}
    store_chart(organisation, replies, actor="test", now=now)
    mapping, faults = read_mapping((CHART.parent / "mapping.json").read_bytes())
    assert mapping is not None, faults
    save_mapping(organisation, mapping, actor="test", now=now)
    line = {"description": "Advice", "account": "4-9", "tax_code": "GST", "total": "100.00"}
    client = {"id": "c-1", "name": "Ng Family Trust"}
    bill = {"kind": "bill", "id": "b-1", "number": "INV-1", "date": "2026-07-01", "client": client}
    read = read_plain({**bill, "lines": [line], "tax": "10.00", "total": "110.00"})
    assert read.document is not None, read.findings
    shelf = DatabaseShelf(organisation)
    take_in([read.document], outbox_of(organisation), shelf, actor="test", now=now)
    return cast


def test_an_account_is_mapped_where_it_is_missed_and_what_waited_goes_on(
    unmapped: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    page = bob.get("/problems/").content.decode()
    assert "Where does 4-9 go in Xero?" in page
    assert '<option value="200">' in page
    answer = bob.post("/problems/cure/", {"about": "account:4-9", "value": "200"}, follow=True)
    assert "1 document that waited for it had another look" in answer.content.decode()
    assert DatabaseShelf(unmapped.organisation).mapping().accounts["4-9"] == "200"
    assert not DocumentFinding.objects.filter(about="account:4-9").exists()


@pytest.mark.parametrize(
    ("about", "value"),
    [("account:4-9", "no such account"), ("setting:x", "200"), ("account:", "200"), ("", "")],
)
def test_what_is_not_offered_is_not_mapped(
    unmapped: Cast, signed_in: As, about: str, value: str
) -> None:
    bob = signed_in("bob")
    bob.post("/problems/cure/", {"about": about, "value": value})
    assert "4-9" not in DatabaseShelf(unmapped.organisation).mapping().accounts


def test_who_may_not_map_sees_no_choice(unmapped: Cast, signed_in: As) -> None:
    assert b"Where does 4-9 go" not in signed_in("carol").get("/problems/").content


def test_more_than_a_thousand_documents_are_not_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_COUNTED", 2)
    monkeypatch.setattr(causes, "READ", 1)
    for n in range(4):
        bill = a_document(cast.organisation, f"b-{n}")
        a_finding(bill, "account_not_mapped", "account:4-9")
        a_finding(bill, "tax_code_not_mapped", f"tax_code:{n % 2}")
    a_finding(a_document(cast.organisation, "b-9"), "wrong_sum")
    found = {(one.code, one.about): one.counted for one in problems(cast.organisation)}
    assert found == {
        ("account_not_mapped", "account:4-9"): "2+",
        ("tax_code_not_mapped", "tax_code:0"): "2",
        ("tax_code_not_mapped", "tax_code:1"): "2",
        ("wrong_sum", ""): "1",
    }


def test_an_edit_in_xero_is_overwritten_by_who_has_read_of_it_and_may_post(
    cast: Cast, signed_in: As
) -> None:
    bill = a_document(cast.organisation, "b-1")
    update = a_posting(bill, "held", "revision:2")
    Posting.objects.filter(pk=update.pk).update(act="update")
    organisation = cast.organisation
    Counter.objects.create(firm=cast.firm, organisation=organisation, state="held", count=1)
    a_finding(bill, "edited_in_xero", "edit:1", posting=update)
    a_finding(a_document(cast.organisation, "b-2"), "wrong_sum")
    assert b"Overwrite what Xero has" not in signed_in("carol").get("/problems/").content
    bob = signed_in("bob")
    assert bob.get("/problems/").content.count(b"Overwrite what Xero has") == 1
    edit = {"code": "edited_in_xero", "overwrite": "1"}
    for about in ("edit:2", ""):
        bob.post("/problems/retry/", {**edit, "about": about})
        update.refresh_from_db()
        assert update.choice == ""
    bob.post("/problems/retry/", {**edit, "about": "edit:1"})
    update.refresh_from_db()
    assert (update.state, update.choice) == ("ready", "edit:1")
    assert Event.objects.get(what="chose overwrite").detail == "edited_in_xero!"


def test_the_button_stands_beside_the_document_and_never_beside_many(
    cast: Cast, signed_in: As
) -> None:
    bill = a_document(cast.organisation, "b-1")
    update = a_posting(bill, "held", "revision:2")
    a_finding(bill, "edited_in_xero", "edit:1", posting=update)
    a_document(cast.organisation, "b-2")
    bob = signed_in("bob")
    assert b"Overwrite what Xero has" in bob.get("/documents/bill/b-1/").content
    assert b"Overwrite what Xero has" not in bob.get("/documents/").content
    many = {"act": "overwrite", "which": ["bill:b-1", "bill:b-2"]}
    assert b"decided one by one" in bob.post("/act/", many, follow=True).content
    update.refresh_from_db()
    assert update.choice == ""
