"""Charts: what is drawn, and the same in words."""

from __future__ import annotations

import datetime as dt

from counterfoil.web import drawing

DAY = dt.date(2026, 7, 1)


def test_columns_pile_up_and_fit() -> None:
    chart = drawing.columns("Posted", [(DAY, {"posted": 30, "held": 10}), (DAY, {"posted": 0})])
    posted, held = chart.bars
    assert posted.y == held.y + held.height
    assert held.y >= drawing.TOP - 1e-9
    assert chart.rows[0] == ("01 Jul 2026", "30", "10")


def test_nothing_to_draw_is_drawn_flat() -> None:
    assert drawing.columns("Posted", [(DAY, {"posted": 0})]).bars == ()
    assert drawing.steps("Balance", []).line == ""


def test_a_balance_stays_until_it_changes() -> None:
    chart = drawing.steps("Balance", [(DAY, 0), (DAY + dt.timedelta(days=10), 100_00)])
    points = [tuple(map(float, point.split(","))) for point in chart.line.split()]
    assert [y for _, y in points][:2] == [points[0][1], points[0][1]]
    assert points[-1] == (drawing.WIDTH, drawing.TOP)


def test_an_overdrawn_balance_lies_below_the_line_of_nil() -> None:
    chart = drawing.steps("Balance", [(DAY, 50_00), (DAY + dt.timedelta(days=1), -50_00)])
    floor = float(chart.area.split()[0].split(",")[1])
    assert float(chart.line.split()[-1].split(",")[1]) > floor
