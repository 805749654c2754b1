"""Texts in tables that spreadsheets open: kept from being taken for formulas.

A cell that begins with one of a few signs is computed when the table is opened, and can call out to
the world (OWASP, CSV injection; ASVS 1.2.10). An apostrophe before it makes it text. Whoever reads
the table back takes it off again, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import Final

_DANGEROUS: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return a text as it is safe in a cell; an amount below nil is what it looks like."""
    if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """Return what ``guarded`` was given."""
    return text[1:] if _GUARDED.match(text) else text
