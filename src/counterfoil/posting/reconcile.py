"""Both sides held against each other: the practice's documents, ours in Xero, others in Xero."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP
from typing import TYPE_CHECKING

from counterfoil.core.documents import (
    BankStatement,
    Billing,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    SupplierBilling,
    TrustBillPayment,
    TrustOfficeTransfer,
)
from counterfoil.core.effects import Control, Controls
from counterfoil.core.findings import holds
from counterfoil.core.trust import Noted, TrustBook, TrustBooks, in_order, is_trust
from counterfoil.core.trust_bills import TrustBills
from counterfoil.core.trust_findings import half_in_xero
from counterfoil.core.trust_statement import Statement, held_against
from counterfoil.posting.trust_in_xero import Linked, TrustInXero, linked_costs, trust_in_xero

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.effects import Effect


@dataclass(frozen=True, slots=True)
class Entered:
    """The newest revision of a document, with what Xero holds of it.

    ``totals`` maps the parts that are in Xero to Xero's own total, in hundredths; None where that
    is the amount of the part. A part that was posted and has ended in Xero is not in it; it is in
    ``ended``.
    """

    document: Document
    totals: Mapping[str, int | None]
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One control account, in hundredths, debit positive.

    ``opening`` is the part of ``practice`` that stood in Xero before the firm began to post, and
    ``waiting`` the part that was never posted yet. ``xero_ours`` is what the linked objects come to
    now, ``xero_other`` the rest of Xero's balance, None without a connection. On accounts of
    ``trust`` nothing but openings may be others'.
    """

    control: Control
    practice: int
    opening: int
    waiting: int
    xero_ours: int
    xero_other: int | None
    trust: bool = False

    @property
    def difference(self) -> int:
        """What the practice has recorded and Xero has not, or the reverse.

        Documents that wait are part of it; what is left of it without them is a fault. Trust is
        held against the whole of Xero's balance, openings proved and strangers found.
        """
        if self.trust and self.xero_other is not None:
            return self.practice - self.xero_ours - self.xero_other
        return self.practice - self.opening - self.xero_ours

    @property
    def unexplained(self) -> int:
        """The part of the difference that waiting documents do not explain."""
        return self.difference - self.waiting

    @property
    def others_are_openings(self) -> bool:
        """Whether nothing of Xero's balance is left to explain but what stood there before."""
        return self.xero_other is None or self.xero_other == self.opening


