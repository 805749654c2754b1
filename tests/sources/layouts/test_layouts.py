"""Reports of practice systems, read without programming, and what is asked before they are."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.documents import Receipt, SupplierBill, TrustReceipt
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts.formats import amount, date, dates_of, decimals_of
from counterfoil.sources.layouts.guess import Guess, Wish, guess
from counterfoil.sources.layouts.layout import (
    Dates,
    Decimals,
    Layout,
    faults_of,
    from_json,
    to_json,
)
from counterfoil.sources.layouts.left_out import Why
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.layouts.tables import NotATable
from counterfoil.sources.sheets.writer import write_xlsx

CASH_BOOK = """\
Trust Account Entries,,,,
"Period 1 July 2026 to 31 July 2026",,,,
Date,Receipt No,Received From,Matter Reference,Receipt Amount,Payment Amount
14/07/2026,TR-1,Abernethy Pty Ltd,2026/044,"1,250.00",
15/07/2026,TP-1,Land Registry,2026/044,,($250.00)
,,,,,
03/07/2026,TR-2,Ada Abbott,2026/045,$10.50,
Total,,,,"1,260.50",250.00
"""
TRUST = Wish("cash", "trust_receipt", {}, {"trust_account": "TRUST1"}, {})
PURCHASES = """\
Inv No;Date;Supplier;Description;Account;Tax Code;Net;GST
A-7;31.07.2026;Copy Shop;Paper;6-1000;GST;1.000,00;100,00
A-7;31.07.2026;Copy Shop;Ink;6-1000;GST;20,50;2,05
A-8;1.8.2026;Courier;Run;6-2000;FREE;15,00;0,00
"""


def guessed(text: str | bytes, wish: Wish) -> Guess:
    return guess(io.BytesIO(text.encode() if isinstance(text, str) else text), wish)


def read(text: str | bytes, layout: Layout) -> list[Numbered]:
    data = text.encode() if isinstance(text, str) else text
    return list(Reading(io.BytesIO(data), layout))


def test_a_trust_report_is_read_with_one_side_of_it_at_a_time() -> None:
    found = guessed(CASH_BOOK, TRUST)
    assert found.open == ()
    assert dict(found.layout.columns) == {
        "number": "Receipt No",
        "date": "Date",
        "payer.name": "Received From",
        "split.matter.number": "Matter Reference",
        "amount": "Receipt Amount",
    }
    reading = Reading(io.BytesIO(CASH_BOOK.encode()), found.layout)
    first, second = (numbered.read.document for numbered in reading)
    assert isinstance(first, TrustReceipt)
    assert (first.id, str(first.date), first.amount) == ("report:TRUST1:TR-1", "2026-07-14", 125000)
    assert (first.payer.id, first.splits[0].client.name) == ("Abernethy Pty Ltd",) * 2
    assert isinstance(second, TrustReceipt)
    assert (second.number, second.splits[0].amount) == ("TR-2", 1050)
    assert [(row.number, row.why) for row in reading.left_out] == [(5, Why.EMPTY), (8, Why.TOTAL)]


def test_rows_of_one_number_are_lines_of_one_document_and_add_up() -> None:
    wish = Wish("bought", "supplier_bill", {}, {}, {})
    found = guessed(PURCHASES, wish)
    assert (found.open, found.layout.decimals) == ((), Decimals.COMMA)
    first, second = (each.read.document for each in read(PURCHASES, found.layout))
    assert isinstance(first, SupplierBill)
    assert (first.tax, first.total, len(first.lines)) == (10205, 112255, 2)
    assert isinstance(second, SupplierBill)
    assert (second.number, second.total) == ("A-8", 1500)


RECEIPTS = """\
Receipt No,Date,Received From,Amount,Notes
R1,13/04/2026,Ng & Co,100.00,first
R2,14/04/2026,Ng & Co,100.00,
R2,14/04/2026,Ito Ltd,50.00,
Total,,,350.00,
"""


def test_a_row_that_says_otherwise_under_the_same_number_is_never_lost() -> None:
    found = guessed(RECEIPTS, Wish("r", "receipt", {}, {"bank_account": "OFFICE"}, {}))
    assert found.layout.columns["client.name"] == "Received From"
    same, differing = read(RECEIPTS, found.layout)
    assert isinstance(same.read.document, Receipt)
    assert same.read.document.amount == 100_00
    assert differing.read.document is None
    assert [(one.code, one.path) for one in differing.read.findings] == [
        ("rows_differ", "row 4, column Received From"),
        ("rows_differ", "row 4, column Amount"),
    ]


def test_an_error_of_a_spreadsheet_is_no_name() -> None:
    found = guessed(RECEIPTS, Wish("r", "receipt", {}, {"bank_account": "OFFICE"}, {}))
    *_, spoilt = read(RECEIPTS + "R3,15/04/2026,#N/A,5.00,\n", found.layout)
    assert ("no_value", "row 6, column Received From") in [
        (one.code, one.path) for one in spoilt.read.findings
    ]


def test_a_date_that_reads_both_ways_is_asked_about_and_never_guessed() -> None:
    report = "Date,Number,Client,Amount\n03/04/2026,R-1,Ada,5.00\n04/05/2026,R-2,Ada,6.00\n"
    wish = Wish("r", "receipt", {}, {"bank_account": "OFFICE"}, {})
    (question,) = guessed(report, wish).open
    assert question.startswith("03/04/2026 can be read in two ways")
    layout = Layout("r", "receipt", guessed(report, wish).layout.columns, wish.values)
    days = [
        str(each.read.document.date)
        for dates in Dates
        for each in read(report, replace(layout, dates=dates))
        if each.read.document
    ]
    assert days == ["2026-04-03", "2026-05-04", "2026-03-04", "2026-04-05"]


HEADS = ["Date", "Number", "Client", "Amount"]
UNSHOWN = [HEADS, ["2026-07-01", "R-1", "Ada", "5"], ["5 July 2026", "R-2", "Ada", "1200"]]


@pytest.mark.parametrize(
    "report",
    [write_xlsx({"R": UNSHOWN}), "\n".join(";".join(row) for row in UNSHOWN).encode() + b"\n"],
)
def test_what_no_report_has_shown_is_neither_kept_nor_guessed_but_asked_once_it_matters(
    report: bytes,
) -> None:
    wish = Wish("r", "receipt", {}, {"bank_account": "OFFICE"}, {})
    found = guessed(report, wish)
    layout = found.layout
    assert (found.open, layout.dates, layout.decimals) == ((), None, None)
    assert from_json("r", to_json(layout)) == layout
    assert [one.read.document is not None for one in read(report, layout)] == [True, True]

    def said(*rows: str, by: Layout = layout) -> list[str]:
        text = "\n".join([";".join(HEADS), *rows, ""])
        return [one.code for each in read(text, by) for one in each.read.findings]

    assert said("05/05/2026;R-3;Ada;5.00", "2026-05-06;R-4;Ada;6.50") == []
    for ambiguous, code in (
        ("03/04/2026;R-3;Ada;5.00", "dates_not_said"),
        # One date that can only be read in one way is no proof for those that nobody has seen.
        ("25/04/2026;R-3;Ada;5.00", "dates_not_said"),
        ("2026-07-02;R-3;Ada;1,234", "decimals_not_said"),
    ):
        assert said("2026-07-02;R-2;Ada;1.00", ambiguous) == [code]
        confirmed = replace(layout, dates=Dates.DAY_FIRST, decimals=Decimals.POINT)
        assert said("2026-07-02;R-2;Ada;1.00", ambiguous, by=confirmed) == []
    mixed = ("2026-07-02;R-3;Ada;5.00", "2026-07-02;R-4;Ada;5,00")
    assert said(*mixed) == ["decimals_contradict"]
    assert said("31/31/2026;R-3;Ada;5,00")[0] == "not_a_date"


def test_an_amount_that_reads_both_ways_is_asked_about_but_not_in_a_spreadsheet() -> None:
    rows = [["Date", "Number", "Client", "Amount"], ["2026-07-01", "R-1", "Ada", "1,234"]]
    text = "\n".join(";".join(row) for row in rows)
    wish = Wish("r", "receipt", {}, {"bank_account": "OFFICE"}, {})
    (question,) = guessed(text, wish).open
    assert "--decimals" in question
    assert guessed(write_xlsx({"R": rows}), wish).open == ()


def test_only_rows_of_one_type_and_a_column_that_was_named_by_hand() -> None:
    report = (
        "When,Kind,What,Who,Sum\n2026-07-01,Receipt,R-1,Ada,5.00\n2026-07-02,Fee,F-1,Bank,1.00\n"
    )
    columns = {"date": "When", "number": "What", "client.name": "Who", "amount": "Sum"}
    layout = Layout("r", "receipt", columns, {"bank_account": "OFFICE"}, {"Kind": "Receipt"})
    (one,) = read(report, layout)
    assert isinstance(one.read.document, Receipt)
    assert (one.line, one.read.document.amount) == (2, 500)
    assert from_json("r", to_json(layout)) == layout


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ("32/07/2026,R-1,Ada,5.00", "not_a_date", "row 2, column Date"),
        ("01/07/2026,R-1,Ada,five", "not_an_amount", "row 2, column Amount"),
        ("01/07/2026,R-1,Ada,5.005", "too_many_decimals", "row 2, column Amount"),
        ("01/07/2026,R-1,,5.00", "missing_field", "row 2, client"),
        (",R-1,Ada,5.00", "missing_field", "row 2, date"),
    ],
)
def test_a_fault_names_the_row_and_the_reports_own_heading(row: str, code: str, path: str) -> None:
    columns = {"date": "Date", "number": "Number", "client.name": "Client", "amount": "Amount"}
    layout = Layout("r", "receipt", columns, {"bank_account": "OFFICE"})
    (answer,) = read(f"Date,Number,Client,Amount\n{row}\n", layout)
    assert answer.read.document is None
    assert (code, path) in [(one.code, one.path) for one in answer.read.findings]


def test_a_report_without_its_headings_is_refused_in_words() -> None:
    layout = Layout("r", "receipt", {"number": "Receipt No"})
    (answer,) = read("Date,No\n1,2\n", layout)
    assert answer.read.findings[0].code == "no_headings"
    with pytest.raises(NotATable):
        guessed("1,2,3\n", TRUST)


def test_a_layout_names_only_fields_that_its_kind_has() -> None:
    faults = faults_of(Layout("r", "receipt", {"amuont": "Sum"}, {"client.nam": "x"}))
    assert [one.fix for one in faults] == ["Did you mean amount?", "Did you mean client.name?"]
    assert faults_of(Layout("r", "reciept", {}))[0].code == "kind_unknown"


@pytest.mark.parametrize(
    ("text", "day_first"),
    [
        ("2026-07-31", "2026-07-31"),
        ("2026/7/31 10:15", "2026-07-31"),
        ("3/4/26", "2026-04-03"),
        ("3 Apr 2026", "2026-04-03"),
        ("03-Apr-26", "2026-04-03"),
        ("Friday, 3 April 2026", "2026-04-03"),
        ("April 3rd, 2026", "2026-04-03"),
        ("31.02.2026", None),
        ("13/13/2026", None),
        ("soon", None),
    ],
)
def test_days_are_read_as_reports_write_them(text: str, day_first: str | None) -> None:
    assert date(text, Dates.DAY_FIRST) == day_first


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1,234.50", "1234.50", None),
        ("1.234,50", None, "1234.50"),
        ("$1,234", "1234", "1.234"),
        ("(12.00)", "-12.00", None),
        ("12.00-", "-12.00", None),
        ("A$ 5", "5", "5"),
        ("1 234 567,00", None, "1234567.00"),
        ("1,2,3", None, None),
        ("(5", None, None),
        ("-", None, None),
    ],
)
def test_amounts_are_read_as_reports_write_them(
    text: str, point: str | None, comma: str | None
) -> None:
    assert (amount(text, Decimals.POINT), amount(text, Decimals.COMMA)) == (point, comma)


@given(st.lists(st.dates(), min_size=1, max_size=5))
def test_the_order_in_which_dates_were_written_is_always_among_the_possible(
    days: list[dt.date],
) -> None:
    written = [f"{day:%d/%m/%Y}" for day in days]
    assert Dates.DAY_FIRST in dates_of(written)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=5))
def test_amounts_written_with_a_comma_for_thousands_come_back(cents: list[int]) -> None:
    written = [f"{each / 100:,.2f}" for each in cents]
    assert Decimals.POINT in decimals_of(written)
    assert [amount(text, Decimals.POINT) for text in written] == [
        f"{'-' if each < 0 else ''}{abs(each) // 100}.{abs(each) % 100:02d}" for each in cents
    ]


@given(st.text(st.sampled_from('Date,Number;Cli"\n0123/.-$()\x00é'), max_size=200))
def test_any_report_is_read_without_an_exception(text: str) -> None:
    layout = Layout("r", "receipt", {"number": "Number", "date": "Date", "amount": "Cli"})
    for answer in read("Date,Number,Cli\n" + text, layout):
        assert answer.read.document is None
        assert answer.read.findings
