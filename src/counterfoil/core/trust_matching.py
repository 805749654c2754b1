"""The bank's lines matched with the entries of a trust account's cash book.

What may be matched decides what a reconciliation hides: an entry made long after the bank's line is
another event, however equal the amounts (facts: trust accounting, section 3.2, rule T3).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.documents import StatementLine
    from counterfoil.core.trust import CashEntry

WEEK: Final = dt.timedelta(days=7)
"""The five working days within which a movement is recorded (rule T9), and a receipt is banked."""
CORRECTED_WITHIN: Final = dt.timedelta(days=62)
"""By when a bank has put right what it took or gave by mistake: in this month or in the next."""


class Misread(NamedTuple):
    """An entry that the bank's line names, of an amount that differs by a slip of the pen."""

    entry: CashEntry
    line: StatementLine


class Returned(NamedTuple):
    """Money that the bank took and gave back by another line; the cash book has neither."""

    line: StatementLine
    by: StatementLine


class Matched(NamedTuple):
    """What the lines and the entries do not share; ``waiting`` are entries that no line shows."""

    waiting: tuple[CashEntry, ...]
    unrecorded: tuple[StatementLine, ...]
    misread: tuple[Misread, ...]
    returned: tuple[Returned, ...]


def match(
    entries: Iterable[CashEntry], lines: Iterable[StatementLine], begins: dt.date, *, prior: bool
) -> Matched:
    """Match lines with entries, each once; the surest matches come first.

    A line takes the entry of its amount whose number it mentions; otherwise the oldest that is not
    dated after it, or at most a week after; otherwise a run of receipts that were banked together,
    or of payments of one day that left together.
    ``begins`` is the first day of the statements: entries before it are taken last, and only if
    ``prior`` says that some of them were outstanding then.
    """
    matching = _Matching(dict(enumerate(sorted(entries, key=lambda entry: entry.date))))
    since = [n for n, entry in matching.waiting.items() if entry.date >= begins]
    before = [n for n, entry in matching.waiting.items() if entry.date < begins] if prior else []
    left = matching.by_number(sorted(lines, key=lambda line: line.date))
    left = matching.by_amount(left, since)
    left = matching.by_amount(left, before)
    left = matching.by_amount(left, since, WEEK)
    left = matching.together(left, [*before, *since])
    left, misread = matching.misread(left)
    left, returned = _returned(left)
    return Matched(tuple(matching.waiting.values()), tuple(left), tuple(misread), tuple(returned))


@dataclass
class _Matching:
    """The entries that no line has taken yet, by their place in the order of dates."""

    waiting: dict[int, CashEntry]

    def __post_init__(self) -> None:
        """Keep the dates of entries that are taken later on."""
        self._dates = {place: entry.date for place, entry in self.waiting.items()}

    def by_number(self, lines: Sequence[StatementLine]) -> list[StatementLine]:
        """Let each line take the entry of its amount that it names; return the other lines."""
        named: dict[tuple[int, str], deque[int]] = defaultdict(deque)
        for place, entry in self.waiting.items():
            named[entry.amount, entry.number].append(place)
        queues = ((line, _first(named, line)) for line in lines)
        return [line for line, queue in queues if not self._taken(queue)]

    def by_amount(
        self, lines: Sequence[StatementLine], places: Iterable[int], slack: dt.timedelta = WEEK * 0
    ) -> list[StatementLine]:
        """Let each line take the oldest entry of its amount, dated by ``slack`` after it or before.

        Lines and places are in the order of dates, so that only the oldest has to be looked at.
        """
        queues: dict[int, deque[int]] = defaultdict(deque)
        for place in places:
            if place in self.waiting:
                queues[self.waiting[place].amount].append(place)
        left = []
        for line in lines:
            queue = queues.get(line.amount)
            early = queue and self.waiting[queue[0]].date <= line.date + slack
            if not (early and self._taken(queue)):
                left.append(line)
        return left

    def together(
        self, lines: Sequence[StatementLine], places: Iterable[int]
    ) -> list[StatementLine]:
        """Let each line take movements of the week before it that follow one another.

        Receipts are banked in one deposit; payments leave in one file, which is of one day.
        """
        waiting = [n for n in places if n in self.waiting]
        came = [n for n in waiting if self.waiting[n].amount > 0]
        went = [n for n in waiting if self.waiting[n].amount < 0]
        left = []
        for line in lines:
            week = self._week(came if line.amount > 0 else went, line.date)
            days = [week] if line.amount > 0 else self._by_day(week)
            runs = (self._run(day, abs(line.amount)) for day in days)
            run = next((run for run in runs if run), ())
            for place in run:
                del self.waiting[place]
            if not run:
                left.append(line)
        return left

    def misread(self, lines: Sequence[StatementLine]) -> tuple[list[StatementLine], list[Misread]]:
        """Let each line take the one entry that it names and whose amount is a slip of its own."""
        named: dict[str, list[int]] = defaultdict(list)
        for place, entry in self.waiting.items():
            named[entry.number].append(place)
        left, found = [], []
        for line in lines:
            places = {n for word in _words(line) for n in named.get(word, ())}
            alike = [n for n in places if n in self.waiting and _slip(self.waiting[n], line)]
            if len(alike) == 1:
                found.append(Misread(self.waiting.pop(alike[0]), line))
            else:
                left.append(line)
        return left, found

    def _week(self, places: Sequence[int], day: dt.date) -> list[int]:
        """Return the places of what is dated in the week up to a day and still waits."""
        begin = bisect_left(places, day - WEEK, key=self._dates.__getitem__)
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

    def _taken(self, queue: deque[int] | None) -> bool:
        if not queue:
            return False
        del self.waiting[queue.popleft()]
        return True


def _first(named: dict[tuple[int, str], deque[int]], line: StatementLine) -> deque[int] | None:
    """Return the entries of the first number that a line mentions, where any are left."""
    queues = (named.get((line.amount, word)) for word in _words(line))
    return next((queue for queue in queues if queue), None)


def _words(line: StatementLine) -> Iterator[str]:
    yield from f"{line.reference or ''} {line.text}".split()


def _slip(entry: CashEntry, line: StatementLine) -> bool:
    """Whether the amounts differ by digits that changed places, or by one digit.

    A stranger amount is another event: a fee for stopping a cheque names the cheque, too.
    """
    ours, theirs = str(abs(entry.amount)), str(abs(line.amount))
    if (
        (entry.amount < 0) != (line.amount < 0)
        or len(ours) != len(theirs)
        or entry.date > line.date + WEEK
    ):
        return False
    other = sum(a != b for a, b in zip(ours, theirs, strict=True))
    return sorted(ours) == sorted(theirs) or other == 1


def _returned(lines: Sequence[StatementLine]) -> tuple[list[StatementLine], list[Returned]]:
    """Take out lines that took money and that the bank gave back by a later one.

    What came in first and went out again is no such thing: it is a receipt that bounced.
    """
    taken: dict[int, deque[int]] = defaultdict(deque)
    pairs: dict[int, int] = {}
    for place, line in enumerate(lines):
        queue = taken[-abs(line.amount)]
        while queue and lines[queue[0]].date < line.date - CORRECTED_WITHIN:
            queue.popleft()
        if line.amount < 0:
            queue.append(place)
        elif queue:
            pairs[queue.popleft()] = place
    gone = {*pairs, *pairs.values()}
    left = [line for place, line in enumerate(lines) if place not in gone]
    return left, [Returned(lines[out], lines[back]) for out, back in pairs.items()]
