"""Cells that hold no value: a spreadsheet's errors, and formulas that nobody has computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.guarded import is_error, unguarded

if TYPE_CHECKING:
    from counterfoil.core.faults import Faults

_MARK: Final = "\0"
"""Stands before what is no text of a cell; no text has it."""
_ODD: Final = frozenset({"#", "'"})
"""What a cell begins with that may be an error, or text that was marked as such."""
UNSAVED: Final = f"{_MARK}formula"
"""What is read of a cell whose formula was saved without its value, as some programs do."""


def marked(error: str) -> str:
    """Return what is read of a cell that holds a spreadsheet's error."""
    return f"{_MARK}{error}"


def text_of(cell: str) -> str:
    """Return the text of a cell of CSV, or the mark of one that was exported with an error."""
    if cell[:1] not in _ODD:
        return cell
    return marked(cell) if is_error(cell) else unguarded(cell)


def is_spoilt(cell: str, place: str, faults: Faults) -> bool:
    """Refuse a cell that holds no value: it would pass for a text, or for an empty cell."""
    if cell[:1] != _MARK or not (cell == UNSAVED or is_error(cell[1:])):
        return False
    why = "has a formula whose value was not saved"
    if cell != UNSAVED:
        why = f"holds {cell.removeprefix(_MARK)}, the error of a formula"
    faults.found(
        "no_value",
        f"The cell {why}.",
        "Open the file in a spreadsheet program, put the cell right, save it, and import that.",
        place,
    )
    return True
