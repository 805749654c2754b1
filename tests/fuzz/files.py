"""Bent files of every form: each gives whole documents and refusals in words, and nothing else."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from counterfoil.core.documents import Document
from counterfoil.core.findings import holds
from counterfoil.core.reader import Read, read_json
from counterfoil.core.writer import canonical
from counterfoil.sources.files.csv_writer import table, write_csv
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.layouts.layout import Layout
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.ledes.columns import LEDES_98BI
from counterfoil.sources.recognised import documents_in
from counterfoil.sources.sheets.writer import write_xlsx
from tests.fuzz.bending import bent, bent_json, cut
from tests.sources.ledes.scene import (
    ADJUSTMENT,
    EXPENSE,
    FEE,
    TAXED,
    file_of,
    invoice,
    row,
)

KINDS = Path(__file__).resolve().parents[2] / "examples" / "kinds" / "documents.jsonl"
PACKED = b"PK"
REPORT = (
    b"Trust Receipts\r\nMarsh & Lowe,,,\r\n"
    b"Receipt No,Date,Received From,Matter,Reason,Amount\r\n"
    b'TR-1,03/04/2026,"Ng, A",2026/044,Deposit,"1,250.00"\r\n'
    b"TR-2,28/04/2026,Ito,2026/045,On account,(15.00)\r\n"
    b'TR-2,28/04/2026,Ito,2026/046,On account,40.00\r\nTotal,,,,,"1,275.00"\r\n'
)
LAYOUT = Layout(
    "receipts",
    "trust_receipt",
    {
        "number": "Receipt No",
        "date": "Date",
        "payer.name": "Received From",
        "split.matter.number": "Matter",
        "split.description": "Reason",
        "split.amount": "Amount",
    },
    {"trust_account": "TRUST1"},
)
Reader = Callable[[bytes], Iterable[Numbered]]


@dataclass(frozen=True)
class Form:
    """A form of file: sound ones, and how it is read. ``whole``: a cut one lets nothing new in."""

    name: str
    sound: tuple[bytes, ...]
    read: Reader
    whole: bool = True

    def case(self, chance: random.Random) -> bytes:
        """Draw a bent file."""
        data = chance.choice(self.sound)
        if data.startswith(PACKED) and chance.random() < 0.8:
            return _packed_anew(data, chance)
        if data.startswith(b"{") and chance.random() < 0.5:
            return bent_json(data, chance)
        return bent(data, chance)

    def judged(self, data: bytes, chance: random.Random) -> str:
        """Say what is wrong with how a file was read, empty for nothing."""
        del chance
        return next(filter(None, map(wrong, self.read(data))), "")

    def cut_case(self, chance: random.Random) -> str:
        """Cut a sound file off, and say which document came of it that is none of its own."""
        data = chance.choice(self.sound)
        known = _known(self, data)
        for each in self.read(cut(data, chance)):
            found = each.read.document
            if found is not None and canonical(found) not in known:
                return f"half a document: {canonical(found)[:300]!r}"
        return ""


def wrong(numbered: Numbered) -> str:
    """Say what is wrong with one answer: half a document, or a refusal that says nothing."""
    return wrong_read(numbered.read)


def wrong_read(read: Read) -> str:
    """Say what is wrong with a document that was read, or with its refusal."""
    held = [one for one in read.findings if holds((one,))]
    if read.document is not None:
        again = read_json(canonical(read.document)).document
        if held or again != read.document:
            return f"a document that is none when read again: {canonical(read.document)[:300]!r}"
        return ""
    if not held or not all(one.message and one.fix and one.code for one in held):
        return f"a refusal without words: {read}"
    return ""


@cache
def _known(form: Form, data: bytes) -> frozenset[bytes]:
    """Return a file's documents; and its last one without its last text, which may be doubted."""
    both = (data, data.rpartition(b"|")[0] + b"|")
    found = (each.read.document for one in both for each in form.read(one))
    return frozenset(canonical(each) for each in found if each is not None)


def _packed_anew(data: bytes, chance: random.Random) -> bytes:
    """Bend a part inside an archive, which stays a good archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    parts[name] = bent(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return out.getvalue()


def _recognised(data: bytes) -> Iterable[Numbered]:
    return documents_in(io.BytesIO(data))


def _by_layout(layout: Layout, data: bytes) -> Iterable[Numbered]:
    return Reading(io.BytesIO(data), layout)


@cache
def _documents() -> tuple[Document, ...]:
    found = (each.read.document for each in _recognised(KINDS.read_bytes()))
    return tuple(sorted((each for each in found if each is not None), key=lambda one: one.kind))


def _by_kind() -> list[tuple[str, list[Document]]]:
    return [(kind, list(each)) for kind, each in groupby(_documents(), lambda one: one.kind)]


def _ledes(tax: str) -> tuple[bytes, ...]:
    if tax:
        one = row(TAXED, LEDES_98BI, INVOICE_NUMBER="INV-8")
        two = row(TAXED, LEDES_98BI, LINE_ITEM_TOTAL="770.", CLIENT_NAME="Ng | Co")
        return (file_of(one, two, columns=LEDES_98BI).encode(),)
    several = invoice("674.95", FEE, EXPENSE, ADJUSTMENT) + row(FEE, INVOICE_NUMBER="INV-8")
    return (several.encode(), (several + "\n").replace("[]", "").encode("latin-1"))


def forms() -> dict[str, Form]:
    """Return every form of file by name."""
    kinds = _by_kind()
    books = tuple(write_xlsx({kind: table(list(each))}) for kind, each in kinds)
    report = write_xlsx({"Report": [["Receipt No", "Date", "Received From", "Matter", "Reason",
        "Amount"], ["TR-1", "2026-04-03", "Ng", "2026/044", "Deposit", "1250.00"]]})  # fmt: skip
    made = (
        Form("JSON Lines", tuple(KINDS.read_bytes().splitlines(keepends=True)), _recognised),
        Form("CSV", tuple(write_csv(each).encode() for _, each in kinds), _recognised, whole=False),
        Form("xlsx", books, _recognised),
        Form("LEDES 1998B", _ledes(""), _recognised),
        Form("LEDES 98BI", _ledes("GST"), _recognised),
        Form("reports", (REPORT, report), partial(_by_layout, LAYOUT), whole=False),
    )
    return {form.name: form for form in made}
