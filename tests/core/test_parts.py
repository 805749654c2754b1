"""A bill taken back in part: each account bears its share, and its share of the tax."""

from __future__ import annotations

import pytest

from counterfoil.core.convert.parts import parts_of
from counterfoil.core.documents import Bill
from counterfoil.core.findings import Finding
from counterfoil.core.lookup import lookup
from tests.core.scene import CHART, bill, line, set_up

FEES, OTHER = "4-1000", "4-2000"
HIGHER_FIRST = bill([line("100.00", "NT", OTHER), line("100.00", "NT", FEES)], "0", "200.00")
WITH_DISCOUNT = bill([line("100.00"), line("-0.45", "GST", OTHER)], "9.95", "109.50")
CHEAP = bill([line("0.09"), line("0.01", "FREE")], "0.01", "0.10", tax_inclusive=True)


def shared(document: Bill, amount: int) -> list[tuple[str, int, int]]:
    """Each part's account, amount and tax."""
    findings: list[Finding] = []
    parts = parts_of(document, amount, lookup(set_up(), CHART), findings, "bill")
    assert findings == []
    assert sum(part.amount for part in parts) == amount
    return [(part.draft.target.code, part.amount, part.tax) for part in parts]


@pytest.mark.parametrize(
    ("document", "amount", "parts"),
    [
        (HIGHER_FIRST, 20_000, [("260", 10_000, 0), ("200", 10_000, 0)]),
        (HIGHER_FIRST, 101, [("260", 50, 0), ("200", 51, 0)]),  # the smaller code comes first
        (HIGHER_FIRST, 1, [("200", 1, 0)]),  # a share of nothing is none
        (WITH_DISCOUNT, 10_950, [("200", 11_000, 1_000), ("260", -50, -5)]),
        (WITH_DISCOUNT, 5_475, [("200", 5_500, 500), ("260", -25, -3)]),
        (CHEAP, 10, [("200", 9, 1), ("200", 1, 0)]),
    ],
)
def test_an_amount_falls_on_a_bills_accounts_by_what_they_bore(
    document: Bill, amount: int, parts: list[tuple[str, int, int]]
) -> None:
    assert shared(document, amount) == parts


def test_a_bill_of_which_a_line_has_nowhere_to_go_cannot_be_taken_apart() -> None:
    lost = [line("1.00", account="9-9999"), line("2.00", account="9-9999"), line("3.00")]
    findings: list[Finding] = []
    there = lookup(set_up(), CHART)
    assert parts_of(bill(lost, "0.60", "6.60"), 100, there, findings, "bill") == []
    assert [(one.code, one.path) for one in findings] == [("account_not_mapped", "bill")]
