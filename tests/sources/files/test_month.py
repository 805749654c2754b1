"""The sample month as files: what lies in ``examples/month`` is what the generator writes today."""

from __future__ import annotations

import io

from counterfoil.core.writer import canonical
from counterfoil.sample.month import month
from counterfoil.sources.files.reader import read_file
from tools.month import FOLDER, files


def test_the_example_is_fresh() -> None:
    """Written anew by ``python -m tools.month``."""
    lying = {str(p.relative_to(FOLDER)): p.read_bytes() for p in FOLDER.rglob("*") if p.is_file()}
    assert lying == files()


def test_both_formats_hold_the_same_documents() -> None:
    from_lines: set[bytes] = set()
    from_csv: set[bytes] = set()
    for name, content in files().items():
        if name.endswith((".jsonl", ".csv")):
            read = {
                canonical(each.read.document)
                for each in read_file(io.BytesIO(content))
                if each.read.document
            }
            (from_csv if name.endswith(".csv") else from_lines).update(read)
    assert from_lines == from_csv == {canonical(document) for document in month()}
