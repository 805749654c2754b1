"""Every kind once, as JSON Lines and as CSV: the examples that people start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.core.documents import KINDS, Document
from counterfoil.core.writer import canonical
from counterfoil.sources.files.csv_writer import write_csv
from counterfoil.sources.files.reader import read_file

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "kinds"


def read(path: Path) -> list[Document]:
    with path.open("rb") as stream:
        answers = [each.read for each in read_file(stream)]
    assert [each.findings for each in answers if each.findings] == []
    return [each.document for each in answers if each.document is not None]


def test_the_example_has_every_kind_once_as_it_is_written() -> None:
    path = EXAMPLES / "documents.jsonl"
    documents = read(path)
    assert sorted(each.kind for each in documents) == sorted(KINDS)
    assert b"".join(canonical(each) + b"\n" for each in documents) == path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_the_csv_of_a_kind_says_the_same(kind: str) -> None:
    path = EXAMPLES / "csv" / f"{kind}.csv"
    (same,) = (each for each in read(EXAMPLES / "documents.jsonl") if each.kind == kind)
    assert read(path) == [same]
    assert write_csv([same]).encode() == path.read_bytes()
