"""The double entry under everything: append-only, balanced in every entry.

An entry is never changed. What was posted and no longer holds (an edited, voided or deleted
document) gets an equal and opposite entry of the same date, as Xero's own journals do. Reports
are sums of this ledger and of nothing else.

It is read on two bases. On accruals an invoice counts from its date. On cash it does not count
at all; instead each settlement of it gets an entry beside the journals that recognises as much
of the invoice's own accounts as was settled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

if TYPE_CHECKING:
    from collections.abc import Iterable


class Entry(Struct, frozen=True, gc=False):
    """One balanced entry; ``lines`` pairs account ids with cents, debits positive.

    ``accrual_only`` says that the entry does not count on cash basis, ``made`` when it was
    written, in milliseconds since 1970 UTC.
    """

    number: int
    date: int
    source_type: str
    source_id: str
    reference: str
    lines: tuple[tuple[str, int], ...]
    accrual_only: bool = False
    made: int = 0


class LedgerError(AssertionError):
    """The sandbox itself tried to post an entry that does not balance."""


class Movements:
    """Each account's debits and credits by day, in cents."""

    __slots__ = ("_credits", "_debits")

    def __init__(self) -> None:
        """Start empty."""
        self._debits: dict[str, dict[int, int]] = {}
        self._credits: dict[str, dict[int, int]] = {}

    def add(self, date: int, account_id: str, amount: int, *, debit: bool) -> None:
        """Add ``amount`` (debits positive) to the debit or the credit side of a day."""
        days = (self._debits if debit else self._credits).setdefault(account_id, {})
        days[date] = days.get(date, 0) + amount

    def between(self, account_id: str, first: int, last: int) -> tuple[int, int]:
        """Return (debits, credits) of an account from ``first`` to ``last`` inclusive, >= 0."""
        debits = self._debits.get(account_id, {})
        credits_ = self._credits.get(account_id, {})
        return (
            sum(amount for day, amount in debits.items() if first <= day <= last),
            -sum(amount for day, amount in credits_.items() if first <= day <= last),
        )

    def has(self, account_id: str) -> bool:
        """Return whether the account ever moved."""
        return account_id in self._debits or account_id in self._credits


class Ledger:
    """All entries of an organisation, with each account's movements by day kept beside them.

    ``entries`` are the journals, numbered from 1 without gaps; ``recognitions`` count on cash
    basis only and are no journals.
    """

    __slots__ = ("_accrual", "_cash", "entries", "now", "recognitions")

    def __init__(self) -> None:
        """Start empty; every visit tells the ledger its ``now``, which its entries then bear."""
        self.now = 0
        self.entries: list[Entry] = []
        self.recognitions: list[Entry] = []
        self._accrual = Movements()
        self._cash = Movements()

    def post(
        self,
        date: int,
        source: tuple[str, str, str],
        lines: Iterable[tuple[str, int]],
        *,
        apart: bool = False,
        accrual_only: bool = False,
    ) -> int:
        """Append a journal and return its index; ``source`` is (type, id, reference).

        Lines on one account are summed, unless they are to stay ``apart`` as a manual journal's
        do, and nil lines left out. Raises ``LedgerError`` when debits and credits differ: that is
        a fault of the sandbox, never of a request.
        """
        kept = _balanced(source, list(lines) if apart else _summed(lines))
        number = len(self.entries) + 1
        self.entries.append(Entry(number, date, *source, kept, accrual_only, self.now))
        self._count(self._accrual, date, kept, mirrored=False)
        if not accrual_only:
            self._count(self._cash, date, kept, mirrored=False)
        return len(self.entries) - 1

    # Not verified, see reversals.
    def reverse(self, index: int) -> None:
        """Append the opposite of journal ``index``, on the same date; -1 stands for no entry.

        It comes off the side that the entry stood on, so that money which was never received
        does not count as received and spent.
        """
        if index < 0:
            return
        entry = self.entries[index]
        opposite = structs.replace(_opposite(entry, len(self.entries) + 1), made=self.now)
        self.entries.append(opposite)
        self._count(self._accrual, entry.date, opposite.lines, mirrored=True)
        if not entry.accrual_only:
            self._count(self._cash, entry.date, opposite.lines, mirrored=True)

    def recognise(
        self, date: int, source: tuple[str, str, str], lines: Iterable[tuple[str, int]]
    ) -> int:
        """Append an entry that counts on cash basis only, and return its index."""
        kept = _balanced(source, _summed(lines))
        self.recognitions.append(Entry(len(self.recognitions) + 1, date, *source, kept))
        self._count(self._cash, date, kept, mirrored=False)
        return len(self.recognitions) - 1

    def unrecognise(self, index: int) -> None:
        """Append the opposite of recognition ``index``."""
        entry = self.recognitions[index]
        opposite = _opposite(entry, len(self.recognitions) + 1)
        self.recognitions.append(opposite)
        self._count(self._cash, entry.date, opposite.lines, mirrored=True)

    @staticmethod
    def _count(
        movements: Movements, date: int, lines: tuple[tuple[str, int], ...], *, mirrored: bool
    ) -> None:
        for account_id, amount in lines:
            movements.add(date, account_id, amount, debit=(amount > 0) is not mirrored)

    def movement(
        self, account_id: str, first: int, last: int, *, cash: bool = False
    ) -> tuple[int, int]:
        """Return (debits, credits) of an account from ``first`` to ``last`` inclusive, >= 0."""
        return (self._cash if cash else self._accrual).between(account_id, first, last)

    def balance(self, account_id: str, last: int, *, cash: bool = False) -> int:
        """Return an account's balance at the end of day ``last``, debits positive."""
        debits, credits_ = self.movement(account_id, 0, last, cash=cash)
        return debits - credits_

    def used(self, account_id: str) -> bool:
        """Return whether anything was ever posted to the account."""
        return self._accrual.has(account_id)

    def out_of_balance(self) -> int:
        """Return the sum of everything posted on either basis, which must be nil."""
        return sum(
            amount
            for entries in (self.entries, self.recognitions)
            for entry in entries
            for _, amount in entry.lines
        )


def _balanced(
    source: tuple[str, str, str], lines: list[tuple[str, int]]
) -> tuple[tuple[str, int], ...]:
    if sum(amount for _, amount in lines):
        raise LedgerError(source)
    return tuple(line for line in lines if line[1])


def _opposite(entry: Entry, number: int) -> Entry:
    lines = tuple((account_id, -amount) for account_id, amount in entry.lines)
    return structs.replace(entry, number=number, lines=lines)


def _summed(lines: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for account_id, amount in lines:
        sums[account_id] = sums.get(account_id, 0) + amount
    return list(sums.items())
