"""The pages on which a person looks into an organisation."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from sandbox.tests.books.cast import NOON, Body, Firm, line
from xero_sandbox.books import change_settings
from xero_sandbox.pages.frame import PAGE_SIZE
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

HOSTILE = '"><script>alert(1)</script>'
_EMPTY = {"meta", "input", "br", "col", "hr"}


class Reader(HTMLParser):
    """Reads a page strictly: every element that opens closes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in _EMPTY:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class House:
    """A sandbox with a firm in it, and a browser before it."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(seed=3)
        self.firm = Firm(self.sandbox.new_organisation(f"Byron {HOSTILE}", "AU", NOON))
        self.other = Firm(self.sandbox.new_organisation("Kea Law", "NZ", NOON))
        self.root = f"/_sandbox/look/{self.firm.organisation.tenant_id}"

    def get(self, path: str, method: str = "GET") -> Answer:
        parts = urlsplit(path)
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        request = Request(method, parts.path, query, {"host": "localhost"}, b"")
        found = self.sandbox.handle(request, NOON)
        assert isinstance(found, Answer)
        return found

    def text(self, path: str) -> str:
        found = self.get(path)
        assert found.status == 200, path
        return found.body.decode()

    def object(self, object_id: str) -> str:
        """A page's words without its markup."""
        return re.sub(r"<[^>]*>", " ", self.text(f"{self.root}/object/{object_id}"))


@pytest.fixture
def house() -> House:
    return House()


def _fill(firm: Firm) -> Body:
    """Give a firm one of everything, with texts that try to be markup; return its invoice."""
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    sent = firm.draft(
        InvoiceNumber=f"B-1{HOSTILE}", Reference=HOSTILE, Url="https://firm.example/1"
    )
    sent["LineItems"] = [line("100.00", Description=HOSTILE)]
    invoice = firm.put("Invoices", sent).rows("Invoices")[0]
    kept = firm.pay(invoice, "10.00", Reference=HOSTILE).rows("Payments")[0]
    firm.post(f"Payments/{kept['PaymentID']}", {"Status": "DELETED"})
    firm.pay(invoice, "20.00")
    note = firm.put("CreditNotes", firm.draft("30.00", Type="ACCRECCREDIT")).rows("CreditNotes")[0]
    applied = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": "5.00"}
    firm.put(f"CreditNotes/{note['CreditNoteID']}/Allocations", applied)
    firm.put(f"Invoices/{invoice['InvoiceID']}/History", {"Details": HOSTILE})
    firm.invoice("9.00", CurrencyCode="USD", CurrencyRate="0.5")
    firm.invoice("7.00", Type="ACCPAY")
    for kind in ("RECEIVE", "SPEND", "RECEIVE-PREPAYMENT", "SPEND-OVERPAYMENT"):
        _bank(firm, kind)
    banks = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}}
    firm.put("BankTransfers", {**banks, "Amount": "5.00"})
    entries = [
        {"LineAmount": one, "AccountCode": code} for one, code in (("9", "453"), ("-9", "850"))
    ]
    journal = {"Narration": HOSTILE, "Status": "POSTED", "JournalLines": entries}
    firm.put("ManualJournals", journal)
    return invoice


def _bank(firm: Firm, kind: str) -> None:
    sent = {
        "Type": kind,
        "Contact": {"ContactID": firm.contact()},
        "Reference": HOSTILE,
        "BankAccount": {"Code": "090"},
        "LineItems": [line("5.00", sales=kind.startswith("RECEIVE"), Description=HOSTILE)],
    }
    firm.put("BankTransactions", sent)


