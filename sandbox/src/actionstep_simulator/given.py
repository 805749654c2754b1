"""Rows from a file: what a simulator holds when it begins."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from actionstep_simulator.resources import RESOURCES, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actionstep_simulator.rows import Rows, Value

Told = dict[str, list[dict[str, object]]]

SAMPLE: Told = {
    "participants": [{"id": 11, "displayName": "Abernethy Pty Ltd", "email": "ab@example.com"}],
    "actions": [{"id": 21, "name": "Lease of the shop", "reference": "2026/044"}],
    "bills": [
        {
            "id": 31,
            "status": "Open",
            "ourReference": "20014",
            "invoiceDate": "2026-07-01",
            "dueDate": "2026-07-15",
            "totalInclusive": "1100.00",
            "totalExclusive": "1000.00",
            "totalSalesTax": "100.00",
            "totalPaid": "0.00",
            "totalDue": "1100.00",
            "links": {"theirParticipant": "11", "action": ["21"]},
        }
    ],
}


def add(rows: Rows, told: Told, now: dt.datetime) -> None:
    """Add rows as they are written in JSON: by resource, amounts and dates as text.

    Raises ``KeyError`` for what no resource has, and ``ValueError`` for what is no value.
    """
    for name, some in told.items():
        forms = RESOURCES[name].fields
        for one in some:
            links = one.get("links") or {}
            assert isinstance(links, dict)
            rows.add(name, now, dict(links), **_values(one, forms))


def read(text: str) -> Told:
    """Read a file of rows. Raises ``ValueError``."""
    told: Told = json.loads(text)
    return told


def _values(one: Mapping[str, object], forms: Mapping[str, Form]) -> dict[str, Value]:
    return {name: _value(value, forms[name]) for name, value in one.items() if name != "links"}


def _value(value: object, form: Form) -> Value:
    if form is Form.INT:
        return int(str(value))
    if form is Form.DECIMAL:
        return _amount(str(value))
    if form is Form.DATE:
        return dt.date.fromisoformat(str(value))
    if form is Form.FLAG:
        return value is True
    return str(value)


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text} is no amount") from None
