"""The bank's statements held against a trust account's cash book: the third leg.

The statement's closing balance, adjusted by what the cash book has and the bank has not yet, must
be the cash book (rule T3, facts: trust accounting, section 3.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, combinations, pairwise
from typing import TYPE_CHECKING, Final

from counterfoil.core.money import amount_text
from counterfoil.core.trust_matching import WEEK, Misread, Returned, match

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.documents import BankStatement, StatementLine
    from counterfoil.core.trust import CashEntry

MOST_LOOKED_AT: Final = 30
"""Entries before the first statement among which the outstanding ones are looked for."""
MOST_SINGLED_OUT: Final = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """What the bank says, in hundredths, and what the two sides do not share.

    ``outstanding`` are entries of the cash book that the bank has not shown; ``unrecorded`` are the
    bank's lines that the cash book lacks, without those ``returned`` by the bank itself. ``gap`` is
    what the books had more than the bank when the first statement began, as far as no entry
    explains it. ``contradictions`` say in words where the statements do not make one record.
    """

    date: dt.date
    closing_balance: int
    outstanding: tuple[CashEntry, ...]
    unrecorded: tuple[StatementLine, ...]
    misread: tuple[Misread, ...] = ()
    returned: tuple[Returned, ...] = ()
    gap: int = 0
    contradictions: tuple[str, ...] = ()

    @property
    def adjusted(self) -> int:
        """The statement's balance as it would be with everything outstanding on it."""
        return self.closing_balance + sum(entry.amount for entry in self.outstanding)


def held_against(
    entries: Sequence[CashEntry],
    statements: Iterable[BankStatement],
    openings: Iterable[CashEntry] = (),
) -> Statement | None:
    """Match the lines of all statements with the cash book; None where there is no statement.

    ``openings`` are what the cash book began with. Of the entries before the first statement, those
    are outstanding that make up what the books and its opening balance are apart.
    """
    ordered = sorted(statements, key=lambda statement: (statement.from_, statement.date))
    if not ordered:
        return None
    first, last = ordered[0], max(ordered, key=lambda one: (one.date, one.from_))
    before = [entry for entry in entries if entry.date < first.from_]
    began = [entry for entry in openings if entry.date <= first.from_]
    apart = sum(entry.amount for entry in (*before, *began)) - first.opening_balance
    lines = (line for statement in ordered for line in statement.lines)
    found = match(entries, lines, first.from_, prior=apart != 0)
    still = [entry for entry in found.waiting if entry.date < first.from_]
    shown = sum(entry.amount for entry in before) - sum(entry.amount for entry in still)
    brought = _making(still, apart - shown, first.from_)
    since = (entry for entry in found.waiting if entry.date >= first.from_)
    return Statement(
        last.date,
        last.closing_balance,
        tuple(sorted((*since, *(brought or ())))),
        found.unrecorded,
        found.misread,
        found.returned,
        apart - shown if brought is None and (before or began) else 0,
        tuple(_contradictions(ordered)),
    )


def _making(
    entries: Sequence[CashEntry], apart: int, begins: dt.date
) -> tuple[CashEntry, ...] | None:
    """Return which entries come to ``apart``: one, two, three, or all since a day; None if none do.

    A cheque may lie for months; a receipt is on the bank within the week.
    """
    if not apart:
        return ()
    may_be = [entry for entry in entries if entry.amount < 0 or entry.date >= begins - WEEK]
    newest = may_be[::-1][:MOST_LOOKED_AT]
    few = (some for n in range(1, MOST_SINGLED_OUT + 1) for some in combinations(newest, n))
    singled_out = next((some for some in few if sum(e.amount for e in some) == apart), None)
    if singled_out is not None:
        return singled_out
    totals = accumulate(entry.amount for entry in newest)
    return next((tuple(newest[: n + 1]) for n, sum_ in enumerate(totals) if sum_ == apart), None)


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


def remarks(statement: Statement | None, as_of: dt.date, difference: int) -> Iterator[str]:
    """Say what of the bank's side a person has to look at; ``difference`` is what it is off by.

    ``as_of`` is the day for which the three ways are set out.
    """
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
            f"On the statement and in no document: {_said(line)}. Record it; where an entry is "
            f"meant that is dated later, give the line its number as reference."
        )
    for entry, line in statement.misread:
        yield (
            f"{entry.number} of {entry.date} is recorded as {amount_text(entry.amount)}; the bank "
            f"shows {_said(line)}."
        )
    for line, back in statement.returned:
        yield f"The bank took and gave back: {_said(line)}; {_said(back)}. No document has either."
    if statement.gap and difference:
        yield (
            f"When the first statement began, the books and the bank were "
            f"{amount_text(statement.gap)} apart, and no entry before it explains that. Where a "
            f"cheque was outstanding then, record it as a payment of that day, and the opening "
            f"balance with it added back."
        )


def _said(line: StatementLine) -> str:
    return f"{line.date} {line.text} {amount_text(line.amount)}"
