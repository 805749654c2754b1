"""Cells that are not where they belong, quotations without an end, and signs before amounts."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from counterfoil.core.documents import Receipt
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts.formats import amount
from counterfoil.sources.layouts.layout import Decimals, Layout
from counterfoil.sources.layouts.left_out import Why
from counterfoil.sources.layouts.reader import Reading
from tests.sources.sheets.scene import MAIN, workbook

HEADINGS = "No,Date,Client,Amount,Notes\n"
LAYOUT = Layout(
    "r",
    "receipt",
    {"number": "No", "date": "Date", "client.name": "Client", "amount": "Amount"},
    {"bank_account": "OFFICE"},
)
GOOD = "R-1,14/07/2026,Ng,100.00,\n"


def answers(rows: str | bytes, layout: Layout = LAYOUT, *, books: str = "") -> list[Numbered]:
    data = rows if isinstance(rows, bytes) else (HEADINGS + rows).encode()
    return list(Reading(io.BytesIO(data), layout, books=books))


def told(found: list[Numbered]) -> list[tuple[str | int, str]]:
    """Return of each paper its amount, or what refused it and where."""
    return [
        (one.read.document.amount, one.read.document.currency or "")
        if isinstance(one.read.document, Receipt)
        else (one.read.findings[0].code, one.read.findings[0].path)
        for one in found
    ]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        # A comma in the amount, in the name, and in an amount before a last column that is empty.
        ("R-2,15/07/2026,Bond,1,234.50,paid\n", "row 3, column 6"),
        ("R-2,15/07/2026,Bond, Ltd,,100.00\n", "row 3, column 6"),
        ("R-2,15/07/2026,Bond,1,234.50,\n", "row 3, column Amount"),
        ("R-2,15/07/2026,Bond,12,000,\n", "row 3, column Amount"),
    ],
)
def test_a_row_whose_cells_have_moved_is_refused_and_the_others_are_taken(
    row: str, place: str
) -> None:
    last = "R-3,16/07/2026,Ito,5.00,\n"
    assert told(answers(GOOD + row + last)) == [(100_00, ""), ("cell_astray", place), (5_00, "")]


def test_text_under_an_empty_heading_is_never_dropped_and_empty_columns_are_no_matter() -> None:
    bare = HEADINGS.replace("Notes", "")
    kept = answers((bare + GOOD + "R-2,15/07/2026,Ng,5.00,odd\n,,,,3.00\n").encode())
    assert told(kept) == [(100_00, ""), ("cell_astray", "row 3, column 5")]
    padded = HEADINGS.strip() + ",,\n" + GOOD.strip() + ",,,\nTotal,,,100.00,,,Page 1 of 1\n"
    assert told(answers(padded.encode())) == [(100_00, "")]


def test_money_that_stands_under_no_heading_alone_is_left_out_with_a_warning() -> None:
    reading = Reading(io.BytesIO((HEADINGS + GOOD + ",,,,,12.50\n,,,,,Page 2\n").encode()), LAYOUT)
    assert told(list(reading)) == [(100_00, "")]
    assert [(row.number, row.why) for row in reading.left_out] == [(3, Why.UNNAMED), (4, Why.EMPTY)]


def test_rows_that_all_have_a_cell_more_have_an_amount_and_a_balance() -> None:
    rows = "R-1,14/07/2026,Ng,100,100,\nR-2,15/07/2026,Ng,134,234,\n"
    assert told(answers(rows)) == [(100_00, ""), (134_00, "")]


@pytest.mark.parametrize(
    "rest",
    [
        'R-2,15/07/2026,"Bond,200.00,\nR-3,16/07/2026,Ito,5.00,\n',
        'R-2,15/07/2026,"Bond,200.00,\nR-3,16/07/2026,"Ito, Ltd",5.00,\n',
        'R-2,15/07/2026,Bond,200.00,"see\nR-3,16/07/2026,"Ito, Ltd",5.00,\n',
    ],
)
def test_a_quotation_that_is_not_closed_refuses_the_report_and_names_its_row(rest: str) -> None:
    (refused,) = answers(GOOD + rest)
    assert told([refused]) == [("not_csv", "row 3")]
    assert "Bond" in refused.read.findings[0].message


def test_a_row_inside_a_cell_of_another_is_found_and_an_address_is_none() -> None:
    swallowed = 'R-2,15/07/2026,"Bond,200.00,\nR-3,16/07/2026,Ito",5.00,\n'
    assert told(answers(GOOD + swallowed))[1:] == [("cell_astray", "row 3, column Client")]
    noted = 'R-2,15/07/2026,Bond,200.00,"see\nR-3,16/07/2026,Ito,5.00,"\n'
    assert told(answers(GOOD + noted))[1:] == [("cell_astray", "row 3, column Notes")]
    moved = 'R-2,15/07/2026,"Bond\n& Co",,\n'
    assert answers(GOOD + moved)[1].read.document is None
    address = 'R-2,15/07/2026,Bond,200.00,"Level 3, 12 High St\nSydney, NSW, 2000, 1.5 km"\n'
    assert told(answers(GOOD + address)) == [(100_00, ""), (200_00, "")]


RECEIPTS_AND_PAYMENTS = """\
No,Date,Received From,Invoice,Amount
R-1,14/07/2026,Abernethy,,100.00
Total receipts,,,,100.00

