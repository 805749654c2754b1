"""Cells that hold no value: a spreadsheet's errors, and formulas that nobody has computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from counterfoil.core.faults import Faults

UNSAVED: Final = "#FORMULA?"
"""What stands in a cell whose formula was saved without its value, as some programs do."""
ERRORS: Final = frozenset(
    {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
"""What spreadsheets show, and export, in place of a value that cannot be computed."""


def judge(cell: str, place: str, faults: Faults) -> None:
    """Refuse a cell that holds no value: it would pass for a text, or for an empty cell."""
    if not cell.startswith("#"):
        return
    if cell == UNSAVED:
        why = "The cell has a formula whose value was not saved."
    elif cell in ERRORS:
        why = f"The cell holds {cell}, the error of a formula."
    else:
        return
    faults.found(
        "no_value",
        why,
        "Open the file in a spreadsheet program, put the cell right, save it, and import that.",
        place,
    )
