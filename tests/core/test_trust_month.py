"""A trust account's month, by hand and against an independent sum."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from counterfoil.core.documents import (
    BankStatement,
    Matter,
    OpeningTrust,
    Party,
    Reversal,
    Split,
    TrustPayment,
    TrustReceipt,
)
from counterfoil.core.documents.bank import StatementLine
from counterfoil.core.jurisdictions import jurisdiction
from counterfoil.core.trust_month import BookLine, trust_month
from tests.core.trust_scene import lawful

NSW = jurisdiction("AU-NSW")
NG = Party(id="c-1", name="Ng Family Trust")
PURCHASE = Matter(id="m-1", number="2026-014")
BANK = Party(id="p-9", name="Registry")
OCTOBER = dt.date(2026, 10, 31)


def day(of_october: int) -> dt.date:
    return dt.date(2026, 10, of_october)


def split(amount: int) -> tuple[Split, ...]:
    return (Split(client=NG, matter=PURCHASE, amount=amount),)


OPENED = OpeningTrust(
    id="o",
    number="O-1",
    date=dt.date(2026, 9, 30),
    trust_account="T",
    client=NG,
    matter=PURCHASE,
    amount=100_00,
)
RECEIVED = TrustReceipt(
    id="r",
    number="TR-1",
    date=day(5),
    trust_account="T",
    payer=NG,
    amount=50_00,
    splits=split(50_00),
)
PAID = TrustPayment(
    id="p",
    number="TP-1",
    date=day(9),
    trust_account="T",
    payee=BANK,
    amount=30_00,
    splits=split(30_00),
    memo="searches",
)
BOUNCED = Reversal(
    id="b", number="RV-1", date=day(12), reverses=RECEIVED.key, reason="the cheque bounced"
)
LATER = TrustReceipt(
    id="l",
    number="TR-2",
    date=dt.date(2026, 11, 2),
    trust_account="T",
    payer=NG,
    amount=1_00,
    splits=split(1_00),
)
STATEMENT = BankStatement(
    id="s",
    date=OCTOBER,
    trust_account="T",
    from_=day(1),
    opening_balance=100_00,
    closing_balance=70_00,
    lines=(
        StatementLine(date=day(5), amount=50_00, text="TR-1"),
        StatementLine(date=day(10), amount=-30_00, text="TP-1"),
        StatementLine(date=day(12), amount=-50_00, text="RV-1"),
    ),
)
MONTH = (LATER, BOUNCED, PAID, OPENED, STATEMENT, RECEIVED)


def test_the_cash_book_runs_on_from_last_month_in_the_order_of_dates() -> None:
    month = trust_month(MONTH, "T", OCTOBER, NSW)
    assert month.opening == 100_00
    assert [(line.number, line.amount, line.balance) for line in month.cash_book] == [
        ("TR-1", 50_00, 150_00),
        ("TP-1", -30_00, 120_00),
        ("RV-1", -50_00, 70_00),
    ]


def test_a_ledger_has_its_balance_after_each_entry_and_says_what_it_was() -> None:
    (page,) = trust_month(MONTH, "T", OCTOBER, NSW).ledgers
    assert (page.client, page.matter, page.opening, page.closing) == (
        "Ng Family Trust",
        "2026-014",
        100_00,
        70_00,
    )
    paid = "Trust payment, Registry, searches"
    assert page.lines[1] == BookLine(day(9), "TP-1", paid, -30_00, 120_00)
    assert page.lines[2].what == "Reversal, the cheque bounced"


def test_the_three_ways_agree_when_the_statement_reaches_the_months_end() -> None:
    month = trust_month(MONTH, "T", OCTOBER, NSW)
    assert month.agrees
    assert month.due == dt.date(2026, 11, 20)


@pytest.mark.parametrize("without", [STATEMENT, PAID, BOUNCED, RECEIVED])
def test_whatever_is_missing_they_do_not_agree(without: object) -> None:
    rest = [each for each in MONTH if each is not without]
    assert not trust_month(rest, "T", OCTOBER, NSW).agrees


def test_a_month_without_any_document_is_empty_and_not_proved() -> None:
    month = trust_month((), "T", OCTOBER, NSW)
    assert (month.cash_book, month.ledgers, month.agrees) == ((), (), False)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("account", ["TRUST1", "TRUST2"])
def test_each_ledger_is_the_sum_of_its_entries_and_all_of_them_are_the_cash_book(
    account: str, seed: int
) -> None:
    month = trust_month(lawful(seed), account, OCTOBER, NSW)
    for page in month.ledgers:
        assert page.closing == page.opening + sum(line.amount for line in page.lines)
    by_ledger = Counter({(p.client, p.matter): p.closing for p in month.ledgers})
    book = month.book
    assert by_ledger.total() == book.cash_book + book.deposit + book.paid_by_firm - book.costs
    cash = month.opening + sum(line.amount for line in month.cash_book)
    assert cash == book.cash_book
