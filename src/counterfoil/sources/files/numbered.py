"""What a file gives: each document with the place where it begins."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.core.reader import Read


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document read from a file; ``line`` counts from 1, in CSV as a spreadsheet counts rows."""

    line: int
    read: Read
