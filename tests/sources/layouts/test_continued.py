"""Reports that print a paper's number once: what has rows below it without one is never half."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from counterfoil.sources.layouts.layout import Layout
from counterfoil.sources.layouts.left_out import Why
from counterfoil.sources.layouts.reader import Reading
from tests.sources.layouts.test_papers import HEADINGS, RECEIPTS

APPLIED = "Receipt No,Date,Client,Invoice No,Applied,Note\n"
ALLOCATED = Layout(
    "applied",
    "receipt",
    {
        "number": "Receipt No",
        "date": "Date",
        "client.name": "Client",
        "allocation.bill.number": "Invoice No",
        "allocation.amount": "Applied",
    },
    {"bank_account": "OFFICE"},
)
WHOLE = replace(
    ALLOCATED,
    columns={
        name if name != "allocation.amount" else "amount": each
        for name, each in ALLOCATED.columns.items()
    },
)
BILLED = "Invoice No,Date,Client,Details,Account,Tax Code,Net,GST\n"
LINED = Layout(
    "billed",
    "bill",
    {
        "number": "Invoice No",
        "date": "Date",
        "client.name": "Client",
        "line.description": "Details",
        "line.account": "Account",
        "line.tax_code": "Tax Code",
        "line.total": "Net",
        "line.tax": "GST",
    },
    {"matter.number": "1"},
)
FIRST = "R-1,31/07/2026,Ng & Co,INV-1,50.00,\n"
SECOND = "R-2,31/07/2026,Ito,INV-3,70.00,\n"
BILL = "INV-21,31/07/2026,Ng & Co,Advice,4-1000,GST,200.00,20.00\n"
OTHER = "INV-22,31/07/2026,Ito Ltd,Advice,4-1000,GST,100.00,10.00\n"
ONLY_RECEIPTS = replace(ALLOCATED, only={"Note": "Receipt"})


def read(text: str, layout: Layout) -> tuple[dict[str, bool], list[str], list[Why]]:
    """Return which papers were taken, the rows that part others, and why rows were left out."""
    reading = Reading(io.BytesIO(text.encode()), layout)
    answers = list(reading)
    taken = {each.read.id or "": each.read.document is not None for each in answers}
    parts = [one.path for each in answers for one in each.read.findings if "_without_" in one.code]
    assert [one.path for one in reading.remarks] == parts
    return taken, parts, [row.why for row in reading.left_out]


@pytest.mark.parametrize(
    ("rows", "layout", "place"),
    [
        (f"{APPLIED}{FIRST},,,INV-2,50.00,\n{SECOND}", ALLOCATED, "row 3"),
        # Further down, over an empty row and the headings of the next page.
        (f"{APPLIED}{FIRST},,,,,\n{APPLIED},,,INV-2,30.00,\n,,,INV-4,20.00,\n", ALLOCATED, "row 5"),
        # The sum of the papers above, but with a bill of its own.
        (f"{APPLIED}{SECOND}{FIRST},,,INV-2,120.00,\n", ALLOCATED, "row 4"),
        # An amount that is on account, not the sum of anything.
        (f"{APPLIED}{FIRST},,,,20.00,\n", ALLOCATED, "row 3"),
        # The parts' amounts stand in a column that the layout does not read, or in none.
        (f"{APPLIED}{FIRST},,,INV-2,,20.00\n", WHOLE, "row 3"),
        (f"{APPLIED}{FIRST},,,INV-2,,\n", WHOLE, "row 3"),
        # The day comes again, or the client, and the number does not.
        (f"{APPLIED}{FIRST},31/07/2026,,INV-2,20.00,\n", ALLOCATED, "row 3"),
        (f"{APPLIED}{FIRST},31/07/2026,Ng & Co,INV-2,20.00,\n", ALLOCATED, "row 3"),
        (f"{APPLIED}{FIRST},,Ng & Co,,20.00,\n", ALLOCATED, "row 3"),
        # The rows of one sort are told by a column that the part leaves empty.
        (f"{APPLIED}{FIRST[:-1]}Receipt\n,,,INV-2,20.00,\n", ONLY_RECEIPTS, "row 3"),
        # A line that speaks of a balance, and has an account as no total has.
        (f"{BILLED}{BILL},,,Balance of searches,4-2000,FREE,100.00,0.00\n", LINED, "row 3"),
        (f"{BILLED}{BILL},,,Drafting,4-1000,GST,100.00,10.00\n{OTHER}", LINED, "row 3"),
    ],
)
def test_a_paper_with_rows_below_it_that_lack_its_number_is_refused_and_no_other(
    rows: str, layout: Layout, place: str
) -> None:
    taken, parts, _ = read(rows, layout)
    assert parts == [place]
    refused = [name for name, whole in taken.items() if not whole]
    assert [name for name in refused if name] == [
        "report:INV-21" if layout is LINED else "report:R-1"
    ]
    assert [name for name, whole in taken.items() if whole] in (
        [],
        ["report:R-2"],
        ["report:INV-22"],
    )


@pytest.mark.parametrize(
    ("rows", "layout", "left"),
    [
        (f"{APPLIED}{FIRST}{SECOND}Total,,,,120.00,\n", ALLOCATED, [Why.TOTAL]),
        (f"{APPLIED}{FIRST}{SECOND},,,,120.00,\n", ALLOCATED, [Why.TOTAL]),
        (f"{APPLIED}{FIRST},,,,50.00,\n{SECOND},,,,70.00,\n,,,,120.00,\n", ALLOCATED, None),
        (f"{APPLIED}{FIRST},,Ng & Co,,50.00,\n{SECOND},,Ito,,70.00,\n", ALLOCATED, None),
        (f"{APPLIED}{FIRST},,Total of Ng & Co,,50.00,\n{SECOND}", ALLOCATED, [Why.TOTAL]),
        # A closing balance that does not say so, below an empty row.
        (f"{APPLIED}{FIRST}{SECOND},,,,,\n,,,,999.00,\n", ALLOCATED, [Why.UNNAMED]),
        # A heading of a group, a text that runs on, a row of another sort, a heading with a sum.
        (f"{APPLIED}{FIRST},,Ito,,,\n{SECOND},,,,,see the file\n", ALLOCATED, [Why.EMPTY] * 2),
        (f"{APPLIED}{FIRST[:-1]}Receipt\n,,,INV-9,5.00,Fee\n", ONLY_RECEIPTS, [Why.OTHER]),
        (f"{APPLIED}{FIRST}Ito and others,,,,70.00,\n{SECOND}", ALLOCATED, [Why.UNNAMED]),
        (f"{BILLED}{BILL}{OTHER},,,Total,,,300.00,30.00\n", LINED, [Why.TOTAL]),
        (f"{HEADINGS}R-1,31/07/2026,Ng,5.00,OFFICE\n,,,5.00,\n", RECEIPTS, [Why.TOTAL]),
    ],
)
def test_sums_and_headings_of_ordinary_reports_part_nothing(
    rows: str, layout: Layout, left: list[Why] | None
) -> None:
    taken, parts, why = read(rows, layout)
    assert (all(taken.values()), parts) == (True, [])
    assert why == (left or [Why.TOTAL] * len(why))


def test_a_row_with_a_day_and_a_name_of_its_own_is_refused_alone() -> None:
    taken, parts, _ = read(f"{APPLIED}{FIRST},1/8/2026,Ito,INV-2,20.00,\n", ALLOCATED)
    assert (taken, parts) == ({"report:R-1": True, "": False}, [])
