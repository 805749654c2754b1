from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.xero_documents import AccountRef, Element, Invoice, Totals
from counterfoil.posting.records import Frozen, Link, PostingKey
from counterfoil.posting.target import Call, Looked
from counterfoil.xero.routes import resource
from counterfoil.xero.target import NOTHING_MADE, XeroTarget
from tests.xero.scene import (
    BILL,
    CLIENT,
    CREDIT,
    NOW,
    RECEIPT,
    SET_OFF,
    TRUST,
    ZEROS,
    answered,
    drive,
    frozen,
    in_turn,
)

TARGET = XeroTarget()
IDS = {"Invoices": "InvoiceID", "Payments": "PaymentID", "Allocations": "AllocationID"}


def shown(element: Element, xero_id: str = "x-1", **fields: object) -> dict[str, object]:
    """Show an element as Xero does once it has it."""
    row: dict[str, object] = json.loads(TARGET.encode(element))
    name = resource(element)
    row[IDS.get(name, f"{name[:-1]}ID")] = xero_id
    if totals := getattr(element, "expected", None):
        names = ("SubTotal", "TotalTax", "Total")
        row |= {key: cents / 100 for key, cents in zip(names, totals, strict=True)}
    return row | fields


def body(name: str, *rows: Mapping[str, object]) -> str:
    return json.dumps({name: rows})


def test_a_batch_becomes_one_call() -> None:
    shape = TARGET.shape([BILL, BILL], [b"{}", b"[]"])
    assert (shape.method, shape.path, shape.body) == ("PUT", "/Invoices", b'{"Invoices":[{},[]]}')
    assert shape.query == (("unitdp", "4"), ("summarizeErrors", "false"))


def test_allocations_of_two_credit_notes_do_not_share_a_call() -> None:
    assert TARGET.lane(replace(SET_OFF, source="a")) != TARGET.lane(replace(SET_OFF, source="b"))
    assert TARGET.lane(BILL) == TARGET.lane(replace(BILL, number="other"))


def test_sales_and_purchases_go_apart_because_only_the_numbers_of_sales_are_unique() -> None:
    assert TARGET.lane(BILL) != TARGET.lane(replace(BILL, type="ACCPAY"))


@pytest.mark.parametrize(
    ("element", "unique"),
    [
        (CLIENT, True),
        (BILL, True),
        (CREDIT, True),
        (replace(BILL, type="ACCPAY"), False),
        (replace(BILL, reference='"Type":"ACCPAY"'), True),
        (RECEIPT, False),
        (SET_OFF, False),
        (TRUST, False),
    ],
)
def test_xero_keeps_sales_numbers_and_contacts_unique(element: Element, *, unique: bool) -> None:
    assert TARGET.unique(frozen(element)) is unique


def test_each_element_of_a_batch_gets_its_verdict() -> None:
    two = replace(BILL, number="INV-2")
    bad = shown(two, ZEROS, ValidationErrors=[{"Message": "no"}])
    verdicts = TARGET.judge(frozen(BILL, two), answered(body("Invoices", shown(BILL), bad)))
    assert verdicts is not None
    assert verdicts[0].link == Link("x-1", "INV-1001", "AUTHORISED", BILL.expected)
    assert (verdicts[1].link, verdicts[1].messages) == (None, ("no",))


def test_zeros_without_a_word_are_a_refusal() -> None:
    verdicts = TARGET.judge(frozen(RECEIPT), answered(body("Payments", shown(RECEIPT, ZEROS))))
    assert verdicts is not None
    assert (verdicts[0].link, verdicts[0].messages) == (None, (NOTHING_MADE,))


def test_a_400_that_speaks_of_the_one_member_is_its_verdict() -> None:
    row = shown(BILL, ZEROS, ValidationErrors=[{"Message": "Invoice # must be unique."}])
    text = json.dumps({"ErrorNumber": 10, "Message": "A validation exception", "Elements": [row]})
    verdicts = TARGET.judge(frozen(BILL), answered(text, 400))
    assert verdicts is not None
    assert verdicts[0].messages == ("Invoice # must be unique.",)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [shown(BILL)],
        [shown(replace(BILL, number="INV-2")), shown(BILL)],
        [shown(BILL), shown(replace(BILL, number="INV-2"), Total=None)],
    ],
    ids=["none", "one missing", "other order", "no total"],
)
def test_an_answer_that_does_not_fit_the_request_is_not_believed(
    rows: list[dict[str, object]],
) -> None:
    request = frozen(BILL, replace(BILL, number="INV-2"))
    assert TARGET.judge(request, answered(body("Invoices", *rows))) is None


def test_payments_are_cross_checked_by_what_they_repeat() -> None:
    other = shown(replace(RECEIPT, amount=1))
    assert TARGET.judge(frozen(RECEIPT), answered(body("Payments", other))) is None


@pytest.mark.parametrize("page", ["", "<html>Bad gateway</html>", "{}", '{"Invoices":[{'])
def test_a_page_in_place_of_an_answer_is_not_believed(page: str) -> None:
    assert TARGET.judge(frozen(BILL), answered(page)) is None


def looked(request: Frozen, *rows: Mapping[str, object], asked: list[Call] | None = None) -> Looked:
    calls = [] if asked is None else asked
    reply = answered(body(request.resource, *rows))
    found = drive(TARGET.look_up([request]), in_turn([reply], calls))
    assert isinstance(found, dict)
    result: dict[PostingKey, Looked] = found
    return result[request.members[0]]