@dataclass(frozen=True, slots=True)
class TrustRow:
    """One trust account three ways: cash book, matter ledgers, bank statement.

    ``xero`` is Xero's balance of its bank; ``statement`` is None where none was recorded.
    """

    trust_account: str
    book: TrustBook
    statement: Statement | None
    xero: int | None

    @property
    def statement_difference(self) -> int:
        """Adjusted statement less cash book."""
        return 0 if self.statement is None else self.statement.adjusted - self.book.cash_book

    @property
    def difference(self) -> int:
        """What the books are off by, otherwise the statement; anything but nil is a fault."""
        return self.book.difference or self.statement_difference


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole of it, as of the end of a day; ``waiting`` are the documents not in Xero yet.

    ``noted`` are the trust books' findings, and trust events of which Xero has a part only.
    ``in_xero`` is None without a connection, and where trust is not posted.
    """

    as_of: dt.date
    controls: tuple[ControlRow, ...]
    trust: tuple[TrustRow, ...]
    waiting: tuple[Key, ...]
    noted: tuple[Noted, ...] = ()
    in_xero: TrustInXero | None = None


def agrees(found: Reconciliation) -> bool:
    """Tell whether everything is explained; documents that only wait to be sent are."""
    return not (
        any(row.unexplained for row in found.controls)
        or any(row.difference for row in found.trust)
        or holds(noted.finding for noted in found.noted)
        or (found.in_xero is not None and not found.in_xero.proved)
    )


def reconcile(
    entered: Iterable[Entered],
    controls: Controls,
    balances: Mapping[str, int] | None,
    *,
    as_of: dt.date,
) -> Reconciliation:
    """Sum up documents dated on or before ``as_of``, once through.

    ``balances`` are Xero's at that date by AccountID, debit positive; None without a connection.
    Trust documents are kept and entered in the order of their dates, because their sums must hold
    after each of them.
    """
    sums = _summed(entered, controls, as_of)
    trust = TrustBooks()
    for document in in_order(sums.trust):
        trust.enter(document)
    books = {code: trust.books.get(code, TrustBook()) for code in controls.trust_banks}
    rows = tuple(
        TrustRow(
            code,
            book,
            held_against(book.entries, sums.statements[code]),
            _balance(controls.trust_banks.get(code), balances),
        )
        for code, book in {**books, **trust.books}.items()
    )
    proved = None
    if balances is not None and controls.posts_trust and controls.trust_banks:
        proved = trust_in_xero(controls, sums.linked, balances)
    return Reconciliation(
        as_of,
        _control_rows(sums, controls, balances),
        rows,
        tuple(sums.documents),
        (*trust.noted, *sums.bills.noted(), *sums.noted),
        proved,
    )


def _summed(entered: Iterable[Entered], controls: Controls, as_of: dt.date) -> _Sums:
    sums = _Sums(controls)
    for one in entered:
        if one.document.date <= as_of:
            sums.add(one)
    sums.finish()
    return sums


@dataclass
class _Sums:
    """The practice's documents by control account: all, those that wait, and those in Xero."""

    controls: Controls
    practice: Counter[Control] = field(default_factory=Counter)
    opening: Counter[Control] = field(default_factory=Counter)
    waiting: Counter[Control] = field(default_factory=Counter)
    ours: Counter[Control] = field(default_factory=Counter)
    documents: dict[Key, None] = field(default_factory=dict)
    trust: list[Document] = field(default_factory=list)
    statements: dict[str, list[BankStatement]] = field(default_factory=lambda: defaultdict(list))
    linked: dict[str, Linked] = field(default_factory=lambda: defaultdict(Linked))
    noted: list[Noted] = field(default_factory=list)
    bills: TrustBills = field(default_factory=TrustBills)
    _payments: dict[Key, TrustBillPayment] = field(default_factory=dict)
    _rates: dict[Key, Decimal | None] = field(default_factory=dict)
    _late: list[Entered] = field(default_factory=list)

    def add(self, one: Entered) -> None:
        document = one.document
        self.bills.enter(document)
        if is_trust(document):
            self.trust.append(document)
            linked_costs(document, one.totals, self.linked)
        if isinstance(document, TrustBillPayment):
            self._payments[document.key] = document
        if isinstance(document, BankStatement) and document.trust_account is not None:
            self.statements[document.trust_account].append(document)
        if isinstance(document, Billing | SupplierBilling):
            self._rates[document.key] = _rate(document)
        effects = tuple(self.controls.effects(document, self._payments))
        if self._is_early(document, effects):
            self._late.append(one)
        else:
            self._add(one, effects)

    def _is_early(self, document: Document, effects: Iterable[Effect]) -> bool:
        """Whether it rests on a payment, or on a bill's rate, that may come after it."""
        if isinstance(document, TrustOfficeTransfer) and not self.controls.posts_trust:
            return True
        return any(effect.of is not None and effect.of not in self._rates for effect in effects)

    def finish(self) -> None:
        """Add what had to wait until every payment and every bill was known."""
        for one in self._late:
            self._add(one, self.controls.effects(one.document, self._payments))

    def _add(self, one: Entered, effects: Iterable[Effect]) -> None:
        parts: set[str] = set()
        for effect in effects:
            parts.add(effect.part)
            rate = self._rates.get(effect.of) if effect.of else _rate(one.document)
            amount = _in_base(effect.amount, rate)
            self.practice[effect.control] += amount
            if effect.part in one.totals:
                there = _as_in_xero(effect.amount, one.totals[effect.part])
                self.ours[effect.control] += _in_base(there, rate)
            elif isinstance(one.document, OPENINGS):
                self.opening[effect.control] += amount
            elif effect.part not in one.ended:
                self.waiting[effect.control] += amount
                self.documents[one.document.key] = None
        absent = parts - one.totals.keys()
        if is_trust(one.document) and absent and absent != parts:
            self.noted.append(Noted(one.document.key, half_in_xero(sorted(absent))))


OPENINGS = (OpeningBill, OpeningSupplierBill, OpeningCredit, OpeningTrust)
"""What stood in Xero before, entered there by somebody else."""


def _control_rows(
    sums: _Sums, controls: Controls, balances: Mapping[str, int] | None
) -> tuple[ControlRow, ...]:
    return tuple(
        ControlRow(
            control,
            sums.practice[control],
            sums.opening[control],
            sums.waiting[control],
            sums.ours[control],
            _other(control, sums.ours, balances),
            controls.of_trust(control),
        )
        for control in dict.fromkeys((*controls.all(), *sums.practice))
    )


def _rate(document: Document) -> Decimal | None:
    """Return what one of the document's currency is worth; None in the base currency."""
    return None if document.currency is None else document.exchange_rate


def _in_base(amount: int, rate: Decimal | None) -> int:
    """Return an amount in the base currency, in hundredths, halves away from nil.

    A payment takes from what is owed at the bill's rate. What it gains or loses because the rate
    has moved stands on Xero's own accounts and is not told here.
    """
    return amount if rate is None else int((amount * rate).to_integral_value(ROUND_HALF_UP))


def _as_in_xero(amount: int, total: int | None) -> int:
    if total is None:
        return amount
    return -abs(total) if amount < 0 else abs(total)


def _other(
    control: Control, ours: Counter[Control], balances: Mapping[str, int] | None
) -> int | None:
    balance = _balance(control, balances)
    return None if balance is None else balance - _ours_of_account(control, ours)


def _ours_of_account(control: Control, ours: Counter[Control]) -> int:
    """Return what is ours on an account that several controls may share."""
    return sum(n for other, n in ours.items() if other.account == control.account)


def _balance(control: Control | None, balances: Mapping[str, int] | None) -> int | None:
    if balances is None or control is None or control.account is None:
        return None
    return balances.get(control.account.account_id, 0)
