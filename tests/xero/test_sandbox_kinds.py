"""Each further kind against the sandbox: it takes what we send, and we find it again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from urllib.request import Request as Post
from urllib.request import urlopen

import pytest

from counterfoil.core.currency import to_xero_rate
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    BankTransaction,
    CreditNote,
    DocumentType,
    Element,
    Payment,
    Totals,
)
from counterfoil.posting.target import Answer, Call, Looked
from counterfoil.xero import read
from counterfoil.xero.client import Client
from counterfoil.xero.oauth import SCOPES
from counterfoil.xero.target import XeroTarget
from counterfoil.xero.wire import Endpoints
from tests.xero.scene import (
    ACCRUED,
    ADVICE,
    BILL,
    CLIENT,
    COSTS,
    CREDIT,
    LATER,
    MOVED,
    OVERPAID,
    PREPAID,
    REFUND,
    frozen,
)
from tests.xero.test_sandbox import Firm, control
from xero_sandbox.testing import running_sandbox

TARGET = XeroTarget()
OFFICE, SAVINGS = AccountRef("090"), AccountRef("091")
LIABILITY, CLEARING = AccountRef("825"), AccountRef("826")
PLAIN = replace(ADVICE, quantity=10_000, unit_amount=1_000_000, tax_type="BASEXCLUDED")


@dataclass
class Books:
    """A connected organisation with one contact, and what to create in it."""

    firm: Firm
    contact: str

    def bill(self, number: str) -> str:
        made = replace(BILL, contact=self.contact, number=number, lines=(PLAIN,))
        return self.firm.post(replace(made, expected=Totals(10_000, 0, 10_000)))

    def credit_note(self, number: str) -> CreditNote:
        made = replace(CREDIT, contact=self.contact, number=number, lines=(PLAIN,))
        return replace(made, expected=Totals(10_000, 0, 10_000))

    def overpayment(self, opening: str, kind: str = "RECEIVE-OVERPAYMENT") -> BankTransaction:
        line = replace(OVERPAID.lines[0], description=opening)
        made = replace(OVERPAID, type=kind, contact=self.contact, lines=(line,))
        return replace(made, bank_account=OFFICE, currency=None, currency_rate=None)

    def prepayment(self, opening: str) -> BankTransaction:
        line = replace(PREPAID.lines[0], description=opening, account=LIABILITY, tax_type="INPUT")
        return replace(PREPAID, contact=self.contact, bank_account=OFFICE, lines=(line,))

    def balances(self) -> dict[str, int]:
        rows = self.firm.read(read.trial_balance(dt.date(2026, 12, 31)))
        return {row.code: row.balance for row in rows}


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    with running_sandbox(limits=False) as url, Client() as client:
        tenant = control(url, "organisations", name="Firm", country="AU")["tenantId"]
        pair = control(url, "token", tenants=[tenant], scopes=[scope.name for scope in SCOPES])
        firm = Firm(
            client,
            Endpoints.sandbox(url),
            url,
            tenant,
            pair["access_token"],
            pair["refresh_token"],
        )
        yield Books(firm, firm.post(CLIENT))


def refund(document: str, kind: DocumentType, reference: str) -> Payment:
    made = replace(REFUND, document=document, document_type=kind, reference=reference)
    return replace(made, account=OFFICE, currency_rate=None, bank_amount=None)


def test_an_overpayment_is_allocated_and_the_rest_refunded(books: Books) -> None:
    bill = books.bill("O-1")
    before = books.balances()
    credit = books.firm.post(books.overpayment("R-2 Paid twice"))
    shown = books.firm.read(read.credit("Overpayments", credit))
    assert shown is not None
    assert shown.amount_due == 12_500
    books.firm.post(replace(LATER, source=credit, invoice=bill))
    books.firm.post(refund(credit, DocumentType.OVERPAYMENT, "RF-1"))
    spent = books.firm.read(read.credit("Overpayments", credit))
    assert spent is not None
    assert (spent.amount_due, spent.status) == (0, "PAID")
    after = books.balances()
    moved = {code: after.get(code, 0) - before.get(code, 0) for code in before | after}
    assert {code: cents for code, cents in moved.items() if cents} == {
        "090": 10_000,
        "610": -10_000,
    }


def test_an_overpayment_in_a_bill_s_currency_is_allocated_to_it(books: Books) -> None:
    control(
        books.firm.url, f"organisations/{books.firm.tenant_id}/settings", currencies=["AUD", "USD"]
    )
    rate = to_xero_rate(Decimal("1.5625"))
    assert rate == Decimal("0.64")
    bill = replace(BILL, contact=books.contact, number="USD-1", lines=(PLAIN,), currency="USD")
    bill = replace(bill, currency_rate=rate, expected=Totals(10_000, 0, 10_000))
    owed = books.firm.post(bill)
    paid = Payment(owed, OFFICE, dt.date(2026, 7, 9), 4_000, "R-U", rate, 6_250)
    books.firm.post(paid)
    spare = replace(books.overpayment("R-U Rest"), currency="USD", currency_rate=rate)
    credit = books.firm.post(spare)
    books.firm.post(replace(LATER, source=credit, invoice=owed, amount=6_000))
    found = books.firm.read(read.invoices(("USD-1",)))
    assert [(one.status, one.amount_due) for one in found] == [("PAID", 0)]


def test_a_supplier_s_prepayment_is_linked_by_its_own_id(books: Books) -> None:
    credit = books.firm.post(books.prepayment("SP-3 Retainer"))
    shown = books.firm.read(read.credit("Prepayments", credit))
    assert shown is not None
    assert (shown.type, shown.amount_due) == ("SPEND-PREPAYMENT", 22_000)
    books.firm.post(refund(credit, DocumentType.PREPAYMENT, "RF-2"))


def test_a_credit_note_is_refunded(books: Books) -> None:
    note = books.firm.post(books.credit_note("CN-R"))
    books.firm.post(refund(note, DocumentType.CREDIT_NOTE, "RF-3"))


def test_a_supplier_s_bill_is_paid_and_credited(books: Books) -> None:
    line = replace(PLAIN, account=AccountRef("404"))
    bill = replace(BILL, type="ACCPAY", contact=books.contact, number="S-1", reference="")
    supplied = books.firm.post(replace(bill, lines=(line,), expected=Totals(10_000, 0, 10_000)))
    note = replace(books.credit_note("SC-1"), type="ACCPAYCREDIT", reference="", lines=(line,))
    credit = books.firm.post(note)
    books.firm.post(Allocation(credit, supplied, 4_000, dt.date(2026, 7, 9)))
    books.firm.post(Payment(supplied, OFFICE, dt.date(2026, 7, 10), 5_000, "SP-1"))
    spare = books.firm.post(books.overpayment("SP-2 Paid twice", "SPEND-OVERPAYMENT"))
    rest = Allocation(spare, supplied, 1_000, dt.date(2026, 7, 11), DocumentType.OVERPAYMENT)
    books.firm.post(rest)


def test_a_supplier_s_number_is_taken_twice_and_told_apart_by_the_supplier(books: Books) -> None:
    other = books.firm.post(replace(CLIENT, number="c-18", name="Babbage"))
    bill = replace(BILL, type="ACCPAY", number="S-2", reference="", lines=(PLAIN,))
    bill = replace(bill, expected=Totals(10_000, 0, 10_000))
    ids = [books.firm.post(replace(bill, contact=who)) for who in (books.contact, other)]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("by_id", [False, True])
def test_a_transfer_moves_money_between_two_banks(books: Books, *, by_id: bool) -> None:
    chart = books.firm.read(read.chart()).by_code
    before = books.balances()
    ends = [
        AccountRef(account_id=chart[code].account_id) if by_id else AccountRef(code)
        for code in ("091", "090")
    ]
    books.firm.post(replace(COSTS, from_account=ends[0], to_account=ends[1], reference=f"{by_id}"))
    after = books.balances()
    assert [after[code] - before.get(code, 0) for code in ("091", "090")] == [-33_000, 33_000]


def test_a_refused_transfer_says_why(books: Books) -> None:
    same = replace(COSTS, from_account=OFFICE, to_account=OFFICE)
    _, (verdict,) = books.firm.create(same)
    assert (verdict.link, bool(verdict.messages)) == (None, True)


def test_a_matter_transfer_leaves_every_balance_as_it_was(books: Books) -> None:
    before = books.balances()
    ledger = iter([LIABILITY, CLEARING, CLEARING, LIABILITY])
    lines = tuple(
        replace(line, account=next(ledger), tax_type="BASEXCLUDED") for line in MOVED.lines
    )
    books.firm.post(replace(MOVED, lines=lines))
    assert books.balances() == before


def test_a_journal_with_tax_types_is_posted(books: Books) -> None:
    debit = replace(ACCRUED.lines[0], tracking=(), tax_type="BASEXCLUDED")
    credit = replace(ACCRUED.lines[1], account=CLEARING)
    books.firm.post(replace(ACCRUED, lines=(debit, credit)))


def test_one_unbalanced_journal_leaves_the_good_ones_their_ids(books: Books) -> None:
    lines = tuple(replace(line, account=CLEARING) for line in MOVED.lines)
    good = replace(MOVED, narration="J-8 | Good", lines=lines)
    bad = replace(good, narration="J-9 | Bad", lines=(replace(lines[0], amount=1), *lines[1:]))
    request, verdicts = books.firm.create(good, bad)
    assert [verdict.link is not None for verdict in verdicts] == [True, False]
    assert "must equal total credits" in verdicts[1].messages[0]
    assert books.firm.read(TARGET.look_up([request]))[request.members[1]] == Looked()


def cut(books: Books, element: Element) -> Looked:
    """Send an element, lose the answer after Xero has kept it, and look it up."""
    request = replace(frozen(element), xero_time=dt.datetime.now(dt.UTC))
    fault = {"match": {"method": "PUT"}, "fault": "cut_after_commit", "times": 1}
    url = f"{books.firm.url}/_sandbox/faults"
    with urlopen(Post(url, json.dumps([fault]).encode(), method="POST")):
        pass
    call = Call(
        "PUT", request.path, request.query, request.body, f"t:{sha256(request.body).hexdigest()}"
    )
    assert not isinstance(books.firm.call(call), Answer)
    return books.firm.read(TARGET.look_up([request]))[request.members[0]]


def test_whatever_is_cut_after_the_commit_is_found_by_looking(books: Books) -> None:
    bill = books.bill("CUT-1")
    (credit,) = cut(books, books.overpayment("R-9 Cut")).same
    applied = replace(LATER, source=credit.xero_id, invoice=bill, amount=7_000)
    lines = tuple(replace(line, account=CLEARING) for line in MOVED.lines)
    for element in (
        applied,
        refund(credit.xero_id, DocumentType.OVERPAYMENT, "RF-9"),
        books.prepayment("SP-9 Cut"),
        replace(COSTS, from_account=SAVINGS, to_account=OFFICE, reference="TO-CUT"),
        replace(MOVED, narration="J-CUT | Cut", lines=lines),
    ):
        assert len(cut(books, element).same) == 1
