"""Charts as figures for a template to draw: where each bar and point lies, and the same in words.

No arithmetic of accounts is here; what is drawn was computed elsewhere. Lengths are in units of the
drawing, which is as wide as ``WIDTH`` whatever the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

WIDTH, HEIGHT = 640, 180
LEFT, TOP, BOTTOM = 70, 14, 32
"""Room for the figures beside, above and below the drawing itself."""
IN_THOUSANDS = 10_000
"""From here on a scale is written in thousands."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a column: its place, and the name that says which colour it has."""

    x: float
    y: float
    width: float
    height: float
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word beside an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, with the same figures as a table for those who do not see it.

    ``heads`` and ``rows`` are that table; ``line`` and ``area`` are the points of a curve.
    """

    title: str
    bars: tuple[Bar, ...] = ()
    line: str = ""
    area: str = ""
    marks: tuple[Mark, ...] = ()
    names: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - BOTTOM


def columns(title: str, days: Sequence[tuple[dt.date, Mapping[str, int]]]) -> Chart:
    """Draw a column for each day, piled up of what each name had that day."""
    drawn = {name for _, counts in days for name in counts if counts[name]}
    every_name = dict.fromkeys(name for _, counts in days for name in counts)
    names = tuple(name for name in every_name if name in drawn)
    highest = max((sum(counts.values()) for _, counts in days), default=0) or 1
    step = (WIDTH - LEFT) / max(1, len(days))
    bars: list[Bar] = []
    for place, (day, counts) in enumerate(days):
        below = 0.0
        for name in names:
            count = counts.get(name, 0)
            height = _height(count, highest)
            if count:
                y = HEIGHT - BOTTOM - below - height
                said = f"{day:%d %b}: {count:,} {name}"
                bars.append(Bar(LEFT + place * step + 2, y, step - 4, height, name, said))
            below += height
    every = max(1, -(-len(days) // 5))
    marks = [
        Mark(LEFT + (place + 0.5) * step, HEIGHT - 6, f"{day:%d %b}")
        for place, (day, _) in enumerate(days)
        if place % every == 0
    ]
    return Chart(
        title,
        bars=tuple(bars),
        marks=(*marks, *_scale(0, highest, lambda value: f"{value:,}")),
        names=names,
        heads=("Day", *names),
        rows=tuple(
            (f"{day:%d %b %Y}", *(f"{counts.get(name, 0):,}" for name in names))
            for day, counts in days
        ),
    )


def steps(title: str, points: Sequence[tuple[dt.date, int]]) -> Chart:
    """Draw a balance in hundredths that stays until it changes; points run from old to new."""
    if not points:
        return Chart(title)
    lowest = min(0, *(value for _, value in points))
    highest = max(1, *(value for _, value in points))
    first, last = points[0][0], points[-1][0]
    days = max(1, (last - first).days)

    def at(day: dt.date, value: int) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT) * (day - first).days / days
        room = HEIGHT - TOP - BOTTOM
        return x, HEIGHT - BOTTOM - room * (value - lowest) / (highest - lowest)

    path: list[tuple[float, float]] = []
    for day, value in points:
        x, y = at(day, value)
        if path:
            path.append((x, path[-1][1]))
        path.append((x, y))
    written = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
    floor = at(first, 0)[1]
    area = f"{path[0][0]:.1f},{floor:.1f} {written} {path[-1][0]:.1f},{floor:.1f}"
    ends = (
        Mark(LEFT + 40, HEIGHT - 6, f"{first:%d %b}"),
        Mark(WIDTH - 26, HEIGHT - 6, f"{last:%d %b}"),
    )
    return Chart(
        title,
        line=written,
        area=area,
        marks=(*ends, *_scale(lowest, highest, _thousands)),
        heads=("Day", "Balance"),
        rows=tuple((f"{day:%d %b %Y}", f"{value / 100:,.2f}") for day, value in points),
    )


def _height(count: int, highest: int) -> float:
    return (HEIGHT - TOP - BOTTOM) * count / highest


def _scale(lowest: int, highest: int, write: Callable[[int], str]) -> tuple[Mark, ...]:
    top = Mark(LEFT - 6, TOP + 4, write(highest))
    return (top, Mark(LEFT - 6, HEIGHT - BOTTOM + 4, write(lowest)))


def _thousands(hundredths: int) -> str:
    whole = hundredths // 100
    return f"{whole // 1000:,}k" if abs(whole) >= IN_THOUSANDS else f"{whole:,}"
