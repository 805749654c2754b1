"""Two hundred organisations in one sandbox: nothing crosses, and none slows another down."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from sandbox.tests.counter import START
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from _typeshed import TraceFunction

MANY = 200
READ = ("Contacts", "Invoices", "Payments", "BankTransactions", "ManualJournals", "Accounts")


@dataclass(frozen=True)
class Firm:
    """One of many, with an app of its own."""

    sandbox: Sandbox
    number: int
    tenant: str
    token: str

    def call(self, method: str, path: str, body: object = None, tenant: str = "") -> Answer:
        named = tenant or self.tenant
        headers = {"authorization": f"Bearer {self.token}", "xero-tenant-id": named}
        sent = b"" if body is None else msgspec.json.encode(body)
        answer = self.sandbox.handle(
            Request(method, f"/api.xro/2.0/{path}", {}, headers, sent), START
        )
        assert isinstance(answer, Answer)
        return answer

    def rows(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = msgspec.json.decode(self.call("GET", path).body)[path]
        return found

    def bill(self, number: int) -> str:
        line = {"Description": "x", "Quantity": 1, "UnitAmount": self.number, "AccountCode": "200"}
        one = {
            "Type": "ACCREC",
            "InvoiceNumber": f"B-{number}",  # the same numbers everywhere
            "Contact": {"Name": "Ada Byron"},  # and the same client
            "DueDate": "2026-03-30",
            "Status": "AUTHORISED",
            "LineItems": [line],
        }
        answer = self.call("PUT", "Invoices", one)
        assert answer.status == 200
        made: str = msgspec.json.decode(answer.body)["Invoices"][0]["InvoiceID"]
        return made

    def pay(self, invoice_id: str) -> None:
        one = {
            "Invoice": {"InvoiceID": invoice_id},
            "Account": {"Code": "090"},
            "Date": "2026-03-02",
            "Amount": "0.50",
        }
        assert self.call("PUT", "Payments", one).status == 200


def opened(count: int) -> Iterator[Firm]:
    sandbox = Sandbox(limits=False)
    for number in range(1, count + 1):
        tenant = sandbox.new_organisation(f"Firm {number}", "AU", START).tenant_id
        app = f"app-{number}"
        token = sandbox.issue_token((tenant,), client_id=app, now=START)["access_token"]
        yield Firm(sandbox, number, tenant, token)


@pytest.fixture(scope="module")
def firms() -> list[Firm]:
    found = list(opened(MANY))
    for round_of in range(3):  # in turn, as two hundred workers would come
        for firm in found:
            firm.pay(firm.bill(round_of))
    return found


def test_no_id_stands_in_two_organisations(firms: list[Firm]) -> None:
    seen: Counter[str] = Counter()
    for firm in firms:
        ids = {
            value
            for path in READ
            for row in firm.rows(path)
            for name, value in row.items()
            if name.endswith("ID") and isinstance(value, str)
        }
        seen.update(ids)
    assert len(seen) > MANY * 60
    assert max(seen.values()) == 1


def test_each_sees_its_own_documents_and_its_own_money(firms: list[Firm]) -> None:
    for firm in firms:
        bills = firm.rows("Invoices")
        assert [bill["InvoiceNumber"] for bill in bills] == ["B-0", "B-1", "B-2"]
        assert {bill["SubTotal"] for bill in bills} == {firm.number}
        assert len(firm.rows("Contacts")) == 1
        organisation = firm.sandbox.state.organisations[firm.tenant]
        assert organisation.ledger.out_of_balance() == 0


def test_no_app_enters_another_organisation(firms: list[Firm]) -> None:
    for firm, other in zip(firms, [*firms[1:], firms[0]], strict=True):
        assert firm.call("GET", "Invoices", tenant=other.tenant).status == 403
        theirs = other.rows("Invoices")[0]["InvoiceID"]
        assert firm.call("GET", f"Invoices/{theirs}").status == 404
        changed = firm.call("POST", f"Invoices/{theirs}", {"Status": "VOIDED"})
        assert changed.status == 404


def test_a_disconnect_touches_one_organisation_only() -> None:
    first, second, third = opened(3)
    body = msgspec.json.encode({"tenantId": second.tenant})
    first.sandbox.handle(Request("POST", "/_sandbox/disconnect", {}, {}, body), START)
    statuses = [firm.call("GET", "Organisation").status for firm in (first, second, third)]
    assert statuses == [200, 403, 200]


def test_the_work_does_not_grow_with_the_organisations() -> None:
    """Twenty times the organisations: work that grew with them would be twenty times as much."""
    few, many = list(opened(10)), list(opened(MANY))
    assert _steps(many[-10:]) < 1.5 * _steps(few)


def _steps(firms: list[Firm]) -> int:
    """Count the interpreter's own steps: the same on every machine, however busy."""
    counted = Counter[str]()

    def count(frame: FrameType, event: str, _: object) -> TraceFunction:
        frame.f_trace_opcodes = True
        counted[event] += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        for firm in firms:
            firm.bill(1)
    finally:
        sys.settrace(before)
    return counted["opcode"]
