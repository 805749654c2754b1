"""``counterfoil convert``: what a file of documents becomes in Xero, without a server or database.

Standard output carries one JSON line per document, in the input's order; what keeps the command
from working at all goes to standard error.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, NoReturn

import msgspec
import typer

from counterfoil.cli.given import CannotRead, opened
from counterfoil.core.conversion import Books, Conversion
from counterfoil.core.findings import NEEDS_HISTORY, Finding, holds
from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.pipeline import convert as convert_document
from counterfoil.core.references import missing
from counterfoil.core.whole_file import FileIndex
from counterfoil.core.xero_documents import Undone
from counterfoil.sources.recognised import documents_in
from counterfoil.xero.decode.chart import read_chart
from counterfoil.xero.decode.loose import Unreadable
from counterfoil.xero.encode import encode_element
from counterfoil.xero.routes import route

if TYPE_CHECKING:
    from counterfoil.core.chart import Chart
    from counterfoil.core.conversion import Planned
    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Mapping, Settings
    from counterfoil.sources.files.numbered import Numbered

HELD: Final = 1
UNREADABLE: Final = 2


class FindingLine(msgspec.Struct):
    """A finding as printed."""

    severity: str
    code: str
    message: str
    fix: str
    path: str


class RequestLine(msgspec.Struct):
    """A request as printed: the bare element is its body, and symbols stand for unknown ids."""

    method: str
    path: str
    query: dict[str, int]
    body: msgspec.Raw


class DocumentLine(msgspec.Struct):
    """A document as printed."""

    line: int
    kind: str | None
    id: str | None
    findings: list[FindingLine]
    requests: list[RequestLine]


def convert(
    file: Annotated[str, typer.Argument(help="JSON Lines, CSV, .xlsx or LEDES; - reads stdin.")],
    chart: Annotated[
        Path, typer.Option(help="Folder with Xero's replies, Accounts.json and so on.")
    ],
    mapping: Annotated[Path, typer.Option(help="The mapping file.")],
) -> None:
    """Print what each document of a file would become in Xero; send nothing."""
    tables = Books(_chart(chart), _mapping(mapping), {})
    encoder = msgspec.json.Encoder()
    held = False
    with _opened(file) as stream:
        index = _indexed(stream, tables.mapping.settings)
        books = Books(tables.chart, tables.mapping, index.documents)
        stream.seek(0)
        for numbered in documents_in(stream):
            line = _converted(numbered, index, books)
            held = held or any(finding.severity == "error" for finding in line.findings)
            sys.stdout.buffer.write(encoder.encode(line) + b"\n")
    sys.stdout.buffer.flush()
    if held:
        raise typer.Exit(HELD)


def _indexed(stream: BinaryIO, settings: Settings) -> FileIndex:
    index = FileIndex(settings)
    for numbered in documents_in(stream):
        read = numbered.read
        if read.document is None:
            index.add_refused(numbered.line, read.kind, read.id)
        else:
            index.add(numbered.line, read.document)
    if index.wants_lines:
        stream.seek(0)
        for numbered in documents_in(stream):
            if numbered.read.document is not None:
                index.add_lines(numbered.line, numbered.read.document)
    return index


def _converted(numbered: Numbered, index: FileIndex, books: Books) -> DocumentLine:
    line, read = numbered.line, numbered.read
    conversion = Conversion((), ())
    if read.document is not None:
        conversion = _within_file(line, read.document, index, books)
    findings = (*read.findings, *conversion.findings)
    planned = () if holds(findings) else conversion.planned
    return DocumentLine(
        line,
        read.kind,
        read.id,
        [_finding_line(finding) for finding in findings],
        [_request_line(each) for each in planned],
    )


def _within_file(line: int, document: Document, index: FileIndex, books: Books) -> Conversion:
    """Convert a document as part of its file: what is not in the file is not there."""
    found = index.findings(line, document)
    if not index.counts(line, document):
        return Conversion((), found)
    absent = tuple(map(index.absent, missing(document, books)))
    conversion = convert_document(document, books)
    named = {finding.path for finding in absent}
    own = (f for f in conversion.findings if f.code != NEEDS_HISTORY or f.path not in named)
    return Conversion(conversion.planned, (*found, *absent, *own))


def _finding_line(finding: Finding) -> FindingLine:
    return FindingLine(finding.severity, finding.code, finding.message, finding.fix, finding.path)


def _request_line(planned: Planned) -> RequestLine:
    element = planned.element
    assert not isinstance(element, Undone), "a file knows nothing that could be taken back"
    method, path, query = route(element)
    return RequestLine(method, path, dict(query), msgspec.Raw(encode_element(element)))


def _opened(file: str) -> BinaryIO:
    try:
        return opened(file)
    except CannotRead as fault:
        _stop(str(fault))


def _mapping(path: Path) -> Mapping:
    mapping, findings = read_mapping(_bytes(path))
    if mapping is None:
        _stop(
            *(f"{path}: {each.path or 'the file'}: {each.message} {each.fix}" for each in findings)
        )
    return mapping


def _chart(folder: Path) -> Chart:
    try:
        return read_chart(
            accounts=_bytes(folder / "Accounts.json"),
            tax_rates=_bytes(folder / "TaxRates.json"),
            organisation=_bytes(folder / "Organisation.json"),
            tracking=_bytes_if_any(folder / "TrackingCategories.json"),
            currencies=_bytes_if_any(folder / "Currencies.json"),
        )
    except Unreadable as fault:
        _stop(f"The chart in {folder} cannot be read: {fault}.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        _stop(f"{path} cannot be read: {fault.strerror}.")


def _bytes_if_any(path: Path) -> bytes | None:
    return _bytes(path) if path.exists() else None


def _stop(*messages: str) -> NoReturn:
    for message in messages:
        typer.echo(message, err=True)
    raise typer.Exit(UNREADABLE)
