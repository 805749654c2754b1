"""The trust books: cash book, matter ledgers and the sums that must hold, document by document.

For each trust account, after every event and to the cent (documents.md, *The sums that must hold*):
cash book + statutory deposit + paid by firm = matter ledgers + costs not yet transferred.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core import trust_findings
from counterfoil.core.documents import (
    Document,
    FirmAdvance,
    LedgerClose,
    OpeningTrust,
    Reversal,
    Split,
    StatutoryDeposit,
    TrustBankEntry,
    TrustBillPayment,
    TrustDocument,
    TrustLedger,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
    number_of,
)
from counterfoil.core.jurisdictions import ANYWHERE
from counterfoil.core.trust_references import named_payments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.jurisdictions import Jurisdiction


TRUST_KINDS: Final = frozenset(cls.kind for cls in TrustDocument.__subclasses__())
"""The kinds that move clients' money."""
Owner = Split | TrustLedger | TrustBillPayment | FirmAdvance | OpeningTrust
"""What names a matter's ledger."""


class LedgerKey(NamedTuple):
    """A matter ledger: one client's money for one matter, both by the source's ids."""

    client: str
    matter: str


class LedgerMove(NamedTuple):
    """An amount that a ledger gains, or loses below zero.

    ``number`` is the matter's and ``name`` the client's, as people know them.
    """

    ledger: LedgerKey
    amount: int
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """What one document does to one trust account, in hundredths.

    ``cash`` moves the bank, ``deposit`` what the deposit authority holds, ``paid_by_firm`` what
    clients owe the firm's own money in trust, ``costs`` the firm's money still lying in trust.
    """

    trust_account: str
    cash: int = 0
    deposit: int = 0
    paid_by_firm: int = 0
    costs: int = 0
    ledgers: tuple[LedgerMove, ...] = ()

    @property
    def opposite(self) -> Move:
        """The same the other way round."""
        return Move(
            self.trust_account,
            -self.cash,
            -self.deposit,
            -self.paid_by_firm,
            -self.costs,
            tuple(moved._replace(amount=-moved.amount) for moved in self.ledgers),
        )

    @property
    def residue(self) -> int:
        """By how much the move upsets the account's sums; nil for every lawful document."""
        assets = self.cash + self.deposit + self.paid_by_firm
        return assets - sum(moved.amount for moved in self.ledgers) - self.costs


class CashEntry(NamedTuple):
    """A line of the cash book."""

    date: dt.date
    number: str
    amount: int


class Noted(NamedTuple):
    """A finding of the trust books, and the document that gave rise to it."""

    key: Key
    finding: Finding


@dataclass
class Overdraft:
    """A time in which a ledger was below nil, as the exception report names it (rule T1).

    ``key`` is the document that overdrew it, ``deepest`` the lowest balance in hundredths,
    ``until`` the day on which it was made good, None while it is not.
    """

    trust_account: str
    ledger: LedgerKey
    key: Key
    since: dt.date
    until: dt.date | None = None
    deepest: int = 0


@dataclass
class TrustBook:
    """One trust account, in hundredths.

    The cash book and the ledgers are kept apart on purpose: that they agree is what a
    reconciliation shows. ``numbers`` are the matters' own, by which people know the ledgers.
    ``opening`` is the part of the cash book that stood there at the start, ``openings`` its parts.
    """

    cash_book: int = 0
    deposit: int = 0
    paid_by_firm: int = 0
    costs: int = 0
    opening: int = 0
    ledgers: dict[LedgerKey, int] = field(default_factory=dict)
    numbers: dict[LedgerKey, str] = field(default_factory=dict)
    entries: list[CashEntry] = field(default_factory=list)
    openings: list[CashEntry] = field(default_factory=list)

    @property
    def ledgers_total(self) -> int:
        """The sum of the matter ledgers."""
        return sum(self.ledgers.values())

    @property
    def besides(self) -> int:
        """What stands between cash book and ledgers, each explained: deposits, advances, costs."""
        return self.deposit + self.paid_by_firm - self.costs

    @property
    def difference(self) -> int:
        """What the account's sums are off by; anything but nil is a fault."""
        assets = self.cash_book + self.deposit + self.paid_by_firm
        return assets - self.ledgers_total - self.costs

    def apply(self, move: Move) -> None:
        """Enter a move."""
        self.cash_book += move.cash
        self.deposit += move.deposit
        self.paid_by_firm += move.paid_by_firm
        self.costs += move.costs
        for ledger, amount, number, _ in move.ledgers:
            self.ledgers[ledger] = self.ledgers.get(ledger, 0) + amount
            self.numbers[ledger] = number


