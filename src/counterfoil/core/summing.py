"""Which lines of a document go into which posted line, and what that comes to, for people to read.

It repeats the shaping of lines, and nothing else: what is posted is decided by the conversion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.convert.billing import look_up_lines
from counterfoil.core.findings import holds
from counterfoil.core.summarise import draft_lines
from counterfoil.core.trade import trade_of

if TYPE_CHECKING:
    from counterfoil.core.documents import Lined
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Direction, Lookup


@dataclass(frozen=True, slots=True)
class SummedLine:
    """A posted line with the numbers of the document's lines in it, from 1; amounts in hundredths.

    ``tax`` is the document's tax of these lines, None where it says it for the whole only.
    """

    lines: tuple[int, ...]
    account: str
    account_name: str
    tax_type: str
    tracking: tuple[tuple[str, str], ...]
    amount: int
    tax: int | None

    @property
    def said(self) -> str:
        """The lines in words: ``1, 3–5``."""
        runs: list[list[int]] = []
        for number in self.lines:
            if runs and number == runs[-1][-1] + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def summed_lines(document: Lined, lookup: Lookup) -> tuple[SummedLine, ...]:
    """Return how the lines are summed; nothing where one of them has nowhere to go."""
    faults: list[Finding] = []
    items = look_up_lines(document.lines, lookup, _direction(document), faults)
    if holds(faults):
        return ()
    number = {id(item): place for place, item in enumerate(items, 1)}
    drafts = draft_lines(items, lookup.of(document.kind).mapping.settings.lines)
    return tuple(
        SummedLine(
            tuple(number[id(item)] for item in draft.items),
            draft.target.code,
            draft.target.account.name,
            draft.target.tax_type,
            draft.tracking,
            draft.amount,
            draft.tax,
        )
        for draft in drafts
    )


def _direction(document: Lined) -> Direction:
    return trade_of(document).direction
