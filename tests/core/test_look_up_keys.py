from __future__ import annotations

from dataclasses import replace

from counterfoil.core.identity import look_up_key, narration_key
from counterfoil.core.xero_documents import Symbol, resolve, symbols
from tests.xero.scene import (
    ACCRUED,
    COSTS,
    EVERY,
    LATER,
    MOVED,
    OVERPAID,
    REFUND,
    RETURNED,
    SUPPLIED,
)


def test_no_two_kinds_of_element_share_a_look_up_key() -> None:
    apart = [element for name, element in EVERY.items() if not name.startswith("refund_of_")]
    assert len({look_up_key(element) for element in apart}) == len(apart)


def test_supplier_numbers_are_looked_up_with_the_supplier() -> None:
    for element in (SUPPLIED, RETURNED):
        other = replace(element, contact="another")
        assert look_up_key(element) != look_up_key(other)


def test_a_journal_is_looked_up_by_its_number_up_to_the_bar() -> None:
    assert look_up_key(MOVED) == ("manual_journal", "TT-4 | ")
    assert narration_key("a | b | c") == "a | "
    assert narration_key("no bar") == "no bar"


def test_an_overpayment_is_looked_up_by_its_description() -> None:
    assert "R-2 Paid twice" in look_up_key(OVERPAID)


def test_a_transfer_is_looked_up_by_both_accounts() -> None:
    turned = replace(COSTS, from_account=COSTS.to_account, to_account=COSTS.from_account)
    assert look_up_key(COSTS) != look_up_key(turned)


def test_transfers_and_journals_wait_for_nothing() -> None:
    for element in (COSTS, MOVED, ACCRUED):
        assert symbols(element) == ()
        assert resolve(element, {}) is element


def test_refunds_and_allocations_wait_for_the_receipt_s_overpayment() -> None:
    ids = {Symbol("receipt", "r-2"): "op-1", Symbol("bill", "b-1001"): "i-1"}
    assert symbols(REFUND) == (Symbol("receipt", "r-2"),)
    assert resolve(REFUND, ids) == replace(REFUND, document="op-1")
    assert resolve(LATER, ids) == replace(LATER, source="op-1", invoice="i-1")
