"""The bank's side of a trust account in words: what a person has to look at, and slips and returns.

Nothing here makes a difference smaller than it is but one thing: money that the bank took and gave
back itself is no movement of the firm's, and is told until a person has named it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict, deque
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.money import amount_text
from counterfoil.core.trust_matching import WEEK, WEEKEND, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import StatementLine
    from counterfoil.core.trust import CashEntry
    from counterfoil.core.trust_statement import Statement

CORRECTED_WITHIN: Final = dt.timedelta(days=62)
"""By when a bank has put right what it took or gave by mistake: in this month or in the next."""
PUT_RIGHT: Final = re.compile(
    r"\b(correct(ion|ed)|revers(al|ed|e)|error|contra|re-?credit(ed)?|returned|rejected)\b",
    re.IGNORECASE,
)
"""What a bank says of a line by which it takes back one of its own."""
MOST_LOOKED_AT: Final = 30
"""Entries before the first statement among which it is sought what may have been outstanding."""
MOST_TOGETHER: Final = 3
MOST_NAMED: Final = 3


class Misread(NamedTuple):
    """An entry that the bank's line names, of an amount that differs by a slip of the pen."""

    entry: CashEntry
    line: StatementLine


class Returned(NamedTuple):
    """Money that the bank took and gave back by another line; the cash book has neither."""

    line: StatementLine
    by: StatementLine

    @property
    def named(self) -> bool:
        """Whether one reference on both lines says that they belong together."""
        return bool(self.line.reference) and self.line.reference == self.by.reference


def misread(
    lines: Sequence[StatementLine], waiting: Sequence[CashEntry]
) -> tuple[list[StatementLine], list[Misread]]:
    """Take out lines that name one entry whose amount differs from theirs by a slip."""
    left: list[StatementLine] = []
    found: list[Misread] = []
    named: dict[str, list[CashEntry]] = defaultdict(list)
    for entry in waiting if lines else ():
        named[entry.number].append(entry)
    for line in lines:
        entries = {entry for word in words(line) for entry in named.get(word, ())}
        alike = [entry for entry in entries if _slip(entry, line)]
        if len(alike) == 1:
            named[alike[0].number].remove(alike[0])
            found.append(Misread(alike[0], line))
        else:
            left.append(line)
    return left, found


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


def returned(lines: Sequence[StatementLine]) -> tuple[list[StatementLine], list[Returned]]:
    """Take out lines that took money and that the bank gave back by a later one, and says so.

    What came in first and went out again is no such thing: it is a receipt that bounced. Nor is
    money that came from somewhere else weeks later, however equal.
    """
    taken: dict[int, deque[int]] = defaultdict(deque)
    pairs: dict[int, int] = {}
    for place, line in enumerate(lines):
        if line.amount < 0:
            taken[line.amount].append(place)
            continue
        queue = taken[-line.amount]
        out = next((n for n in queue if _gave_back(lines[n], line)), None)
        if out is not None:
            queue.remove(out)
            pairs[out] = place
    gone = {*pairs, *pairs.values()}
    left = [line for place, line in enumerate(lines) if place not in gone]
    return left, [Returned(lines[out], lines[back]) for out, back in pairs.items()]


def _gave_back(line: StatementLine, back: StatementLine) -> bool:
    """Whether a line says, or shows by its day, that it takes back an earlier one."""
    apart = back.date - line.date
    if apart > CORRECTED_WITHIN:
        return False
    return apart <= WEEKEND or Returned(line, back).named or bool(PUT_RIGHT.search(back.text))


def remarks(statement: Statement | None, as_of: dt.date) -> Iterator[str]:
    """Say what of the bank's side a person has to look at, as of a day."""
    if statement is None:
        yield f"No bank statement is recorded up to {as_of}: the bank was not compared."
        return
    if statement.date < as_of:
        yield (
            f"The last bank statement ends on {statement.date}: nothing after it was compared with "
            f"the bank."
        )
    yield from statement.contradictions
    for line in statement.unrecorded:
        yield (
            f"On the statement and in no document: {said(line)}. Record it; where an entry is "
            f"meant that is dated later, give the line its number as reference."
        )
    for entry, line in statement.misread:
        yield (
            f"{entry.number} of {entry.date} is recorded as {amount_text(entry.amount)}; the bank "
            f"shows {said(line)}."
        )
    for entry in statement.not_undone:
        yield (
            f"{_entry(entry)} takes back what the bank has shown, and the bank has not taken it "
            f"back. Ask the bank, or record the movement again."
        )
    for entry in statement.overdue:
        yield of_overdue(entry)
    for pair in statement.returned:
        yield f"The bank took and gave back: {both(pair)}. No document has either."
    yield from _of_the_start(statement)


def _of_the_start(statement: Statement) -> Iterator[str]:
    if not statement.gap:
        return
    yield (
        f"When the first statement began, on {statement.begins}, the books and the bank were "
        f"{amount_text(statement.gap)} apart, and nothing recorded explains that."
        f"{_candidates(statement)} Where a cheque was outstanding then, record the statement of "
        f"the time before as well, which does not show it; or record the cheque as a payment of "
        f"the day of the opening balance, with that balance larger by it."
    )


def _candidates(statement: Statement) -> str:
    """Name entries that come to the gap: they may have been outstanding, and may not."""
    newest = statement.prior[::-1][:MOST_LOOKED_AT]
    few = (some for n in range(1, MOST_TOGETHER + 1) for some in combinations(newest, n))
    fitting = (some for some in few if sum(entry.amount for entry in some) == statement.gap)
    told = [" with ".join(map(_entry, some)) for some in islice(fitting, MOST_NAMED)]
    return f" It may be, but need not: {'; or '.join(told)}." if told else ""


def of_overdue(entry: CashEntry) -> str:
    """Say what of an entry that the bank should long have shown is to be found out."""
    if entry.amount > 0:
        return (
            f"{_entry(entry)} was received and has not reached the bank. Ask where the money is: "
            f"a receipt is banked within the week."
        )
    return (
        f"{_entry(entry)} has not been presented for half a year. Ask the payee; a cheque that is "
        f"lost or stale is reversed, and the money is the client's again."
    )


def of_a_difference(one: Statement) -> Iterator[str]:
    """Say shortly in what a statement does not agree."""
    if one.difference:
        yield f"with what is outstanding it is {amount_text(one.difference)} off the cash book"
    if one.unrecorded:
        told = ", ".join(map(said, one.unrecorded[:MOST_NAMED]))
        more = len(one.unrecorded) - MOST_NAMED
        besides = f" and {more} more" if more > 0 else ""
        yield f"it shows what nobody recorded: {told}{besides}"
    if one.gap:
        yield f"it began {amount_text(one.gap)} apart from the books on {one.begins}"
    if one.contradictions:
        yield "it does not make one record with the others"


def both(pair: Returned) -> str:
    """Write what the bank took and what it gave back."""
    return f"{said(pair.line)}; {said(pair.by)}"


def said(line: StatementLine) -> str:
    """Write a line of the bank's."""
    return f"{line.date} {line.text} {amount_text(line.amount)}"


def _entry(entry: CashEntry) -> str:
    return f"{entry.number} of {entry.date}, {amount_text(entry.amount)}"
