"""What a file gives: each document with the place where it begins."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.core.reader import Read


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document read from a file; ``line`` counts from 1, in CSV as a spreadsheet counts rows.

    ``place`` names the sheet and the row where a workbook has several sheets: lines run on there.
    """

    line: int
    read: Read
    place: str = ""
