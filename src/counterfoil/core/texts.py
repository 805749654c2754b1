"""Texts as Xero takes them: lengths kept, control characters gone, never empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_DESCRIPTION: Final = 4000
LONGEST_REFERENCE: Final = 255
LONGEST_NAME: Final = 255
ELLIPSIS: Final = "…"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_ANGLES = str.maketrans({"<": "(", ">": ")"})


def description(text: str, otherwise: str) -> str:
    """A line's description: what the source says, or the other text where it says nothing."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
    return shortened(text.strip(), LONGEST_DESCRIPTION) or otherwise


def one_line(text: str) -> str:
    """A reference or number: a single line without doubled spaces."""
    if text.isprintable() and len(text) <= LONGEST_REFERENCE and "  " not in text:
        return text.strip()
    return shortened(_SPACES.sub(" ", _CONTROL.sub(" ", text)).strip(), LONGEST_REFERENCE)


def contact_name(text: str) -> str:
    """A name that Xero accepts for a contact (facts: Xero API section 15)."""
    spaced = _SPACES.sub(" ", _CONTROL.sub(" ", text).translate(_ANGLES)).strip()
    return shortened(spaced, LONGEST_NAME).rstrip()


def joined(texts: Iterable[str]) -> str:
    """Join numbers by ", " into a reference, dropping whole ones where there is no room."""
    kept: list[str] = []
    for text in dict.fromkeys(filter(None, map(one_line, texts))):
        if len(", ".join((*kept, text))) > LONGEST_REFERENCE - len(f", {ELLIPSIS}"):
            kept.append(ELLIPSIS if kept else shortened(text, LONGEST_REFERENCE))
            break
        kept.append(text)
    return ", ".join(kept)


def shortened(text: str, longest: int) -> str:
    """Cut a text at its limit, visibly."""
    return text if len(text) <= longest else text[: longest - 1] + ELLIPSIS
