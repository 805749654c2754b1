from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from counterfoil.core.documents import KINDS, Document
from counterfoil.core.reader import read_json
from counterfoil.core.schema import reference_page, schema
from counterfoil.core.writer import canonical
from counterfoil.sources.files.reference import main
from tests import strategies

VALIDATOR = Draft202012Validator(schema())
PAGE = Path(__file__).parents[2] / "docs" / "documents.md"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    assert list(schema()["$defs"]) == list(KINDS)  # type: ignore[call-overload]


@given(strategies.documents())
def test_what_the_reader_takes_the_schema_takes(document: Document) -> None:
    assert VALIDATOR.is_valid(json.loads(canonical(document)))


@pytest.mark.parametrize(
    "change", [{"nmae": "x"}, {"date": 5}, {"amount": "1.234"}, {"client": None}, {"id": ""}]
)
def test_what_the_schema_refuses_the_reader_refuses(change: dict[str, object]) -> None:
    receipt = {
        "kind": "receipt",
        "id": "r-1",
        "number": "R-1",
        "date": "2026-07-05",
        "client": {"id": "c-17", "name": "Abernethy"},
        "bank_account": "OFFICE",
        "amount": "700.00",
    }
    assert VALIDATOR.is_valid(receipt)
    assert read_json(json.dumps(receipt)).document is not None
    assert not VALIDATOR.is_valid({**receipt, **change})
    assert read_json(json.dumps({**receipt, **change})).document is None


def test_the_reference_page_is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert capsys.readouterr().out == reference_page() == PAGE.read_text(encoding="utf-8")
