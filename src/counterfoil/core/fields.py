"""The words in which a document's fields are described.

The dataclasses of ``documents`` annotate each attribute with a ``Field``. That annotation *is* the
format: the strict reader, the CSV columns, the JSON Schema and the reference page are all derived
from it, so that they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Form(Enum):
    """How a value is written outside, and what it becomes inside."""

    TEXT = "text"
    MONEY = "money"
    """Decimal string with at most 2 decimals; becomes hundredths of the currency's unit (int)."""
    QUANTITY = "quantity"
    """Decimal string with at most 6 decimals; becomes micro-units (int)."""
    PRICE = "price"
    """Decimal string with at most 6 decimals; becomes millionths of the currency's unit (int)."""
    RATE = "rate"
    """Decimal string above zero with at most 6 decimals; becomes a Decimal."""
    DATE = "date"
    INTEGER = "integer"
    FLAG = "flag"
    CHOICE = "choice"
    CURRENCY = "currency"
    """Three capital letters."""
    REFERENCE = "reference"
    """The id of another document, bare or as {"kind","id"}."""
    REFERENCES = "references"
    """A list of such ids."""
    OPTIONS = "options"
    """An object of strings: tracking category to option."""
    RECORD = "record"
    """An object with fields of its own: a party, a matter."""
    RECORDS = "records"
    """A list of such objects: lines, allocations, splits."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field is for, and the limits of what may stand in it.

    ``longest`` bounds a text in characters and a list in entries. ``refers_to`` lists the kinds
    that a reference may name; where ``bare_id`` allows an id alone, the first of them is meant.
    """

    form: Form
    meaning: str
    longest: int = 255
    choices: tuple[str, ...] = ()
    refers_to: tuple[str, ...] = ()
    bare_id: bool = True