@pytest.mark.parametrize("element", [CLIENT, BILL, CREDIT, TRUST, RECEIPT])
def test_what_was_sent_is_known_again(element: Element) -> None:
    row = shown(element)
    found = looked(frozen(element), shown(element, ZEROS), row)
    assert [link.xero_id for link in found.same] == ["x-1"]
    assert not found.other


def test_sales_invoices_are_looked_up_by_number_in_one_call() -> None:
    asked: list[Call] = []
    looked(frozen(BILL), asked=asked)
    assert dict(asked[0].query)["InvoiceNumbers"] == "INV-1001"
    assert (asked[0].modified_since, len(asked)) == (None, 1)


@pytest.mark.parametrize(
    "element", [replace(BILL, number="INV,1"), replace(BILL, type="ACCPAY"), RECEIPT, TRUST]
)
def test_everything_else_is_swept_from_two_minutes_before_it_left(element: Element) -> None:
    asked: list[Call] = []
    looked(frozen(element), asked=asked)
    assert asked[0].modified_since == NOW - dt.timedelta(minutes=2)
    assert "InvoiceNumbers" not in dict(asked[0].query)


def test_many_requests_of_one_resource_share_one_sweep() -> None:
    requests = [frozen(replace(TRUST, reference=f"TR-{n}")) for n in range(5)]
    asked: list[Call] = []
    drive(TARGET.look_up(requests), in_turn([answered(body("BankTransactions"))], asked))
    assert len(asked) == 1


@pytest.mark.parametrize(
    "stranger",
    [
        replace(BILL, contact="someone else"),
        replace(BILL, date=dt.date(2026, 7, 2)),
        replace(BILL, lines=BILL.lines[:1]),
        replace(BILL, lines=(replace(BILL.lines[0], unit_amount=1), BILL.lines[1])),
        replace(BILL, lines=(replace(BILL.lines[0], tax_type="INPUT"), BILL.lines[1])),
        replace(BILL, lines=(replace(BILL.lines[0], account=AccountRef("1")), BILL.lines[1])),
    ],
)
def test_another_document_under_our_number_is_told_apart(stranger: Element) -> None:
    found = looked(frozen(BILL), shown(stranger))
    assert (found.same, [link.xero_id for link in found.other]) == ((), ["x-1"])


def test_our_invoice_with_other_totals_is_still_ours() -> None:
    found = looked(frozen(BILL), shown(BILL, Total=83.94))
    assert found.same[0].totals == Totals(7629, 764, 8394)


def test_our_bank_transaction_with_other_totals_is_not_sent_again() -> None:
    assert looked(frozen(TRUST), shown(TRUST, Total=500.01)).same


@pytest.mark.parametrize(("element", "status"), [(RECEIPT, "DELETED"), (TRUST, "DELETED")])
def test_what_was_deleted_is_not_what_was_sent(element: Element, status: str) -> None:
    assert not looked(frozen(element), shown(element, Status=status)).same


def test_a_voided_invoice_keeps_its_number() -> None:
    found = looked(frozen(BILL), shown(BILL, Status="VOIDED"))
    assert (len(found.same), len(found.other)) == (0, 1)


@pytest.mark.parametrize(
    "before",
    [
        replace(BILL, due_date=dt.date(2026, 8, 15)),
        replace(BILL, reference="M-7"),
        replace(BILL, lines=(replace(BILL.lines[0], tracking=()), BILL.lines[1])),
        replace(BILL, lines=(replace(BILL.lines[0], description="Work"), BILL.lines[1])),
    ],
)
def test_an_update_is_not_taken_as_done_while_xero_shows_what_was_before(before: Invoice) -> None:
    call = TARGET.amend(BILL, "x-1", ("l-1", "l-2"))
    update = replace(frozen(BILL), method="POST", path=call.path, body=call.body)
    update = replace(update, members=(update.members[0].of(Act.UPDATE),))

    assert looked(update, shown(BILL)).same
    assert not looked(update, shown(before)).same


@pytest.mark.parametrize(
    "stranger",
    [
        replace(RECEIPT, amount=1),
        replace(RECEIPT, reference="R-2"),
        replace(RECEIPT, document="another"),
        replace(RECEIPT, date=dt.date(2026, 7, 8)),
        replace(RECEIPT, account=AccountRef(account_id="another")),
    ],
)
def test_a_payment_is_known_by_all_of_its_key(stranger: Element) -> None:
    assert replace(looked(frozen(RECEIPT), shown(stranger)), alike=()) == Looked()


def test_xero_shows_code_and_id_of_an_account_and_we_sent_one() -> None:
    both = {"Code": "090", "AccountID": RECEIPT.account.account_id}
    assert looked(frozen(RECEIPT), shown(RECEIPT, Account=both)).same


def test_allocations_are_looked_up_in_their_credit_note() -> None:
    request = frozen(replace(SET_OFF, source="cn-id"))
    rows = [shown(SET_OFF, "a-1"), shown(replace(SET_OFF, amount=1), "a-2")]
    note = {"CreditNoteID": "cn-id", "Allocations": [*rows, shown(SET_OFF, "a-3", IsDeleted=True)]}
    asked: list[Call] = []
    reply = answered(body("CreditNotes", note))
    found = drive(TARGET.look_up([request]), in_turn([reply], asked))
    assert found == {request.members[0]: Looked((Link("a-1", source="look-up"),))}
    assert [call.path for call in asked] == ["/CreditNotes/cn-id"]
