"""The one line that carries what Xero's arithmetic is off by: how large it may be, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from counterfoil.core.chart import AccountClass, Chart, TaxRate
from counterfoil.core.conversion import Books
from counterfoil.core.findings import Severity
from counterfoil.core.lookup import Lookup, lookup
from counterfoil.core.mapping import Mapping
from counterfoil.core.pipeline import convert
from counterfoil.core.rounding import Rounding, guard, rounding
from counterfoil.core.source_checks import Item
from counterfoil.core.xero_documents import AccountRef, LineItem
from tests.core.scene import CHART, bill, books, line, set_up

SYDNEY = (("Office", "Sydney"),)
PERTH = (("Office", "Perth"),)
FEES, OTHER, RECOVERED = "4-1000", "4-2000", "1-3000"


def item(
    total: int, account: str = FEES, tracking: tuple[tuple[str, str], ...] = (), text: str = "Work"
) -> Item:
    target = lookup(set_up(), CHART).line(account, "NT").target
    assert target is not None
    return Item(text, total, None, None, None, target, tracking)


def rounded(
    balance: int, *items: Item, mapping: Mapping | None = None, chart: Chart = CHART
) -> Rounding:
    return rounding(balance, items, Lookup(mapping or set_up(), chart))


def line_of(balance: int, *items: Item) -> LineItem:
    line = rounded(balance, *items).line
    assert line is not None
    return line


def test_a_cent_a_line_is_let_through_but_five_at_least_and_a_hundred_at_most() -> None:
    assert [guard(lines) for lines in (1, 5, 6, 100, 101, 4_000)] == [5, 5, 6, 100, 100, 100]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_guard_looks_at_a_balance_above_it_in_either_direction(sign: int) -> None:
    assert rounded(sign * 5, item(1_000)).findings == ()
    assert rounded(sign * 6, *[item(1_000)] * 6).findings == ()
    (held,) = rounded(sign * 6, item(1_000)).findings
    assert (held.code, held.severity) == ("rounding_above_guard", Severity.ERROR)
    assert (held.path, held.about) == ("total", "setting:rounding_guard")


def test_the_guard_counts_the_lines_of_the_source_where_fewer_were_posted() -> None:
    there = lookup(set_up(), CHART)
    assert rounding(40, [item(1_000)], there, lines=40).findings == ()
    assert rounding(41, [item(1_000)], there, lines=40).findings != ()


def test_where_the_firm_lets_it_post_it_is_told_all_the_same() -> None:
    line, findings = rounded(6, item(1_000), mapping=set_up(guard="post"))
    assert line is not None
    (told,) = findings
    assert (told.code, told.severity) == ("rounding_above_guard", Severity.WARNING)
    assert (told.path, told.about) == ("total", "setting:rounding_guard")


def test_what_balances_has_no_line() -> None:
    assert rounded(0, item(1_000)) == Rounding(None, ())


def test_the_line_is_one_times_the_balance_untaxed_and_tracked_as_its_place() -> None:
    assert line_of(-3, item(1_000, OTHER, PERTH)) == LineItem(
        "Rounding errors", 10_000, -300, AccountRef("260"), "BASEXCLUDED", tracking=PERTH
    )


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([item(6_000), item(3_000), item(8_000, OTHER)], "200"),  # 90.00 against 80.00
        ([item(6_000), item(8_000, OTHER)], "260"),
        ([item(-9_000), item(5_000, OTHER)], "200"),
        ([item(9_000), item(-3_000), item(8_000, OTHER)], "260"),
        ([item(-8_000), item(8_000, OTHER)], "200"),  # equal: the smaller code
        ([item(8_000, OTHER), item(8_000)], "200"),
        ([item(9_000, RECOVERED), item(1_000, OTHER)], "260"),  # no income or expense account
    ],
)
def test_it_goes_where_most_of_the_document_goes(items: list[Item], code: str) -> None:
    assert line_of(1, *items).account == AccountRef(code)


@pytest.mark.parametrize(
    "items",
    [
        [item(6_000, tracking=SYDNEY, text="A"), item(7_000, tracking=PERTH, text="Z")],
        [item(6_000, tracking=SYDNEY, text="A"), item(-7_000, tracking=PERTH, text="Z")],
        [item(7_000, tracking=SYDNEY, text="A"), item(7_000, tracking=PERTH, text="Z")],
    ],
)
def test_its_tracking_is_that_of_the_largest_line_or_the_first_by_name(items: list[Item]) -> None:
    assert line_of(1, *items).tracking == PERTH
    assert line_of(1, *reversed(items)).tracking == PERTH


@pytest.mark.parametrize("chosen", [None, "090", "999"])
def test_without_an_account_that_can_take_it_nothing_posts(chosen: str | None) -> None:
    """A bank account and one that Xero does not have are no choices."""
    firm = set_up()
    mapping = replace(firm, special=replace(firm.special, rounding=chosen))
    line, findings = rounded(1, item(1_000, RECOVERED), mapping=mapping)
    assert line is None
    assert [(one.code, one.about) for one in findings] == [
        ("no_rounding_account", "special:rounding")
    ]


def test_without_a_tax_type_for_no_tax_nothing_posts() -> None:
    rates = (TaxRate("OUTPUT", "GST", "ACTIVE", 100_000, frozenset(AccountClass)),)
    line, findings = rounded(1, item(1_000), chart=replace(CHART, tax_rates=rates))
    assert line is None
    assert findings[-1].code == "no_rounding_account"


def test_a_line_may_come_to_the_largest_amount_that_xero_holds_and_no_more() -> None:
    def found(total: str) -> list[str]:
        document = bill([line(total, "NT")], "0", total)
        where: Books = books()
        return [finding.code for finding in convert(document, where).findings]

    assert found("9999999999.99") == found("-9999999999.99") == []
    assert found("10000000000.00") == ["amount_too_large"]
