"""Files of documents into the daybook: whole documents only, each refusal with its line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from counterfoil.core.findings import Finding, error, holds
from counterfoil.posting.daybook import take_in
from counterfoil.posting.records import Taken
from counterfoil.sources.recognised import documents_in
from counterfoil.web.models import Organisation
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from counterfoil.sources.files.numbered import Numbered

AT_A_TIME = 500
"""Documents taken in by one transaction."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that was not taken, with its line and what is wrong with it."""

    line: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Remark:
    """What a file says against itself about a document that was read, with its line."""

    line: int
    finding: Finding


@dataclass
class Imported:
    """What became of the documents of a file."""

    taken: Counter[Taken] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def import_file(
    stream: BinaryIO,
    organisation: Organisation,
    *,
    meant: bool = True,
    actor: str,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Take in the documents of a file, five hundred at a time.

    ``organisation`` is where a document goes that names none, unless it is not ``meant``: then
    such a document is refused. One that names another organisation of the firm goes there.
    ``progress`` is told how many documents each step has read.
    """
    imported = Imported()
    organisations = {one.key: one for one in Organisation.objects.filter(firm=organisation.firm)}
    for chunk in _chunks(documents_in(stream)):
        default = organisation.key if meant else ""
        for key in dict.fromkeys(_organisation_key(one, default) for one in chunk):
            chosen = [one for one in chunk if _organisation_key(one, default) == key]
            if key in organisations:
                _take_in(chosen, organisations[key], imported, actor, now)
            else:
                imported.refused += [one for each in chosen for one in _elsewhere(each, key)]
        progress(len(chunk))
    imported.refused.sort(key=lambda refusal: refusal.line)
    return imported


def _chunks(numbered: Iterator[Numbered]) -> Iterator[list[Numbered]]:
    while chunk := list(islice(numbered, AT_A_TIME)):
        yield chunk


def _organisation_key(numbered: Numbered, default: str) -> str:
    document = numbered.read.document
    return (document.organisation if document else None) or default


def _take_in(
    chunk: Sequence[Numbered],
    organisation: Organisation,
    imported: Imported,
    actor: str,
    now: dt.datetime,
) -> None:
    lines: list[int] = []
    documents = []
    for numbered in chunk:
        if numbered.read.document is None:
            imported.refused += _unread(numbered)
        else:
            imported.remarks += [Remark(numbered.line, one) for one in numbered.read.findings]
            lines.append(numbered.line)
            documents.append(numbered.read.document)
    shelf = DatabaseShelf(organisation, actor=actor)
    receipts = take_in(documents, outbox_of(organisation), shelf, actor=actor, now=now)
    for line, receipt in zip(lines, receipts, strict=True):
        imported.taken[receipt.taken] += 1
        if receipt.finding is not None:
            imported.refused.append(Refusal(line, receipt.finding))


def _unread(numbered: Numbered) -> list[Refusal]:
    faults = [finding for finding in numbered.read.findings if holds((finding,))]
    return [Refusal(numbered.line, finding) for finding in faults]


def _elsewhere(numbered: Numbered, key: str) -> list[Refusal]:
    if numbered.read.document is None:
        return _unread(numbered)
    finding = _unknown(key) if key else _unnamed()
    return [Refusal(numbered.line, finding)]


def _unknown(key: str) -> Finding:
    return error(
        "organisation_unknown",
        f"The firm has no organisation with the key {key}.",
        "Correct the key, or leave it out where the firm has one organisation.",
        "organisation",
    )


def _unnamed() -> Finding:
    return error(
        "organisation_not_named",
        "The firm has several organisations, and the document does not say which it belongs to.",
        "Give the document its organisation's key, or import with --organisation.",
        "organisation",
    )
