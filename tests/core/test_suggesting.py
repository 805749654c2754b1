"""What a practice code probably means in Xero: proposed where it is plain, else not at all."""

from __future__ import annotations

import pytest

from counterfoil.core import suggesting
from counterfoil.core.chart import Account, AccountClass, TaxRate
from counterfoil.core.suggesting import Meant, Suggestion

KINDS = {"S": AccountClass.REVENUE, "X": AccountClass.EXPENSE, "A": AccountClass.ASSET}


def accounts(*told: str) -> list[Account]:
    """Accounts told as ``X 461 Printing``: class, code, name; the code is the id as well."""
    split = [one.split(" ", 2) for one in told]
    return [Account(code, code, name, "", KINDS[kind], "ACTIVE") for kind, code, name in split]


STOCK = accounts("S 200 Sales", "S 260 Other Revenue", "X 461 Printing & Stationery", "A 090 Bank")


@pytest.mark.parametrize(
    ("meant", "value", "reason"),
    [
        (Meant("200"), "200", "the same number"),
        (Meant("4-61"), "461", "the same digits"),
        (Meant("4-1000", "Sales"), "200", "the same name"),
        (Meant("5-2", "Printing and stationery"), "461", "the same name"),
        (Meant("5-2", "Printing"), "461", "a name like it"),
        (Meant("5-9", "", frozenset({AccountClass.EXPENSE})), "461", "the only one of its type"),
    ],
)
def test_number_goes_before_name_and_name_before_type(
    meant: Meant, value: str, reason: str
) -> None:
    assert suggesting.account(meant, STOCK) == Suggestion(value, reason)


def test_nothing_is_proposed_where_nothing_is_alike_or_two_are() -> None:
    assert suggesting.account(Meant("9-9", "Barristers"), STOCK) is None
    twins = accounts("S 201 Fees Sydney", "S 202 Fees Perth")
    assert suggesting.account(Meant("4-1", "Fees"), twins) is None


def test_the_class_breaks_a_tie_of_names() -> None:
    twins = accounts("S 201 Search fees", "X 401 Search fees")
    expense = Meant("5-1", "Search fees", suggesting.class_of("Expense account"))
    found = suggesting.account(expense, twins)
    assert found is not None
    assert found.value == "401"


def rates(*types: str) -> list[TaxRate]:
    return [TaxRate(one, one.title(), "ACTIVE", 0, frozenset(AccountClass)) for one in types]


AUSTRALIA = rates("OUTPUT", "INPUT", "EXEMPTOUTPUT", "EXEMPTEXPENSES", "BASEXCLUDED")
NEW_ZEALAND = rates("OUTPUT2", "INPUT2", "OUTPUT", "INPUT", "ZERORATED", "NONE")


@pytest.mark.parametrize(
    ("code", "among", "sales", "purchases"),
    [
        ("GST", AUSTRALIA, "OUTPUT", "INPUT"),
        ("GST", NEW_ZEALAND, "OUTPUT2", "INPUT2"),
        ("FREE", AUSTRALIA, "EXEMPTOUTPUT", "EXEMPTEXPENSES"),
        ("N-T", AUSTRALIA, "BASEXCLUDED", "BASEXCLUDED"),
        ("INPUT", AUSTRALIA, "INPUT", "INPUT"),
        ("QQ", AUSTRALIA, None, None),
    ],
)
def test_a_tax_code_that_everybody_uses_is_known_in_each_country(
    code: str, among: list[TaxRate], sales: str | None, purchases: str | None
) -> None:
    found = [suggesting.tax(code, "", among, sales=each) for each in (True, False)]
    assert [one and one.value for one in found] == [sales, purchases]
