from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.documents import KINDS, Bill, Document, TrustOfficeTransfer
from counterfoil.sources.files.csv_writer import write_csv
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.files.reader import read_file
from tests import strategies

HEADER = "row,kind,id,number,date,client.id,client.name,tax,total,description,account,tax_code"
FIRST = "document,bill,b-1,INV-1001,2026-07-01,c-17,Abernethy Pty Ltd,60.00,660.00,,,"
LINE = "line,,,,,,,,600.00,Advice on the lease,4-1000,GST"
SECOND = "document,bill,b-2,INV-1002,2026-07-02,c-17,Abernethy Pty Ltd,0.00,600.00,,,"
LEDGER = ("trust_account", "client.id", "client.name", "matter.id", "matter.number")


def read(*rows: str) -> list[Numbered]:
    return list(read_file(io.BytesIO("\n".join(rows).encode())))


def found(numbered: Numbered) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in numbered.read.findings]


def test_json_lines_keep_their_numbers_and_one_fault_spoils_one_line() -> None:
    answers = read("", '{"kind":"jornal","id":"j"}', "", "garbage", "[]")
    assert [(each.line, each.read.kind) for each in answers] == [
        (2, "jornal"),
        (4, None),
        (5, None),
    ]
    assert [found(each)[0][0] for each in answers] == [
        "kind_unknown",
        "not_json",
        "wrong_type",
    ]


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=10)
def test_documents_written_as_csv_are_read_back(kind: str, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(strategies.documents_of(kind), min_size=1, max_size=3))
    table = write_csv(drawn).encode() + b"document\r\n"
    *read_back, _ = read_file(io.BytesIO(table))
    assert [each.read.document for each in read_back] == drawn


def test_a_file_that_ends_in_half_a_bill_does_not_leave_half_a_bill() -> None:
    first, second = read(HEADER, FIRST, LINE, SECOND.replace("600.00", "1200.00"), LINE)
    assert first.read.document is not None
    assert second.read.document is None
    assert ("broke_off", "row 4") in found(second)


def test_a_file_holds_one_kind() -> None:
    (bill,) = read(HEADER, FIRST, LINE)
    assert bill.read.document is not None
    mixed = [bill.read.document, _receipt()]
    with pytest.raises(ValueError, match="one kind"):
        write_csv(mixed)


def _receipt() -> Document:
    (answer,) = read(
        "row,kind,id,number,date,client.id,client.name,bank_account,amount",
        "document,receipt,r-1,R-1,2026-07-05,c-17,Abernethy,OFFICE,5.00",
    )
    assert answer.read.document is not None
    return answer.read.document


def test_a_table_of_two_bills() -> None:
    first, second = read(HEADER, FIRST, LINE, LINE, "", SECOND, LINE)
    assert (first.line, second.line) == (2, 6)
    assert isinstance(first.read.document, Bill)
    assert [line.total for line in first.read.document.lines] == [60000, 60000]


def test_semicolons_and_a_byte_order_mark_are_what_spreadsheets_write() -> None:
    (answer,) = read(*(("\ufeff" + f"{HEADER}\n{FIRST}\n{LINE}").replace(",", ";").split("\n")))
    assert answer.read.document is not None


def test_a_fault_names_its_row_and_column_and_the_other_bill_goes_through() -> None:
    first, second = read(HEADER, FIRST, LINE, LINE.replace("600.00", "6.0001"), SECOND, LINE)
    assert first.read.document is None
    assert (first.read.kind, first.read.id) == ("bill", "b-1")
    assert found(first) == [("too_many_decimals", "row 4, column total")]
    assert second.read.document is not None


def test_a_row_in_which_the_file_ends_is_no_row() -> None:
    (answer,) = read(HEADER, FIRST, LINE[:-6])
    assert found(answer)[0] == ("not_csv", "row 3")


def test_what_is_missing_is_named_in_the_row_that_it_belongs_to() -> None:
    (answer,) = read(HEADER, FIRST, LINE.replace("4-1000", ""))
    assert found(answer) == [("missing_field", "row 3, column account")]


