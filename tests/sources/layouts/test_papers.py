"""Which paper a row of a report is: known by its number, never by the layout; and never half."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from counterfoil.core.documents import Receipt, SupplierBill, SupplierPayment
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts.guess import Wish, guess
from counterfoil.sources.layouts.layout import Dates, Decimals, Layout, faults_of
from counterfoil.sources.layouts.left_out import Why, words
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.layouts.tables import NotATable, read_report
from counterfoil.sources.recognised import documents_in

HEADINGS = "Receipt No,Date,Client,Amount,Bank\n"
RECEIPTS = Layout(
    "receipts",
    "receipt",
    {
        "number": "Receipt No",
        "date": "Date",
        "client.name": "Client",
        "amount": "Amount",
        "bank_account": "Bank",
    },
)
SUPPLIERS = Layout(
    "bought",
    "supplier_bill",
    {
        "number": "Invoice No",
        "date": "Date",
        "supplier.name": "Supplier",
        "total": "Gross",
        "line.tax": "GST",
        "line.account": "Account",
    },
    {"line.tax_code": "GST"},
)
OPEN_ITEMS = replace(
    RECEIPTS,
    columns={
        "number": "Receipt No",
        "date": "Date",
        "client.name": "Client",
        "amount": "Amount",
        "bank_account": "Bank",
        "allocation.bill.number": "Invoice No",
    },
)


def read(rows: str, layout: Layout = RECEIPTS, headings: str = HEADINGS) -> list[Numbered]:
    return list(Reading(io.BytesIO((headings + rows).encode()), layout))


def codes(answers: list[Numbered]) -> list[str]:
    return [one.code for each in answers for one in each.read.findings]


def test_a_paper_is_known_by_its_system_and_number_whatever_its_layout_is_called() -> None:
    row = "R-101,25/07/2026,Smith,100.00,OFFICE\n"
    (one,), (two,) = read(row), read(row, replace(RECEIPTS, name="receipts july"))
    (other,) = read(row, replace(RECEIPTS, system="old books"))
    assert one.read.document == two.read.document
    assert [one.read.id, other.read.id] == ["report:R-101", "old books:R-101"]
    assert faults_of(replace(RECEIPTS, system="a:b"))[0].path == "system"


def test_two_suppliers_may_have_an_invoice_of_one_number() -> None:
    headings = "Invoice No,Date,Supplier,Gross,GST,Account\n"
    rows = "1001,25/07/2026,Counsel A,110.00,10.00,4-1000\n"
    answers = read(rows + rows.replace("A,11", "C,33"), SUPPLIERS, headings)
    assert [one.read.id for one in answers] == ["report:counsel a:1001", "report:counsel c:1001"]
    assert all(isinstance(one.read.document, SupplierBill) for one in answers)
    near = [
        read(rows.replace("1001", number).replace("Counsel A", name), SUPPLIERS, headings)[0]
        for number, name in (("7:1", "A"), ("1", "A:7"))
    ]
    assert near[0].read.id != near[1].read.id


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            "R-1,25/07/2026,Smith,100.00,OFFICE\nR-1,25/07/2026,Smith,100.00,OFFICE\n",
            ["row_repeated"],
        ),
        (
            (
                "R-1,25/07/2026,Smith,100.00,OFFICE\nR-2,26/07/2026,Jones,5.00,OFFICE\n"
                "R-1,25/07/2026,Smith,50.00,OFFICE\n"
            ),
            ["number_again", "number_again"],
        ),
    ],
)
def test_rows_of_one_number_never_count_once_where_they_may_be_two(
    rows: str, found: list[str]
) -> None:
    answers = read(rows)
    assert codes(answers) == found
    taken = [one.read.id for one in answers if one.read.document]
    assert taken == (["report:R-2"] if "R-2" in rows else [])


def test_a_heading_that_stands_twice_is_told_apart_and_never_read_by_its_name_alone() -> None:
    headings = "Receipt No,Date,Client,Amount,Bank,Amount\n"
    row = "R-621,25/07/2026,Smith,100.00,OFFICE,7.00\n"
    (refused,) = read(row, RECEIPTS, headings)
    (found,) = refused.read.findings
    assert (refused.read.document, found.code, found.path) == (None, "heading_twice", "row 1")
    assert "columns 4 and 6" in found.message
    told = {**RECEIPTS.columns, "amount": "Amount (column 4)"}
    (taken,) = read(row, replace(RECEIPTS, columns=told), headings)
    assert isinstance(taken.read.document, Receipt)
    assert taken.read.document.amount == 100_00
    wish = Wish("", "receipt", {}, {}, {})
    assert "amount" not in guess(io.BytesIO((headings + row).encode()), wish).layout.columns


def test_a_report_that_broke_off_is_doubted_in_its_last_cell_and_refused_in_its_last_row() -> None:
    headings = "Receipt No,Date,Client,Bank,Amount\n"
    row = "R-1,25/07/2026,Jones,OFFICE,120.00\n"
    assert codes(read(row, RECEIPTS, headings)) == []
    (cut,) = read(row.removesuffix("0.00\n"), RECEIPTS, headings)
    assert (cut.read.findings[0].code, cut.read.findings[0].path) == ("no_line_end", "row 2")
    loose = replace(RECEIPTS, columns={**RECEIPTS.columns, "memo": "Memo"})
    (short,) = read(
        "R-1,25/07/2026,Jones,OFFICE,12", loose, headings.replace("Amount", "Amount,Memo")
    )
    assert (short.read.document, codes([short])) == (None, ["broke_off"])
    assert codes(read(row + "Total,,,,120", RECEIPTS, headings)) == []


def test_one_date_or_amount_that_proves_another_way_of_writing_refuses_all_of_them() -> None:
    rows = "R-1,03/04/2026,Smith,1.00,OFFICE\nR-2,04/25/2026,Brown,2.00,OFFICE\n"
    (refused,) = read(rows)
    assert (refused.read.findings[0].code, refused.read.findings[0].path) == (
        "dates_contradict",
        "row 3, column Date",
    )
    taken = read(rows, replace(RECEIPTS, dates=Dates.MONTH_FIRST))
    days = [str(each.read.document.date) for each in taken if each.read.document]
    assert days == ["2026-03-04", "2026-04-25"]
    sums = 'R-1,03/04/2026,Smith,"1,234",OFFICE\nR-2,04/04/2026,Brown,"100,50",OFFICE\n'
    assert codes(read(sums)) == ["decimals_contradict"]
    comma = read(sums, replace(RECEIPTS, decimals=Decimals.COMMA))
    assert codes(comma) == ["too_many_decimals"]


def test_no_row_with_money_in_it_goes_unseen() -> None:
    rows = (
        "R-801,25/07/2026,Smith,100.00,OFFICE\nCASH,25.07.26.,Jones,60.00,OFFICE\n"
        "EFT,2026/25/07,Jones,70.00,OFFICE\nCASH,,Jones,5.00,\nR-802,26/07/2026,Smith,,OFFICE\n"
        "Total,,,235.00,\n"
    )
    reading = Reading(io.BytesIO((HEADINGS + rows).encode()), RECEIPTS)
    answers = list(reading)
    assert [one.line for one in answers if one.read.document is None] == [3, 4]
    assert {"not_a_date"} <= set(codes(answers))
    why = [(row.number, row.why) for row in reading.left_out]
    assert why == [(5, Why.UNNAMED), (6, Why.EMPTY), (7, Why.TOTAL)]
    assert [row.remark.path for row in reading.left_out if row.remark] == ["row 5"]
    assert list(words(reading.left_out))[-1] == (
        "1 row of the report left out, totals and balances: row 7"
    )


def test_a_receipt_names_its_bill_by_number_and_one_on_account_names_none() -> None:
    headings = HEADINGS.replace("Bank", "Bank,Invoice No")
    paid, credit = read(
        "R-1,25/07/2026,Smith,100.00,OFFICE,INV-7\nR-2,25/07/2026,Smith,5.00,OFFICE,\n",
        OPEN_ITEMS,
        headings,
    )
    assert isinstance(paid.read.document, Receipt)
    (allocation,) = paid.read.document.allocations
    assert (allocation.bill.id, allocation.amount) == ("numbered INV-7", 100_00)
    assert isinstance(credit.read.document, Receipt)
    assert credit.read.document.allocations == ()


def test_the_parts_of_a_payment_add_up_and_what_names_no_bill_is_left_as_credit() -> None:
    layout = replace(
        OPEN_ITEMS,
        kind="supplier_payment",
        columns={
            "number": "Receipt No",
            "date": "Date",
            "supplier.name": "Client",
            "bank_account": "Bank",
            "allocation.amount": "Amount",
            "allocation.supplier_bill.number": "Invoice No",
        },
    )
    (answer,) = read(
        "P-1,25/07/2026,Counsel A,100.00,OFFICE,7\nP-1,25/07/2026,Counsel A,5.00,OFFICE,\n",
        layout,
        HEADINGS.replace("Bank", "Bank,Invoice No"),
    )
    assert isinstance(answer.read.document, SupplierPayment)
    assert answer.read.document.amount == 105_00
    assert [each.amount for each in answer.read.document.allocations] == [100_00]


@pytest.mark.parametrize(("said", "inclusive"), [("true", True), ("Yes", True), ("no", False)])
def test_what_is_the_same_in_every_row_may_be_yes_or_no(said: str, inclusive: bool) -> None:
    layout = replace(SUPPLIERS, values={**SUPPLIERS.values, "tax_inclusive": said})
    headings = "Invoice No,Date,Supplier,Gross,GST,Account\n"
    (answer,) = read("1,25/07/2026,Counsel A,110.00,10.00,4-1000\n", layout, headings)
    assert isinstance(answer.read.document, SupplierBill)
    assert answer.read.document.tax_inclusive is inclusive
    refused = replace(layout, values={**layout.values, "tax_inclusive": "maybe"})
    assert "not_a_flag" in codes(
        read("1,25/07/2026,Counsel A,110.00,10.00,4-1000\n", refused, headings)
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "(.xls)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<html><table>", "a web page"),
        (b"\xff\xfeR\0e\0", "UTF-16"),
        (b"a,b\0c", "no text"),
    ],
)
def test_what_is_no_report_is_called_by_its_name(head: bytes, name: str) -> None:
    with pytest.raises(NotATable) as fault:
        read_report(io.BytesIO(head))
    assert name in fault.value.finding.message
    assert ".xlsx" in fault.value.finding.fix


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ((HEADINGS + "R-1,25/07/2026,Smith,1.00,OFFICE\n").encode(), "no_layout"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + b"\0" * 600, "not_a_report"),
        (b"not json\n", "not_json"),
        (b'a, b, c\n{"kind": "bill"}\n', "not_json"),
    ],
)
def test_a_report_that_nobody_named_a_layout_for_is_refused_once_and_in_words(
    head: bytes, code: str
) -> None:
    first, *_ = documents_in(io.BytesIO(head))
    assert first.read.findings[0].code == code
