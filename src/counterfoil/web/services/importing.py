"""Files of documents into the daybook: whole documents only, each refusal with its line."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from django.db import InterfaceError, OperationalError

from counterfoil.core.documents import Key, undone_key
from counterfoil.core.findings import error
from counterfoil.core.writer import canonical
from counterfoil.posting.records import Taken
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.recognised import documents_in
from counterfoil.web import seconds
from counterfoil.web.services import overstepping
from counterfoil.web.services.by_name import parties_found
from counterfoil.web.services.corrected import corrected
from counterfoil.web.services.numbered import judged
from counterfoil.web.services.receiving import organisations_of, receive
from counterfoil.web.services.same_paper import not_anothers
from counterfoil.web.services.under_number import books_of, by_home

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from counterfoil.core.findings import Finding
    from counterfoil.core.reader import Read
    from counterfoil.sources.files.numbered import Numbered
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.sources.layouts.left_out import Left
    from counterfoil.web.models import Organisation

TROUBLE = (OperationalError, InterfaceError)
"""What a database says that is down or full."""
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
    left_out: list[Left] = field(default_factory=list)
    """The rows of a report that are no documents."""
    broke_off: str = ""
    """Why the file could not be read to its end; what came before that is in."""


def import_file(  # noqa: PLR0913 -- whose, when, and how it is told and stopped
    stream: BinaryIO,
    organisation: Organisation,
    *,
    meant: bool = True,
    actor: str,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    documents: Iterable[Numbered] | None = None,
    may_post: bool = True,
    corrects: bool = False,
    seconded: bool = False,
) -> Imported:
    """Take in the documents of a file, five hundred at a time.

    ``organisation`` is where a document goes that names none, unless it is not ``meant``: then
    such a document is refused. One that names another organisation of the firm goes there.
    ``documents`` are those of the file where not what stands in it tells how to read it.
    Of somebody who may not post, what takes another document back or changes one that is in Xero
    is refused: it is for a bookkeeper.
    ``progress`` is told how many documents each step has read; ``stop`` is asked between two.
    With ``corrects`` what is here with other content is revised, though no file says so.
    ``seconded``: ``agreed`` was asked before. Raises ``seconds.Needed``.
    """
    imported = Imported()
    if may_post and not seconded:
        try:
            agreed(
                organisation, stream, documents.layout if isinstance(documents, Reading) else None
            )
        except OSError as fault:
            imported.broke_off = fault.strerror or str(fault)
            return imported
    organisations = organisations_of(organisation.firm_id)
    default = organisation.key if meant else ""
    _tell_books(documents, [organisation] if meant else organisations.values())
    correct = _correcting(organisations, default) if corrects else _as_they_are
    for chunk in _chunks(
        lambda: documents_in(stream) if documents is None else documents, imported
    ):
        reads = [_allowed(numbered.read, may_post=may_post) for numbered in chunk]
        try:
            if isinstance(documents, Reading):
                reads = parties_found(reads, organisations, default)
                reads = judged(reads, organisations, default)
            reads = correct(reads)
            results = receive(
                reads, organisations, default, actor=actor, now=now, may_post=may_post
            )
        except TROUBLE as trouble:
            imported.broke_off = f"the database takes nothing more ({str(trouble).strip()})"
            break
        for numbered, result in zip(chunk, results, strict=True):
            imported.taken[result.taken] += 1
            imported.refused += [Refusal(numbered.line, one) for one in result.findings]
            if numbered.read.document is not None:
                said = (*numbered.read.findings, *result.remarks)
                imported.remarks += [Remark(numbered.line, one) for one in said]
        progress(len(chunk))
        if stop():
            break
    if isinstance(documents, Reading):
        imported.left_out = documents.left_out
        imported.remarks += [
            Remark(row.number, found) for row in documents.left_out if (found := row.remark)
        ]
    imported.refused.sort(key=lambda refusal: refusal.line)
    return imported


def agreed(organisation: Organisation, stream: BinaryIO, layout: Layout | None = None) -> None:
    """Ask for a second person where a file takes several documents back, and the firm wants one.

    The file is read for it, and left where it was. Raises ``seconds.Needed`` and ``OSError``.
    """
    if not organisation.firm.two_people:
        return
    start = stream.tell()
    reading = Reading(stream, layout) if layout else documents_in(stream)
    documents = [one for each in reading if (one := each.read.document) and undone_key(one)]
    back = [f"{one.key} takes back {undone_key(one)}" for one in documents]
    stream.seek(start)
    if len(back) > 1:
        seconds.must(organisation.firm, "take several documents back by a file", back)


def _tell_books(
    documents: Iterable[Numbered] | None, organisations: Iterable[Organisation]
) -> None:
    """Tell a report whose bare dollar signs are meant."""
    if isinstance(documents, Reading):
        documents.books = books_of(organisations)


def _allowed(read: Read, *, may_post: bool) -> Read:
    """Refuse what takes a document back where whoever hands it in may not do that."""
    if may_post or read.document is None:
        return read
    refused = overstepping.takes_back(read.document)
    return read if refused is None else read._replace(document=None, findings=(refused,))


def _as_they_are(reads: list[Read]) -> list[Read]:
    return reads


def _correcting(
    organisations: dict[str, Organisation], default: str
) -> Callable[[list[Read]], list[Read]]:
    """Return what makes revisions of what is here with other content, through a whole file."""
    told: dict[tuple[str, Key], bytes] = {}

    def correct(reads: list[Read]) -> list[Read]:
        homes = by_home(reads, organisations, default)
        found = list(reads)
        for home in dict.fromkeys(homes):
            places = [place for place, one in enumerate(homes) if one == home]
            once = [_once(reads[place], home, told) for place in places]
            after = not_anothers(once, corrected(once, organisations, home), organisations, home)
            for place, read in zip(places, after, strict=True):
                found[place] = read
        return found

    return correct


def _once(read: Read, default: str, told: dict[tuple[str, Key], bytes]) -> Read:
    """Refuse what a file tells twice under one id with other content: none is the correction."""
    document = read.document
    if document is None:
        return read
    content = hashlib.sha256(canonical(document)).digest()
    where = (document.organisation or default, document.key)
    if document.revision > 1 or told.setdefault(where, content) == content:
        return read
    found = error(
        "id_again",
        f"{document.key} stands in the file before this with other content.",
        "Give each paper a number of its own, or leave one of the two out.",
        "",
    )
    return read._replace(document=None, findings=(*read.findings, found))


def _chunks(
    numbered: Callable[[], Iterable[Numbered]], imported: Imported
) -> Iterator[list[Numbered]]:
    # One iterator for all chunks: a second one would begin anew, or find the first one closed.
    rest = _while_readable(numbered, imported)
    while chunk := list(islice(rest, AT_A_TIME)):
        yield chunk


def _while_readable(
    numbered: Callable[[], Iterable[Numbered]], imported: Imported
) -> Iterator[Numbered]:
    """Yield documents until the file ends, or its disk or network does: at its beginning, too."""
    try:
        yield from numbered()
    except OSError as fault:
        imported.broke_off = fault.strerror or str(fault)
