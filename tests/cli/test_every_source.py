"""One contract for every source: the same documents give the same daybook, and only once.

A form of file joins by one line in ``FORMS``; one that comes by another door than ``import`` is in
``DOORS`` as well.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from counterfoil.core.documents import Document
from counterfoil.core.writer import canonical
from counterfoil.sources.files.csv_writer import table, write_csv
from counterfoil.sources.layouts.layout import Layout
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.ledes.columns import LEDES_98BI
from counterfoil.sources.recognised import documents_in
from counterfoil.sources.sheets.writer import write_xlsx
from tests.cli.scene import Practice, another_organisation, json_lines, trust_receipt
from tests.sources.ledes.scene import ADJUSTMENT, EXPENSE, FEE, file_of, invoice, row, taxed_row

KINDS = Path(__file__).resolve().parents[2] / "examples" / "kinds" / "documents.jsonl"
BILLS = (
    invoice("674.95", FEE, EXPENSE, ADJUSTMENT) + row(FEE, INVOICE_NUMBER="INV-8") + "\r\n"
).encode()
REPORT = b"""Bills of July 2026,,,,,,,
Invoice No,Invoice Date,Client,Gross,Details,Account,Tax Code,Net,GST
INV-21,31/07/2026,Ng & Co,330.00,Advice,4-1000,GST,200.00,20.00
INV-21,31/07/2026,Ng & Co,330.00,Drafting,4-1000,GST,100.00,10.00
INV-22,31/07/2026,Ito Ltd,110.00,Advice,4-1000,GST,100.00,10.00
,Total,,440.00,,,,,
"""
BY_LAYOUT = ("--kind", "bill", "--column", "total=Gross", "--column", "line.total=Net")
SOME = {"bill", "credit_note", "supplier_bill", "trust_receipt"}
"""One of each shape: what a single kind looks like in each form is told elsewhere."""
LAYOUT = Layout(
    "bills",
    "bill",
    {
        "number": "Invoice No",
        "date": "Invoice Date",
        "client.name": "Client",
        "total": "Gross",
        "line.total": "Net",
        "line.tax": "GST",
        "line.account": "Account",
        "line.tax_code": "Tax Code",
        "line.description": "Details",
    },
)
Files = list[bytes]


def as_json(documents: Sequence[Document]) -> Files:
    return [b"".join(canonical(each) + b"\n" for each in documents)]


def as_csv(documents: Sequence[Document]) -> Files:
    return [write_csv(list(each)).encode() for _, each in by_kind(documents)]


def as_xlsx(documents: Sequence[Document]) -> Files:
    return [write_xlsx({kind: table(list(each)) for kind, each in by_kind(documents)})]


def by_kind(documents: Sequence[Document]) -> Iterator[tuple[str, Iterator[Document]]]:
    return groupby(documents, key=lambda each: each.kind)


FORMS: dict[str, Callable[[Sequence[Document]], Files]] = {
    "json": as_json,
    "csv": as_csv,
    "xlsx": as_xlsx,
    "api": as_json,
}
DOORS = {"api"}
"""Forms that come over the intake API, a batch at a time."""
SYSTEMS = {"ledes": BILLS, "report": REPORT}
"""What other systems write: bills as LEDES, and a report that a layout reads."""


def documents_of(data: bytes, form: str = "") -> list[Document]:
    stream = io.BytesIO(data)
    numbered = Reading(stream, LAYOUT) if form == "report" else documents_in(stream)
    answers = [each.read.document for each in numbered]
    return [each for each in answers if each is not None]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    alone = Practice(tmp_path_factory.mktemp("sources"))
    with closing(alone):
        said = alone.run("layout", "show", "-", *BY_LAYOUT, "--save", "bills", given=REPORT)
        assert (said.status, said.err) == (0, "")
        yield alone


def take(practice: Practice, data: bytes, key: str, form: str = "") -> dict[str, Any]:
    by = ("--layout", "bills") if form == "report" else ()
    words = ("import", "-", "--json", "--organisation", key, *by)
    said = practice.run(*(("@door", form, key) if form in DOORS else words), given=data)
    taken: dict[str, Any] = said.json
    return taken


def daybook(practice: Practice, key: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that an organisation's daybook holds, apart from row numbers and times."""
    with closing(sqlite3.connect(practice.home / "counterfoil.sqlite3")) as database:
        (number,) = database.execute("select id from web_organisation where key = ?", (key,))
        of_mine = "where d.organisation_id = ? order by d.kind, d.source_id, 3, 4, 5"
        return {
            name: list(database.execute(f"{query} {of_mine}", number))
            for name, query in {
                "revisions": "select d.kind, d.source_id, r.revision, r.fingerprint, r.body,"
                " d.number, d.number_space, d.amount from web_document d"
                " join web_revision r on r.document_id = d.id",
                "postings": "select d.kind, d.source_id, p.part, p.act, p.attempt, p.state"
                " from web_document d join web_posting p on p.document_id = d.id",
                "findings": "select d.kind, d.source_id, f.code, f.path, f.about"
                " from web_document d join web_documentfinding f on f.document_id = d.id",
            }.items()
        }


