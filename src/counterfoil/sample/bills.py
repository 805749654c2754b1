"""Random bills that repeat with their seed: what a practice issues, at its plainest or hardest.

Every bill is lawful: its sums agree, and its tax follows one of several rounding rules that tax
law allows (facts: money arithmetic, section 4.2), written on the lines or for the whole document.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final, Literal

from counterfoil.core.documents import Bill, Line, Matter, Party
from counterfoil.core.money import MICRO, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

Style = Literal["ordinary", "hard"]
Tie = Callable[[int, int], int]
"""A whole number for a fraction: numerator and positive denominator."""

HOURLY_RATES: Final = (220, 275, 310, 350, 385, 420, 480, 550, 650)
MOST_LINES: Final = 40
LEAST_DISCOUNTED: Final = 10_00
"""Smaller lines, in cents, are never discounted."""
CENTS_IN_PRODUCT: Final = 10_000_000_000
"""Quantity × price, both in millionths, for one hundredth."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often, of one, a practice does what it does."""

    inclusive: float = 0.25
    negative: float = 0.03
    overridden: float = 0.12
    discounted: float = 0.3
    usual_tax_code: float = 0.7
    tax_by_rate: float = 0.5
    line_taxes_unwritten: float = 0.3


@dataclass(frozen=True, slots=True)
class Practice:
    """What the bills are drawn from. ``rates`` are in ten-thousandths of a percent."""

    rates: Mapping[str, int]
    fees: Sequence[str] = ("4-1000", "4-2000")
    disbursements: Sequence[str] = ("4-3000",)
    tracking: Sequence[tuple[tuple[str, str], ...]] = ((),)
    clients: int = 60
    first_day: dt.date = dt.date(2026, 10, 1)
    days: int = 31
    habits: Habits = Habits()


AUSTRALIAN: Final = Practice({"GST": 100_000, "FREE": 0})
"""A practice that knows GST and what is free of it."""


def bills(
    seed: int, count: int, style: Style = "ordinary", practice: Practice = AUSTRALIAN
) -> Iterator[Bill]:
    """Yield bills, the same ones for the same arguments."""
    chance = Random(f"{seed}/{style}")
    for number in range(1, count + 1):
        yield _bill(number, chance, style, practice)


def up(numerator: int, denominator: int) -> int:
    """Halves away from zero, as in Australia."""
    return nearest(numerator, denominator)


def even(numerator: int, denominator: int) -> int:
    """Halves to the even cent, as spreadsheets do."""
    whole, rest = divmod(abs(numerator), denominator)
    whole += 2 * rest > denominator or (2 * rest == denominator and whole % 2)
    return whole if numerator >= 0 else -whole


def down(numerator: int, denominator: int) -> int:
    """Halves towards zero, as New Zealand allows."""
    whole, rest = divmod(abs(numerator), denominator)
    whole += 2 * rest > denominator
    return whole if numerator >= 0 else -whole


def cut(numerator: int, denominator: int) -> int:
    """Fractions of a cent dropped, as the United Kingdom allows."""
    whole = abs(numerator) // denominator
    return whole if numerator >= 0 else -whole


TIES: Final[tuple[Tie, ...]] = (up, even, down, cut)


def _bill(number: int, chance: Random, style: Style, practice: Practice) -> Bill:
    lines = _lines(chance, style, practice)
    inclusive = chance.random() < practice.habits.inclusive
    if style == "hard" and chance.random() < practice.habits.negative:
        lines = [_turned(line) for line in lines]
    lines, tax = _taxed(lines, chance, practice, inclusive=inclusive)
    net = sum(line.total for line in lines)
    client = chance.randrange(1, practice.clients + 1)
    date = practice.first_day + dt.timedelta(days=chance.randrange(practice.days))
    return Bill(
        id=f"b-{number}",
        number=f"INV-{number:06d}",
        date=date,
        due_date=date + dt.timedelta(days=14),
        client=Party(id=f"c-{client}", name=f"Client {client:03d} Pty Ltd"),
        matter=Matter(id=f"m-{client}", number=f"2026-{client:03d}"),
        tax_inclusive=inclusive,
        lines=tuple(lines),
        tax=tax,
        total=net if inclusive else net + tax,
    )


