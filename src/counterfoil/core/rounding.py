"""The balance between the source's total and Xero's, and the one line that carries it.

rounding.md steps 5 and 6. The line is never taxed, so that it adds exactly itself to the total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.findings import Finding, error, warning
from counterfoil.core.mapping import Guard
from counterfoil.core.money import amount_text
from counterfoil.core.xero_arithmetic import ONE
from counterfoil.core.xero_documents import AccountRef, LineItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.lookup import Lookup, Tracking
    from counterfoil.core.source_checks import Item

DESCRIPTION: Final = "Rounding errors"
LEAST_GUARD: Final = 5
MOST_GUARD: Final = 100


class Rounding(NamedTuple):
    """The rounding line, if one is needed and may be posted, and what was found."""

    line: LineItem | None
    findings: tuple[Finding, ...]


def rounding(
    balance: int, items: Sequence[Item], lookup: Lookup, *, lines: int | None = None
) -> Rounding:
    """Return the line that makes Xero's total the source's; ``balance`` is source less Xero.

    The guard counts the source's lines: the items, unless ``lines`` tells how many there were.
    """
    if balance == 0:
        return Rounding(None, ())
    counted = len(items) if lines is None else lines
    guarded = _guarded(balance, counted, lookup.mapping.settings.rounding_guard)
    place = rounding_place(items, lookup)
    if place is None or lookup.no_tax.rate is None:
        return Rounding(None, (*guarded, *lookup.no_tax.findings, _no_place(balance)))
    account, tracking = place
    line = LineItem(
        DESCRIPTION, ONE, balance * 100, account, lookup.no_tax.rate.tax_type, tracking=tracking
    )
    return Rounding(line, guarded)


def guard(lines: int) -> int:
    """The largest balance that posts without a person looking, in hundredths."""
    return min(MOST_GUARD, max(LEAST_GUARD, lines))


def rounding_place(items: Sequence[Item], lookup: Lookup) -> tuple[AccountRef, Tracking] | None:
    """Choose the account with the highest amount, and the tracking of its largest line.

    Ties go to the smaller code in code-point order and never to the order of lines, so that the
    same bill always rounds to the same place.
    """
    sums: dict[str, int] = {}
    for item in items:
        if item.target.takes_rounding:
            sums[item.target.code] = sums.get(item.target.code, 0) + item.total
    if sums:
        code = min(sums, key=lambda code: (-abs(sums[code]), code))
        on_it = [item for item in items if item.target.code == code]
        largest = min(on_it, key=lambda item: (-abs(item.total), item.tracking))
        return largest.target.ref, largest.tracking
    chosen = lookup.special_rounding
    if chosen is None or chosen.findings:
        return None
    return chosen.ref, ()


def _guarded(balance: int, lines: int, setting: Guard) -> tuple[Finding, ...]:
    allowed = guard(lines)
    if abs(balance) <= allowed:
        return ()
    message = (
        f"Xero would compute a total that is {amount_text(balance)} off; up to "
        f"{amount_text(allowed)} goes on a rounding line."
    )
    if setting is Guard.POST:
        fix = "Check that a rounding line of this size is meant, or post lines as summarised."
        return (warning("rounding_above_guard", message, fix, "total", "setting:rounding_guard"),)
    fix = (
        "Set lines to summarised or itemised, which need no rounding line, or set rounding_guard "
        "to post."
    )
    return (error("rounding_above_guard", message, fix, "total", "setting:rounding_guard"),)


def _no_place(balance: int) -> Finding:
    return error(
        "no_rounding_account",
        f"A rounding line of {amount_text(balance)} is needed, and no income or expense account of "
        "this document can take it.",
        "Choose an account for rounding errors as special.rounding in the mapping.",
        about="special:rounding",
    )