def test_every_source_gives_the_same_daybook_and_comes_twice_for_nothing(
    practice: Practice,
) -> None:
    documents = sorted(
        (each for each in documents_of(KINDS.read_bytes()) if each.kind in SOME),
        key=lambda each: each.kind,
    )
    held: list[object] = []
    for name, written in FORMS.items():
        key = another_organisation(practice, name)
        first = [take(practice, data, key, name) for data in written(documents)]
        assert sum(each["new"] for each in first) == len(documents)
        held.append(daybook(practice, key))
        again = [take(practice, data, key, name) for data in written(documents)]
        assert sum(each["unchanged"] for each in again) == len(documents)
        assert daybook(practice, key) == held[-1]
    assert all(each == held[0] for each in held)


def test_bills_of_other_systems_are_the_bills_of_every_other_form(practice: Practice) -> None:
    taxed = file_of(taxed_row(), columns=LEDES_98BI).encode()
    for number, (form, data) in enumerate([*SYSTEMS.items(), ("ledes", taxed)]):
        documents = documents_of(data, form)
        key = another_organisation(practice, f"systems-{number}")
        assert take(practice, data, key, form)["new"] == len(documents) > 0
        assert take(practice, data, key, form)["unchanged"] == len(documents)
        whole = daybook(practice, key)
        for written in (as_json, as_csv, as_xlsx):
            for file in written(documents):
                assert take(practice, file, key)["unchanged"] == len(documents)
        assert daybook(practice, key) == whole


@pytest.mark.parametrize("form", [*FORMS, *SYSTEMS])
def test_a_source_that_dies_leaves_whole_documents_and_the_rest_comes_later(
    practice: Practice, form: str
) -> None:
    bills = documents_of(SYSTEMS.get(form, BILLS), form)
    (data,) = [SYSTEMS[form]] if form in SYSTEMS else FORMS[form](bills)
    for end in range(0, len(data), max(1, len(data) // 40)):
        assert all(each in bills for each in documents_of(data[:end], form))
    key = another_organisation(practice, f"dies-{form}")
    take(practice, data[: len(data) * 3 // 4], key, form)
    assert take(practice, data, key, form)["refused"] == []
    assert len(daybook(practice, key)["revisions"]) == len(bills)


def test_a_file_that_knows_no_revisions_corrects_what_is_here_when_it_is_said(
    practice: Practice,
) -> None:
    key = another_organisation(practice, "corrected")
    words = ("import", "-", "--json", "--organisation", key)

    def taken(given: str, *more: str) -> tuple[int, int, int, list[str]]:
        told = practice.run(*words, *more, given=given.encode()).json
        codes = [one["code"] for one in told["refused"]]
        return told["new"], told["revised"], told["unchanged"], codes

    first, second = row(FEE), row(FEE | {"LINE_ITEM_DESCRIPTION": "Draft the answer"})
    new = row(FEE, INVOICE_NUMBER="INV-8")
    assert taken(file_of(first)) == (1, 0, 0, [])
    assert taken(file_of(second)) == (0, 0, 0, ["revision_conflict"])
    assert taken(file_of(second, new), "--corrected") == (1, 1, 0, [])
    assert taken(file_of(second, new), "--corrected") == (0, 0, 2, [])
    assert taken(file_of(first)) == (0, 0, 1, [])
    receipts = json_lines(trust_receipt("1")), json_lines(trust_receipt("1", "7.00"))
    assert taken(receipts[0].decode()) == (1, 0, 0, [])
    assert taken(receipts[1].decode(), "--corrected") == (0, 0, 0, ["revision_conflict"])
