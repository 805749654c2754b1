"""The one correction of an object whose total in Xero is not the one that was sent.

rounding.md, step 7. An amount with two decimals times one survives Xero unchanged, and an untaxed
line touches no other, so that moving the balance by the shortfall once makes the totals equal under
any rule for ties.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import Lined
from counterfoil.core.findings import error, holds
from counterfoil.core.rounding import DESCRIPTION, rounding
from counterfoil.core.source_checks import Item
from counterfoil.core.targets import Found, account_named
from counterfoil.core.xero_arithmetic import line_amount
from counterfoil.core.xero_documents import BankTransaction, CreditNote, Invoice, Totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.xero_documents import AccountRef, LineItem

Correctable = Invoice | CreditNote | BankTransaction


class Standing(NamedTuple):
    """What Xero holds of an object: its sums, and its lines' amounts in hundredths, in order."""

    totals: Totals
    amounts: tuple[int, ...]


class Correction(NamedTuple):
    """The object as it should be sent anew, or what keeps it from being sent."""

    element: Correctable | None
    findings: tuple[Finding, ...]


def correction(
    document: Document, element: Correctable, standing: Standing, lookup: Lookup
) -> Correction:
    """Return ``element`` with the balance that makes Xero's total the source's.

    Its lines stand in Xero's order, the rounding line last. ``expected`` is what Xero will hold
    then: its own tax stays, and the rest takes up the difference.
    """
    lines = _without_rounding(element.lines)
    rest = standing.amounts[len(lines) :]
    if len(standing.amounts) < len(lines) or len(rest) > 1:
        return Correction(None, (_changed(len(lines), len(standing.amounts)),))
    shortfall = element.expected.total - standing.totals.total
    counted = len(document.lines) if isinstance(document, Lined) else len(lines)
    balance = sum(rest) + shortfall
    rounded = rounding(balance, tuple(_items(lines, lookup)), lookup, lines=counted)
    if holds(rounded.findings):
        return Correction(None, rounded.findings)
    posted = lines if rounded.line is None else (*lines, rounded.line)
    held = standing.totals
    expected = Totals(held.sub_total + shortfall, held.total_tax, element.expected.total)
    return Correction(replace(element, lines=posted, expected=expected), rounded.findings)


def _without_rounding(lines: tuple[LineItem, ...]) -> tuple[LineItem, ...]:
    return lines[:-1] if lines and lines[-1].description == DESCRIPTION else lines


def _items(lines: Sequence[LineItem], lookup: Lookup) -> Iterator[Item]:
    """Yield the posted lines as those among which the balance finds its account."""
    for line in lines:
        account = account_named(_name(line.account), lookup.chart)
        target, _ = lookup.untaxed(Found(account))
        if target is not None:
            amount = line_amount(line.quantity, line.unit_amount)
            yield Item(line.description, amount, None, None, None, target, line.tracking)


def _name(ref: AccountRef) -> str:
    return ref.code or f"id:{ref.account_id}"


def _changed(sent: int, held: int) -> Finding:
    return error(
        "changed_in_xero",
        f"Xero's document has {held} lines and {sent} were sent: somebody has changed it there, so "
        "that its total is not corrected from here.",
        "Put it right in Xero, then retry; or accept it as it stands there.",
        "lines",
    )