def moves(document: Document) -> tuple[Move, ...]:  # noqa: C901, PLR0911 -- a case for each kind
    """Return what a document does to trust accounts."""
    match document:
        case TrustReceipt(trust_account=code, splits=splits, amount=amount):
            return (Move(code, amount, ledgers=_ledgers(splits, 1)),)
        case TrustPayment(trust_account=code, splits=splits, amount=amount):
            return (Move(code, -amount, ledgers=_ledgers(splits, -1)),)
        case TrustBankEntry(trust_account=code, splits=splits, amount=amount):
            sign = 1 if document.direction == "in" else -1
            return (Move(code, sign * amount, ledgers=_ledgers(splits, sign)),)
        case TrustTransfer():
            return _transferred(document)
        case TrustBillPayment(trust_account=code, amount=amount):
            return (Move(code, costs=amount, ledgers=(_ledger(document, -amount),)),)
        case TrustOfficeTransfer(trust_account=code, amount=amount):
            signed = amount if document.direction == "to_trust" else -amount
            return (Move(code, signed, costs=signed),)
        case StatutoryDeposit(trust_account=code, amount=amount):
            signed = amount if document.direction == "in" else -amount
            return (Move(code, -signed, deposit=signed),)
        case FirmAdvance(trust_account=code, amount=amount, direction="advance"):
            return (Move(code, -amount, paid_by_firm=amount),)
        case FirmAdvance(trust_account=code, amount=amount):
            ledgers = (_ledger(document, -amount),)
            return (Move(code, paid_by_firm=-amount, ledgers=ledgers),)
        case OpeningTrust(trust_account=code, amount=amount):
            return (Move(code, amount, ledgers=(_ledger(document, amount),)),)
        case _:
            return ()


def in_order(documents: Iterable[Document]) -> list[Document]:
    """Sort documents by their dates; those of one day stay in the order they were recorded in."""
    return sorted(documents, key=lambda document: document.date)