def _lines(chance: Random, style: Style, practice: Practice) -> list[Line]:
    """Between one and forty lines, few more often than many; the bill comes out positive."""
    count = min(MOST_LINES, 1 + int(chance.expovariate(1 / 7)))
    shapes = HARD if style == "hard" else ORDINARY
    lines = [chance.choice(shapes)(chance, practice) for _ in range(count)]
    discounts = [
        _discount(line, chance)
        for line in lines[: count // 4]
        if line.total >= LEAST_DISCOUNTED and chance.random() < practice.habits.discounted
    ]
    return lines + discounts


def _overridden(line: Line, chance: Random) -> Line:
    """A user typed another total; the price stands as it was, or worked back to six decimals."""
    assert line.quantity is not None
    lowest = -min(line.total - 1, 20_00)
    total = line.total + chance.randrange(lowest, 20_00)
    worked = nearest(total * 10_000 * MICRO, line.quantity)
    return replace(line, total=total, unit_price=chance.choice((line.unit_price, worked)))


def _hours(chance: Random, practice: Practice) -> Line:
    """Six-minute units at an hourly rate."""
    quantity = chance.randrange(1, 80) * 100_000
    price = chance.choice(HOURLY_RATES) * MICRO
    return _at(chance, practice, quantity, price, "Attendance", practice.fees)


def _minutes(chance: Random, practice: Practice) -> Line:
    """Hours by the minute, with as many decimals as there are."""
    quantity = nearest(chance.randrange(1, 600) * MICRO, 60)
    price = chance.choice(HOURLY_RATES) * MICRO + chance.choice((0, 333_333, 500_000))
    return _at(chance, practice, quantity, price, "Time", practice.fees)


def _kilometres(chance: Random, practice: Practice) -> Line:
    """Many units at a price with four to six decimals."""
    quantity = chance.randrange(1, 3_000) * MICRO
    price = chance.randrange(1_000, 900_000)
    return _at(chance, practice, quantity, price, "Travel", practice.disbursements)


def _pages(chance: Random, practice: Practice) -> Line:
    quantity = chance.randrange(1, 400) * MICRO
    price = chance.choice((200_000, 350_000, 550_000, 1_100_000))
    return _at(chance, practice, quantity, price, "Copies", practice.disbursements)


def _fixed(chance: Random, practice: Practice) -> Line:
    return _plain(chance, practice, chance.randrange(50_00, 4_000_00), "Fixed fee", practice.fees)


def _disbursement(chance: Random, practice: Practice) -> Line:
    total = chance.randrange(5_00, 600_00)
    return _plain(chance, practice, total, "Search fee", practice.disbursements)


def _plain(
    chance: Random, practice: Practice, total: int, description: str, accounts: Sequence[str]
) -> Line:
    return Line(
        description=description,
        account=chance.choice(accounts),
        tax_code=_tax_code(chance, practice),
        total=total,
        tracking=chance.choice(practice.tracking),
    )


def _at(
    chance: Random,
    practice: Practice,
    quantity: int,
    price: int,
    description: str,
    accounts: Sequence[str],
) -> Line:
    total = max(1, nearest(quantity * price, CENTS_IN_PRODUCT))
    plain = _plain(chance, practice, total, description, accounts)
    line = replace(plain, quantity=quantity, unit_price=price)
    return _overridden(line, chance) if chance.random() < practice.habits.overridden else line


def _tax_code(chance: Random, practice: Practice) -> str:
    """The first code is the usual one."""
    codes = tuple(practice.rates)
    return codes[0] if chance.random() < practice.habits.usual_tax_code else chance.choice(codes)


def _discount(line: Line, chance: Random) -> Line:
    """Part of a line's amount taken off again, under the same account and tax code."""
    percent = chance.choice((5, 10, 15, 20))
    return replace(
        line,
        description=f"Discount {percent} %",
        quantity=None,
        unit_price=None,
        total=-nearest(line.total * percent, 100),
    )


def _turned(line: Line) -> Line:
    price = None if line.unit_price is None else -line.unit_price
    return replace(line, total=-line.total, unit_price=price)


ORDINARY: Final = (_hours, _hours, _hours, _fixed, _disbursement, _pages)
HARD: Final = (*ORDINARY, _minutes, _minutes, _kilometres, _kilometres)


def _taxed(
    lines: list[Line], chance: Random, practice: Practice, *, inclusive: bool
) -> tuple[list[Line], int]:
    """Tax by one lawful rule: on each line, or on the sum of each rate."""
    tie, rates, habits = chance.choice(TIES), practice.rates, practice.habits
    if chance.random() < habits.tax_by_rate:
        return lines, _tax_by_rate(lines, rates, tie, inclusive=inclusive)
    taxes = [_tax(line.total, rates[line.tax_code], tie, inclusive=inclusive) for line in lines]
    if chance.random() < habits.line_taxes_unwritten:
        return lines, sum(taxes)
    taxed = [replace(line, tax=tax) for line, tax in zip(lines, taxes, strict=True)]
    return taxed, sum(taxes)


def _tax_by_rate(lines: list[Line], rates: Mapping[str, int], tie: Tie, *, inclusive: bool) -> int:
    sums: dict[int, int] = {}
    for line in lines:
        rate = rates[line.tax_code]
        sums[rate] = sums.get(rate, 0) + line.total
    return sum(_tax(amount, rate, tie, inclusive=inclusive) for rate, amount in sums.items())


def _tax(amount: int, rate: int, tie: Tie, *, inclusive: bool) -> int:
    return tie(amount * rate, MICRO + rate if inclusive else MICRO)
