"""The double entry under everything: append-only, balanced in every entry.

An entry is never changed. What was posted and no longer holds (an edited, voided or deleted
document) gets an equal and opposite entry of the same date, as Xero's own journals do. Reports
are sums of this ledger and of nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable


class Entry(Struct, frozen=True, gc=False):
    """One balanced entry; ``lines`` pairs account ids with cents, debits positive."""

    number: int
    date: int
    source_type: str
    source_id: str
    reference: str
    lines: tuple[tuple[str, int], ...]


class LedgerError(AssertionError):
    """The sandbox itself tried to post an entry that does not balance."""


class Ledger:
    """All entries of an organisation, with each account's movements by day kept beside them."""

    __slots__ = ("_credits", "_debits", "entries")

    def __init__(self) -> None:
        """Start empty."""
        self.entries: list[Entry] = []
        self._debits: dict[str, dict[int, int]] = {}
        self._credits: dict[str, dict[int, int]] = {}

    def post(
        self,
        date: int,
        source: tuple[str, str, str],
        lines: Iterable[tuple[str, int]],
        *,
        apart: bool = False,
    ) -> int:
        """Append an entry and return its index; ``source`` is (type, id, reference).

        Lines on one account are summed, unless they are to stay ``apart`` as a journal's do, and
        nil lines left out. Raises ``LedgerError`` when debits and credits differ: that is a fault
        of the sandbox, never of a request.
        """
        listed = list(lines) if apart else list(_summed(lines).items())
        if sum(amount for _, amount in listed):
            raise LedgerError(source)
        kept = tuple(line for line in listed if line[1])
        for account_id, amount in kept:
            self._add(date, account_id, amount, debit=amount > 0)
        self.entries.append(Entry(len(self.entries) + 1, date, *source, kept))
        return len(self.entries) - 1

    def reverse(self, index: int) -> None:
        """Append the opposite of entry ``index``, on the same date; -1 stands for no entry.

        It comes off the side that the entry stood on, so that money which was never received
        does not count as received and spent.
        """
        if index < 0:
            return
        entry = self.entries[index]
        opposite = tuple((account_id, -amount) for account_id, amount in entry.lines)
        for account_id, amount in opposite:
            self._add(entry.date, account_id, amount, debit=amount < 0)
        source = (entry.source_type, entry.source_id, entry.reference)
        self.entries.append(Entry(len(self.entries) + 1, entry.date, *source, opposite))

    def _add(self, date: int, account_id: str, amount: int, *, debit: bool) -> None:
        days = (self._debits if debit else self._credits).setdefault(account_id, {})
        days[date] = days.get(date, 0) + amount

    def movement(self, account_id: str, first: int, last: int) -> tuple[int, int]:
        """Return (debits, credits) of an account from ``first`` to ``last`` inclusive, >= 0."""
        debits = self._debits.get(account_id, {})
        credits_ = self._credits.get(account_id, {})
        return (
            sum(amount for day, amount in debits.items() if first <= day <= last),
            -sum(amount for day, amount in credits_.items() if first <= day <= last),
        )

    def balance(self, account_id: str, last: int) -> int:
        """Return an account's balance at the end of day ``last``, debits positive."""
        debits, credits_ = self.movement(account_id, 0, last)
        return debits - credits_

    def used(self, account_id: str) -> bool:
        """Return whether anything was ever posted to the account."""
        return account_id in self._debits or account_id in self._credits

    def out_of_balance(self) -> int:
        """Return the sum of everything posted, which must be nil."""
        return sum(amount for entry in self.entries for _, amount in entry.lines)


def _summed(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for account_id, amount in lines:
        sums[account_id] = sums.get(account_id, 0) + amount
    return sums
