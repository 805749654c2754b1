"""What a spreadsheet holds, and what is refused of one that would take the house down."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.documents import KINDS
from counterfoil.sources.files.csv_writer import table
from counterfoil.sources.files.spoilt import marked
from counterfoil.sources.sheets import workbook as workbooks
from counterfoil.sources.sheets.archive import NotAWorkbook
from counterfoil.sources.sheets.reader import ABOUT
from counterfoil.sources.sheets.writer import write_xlsx
from tests import strategies
from tests.sources.sheets.scene import cells, read, workbook


def test_a_cell_is_read_as_it_is_shown() -> None:
    row = (
        '<c r="A1" t="s"><v>0</v></c><c t="s"><v>1</v></c>'
        "<c><v>0.30000000000000004</v></c><c><v>6.751E2</v></c><c><v>-0.5</v></c>"
        '<c s="1"><v>46234</v></c><c s="2"><v>46234.5</v></c><c s="3"><v>46234</v></c>'
        '<c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><f>1/3</f><v>3.3333333333333331</v></c>'
        '<c t="str"><f>A1</f><v> text </v></c><c t="inlineStr"><is><t>=1+1</t></is></c>'
        '<c r="P1"><v>1</v></c>'
    )
    ((number, found),) = cells(workbook(f'<row r="7">{row}</row>'))
    assert number == 7
    assert found[:2] == ["plain", "in pieces "]
    assert found[2:8] == ["0.3", "675.1", "-0.5", "2026-07-31", "2026-07-31 12:00:00", "46234"]
    assert found[8:13] == ["true", marked("#REF!"), "3.33333333333333", " text ", "=1+1"]
    assert found[13:] == ["", "", "1"]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    data = workbook('<row><c s="1"><v>44772</v></c></row>')
    plain = '<workbookPr date1904="1"/><sheets>'
    book = workbook(
        '<row><c s="1"><v>44772</v></c></row>',
        workbook=read_part(data, "xl/workbook.xml").replace("<sheets>", plain),
    )
    assert cells(book) == [(1, ["2026-07-31"])]


def read_part(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


@given(st.sampled_from(list(KINDS)), st.data())
@settings(max_examples=30)
def test_documents_written_as_a_spreadsheet_are_read_back(kind: str, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(strategies.documents_of(kind), min_size=1, max_size=2))
    assert [each.read.document for each in read(write_xlsx({kind: table(drawn)}))] == drawn


HEADER = [
    "row",
    "kind",
    "id",
    "number",
    "date",
    "client.id",
    "client.name",
    "bank_account",
    "amount",
]
RECEIPT = ["document", "receipt", "r-1", "R-1", "2026-07-05", "c-17", "Abernethy", "OFFICE", "5.00"]


def test_a_fault_names_its_sheet_row_and_column() -> None:
    other = [*RECEIPT[:2], "r-2", "R-2", "05/07/2026", *RECEIPT[5:]]
    sheets = {"Notes": [["hello"]], "July": [HEADER, RECEIPT], "August": [HEADER, [], other]}
    good, bad = read(write_xlsx(sheets))
    assert good.read.document is not None
    assert (good.line, bad.line) == (2, 5)
    assert [one.path for one in bad.read.findings] == ["sheet August, row 3, column date"]


def test_a_sheet_with_rows_that_is_no_table_is_named_and_one_with_a_title_above_is_refused() -> (
    None
):
    rates = [["Code", "Rate", "From"], ["A", "1", "2"]]
    lost = [["Receipts of August"], HEADER, RECEIPT]
    about = [list(ABOUT), ["row", "all", "yes", "what the row is"]]
    sheets = {"About": about, "Rates": rates, "July": [HEADER, RECEIPT], "August": lost}
    good, bad = read(write_xlsx(sheets))
    assert good.read.document is not None
    assert [(one.code, one.path) for one in good.read.findings] == [
        ("sheet_not_read", "sheet Rates")
    ]
    assert [(one.code, one.path) for one in bad.read.findings] == [
        ("headings_not_first", "sheet August")
    ]
    assert bad.line > good.line


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('<c t="e"><v>#N/A</v></c>', "the error of a formula"),
        ("<c><f>VLOOKUP(A1)</f></c>", "was not saved"),
        ('<c t="str"><f>A1</f><v></v></c>', ""),
    ],
)
def test_a_cell_without_its_value_is_neither_a_text_nor_empty(cell: str, words: str) -> None:
    heads = "".join(f'<c t="str"><v>{each}</v></c>' for each in ("row", "kind", "memo"))
    kind = '<c t="str"><v>document</v></c><c t="str"><v>bill</v></c>'
    answers = read(workbook(f"<row>{heads}</row><row>{kind}{cell}</row>"))
    told = [one for each in answers for one in each.read.findings if one.code == "no_value"]
    assert [one.path for one in told] == (["sheet Sheet, row 2, column memo"] if words else [])
    assert all(words in one.message for one in told)


def test_a_workbook_without_a_table_of_documents_says_what_it_has() -> None:
    (answer,) = read(write_xlsx({"Report": [["Date", "Amount"], ["1", "2"]]}))
    assert answer.read.findings[0].code == "not_a_table"
    assert "Report" in answer.read.findings[0].message


FAR = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
BOMB = f"<row><c><v>{'1' * 40_000_000}</v></c></row>"
OUTSIDE = (
    '<!DOCTYPE sst [<!ENTITY a SYSTEM "/etc/passwd">]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a;</t></si></sst>'
)
LAUGHS = (
    '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (workbook(FAR), "columns"),
        (workbook('<row r="9"/><row r="2"/>'), "order"),
        (workbook('<row r="99999999"/>'), "order"),
        (workbook('<row><c t="s"><v>99</v></c></row>'), "not what spreadsheets have"),
        (workbook("<row></c>"), "not what spreadsheets have"),
        (workbook(BOMB), "characters"),
        (workbook(f'<row r="1" {"x" * 3_000_000}="1"/>'), "too long"),
        (workbook("<row/>", sharedStrings=LAUGHS), "document type"),
        (workbook("<row/>", sharedStrings=OUTSIDE), "document type"),
        (workbook("<row/>")[:-40], "damaged"),
        (b"PK\x03\x04", "damaged"),
    ],
    ids=["far", "back", "below", "absent", "broken", "bomb", "token", "laughs", "ext", "cut", "pk"],
)
def test_what_would_fill_memory_or_is_broken_is_refused_in_words(data: bytes, why: str) -> None:
    tracemalloc.start()
    (answer,) = read(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    (finding,) = answer.read.findings
    assert (finding.code, answer.read.document) == ("not_a_workbook", None)
    assert why in finding.message
    assert peak < 30_000_000


def test_an_archive_that_unpacks_to_more_than_a_workbook_may_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("counterfoil.sources.sheets.archive.MOST_BYTES", 200_000)
    many = "<row><c><v>1</v></c></row>" * 10_000
    with pytest.raises(NotAWorkbook, match="unpacks"):
        cells(workbook(many))


def test_texts_are_counted_once_and_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = '<row><c t="s"><v>0</v></c></row>' * 1000
    assert len({id(row[0]) for _, row in cells(workbook(rows))}) == 1
    monkeypatch.setattr(workbooks, "MOST_TEXT", 3)
    with pytest.raises(NotAWorkbook, match="texts"):
        cells(workbook(rows))


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_workbook_is_read_without_an_exception(data: st.DataObject) -> None:
    whole = bytearray(write_xlsx({"July": [HEADER, RECEIPT]}))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(4, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    for answer in read(bytes(whole)):
        assert answer.read.document is not None or answer.read.findings


@given(st.text(st.sampled_from('<>/rcvst="1AB is&;0'), max_size=60))
@settings(max_examples=60)
def test_any_xml_is_read_without_an_exception(rows: str) -> None:
    for answer in read(workbook(rows)):
        assert answer.read.findings
