"""What a bank's file gives: movements with the line that each stands on, and what is wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from counterfoil.core.findings import Finding, error


class Movement(NamedTuple):
    """One movement: hundredths, paid in above zero. ``balance`` is the bank's after it."""

    line: int
    date: dt.date
    amount: int
    text: str
    reference: str = ""
    balance: int | None = None


class Refusal(NamedTuple):
    """What is wrong on a line of the file; nothing of the file is taken then."""

    line: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Told:
    """What the person says beside the file, because a file does not always say it.

    ``dates`` is ``dmy`` or ``mdy``, ``columns`` names the columns of a file without a header.
    """

    account: str
    of_trust: bool = True
    begin: dt.date | None = None
    end: dt.date | None = None
    opening: int | None = None
    closing: int | None = None
    dates: str = ""
    columns: tuple[str, ...] = ()
    revision: int = 1


@dataclass
class Found:
    """What a reader makes of a file, oldest movement first.

    ``columns`` tells which column was taken for what, to be shown to the person. ``closing`` is the
    bank's own balance at the end of ``end``, where the file has one.
    """

    movements: list[Movement] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    begin: dt.date | None = None
    end: dt.date | None = None
    opening: int | None = None
    closing: int | None = None

    def refuse(self, line: int, code: str, message: str, fix: str, path: str = "") -> None:
        """Note what is wrong; ``path`` names the column or the element."""
        self.refused.append(Refusal(line, error(code, message, fix, path)))
