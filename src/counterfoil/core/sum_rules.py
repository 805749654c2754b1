"""Signs and sums that several kinds ask for: amounts, allocations, splits, lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.core.findings import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import AnyAllocation, Key, Line, Split
    from counterfoil.core.faults import Faults


def positive(amount: int, path: str, faults: Faults) -> None:
    """Ask for an amount above zero: what goes the other way is another kind (documents.md)."""
    if amount <= 0:
        faults.found(
            "amount_not_positive",
            f"The {path.rpartition('.')[2]} is {money_text(amount)}.",
            "Give an amount above zero; what goes the other way is a document of its own.",
            path,
        )


def some(entries: Sequence[object], name: str, fix: str, faults: Faults) -> None:
    """Ask for at least one entry in a list."""
    if not entries:
        faults.found(f"no_{name}", f"There are no {name}.", fix, name)


def billed_lines(lines: Sequence[Line], faults: Faults) -> None:
    """Ask of lines what billing asks: taxes on all or none, quantity and price together."""
    without = [index for index, line in enumerate(lines) if line.tax is None]
    if without and len(without) < len(lines):
        taxes_incomplete(len(lines) - len(without), len(lines), without[0], faults)
    for index, line in enumerate(lines):
        if (line.quantity is None) != (line.unit_price is None):
            _quantity_or_price(index, line, faults)


def taxes_incomplete(given: int, lines: int, first: int, faults: Faults) -> None:
    """Say that some lines have a tax and others, from ``first`` on, have none."""
    faults.found(
        "line_taxes_incomplete",
        f"{given} of {lines} lines have a tax, the first without one is line {first + 1}.",
        "Give the tax on every line (0.00 where there is none) or on none.",
        f"lines[{first}].tax",
    )


def _quantity_or_price(index: int, line: Line, faults: Faults) -> None:
    given, other = ("quantity", "unit price")
    if line.quantity is None:
        given, other = other, given
    faults.append(
        note(
            "quantity_without_price" if given == "quantity" else "price_without_quantity",
            f"Line {index + 1} has a {given} and no {other}; its total stands as it is.",
            f"Add the {other} if it should show in Xero.",
            f"lines[{index}]",
        )
    )


def applied(
    allocations: Sequence[AnyAllocation],
    limit: int | None,
    name: str,
    faults: Faults,
    *,
    sets_off: bool = False,
) -> None:
    """Judge what is applied to bills, ``limit`` being all that there is to apply.

    A bill in another currency takes its bank amount of it.
    Only where bills are set off against each other may an amount be below zero.
    """
    for index, each in enumerate(allocations):
        _allocated(each, f"allocations[{index}]", faults, sets_off=sets_off)
    _each_once(allocations, faults)
    total = sum(
        each.amount if each.bank_amount is None else each.bank_amount for each in allocations
    )
    if limit is not None and total > max(limit, 0):
        faults.found(
            "allocations_exceed_amount",
            f"The allocations come to {money_text(total)}, which is "
            f"{money_text(total - limit)} more than the {name} of {money_text(limit)}.",
            "Correct an allocation so that no more is applied than there is.",
            "allocations",
        )


def _allocated(allocation: AnyAllocation, path: str, faults: Faults, *, sets_off: bool) -> None:
    if allocation.amount == 0:
        faults.found(
            "amount_zero",
            f"Nothing is applied to {_name(allocation.invoice)}.",
            "Leave this allocation out.",
            f"{path}.amount",
        )
    elif not sets_off:
        positive(allocation.amount, f"{path}.amount", faults)
    bank = allocation.bank_amount
    if bank is not None and (bank > 0) != (allocation.amount > 0):
        faults.found(
            "bank_amount_sign",
            f"{money_text(allocation.amount)} is {money_text(bank)} at the bank.",
            "Give both the same sign: they are one amount in two currencies.",
            f"{path}.bank_amount",
        )


def _name(key: Key) -> str:
    return f"{key.kind.replace('_', ' ')} {key.id}"


def _each_once(allocations: Sequence[AnyAllocation], faults: Faults) -> None:
    met: set[Key] = set()
    for index, each in enumerate(allocations):
        if each.invoice in met:
            named = _name(each.invoice)
            faults.found(
                "allocated_twice",
                f"{named[:1].upper()}{named[1:]} is named more than once.",
                "Put what is applied to it into one allocation.",
                f"allocations[{index}].{_side(each)}",
            )
        met.add(each.invoice)


def _side(allocation: AnyAllocation) -> str:
    return "supplier_bill" if allocation.invoice.kind.endswith("supplier_bill") else "bill"


def comes_to(parts: Sequence[Split] | Sequence[AnyAllocation], amount: int, name: str,
             fix: str, faults: Faults) -> None:  # fmt: skip
    """Ask that the parts of an amount come to it, to the cent."""
    total = sum(each.amount for each in parts)
    if total != amount:
        way = "more" if total > amount else "less"
        faults.found(
            f"{name}_do_not_add_up",
            f"The {name} come to {money_text(total)}, which is "
            f"{money_text(abs(total - amount))} {way} than the amount of {money_text(amount)}.",
            fix,
            name,
        )


def split(splits: Sequence[Split], amount: int, faults: Faults) -> None:
    """Ask that every cent of trust money belongs to a matter (interfaces.md, Splits)."""
    for index, each in enumerate(splits):
        positive(each.amount, f"splits[{index}].amount", faults)
    fix = "Correct the split or the amount: every cent of trust money belongs to a matter."
    comes_to(splits, amount, "splits", fix, faults)
