"""What each kind asks of its own fields: the example of each, with one thing wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from counterfoil.core.reader import read_json

EXAMPLES = Path(__file__).parents[2] / "examples" / "kinds" / "documents.jsonl"
KINDS: dict[str, dict[str, Any]] = {
    each["kind"]: each for each in map(json.loads, EXAMPLES.read_text().splitlines())
}
DEBIT = {"account": "6-3100", "amount": "20.00"}
CREDIT = {"account": "6-3000", "amount": "-20.00"}
TAXED = {**DEBIT, "tax_code": "GST", "tax": "2.00"}
SET_OFF = [{"bill": "b-1", "amount": "10.00"}, {"bill": "b-2", "amount": "-10.01"}]
LEDGER = KINDS["trust_transfer"]["from"]


def found(kind: str, **changes: object) -> list[tuple[str, str]]:
    raw = {**KINDS[kind], **changes}
    return [(each.code, each.path) for each in read_json(json.dumps(raw)).findings]


@pytest.mark.parametrize(
    ("kind", "changes", "code", "path"),
    [
        ("write_off", {"amount": "0.00"}, "amount_not_positive", "amount"),
        ("write_off", {"reason": "kindness"}, "not_a_choice", "reason"),
        ("credit_note", {"allocations": [{"bill": "b-1", "amount": "-1.00"}]},
         "amount_not_positive", "allocations[0].amount"),
        ("receipt", {"allocations": SET_OFF}, "set_off_exceeds_bills", "allocations"),
        ("receipt", {"allocations": [{"bill": "b-1", "amount": "1.00", "bank_amount": "-1.00"}]},
         "bank_amount_sign", "allocations[0].bank_amount"),
        ("allocation", {"of": "r-1"}, "reference_kind", "of"),
        ("allocation", {"allocations": []}, "no_allocations", "allocations"),
        ("allocation", {"allocations": [{"supplier_bill": "s-1", "amount": "1.00"}]},
         "wrong_side", "allocations[0].bill"),
        ("allocation", {"of": {"kind": "bill", "id": "b-1"}},
         "applied_to_itself", "allocations[0].bill"),
        ("refund", {"amount": "-1.00"}, "amount_not_positive", "amount"),
        ("supplier_credit", {"total": "-10.00", "allocations": []},
         "amount_not_positive", "total"),
        ("withdrawal", {"lines": []}, "no_lines", "lines"),
        ("bank_transfer", {"to_bank_account": "OFFICE"}, "same_account", "to_bank_account"),
        ("journal", {"lines": []}, "too_few_lines", "lines"),
        ("journal", {"lines": [DEBIT, CREDIT, {**CREDIT, "amount": "0.00"}]},
         "amount_zero", "lines[2].amount"),
        ("journal", {"lines": [DEBIT, DEBIT]}, "journal_does_not_balance", "lines"),
        ("journal", {"lines": [TAXED, CREDIT]}, "tax_without_code", "lines[0].tax"),
        ("journal", {"lines": [TAXED, CREDIT], "tax_treatment": "exclusive"},
         "journal_does_not_balance", "lines"),
        ("trust_payment", {"amount": "300.01"}, "splits_do_not_add_up", "splits"),
        ("trust_bank_entry", {"direction": "sideways"}, "not_a_choice", "direction"),
        ("trust_transfer", {"to": LEDGER}, "same_ledger", "to"),
        ("trust_bill_payment", {"amount": "400.01"}, "allocations_do_not_add_up", "allocations"),
        ("trust_office_transfer", {"payments": []}, "no_payments", "payments"),
        ("trust_office_transfer", {"direction": "to_trust"}, "payments_not_allowed", "payments"),
        ("trust_office_transfer", {"payments": ["tb-1", "tb-1"]},
         "payment_named_twice", "payments[1]"),
        ("statutory_deposit", {"amount": "-5.00"}, "amount_not_positive", "amount"),
        ("firm_advance", {"revision": 2}, "revision_not_allowed", "revision"),
        ("reversal", {"revision": 2}, "revision_not_allowed", "revision"),
        ("reversal", {"reverses": {"kind": "bill", "id": "b-1"}},
         "reference_kind", "reverses.kind"),
        ("opening_bill", {"outstanding": "1100.01"}, "outstanding_exceeds_total", "outstanding"),
        ("opening_bill", {"outstanding": "-0.01"}, "outstanding_exceeds_total", "outstanding"),
        ("opening_trust", {"amount": "0.00"}, "amount_not_positive", "amount"),
        ("bank_statement", {"bank_account": "OFFICE"}, "which_account", "bank_account"),
        ("bank_statement", {"closing_balance": "1.00"},
         "statement_does_not_add_up", "closing_balance"),
        ("void", {"number": "V-1"}, "unknown_field", "number"),
        ("period_close", {"number": "PC-1"}, "unknown_field", "number"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_found_where_it_is(
    kind: str, changes: dict[str, Any], code: str, path: str
) -> None:
    assert found(kind, **changes) == [(code, path)]


def test_a_line_dated_outside_its_statement_is_only_warned_of() -> None:
    lines = [{**KINDS["bank_statement"]["lines"][0], "date": "2026-06-30"}]
    changes = {"lines": lines, "closing_balance": "3500.00"}
    assert found("bank_statement", **changes) == [("date_outside_statement", "lines[0].date")]


def test_money_put_into_trust_names_no_payments() -> None:
    assert found("trust_office_transfer", direction="to_trust", payments=[]) == []


def test_the_reversal_of_a_receipt_may_be_revised() -> None:
    assert found("reversal", reverses={"kind": "receipt", "id": "r-1"}, revision=2) == []


@pytest.mark.parametrize("kind", ["bill", "supplier_bill", "withdrawal", "deposit"])
def test_four_kinds_may_be_negative_in_total(kind: str) -> None:
    assert found(kind, total="-1.00") == []


def test_added_tax_that_is_not_told_is_left_to_conversion() -> None:
    lines = [{**DEBIT, "tax_code": "GST"}, {**CREDIT, "amount": "-22.00"}]
    assert found("journal", lines=lines, tax_treatment="exclusive") == []
