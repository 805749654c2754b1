"""Office money that settles no bill."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from counterfoil.core.convert.banks import office_bank
from counterfoil.core.documents import Document
from counterfoil.core.lookup import lookup
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_documents import AccountRef, BankTransaction, BankTransfer, Symbol
from tests.core.office_scene import (
    OFFICE,
    OFFICE_CHART,
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


def told(document: Document) -> list[tuple[str, str, str]]:
    return [(one.code, one.path, one.about) for one in converted(document).findings]


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


def test_a_negative_deposit_is_money_spent() -> None:
    back = cost("-20.00", "NT", "4-2000")
    element = moved(converted(deposit([back], "0", "-20.00")).planned[0].element)
    assert (element.type, element.expected.total) == ("SPEND", 2000)


def test_what_comes_to_nothing_is_neither_turned_nor_lost() -> None:
    both = [cost("5.00", "NT", "4-2000"), cost("-5.00", "NT", "6-1000")]
    spent, came = withdrawal(both, "0", "0"), deposit(both, "0", "0")
    for document, type_ in ((spent, "SPEND"), (came, "RECEIVE")):
        element = moved(converted(document).planned[0].element)
        assert element.type == type_
        assert [line.unit_amount for line in element.lines] == [50_000, -50_000]


def test_a_line_with_nowhere_to_go_holds_a_withdrawal() -> None:
    assert codes(withdrawal([cost("20.00", "NT", "9-9999")], "0", "20.00")) == [
        "account_not_mapped"
    ]


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
    (told,) = converted(deposit([nothing], "0", "0")).findings
    assert (told.code, told.path) == ("nothing_moved", "total")


def test_a_transfer_names_both_banks() -> None:
    (planned,) = converted(bank_transfer("500.00")).planned
    assert planned.element == BankTransfer(AccountRef("090"), AccountRef("093"), DAY, 50000, "BT-1")
    assert planned.needs == ()


def test_money_cannot_be_transferred_between_currencies_or_into_trust() -> None:
    assert told(bank_transfer("5.00", to="DOLLARS")) == [
        ("bank_in_other_currency", "currency", "bank_account:DOLLARS")
    ]
    assert told(bank_transfer("5.00", to="TRUST1")) == [
        ("office_on_trust_account", "to_bank_account", "bank_account:TRUST1")
    ]
    leaving = replace(bank_transfer("5.00"), from_bank_account="TRUST1")
    assert told(leaving) == [
        ("office_on_trust_account", "from_bank_account", "bank_account:TRUST1")
    ]


def test_a_bank_that_is_not_mapped_is_asked_for_by_each_side() -> None:
    nowhere = replace(bank_transfer("5.00", to="NOWHERE"), from_bank_account="NIRGENDS")
    assert told(nowhere) == [
        ("bank_account_not_mapped", "from_bank_account", "bank_account:NIRGENDS"),
        ("bank_account_not_mapped", "to_bank_account", "bank_account:NOWHERE"),
    ]
    (unmapped,) = office_bank("NOWHERE", lookup(OFFICE, OFFICE_CHART)).findings
    assert unmapped.path == "bank_account"


def test_a_transfer_from_an_account_to_itself_is_held() -> None:
    mapping = replace(OFFICE, bank_accounts={"OFFICE": "090", "SAVINGS": "090"})
    found = convert(bank_transfer("5.00"), office(mapping=mapping)).findings
    assert [(one.code, one.path, one.about) for one in found] == [
        ("transfer_within_one_account", "to_bank_account", "bank_account:SAVINGS")
    ]


def test_money_spent_from_a_foreign_bank_is_in_its_currency() -> None:
    spent = replace(withdrawal([PAPER], "2.00", "22.00"), bank_account="DOLLARS")
    (said,) = converted(spent).findings
    assert (said.code, said.about) == ("bank_in_other_currency", "bank_account:DOLLARS")
    assert said.message == "The withdrawal is in AUD; 094 Dollars is kept in USD."
    foreign = replace(spent, bank_account="OFFICE", currency="USD", exchange_rate=Decimal("1.5"))
    (said,) = converted(foreign).findings
    assert said.message == "The withdrawal is in USD; 090 Office Bank is kept in AUD."
    element = moved(converted(replace(spent, currency="USD")).planned[0].element)
    assert element.currency is None


def test_itemised_withdrawals_keep_their_quantities() -> None:
    priced = replace(PAPER, quantity=2_000_000, unit_price=10_000_000)
    where = office(mapping=with_settings("itemised"))
    element = moved(convert(withdrawal([priced], "2.00", "22.00"), where).planned[0].element)
    assert (element.lines[0].quantity, element.lines[0].unit_amount) == (20_000, 100_000)
