"""The numbers under which documents stand in Xero: the practice's own, with a prefix per kind.

What Xero keeps unique, and what documents are looked up by, is the number with its prefix; so
everything that compares numbers asks here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from counterfoil.core.documents import NumberedDocument, TrustNumberCancelled

if TYPE_CHECKING:
    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Settings

_BY_NUMBER: Final = "numbered "
"""What stands before the number of a bill that is named by it where its id is not known."""
_OF: Final = " of "
AnyDocument = TypeVar("AnyDocument", bound="Document")


def as_numbered(document: AnyDocument, settings: Settings) -> AnyDocument:
    """Return the document under the number that it has in Xero."""
    if not settings.kinds or not isinstance(document, NumberedDocument):
        return document
    prefix = _prefix(document, settings)
    return replace(document, number=prefix + document.number) if prefix else document


def number_in_xero(document: Document, settings: Settings | None) -> str | None:
    """Return that number; None for kinds that have none. Without settings there is no prefix."""
    if not isinstance(document, NumberedDocument):
        return None
    return (_prefix(document, settings) if settings else "") + document.number


def _prefix(document: NumberedDocument, settings: Settings) -> str:
    """A cancelled number belongs to the series that it is missing from."""
    kind = document.kind
    if isinstance(document, TrustNumberCancelled):
        kind = f"trust_{document.series}"
    return prefix_of(kind, settings)


def prefix_of(kind: str, settings: Settings) -> str:
    """Return what stands before the numbers of a kind in Xero."""
    own = settings.kinds.get(kind)
    return own.number_prefix if own else ""


def by_number(number: str, whose: str = "") -> str:
    """Return what stands for the id of a bill of which only the number is known.

    ``whose`` is the supplier's name: two suppliers may have an invoice of one number.
    """
    return _BY_NUMBER + number + (f"{_OF}{whose}" if whose else "")


def number_named(name: str) -> tuple[str, str] | None:
    """Return the number of a bill that is named by it, and whose it is; None for an id."""
    if not name.startswith(_BY_NUMBER):
        return None
    number, _, whose = name.removeprefix(_BY_NUMBER).partition(_OF)
    return number, whose
