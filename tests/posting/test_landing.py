"""What is in Xero of what was sent: posted, a draft, or off; and what may be corrected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Severity, warning
from counterfoil.core.xero_documents import Totals
from counterfoil.posting.landing import is_corrected, landed, with_object
from counterfoil.posting.records import Link, Outcome, PostingKey
from counterfoil.posting.states import State

BILL = PostingKey("bill", "b-1", "", Act.CREATE, 1)
TEN = Totals(1000, 0, 1000)
OFF = Totals(1000, 1, 1001)


@pytest.mark.parametrize("expected", [None, TEN])
@pytest.mark.parametrize("totals", [None, TEN])
def test_what_has_the_totals_that_were_sent_or_none_to_compare_is_posted(
    expected: Totals | None, totals: Totals | None
) -> None:
    link = Link("x-1", status="AUTHORISED", totals=totals)
    assert landed(BILL, link, expected) == Outcome(BILL, State.POSTED, link)


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_what_nobody_has_approved_is_a_draft_whatever_its_totals(status: str) -> None:
    link = Link("x-1", status=status, totals=OFF)
    outcome = landed(BILL, link, TEN, ("Account code '600' has been removed",))
    assert (outcome.state, outcome.link) == (State.DRAFTED, link)
    assert [(one.code, one.about) for one in outcome.findings][1:] == [
        ("draft_in_xero", "draft_in_xero")
    ]
    assert {one.severity for one in outcome.findings} == {Severity.WARNING}


def test_other_totals_are_told_with_both_figures_and_beside_what_xero_warned_of() -> None:
    link = Link("x-1", totals=Totals(-1000, -5, -1005))
    outcome = landed(BILL, link, TEN, ("Account code '600' has been removed",))
    warned, off = outcome.findings
    assert warned.severity is Severity.WARNING
    assert (off.code, off.path, off.severity) == ("totals_differ", "total", Severity.ERROR)
    assert "total -10.05 with tax -0.05; 10.00 with tax 0.00 was sent" in off.message


@pytest.mark.parametrize(
    "kind",
    [
        "bill",
        "credit_note",
        "write_off",
        "supplier_bill",
        "supplier_credit",
        "withdrawal",
        "deposit",
    ],
)
def test_the_own_object_of_what_has_lines_is_corrected_once(kind: str) -> None:
    own = BILL._replace(kind=kind)
    assert is_corrected(own)
    assert not is_corrected(own._replace(part="allocation:b-2"))
    assert not is_corrected(own.of(Act.UPDATE))
    link = Link("x-1", totals=OFF)
    assert landed(own, link, TEN).correct
    assert not landed(own, link, Totals(1001, 0, 1001)).correct


NUMBER = PostingKey("correction", "c-1", "1", Act.UPDATE, 1)
REVISION = BILL._replace(part="revision:2", act=Act.UPDATE)
CORRECTION = BILL.of(Act.UPDATE)
LINK = Link("x-1", totals=TEN)
WARNED = warning("account_removed", "An account was removed.", "Look at it.")


@pytest.mark.parametrize("state", [State.POSTED, State.DRAFTED])
def test_a_number_given_up_is_no_object_of_its_own_even_on_a_draft(state: State) -> None:
    assert with_object(Outcome(NUMBER, state, LINK)) == (Outcome(NUMBER, State.POSTED),)


def test_a_number_that_could_not_be_given_up_stays_refused_without_the_object() -> None:
    told = with_object(Outcome(NUMBER, State.REFUSED, LINK))
    assert told == (Outcome(NUMBER, State.REFUSED),)


@pytest.mark.parametrize("key", [CORRECTION, REVISION])
def test_a_change_that_xero_refused_leaves_its_object_alone(key: PostingKey) -> None:
    assert with_object(Outcome(key, State.REFUSED, LINK)) == (Outcome(key, State.REFUSED),)


def test_an_object_that_was_changed_is_never_corrected_a_second_time() -> None:
    off = Outcome(CORRECTION, State.MISMATCHED, LINK, correct=True)
    assert [one.correct for one in with_object(off)] == [False, False]


@pytest.mark.parametrize("key", [BILL, BILL.of(Act.VOID), BILL.of(Act.ALLOCATE)])
def test_what_changes_no_object_stands_for_itself(key: PostingKey) -> None:
    outcome = Outcome(key, State.POSTED, LINK)
    assert with_object(outcome) == (outcome,)


def test_a_change_of_which_nothing_is_known_stands_for_itself() -> None:
    outcome = Outcome(CORRECTION, State.UNKNOWN)
    assert with_object(outcome) == (outcome,)


def test_a_revision_in_xero_says_which_it_is() -> None:
    done, made = with_object(Outcome(REVISION, State.POSTED, LINK))
    assert (done, made.posting, made.link) == (Outcome(REVISION, State.POSTED), BILL, LINK)
    assert [(one.code, one.severity) for one in made.findings] == [
        ("updated_in_place", Severity.NOTE)
    ]
    assert "to revision 2." in made.findings[0].message


def test_a_correction_in_xero_is_told_because_xeros_arithmetic_was_another() -> None:
    _, made = with_object(Outcome(CORRECTION, State.POSTED, LINK))
    assert [(one.code, one.path, one.severity) for one in made.findings] == [
        ("total_corrected", "total", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("key", "state", "of_change"),
    [
        (CORRECTION, State.DRAFTED, State.POSTED),
        (CORRECTION, State.MISMATCHED, State.REFUSED),
        (REVISION, State.DRAFTED, State.POSTED),
        (REVISION, State.MISMATCHED, State.POSTED),
    ],
)
def test_a_change_that_landed_otherwise_is_not_made_again(
    key: PostingKey, state: State, of_change: State
) -> None:
    came = landed(
        key, Link("x-1", status="DRAFT" if state is State.DRAFTED else "", totals=OFF), TEN
    )
    warned = replace(came, findings=(WARNED, *came.findings))
    done, made = with_object(warned)
    assert done == Outcome(key, of_change)
    assert made.findings[0] == WARNED
    assert (made.posting, made.state, made.correct) == (BILL, state, False)
    named = [
        "counterfoil repost" in one.fix for one in made.findings if one.code == "totals_differ"
    ]
    assert named == ([key == REVISION] if state is State.MISMATCHED else [])
