"""Overpayments and prepayments: created as bank transactions, allocated and refunded as credits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    CreditNote,
    DocumentType,
    Element,
    Invoice,
    Payment,
)
from counterfoil.posting.records import Link
from counterfoil.posting.target import Answer, Call, Existing, Looked, UnreadableAnswer
from counterfoil.xero.encode import encode_element
from counterfoil.xero.routes import resource, route
from counterfoil.xero.target import XeroTarget
from tests.xero.scene import (
    EVERY,
    LATER,
    OVERPAID,
    PREPAID,
    REFUND,
    RETURNED,
    SUPPLIED,
    answered,
    drive,
    frozen,
    in_turn,
)

TARGET = XeroTarget()
TOTALS = {"SubTotal": 125.00, "TotalTax": 0, "Total": 125.00}


def shown(element: Element, **fields: object) -> dict[str, object]:
    row: dict[str, object] = json.loads(encode_element(element))
    return row | {"BankTransactionID": "bt-1", "OverpaymentID": "op-1"} | TOTALS | fields


def body(name: str, *rows: Mapping[str, object]) -> str:
    return json.dumps({name: rows})


def looked(element: Element, name: str, *rows: Mapping[str, object]) -> Looked:
    request = frozen(element)
    found = drive(TARGET.look_up([request]), in_turn([answered(body(name, *rows))], []))
    return found[request.members[0]]


def test_two_of_one_type_in_another_order_are_told_apart_by_their_first_lines() -> None:
    (line,) = OVERPAID.lines
    other = replace(OVERPAID, lines=(replace(line, description="R-3 Paid twice"),))
    request = frozen(OVERPAID, other)
    swapped = body("BankTransactions", shown(other), shown(OVERPAID))
    in_order = body("BankTransactions", shown(OVERPAID), shown(other))

    assert TARGET.judge(request, answered(swapped)) is None
    assert TARGET.judge(request, answered(in_order)) is not None


def test_an_overpayment_is_not_taken_for_a_plain_payment_beside_it() -> None:
    """In another order their totals would have been compared with each other's."""
    plain = replace(OVERPAID, type="RECEIVE", reference="R-4")
    swapped = body("BankTransactions", shown(plain), shown(OVERPAID))

    assert TARGET.judge(frozen(OVERPAID, plain), answered(swapped)) is None


def test_the_link_of_an_overpayment_is_its_own_id_not_the_bank_transaction_s() -> None:
    verdicts = TARGET.judge(frozen(OVERPAID), answered(body("BankTransactions", shown(OVERPAID))))
    assert verdicts is not None
    assert verdicts[0].link == Link("op-1", "", "AUTHORISED", OVERPAID.expected)


def test_a_prepayment_is_linked_by_its_prepayment_id() -> None:
    sums = {"SubTotal": 200, "TotalTax": 20, "Total": 220}
    row = shown(PREPAID, PrepaymentID="pp-1", **sums)
    verdicts = TARGET.judge(frozen(PREPAID), answered(body("BankTransactions", row)))
    assert verdicts is not None
    assert verdicts[0].link is not None
    assert verdicts[0].link.xero_id == "pp-1"


@pytest.mark.parametrize("odd", ["", "00000000-0000-0000-0000-000000000000", None, []])
def test_an_overpayment_made_without_its_own_id_is_looked_up(odd: object) -> None:
    row = shown(OVERPAID, OverpaymentID=odd)
    assert TARGET.judge(frozen(OVERPAID), answered(body("BankTransactions", row))) is None


def test_a_refused_overpayment_needs_no_id_to_be_believed() -> None:
    row = shown(OVERPAID, BankTransactionID="", ValidationErrors=[{"Message": "no"}])
    del row["OverpaymentID"]
    verdicts = TARGET.judge(frozen(OVERPAID), answered(body("BankTransactions", row)))
    assert verdicts is not None
    assert (verdicts[0].link, verdicts[0].messages) == (None, ("no",))


def test_an_overpayment_is_found_by_its_description_and_linked_by_its_own_id() -> None:
    found = looked(OVERPAID, "BankTransactions", shown(OVERPAID))
    assert [link.xero_id for link in found.same] == ["op-1"]


def test_xero_s_account_on_the_line_of_an_overpayment_does_not_hide_it() -> None:
    line = json.loads(encode_element(OVERPAID))["LineItems"][0]
    line |= {"AccountCode": "610", "AccountID": "debtors", "TaxType": "NONE"}
    row = shown(OVERPAID, LineItems=[line], CurrencyCode="AUD")
    assert looked(OVERPAID, "BankTransactions", row).same


