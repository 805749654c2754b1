"""The same paper under another id, and another's paper under the same id: neither goes unseen.

Ids tell documents apart. Two sources, or two reports of which one has a column of ids, may call one
receipt by two; money would count twice. So a number of the firm's own, on the same day or a few
days apart, over the same amount and at the same bank account, is asked about: it is refused in
words. What a paper said in an earlier revision counts, too.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Exists, OuterRef

from counterfoil.core.documents import (
    BankTransfer,
    Deposit,
    Journal,
    Key,
    Receipt,
    Refund,
    SupplierBill,
    SupplierCredit,
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
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.documents import Document, Party
    from counterfoil.core.mapping import Mapping as FirmMapping
    from counterfoil.core.mapping import Settings
    from counterfoil.core.reader import Read
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation

_AT_A_BANK = (Receipt, Refund, Withdrawal, Deposit, SupplierPayment)
_ASKED = (*_AT_A_BANK, BankTransfer, Journal, SupplierBill, SupplierCredit)
"""Kinds that the firm numbers itself and whose numbers nothing keeps unique, and suppliers' bills,
whose supplier may be known by two ids."""
_A_FEW_DAYS: Final = dt.timedelta(days=6)
"""How far the days may be apart that two sources tell of one paper: one has the day on which it was
written, the other the day at the bank. What comes every week is another paper."""


_IN_XERO: Final = "xero:"


class Paper(NamedTuple):
    """What a paper is by what stands on it; ``place`` is where it is, or whose.

    That is the bank account in Xero, as far as the firm has said which it is. A journal has none:
    its amounts stand for it, line by line.
    """

    kind: str
    number: str
    amount: int | None
    place: tuple[str | int, ...]


class _Row(NamedTuple):
    """A document of the daybook as its list shows it; ``stands`` unless all of it was withdrawn."""

    key: Key
    date: dt.date | None
    amount: int | None
    revised: bool
    stands: bool


def paper_of(document: Document, banks: Mapping[str, str]) -> Paper | None:
    """Return what stands on a paper; None where its number says nothing, or is unique anyway.

    ``banks`` are the bank accounts in Xero of those that the practice names.
    """
    place: tuple[str | int, ...]
    match document:
        case SupplierBill(supplier=supplier) | SupplierCredit(supplier=supplier):
            place = (_called(supplier),)
        case Receipt() | Refund() | Withdrawal() | Deposit() | SupplierPayment():
            place = (_bank(document.bank_account, banks),)
        case BankTransfer(from_bank_account=one, to_bank_account=other):
            place = (_bank(one, banks), _bank(other, banks))
        case Journal(lines=lines):
            place = tuple(sorted(line.amount for line in lines))
        case _:
            return None
    if not any(each.isdigit() for each in document.number):
        return None
    return Paper(document.kind, document.number.casefold(), headline(document)[2], place)


def _bank(code: str, banks: Mapping[str, str]) -> str:
    """Return which account a practice's code means, in Xero or else by itself."""
    plain = _folded(code)
    found = banks.get(code) or banks.get(plain)
    return f"{_IN_XERO}{found}" if found else plain


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _apart(kind: str) -> dt.timedelta:
    """Return how far two days of one paper may be apart; a journal is often undone the next day."""
    return dt.timedelta() if kind == Journal.kind else _A_FEW_DAYS


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
    mapping = _mapping(shelf)
    banks = _banks(mapping.bank_accounts) if mapping else {}
    papers = [paper_of(one, banks) for one in documents]
    numbered = [one for one, paper in zip(documents, papers, strict=True) if paper is not None]
    if not numbered:
        return [None] * len(documents)
    settings = mapping.settings if mapping else None
    rows = _rows(_numbers(numbered, settings), organisation, using)
    known = {row.key for row in rows}
    held = _held(numbered, rows, banks, organisation, using)
    undone = {key for one in documents if (key := undone_key(one)) is not None}
    found: list[Finding | None] = []
    for document, paper in zip(documents, papers, strict=True):
        others = held.setdefault(paper, []) if paper is not None else []
        twin = next((one for one in others if _twins(one, document, undone)), None)
        new = document.key not in known
        found.append(_seems_twice(document, twin) if new and twin is not None else None)
        others.append(document)
    return found


def _banks(mapped: Mapping[str, str]) -> dict[str, str]:
    """Return the bank accounts in Xero by the practice's codes, also without their capitals."""
    return {_folded(code): account for code, account in mapped.items()} | dict(mapped)


