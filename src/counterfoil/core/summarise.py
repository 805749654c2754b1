"""Source lines to posted lines, by the ``lines`` setting (rounding.md step 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.mapping import Lines
from counterfoil.core.money import MICRO, nearest, number_text
from counterfoil.core.source_checks import Item
from counterfoil.core.texts import description
from counterfoil.core.xero_arithmetic import ONE, line_amount, to_grid, to_grid_of_two

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterfoil.core.lookup import Target, Tracking

MILLIONTHS_IN_CENT: Final = 10_000
HIGHEST_QUANTITY: Final = 100_000_000 * ONE
"""Xero holds quantities of at most thirteen characters: eight digits, the point, four decimals."""


class Draft(NamedTuple):
    """A line that will be posted, with the source lines that it stands for.

    ``amount`` is what Xero will compute from quantity and unit amount, ``net`` what the source says
    of these lines, which four decimals by two may miss. ``tax`` is the source's tax of these lines;
    None where the source gives it for the whole document only.
    """

    description: str
    quantity: int
    unit_amount: int
    amount: int
    net: int
    target: Target
    tracking: Tracking
    items: tuple[Item, ...]
    tax: int | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is 1 × its amount, as a line that carries its own tax must be."""
        return self.quantity == ONE


def draft_lines(items: Sequence[Item], setting: Lines) -> list[Draft]:
    """Return the lines to post for a document's source lines."""
    if setting is Lines.SUMMARISED:
        return _summarised(items)
    shape: Callable[[Item], Draft] = itemised if setting is Lines.ITEMISED else _itemised_2dp
    return [shape(item) for item in items]


def single(item: Item) -> Draft:
    """Post one source line as 1 × its total; its quantity and price stay readable."""
    return Draft(
        _with_workings(item),
        ONE,
        item.total * 100,
        item.total,
        item.total,
        item.target,
        item.tracking,
        (item,),
        item.tax,
    )


def itemised(item: Item) -> Draft:
    """Post one source line with its quantity, where that gives its total to the cent."""
    priced = priced_line(item)
    if priced is None:
        return single(item)
    quantity, price = priced
    for unit_amount in (to_grid_of_two(price), to_grid(price)):
        if line_amount(quantity, unit_amount) == item.total:
            return _priced(item, quantity, unit_amount)
    return single(item)


def _itemised_2dp(item: Item) -> Draft:
    """Post one source line at 4 × 2 decimals, whatever that gives."""
    priced = priced_line(item)
    if priced is None:
        return single(item)
    quantity, price = priced
    return _priced(item, quantity, to_grid_of_two(price))


def priced_line(item: Item) -> tuple[int, int] | None:
    """Return quantity (ten-thousandths, positive) and price (millionths); None for 1 × total.

    The price is the source's where it gives the total; otherwise the total was overridden and the
    price is worked back from it, to six decimals.
    """
    if not item.quantity:
        return None
    quantity = abs(item.quantity)
    price = worked_price(item.total, quantity, item.unit_price, turned=item.quantity < 0)
    posted = to_grid(quantity)
    if not 0 < posted < HIGHEST_QUANTITY:
        return None
    return posted, price


def worked_price(total: int, quantity: int, unit_price: int | None, *, turned: bool) -> int:
    """The unit price in millionths: the source's own, or total ÷ quantity where it was overridden.

    ``quantity`` is positive; ``turned`` says that the source's was negative, so that its sign moves
    to the price, where Xero wants it.
    """
    if unit_price is not None:
        price = -unit_price if turned else unit_price
        if nearest(quantity * price, MICRO * MILLIONTHS_IN_CENT) == total:
            return price
    return nearest(total * MILLIONTHS_IN_CENT * MICRO, quantity)


def _priced(item: Item, quantity: int, unit_amount: int) -> Draft:
    return Draft(
        description(item.description, item.target.account.name),
        quantity,
        unit_amount,
        line_amount(quantity, unit_amount),
        item.total,
        item.target,
        item.tracking,
        (item,),
        item.tax,
    )


def _with_workings(item: Item) -> str:
    text = description(item.description, item.target.account.name)
    if not item.quantity or item.quantity == MICRO:
        return text
    quantity = abs(item.quantity)
    price = worked_price(item.total, quantity, item.unit_price, turned=item.quantity < 0)
    return description(f"{text} ({number_text(quantity)} × {number_text(price)})", text)


def _summarised(items: Sequence[Item]) -> list[Draft]:
    groups: dict[tuple[int, Tracking], list[Item]] = {}
    for item in items:
        groups.setdefault((item.target.slot, item.tracking), []).append(item)
    drafts = [summary(group) for group in groups.values()]
    assert sum(draft.amount for draft in drafts) == sum(item.total for item in items)
    return drafts


def summary(group: Sequence[Item]) -> Draft:
    """Post source lines of one account, tax type and tracking as one: 1 × their sum."""
    first = group[0]
    total = tax = 0
    for item in group:
        total += item.total
        tax += item.tax or 0
    own_tax = None if first.tax is None else tax
    return summed_up(
        first.target, first.tracking, first.description, len(group), total, own_tax
    )._replace(items=tuple(group))


def summed_up(
    target: Target, tracking: Tracking, first: str, lines: int, total: int, tax: int | None
) -> Draft:
    """Return 1 × the total of so many lines, the first of which has this description."""
    name = target.account.name
    text = description(first, name) if lines == 1 else f"{name} ({lines} lines)"
    return Draft(text, ONE, total * 100, total, total, target, tracking, (), tax)
