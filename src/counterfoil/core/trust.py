"""The trust books: cash book, matter ledgers and the sums that must hold, day by day.

For each trust account, with every document and to the cent (documents.md, *Trust: the sums*):
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
from counterfoil.core.trust_costs import Costs
from counterfoil.core.trust_days import in_days, turn

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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


Entered = tuple[Document, Move]
"""A document, and what it does to one trust account."""


class CashEntry(NamedTuple):
    """A line of the cash book.

    ``of`` is the movement that it is or, of a reversal, that it takes back: the two share it.
    """

    date: dt.date
    number: str
    amount: int
    of: Key | None = None


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


class TrustBooks:
    """The trust accounts of a firm, fed day by day in order.

    Documents of one day have no order among themselves: what may not fall below nil is judged at
    the day's end, and what comes in on a day is entered before what goes out.
    """

    def __init__(self, places: Mapping[str, Jurisdiction] | None = None) -> None:
        """Start with no money held; ``places`` are the jurisdictions by trust account."""
        self._places = places or {}
        self.exceptions: list[Overdraft] = []
        self._overdrafts: dict[tuple[str, LedgerKey], Overdraft] = {}
        self.books: dict[str, TrustBook] = {}
        self.noted: list[Noted] = []
        self._moved: dict[Key, tuple[Move, ...]] = {}
        self._costs = Costs()
        self._closed: set[tuple[str, LedgerKey]] = set()

    def keep(self, documents: Iterable[Document]) -> None:
        """Enter documents, in any order, and judge the whole; to be asked once."""
        for day, of_day in in_days(one for one in documents if is_trust(one)):
            self.enter(day, of_day)
        self.noted += (Noted(*one) for one in self._costs.noted())

    def enter(self, day: dt.date, documents: Iterable[Document]) -> tuple[Finding, ...]:
        """Enter the documents of one day, and return what may not be at its end."""
        of_day = sorted(documents, key=turn)
        entered = [(document, move) for document in of_day for move in self.moved(document)]
        if len(entered) > 1:
            entered.sort(key=lambda one: one[1].cash < 0)
        by_account: dict[str, list[Entered]] = {}
        for one in entered:
            document, move = one
            book = self.books.get(move.trust_account)
            if book is None:
                book = self.books[move.trust_account] = TrustBook()
            self.write(day, document, book, move)
            by_account.setdefault(move.trust_account, []).append(one)
        self._costs.enter(of_day)
        found: list[Noted] = []
        for account, of_account in by_account.items():
            found += self._judged(day, account, of_account)
        found += self._close(of_day)
        self.noted += found
        return tuple(one.finding for one in found)

    def moved(self, document: Document) -> tuple[Move, ...]:
        """Return what a document does here: a reversal does the opposite of what it names, once."""
        if isinstance(document, Reversal):
            return tuple(move.opposite for move in self._moved.pop(document.reverses, ()))
        done = moves(document)
        if done:
            self._moved[document.key] = done
        return done

    def write(self, day: dt.date, document: Document, book: TrustBook, move: Move) -> None:
        """Write a move into its account's books."""
        book.apply(move)
        if isinstance(document, OpeningTrust):
            book.opening += move.cash
            book.openings.append(CashEntry(day, number_of(document) or "", move.cash))
        elif move.cash:
            of = document.reverses if isinstance(document, Reversal) else document.key
            number = number_of(document) or ""
            book.entries.append(CashEntry(day, number, move.cash, of))

    def _judged(self, day: dt.date, account: str, entered: Sequence[Entered]) -> Iterator[Noted]:
        """Judge an account at a day's end: its sums, and whatever may not fall below nil."""
        book = self.books[account]
        for document, move in entered:
            if move.residue:
                yield Noted(document.key, trust_findings.sums_off(account, move.residue))
        for of, says in _NEVER_BELOW_NIL:
            left = of(book)
            if left < 0:
                for document, after in _below_nil(entered, of, left):
                    yield Noted(document.key, says(account, after))
        if 0 <= book.costs < book.paid_by_firm:
            for document, _ in _below_nil(entered, _firms_own, _firms_own(book))[:1]:
                yield Noted(document.key, trust_findings.advanced_too_much(account, book))
        yield from self._ledgers_judged(day, account, entered)

    def _ledgers_judged(
        self, day: dt.date, account: str, entered: Sequence[Entered]
    ) -> Iterator[Noted]:
        balances = self.books[account].ledgers
        touched: dict[LedgerKey, None] = {}
        for document, move in entered:
            for ledger, *_ in move.ledgers:
                touched[ledger] = None
                if self._closed and (account, ledger) in self._closed:
                    yield Noted(document.key, trust_findings.ledger_is_closed(document, ledger))
        for ledger in touched:
            balance = balances[ledger]
            if balance < 0 or (self._overdrafts and (account, ledger) in self._overdrafts):
                yield from self._overdrawn(day, account, ledger, entered)

    def _overdrawn(
        self, day: dt.date, account: str, ledger: LedgerKey, entered: Sequence[Entered]
    ) -> Iterator[Noted]:
        """Say who overdrew a ledger, and keep the exception report of it."""
        balance = self.books[account].ledgers[ledger]
        place = self._places.get(account, ANYWHERE)
        short = _below_nil(entered, lambda move: _on_ledger(move, ledger), balance)
        for document, left in short:
            finding = trust_findings.overdrawn(account, ledger, left, place)
            yield Noted(document.key, finding)
        of = account, ledger
        known = self._overdrafts.get(of)
        if known is None:
            known = self._overdrafts[of] = Overdraft(account, ledger, short[0][0].key, day)
            self.exceptions.append(known)
        known.deepest = min(known.deepest, balance)
        if balance >= 0:
            known.until = day
            del self._overdrafts[of]

    def _close(self, documents: Iterable[Document]) -> Iterator[Noted]:
        """Close ledgers at the end of a day, when all that moved on it has moved."""
        for document in documents:
            if not isinstance(document, LedgerClose):
                continue
            ledger = LedgerKey(document.client.id, document.matter.id)
            book = self.books.get(document.trust_account, TrustBook())
            balance = book.ledgers.get(ledger, 0)
            if balance:
                yield Noted(document.key, trust_findings.closed_with_money(ledger, balance))
            self._closed.add((document.trust_account, ledger))


def _below_nil(
    entered: Sequence[Entered], of: Callable[[Move], int], balance: int
) -> list[tuple[Document, int]]:
    """Return who brought what below nil on a day, each with what was left after it.

    ``balance`` is what is left at the day's end, ``of`` what a move changes of it. What came in on
    the day counts before what went out.
    """
    found: list[tuple[Document, int]] = []
    for document, move in reversed(entered):
        change = of(move)
        if balance < 0 and change < 0:
            found.append((document, balance))
            balance -= change
    return found[::-1]


def _costs(one: Move | TrustBook) -> int:
    return one.costs


def _deposit(one: Move | TrustBook) -> int:
    return one.deposit


def _paid_by_firm(one: Move | TrustBook) -> int:
    return one.paid_by_firm


def _firms_own(one: Move | TrustBook) -> int:
    return one.costs - one.paid_by_firm


_NEVER_BELOW_NIL: Final = (
    (_costs, trust_findings.over_transferred),
    (_deposit, trust_findings.deposit_overdrawn),
    (_paid_by_firm, trust_findings.repaid_too_much),
)
"""What of an account may not fall below nil beside its ledgers, and what to say when it does."""


def _on_ledger(move: Move, ledger: LedgerKey) -> int:
    return sum(moved.amount for moved in move.ledgers if moved.ledger == ledger)


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
