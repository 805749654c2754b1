"""LEDES files written as practice systems write them."""

from __future__ import annotations

import io
from typing import Final

from counterfoil.core.documents import Bill
from counterfoil.sources.files.numbered import Numbered
from counterfoil.sources.ledes.columns import LEDES_98BI, LEDES_1998B, TYPE
from counterfoil.sources.recognised import documents_in

FEE: Final = {
    "INVOICE_DATE": "20260731",
    "INVOICE_NUMBER": "INV-7",
    "CLIENT_ID": "C-17",
    "LAW_FIRM_MATTER_ID": "2026/044",
    "INVOICE_TOTAL": "700.00",
    "BILLING_START_DATE": "20260701",
    "BILLING_END_DATE": "20260731",
    "INVOICE_DESCRIPTION": "Lease of the shop",
    "LINE_ITEM_NUMBER": "1",
    TYPE: "F",
    "LINE_ITEM_NUMBER_OF_UNITS": "2.00",
    "LINE_ITEM_ADJUSTMENT_AMOUNT": "0",
    "LINE_ITEM_TOTAL": "700.00",
    "LINE_ITEM_DATE": "20260714",
    "LINE_ITEM_TASK_CODE": "L510",
    "LINE_ITEM_ACTIVITY_CODE": "A103",
    "TIMEKEEPER_ID": "AB",
    "LINE_ITEM_DESCRIPTION": "Draft the reply",
    "LAW_FIRM_ID": "51 824 753 556",
    "LINE_ITEM_UNIT_COST": "350",
    "TIMEKEEPER_NAME": "Abbott, Ada",
    "TIMEKEEPER_CLASSIFICATION": "PARTNR",
    "CLIENT_MATTER_ID": "88-1",
}
EXPENSE: Final = FEE | {
    TYPE: "E",
    "LINE_ITEM_NUMBER_OF_UNITS": "1",
    "LINE_ITEM_UNIT_COST": "24.95",
    "LINE_ITEM_TOTAL": "24.95",
    "LINE_ITEM_TASK_CODE": "",
    "LINE_ITEM_ACTIVITY_CODE": "",
    "LINE_ITEM_EXPENSE_CODE": "E111",
    "LINE_ITEM_DESCRIPTION": "Filing fee",
}
ADJUSTMENT: Final = FEE | {
    TYPE: "IF",
    "LINE_ITEM_NUMBER_OF_UNITS": "",
    "LINE_ITEM_UNIT_COST": "",
    "LINE_ITEM_ADJUSTMENT_AMOUNT": "-50.",
    "LINE_ITEM_TOTAL": "-50.",
    "LINE_ITEM_TASK_CODE": "",
    "LINE_ITEM_ACTIVITY_CODE": "",
    "LINE_ITEM_DESCRIPTION": "Agreed discount",
}
TAXED: Final = FEE | {
    "CLIENT_NAME": "Abernethy Pty Ltd",
    "MATTER_NAME": "Lease",
    "INVOICE_TOTAL": "770.00",
    "INVOICE_TAX_TOTAL": "70.00",
    "INVOICE_NET_TOTAL": "700.00",
    "INVOICE_CURRENCY": "AUD",
    "LINE_ITEM_TOTAL": "770.00",
    "LINE_ITEM_TAX_RATE": "0.1",
    "LINE_ITEM_TAX_TOTAL": "70.00",
    "LINE_ITEM_TAX_TYPE": "GST",
}


def row(values: dict[str, str], columns: tuple[str, ...] = LEDES_1998B, **other: str) -> str:
    """Write a row; other fields are named without the one that no keyword can be."""
    return "|".join((values | other).get(name, "") for name in columns) + "[]"


def file_of(*rows: str, columns: tuple[str, ...] = LEDES_1998B, end: str = "\r\n") -> str:
    name = "LEDES1998B[]" if columns == LEDES_1998B else "LEDES98BI V2[]"
    return end.join([name, "|".join(columns) + "[]", *rows, ""])


def invoice(total: str, *items: dict[str, str]) -> str:
    """Write a 1998B file of one invoice with this total."""
    return file_of(*(row(each, INVOICE_TOTAL=total) for each in items))


def read(text: str | bytes) -> list[Numbered]:
    data = text.encode() if isinstance(text, str) else text
    return list(documents_in(io.BytesIO(data)))


def bill_of(text: str | bytes) -> Bill:
    """Return the only bill of a file that has nothing wrong in it."""
    (answer,) = read(text)
    assert answer.read.findings == ()
    assert isinstance(answer.read.document, Bill)
    return answer.read.document


def taxed(*rows: str) -> str:
    return file_of(*rows, columns=LEDES_98BI)


def taxed_row(**other: str) -> str:
    return row(TAXED, LEDES_98BI, **other)


def found(numbered: Numbered) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in numbered.read.findings]
