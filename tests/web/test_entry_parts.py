"""A form of many lines, of which some are fields at a time and nothing is lost."""

from __future__ import annotations

import re

import pytest

from counterfoil.web.services import entry_parts
from counterfoil.web.services.entry_parts import Window
from tests.web.cast import As, Cast

TYPED = {
    "number": "B-1",
    "lines[0].description": "Advice, shown",
    "lines[15].description": "Fee = 100 & more; «näher»",
    "lines[15].tracking.Office Park": "North + South",
    "lines[40].total": "1,234.50",
    "splits[2].amount": "7",
}


def test_what_rows_hold_that_are_not_shown_comes_back_as_it_was_typed() -> None:
    shown = entry_parts.windows({"lines": 42, "splits": 3}, {})
    told = entry_parts.folded(TYPED, shown)
    on_the_page = {
        name: value for name, value in TYPED.items() if not re.match(r"lines\[[14]", name)
    }
    assert entry_parts.unfolded({**on_the_page, entry_parts.UNSHOWN: told}) == TYPED
    assert "shown" not in told, "what is a field does not travel twice"


@pytest.mark.parametrize(
    "said", ["", "lines", "7 x y", "lines total\n\x00 1\n3", "lines a\n3 %ZZ b"]
)
def test_rows_that_nobody_folded_break_nothing(said: str) -> None:
    made = entry_parts.unfolded({"number": "B-1", entry_parts.UNSHOWN: said})
    assert made["number"] == "B-1"


@pytest.mark.parametrize(
    ("part", "faulty", "more", "rows"),
    [
        (1, [], "", range(15)),
        (3, [], "", range(30, 42)),
        (9, [], "", range(30, 42)),
        (0, [], "", range(15)),
        (1, ["lines[20].total"], "", range(15, 30)),
        (2, ["lines[20].total", "lines[2].total"], "", range(15, 30)),
        (1, [], "lines", range(30, 42)),
    ],
)
def test_the_rows_that_are_asked_for_are_shown_or_those_at_fault(
    part: int, faulty: list[str], more: str, rows: range
) -> None:
    assert entry_parts.windows({"lines": 42}, {"lines": part}, faulty, more)["lines"].rows == rows


def test_a_table_of_few_rows_has_no_other_part() -> None:
    assert (Window("lines", 1, 15).earlier, Window("lines", 1, 15).later) == ("", "")
    assert entry_parts.asked({"rows-of-lines": "2", "do": "rows:lines:x"}) == {}


def test_a_bill_of_forty_lines_is_turned_over_and_approved_whole(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    head = {"id": "hand-1", "number": "B-40", "date": "2026-07-01", "client.name": "Ng"}
    lines = {f"lines[{n}].description": f"Advice no {n}." for n in range(40)}
    lines |= {f"lines[{n}].total": "10.00" for n in range(40)}
    lines |= {f"lines[{n}].account": "4-1000" for n in range(40)}
    first = bob.post("/enter/bill/", {**head, **lines, "do": "work_out"}).content.decode()
    assert "Rows 1 to 15 of 41" in first
    assert 'name="lines[14].total"' in first
    assert 'name="lines[15].total"' not in first
    second = bob.post("/enter/bill/", {**fields(first), "do": "rows:lines:2"}).content.decode()
    assert "Rows 16 to 30 of 41" in second
    wrong = {**fields(second), "lines[20].total": "1,5"}
    third = bob.post("/enter/bill/", {**wrong, "do": "rows:lines:3"}).content.decode()
    assert 'value="1,5"' in third, "the part with what is wrong is shown, not the one asked for"
    right = {**fields(third), "lines[20].total": "11.00"}
    last = bob.post("/enter/bill/", {**right, "do": "work_out"}).content.decode()
    assert fields(last)["total"] == "401.00", "sums are those of all rows"
    kept = bob.post("/enter/bill/", {**fields(last), "do": "draft"}, follow=True)
    page = bob.get(re.findall(r"/draft/\d+/", kept.content.decode())[0]).content.decode()
    assert "Rows 1 to 15 of 41" in page


def fields(page: str) -> dict[str, str]:
    """Return what the form of a page would send, as a browser does."""
    found = dict(re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', page))
    text = re.search(r'<textarea name="([^"]+)" hidden>\n([^<]*)</textarea>', page)
    if text is not None:
        found[text[1]] = text[2].replace("\n", "\r\n")
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}