def test_every_page_that_a_link_leads_to_is_there_whole_and_without_script(house: House) -> None:
    _fill(house.firm)
    asked = Request("GET", f"/api.xro/2.0/{HOSTILE}", {"q": HOSTILE}, {"host": HOSTILE}, b"{")
    house.sandbox.handle(asked, NOON)
    waiting, seen = ["/_sandbox/"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or path == "/_sandbox/faults" or not path.startswith("/_sandbox/"):
            continue
        seen.add(path)
        shown = house.get(path)
        assert shown.status == 200, path
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        reader = Reader()
        reader.feed(shown.body.decode())
        assert reader.open == []
        assert "script" not in reader.names
        waiting += reader.links
    assert len(seen) > 100


def test_a_document_shows_its_lines_its_payments_and_its_ledger(house: House) -> None:
    shown = house.object(_fill(house.firm)["InvoiceID"])
    for words in (
        "200 Sales",
        "Total AUD",
        "110.00",
        "Credit note CN-0001",
        "ACCRECPAYMENT",
        "85.00",
    ):
        assert words in shown


def test_a_report_on_a_page_says_what_the_api_answers(house: House) -> None:
    house.firm.invoice("1234.00")
    shown = house.text(f"{house.root}/reports/BalanceSheet?date=2026-11-30")
    assert "1,357.40" in shown
    assert "0.00" in house.text(f"{house.root}/reports/ProfitAndLoss?paymentsOnly=true")


def test_a_report_that_cannot_be_made_says_why_on_its_page(house: House) -> None:
    page = house.text(f"{house.root}/reports/TrialBalance?date=never")
    assert "is not a valid date." in page
    assert "contactId must be specified" in house.text(
        f"{house.root}/reports/AgedPayablesByContact"
    )


def test_looking_changes_nothing(house: House) -> None:
    def made() -> list[str]:
        return [house.firm.organisation.ids.uuid(), house.sandbox.state.ids.uuid()]

    for path in ("", "/reports/BalanceSheet", "/ledger", "/documents"):
        house.text(house.root + path)
    looked, fresh = made(), House()
    assert looked == [fresh.firm.organisation.ids.uuid(), fresh.sandbox.state.ids.uuid()]


def test_long_lists_come_in_pages(house: House) -> None:
    house.firm.put("Invoices", *(house.firm.draft("1.00") for _ in range(PAGE_SIZE)))
    house.firm.put("Invoices", house.firm.draft("1.00"))
    first = house.text(f"{house.root}/documents")
    assert "Page 1 of 2, 51 in all" in first
    for number in ("2", "99", "none"):
        assert "of 2, 51 in all" in house.text(f"{house.root}/documents?page={number}")


def test_an_accounts_ledger_runs_to_its_balance(house: House) -> None:
    house.firm.invoice("100.00")
    house.firm.invoice("50.00")
    page = house.text(f"{house.root}/ledger?account={house.firm.account('610')}")
    assert "Balance 165.00" in page


def test_xeros_own_addresses_lead_to_the_document(house: House) -> None:
    made = house.other.invoice("1.00", LineItems=[line("1.00", TaxType="OUTPUT2")])["InvoiceID"]
    led = house.get(f"/AccountsReceivable/View.aspx?InvoiceID={made}")
    found = house.get(led.headers["Location"])
    assert (led.status, found.status) == (302, 302)
    assert "Kea Law" in house.text(found.headers["Location"])


def test_a_batch_shows_its_payments(house: House) -> None:
    firm = house.firm
    made = firm.batch(firm.invoice("1.00"), firm.invoice("2.00")).rows("BatchPayments")[0]
    shown = house.object(made["BatchPaymentID"])
    assert "Payment of Invoice INV-0002" in shown
    assert "3.30" in shown


def test_an_organisation_does_not_show_the_objects_of_another(house: House) -> None:
    made = house.other.invoice("1.00", LineItems=[line("1.00", TaxType="OUTPUT2")])["InvoiceID"]
    assert house.get(f"{house.root}/object/{made}").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/_sandbox/look/nobody",
        "/_sandbox/look/nobody/chart",
        "/_sandbox/calls/77",
        "/_sandbox/calls/x",
        "/_sandbox/find/nothing",
        "/_sandbox/nothing/here",
    ],
)
def test_what_is_not_there_is_said_so(house: House, path: str) -> None:
    assert house.get(path).status == 404


def test_pages_only_answer_to_reading(house: House) -> None:
    assert house.get(house.root, "POST").status == 404
    assert house.get("/AccountsReceivable/View.aspx?InvoiceID=x", "POST").status == 404
