from __future__ import annotations

import copy
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.documents import KINDS, Bill, Document, Key, Receipt
from counterfoil.core.findings import Severity, holds
from counterfoil.core.plain import parse
from counterfoil.core.reader import Read, read_json, read_plain
from counterfoil.core.writer import canonical, fingerprint
from tests import strategies

Raw = dict[str, Any]

BILL: Raw = {
    "kind": "bill",
    "id": "b-1001",
    "number": "INV-1001",
    "date": "2026-07-01",
    "client": {"id": "c-17", "name": "Abernethy Pty Ltd"},
    "matter": {"id": "m-4", "number": "2026/004"},
    "lines": [
        {"description": "Advice", "account": "4-1000", "tax_code": "GST", "total": "600.00"},
        {
            "description": "Attending court",
            "account": "4-1000",
            "tax_code": "GST",
            "total": "68.00",
            "quantity": "0.67",
            "unit_price": "101.492537",
            "tracking": {"Office": "Sydney"},
        },
    ],
    "tax": "66.80",
    "total": "734.80",
}
RECEIPT: Raw = {
    "kind": "receipt",
    "id": "r-1",
    "number": "R-1",
    "date": "2026-07-05",
    "client": {"id": "c-17", "name": "Abernethy Pty Ltd"},
    "bank_account": "OFFICE",
    "amount": "700.00",
    "allocations": [{"bill": "b-1001", "amount": "600.00"}],
}
TRUST_RECEIPT: Raw = {
    "kind": "trust_receipt",
    "id": "t-1",
    "number": "TR-000123",
    "date": "2026-07-05",
    "trust_account": "TRUST1",
    "payer": {"id": "c-17", "name": "Abernethy Pty Ltd"},
    "amount": "5000.00",
    "splits": [
        {
            "client": {"id": "c-17", "name": "Abernethy Pty Ltd"},
            "matter": {"id": "m-4", "number": "2026/004"},
            "amount": "5000.00",
        }
    ],
}


def changed(raw: Raw, path: str, value: object) -> Raw:
    """A copy with one value put elsewhere; ``path`` is as findings write it."""
    copied = copy.deepcopy(raw)
    *above, last = path.replace("[", ".").replace("]", "").split(".")
    place: Any = copied
    for name in above:
        place = place[int(name) if name.isdigit() else name]
    place[last] = value
    return copied


def read(raw: Raw) -> Read:
    return read_json(json.dumps(raw))


def found(raw: Raw) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in read(raw).findings]


def test_a_bill_is_read_into_cents_and_millionths() -> None:
    answer = read(BILL)
    assert answer.findings == ()
    bill = answer.document
    assert isinstance(bill, Bill)
    assert (bill.tax, bill.total) == (6680, 73480)
    assert bill.lines[1].quantity == 670_000
    assert bill.lines[1].unit_price == 101_492_537
    assert bill.lines[1].tracking == (("Office", "Sydney"),)


def test_a_json_number_is_read_from_its_digits() -> None:
    line = json.dumps(changed(BILL, "total", "NUMBER")).replace('"NUMBER"', "1234567890123456.78")
    document = read_json(line).document
    assert isinstance(document, Bill)
    assert document.total == 123456789012345678


def test_a_number_with_an_exponent_keeps_its_exact_value() -> None:
    line = json.dumps(BILL).replace('"101.492537"', "1.01492537e2").replace('"0.67"', "1E-6")
    document = read_json(line).document
    assert isinstance(document, Bill)
    assert (document.lines[1].unit_price, document.lines[1].quantity) == (101_492_537, 1)


