"""Rules of trust accounting that judge a whole: numbers (T6), months (T3), dormant money (T15).

Facts: trust accounting, section 3.2.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import (
    BankStatement,
    Key,
    TrustDocument,
    TrustNumberCancelled,
    TrustReceipt,
)
from counterfoil.core.findings import Finding, note, warning
from counterfoil.core.money import amount_text
from counterfoil.core.trust import LedgerKey, Noted
from counterfoil.core.trust_deadlines import due_on, month_ends

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.documents import Document
    from counterfoil.core.jurisdictions import Jurisdiction
    from counterfoil.core.trust_event import Event

MOST_MISSING: Final = 20
"""Missing numbers that one finding names."""
_NUMBER = re.compile(r"^(.*?)(\d+)$", re.DOTALL)


class _Numbered(NamedTuple):
    document: TrustReceipt | TrustNumberCancelled

    @property
    def key(self) -> Key:
        return self.document.key

    @property
    def date(self) -> dt.date:
        return self.document.date

    @property
    def text(self) -> str:
        return self.document.number


class Numbers:
    """T6: receipts are numbered in sequence without a gap, and in the order of their dates."""

    def __init__(self) -> None:
        """Start with no number."""
        self._series: dict[tuple[str, str], dict[int, _Numbered]] = defaultdict(dict)
        self._places: dict[str, Jurisdiction] = {}

    def enter(self, event: Event) -> None:
        """Remember a receipt's number, or one that was cancelled."""
        document = event.document
        cancelled = isinstance(document, TrustNumberCancelled) and document.series == "receipt"
        if not event.place.consecutive_receipts or not (
            cancelled or isinstance(document, TrustReceipt)
        ):
            return
        assert isinstance(document, TrustReceipt | TrustNumberCancelled)
        found = _NUMBER.match(document.number)
        if found:
            series = self._series[event.trust_account, found[1]]
            numbered = _Numbered(document)
            series.setdefault(int(found[2]), numbered)
            self._places[event.trust_account] = event.place

    def close(self, as_of: dt.date) -> Iterator[Noted]:
        """Look for gaps, and for numbers that run against the dates."""
        for (account, prefix), series in self._series.items():
            place = self._places[account]
            chosen = sorted((n, one) for n, one in series.items() if one.date <= as_of)
            for (n, one), (m, next_one) in itertools.pairwise(chosen):
                if m > n + 1:
                    yield Noted(next_one.key, _gap(prefix, range(n + 1, m), next_one.text, place))
                if next_one.date < one.date:
                    yield Noted(next_one.key, _out_of_order(one, next_one, place))


def _gap(prefix: str, missing: range, text: str, place: Jurisdiction) -> Finding:
    width = len(text) - len(prefix)
    names = [f"{prefix}{number:0{width}d}" for number in missing[:MOST_MISSING]]
    more = f" and {len(missing) - MOST_MISSING:,} more" if len(missing) > MOST_MISSING else ""
    are = "is" if len(missing) == 1 else "are"
    return warning(
        "receipt_number_missing",
        f"Before {text}, {', '.join(names)}{more} {are} missing ({place.cite('T6')}).",
        "Record the receipt that is missing, or its number as cancelled with the reason.",
        "number",
    )


def _out_of_order(one: _Numbered, later: _Numbered, place: Jurisdiction) -> Finding:
    return warning(
        "receipt_number_out_of_order",
        f"{later.text} is dated {later.date}, before {one.text} of {one.date} "
        f"({place.cite('T6')}).",
        "Check both dates against the receipts.",
        "date",
    )


class Months:
    """T3: each month of an account with money in it is reconciled with the bank in time.

    Money is in it where some moved in the month, or lay there at its end.
    """

    def __init__(self) -> None:
        """Start with no account."""
        self._moved: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
        self._first: dict[str, dt.date] = {}
        self._last: dict[str, dict[tuple[int, int], Document]] = defaultdict(dict)
        self._covered: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        self._places: dict[str, Jurisdiction] = {}

    def enter(self, event: Event) -> None:
        """Remember in which months money moved, and what statements cover."""
        document, account = event.document, event.trust_account
        month = document.date.year, document.date.month
        for move in event.moves:
            self._moved[move.trust_account][month] += move.cash + move.deposit
        if isinstance(document, BankStatement):
            self._covered[account].append((document.from_, document.date))
        elif isinstance(document, TrustDocument):
            first = self._first.setdefault(account, document.date)
            if document.date < first:
                self._first[account] = document.date
            self._last[account][month] = document
            self._places[account] = event.place

    def close(self, as_of: dt.date) -> Iterator[Noted]:
        """Name the months that are overdue, on the newest document before their end."""
        for account, first in self._first.items():
            place, last, moved = self._places[account], None, self._moved[account]
            held = sum(n for month, n in moved.items() if month < (first.year, first.month))
            for end in month_ends(first, as_of):
                month = end.year, end.month
                last, held = self._last[account].get(month, last), held + moved.get(month, 0)
                if not held and month not in moved:
                    continue
                due = due_on(end, place.due)
                covered = any(begin <= end <= until for begin, until in self._covered[account])
                if last is not None and due < as_of and not covered:
                    yield Noted(last.key, _overdue(account, end, due, place))


def _overdue(account: str, end: dt.date, due: dt.date, place: Jurisdiction) -> Finding:
    return warning(
        "reconciliation_overdue",
        f"{account} has no bank statement that reaches {end}; the reconciliation of that month was "
        f"due on {due} ({place.cite('T3')}).",
        "Record the bank's statement, and reconcile the month.",
        "",
        f"trust_account:{account}",
    )


class _Held(NamedTuple):
    balance: int
    date: dt.date
    last: Document
    number: str


class Dormant:
    """T15: money that nothing has moved for a long time."""

    def __init__(self, days: int) -> None:
        """Start with no ledger; ``days`` without a movement are many."""
        self._days = days
        self._ledgers: dict[tuple[str, LedgerKey], _Held] = {}

    def enter(self, event: Event) -> None:
        """Remember balances and when they last moved."""
        document = event.document
        for move in event.moves:
            for ledger, amount, number, _ in move.ledgers:
                of = move.trust_account, ledger
                held = self._ledgers.get(of)
                date = max(document.date, held.date) if held else document.date
                balance = amount + (held.balance if held else 0)
                self._ledgers[of] = _Held(balance, date, document, number)

    def close(self, as_of: dt.date) -> Iterator[Noted]:
        """Name the balances that have lain still."""
        for (account, _), held in self._ledgers.items():
            days = (as_of - held.date).days
            if held.balance > 0 and days > self._days:
                yield Noted(held.last.key, _dormant(account, held))


def _dormant(account: str, held: _Held) -> Finding:
    return note(
        "trust_balance_dormant",
        f"{amount_text(held.balance)} of matter {held.number} has lain in {account} since "
        f"{held.date} (rule T15).",
        "Ask the client where it should go; what the law does with unclaimed money differs.",
        "",
    )
