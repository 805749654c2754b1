"""What the documents of one file are to each other: references, revisions, numbers.

A file is read twice, because a receipt may stand before its bill: once to build this index, once to
convert. Of each document only what others need to know is kept. Where a document takes a bill
apart, as a write-off does, the file is read once more in between, for the lines of those bills.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import (
    Billing,
    Document,
    Key,
    OpeningCredit,
    Receipt,
    SupplierBilling,
    SupplierPayment,
    TrustBillPayment,
    TrustOfficeTransfer,
    Unallocation,
    undone_key,
)
from counterfoil.core.findings import NEEDS_HISTORY, Finding, Severity, error, note
from counterfoil.core.identity import number_space
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.outline import takes_apart
from counterfoil.core.takings import Sums, Taking, given_back, takings, title
from counterfoil.core.trust_findings import payment_named_twice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.mapping import Settings
    from counterfoil.core.references import Missing

Number = tuple[str, ...]
"""A number with the space in which it must be unique."""


class Standing(NamedTuple):
    """The newest revision of a document: where it stands, and its content as a hash."""

    revision: int
    line: int
    content: int
    number: Number | None


class _Taker(NamedTuple):
    """What a document is called, and what it takes from others."""

    who: str
    wanted: tuple[Taking, ...]


@dataclass(slots=True)
class FileIndex:
    """The index of one file, filled in its first reading.

    ``settings`` tell the prefixes that numbers have in Xero.
    """

    settings: Settings | None = None
    _newest: dict[Key, Standing] = field(default_factory=dict)
    _named: dict[Key, Document] = field(default_factory=dict)
    _taken_apart: set[Key] = field(default_factory=set)
    _conflicts: set[int] = field(default_factory=set)
    _refused: dict[Key, int] = field(default_factory=dict)
    _moved: dict[Key, dict[Key, None]] = field(default_factory=dict)
    _holders: dict[Number, Key] | None = None
    _takers: dict[Key, _Taker] = field(default_factory=dict)
    _undoing: dict[Key, Document] = field(default_factory=dict)
    _undone: set[Key] = field(default_factory=set)
    _short: dict[Key, tuple[Finding, ...]] | None = None

    @property
    def documents(self) -> ReadOnly[Key, Document]:
        """The newest revision of what others may name; its lines only where they are read."""
        return self._named

    @property
    def wants_lines(self) -> bool:
        """Whether the file must be read again for the lines of some bills."""
        return not self._taken_apart.isdisjoint(self._named)

    def add(self, line: int, document: Document) -> None:
        """Take a document in. Lines come in order."""
        known = self._newest.get(document.key)
        if known is not None and document.revision <= known.revision:
            if document.revision == known.revision and hash(document) != known.content:
                self._conflicts.add(line)
            return
        if isinstance(document, TrustOfficeTransfer):
            for payment in document.payments:
                self._moved.setdefault(payment, {})[document.key] = None
        space = number_space(document)
        number = number_in_xero(document, self.settings)
        placed = (*space, number) if space and number is not None else None
        self._newest[document.key] = Standing(document.revision, line, hash(document), placed)
        undone = undone_key(document)
        if undone is not None:
            self._undoing[document.key] = document
            self._undone.add(undone)
        wanted = tuple(takings(document))
        self._takers.pop(document.key, None)
        if wanted:
            self._takers[document.key] = _Taker(title(document), wanted)
        kept = _kept(document)
        if kept is not None:
            self._named[document.key] = kept
        apart = takes_apart(document)
        if apart is not None:
            self._taken_apart.add(apart)

    def add_lines(self, line: int, document: Document) -> None:
        """Keep the lines of a bill that is taken apart; lines of the file come in order again."""
        if document.key in self._taken_apart and self.counts(line, document):
            self._named[document.key] = document

    def add_refused(self, line: int, kind: str | None, id_: str | None) -> None:
        """Remember where a document stands that could not be read."""
        if kind is not None and id_ is not None:
            self._refused.setdefault(Key(kind, id_), line)

    def findings(self, line: int, document: Document) -> tuple[Finding, ...]:
        """Say what the rest of the file makes of the document on this line."""
        if line in self._conflicts:
            return (_conflict(document, self._newest[document.key].line),)
        newest = self._newest[document.key]
        if newest.line != line:
            return (_superseded(document, newest),)
        holder = self._holder(newest.number)
        if newest.number is not None and holder is not None and holder != document.key:
            return (_number_taken(newest.number, holder),)
        return (*self._moved_before(document), *self._beyond().get(document.key, ()))

    def _beyond(self) -> ReadOnly[Key, tuple[Finding, ...]]:
        """Find what takes more than others have left, among newest revisions in their order.

        It warns here: what a document becomes is asked, and that is not in doubt. On its way to
        Xero it is held.
        """
        if self._short is None:
            self._short = {}
            sums = Sums(self._named)
            concerned = self._takers.keys() | self._undoing.keys()
            for key in sorted(concerned, key=lambda key: self._newest[key].line):
                if key in self._undoing:
                    _give_back(self._undoing[key], sums)
                    continue
                taker = self._takers[key]
                short = sums.short(key, taker.wanted)
                self._short[key] = tuple(replace(one, severity=Severity.WARNING) for one in short)
                if not short:
                    sums.take(key, taker.who, taker.wanted)
        return self._short

    def _moved_before(self, document: Document) -> Iterator[Finding]:
        """Find the payments whose costs another transfer of the file has moved already.

        A transfer that the file takes back has moved none.
        """
        if not isinstance(document, TrustOfficeTransfer) or document.key in self._undone:
            return
        for place, payment in enumerate(document.payments):
            first = next(key for key in self._moved[payment] if key not in self._undone)
            if first != document.key:
                yield payment_named_twice(payment, place, first)

    def counts(self, line: int, document: Document) -> bool:
        """Whether this line is the one that the document is posted from."""
        return self._newest[document.key].line == line

    def absent(self, reference: Missing) -> Finding:
        """Say why a document that another one names is not there."""
        key = reference.key
        return error(
            NEEDS_HISTORY,
            f"The {key.kind.replace('_', ' ')} {key.id} {self._where(key)}.",
            "Convert the two together, or import and post them: the daybook knows what was sent "
            "before.",
            reference.path,
            str(key),
        )

    def _where(self, key: Key) -> str:
        if key in self._newest:
            return "stood in Xero before the first document, and a file does not tell its id there"
        line = self._refused.get(key)
        if line is None:
            return "is not in this file"
        return f"stands on line {line} of this file, where it cannot be read"

    def _holder(self, number: Number | None) -> Key | None:
        """The first document with this number, among newest revisions in the order of the file."""
        if self._holders is None:
            self._holders = {}
            for key, standing in sorted(self._newest.items(), key=lambda pair: pair[1].line):
                if standing.number is not None:
                    self._holders.setdefault(standing.number, key)
        return None if number is None else self._holders.get(number)


def _give_back(document: Document, sums: Sums) -> None:
    """Let what a document takes back be free for those after it."""
    of = undone_key(document)
    if isinstance(document, Unallocation):
        sums.take(document.key, title(document), given_back(document, document))
    elif of is not None:
        sums.forget(of)


def _kept(document: Document) -> Document | None:
    """Return what others need to know of a document; None where none can name it."""
    match document:
        case Billing() | SupplierBilling():
            return replace(document, lines=())
        case Receipt() | SupplierPayment() | OpeningCredit() | TrustBillPayment():
            return document
        case _:
            return None


def _conflict(document: Document, line: int) -> Finding:
    return error(
        "revision_conflict",
        f"{document.key} revision {document.revision} stands on line {line} with other content.",
        "Send the change under the next revision number, or delete the wrong line.",
        "revision",
    )


def _superseded(document: Document, newest: Standing) -> Finding:
    if document.revision == newest.revision:
        return note("repeated", f"The same document stands on line {newest.line} already.")
    return note(
        "superseded",
        f"Revision {newest.revision} on line {newest.line} replaces this revision "
        f"{document.revision}.",
        path="revision",
    )


def _number_taken(number: Number, holder: Key) -> Finding:
    return error(
        "number_taken",
        f"Number {number[-1]} already belongs to {holder} in this file.",
        "Give the document a number of its own; Xero keeps such numbers unique.",
        "number",
        f"number:{number[-1]}",
    )
