"""The columns of LEDES 1998B and LEDES 98BI V2, and what may stand in each.

Source: the LEDES Oversight Committee's format pages, 1998B (revision of July 2014, 24 columns) and
98BI (revision of January 2020, 52 columns: those of 1998B and 28 more).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

DATE_COLUMNS: Final = frozenset(
    {"INVOICE_DATE", "BILLING_START_DATE", "BILLING_END_DATE", "LINE_ITEM_DATE"}
)
NUMBERS: Final = frozenset(
    {
        "INVOICE_TOTAL",
        "LINE_ITEM_NUMBER_OF_UNITS",
        "LINE_ITEM_ADJUSTMENT_AMOUNT",
        "LINE_ITEM_TOTAL",
        "LINE_ITEM_UNIT_COST",
        "INVOICE_TAX_TOTAL",
        "INVOICE_NET_TOTAL",
        "LINE_ITEM_TAX_RATE",
        "LINE_ITEM_TAX_TOTAL",
        "INVOICE_REPORTED_TAX_TOTAL",
    }
)
TYPE: Final = "EXP/FEE/INV_ADJ_TYPE"
TYPES: Final = {"F": "Fee", "E": "Expense", "IF": "Adjustment of fees", "IE": "Adjustment"}
"""What a line item is; the last two adjust the invoice as a whole."""
CODES: Final = frozenset(
    {"LINE_ITEM_TASK_CODE", "LINE_ITEM_EXPENSE_CODE", "LINE_ITEM_ACTIVITY_CODE"}
)
CURRENCIES: Final = frozenset({"INVOICE_CURRENCY", "INVOICE_TAX_CURRENCY"})
FIXED: Final = DATE_COLUMNS | NUMBERS | CURRENCIES | {TYPE}
"""Columns of which no text can be a half."""
PROSE: Final = ("INVOICE_DESCRIPTION", "LINE_ITEM_DESCRIPTION")
"""Where people write sentences, and sometimes a pipe."""
NAMES: Final = ("TIMEKEEPER_NAME", "MATTER_NAME", "LAW_FIRM_NAME", "CLIENT_NAME")
"""Where a pipe is looked for next."""

LEDES_1998B: Final = (
    "INVOICE_DATE",
    "INVOICE_NUMBER",
    "CLIENT_ID",
    "LAW_FIRM_MATTER_ID",
    "INVOICE_TOTAL",
    "BILLING_START_DATE",
    "BILLING_END_DATE",
    "INVOICE_DESCRIPTION",
    "LINE_ITEM_NUMBER",
    TYPE,
    "LINE_ITEM_NUMBER_OF_UNITS",
    "LINE_ITEM_ADJUSTMENT_AMOUNT",
    "LINE_ITEM_TOTAL",
    "LINE_ITEM_DATE",
    "LINE_ITEM_TASK_CODE",
    "LINE_ITEM_EXPENSE_CODE",
    "LINE_ITEM_ACTIVITY_CODE",
    "TIMEKEEPER_ID",
    "LINE_ITEM_DESCRIPTION",
    "LAW_FIRM_ID",
    "LINE_ITEM_UNIT_COST",
    "TIMEKEEPER_NAME",
    "TIMEKEEPER_CLASSIFICATION",
    "CLIENT_MATTER_ID",
)
LEDES_98BI: Final = (
    *LEDES_1998B,
    "PO_NUMBER",
    "CLIENT_TAX_ID",
    "MATTER_NAME",
    "INVOICE_TAX_TOTAL",
    "INVOICE_NET_TOTAL",
    "INVOICE_CURRENCY",
    "TIMEKEEPER_LAST_NAME",
    "TIMEKEEPER_FIRST_NAME",
    "ACCOUNT_TYPE",
    "LAW_FIRM_NAME",
    "LAW_FIRM_ADDRESS_1",
    "LAW_FIRM_ADDRESS_2",
    "LAW_FIRM_CITY",
    "LAW_FIRM_STATEORREGION",
    "LAW_FIRM_POSTCODE",
    "LAW_FIRM_COUNTRY",
    "CLIENT_NAME",
    "CLIENT_ADDRESS_1",
    "CLIENT_ADDRESS_2",
    "CLIENT_CITY",
    "CLIENT_STATEORREGION",
    "CLIENT_POSTCODE",
    "CLIENT_COUNTRY",
    "LINE_ITEM_TAX_RATE",
    "LINE_ITEM_TAX_TOTAL",
    "LINE_ITEM_TAX_TYPE",
    "INVOICE_REPORTED_TAX_TOTAL",
    "INVOICE_TAX_CURRENCY",
)
KNOWN: Final = frozenset(LEDES_98BI)
NEEDED: Final = (
    "INVOICE_DATE",
    "INVOICE_NUMBER",
    "CLIENT_ID",
    "LAW_FIRM_MATTER_ID",
    "INVOICE_TOTAL",
    TYPE,
    "LINE_ITEM_NUMBER_OF_UNITS",
    "LINE_ITEM_ADJUSTMENT_AMOUNT",
    "LINE_ITEM_TOTAL",
    "LINE_ITEM_DESCRIPTION",
    "LINE_ITEM_UNIT_COST",
)
"""Columns without which no bill can be made of a file."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,16}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})")
_DATE = re.compile(r"[0-9]{8}")
_CODE = re.compile(r"\S{0,20}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


class Columns(NamedTuple):
    """The columns of one file, in its own order."""

    names: tuple[str, ...]

    @property
    def taxed(self) -> bool:
        """Whether the file tells the tax of its lines."""
        return "LINE_ITEM_TAX_TOTAL" in self.names

    def place(self, line: int, name: str) -> str:
        """Name a field for people: its line, the place of its column, and the column."""
        return f"line {line}, column {self.names.index(name) + 1} {name}"


def is_number(text: str) -> bool:
    """Tell whether a text is a number as these files write it, ``1250.`` included."""
    return _NUMBER.fullmatch(text) is not None


def fits(name: str, text: str) -> bool:
    """Tell whether a text can stand in a column; an empty one can in all but the type's."""
    if name == TYPE:
        return text.upper() in TYPES
    if not text:
        return True
    if name in NUMBERS:
        return is_number(text)
    if name in DATE_COLUMNS:
        return _DATE.fullmatch(text) is not None
    if name in CODES:
        return _CODE.fullmatch(text) is not None
    return name not in CURRENCIES or _CURRENCY.fullmatch(text) is not None
