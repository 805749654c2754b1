"""Problems by cause."""

from counterfoil.web.services.problems import problems
from tests.web.cast import As, Cast, a_document, a_finding


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