def test_an_unknown_column_is_refused_where_it_is_filled() -> None:
    (answer,) = read(HEADER + ",acount", FIRST + ",", LINE + ",4-1000")
    assert found(answer) == [("unknown_field", "row 3, column acount")]


def test_a_file_without_kinds_is_refused_in_words() -> None:
    (answer,) = read("row,id,number", "document,b-1,INV-1")
    assert found(answer) == [("missing_field", "row 1, column kind")]


def test_an_unknown_kind_of_row_spoils_its_document() -> None:
    (answer,) = read(HEADER, FIRST, LINE.replace("line", "lines"))
    assert ("not_a_choice", "row 3, column row") in found(answer)
    assert answer.read.document is None


def test_a_line_without_its_document_is_told() -> None:
    orphan, bill = read(HEADER, LINE, FIRST, LINE)
    assert found(orphan)[0] == ("missing_field", "row 2")
    assert bill.read.document is not None


def test_bytes_that_are_no_text_are_refused_where_they_are() -> None:
    table = f"{HEADER}\n{FIRST}\n{LINE}".encode().replace(b"Abernethy", b"Abern\xe9thy")
    (answer,) = read_file(io.BytesIO(table))
    assert found(answer) == [("control_character", "row 2, column client.name")]


@given(
    st.binary(max_size=60) | st.text(alphabet='row,kind\n"document', max_size=60).map(str.encode)
)
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    header = HEADER.encode() + b"\n"
    for stream in (data, header + data, header + FIRST.encode() + b"\n" + data):
        assert all(each.read.findings for each in read_file(io.BytesIO(stream)))


def test_the_example_of_the_reference_page_is_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "documents.md").read_text(encoding="utf-8")
    example = page.partition("```csv\n")[2].partition("```")[0]
    (answer,) = read_file(io.BytesIO(example.encode()))
    assert answer.read.document is not None


def test_payments_stand_in_one_cell_or_on_rows_of_their_own() -> None:
    header = "row,kind,id,number,date,trust_account,bank_account,amount,payments"
    own = "document,trust_office_transfer,t-1,TOT-1,2026-07-31,TRUST1,OFFICE,90.00"
    (in_a_cell,) = read(header, f"{own},p-1; p-2")
    (on_rows,) = read(header, own, "payment,,,,,,,,p-1", "payment,,,,,,,,p-2")
    assert in_a_cell.read.document == on_rows.read.document
    assert isinstance(on_rows.read.document, TrustOfficeTransfer)
    assert [each.id for each in on_rows.read.document.payments] == ["p-1", "p-2"]


def test_a_list_in_the_documents_row_and_rows_below_it_claim_the_same_field() -> None:
    (answer,) = read(f"{HEADER},lines", f"{FIRST},much work", f"{LINE},")
    assert ("unknown_field", "row 3") in found(answer)


def test_a_field_two_records_deep_is_named_by_its_column() -> None:
    ledgers = [f"{end}.{name}" for end in ("from", "to") for name in LEDGER]
    header = ",".join(["row,kind,id,number,date,amount", *ledgers])
    own = "document,trust_transfer,t-1,TT-1,2026-07-31,90.00"
    (answer,) = read(header, f"{own},TRUST1,c-1,Ada,m-1,2026/001,TRUST1,c-2,,m-2,2026/002")
    assert found(answer) == [("missing_field", "row 2, column to.client.name")]


@pytest.mark.parametrize(("end", "doubted"), [(b"", True), (b"\n", False)])
def test_a_last_cell_that_may_be_cut_is_warned_of(end: bytes, doubted: bool) -> None:
    rows = b"row,kind,id,number,date,client.id,client.name,bank_account,amount\n"
    rows += b"document,receipt,r-1,R-1,2026-07-01,c,Ng,OFFICE,1000.00"
    (answer,) = read_file(io.BytesIO(rows + end))
    assert answer.read.document is not None
    assert [one.code for one in answer.read.findings] == ["no_line_end"] * doubted
