"""What must hold inside one document, whatever the firm's chart: signs and sums.

Sums of lines and tax against the total belong to conversion (rounding.md step 1); here are the
rules that need neither chart nor mapping. What single kinds ask is in ``kind_rules``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import KINDS, Reversal
from counterfoil.core.faults import Faults
from counterfoil.core.fields import Form
from counterfoil.core.kind_rules import RULES
from counterfoil.core.plain import below
from counterfoil.core.table import kind_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.kind_rules import Rule
    from counterfoil.core.table import Shape

NO_DECIMALS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF",
                         "UGX", "VND", "VUV", "XAF", "XOF", "XPF"})  # fmt: skip
"""Currencies without a smaller unit (ISO 4217)."""


def check(document: Document) -> tuple[Finding, ...]:
    """Find what is wrong between the fields of one document that reads well field by field."""
    faults = Faults()
    if document.currency is not None or document.exchange_rate is not None:
        _rate_has_its_currency(document, faults)
        _whole_units_where_there_are_no_cents(document, faults)
    if document.revision > 1:
        _takes_one_revision(document, faults)
    for rule in _rules(document.kind):
        rule(document, faults)
    return tuple(faults)


@cache
def _rules(kind: str) -> tuple[Rule, ...]:
    """Return the rules of a kind, those of the families it belongs to first."""
    return tuple(rule for family in reversed(KINDS[kind].__mro__) for rule in RULES.get(family, ()))


def _takes_one_revision(document: Document, faults: Faults) -> None:
    if document.once_only or (
        isinstance(document, Reversal) and KINDS[document.reverses.kind].once_only
    ):
        faults.found(
            "revision_not_allowed",
            f"This is revision {document.revision} of a trust document.",
            "Trust documents are never changed: reverse it and record a new one.",
            "revision",
        )


def _rate_has_its_currency(document: Document, faults: Faults) -> None:
    if document.exchange_rate is not None and document.currency is None:
        faults.found(
            "currency_missing",
            f"There is an exchange rate of {document.exchange_rate} and no currency.",
            "Add the currency that the rate belongs to, or leave the rate out.",
            "currency",
        )


def _whole_units_where_there_are_no_cents(document: Document, faults: Faults) -> None:
    if document.currency in NO_DECIMALS:
        for path, amount in _money(kind_shape(document.kind), document, ""):
            if amount % 100:
                faults.found(
                    "too_many_decimals",
                    f"{money_text(amount)} has decimals, and {document.currency} has none.",
                    "Round it where it is recorded: nothing is rounded here.",
                    path,
                )


def _money(shape: Shape, record: object, path: str) -> Iterator[tuple[str, int]]:
    """Name every amount in the document's own currency; a bank amount is in the bank's."""
    for column in shape.columns:
        value = getattr(record, column.attribute)
        where = below(path, column.name)
        if column.field.form is Form.MONEY and value is not None and column.name != "bank_amount":
            yield where, value
        elif column.field.form is Form.RECORDS and column.inner is not None:
            for index, each in enumerate(value):
                yield from _money(column.inner, each, f"{where}[{index}]")
