"""Reports of other systems on their page: guessed, asked about, corrected, saved, imported."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from counterfoil.sources.sheets.writer import write_xlsx
from counterfoil.web import tidying
from counterfoil.web.models import Document, Event, Layout, Report
from counterfoil.web.services import layouts, report_columns
from tests.fuzz.files import LAYOUT
from tests.web.cast import As, Cast

RECEIPTS = b"""Receipts July 2026,,,,
Date,Receipt No,Customer,Amount,Taken by
03/04/2026,R-1,Ada Abbott,"1,250.00",KL
04/05/2026,R-2,Ada Abbott,10.00,KL
Total,,,"1,260.00",
"""
OFFICE = {"always-field": "bank_account", "always-text": "OFFICE"}


def handed_in(client: Client, content: bytes = RECEIPTS, name: str = "Receipts.csv") -> str:
    answer = client.post("/import/report/", {"file": SimpleUploadedFile(name, content)})
    return str(answer["Location"])


def typed(page: str) -> dict[str, str]:
    """What the form holds as it stands, but for what is the same in every row."""
    values = dict(
        re.findall(
            r'<input (?:type="hidden"|id="name"|id="system") ?name="([^"]+)" value="([^"]*)"',
            page,
        )
    )
    for name, inside in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        values[name] = chosen[1] if chosen else ""
    return {name: value for name, value in values.items() if not name.startswith("always")}


def test_what_a_report_is_is_guessed_asked_about_confirmed_saved_and_imported(
    cast: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    there = handed_in(bob)
    page = bob.get(there).content.decode()
    given = typed(page)
    assert (given["kind"], given["name"]) == ("receipt", "Receipts")
    assert (given["column:Customer"], given["column:Taken by"]) == ("client.name", "")
    assert "03/04/2026 can be read in two ways. Choose how it is read." in page
    assert "The documents need it, and no column has it." in page
    refused = bob.post(there, {**given, **OFFICE, "do": "save"})
    assert (refused.status_code, Layout.objects.exists()) == (422, False)
    assert 'value="OFFICE"' in refused.content.decode()
    named = bob.post(there, {**given, **OFFICE, "dates": "day-first", "system": "old: books"})
    unsaved = bob.post(there, {**typed(named.content.decode()), **OFFICE, "do": "save"})
    assert "“old: books” is no name of a system" in unsaved.content.decode()
    unseen = bob.post(there, {**given, **OFFICE, "dates": "month-first", "do": "save"})
    assert "Look at it, and save it then." in unseen.content.decode()
    page = bob.post(there, {**given, **OFFICE, "dates": "day-first", "do": "show"}).content.decode()
    assert ">3 April 2026<" in page
    assert "two ways" not in page
    answer = bob.post(there, {**typed(page), **OFFICE, "do": "save"}, follow=True)
    assert "1 row of the report left out, totals and balances: row 5" in answer.content.decode()
    kept = Document.objects.order_by("number").values_list("number", "date", "amount")
    assert list(kept) == [
        ("R-1", dt.date(2026, 4, 3), 1250_00),
        ("R-2", dt.date(2026, 5, 4), 10_00),
    ]
    assert not Report.objects.exists()
    assert Event.objects.filter(what="layout saved", detail="Receipts").exists()


def test_a_layout_is_replaced_only_when_that_is_ticked_and_can_be_removed(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    bob = signed_in("bob")
    heads = ["Date", "Number", "Client", "Amount"]
    rows = [["2026-07-01", f"R-{n}", "Ada", "12.50"] for n in range(7)]
    below = ["", "", "Ada", "99.00"]
    report = write_xlsx({"R": [heads, *rows[:2]], "S <1>": [heads, *rows[2:], below]})
    layouts.save(cast.firm, replace(LAYOUT, name="mine"), actor="test", now=now)
    there = handed_in(bob, report, "mine.xlsx")
    page = bob.post(there, {"kind": "receipt", **OFFICE}).content.decode()
    assert "Sheets that are read: R, S &lt;1&gt;." in page
    assert "sheet S &lt;1&gt;, row 2" in page
    assert "stands below R-6 as if it were a part of it" in page
    given = {**typed(page), **OFFICE, "do": "save"}
    answer = bob.post(there, given)
    assert (answer.status_code, layouts.all_of(cast.firm)[0].kind) == (422, "trust_receipt")
    assert "There is a layout mine already." in answer.content.decode()
    bob.post(there, {**given, "replace": "on"})
    assert [one.kind for one in layouts.all_of(cast.firm)] == ["receipt"]
    listed = bob.get("/import/").content.decode()
    assert "Remove it" in listed
    assert "Remove it" not in signed_in("carol").get("/import/").content.decode()
    signed_in("charlie").post("/import/layouts/remove/", {"name": "mine"})
    assert Layout.objects.exists()
    bob.post("/import/layouts/remove/", {"name": "mine"})
    assert not Layout.objects.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"column:Taken by": "amount"}, "Amount and Taken by are both said to be Amount."),
        ({"always-field": "", "always-text": "x"}, "is not said to be anything"),
        ({"always-field": "amount", "always-text": "1"}, "both a column and the same in every row"),
        ({"only-heading": "Taken by"}, "Which rows count is said by halves."),
        ({"column:Date": "", "column:Receipt No": ""}, "No row of the report is a document"),
    ],
)
def test_what_is_contradictory_is_told_and_nothing_typed_is_lost(
    said: dict[str, str], told: str, cast: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    there = handed_in(bob)
    given = {**typed(bob.get(there).content.decode()), **said}
    page = bob.post(there, given).content.decode()
    assert told in page
    assert {name: typed(page)[name] for name in said if name in typed(page)} == {
        name: text for name, text in said.items() if name in typed(page)
    }


def test_what_is_no_report_says_why_and_what_was_kept_goes_after_a_day(
    signed_in: As, now: dt.datetime
) -> None:
    bob = signed_in("bob")
    there = handed_in(bob, b"1,2\n3,4\n")
    assert "None of the first 50 rows has headings." in bob.get(there).content.decode()
    tidying.turn(now)
    assert bob.get(there).status_code == 200
    report_columns.let_go(now + report_columns.KEPT_FOR * 2)
    assert bob.get(there).status_code == 404
