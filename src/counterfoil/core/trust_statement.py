"""The bank's statements held against a trust account's cash book: the third leg.

The statement's balance, adjusted by what the cash book has and the bank has not yet, must be the
cash book (rule T3, facts: trust accounting, section 3.2). It is told anew for each month's end, and
what one month's end says stays what it is when later months come.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from counterfoil.core.money import amount_text
from counterfoil.core.trust_bank_words import Misread, Returned, misread, returned
from counterfoil.core.trust_deadlines import month_ends
from counterfoil.core.trust_matching import STALE, WEEK, Matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.documents import BankStatement, StatementLine
    from counterfoil.core.trust import CashEntry


@dataclass(frozen=True, slots=True)
class Statement:
    """What the bank says at the end of ``as_of``, in hundredths, and what the sides do not share.

    ``date`` is the last day up to which a statement reaches, ``cash_book`` the books' balance.
    ``outstanding`` are entries of the cash book that the bank has not shown; ``unrecorded`` are the
    bank's lines that the cash book lacks, without those ``returned`` by the bank itself.
    ``not_undone`` are reversals of what the bank has shown and never took back. ``gap`` is what the
    books had more than the bank when the first statement began, on ``begins``, as far as nothing
    explains it, ``prior`` what was entered before and may be a part of it. ``contradictions`` say
    in words where the statements do not make one record.
    """

    as_of: dt.date
    begins: dt.date
    date: dt.date
    closing_balance: int
    cash_book: int
    outstanding: tuple[CashEntry, ...]
    unrecorded: tuple[StatementLine, ...]
    misread: tuple[Misread, ...] = ()
    returned: tuple[Returned, ...] = ()
    not_undone: tuple[CashEntry, ...] = ()
    gap: int = 0
    prior: tuple[CashEntry, ...] = ()
    contradictions: tuple[str, ...] = ()

    @property
    def adjusted(self) -> int:
        """The statement's balance as it would be with everything outstanding on it."""
        return self.closing_balance + sum(entry.amount for entry in self.outstanding)

    @property
    def difference(self) -> int:
        """What the adjusted statement is more than the cash book."""
        return self.adjusted - self.cash_book

    @property
    def proves(self) -> bool:
        """Whether the bank and the cash book agree, as far as the statement reaches."""
        return not (self.difference or self.gap or self.unrecorded or self.contradictions)

    @property
    def overdue(self) -> tuple[CashEntry, ...]:
        """What is outstanding and should long be on the bank: missing money is here."""
        return tuple(
            entry
            for entry in self.outstanding
            if entry.date < self.date - (WEEK if entry.amount > 0 else STALE)
        )

    @property
    def reaches(self) -> bool:
        """Whether it reaches the day for which it is asked."""
        return self.date == self.as_of


def held_against(
    entries: Sequence[CashEntry],
    statements: Iterable[BankStatement],
    openings: Iterable[CashEntry] = (),
    as_of: dt.date = dt.date.max,
) -> Statement | None:
    """Hold the statements against the cash book as of a day; None where none begins by then.

    ``openings`` are what the cash book began with. Nothing dated after ``as_of`` has a part; of a
    statement that goes on after it the lines up to that day count. By default ``as_of`` is the last
    day that has anything.
    """
    return next(iter(reversed(month_by_month(entries, statements, openings, as_of))), None)


def month_by_month(
    entries: Sequence[CashEntry],
    statements: Iterable[BankStatement],
    openings: Iterable[CashEntry] = (),
    as_of: dt.date = dt.date.max,
) -> list[Statement]:
    """Return how the bank stands at each month's end that a statement covers, and as of a day."""
    ordered = sorted(statements, key=lambda statement: (statement.from_, statement.date))
    ordered = [statement for statement in ordered if statement.from_ <= as_of]
    if not ordered:
        return []
    if as_of == dt.date.max:
        as_of = max(_last(ordered).date, *(entry.date for entry in entries), dt.date.min)
    account = _Account(entries, ordered, tuple(openings))
    ends = month_ends(ordered[0].from_, as_of - dt.timedelta(days=1))
    covered = (end for end in ends if any(one.from_ <= end <= one.date for one in ordered))
    return [account.at(day) for day in (*covered, as_of)]


def _last(statements: Iterable[BankStatement]) -> BankStatement:
    return max(statements, key=lambda one: (one.date, one.from_))


