"""Texts in tables that spreadsheets open: kept from being taken for formulas.

A cell that begins with one of a few signs is computed when the table is opened, and can call out to
the world (OWASP, CSV injection; ASVS 1.2.10). An apostrophe before it makes it text. Whoever reads
the table back takes it off again, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")
_ERROR: Final = r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)"
_SIGNS: Final = "[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
"""What a formula may begin with; some programs read the signs of full width (U+FF1D) as ours."""
_GUARDED: Final = re.compile(rf"'+(?:{_SIGNS}|{_ERROR}\Z)")
_DANGEROUS: Final = re.compile(rf"'*(?:{_SIGNS}|{_ERROR}\Z)")
_SPOILT: Final = re.compile(rf"{_ERROR}\Z")


def guarded(text: str) -> str:
    """Return a text as it is safe in a cell; an amount below nil is what it looks like.

    A text that looks like a spreadsheet's error is marked as text as well.
    """
    if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """Return what ``guarded`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def is_error(cell: str) -> bool:
    """Tell whether a cell holds what spreadsheets export in place of a value, as ``#N/A``."""
    return cell.startswith("#") and _SPOILT.match(cell) is not None
