"""Empty tables to be filled in: what they ask for is what the reader takes."""

from __future__ import annotations

import io

import pytest

from counterfoil.core.documents import KINDS
from counterfoil.sources.files.template import columns, template_csv, template_xlsx
from counterfoil.sources.recognised import documents_in
from counterfoil.sources.sheets.workbook import Workbook


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_has_every_column_and_explains_it(kind: str) -> None:
    book = Workbook(io.BytesIO(template_xlsx(kind)))
    table, about = book.sheets
    ((_, header),) = book.rows(table)
    assert header == columns(kind) == template_csv(kind).strip().split(",")
    explained = [row.cells[0] for row in book.rows(about)][1:]
    assert set(header) <= {*explained, *(f"{name}.{end}" for name in explained for end in _KEY)}


_KEY = ("kind", "id")


def test_an_empty_template_is_read_as_no_documents() -> None:
    for data in (template_csv("bill").encode(), template_xlsx("bill")):
        assert list(documents_in(io.BytesIO(data))) == []


def test_a_filled_template_is_a_document() -> None:
    filled = {"row": "document", "kind": "receipt", "id": "r-1", "number": "R-1", "amount": "5.00"}
    filled |= {"date": "2026-07-05", "client.id": "c-1", "client.name": "Ada"}
    filled |= {"bank_account": "OFFICE"}
    row = ",".join(filled.get(name, "") for name in columns("receipt"))
    data = f"{template_csv('receipt')}{row}\r\n".encode()
    (answer,) = documents_in(io.BytesIO(data))
    assert answer.read.document is not None