class _Account:
    """One account on the way from month's end to month's end."""

    def __init__(
        self,
        entries: Sequence[CashEntry],
        statements: Sequence[BankStatement],
        openings: Sequence[CashEntry],
    ) -> None:
        self._statements = statements
        self._begins = statements[0].from_
        self._entries = sorted(entries, key=lambda entry: entry.date)
        lines = (line for statement in statements for line in statement.lines)
        self._lines = sorted(lines, key=lambda line: line.date)
        self._openings = openings
        self._entered = self._read = 0
        self._opened = sum(entry.amount for entry in openings if entry.date <= self._begins)
        self._moved = 0
        self._matching = Matching()
        self._start()

    def _start(self) -> None:
        """Tell which entries before the first statement were outstanding when it began.

        Those of the day on which the books began are recorded as such (docs/trust.md). Where the
        bank began with what the books began with, it had none of what was entered in between.
        """
        before = [n for n, entry in enumerate(self._entries) if entry.date < self._begins]
        self._entered = len(before)
        self._moved = sum(self._entries[n].amount for n in before)
        apart = self._opened + self._moved - self._statements[0].opening_balance
        if not apart:
            self._matching.know(self._at(before))
            return
        known = before
        if apart != self._moved or any(self._long_ago(n) for n in before):
            began = max((one.date for one in self._openings), default=dt.date.min)
            known = [n for n in before if self._entries[n].date <= began < self._begins]
        self._matching.enter(self._at(known))
        self._matching.enter(self._at(n for n in before if n not in set(known)), prior=True)
        self._matching.gap = apart - sum(self._entries[n].amount for n in known)

    def _long_ago(self, place: int) -> bool:
        """Whether an entry is a receipt that cannot have been on its way to the bank for so long.

        A cheque may lie for months; a receipt is on the bank within the week.
        """
        entry = self._entries[place]
        return entry.amount > 0 and entry.date < self._begins - WEEK

    def _at(self, places: Iterable[int]) -> Iterator[tuple[int, CashEntry]]:
        return ((n, self._entries[n]) for n in places)

    def at(self, day: dt.date) -> Statement:
        """Go on to the end of a day and return how things stand then."""
        fresh = self._entered
        while self._entered < len(self._entries) and self._entries[self._entered].date <= day:
            self._moved += self._entries[self._entered].amount
            self._entered += 1
        self._matching.enter(self._at(range(fresh, self._entered)))
        read = self._read
        while self._read < len(self._lines) and self._lines[self._read].date <= day:
            self._read += 1
        reached = [one for one in self._statements if one.from_ <= day]
        last = min(_last(reached).date, day)
        self._matching.match(self._lines[read : self._read], last)
        return self._standing(day, reached, _outstanding(self._matching, last))

    def _standing(self, day: dt.date, reached: Sequence[BankStatement], left: _Left) -> Statement:
        matching = self._matching
        lines, slips = misread(matching.lines, left.waiting)
        lines, back = returned(lines)
        last = _last(reached)
        closing = last.closing_balance
        if last.date > day:
            shown = sum(line.amount for line in last.lines if line.date <= day)
            closing = last.opening_balance + shown
        later = (one.amount for one in self._openings if self._begins < one.date <= day)
        slipped = {slip.entry for slip in slips}
        return Statement(
            day,
            self._begins,
            min(last.date, day),
            closing,
            self._opened + self._moved + sum(later),
            tuple(entry for entry in left.waiting if entry not in slipped),
            tuple(lines),
            tuple(slips),
            tuple(back),
            left.not_undone,
            left.gap,
            tuple(matching.prior.values()) if left.gap else (),
            tuple(_contradictions(reached)),
        )


@dataclass(frozen=True, slots=True)
class _Left:
    """What the bank has not shown yet, what it will never show, and what is left of the gap."""

    waiting: tuple[CashEntry, ...]
    not_undone: tuple[CashEntry, ...]
    gap: int


def _outstanding(matching: Matching, day: dt.date) -> _Left:
    """Tell what is truly on its way to the bank, whose statements reach to the end of ``day``.

    A cancelled cheque and its reversal are not: they stand against each other. The reversal of what
    the bank has shown is for a week; then the bank should have given the money back, unless the
    same movement was entered anew: the bank's line was that one's.
    """
    waiting, gap = dict(matching.waiting), matching.gap
    for original, reversal in matching.pairs().items():
        del waiting[original], waiting[reversal]
    cancelled = matching.cancelled_before()
    for original, reversal in cancelled.items():
        gap -= matching.prior[original].amount
        del waiting[reversal]
    never: list[CashEntry] = []
    for place in matching.undoing():
        if place not in waiting:
            continue
        undone = waiting[place]
        anew = _entered_anew(waiting, undone)
        if anew is not None:
            del waiting[place], waiting[anew]
        elif undone.date < day - WEEK:
            never.append(waiting.pop(place))
    return _Left(tuple(waiting.values()), tuple(never), gap)


def _entered_anew(waiting: dict[int, CashEntry], undone: CashEntry) -> int | None:
    """Return the place of the movement that stands for one that was taken back."""
    for place, entry in waiting.items():
        near = abs(entry.date - undone.date) <= WEEK
        if entry.amount == -undone.amount and entry.of != undone.of and near:
            return place
    return None


def _contradictions(ordered: Sequence[BankStatement]) -> Iterator[str]:
    """Say which statements cover the same days, or do not go on where the one before ended."""
    for one, later in pairwise(ordered):
        if later.from_ <= one.date:
            yield (
                f"The statements {one.id} ({one.from_} to {one.date}) and {later.id} "
                f"({later.from_} to {later.date}) cover the same days: their lines count twice. "
                f"Replace one of them by the days that are missing."
            )
        elif later.opening_balance != one.closing_balance:
            yield (
                f"The statement up to {one.date} ends at {amount_text(one.closing_balance)} and "
                f"the next one, from {later.from_}, begins at {amount_text(later.opening_balance)}."
                f" A statement between the two may be missing."
            )