{headings}
P-1,14/07/2026,Office Works,,900.00
Total payments,,,,900.00
No,Date,Received From,Invoice,Amount
R-2,15/07/2026,Bond,,70.00
"""


@pytest.mark.parametrize(
    "headings",
    [
        "No,Date,Paid To,Invoice,Amount",
        "No,Date,Paid To,Invoice,",
        "Amount,No,Invoice,Date,Payee",
        "Cheque,Paid on,Payee,Purpose,Sum",
    ],
)
def test_another_table_below_the_layouts_is_not_read_and_said(headings: str) -> None:
    columns = {**LAYOUT.columns, "client.name": "Received From"}
    text = RECEIPTS_AND_PAYMENTS.format(headings=headings)
    reading = Reading(io.BytesIO(text.encode()), replace(LAYOUT, columns=columns))
    assert told(list(reading)) == [(100_00, ""), (70_00, "")]
    below = [(row.number, row.why) for row in reading.left_out if row.why is not Why.TOTAL]
    assert below == [(5, Why.SECTION), (6, Why.BELOW), (7, Why.BELOW)]
    assert [(one.code, one.path) for one in reading.remarks] == [("section_not_read", "row 5")]


def test_a_second_line_of_headings_and_words_between_papers_begin_no_other_table() -> None:
    between = "No.,posted,name,(AUD),\n" + GOOD + "Clients:,,Abernethy and,others,see below\n"
    last = "NO,DATE,CLIENT,AMOUNT,NOTES\nR-3,16/07/2026,Ito,5.00,\n"
    assert told(answers(between + last)) == [(100_00, ""), (5_00, "")]


@pytest.mark.parametrize(
    ("cell", "books", "found"),
    [
        ("US$10.00", "AUD", (10_00, "USD")),
        ("10.00 EUR", "AUD", (10_00, "EUR")),
        ("£10.00", "", (10_00, "GBP")),
        ("$10.00", "NZD", (10_00, "")),
        ("$10.00", "", (10_00, "")),
        ("$10.00", "GBP", ("currency_differs", "row 2, column Amount")),
        ("R$10.00", "AUD", ("not_an_amount", "row 2, column Amount")),
    ],
)
def test_a_sign_names_the_currency_or_refuses_the_paper(
    cell: str, books: str, found: tuple[str | int, str]
) -> None:
    assert told(answers(f"R-1,14/07/2026,Ng,{cell},\n", books=books)) == [found]


def test_a_sign_that_contradicts_the_papers_currency_is_refused() -> None:
    euros = replace(LAYOUT, values={**LAYOUT.values, "currency": "EUR"})
    rows = "R-1,14/07/2026,Ng,€5.00,\nR-2,14/07/2026,Ng,$5.00,\nR-3,14/07/2026,Ng,A$5.00,\n"
    places = [("currency_differs", f"row {row}, column Amount") for row in (3, 4)]
    assert told(answers(rows, euros)) == [(5_00, "EUR"), *places]


def test_the_number_of_a_spreadsheet_is_one_however_the_report_writes_amounts() -> None:
    heads = ["No", "Date", "Client", "Amount"]
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'.format
    rows = ["<row>" + "".join(map(text, heads)) + "</row>"]
    for number, cell in (("R-1", "<c><v>1234.125</v></c>"), ("R-2", "<c><v>1234.5</v></c>")):
        rows.append(f"<row>{text(number)}{text('2026-07-14')}{text('Ng')}{cell}</row>")
    rows.append(f"<row>{text('R-3')}{text('2026-07-14')}{text('Ng')}{text('1.234,50')}</row>")
    found = answers(workbook("".join(rows)), replace(LAYOUT, decimals=Decimals.COMMA))
    assert told(found) == [
        ("too_many_decimals", "row 2, column Amount"),
        (1234_50, ""),
        (1234_50, ""),
    ]


def test_the_sign_of_what_a_bank_says_is_not_taken_for_the_papers() -> None:
    columns = {**LAYOUT.columns, "allocation.bill": "Notes", "allocation.bank_amount": "Bank"}
    text = f"{HEADINGS.strip()},Bank\nR-1,14/07/2026,Ng,€5.00,b-1,US$6.00\n"
    (refused,) = answers(text.encode(), replace(LAYOUT, columns=columns), books="AUD")
    assert told([refused]) == [("currency_differs", "row 2, column Bank")]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("[$USD]#,##0.00;[Red]-[$USD]#,##0.00", (5_00, "USD")),
        ("[$US$-409] 0.00", (5_00, "USD")),
        ("[$CHF] 0.00", (5_00, "CHF")),
        ("0.00\\ &quot;EUR&quot;", (5_00, "EUR")),
        ("_-[$$-C09]* #,##0.00_-", (5_00, "")),
        ("&quot;$&quot;#,##0.00", (5_00, "")),
        ("[Red]0.00 &quot;audited&quot;", (5_00, "")),
        ("[$kr-41D] 0.00", ("not_an_amount", "row 2, column Amount")),
        ("[$£-809]0.00", (5_00, "GBP")),
    ],
)
def test_the_sign_that_a_cells_format_shows_is_its_currency(
    code: str, found: tuple[str | int, str]
) -> None:
    text = '<c t="inlineStr"><is><t>{}</t></is></c>'.format
    heads = "".join(map(text, ["No", "Date", "Client", "Amount"]))
    paper = "".join(map(text, ["R-1", "2026-07-14", "Ng"])) + '<c s="1"><v>5</v></c>'
    style = f'<numFmts><numFmt numFmtId="170" formatCode="{code}"/></numFmts>'
    styles = f'<styleSheet xmlns="{MAIN}">{style}<cellXfs><xf/><xf numFmtId="170"/></cellXfs>'
    rows = f"<row>{heads}</row><row>{paper}</row>"
    assert told(answers(workbook(rows, styles=styles + "</styleSheet>"), books="AUD")) == [found]


def test_returns_alone_may_end_the_lines_and_capitals_are_no_other_type() -> None:
    text = HEADINGS + GOOD.replace(",\n", ",receipt\n") + 'R-2,15/07/2026,"Ng, Ltd",5.00,Fee\n'
    only = replace(LAYOUT, only={"Notes": "Receipt"})
    assert told(answers(text.replace("\n", "\r").encode(), only)) == [(100_00, "")]


@pytest.mark.parametrize("text", ["1234,567", "1,234'567", "1234 567.00", "1,23,456.00"])
def test_groups_of_thousands_are_groups(text: str) -> None:
    assert amount(text, Decimals.POINT) is None