def test_every_fault_is_told_not_only_the_first() -> None:
    raw = changed(BILL, "date", "1/7/2026")
    raw = changed(raw, "lines[0].total", "600.005")
    raw = changed(raw, "client.nmae", "Abernethy")
    del raw["number"]
    assert sorted(found(raw)) == [
        ("missing_field", "number"),
        ("not_a_date", "date"),
        ("too_many_decimals", "lines[0].total"),
        ("unknown_field", "client.nmae"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("lines[1].quantity", "0.6700000", "too_many_decimals"),
        ("lines[1].quantity", "1,5", "not_a_number"),
        ("total", "$734.80", "not_a_number"),
        ("total", "1e3", "not_a_number"),
        ("total", "٣", "not_a_number"),
        ("total", "-", "not_a_number"),
        ("total", "5.", "not_a_number"),
        ("total", True, "wrong_type"),
        ("total", [], "wrong_type"),
        ("total", "12345678901234567.00", "amount_too_large"),
        ("date", "2026-02-30", "not_a_date"),
        ("date", "20260701", "not_a_date"),
        ("date", "2026-W01-1", "not_a_date"),
        ("date", "0206-07-01", "date_implausible"),
        ("date", "2206-07-01", "date_implausible"),
        ("revision", 0, "not_an_integer"),
        ("revision", 1.5, "not_an_integer"),
        ("revision", "2", "not_an_integer"),
        ("tax_inclusive", "yes", "wrong_type"),
        ("currency", "aud", "not_a_currency"),
        ("number", 1001, "wrong_type"),
        ("number", " ", "empty_text"),
        ("number", "x" * 256, "too_long"),
        ("number", "INV\n1001", "control_character"),
        ("client", "Abernethy", "wrong_type"),
        ("lines", {}, "wrong_type"),
        ("lines", [], "no_lines"),
        ("lines[1].tracking", {"a": "1", "b": "2", "c": "3"}, "too_many_entries"),
        ("lines[1].tracking", "Sydney", "wrong_type"),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(path: str, value: object, code: str) -> None:
    answer = read(changed(BILL, path, value))
    assert answer.document is None
    assert [(each.code, each.path) for each in answer.findings] == [(code, path)]
    assert all(each.message and each.fix for each in answer.findings)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_amount(constant: str) -> None:
    answer = read_json(json.dumps(BILL).replace('"734.80"', constant))
    assert [(each.code, each.path) for each in answer.findings] == [("not_a_number", "total")]


def test_a_key_that_comes_twice_is_refused_where_it_is() -> None:
    line = json.dumps(BILL).replace('"total": "68.00"', '"total": "68.00", "total": "680.00"')
    answer = read_json(line)
    assert [(each.code, each.path) for each in answer.findings] == [
        ("duplicate_key", "lines[1].total")
    ]


def test_a_typing_error_in_a_field_name_meets_a_suggestion() -> None:
    (finding,) = read(changed(BILL, "due_dat", "2026-08-01")).findings
    assert (finding.code, finding.path, finding.fix) == (
        "unknown_field",
        "due_dat",
        "Did you mean due_date?",
    )


@pytest.mark.parametrize("line", [b"", b"{", b"\xff{}", b"[" * 100_000, b"{'kind': 1}"])
def test_a_malformed_line_has_neither_kind_nor_id(line: bytes) -> None:
    answer = read_json(line)
    assert (answer.kind, answer.id, answer.document) == (None, None, None)
    assert [each.code for each in answer.findings] == ["not_json"]


def test_a_byte_order_mark_before_the_first_line_is_no_fault() -> None:
    assert read_json(b"\xef\xbb\xbf" + json.dumps(BILL).encode()).document is not None


def test_an_unknown_kind_meets_a_suggestion() -> None:
    (finding,) = read(changed(BILL, "kind", "bil")).findings
    assert (finding.code, finding.path, finding.fix) == (
        "kind_unknown",
        "kind",
        "Did you mean bill?",
    )


def test_a_refused_document_still_says_who_it_is() -> None:
    answer = read(changed(BILL, "total", "x"))
    assert (answer.kind, answer.id, answer.document) == ("bill", "b-1001", None)


def test_a_bill_may_be_named_by_kind_and_id() -> None:
    named = {"kind": "bill", "id": "b-1001"}
    document = read(changed(RECEIPT, "allocations[0].bill", named)).document
    assert isinstance(document, Receipt)
    assert document.allocations[0].bill == Key("bill", "b-1001")


def test_a_receipt_pays_bills_only() -> None:
    named = {"kind": "supplier_bill", "id": "s-9"}
    raw = changed(RECEIPT, "allocations[0].bill", named)
    assert found(raw) == [("reference_kind", "allocations[0].bill.kind")]


def test_trust_documents_take_one_revision_only() -> None:
    assert found(changed(TRUST_RECEIPT, "revision", 2)) == [("revision_not_allowed", "revision")]


def test_splits_must_come_to_the_amount_and_the_finding_says_by_how_much() -> None:
    (finding,) = read(changed(TRUST_RECEIPT, "amount", "5000.01")).findings
    assert (finding.code, finding.path) == ("splits_do_not_add_up", "splits")
    assert "0.01 less than the amount of 5000.01" in finding.message


def test_no_more_can_be_applied_than_was_received() -> None:
    (finding,) = read(changed(RECEIPT, "amount", "599.99")).findings
    assert (finding.code, finding.path) == ("allocations_exceed_amount", "allocations")
    assert "0.01 more than the amount of 599.99" in finding.message


def test_a_bill_is_named_once_in_a_receipt() -> None:
    twice = [{"bill": "b-1001", "amount": "1.00"}] * 2
    assert found(changed(RECEIPT, "allocations", twice)) == [
        ("allocated_twice", "allocations[1].bill")
    ]


def test_a_receipt_may_set_a_negative_bill_off_to_nil() -> None:
    offset = [{"bill": "b-1", "amount": "50.00"}, {"bill": "b-2", "amount": "-50.00"}]
    raw = changed(changed(RECEIPT, "allocations", offset), "amount", "0.00")
    assert found(raw) == []


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_receipts_are_above_zero(amount: str) -> None:
    raw = changed(changed(RECEIPT, "amount", amount), "allocations", [])
    assert found(raw) == [("amount_not_positive", "amount")]


def test_tax_stands_on_all_lines_or_on_none() -> None:
    assert found(changed(BILL, "lines[0].tax", "60.00")) == [
        ("line_taxes_incomplete", "lines[1].tax")
    ]


def test_a_rate_needs_its_currency() -> None:
    assert found(changed(BILL, "exchange_rate", "1.08")) == [("currency_missing", "currency")]


def test_yen_have_no_cents() -> None:
    raw = changed(changed(RECEIPT, "currency", "JPY"), "amount", "700.50")
    assert found(raw) == [("too_many_decimals", "amount")]


def test_a_quantity_without_a_price_is_only_worth_a_note() -> None:
    answer = read(changed(BILL, "lines[0].quantity", "6"))
    assert answer.document is not None
    assert [(each.code, each.path) for each in answer.findings] == [
        ("quantity_without_price", "lines[0]")
    ]


@given(strategies.documents())
def test_what_is_written_is_read_back_and_is_written_the_same(document: Document) -> None:
    line = canonical(document)
    answer = read_json(line)
    assert not holds(answer.findings)
    assert answer.document == document
    assert answer.document is not None
    assert canonical(answer.document) == line


@given(strategies.documents(), st.randoms())
def test_the_order_of_keys_and_spelt_out_nothings_change_nothing(
    document: Document, chance: random.Random
) -> None:
    def shuffled(value: object) -> object:
        if isinstance(value, list):
            return [shuffled(each) for each in value]
        if not isinstance(value, dict):
            return value
        items = [(name, shuffled(each)) for name, each in value.items()]
        chance.shuffle(items)
        return dict(items)

    raw = {**json.loads(canonical(document)), "organisation": document.organisation}
    again = read_json(json.dumps(shuffled(raw), indent=1)).document
    assert again is not None
    assert again == document
    assert fingerprint(again) == fingerprint(document)


@given(strategies.documents())
def test_no_float_ever_appears(document: Document) -> None:
    def floats(value: object) -> bool:
        if isinstance(value, tuple):
            return any(floats(each) for each in value)
        if hasattr(value, "__slots__") and not isinstance(value, str):
            names = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
            return any(floats(getattr(value, name)) for name in names)
        return isinstance(value, float)

    answer = read_json(canonical(document))
    assert answer.document is not None
    assert not floats(answer.document)


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.binary() | st.text())
def test_any_bytes_give_an_answer_and_no_exception(line: bytes | str) -> None:
    answer = read_json(line)
    assert answer.document is None
    assert answer.findings


@given(strategies.documents(), st.data())
def test_junk_in_any_field_gives_an_answer_and_no_exception(
    document: Document, data: st.DataObject
) -> None:
    raw = json.loads(canonical(document))
    places = [raw, *(each for each in raw.values() if isinstance(each, dict))]
    lists = [each for each in raw.values() if isinstance(each, list)]
    places += [one for each in lists for one in each if isinstance(one, dict)]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(_junk)
    answer = read_json(json.dumps(raw))
    held = any(each.severity is Severity.ERROR for each in answer.findings)
    assert (answer.document is None) == held


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=5)
def test_every_kind_is_read_back_by_the_reader_that_explains(
    kind: str, data: st.DataObject
) -> None:
    document = data.draw(strategies.documents_of(kind))
    assert read_plain(parse(canonical(document).decode())).document == document