class TrustBooks:
    """The trust accounts of a firm, fed document by document in order."""

    def __init__(self, places: Mapping[str, Jurisdiction] | None = None) -> None:
        """Start with no money held; ``places`` are the jurisdictions by trust account."""
        self._places = places or {}
        self.exceptions: list[Overdraft] = []
        self._overdrafts: dict[tuple[str, LedgerKey], Overdraft] = {}
        self.books: dict[str, TrustBook] = {}
        self.noted: list[Noted] = []
        self._moved: dict[Key, tuple[Move, ...]] = {}
        self._payments: dict[Key, Document] = {}
        self._moved_by: dict[Key, Key] = {}
        self._closed: set[tuple[str, LedgerKey]] = set()

    def enter(self, document: Document) -> tuple[Finding, ...]:
        """Enter a document and return what is found; others leave no trace."""
        found = [*self._named(document), *self._close(document)]
        for move in self.moved(document):
            book = self.books.setdefault(move.trust_account, TrustBook())
            self.write(document, book, move)
            found += self._after(document, book, move)
        self.noted += (Noted(document.key, finding) for finding in found)
        return tuple(found)

    def moved(self, document: Document) -> tuple[Move, ...]:
        """Return what a document does here: a reversal does the opposite of what it names, once."""
        if isinstance(document, Reversal):
            return tuple(move.opposite for move in self._moved.pop(document.reverses, ()))
        done = moves(document)
        if done:
            self._moved[document.key] = done
        return done

    def write(self, document: Document, book: TrustBook, move: Move) -> None:
        """Write a move into its account's books."""
        book.apply(move)
        if isinstance(document, OpeningTrust):
            book.opening += move.cash
            book.openings.append(CashEntry(document.date, number_of(document) or "", move.cash))
        elif move.cash:
            book.entries.append(CashEntry(document.date, number_of(document) or "", move.cash))

    def _after(self, document: Document, book: TrustBook, move: Move) -> Iterable[Finding]:
        """Judge the account after a move: its sums, and whatever may not fall below nil."""
        if move.residue:
            yield trust_findings.sums_off(move.trust_account, move.residue)
        if move.costs < 0 and book.costs < 0:
            yield trust_findings.over_transferred(move.trust_account, book.costs)
        if (move.paid_by_firm > 0 or move.costs < 0) and 0 <= book.costs < book.paid_by_firm:
            yield trust_findings.advanced_too_much(move.trust_account, book)
        if move.deposit < 0 and book.deposit < 0:
            yield trust_findings.deposit_overdrawn(move.trust_account, book.deposit)
        if move.paid_by_firm < 0 and book.paid_by_firm < 0:
            yield trust_findings.repaid_too_much(move.trust_account, book.paid_by_firm)
        for ledger, amount, *_ in move.ledgers:
            balance = book.ledgers[ledger]
            if amount < 0 and balance < 0:
                place = self._places.get(move.trust_account, ANYWHERE)
                yield trust_findings.overdrawn(move.trust_account, ledger, balance, place)
            if balance < 0 or (move.trust_account, ledger) in self._overdrafts:
                self._follow_overdraft(document, move.trust_account, ledger, balance)
            if (move.trust_account, ledger) in self._closed:
                yield trust_findings.ledger_is_closed(document, ledger)

    def _follow_overdraft(
        self, document: Document, account: str, ledger: LedgerKey, balance: int
    ) -> None:
        of = account, ledger
        known = self._overdrafts.get(of)
        if known is None:
            known = self._overdrafts[of] = Overdraft(account, ledger, document.key, document.date)
            self.exceptions.append(known)
        known.deepest = min(known.deepest, balance)
        if balance >= 0:
            known.until = document.date
            del self._overdrafts[of]

    def _named(self, document: Document) -> Iterable[Finding]:
        """Hold a transfer of costs against the payments it names, each to be named once ever."""
        if isinstance(document, TrustBillPayment):
            self._payments[document.key] = document
        if not isinstance(document, TrustOfficeTransfer):
            return
        yield from named_payments(document, self._payments)
        for place, key in enumerate(document.payments):
            if key not in self._payments:
                yield trust_findings.payment_not_known(key, place)
            before = self._moved_by.setdefault(key, document.key)
            if before != document.key or key in document.payments[:place]:
                yield trust_findings.payment_named_twice(key, place, before)

    def _close(self, document: Document) -> Iterable[Finding]:
        if not isinstance(document, LedgerClose):
            return
        ledger = LedgerKey(document.client.id, document.matter.id)
        book = self.books.get(document.trust_account, TrustBook())
        balance = book.ledgers.get(ledger, 0)
        if balance:
            yield trust_findings.closed_with_money(ledger, balance)
        self._closed.add((document.trust_account, ledger))


def is_trust(document: Document) -> bool:
    """Whether the trust books take notice of a document."""
    if isinstance(document, Reversal):
        return document.reverses.kind in TRUST_KINDS
    return isinstance(document, TrustDocument | OpeningTrust | LedgerClose)


def _transferred(document: TrustTransfer) -> tuple[Move, ...]:
    left, reached, amount = document.from_, document.to, document.amount
    out, into = _ledger(left, -amount), _ledger(reached, amount)
    if left.trust_account == reached.trust_account:
        return (Move(left.trust_account, ledgers=(out, into)),)
    return (
        Move(left.trust_account, -amount, ledgers=(out,)),
        Move(reached.trust_account, amount, ledgers=(into,)),
    )


def _ledgers(splits: tuple[Split, ...], sign: int) -> tuple[LedgerMove, ...]:
    return tuple(_ledger(split, sign * split.amount) for split in splits)


def _ledger(owner: Owner, amount: int) -> LedgerMove:
    key = LedgerKey(owner.client.id, owner.matter.id)
    return LedgerMove(key, amount, owner.matter.number, owner.client.name)
