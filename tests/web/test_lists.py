"""Lists that are too long to sort, and what is done to many documents at once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from counterfoil.posting.states import State
from counterfoil.web.models import Counter, DocumentFinding
from counterfoil.web.services import acts, daybook, finding_few, undoing
from tests.web.cast import As, Cast, a_document, a_finding, a_posting

DAY = dt.date(2026, 5, 4)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two documents be more than a few, and look through three rows at a time."""
    monkeypatch.setattr(finding_few, "FEW", 1)
    monkeypatch.setattr(daybook, "WINDOWS", (2, 3))


def walked(cast: Cast, filters: daybook.Filters, most: int = 2) -> list[str]:
    """The ids of all pages of a list, in order."""
    seen: list[str] = []
    mark = None
    for _ in range(30):
        leaf = daybook.leaf(cast.organisation, filters, mark, most=most)
        seen += [row.document.source_id for row in leaf.rows]
        mark = leaf.next
        if mark is None:
            return seen
    raise AssertionError("the list does not end")


@pytest.mark.usefixtures("narrow")
def test_a_state_with_many_runs_in_the_order_of_receipt_and_misses_none(cast: Cast) -> None:
    for n in range(9):
        bill = a_document(cast.organisation, f"b-{n}", date=DAY - dt.timedelta(days=n))
        a_posting(bill, "ready" if n % 2 else "posted")
        a_posting(bill, "posted", "allocation:x")
    filters = daybook.Filters(state=State.POSTED)
    assert daybook.leaf(cast.organisation, filters).by_receipt
    assert walked(cast, filters) == ["b-8", "b-6", "b-4", "b-2", "b-0"]


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("kind", ["", "bill", "receipt"])
def test_a_state_in_which_most_are_runs_by_date_like_the_whole_list(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(finding_few, "COMMON", 0)
    for state, count in (("posted", 8), ("held", 4)):
        Counter.objects.create(
            firm=cast.firm, organisation=cast.organisation, state=state, count=count
        )
    for n in range(12):
        bill = a_document(
            cast.organisation, f"b-{n}", date=DAY + dt.timedelta(days=n), kind=kind or "bill"
        )
        a_posting(bill, "posted" if n % 3 else "held")
    filters = daybook.Filters(state=State.POSTED, kind=kind, since=DAY + dt.timedelta(days=3))
    assert not daybook.leaf(cast.organisation, filters).by_receipt
    assert walked(cast, filters) == [f"b-{n}" for n in (11, 10, 8, 7, 5, 4)]
    assert walked(cast, replace(filters, kind="payment")) == []


@pytest.mark.usefixtures("narrow")
def test_a_cause_with_many_documents_shows_each_once(cast: Cast) -> None:
    for n in range(5):
        bill = a_document(cast.organisation, f"b-{n}")
        for path in ("lines[0]", "lines[1]"):
            a_finding(bill, "account_not_mapped", "account:4-1200", path=path)
    filters = daybook.Filters(code="account_not_mapped", about="account:4-1200")
    assert walked(cast, filters) == [f"b-{n}" for n in reversed(range(5))]


@pytest.mark.usefixtures("narrow")
def test_a_part_of_many_names_is_looked_for_in_windows(cast: Cast) -> None:
    for n in range(7):
        a_document(cast.organisation, f"b-{n}", party="Ng Trust" if n % 3 else "Other")
    found = walked(cast, daybook.Filters(text="ng tr"))
    assert sorted(found) == ["b-1", "b-2", "b-4", "b-5"]


def test_what_is_more_than_a_thousand_is_not_counted(cast: Cast) -> None:
    for n in range(3):
        a_posting(a_document(cast.organisation, f"b-{n}"), "posted")
    assert daybook.counted(cast.organisation, State.POSTED) == 3
    assert daybook.counted(cast.organisation, State.POSTED, most=1) == 2


def test_who_ticks_nothing_that_is_there_is_told(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    answer = bob.post("/act/", {"act": "hold", "which": ["bill:b-9"], "why": "wait for Ann"})
    assert answer["Location"] == "/documents/?"
    assert "Tick the documents first" in bob.get("/documents/").content.decode()


def test_nothing_of_another_firm_is_touched(cast: Cast, signed_in: As) -> None:
    a_posting(a_document(cast.other, "b-1"), "held")
    signed_in("bob").post("/act/", {"act": "hold", "which": ["bill:b-1"]})
    assert not DocumentFinding.objects.exists()


def test_an_act_that_nobody_knows_does_nothing(cast: Cast, signed_in: As) -> None:
    answer = signed_in("bob").post("/act/", {"act": "burn", "which": ["bill:b-1"]})
    assert answer["Location"] == "/documents/"


@pytest.fixture
def four(cast: Cast) -> Cast:
    """Two bills of one client that are held, one of another, and one that was posted."""
    for n, party in enumerate(("Ng", "Ng", "Ito", "Ng"), 1):
        bill = a_document(cast.organisation, f"b-{n}", party=party)
        a_posting(bill, "held" if n < 4 else "posted")
    return cast


@pytest.fixture
def held_back(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write down which documents the button Hold is pressed for."""
    met: list[str] = []

    def hold(order: acts.Order) -> int:
        met.extend(sorted(key.id for key in order.keys))
        return len(order.keys)

    monkeypatch.setattr(acts, "ACTS", {"hold": replace(acts.ACTS["hold"], do=hold)})
    return met


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("q=Ng&state=held", ["b-1", "b-2"]),
        ("state=held", ["b-1", "b-2", "b-3"]),
        ("q=Nobody", []),
        ("q=Ng&state=hald", []),
        ("q=Ng&since=03/11/2026", []),
        (f"q={'Ng' * 101}", []),
    ],
)
def test_all_that_match_are_those_that_the_filters_leave_and_no_others(
    four: Cast, signed_in: As, held_back: list[str], query: str, held: list[str]
) -> None:
    signed_in("bob").post("/act/", {"act": "hold", "all": "1", "why": "Ann", "query": query})
    assert held_back == held


def test_what_is_ticked_is_done_whatever_the_filters_say(
    four: Cast, signed_in: As, held_back: list[str]
) -> None:
    ticked = {"act": "hold", "which": ["bill:b-3"], "why": "Ann", "query": "state=hald"}
    signed_in("bob").post("/act/", ticked)
    assert held_back == ["b-3"]


def test_an_undo_of_all_that_match_asks_about_these_alone(
    four: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "together", lambda _, keys: [keys])
    asked = {"act": "undo", "all": "1", "query": "q=Ng&state=held"}
    page = signed_in("bob").post("/act/", asked).content.decode()
    assert sorted(re.findall(r'name="which" value="([^"]+)"', page)) == ["bill:b-1", "bill:b-2"]


def test_a_filter_that_cannot_be_read_is_said_and_all_that_match_is_not_offered(
    four: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    page = bob.get("/documents/?q=Ng&since=03/11/2026&state=hald").content.decode()
    assert "From: “03/11/2026” cannot be read and does not narrow the list." in page
    assert "State: “hald” cannot be read" in page
    assert 'name="all"' not in page
    assert 'name="all"' in bob.get("/documents/?q=Ng&since=2026-01-03").content.decode()
    done = bob.post("/act/", {"act": "hold", "all": "1", "query": "since=soon"}, follow=True)
    assert (
        "Nothing was done to all that match. From: “soon” cannot be read" in done.content.decode()
    )