@pytest.mark.parametrize(
    "stranger",
    [
        replace(OVERPAID, type="RECEIVE"),
        replace(OVERPAID, contact="another"),
        replace(OVERPAID, bank_account=AccountRef("091")),
        replace(OVERPAID, lines=(replace(OVERPAID.lines[0], description="R-3 Paid twice"),)),
    ],
)
def test_other_money_is_not_taken_for_the_overpayment(stranger: Element) -> None:
    assert replace(looked(OVERPAID, "BankTransactions", shown(stranger)), alike=()) == Looked()


@pytest.mark.parametrize(
    ("source_type", "path"),
    [
        (DocumentType.CREDIT_NOTE, "/CreditNotes/receipt:r-2/Allocations"),
        (DocumentType.OVERPAYMENT, "/Overpayments/receipt:r-2/Allocations"),
        (DocumentType.PREPAYMENT, "/Prepayments/receipt:r-2/Allocations"),
    ],
)
def test_an_allocation_is_put_below_its_source(source_type: DocumentType, path: str) -> None:
    assert route(replace(LATER, source_type=source_type)) == ("PUT", path, {})


def test_allocations_of_one_overpayment_share_a_call_and_of_two_do_not() -> None:
    assert TARGET.lane(LATER) == TARGET.lane(replace(LATER, invoice="another", amount=1))
    assert TARGET.lane(LATER) != TARGET.lane(replace(LATER, source="another"))


def allocation(of: Allocation, **fields: object) -> dict[str, object]:
    row: dict[str, object] = json.loads(encode_element(of))
    return row | {"AllocationID": "a-1"} | fields


def test_allocations_of_many_calls_on_one_overpayment_are_read_at_once() -> None:
    first, second = (replace(LATER, source="op-1", invoice=f"i-{n}") for n in (1, 2))
    credit = {"OverpaymentID": "op-1", "Allocations": [allocation(first)]}
    asked: list[Call] = []
    requests = [frozen(first), replace(frozen(second), members=frozen(first, second).members[1:])]
    reply = answered(body("Overpayments", credit))
    found = drive(TARGET.look_up(requests), in_turn([reply], asked))
    assert [call.path for call in asked] == ["/Overpayments/op-1"]
    assert [bool(found[request.members[0]].same) for request in requests] == [True, False]


def test_an_allocation_in_xero_without_an_id_is_neither_adopted_nor_made_again() -> None:
    mine = replace(LATER, source="op-1")
    credit = {"OverpaymentID": "op-1", "Allocations": [allocation(mine, AllocationID=None)]}
    with pytest.raises(UnreadableAnswer, match="AllocationID"):
        looked(mine, "Overpayments", credit)


def test_an_allocation_answered_without_an_id_is_looked_up() -> None:
    row = allocation(LATER, Overpayment={"OverpaymentID": "op-1"})
    verdicts = TARGET.judge(frozen(LATER), answered(body("Allocations", row)))
    assert verdicts is not None
    assert verdicts[0].link == Link("a-1")
    del row["AllocationID"]
    assert TARGET.judge(frozen(LATER), answered(body("Allocations", row))) is None


def test_an_answer_that_lists_earlier_allocations_too_is_looked_up() -> None:
    rows = [allocation(replace(LATER, invoice="earlier")), allocation(LATER)]
    assert TARGET.judge(frozen(LATER), answered(body("Allocations", *rows))) is None


def test_a_refused_allocation_is_refused_in_xero_s_words() -> None:
    row = allocation(LATER, AllocationID=None, ValidationErrors=[{"Message": "too much"}])
    verdicts = TARGET.judge(frozen(LATER), answered(body("Allocations", row)))
    assert verdicts is not None
    assert (verdicts[0].link, verdicts[0].messages) == (None, ("too much",))


REFUNDS = [replace(REFUND, document="x-9", document_type=kind) for kind in DocumentType]


@pytest.mark.parametrize("refund", REFUNDS, ids=lambda refund: refund.document_type)
def test_a_payment_names_exactly_what_it_pays_or_refunds(refund: Payment) -> None:
    sent = json.loads(encode_element(refund))
    kinds = [kind for kind in DocumentType if kind in sent]
    assert kinds == [refund.document_type]
    assert sent[kinds[0]] == {f"{kinds[0]}ID": "x-9"}


