"""Both sides held against each other: the practice's documents, ours in Xero, others in Xero."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.effects import Control, Controls
from counterfoil.core.trust import TrustBook, TrustBooks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from counterfoil.core.documents import Document, Key


@dataclass(frozen=True, slots=True)
class Entered:
    """A document with what Xero holds of it.

    ``totals`` maps the parts that are in Xero to Xero's own total, in hundredths; None where the
    resource has no total of its own.
    """

    document: Document
    totals: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One control account, in hundredths, debit positive.

    ``waiting`` is the part of ``practice`` that is not in Xero yet, as the outbox knows.
    ``xero_ours`` is told by links, ``xero_other`` is the rest of Xero's balance, None without a
    connection.
    """

    control: Control
    practice: int
    waiting: int
    xero_ours: int
    xero_other: int | None

    @property
    def difference(self) -> int:
        """What neither waiting documents nor linked ones explain; anything but nil is a fault."""
        return self.practice - self.waiting - self.xero_ours


@dataclass(frozen=True, slots=True)
class TrustRow:
    """One trust account: cash book against matter ledgers, and Xero's balance of its bank."""

    trust_account: str
    book: TrustBook
    xero: int | None

    @property
    def difference(self) -> int:
        """Cash book less ledgers; anything but nil is a fault."""
        return self.book.cash_book - self.book.ledgers_total


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole of it, as of the end of a day; ``waiting`` are the documents not in Xero yet."""

    as_of: dt.date
    controls: tuple[ControlRow, ...]
    trust: tuple[TrustRow, ...]
    waiting: tuple[Key, ...]


def reconcile(
    entered: Iterable[Entered],
    controls: Controls,
    balances: Mapping[str, int] | None,
    *,
    as_of: dt.date,
) -> Reconciliation:
    """Sum up documents dated on or before ``as_of``, once through.

    ``balances`` are Xero's at that date by AccountID, debit positive; None without a connection.
    """
    sums = _Sums()
    trust = TrustBooks()
    for one in entered:
        if one.document.date <= as_of:
            trust.enter(one.document)
            sums.add(one, controls)
    rows = tuple(
        ControlRow(
            control,
            sums.practice[control],
            sums.waiting[control],
            sums.ours[control],
            _other(control, sums.ours, balances),
        )
        for control in dict.fromkeys((*controls.all(), *sums.practice))
    )
    books = {code: trust.books.get(code, TrustBook()) for code in controls.trust_banks}
    return Reconciliation(
        as_of,
        rows,
        tuple(
            TrustRow(code, book, _balance(controls.trust_banks.get(code), balances))
            for code, book in {**books, **trust.books}.items()
        ),
        tuple(sums.documents),
    )


class _Sums:
    """The practice's documents by control account: all, those that wait, and those in Xero."""

    def __init__(self) -> None:
        self.practice: Counter[Control] = Counter()
        self.waiting: Counter[Control] = Counter()
        self.ours: Counter[Control] = Counter()
        self.documents: dict[Key, None] = {}

    def add(self, one: Entered, controls: Controls) -> None:
        for effect in controls.effects(one.document):
            self.practice[effect.control] += effect.amount
            if effect.part in one.totals:
                self.ours[effect.control] += _as_in_xero(effect.amount, one.totals[effect.part])
            else:
                self.waiting[effect.control] += effect.amount
                self.documents[one.document.key] = None


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
