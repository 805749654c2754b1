"""Office money that settles no bill."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import AccountRef, BankTransaction, BankTransfer, Symbol
from tests.core.office_scene import (
    bank_transfer,
    codes,
    converted,
    cost,
    deposit,
    office,
    with_settings,
    withdrawal,
)
from tests.core.scene import DAY

PAPER = cost("20.00", "GST", "6-1000")
INTEREST = cost("3.15", "NT", "4-2000")


def moved(document: object) -> BankTransaction:
    assert isinstance(document, BankTransaction)
    return document


def test_a_withdrawal_is_money_spent_with_tax_by_the_accounts_class() -> None:
    (planned,) = converted(withdrawal([PAPER], "2.00", "22.00")).planned
    element = moved(planned.element)
    assert (element.type, element.reference) == ("SPEND", "W-1")
    assert element.lines[0].tax_type == "INPUT"
    assert element.expected == (2000, 200, 2200)
    assert planned.needs == (Symbol("contact", "p-2"),)


def test_a_deposit_on_income_takes_the_sales_tax_type() -> None:
    fees = cost("100.00", "GST", "4-1000")
    element = moved(converted(deposit([fees], "10.00", "110.00")).planned[0].element)
    assert (element.type, element.lines[0].tax_type) == ("RECEIVE", "OUTPUT")


def test_what_is_laid_out_for_a_client_takes_the_purchases_tax_type() -> None:
    laid_out = cost("100.00", "GST", "1-3000")
    element = moved(converted(withdrawal([laid_out], "10.00", "110.00")).planned[0].element)
    assert (element.lines[0].account.code, element.lines[0].tax_type) == ("630", "INPUT")


def test_a_negative_withdrawal_is_money_received() -> None:
    back = cost("-20.00", "GST", "6-1000")
    element = moved(converted(withdrawal([back], "-2.00", "-22.00")).planned[0].element)
    assert (element.type, element.expected.total) == ("RECEIVE", 2200)


def test_on_a_bank_transaction_xeros_own_tax_stands_and_the_rest_is_rounding() -> None:
    coppers = [replace(cost("0.45", "GST", "6-1000"), tax=4) for _ in range(4)]
    conversion = converted(withdrawal(coppers, "0.16", "1.96"))
    element = moved(conversion.planned[0].element)
    assert [finding.code for finding in conversion.findings] == ["tax_difference"]
    assert {line.tax_amount for line in element.lines} == {None}
    assert (element.lines[-1].description, element.lines[-1].unit_amount) == (
        "Rounding errors",
        -400,
    )
    assert element.expected.total == 196


def test_a_sum_whose_tax_xero_would_miss_goes_out_line_by_line() -> None:
    pence = [replace(cost("0.45", "GST", "6-1000"), tax=5) for _ in range(4)]
    conversion = converted(withdrawal(pence, "0.20", "2.00"))
    element = moved(conversion.planned[0].element)
    assert conversion.findings == ()
    assert [line.unit_amount for line in element.lines] == [4500] * 4


def test_lines_of_nothing_are_left_out() -> None:
    nothing = cost("0.00", "NT", "4-2000")
    element = moved(converted(deposit([INTEREST, nothing], "0", "3.15")).planned[0].element)
    assert len(element.lines) == 1
    assert codes(deposit([nothing], "0", "0")) == ["nothing_moved"]


def test_a_transfer_names_both_banks() -> None:
    (planned,) = converted(bank_transfer("500.00")).planned
    assert planned.element == BankTransfer(AccountRef("090"), AccountRef("093"), DAY, 50000, "BT-1")
    assert planned.needs == ()


def test_money_cannot_be_transferred_between_currencies_or_into_trust() -> None:
    assert codes(bank_transfer("5.00", to="DOLLARS")) == ["bank_in_other_currency"]
    assert codes(bank_transfer("5.00", to="TRUST1")) == ["office_on_trust_account"]


def test_money_spent_from_a_foreign_bank_is_in_its_currency() -> None:
    spent = replace(withdrawal([PAPER], "2.00", "22.00"), bank_account="DOLLARS")
    assert codes(spent) == ["bank_in_other_currency"]
    element = moved(converted(replace(spent, currency="USD")).planned[0].element)
    assert element.currency is None


def test_itemised_withdrawals_keep_their_quantities() -> None:
    priced = replace(PAPER, quantity=2_000_000, unit_price=10_000_000)
    where = office(mapping=with_settings("itemised"))
    element = moved(convert(withdrawal([priced], "2.00", "22.00"), where).planned[0].element)
    assert (element.lines[0].quantity, element.lines[0].unit_amount) == (20_000, 100_000)
