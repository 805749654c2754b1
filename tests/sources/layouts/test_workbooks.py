"""Reports in workbooks of several sheets: one table, each sheet read or named."""

from __future__ import annotations

import io
from dataclasses import replace
from zipfile import ZipFile

from counterfoil.core.documents import Receipt
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts.guess import Wish, guess
from counterfoil.sources.layouts.layout import Layout
from counterfoil.sources.layouts.left_out import Why, sheets_in_words, words
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.sheets.writer import write_xlsx

HEADS = ["Receipt No", "Receipt Date", "Received From", "Amount", "Memo"]
JULY = [
    ["Receipts"],
    HEADS,
    ["R-1", "2026-07-01", "Ng", "100.00"],
    ["R-2", "2026-07-02", "Ito", "5"],
]
AUGUST = [
    [*reversed(HEADS)],
    ["", "999.00", "Ng", "2026-08-01", "R-3"],
    ["", "1.00", "Ito", "2026-08-02", "R-4"],
    ["", "1000.00", "", "", "Total"],
]
COVER = [["Report", "Receipts"], ["From", "2026-07-01"]]
BY_BANK = [["Bank", "Day", "Sum"], ["OFFICE", "2026-07-01", "5"], ["TRUST", "2026-07-01", "6"]]
WISH = Wish("r", "receipt", {}, {"bank_account": "OFFICE"}, {})


def layout_of(book: bytes) -> Layout:
    return guess(io.BytesIO(book), WISH).layout


def read(book: bytes, layout: Layout) -> tuple[Reading, list[Numbered]]:
    reading = Reading(io.BytesIO(book), layout)
    return reading, list(reading)


def hidden(book: bytes, name: str) -> bytes:
    """Hide a sheet of a workbook."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(book)) as before, ZipFile(out, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            if part.endswith("workbook.xml"):
                mark = f'name="{name}"'.encode()
                text = text.replace(mark, mark + b' state="hidden"')
            after.writestr(part, text)
    return out.getvalue()


def test_every_sheet_that_has_the_headings_is_read_and_every_other_one_is_named() -> None:
    sheets = {"Cover": COVER, "July": JULY, "By bank": BY_BANK, "August": AUGUST, "Old": AUGUST}
    book = hidden(write_xlsx(sheets), "Old")
    reading, answers = read(book, layout_of(book))
    documents = [one.read.document for one in answers]
    assert [(one.number, one.amount) for one in documents if isinstance(one, Receipt)] == [
        ("R-1", 100_00),
        ("R-2", 5_00),
        ("R-3", 999_00),
        ("R-4", 1_00),
    ]
    assert len({one.line for one in answers}) == 4
    assert [one.place for one in answers] == [
        *("sheet July, row 3", "sheet July, row 4"),
        *("sheet August, row 2", "sheet August, row 3"),
    ]
    assert [(one.code, one.path) for one in reading.remarks] == [
        ("sheet_not_read", "sheet By bank")
    ]
    assert next(sheets_in_words(reading.sheets, ())) == "Sheets that are read: July, August"
    assert list(words(reading.left_out)) == [
        "1 sheet of the report left out, hidden: sheet Old",
        "1 sheet of the report left out, without headings: sheet Cover",
        "1 row of the report left out, totals and balances: sheet August, row 4",
    ]


def test_a_number_on_two_sheets_and_a_paper_that_runs_on_to_the_next_are_refused() -> None:
    again = [HEADS, ["R-2", "2026-07-02", "Ito", "5"], ["R-9", "2026-08-02", "Ito", "7"]]
    book = write_xlsx({"July": JULY, "August": again})
    _, answers = read(book, layout_of(book))
    found = [(one.code, one.path) for each in answers for one in each.read.findings]
    assert found == [
        ("number_again", "sheet July, row 4"),
        ("number_again", "sheet August, row 2"),
    ]
    below = [HEADS, ["", "", "Ito", "2.00"], ["R-9", "2026-08-02", "Ito", "7"]]
    book = write_xlsx({"July": JULY, "August": below})
    reading, answers = read(book, layout_of(book))
    assert [one.read.document is not None for one in answers] == [True, False, True]
    assert [one.path for one in reading.remarks] == ["sheet August, row 2"]


def test_the_sum_of_a_sheet_is_that_of_its_own_rows() -> None:
    sheet = [HEADS, ["R-3", "2026-08-01", "Ng", "70.00"], ["", "", "", "70.00"]]
    book = write_xlsx({"July": JULY, "August": sheet})
    reading, answers = read(book, layout_of(book))
    assert [one.read.document is not None for one in answers] == [True, True, True]
    assert [(row.place, row.why) for row in reading.left_out] == [
        ("sheet August, row 3", Why.TOTAL)
    ]


def test_headings_twice_on_one_sheet_and_headings_on_none_refuse_the_workbook() -> None:
    layout = layout_of(write_xlsx({"July": JULY}))
    twice = [[*HEADS, "Amount"], ["R-3", "2026-08-01", "Ng", "9.00", "", "8.00"]]
    for sheets, code in (
        ({"July": JULY, "August": twice}, "heading_twice"),
        ({"Cover": COVER, "By bank": BY_BANK}, "no_headings"),
    ):
        _, (refused,) = read(write_xlsx(sheets), layout)
        assert [one.code for one in refused.read.findings] == [code]
    damaged = replace(layout, columns={**layout.columns, "memo": "Nowhere"})
    _, (refused,) = read(write_xlsx({"July": JULY, "August": AUGUST}), damaged)
    assert "of any sheet" in refused.read.findings[0].message