def _mapping(shelf: Shelf) -> FirmMapping | None:
    try:
        return shelf.mapping()
    except NotReady:
        return None


def _numbers(documents: Iterable[Document], settings: Settings | None) -> set[str]:
    """Return the numbers by which the daybook lists these documents, with and without prefix.

    Each as it is and in the ways in which capitals are written: asked for any, the database would
    read every row.
    """
    told = ((number_of(one), number_in_xero(one, settings)) for one in documents)
    numbers = {number for both in told for number in both if number}
    return {
        way
        for each in numbers
        for way in (each, each.upper(), each.lower(), each.capitalize(), each.title())
    }


def _rows(numbers: Collection[str], organisation: Organisation, using: str) -> list[_Row]:
    """Return the documents of these numbers."""
    stand = Posting.objects.filter(document=OuterRef("pk")).exclude(state=State.WITHDRAWN.value)
    kinds = [kind.kind for kind in _ASKED]
    found: list[_Row] = []
    for some in chunks(numbers):
        # Kinds are looked at here: asked for them, the database would read every receipt.
        rows = Record.objects.using(using).filter(organisation=organisation, number__in=some)
        told = rows.annotate(stands=Exists(stand))
        found += [
            _Row(Key(kind, name), date, amount, revision > 1, stands)
            for kind, name, date, amount, revision, stands in told.values_list(
                "kind", "source_id", "date", "amount", "revision", "stands"
            )
            if kind in kinds
        ]
    return found


def _held(
    documents: Iterable[Document],
    rows: Iterable[_Row],
    banks: Mapping[str, str],
    organisation: Organisation,
    using: str,
) -> dict[Paper | None, list[Document]]:
    """Return the documents of the daybook by what stands on them, but for what was taken back.

    Each of their revisions is one of these: what was corrected here another source has as it was.
    """
    wanted = {(one.kind, headline(one)[2]) for one in documents}
    alike = (row for row in rows if row.revised or (row.key.kind, row.amount) in wanted)
    keys = [row.key for row in alike if row.stands]
    if not keys:
        return {}
    gone = undoers_of(keys, outbox_of(organisation, using))
    found: dict[Paper | None, list[Document]] = {}
    stand = [key for key in keys if key not in gone]
    for one in _revisions(organisation, stand, using):
        found.setdefault(paper_of(one, banks), []).append(one)
    return found


def newest_of(
    organisation: Organisation, keys: Collection[Key], using: str = "default"
) -> dict[Key, Document]:
    """Return the newest revision of documents, as far as they are here and can be read."""
    return {one.key: one for one in _revisions(organisation, keys, using)}


def _revisions(organisation: Organisation, keys: Collection[Key], using: str) -> Iterator[Document]:
    """Yield the revisions of documents that are here and can be read, the newest of each last."""
    for kind, ids in by_kind(keys):
        rows = (
            Revision.objects.using(using)
            .filter(organisation=organisation, document__kind=kind, document__source_id__in=ids)
            .exclude(body=None)
        )
        for body in rows.order_by("revision").values_list("body", flat=True):
            document = read_json(bytes(body or b"")).document
            if document is not None:
                yield document


def _twins(one: Document, other: Document, undone: Collection[Key]) -> bool:
    """Tell whether two documents with the same on them may be one paper, by who is on them."""
    if one.key == other.key or one.key in undone:
        return False
    if abs(one.date - other.date) > _apart(one.kind):
        return False
    return any(
        mine.id == theirs.id or _called(mine) == _called(theirs) or _by_name(mine, theirs)
        for mine in parties(one)
        for theirs in parties(other)
    ) or not (parties(one) and parties(other))


def _called(party: Party) -> str:
    return _folded(party.name)


def _by_name(mine: Party, theirs: Party) -> bool:
    """Tell whether a party goes by its name, as reports have it: nobody knows its id then."""
    return mine.id == mine.name or theirs.id == theirs.name


def _seems_twice(document: Document, twin: Document) -> Finding:
    kind = document.kind.replace("_", " ")
    amount = amount_text(headline(document)[2] or 0)
    day = "" if twin.date == document.date else f", there of {twin.date}"
    return error(
        "seems_twice",
        f"{kind.capitalize()} {number_of(document)} of {document.date} over {amount} is in the "
        f"daybook as {twin.key}{day}, from another source or under another id.",
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
