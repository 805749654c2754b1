"""What cannot be told from documents alone: kinds that undo what was posted before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Conversion
from counterfoil.core.findings import NEEDS_HISTORY, Finding, error

if TYPE_CHECKING:
    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import Reversal, Unallocation, Void
    from counterfoil.core.lookup import Lookup

_BY_HAND: Final = (
    "Undo it in Xero by hand for now, and look for the difference in the reconciliation."
)


def convert_reversal(document: Reversal, books: Books, lookup: Lookup) -> Conversion:
    """Hold a reversal: what it deletes or turns around depends on what was posted."""
    del books, lookup
    return _held("reverses", str(document.reverses))


def convert_void(document: Void, books: Books, lookup: Lookup) -> Conversion:
    """Hold a void: only what is unpaid and open in Xero can be voided."""
    del books, lookup
    return _held("voids", str(document.voids))


def convert_unallocation(document: Unallocation, books: Books, lookup: Lookup) -> Conversion:
    """Hold an unallocation: the allocation to delete is known by Xero's id of it only."""
    del books, lookup
    return _held("of", str(document.of))


def needs_history(message: str, fix: str, path: str, about: str) -> Finding:
    """Say that more must be known than the documents tell."""
    return error(NEEDS_HISTORY, message, fix, path, about)


def _held(path: str, about: str) -> Conversion:
    finding = needs_history(
        f"What this undoes ({about}) must be found in Xero first, and this version does not undo "
        "what was posted.",
        _BY_HAND,
        path,
        about,
    )
    return Conversion((), (finding,))
