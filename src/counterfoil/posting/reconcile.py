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

    from counterfoil.core.documents import Document


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

    ``xero_ours`` is told by links, ``xero_other`` is the rest of Xero's balance, None without a
    connection. ``difference`` is practice less ours.
    """

    control: Control
    practice: int
    xero_ours: int
    xero_other: int | None

    @property
    def difference(self) -> int:
        """What the practice has and Xero has not of our documents."""
        return self.practice - self.xero_ours


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
    """The whole of it, as of the end of a day."""

    as_of: dt.date
    controls: tuple[ControlRow, ...]
    trust: tuple[TrustRow, ...]


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
    practice: Counter[Control] = Counter()
    ours: Counter[Control] = Counter()
    trust = TrustBooks()
    for one in entered:
        if one.document.date <= as_of:
            trust.enter(one.document)
            _add(one, controls, practice, ours)
    rows = tuple(
        ControlRow(control, practice[control], ours[control], _other(control, ours, balances))
        for control in dict.fromkeys((*controls.all(), *practice))
    )
    books = {code: trust.books.get(code, TrustBook()) for code in controls.trust_banks}
    return Reconciliation(
        as_of,
        rows,
        tuple(
            TrustRow(code, book, _balance(controls.trust_banks.get(code), balances))
            for code, book in {**books, **trust.books}.items()
        ),
    )


def _add(
    one: Entered, controls: Controls, practice: Counter[Control], ours: Counter[Control]
) -> None:
    for effect in controls.effects(one.document):
        practice[effect.control] += effect.amount
        if effect.part in one.totals:
            total = one.totals[effect.part]
            sign = -1 if effect.amount < 0 else 1
            ours[effect.control] += effect.amount if total is None else sign * abs(total)


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
