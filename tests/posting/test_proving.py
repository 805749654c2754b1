"""What a document would become, held against what Xero shows: every difference has its words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from counterfoil.core.xero_documents import AccountRef
from counterfoil.posting.drift.shown import Shown, ShownLine
from counterfoil.posting.proving import Ground, differences
from counterfoil.posting.racing import NEAR

DAY = dt.date(2026, 6, 15)
GROUND = Ground("AUD", {"200": "sales", "260": "other", "400": "costs"}, {}, {})


def line(amount: int, code: str = "200", option: str = "") -> ShownLine:
    tracking = frozenset({("Office", option)} if option else set())
    return ShownLine(10_000, amount * 100, AccountRef(code), "OUTPUT", None, tracking)


BILL = Shown(
    "Invoices",
    "x-1",
    type="ACCREC",
    number="INV-1",
    status="AUTHORISED",
    date=DAY,
    currency="USD",
    rate=Decimal("0.666667"),
    total=110_00,
    tax=10_00,
    lines=(line(60_00), line(40_00, "400")),
)
PAID = Shown("Payments", "p-1", date=DAY, total=110_00, document_id="x-1")


def told(theirs: Shown, ours: Shown = BILL, ground: Ground = GROUND) -> list[str]:
    return list(differences(ours, theirs, ground))


def test_lines_may_be_cut_otherwise() -> None:
    halves = (line(30_00), line(40_02, "400"), line(30_00))
    assert told(replace(BILL, lines=halves)) == []


def test_the_exchange_rate_is_compared() -> None:
    (said,) = told(replace(BILL, rate=Decimal("0.5")))
    assert said == "its exchange rate is 0.5 in Xero and 0.666667 here"
    assert told(replace(BILL, rate=Decimal("0.66666667"))) == []
    assert told(replace(BILL, rate=None)) == []


def test_another_income_account_is_no_equal() -> None:
    assert told(replace(BILL, lines=(line(60_00, "260"), line(40_00, "400")))) == [
        "60.00 of it stand on account 260 in Xero and 0.00 here",
        "0.00 of it stand on account 200 in Xero and 60.00 here",
    ]
    assert len(told(replace(BILL, lines=(line(50_00), line(50_00, "400"))))) == 2


def test_lines_with_tax_are_compared_by_their_accounts_alone() -> None:
    assert told(replace(BILL, lines=(line(66_00), line(44_00, "400")))) == []
    assert len(told(replace(BILL, lines=(line(110_00),)))) == 1


def test_tracking_counts_where_it_is_mapped() -> None:
    ours = replace(BILL, lines=(line(100_00, option="Perth"),))
    assert len(told(replace(BILL, lines=(line(100_00, option="Derby"),)), ours)) == 2
    untracked = replace(BILL, lines=(line(100_00),))
    assert told(replace(BILL, lines=(line(100_00, option="Derby"),)), untracked) == []


def test_a_payment_may_lie_some_days_off_and_no_years() -> None:
    assert told(replace(PAID, date=DAY + dt.timedelta(days=30)), PAID) == []
    assert len(told(replace(PAID, date=dt.date(2023, 1, 5)), PAID)) == 1
    strict = replace(GROUND, near=NEAR)
    assert told(replace(PAID, date=DAY + dt.timedelta(days=5)), PAID, strict) == []
    assert len(told(replace(PAID, date=DAY + dt.timedelta(days=6)), PAID, strict)) == 1
    assert told(replace(PAID, date=None), PAID, strict) == []


def test_what_ended_or_is_a_draft_and_sums_are_told() -> None:
    assert told(replace(BILL, status="VOIDED")) == ["it was voided in Xero"]
    assert told(replace(BILL, status="DRAFT")) == ["it is a draft in Xero, which counts nowhere"]
    assert told(replace(BILL, tax=9_00)) == ["its tax is 9.00 in Xero and 10.00 here"]
    assert told(replace(BILL, currency="AUD")) == ["its currency is AUD in Xero and USD here"]
    assert told(replace(PAID, document_id="x-2"), PAID) == ["it settles another document there"]
