"""The same paper under another id, and another's paper under the same id: neither goes unseen.

Ids tell documents apart. Two sources, or two reports of which one has a column of ids, may call one
receipt by two; money would count twice. So a number of the firm's own, on the same day, over the
same amount and at the same bank account, is asked about: it is refused in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef

from counterfoil.core.documents import (
    Deposit,
    Key,
    Receipt,
    Refund,
    SupplierBill,
    SupplierPayment,
    Withdrawal,
    number_of,
    undone_key,
)
from counterfoil.core.findings import Finding, error
from counterfoil.core.money import amount_text
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.outline import headline, parties
from counterfoil.core.reader import read_json
from counterfoil.posting.shelf import NotReady
from counterfoil.posting.states import State
from counterfoil.posting.taken_back import undoers_of
from counterfoil.web.models import Document as Record
from counterfoil.web.models import Posting, Revision
from counterfoil.web.store import outbox_of
from counterfoil.web.store.base import by_kind, chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from counterfoil.core.documents import Document, Party
    from counterfoil.core.reader import Read
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation

_OURS = (Receipt, Refund, Withdrawal, Deposit, SupplierPayment)
"""Kinds that the firm numbers itself, and whose numbers nothing keeps unique."""


class Paper(NamedTuple):
    """What a paper is by what stands on it; ``place`` is the bank account, or whose it is."""

    kind: str
    number: str
    date: dt.date
    amount: int | None
    place: str


class _Row(NamedTuple):
    """A document of the daybook as its list shows it; ``stands`` unless all of it was withdrawn."""

    key: Key
    date: dt.date | None
    amount: int | None
    stands: bool


def paper_of(document: Document) -> Paper | None:
    """Return what stands on a paper; None where its number says nothing, or is unique anyway."""
    match document:
        case SupplierBill(supplier=supplier):
            place = supplier.name.casefold()
        case Receipt() | Refund() | Withdrawal() | Deposit() | SupplierPayment():
            place = document.bank_account
        case _:
            return None
    if not any(each.isdigit() for each in document.number):
        return None
    amount = headline(document)[2]
    return Paper(document.kind, document.number, document.date, amount, place)


def barred(
    documents: Sequence[Document], organisation: Organisation, shelf: Shelf, using: str = "default"
) -> Mapping[Key, Finding]:
    """Return which documents ``twins`` refuses, for whoever asks behind the gate.

    What was looked up before it may be overtaken by somebody who hands in the same paper meanwhile.
    """
    found = twins(documents, organisation, shelf, using)
    return {one.key: why for one, why in zip(documents, found, strict=True) if why is not None}


def twins(
    documents: Sequence[Document], organisation: Organisation, shelf: Shelf, using: str = "default"
) -> list[Finding | None]:
    """Refuse each document whose paper is in the daybook under another id; in the same order.

    What is here already under its own id is no twin, nor is one of a paper that was taken back.
    """
    papers = [paper_of(one) for one in documents]
    numbered = [one for one, paper in zip(documents, papers, strict=True) if paper is not None]
    if not numbered:
        return [None] * len(documents)
    rows = _rows(_numbers(numbered, shelf), organisation, using)
    known = {row.key for row in rows}
    held = _held({paper for paper in papers if paper is not None}, rows, organisation, using)
    undone = {key for one in documents if (key := undone_key(one)) is not None}
    found: list[Finding | None] = []
    for document, paper in zip(documents, papers, strict=True):
        others = held.setdefault(paper, []) if paper is not None else []
        twin = next((one for one in others if _twins(one, document, undone)), None)
        new = document.key not in known
        found.append(_seems_twice(document, twin) if new and twin is not None else None)
        others.append(document)
    return found


def _numbers(documents: Iterable[Document], shelf: Shelf) -> set[str]:
    """Return the numbers by which the daybook lists these documents, with and without prefix."""
    try:
        settings = shelf.mapping().settings
    except NotReady:
        settings = None
    told = ((number_of(one), number_in_xero(one, settings)) for one in documents)
    return {number for both in told for number in both if number}


def _rows(numbers: Collection[str], organisation: Organisation, using: str) -> list[_Row]:
    """Return the documents of these numbers."""
    stand = Posting.objects.filter(document=OuterRef("pk")).exclude(state=State.WITHDRAWN.value)
    kinds = [kind.kind for kind in (*_OURS, SupplierBill)]
    found: list[_Row] = []
    for some in chunks(numbers):
        # Kinds are looked at here: asked for them, the database would read every receipt.
        rows = Record.objects.using(using).filter(organisation=organisation, number__in=some)
        told = rows.annotate(stands=Exists(stand))
        found += [
            _Row(Key(kind, name), date, amount, stands)
            for kind, name, date, amount, stands in told.values_list(
                "kind", "source_id", "date", "amount", "stands"
            )
            if kind in kinds
        ]
    return found


def _held(
    papers: Collection[Paper], rows: Iterable[_Row], organisation: Organisation, using: str
) -> dict[Paper | None, list[Document]]:
    """Return the documents of the daybook by what stands on them, but for what was taken back."""
    wanted = {(one.kind, one.date, one.amount) for one in papers}
    alike = (row for row in rows if (row.key.kind, row.date, row.amount) in wanted)
    keys = [row.key for row in alike if row.stands]
    if not keys:
        return {}
    gone = undoers_of(keys, outbox_of(organisation, using))
    found: dict[Paper | None, list[Document]] = {}
    stand = [key for key in keys if key not in gone]
    for one in newest_of(organisation, stand, using).values():
        found.setdefault(paper_of(one), []).append(one)
    return found


def newest_of(
    organisation: Organisation, keys: Collection[Key], using: str = "default"
) -> dict[Key, Document]:
    """Return the newest revision of documents, as far as they are here and can be read."""
    found: dict[Key, Document] = {}
    for kind, ids in by_kind(keys):
        rows = (
            Revision.objects.using(using)
            .filter(organisation=organisation, document__kind=kind, document__source_id__in=ids)
            .exclude(body=None)
        )
        for body in rows.order_by("revision").values_list("body", flat=True):
            document = read_json(bytes(body or b"")).document
            if document is not None:
                found[document.key] = document
    return found


def _twins(one: Document, other: Document, undone: Collection[Key]) -> bool:
    """Tell whether two documents with the same on them may be one paper, by who is on them."""
    if one.key == other.key or one.key in undone:
        return False
    return any(
        mine.id == theirs.id or _called(mine) == _called(theirs) or _by_name(mine, theirs)
        for mine in parties(one)
        for theirs in parties(other)
    ) or not (parties(one) and parties(other))


def _called(party: Party) -> str:
    return " ".join(party.name.casefold().split())


def _by_name(mine: Party, theirs: Party) -> bool:
    """Tell whether a party goes by its name, as reports have it: nobody knows its id then."""
    return mine.id == mine.name or theirs.id == theirs.name


def _seems_twice(document: Document, twin: Document) -> Finding:
    paper = paper_of(document)
    assert paper is not None, "only what has a paper has a twin"
    kind = document.kind.replace("_", " ")
    amount = amount_text(paper.amount or 0)
    return error(
        "seems_twice",
        f"{kind.capitalize()} {paper.number} of {paper.date} over {amount} is in the daybook as "
        f"{twin.key}, from another source or under another id.",
        "If it is the same, leave this one out: it is here. If it is another, give it a number of "
        "its own.",
        "number",
    )


def not_anothers(
    before: Sequence[Read],
    after: Sequence[Read],
    organisations: Mapping[str, Organisation],
    default: str,
) -> list[Read]:
    """Refuse each correction that would turn one party's paper into another's.

    ``after`` are the documents with the revisions that a correction gave to those of ``before``.
    """
    revised: dict[str, list[Key]] = {}
    for was, now in zip(before, after, strict=True):
        if was.document and now.document and now.document.revision > was.document.revision:
            revised.setdefault(now.document.organisation or default, []).append(now.document.key)
    here = {
        (name, key): one
        for name, keys in revised.items()
        if name in organisations
        for key, one in newest_of(organisations[name], keys).items()
    }
    return [_checked(now, here, default) for now in after]


def _checked(read: Read, here: Mapping[tuple[str, Key], Document], default: str) -> Read:
    document = read.document
    known = here.get((document.organisation or default, document.key)) if document else None
    if document is None or known is None or not _turned(known, document):
        return read
    theirs, ours = (_names(one) for one in (known, document))
    found = error(
        "other_party",
        f"{document.key} is of {theirs} in the daybook, and of {ours} here: a correction does not "
        "turn one party's paper into another's.",
        "If it is another paper, give it a number of its own. If it was entered under the wrong "
        "party, take it back and enter it anew.",
        "",
    )
    return read._replace(document=None, findings=(*read.findings, found))


def _turned(known: Document, document: Document) -> bool:
    was, now = ({party.id for party in parties(one)} for one in (known, document))
    return bool(was and now) and was != now


def _names(document: Document) -> str:
    return ", ".join(dict.fromkeys(party.name for party in parties(document)))
