"""What must hold inside one document, whatever the firm's chart: signs and sums.

Sums of lines and tax against the total belong to conversion (rounding.md step 1); here are the
rules that need neither chart nor mapping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import (
    Allocation,
    Billing,
    CreditNote,
    Document,
    Key,
    Receipt,
    TrustReceipt,
)
from counterfoil.core.fields import Form
from counterfoil.core.findings import note
from counterfoil.core.forms import Faults
from counterfoil.core.plain import below
from counterfoil.core.table import kind_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counterfoil.core.findings import Finding
    from counterfoil.core.table import Shape

NO_DECIMALS = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF",
                         "UGX", "VND", "VUV", "XAF", "XOF", "XPF"})  # fmt: skip
"""Currencies without a smaller unit (ISO 4217)."""


def check(document: Document) -> tuple[Finding, ...]:
    """Find what is wrong between the fields of one document that reads well field by field."""
    faults = Faults()
    for rule in _RULES:
        rule(document, faults)
    return tuple(faults)


def _takes_one_revision(document: Document, faults: Faults) -> None:
    if document.once_only and document.revision > 1:
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


def _billing(document: Document, faults: Faults) -> None:
    if isinstance(document, Billing):
        if not document.lines:
            faults.found("no_lines", "There are no lines.", "Add at least one line.", "lines")
        _taxes_on_all_or_none(document, faults)
        _quantity_and_price_together(document, faults)


def _taxes_on_all_or_none(document: Billing, faults: Faults) -> None:
    without = [index for index, line in enumerate(document.lines) if line.tax is None]
    if without and len(without) < len(document.lines):
        faults.found(
            "line_taxes_incomplete",
            f"{len(document.lines) - len(without)} of {len(document.lines)} lines have a tax, "
            f"the first without one is line {without[0] + 1}.",
            "Give the tax on every line (0.00 where there is none) or on none.",
            f"lines[{without[0]}].tax",
        )


def _quantity_and_price_together(document: Billing, faults: Faults) -> None:
    for index, line in enumerate(document.lines):
        if (line.quantity is None) != (line.unit_price is None):
            given, other = ("unit price", "quantity")
            if line.unit_price is None:
                given, other = other, given
            faults.append(
                note(
                    "quantity_without_price" if given == "quantity" else "price_without_quantity",
                    f"Line {index + 1} has a {given} and no {other}; its total stands as it is.",
                    f"Add the {other} if it should show in Xero.",
                    f"lines[{index}]",
                )
            )


def _credit_note(document: Document, faults: Faults) -> None:
    if isinstance(document, CreditNote):
        _positive(document.total, "total", faults)
        _allocations(document.allocations, document.total, "total", faults)


def _receipt(document: Document, faults: Faults) -> None:
    if isinstance(document, Receipt):
        sets_off = any(each.amount < 0 for each in document.allocations)
        if not (sets_off and document.amount == 0):
            _positive(document.amount, "amount", faults)
        _allocations(document.allocations, document.amount, "amount", faults)


def _positive(amount: int, path: str, faults: Faults) -> None:
    if amount <= 0:
        faults.found(
            "amount_not_positive",
            f"The {path.rpartition('.')[2]} is {money_text(amount)}.",
            "Give an amount above zero; what goes the other way is a document of its own.",
            path,
        )


def _allocations(
    allocations: tuple[Allocation, ...], limit: int, name: str, faults: Faults
) -> None:
    for index, each in enumerate(allocations):
        if each.amount == 0:
            faults.found(
                "amount_zero",
                f"Nothing is applied to {each.bill.kind} {each.bill.id}.",
                "Leave this allocation out.",
                f"allocations[{index}].amount",
            )
    _each_bill_once(allocations, faults)
    applied = sum(each.amount for each in allocations)
    if applied > max(limit, 0):
        faults.found(
            "allocations_exceed_amount",
            f"The allocations come to {money_text(applied)}, which is "
            f"{money_text(applied - limit)} more than the {name} of {money_text(limit)}.",
            "Correct an allocation so that no more is applied than there is.",
            "allocations",
        )


def _each_bill_once(allocations: tuple[Allocation, ...], faults: Faults) -> None:
    met: set[Key] = set()
    for index, each in enumerate(allocations):
        if each.bill in met:
            faults.found(
                "allocated_twice",
                f"{each.bill.kind.capitalize()} {each.bill.id} is named more than once.",
                "Put what is applied to it into one allocation.",
                f"allocations[{index}].bill",
            )
        met.add(each.bill)


def _trust_receipt(document: Document, faults: Faults) -> None:
    if not isinstance(document, TrustReceipt):
        return
    _positive(document.amount, "amount", faults)
    for index, split in enumerate(document.splits):
        _positive(split.amount, f"splits[{index}].amount", faults)
    parts = sum(split.amount for split in document.splits)
    if parts != document.amount:
        way = "more" if parts > document.amount else "less"
        faults.found(
            "splits_do_not_add_up",
            f"The splits come to {money_text(parts)}, which is "
            f"{money_text(abs(parts - document.amount))} {way} than the amount of "
            f"{money_text(document.amount)}.",
            "Correct the split or the amount: every cent of trust money belongs to a matter.",
            "splits",
        )


_RULES: tuple[Callable[[Document, Faults], None], ...] = (
    _takes_one_revision,
    _rate_has_its_currency,
    _whole_units_where_there_are_no_cents,
    _billing,
    _credit_note,
    _receipt,
    _trust_receipt,
)
