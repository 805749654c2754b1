"""What must hold inside one document, whatever the firm's chart: signs and sums.

Sums of lines and tax against the total belong to conversion (rounding.md step 1); here are the
rules that need neither chart nor mapping.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import (
    Allocation,
    Billing,
    CreditNote,
    Document,
    Receipt,
    TrustReceipt,
)
from counterfoil.core.forms import Faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.findings import Finding

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


def _billing(document: Document, faults: Faults) -> None:
    if isinstance(document, Billing):
        if not document.lines:
            faults.found("no_lines", "There are no lines.", "Add at least one line.", "lines")
        _taxes_on_all_or_none(document, faults)


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
    if applied > limit:
        faults.found(
            "allocations_exceed_amount",
            f"The allocations come to {money_text(applied)}, which is "
            f"{money_text(applied - limit)} more than the {name} of {money_text(limit)}.",
            "Correct an allocation so that no more is applied than there is.",
            "allocations",
        )


def _each_bill_once(allocations: tuple[Allocation, ...], faults: Faults) -> None:
    times = Counter(each.bill for each in allocations)
    for index, each in enumerate(allocations):
        if times[each.bill] > 1:
            times[each.bill] = 0
            faults.found(
                "allocated_twice",
                f"{each.bill.kind.capitalize()} {each.bill.id} is named more than once.",
                "Put what is applied to it into one allocation.",
                f"allocations[{index}].bill",
            )


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
    _billing,
    _credit_note,
    _receipt,
    _trust_receipt,
)
