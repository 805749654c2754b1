"""A trust account at a month's end: cash book, ledgers, list of balances, three-way reconciliation.

What an examiner asks for, from the practice's own documents (facts: trust accounting, section 3.1,
and rule T3). Amounts are hundredths. Nothing here is rounded, and nothing is left out: a ledger
that was never touched in the month and holds nothing is the only one not listed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import (
    BankStatement,
    FirmAdvance,
    OpeningTrust,
    Reversal,
    TrustBankEntry,
    TrustBillPayment,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
    number_of,
)
from counterfoil.core.outline import headline
from counterfoil.core.trust import LedgerKey, TrustBook, TrustBooks
from counterfoil.core.trust_bank_words import remarks
from counterfoil.core.trust_deadlines import due_on
from counterfoil.core.trust_statement import Statement, held_against

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from counterfoil.core.documents import Document
    from counterfoil.core.jurisdictions import Jurisdiction
    from counterfoil.core.trust import Move, Owner


class BookLine(NamedTuple):
    """An entry of the cash book or of a ledger, with the balance after it."""

    date: dt.date
    number: str
    what: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A matter's ledger over the month; ``about`` describes the matter in a few words, if known."""

    client: str
    matter: str
    opening: int
    lines: tuple[BookLine, ...]
    about: str = ""

    @property
    def title(self) -> str:
        """The matter's number, and what it is about."""
        return f"{self.matter} {self.about}".strip()

    @property
    def closing(self) -> int:
        """The balance at the month's end."""
        return self.lines[-1].balance if self.lines else self.opening


@dataclass(frozen=True, slots=True)
class TrustMonth:
    """A trust account over the month that ends on ``end``.

    ``book`` has the sums at the month's end, ``statement`` the bank's side, None where no statement
    was recorded. ``begin`` is the first day.
    """

    trust_account: str
    begin: dt.date
    end: dt.date
    place: Jurisdiction
    opening: int
    cash_book: tuple[BookLine, ...]
    ledgers: tuple[LedgerPage, ...]
    book: TrustBook
    statement: Statement | None

    @property
    def due(self) -> dt.date:
        """By which day the month has to be reconciled where the account lives."""
        return due_on(self.end, self.place.due)

    @property
    def bank_difference(self) -> int | None:
        """What the adjusted statement and the cash book are apart; None without a statement."""
        if self.statement is None:
            return None
        return self.statement.adjusted - self.book.cash_book

    @property
    def remarks(self) -> tuple[str, ...]:
        """What of the bank's side a person has to look at, in words."""
        return tuple(remarks(self.statement, self.end))

    @property
    def agrees(self) -> bool:
        """Whether all three ways agree, with nothing on the bank that nobody recorded."""
        return three_ways_agree(self.book, self.statement)


def three_ways_agree(book: TrustBook, statement: Statement | None) -> bool:
    """Tell whether bank, cash book and ledgers agree on the day for which they are set out.

    This is what satisfies rule T3 for a month: the paper, ``reconcile`` and the findings ask it.
    """
    proved = statement is not None and statement.reaches and statement.proves
    return proved and not book.difference


@dataclass
class _Page:
    """What is gathered of one ledger, or of the cash book."""

    opening: int = 0
    entries: list[tuple[dt.date, Document, int]] = field(default_factory=list)

    def lines(self) -> tuple[BookLine, ...]:
        """Return the entries by days; on each day what came in stands before what went out."""
        ordered = sorted(self.entries, key=lambda one: (one[0], one[2] < 0))
        balances = accumulate((amount for *_, amount in ordered), initial=self.opening)
        next(balances)
        return tuple(
            BookLine(day, number_of(document) or "", said(document), amount, balance)
            for (day, document, amount), balance in zip(ordered, balances, strict=True)
        )


class _Recorder(TrustBooks):
    """The trust books, with one account's entries kept one by one."""

    def __init__(self, trust_account: str, begin: dt.date) -> None:
        super().__init__()
        self._account, self._begin = trust_account, begin
        self.cash = _Page()
        self.pages: dict[LedgerKey, _Page] = defaultdict(_Page)
        self.named: dict[LedgerKey, tuple[str, str]] = {}
        self.about: dict[str, str] = {}

    def write(self, day: dt.date, document: Document, book: TrustBook, move: Move) -> None:
        super().write(day, document, book, move)
        if move.trust_account != self._account:
            return
        if move.cash:
            self._put(self.cash, day, document, move.cash)
        for ledger, amount, number, name in move.ledgers:
            self._put(self.pages[ledger], day, document, amount)
            self.named[ledger] = name, number
        self.about.update(_about(document))

    def _put(self, page: _Page, day: dt.date, document: Document, amount: int) -> None:
        if day < self._begin:
            page.opening += amount
        else:
            page.entries.append((day, document, amount))


def _about(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what a document says its matters are about, by their ids."""
    for owner in _owners(document):
        if owner.matter.name:
            yield owner.matter.id, owner.matter.name


def _owners(document: Document) -> tuple[Owner, ...]:
    match document:
        case TrustReceipt(splits=splits) | TrustPayment(splits=splits):
            return splits
        case TrustBankEntry(splits=splits):
            return splits
        case TrustTransfer(from_=left, to=reached):
            return (left, reached)
        case TrustBillPayment() | FirmAdvance() | OpeningTrust():
            return (document,)
        case _:
            return ()


def trust_month(
    documents: Iterable[Document], trust_account: str, end: dt.date, place: Jurisdiction
) -> TrustMonth:
    """Return the month of a trust account that ends on ``end``, from the practice's documents.

    ``documents`` may hold anything of the firm, in any order; what is dated later has no part, but
    for the lines up to that day of a statement that goes on after it.
    """
    begin = end.replace(day=1)
    among = list(documents)
    known = [document for document in among if document.date <= end]
    books = _Recorder(trust_account, begin)
    books.keep(known)
    book = books.books.get(trust_account, TrustBook())
    statements = (s for s in among if isinstance(s, BankStatement))
    of_account = [s for s in statements if s.trust_account == trust_account]
    return TrustMonth(
        trust_account,
        begin,
        end,
        place,
        books.cash.opening,
        books.cash.lines(),
        _ledgers(books),
        book,
        held_against(book.entries, of_account, book.openings, end),
    )


def _ledgers(books: _Recorder) -> tuple[LedgerPage, ...]:
    """Return the ledgers by client and matter, without empty ones that nothing touched."""
    pages = (
        LedgerPage(*books.named[key], page.opening, page.lines(), books.about.get(key.matter, ""))
        for key, page in books.pages.items()
        if page.opening or page.entries
    )
    return tuple(sorted(pages, key=lambda page: (page.client.casefold(), page.matter)))


def said(document: Document) -> str:
    """Say in a line what an entry was: its kind, from or to whom, and why."""
    reason = document.reason if isinstance(document, Reversal) else document.memo
    who = headline(document)[0]
    words = document.kind.replace("_", " ").capitalize()
    return ", ".join(part for part in (words, who, reason) if part)