@pytest.mark.parametrize("refund", REFUNDS, ids=lambda refund: refund.document_type)
def test_a_refund_is_found_by_what_it_refunds(refund: Payment) -> None:
    row = json.loads(encode_element(refund)) | {"PaymentID": "p-1", "Status": "AUTHORISED"}
    assert [link.xero_id for link in looked(refund, "Payments", row).same] == ["p-1"]
    assert replace(looked(replace(refund, document="x-8"), "Payments", row), alike=()) == Looked()


def test_a_refund_is_found_where_xero_shows_its_credit_note_as_an_invoice() -> None:
    row = json.loads(encode_element(REFUND)) | {"PaymentID": "p-1", "Status": "AUTHORISED"}
    del row["Overpayment"]
    row["Invoice"] = {"Type": "ACCRECCREDIT", "InvoiceID": "x-9", "InvoiceNumber": "CN-5"}
    refund = replace(REFUND, document="x-9", document_type=DocumentType.CREDIT_NOTE)
    assert looked(refund, "Payments", row).same


def test_an_answer_about_the_refund_of_another_credit_is_not_believed() -> None:
    row = json.loads(encode_element(replace(REFUND, document="x-8"))) | {"PaymentID": "p-1"}
    request = frozen(replace(REFUND, document="x-9"))
    assert TARGET.judge(request, answered(body("Payments", row))) is None


@pytest.mark.parametrize("element", [SUPPLIED, RETURNED])
def test_a_supplier_s_document_told_in_other_words_is_not_made_again(
    element: Invoice | CreditNote,
) -> None:
    name = resource(element)
    sums = dict(
        zip(("SubTotal", "TotalTax", "Total"), (c / 100 for c in element.expected), strict=True)
    )
    row = json.loads(encode_element(element)) | sums | {f"{name[:-1]}ID": "x-1", "LineItems": []}
    assert looked(element, name, row).same
    assert not looked(element, name, row | {"Total": 1.0}).same
    assert not looked(element, name, row | {"Contact": {"ContactID": "another"}}).same


def test_one_look_up_of_every_kind_makes_one_call_for_each_list_and_credit() -> None:
    requests = [frozen(element) for element in (*EVERY.values(), *EVERY.values())]
    asked: list[str] = []

    def answer(call: Call) -> Answer:
        asked.append(call.path)
        return answered(body(call.path.split("/")[1]))

    drive(TARGET.look_up(requests), answer)
    assert sorted(asked) == [
        "/BankTransactions",
        "/BankTransfers",
        "/Contacts",
        "/CreditNotes",
        "/CreditNotes/credit_note:cn-1",
        "/Invoices",
        "/ManualJournals",
        "/Overpayments/receipt:r-2",
        "/Payments",
    ]


def standing(existing: Existing, *answers: Answer) -> tuple[bool, str]:
    found = drive(TARGET.read_standing(existing), in_turn(answers, []))
    return found.ended, found.credit


NOWHERE = answered(status=404)


@pytest.mark.parametrize("name", ["Overpayments", "Prepayments"])
def test_prepaid_money_is_gone_only_where_its_credit_is(name: str) -> None:
    ours = Existing("BankTransactions", "op-1")
    credit = {f"{name[:-1]}ID": "op-1", "Total": 125.00}
    before = [NOWHERE] * (1 + (name == "Prepayments"))
    stands, void = (
        answered(body(name, credit | {"Status": status})) for status in ("AUTHORISED", "VOIDED")
    )
    assert standing(ours, *before, stands) == (False, "")
    assert standing(ours, *before, void) == (True, "")
    assert standing(ours, NOWHERE, NOWHERE, NOWHERE) == (True, "")


def test_an_allocation_is_found_on_the_credit_that_the_setting_of_then_made() -> None:
    ours = Existing("Allocations", "al-1", "Prepayments/op-1")
    applied = {"AllocationID": "al-1", "Amount": 5.00, "Invoice": {"InvoiceID": "i-1"}}
    credit = {"OverpaymentID": "op-1", "Total": 125.00, "Allocations": [applied]}
    found = answered(body("Overpayments", credit))
    assert standing(ours, NOWHERE, found) == (False, "Overpayments/op-1")
    assert standing(ours, NOWHERE, NOWHERE) == (True, "")
