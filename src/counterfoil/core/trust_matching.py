"""The bank's lines matched with the entries of a trust account's cash book.

What may be matched decides what a reconciliation hides: an entry made long after the bank's line is
another event, however equal the amounts (facts: trust accounting, section 3.2, rule T3). The lines
are matched a month after the other, so that no later month changes how an earlier one came out.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from counterfoil.core.documents import Key, StatementLine
    from counterfoil.core.trust import CashEntry

WEEK: Final = dt.timedelta(days=7)
"""The five working days within which a movement is recorded (rule T9), and a receipt is banked."""
STALE: Final = dt.timedelta(days=183)
"""For how long a cheque may lie: banks need not pay one that is older than six months (in the
United States UCC 4-404; elsewhere by custom; in Australia by law only after fifteen)."""
WEEKEND: Final = dt.timedelta(days=3)
"""What lies between a Friday, on which something leaves, and the Monday on which banks show it."""
NO_TIME: Final = dt.timedelta()


@dataclass
class Matching:
    """Lines and entries that have found nothing yet, and what is known of the first statement.

    ``waiting`` are entries by their place in the order of dates, ``lines`` the bank's. ``prior``
    are entries before the first statement of which nobody has said that they were outstanding then;
    ``gap`` is what the books had more than the bank at that time, as far as nothing explains it.
    """

    gap: int = 0
    waiting: dict[int, CashEntry] = field(default_factory=dict)
    prior: dict[int, CashEntry] = field(default_factory=dict)
    lines: list[StatementLine] = field(default_factory=list)
    _dates: dict[int, dt.date] = field(default_factory=dict)
    _original: dict[Key, int] = field(default_factory=dict)
    _reversal: dict[int, int] = field(default_factory=dict)
    _undone: dict[int, int] = field(default_factory=dict)

    def enter(self, entries: Iterable[tuple[int, CashEntry]], *, prior: bool = False) -> None:
        """Take entries in, each by its place; ``prior`` ones are taken by sure signs only."""
        for place, entry in entries:
            (self.prior if prior else self.waiting)[place] = entry
            self._dates[place] = entry.date
            if entry.of is None:
                continue
            original = self._original.setdefault(entry.of, place)
            if original != place:
                self._reversal[original] = place
                self._undone[place] = original

    def know(self, entries: Iterable[tuple[int, CashEntry]]) -> None:
        """Note entries that the bank has shown before the first statement."""
        self._original.update((entry.of, n) for n, entry in entries if entry.of is not None)

    def match(self, lines: Iterable[StatementLine], until: dt.date) -> None:
        """Match these lines and those left over with what waits; the surest matches come first.

        A line takes the entry of its amount whose number it mentions; otherwise the oldest that is
        not dated after it, or at most a week after; otherwise movements that went to the bank
        together. What was taken back comes after what was not, and its reversal after itself.
        ``until`` is the day that has been reached.
        """
        self.lines = sorted((*self.lines, *lines), key=lambda line: line.date)
        if not self.lines:
            return
        self._by_number()
        pairs = self.pairs()
        twice = {*pairs, *pairs.values()}
        plain = [n for n in self.waiting if n not in twice and n not in self._undone]
        self._by_amount(plain)
        self._both(pairs)
        self._since_the_start()
        self._by_amount(plain, WEEK)
        self._just_undone(pairs, until)
        self._together([n for n in self.waiting if n not in self._undone])
        self._taken_back()

    def pairs(self) -> dict[int, int]:
        """Return what waits and was taken back, with its reversal, which waits as well."""
        waiting = ((n, self._undone.get(n)) for n in self.waiting)
        return {
            original: reversal
            for reversal, original in waiting
            if original is not None and original in self.waiting
        }

    def undoing(self) -> Iterator[int]:
        """Yield the reversals that wait although the bank has shown what they take back."""
        for place in self.waiting:
            original = self._undone.get(place)
            if original is not None and original not in self.waiting:
                yield place

    def cancelled_before(self) -> dict[int, int]:
        """Return entries before the first statement taken back since, if they are its gap.

        A cheque that never came to the bank was outstanding then, and nothing is since.
        """
        found = {self._undone[n]: n for n in self.undoing() if self._undone[n] in self.prior}
        total = sum(self.prior[n].amount for n in found)
        return found if total == self.gap else {}

    def _by_number(self) -> None:
        """Let each line take the entry of its amount that it names."""
        named: dict[tuple[int, str], deque[int]] = defaultdict(deque)
        for of in (self.waiting, self.prior):
            for place, entry in of.items():
                named[entry.amount, entry.number].append(place)
        left = []
        for line in self.lines:
            queues = (named.get((line.amount, word)) for word in words(line))
            queue = next((queue for queue in queues if queue), None)
            if queue is None:
                left.append(line)
            else:
                self._take(queue.popleft())
        self.lines = left

    def _take(self, place: int) -> None:
        if place in self.prior:
            self.gap -= self.prior.pop(place).amount
        else:
            del self.waiting[place]

    def _by_amount(self, places: Iterable[int], slack: dt.timedelta = NO_TIME) -> None:
        """Let each line take the oldest entry of its amount, dated by ``slack`` after it or before.

        Lines and places are in the order of dates, so that only the oldest has to be looked at.
        """
        left = _Lines(self.lines, {n: self.waiting[n] for n in places if n in self.waiting}, slack)
        for place in left.found:
            del self.waiting[place]
        self.lines = left.others

    def _both(self, pairs: dict[int, int]) -> None:
        """Let what was taken back and its reversal take a line each, if there are both."""
        for original, reversal in pairs.items():
            came = self._line_of(original, frozenset())
            went = None if came is None else self._line_of(reversal, {came})
            if came is not None and went is not None:
                self.lines = [each for n, each in enumerate(self.lines) if n not in {came, went}]
                del self.waiting[original], self.waiting[reversal]

    def _line_of(self, place: int, but: Collection[int]) -> int | None:
        """Return the first line of an entry's amount, from a week before it to two weeks after."""
        entry = self.waiting[place]
        return next(
            (
                n
                for n, line in enumerate(self.lines)
                if line.amount == entry.amount
                and entry.date - WEEK <= line.date <= entry.date + 2 * WEEK
                and n not in but
            ),
            None,
        )

    def _since_the_start(self) -> None:
        """Let lines take entries before the first statement, if these are all that it lacked.

        The amounts of single entries and the statement's opening balance then say the same.
        """
        if not self.gap:
            return
        left = _Lines(self.lines, self.prior, NO_TIME)
        if sum(self.prior[place].amount for place in left.found) == self.gap:
            for place in left.found:
                self._take(place)
            self.lines = left.others

    def _just_undone(self, pairs: dict[int, int], until: dt.date) -> None:
        """Let a line take a receipt that bounced so lately that the bank shows one side only."""
        lately = [
            original
            for original, reversal in pairs.items()
            if original in self.waiting
            and self.waiting[original].amount > 0
            and self._dates[reversal] > until - WEEK
        ]
        self._by_amount(sorted(lately), WEEK)

    def _taken_back(self) -> None:
        """Let lines take the reversals of what the bank has shown."""
        undoing = tuple(self.undoing())
        self._by_amount([n for n in undoing if self._undone[n] not in self.prior], WEEK)

    def _together(self, places: Sequence[int]) -> None:
        """Let each line take movements before it that follow one another.

        Receipts of a week are banked in one deposit; payments of one day leave in one file, which
        the bank shows at once, or after the weekend.
        """
        came = [n for n in places if self.waiting[n].amount > 0]
        went = [n for n in places if self.waiting[n].amount < 0]
        left = []
        for line in self.lines:
            if line.amount > 0:
                days = [self._dated(came, line.date, WEEK)]
            else:
                days = self._by_day(self._dated(went, line.date, WEEKEND))
            runs = (self._run(day, abs(line.amount)) for day in days)
            run = next((run for run in runs if run), ())
            for place in run:
                del self.waiting[place]
            if not run:
                left.append(line)
        self.lines = left

    def _dated(self, places: Sequence[int], day: dt.date, back: dt.timedelta) -> list[int]:
        """Return the places of what is dated up to a day, no longer before it, and still waits."""
        begin = bisect_left(places, day - back, key=self._dates.__getitem__)
        end = bisect_right(places, day, key=self._dates.__getitem__)
        return [n for n in places[begin:end] if n in self.waiting]

    def _by_day(self, places: Iterable[int]) -> list[list[int]]:
        return [list(some) for _, some in groupby(places, key=self._dates.__getitem__)]

    def _run(self, places: Sequence[int], amount: int) -> Sequence[int]:
        """Return the first movements in a row, two or more, that come to ``amount``."""
        begin = total = 0
        for end, place in enumerate(places):
            total += abs(self.waiting[place].amount)
            while total > amount and begin <= end:
                total -= abs(self.waiting[places[begin]].amount)
                begin += 1
            if total == amount and end > begin:
                return places[begin : end + 1]
        return ()


class _Lines:
    """Lines that take the oldest entry of their amount; ``others`` are those that find none."""

    def __init__(
        self,
        lines: Sequence[StatementLine],
        entries: dict[int, CashEntry],
        slack: dt.timedelta,
    ) -> None:
        queues: dict[int, deque[int]] = defaultdict(deque)
        for place, entry in entries.items():
            queues[entry.amount].append(place)
        self.found: list[int] = []
        self.others: list[StatementLine] = []
        for line in lines:
            queue = queues.get(line.amount)
            if queue and entries[queue[0]].date <= line.date + slack:
                self.found.append(queue.popleft())
            else:
                self.others.append(line)


def words(line: StatementLine) -> Iterator[str]:
    """Yield what a line mentions, its reference first."""
    yield from f"{line.reference or ''} {line.text}".split()
