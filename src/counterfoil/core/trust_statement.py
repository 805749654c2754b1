"""The bank's statements held against a trust account's cash book: the third leg.

The statement's closing balance, adjusted by what the cash book has and the bank has not yet, must
be the cash book (rule T3, facts: trust accounting, section 3.2).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from counterfoil.core.documents import BankStatement, StatementLine
    from counterfoil.core.trust import CashEntry


@dataclass(frozen=True, slots=True)
class Statement:
    """What the bank says, in hundredths, and what the two sides do not share.

    ``outstanding`` are entries of the cash book that the bank has not shown; ``unrecorded`` are the
    bank's lines that the cash book lacks.
    """

    date: dt.date
    closing_balance: int
    outstanding: tuple[CashEntry, ...]
    unrecorded: tuple[StatementLine, ...]

    @property
    def adjusted(self) -> int:
        """The statement's balance as it would be with everything outstanding on it."""
        return self.closing_balance + sum(entry.amount for entry in self.outstanding)


def held_against(
    entries: Sequence[CashEntry], statements: Iterable[BankStatement]
) -> Statement | None:
    """Match the lines of all statements with the cash book; None where there is no statement.

    A line takes one entry of its amount: the one whose number it mentions, otherwise the oldest.
    Entries before the first statement that no line shows are taken as part of its opening balance.
    """
    ordered = sorted(statements, key=lambda statement: (statement.date, statement.from_))
    if not ordered:
        return None
    waiting: dict[int, list[CashEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.date):
        waiting[entry.amount].append(entry)
    unrecorded = tuple(
        line
        for statement in ordered
        for line in statement.lines
        if not _taken(line, waiting[line.amount])
    )
    begins = min(statement.from_ for statement in ordered)
    outstanding = sorted(e for rest in waiting.values() for e in rest if e.date >= begins)
    last = ordered[-1]
    return Statement(last.date, last.closing_balance, tuple(outstanding), unrecorded)


def _taken(line: StatementLine, candidates: list[CashEntry]) -> bool:
    """Take the entry that a line shows off the list; tell whether there was one."""
    if not candidates:
        return False
    said = f"{line.reference or ''} {line.text}".split()
    named = next((entry for entry in candidates if entry.number in said), candidates[0])
    candidates.remove(named)
    return True
