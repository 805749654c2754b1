"""After any sequence of requests to two organisations their books hold (Hypothesis drives them)."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sandbox.tests.books import oracle
from sandbox.tests.books.cast import NOON, Body, Firm, Reply, line
from xero_sandbox.books import change_settings, new_organisation
from xero_sandbox.books.records import Document
from xero_sandbox.ids import Ids

cents = st.decimals("-500", "500", places=2)
positive = st.decimals("0.01", "700", places=2)
picks = st.integers(0, 10**6)
firms = st.integers(0, 1)
sides = st.sampled_from(["ACCREC", "ACCPAY"])

YEAR_END = "2026-12-31"
TAXES = {"AU": ("OUTPUT", "INPUT"), "NZ": ("OUTPUT2", "INPUT2")}
KEPT = ("documents", "payments", "allocations", "bank_transactions", "bank_transfers", "journals",
        "contacts", "accounts", "batches")  # fmt: skip
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PATHS = {
    "RECEIVE-OVERPAYMENT": "Overpayments",
    "SPEND-OVERPAYMENT": "Overpayments",
    "RECEIVE-PREPAYMENT": "Prepayments",
    "SPEND-PREPAYMENT": "Prepayments",
}


class Books(RuleBasedStateMachine):
    """Two bookkeepers who try everything, in any order, sensible or not, also on each other."""

    @initialize()
    def open(self) -> None:
        ids = Ids(3)
        opened = [new_organisation("Firm", one, ids=ids, now=NOON) for one in ("AU", "NZ")]
        self.firms = [Firm(one) for one in opened]
        for firm in self.firms:
            own = firm.organisation.currency
            change_settings(firm.organisation, {"currencies": [own, "USD"], "tier": "advanced"})

    def line(self, firm: Firm, amount: Decimal, *, sales: bool, **fields: object) -> Body:
        tax = TAXES[firm.organisation.country][not sales]
        return line(amount, sales=sales, TaxType=tax, **fields)

    def draft(self, firm: Firm, kind: str, *amounts: Decimal, **fields: object) -> Body:
        lines = [self.line(firm, one, sales="REC" in kind) for one in amounts]
        return firm.draft(**{"Type": kind, "LineItems": lines, **fields})

    def pick(self, firm: Firm, kinds: tuple[str, ...], pick: int) -> Document | None:
        known = [one for one in firm.organisation.documents.values() if one.kind in kinds]
        return known[pick % len(known)] if known else None

    def pay(self, firm: Firm, document: Document, amount: Decimal, **fields: object) -> Reply:
        name = PATHS.get(document.kind, "Invoices")
        name = "CreditNotes" if document.kind.endswith("CREDIT") else name
        target = {f"{name[:-1]}ID": document.document_id}
        sent = {name[:-1]: target, "Account": {"Code": "090"}, "Date": "2026-11-10"}
        return firm.put("Payments", {**sent, "Amount": str(amount), **fields})

    @rule(
        which=firms,
        amounts=st.lists(cents, min_size=1, max_size=3),
        kind=sides,
        status=st.sampled_from(["DRAFT", "SUBMITTED", "AUTHORISED"]),
        types=st.sampled_from(["Exclusive", "Inclusive", "NoTax"]),
        rate=st.sampled_from([None, "0.640000", "1.337000"]),
    )
    def invoice(
        self,
        which: int,
        amounts: list[Decimal],
        kind: str,
        status: str,
        types: str,
        rate: str | None,
    ) -> None:
        fields: Body = {"Status": status, "LineAmountTypes": types}
        if rate:
            fields |= {"CurrencyCode": "USD", "CurrencyRate": rate}
        firm = self.firms[which]
        firm.put("Invoices", self.draft(firm, kind, *amounts, **fields))

    @rule(
        which=firms, amount=positive, kind=sides, types=st.sampled_from(["Exclusive", "Inclusive"])
    )
    def credit(self, which: int, amount: Decimal, kind: str, types: str) -> None:
        firm = self.firms[which]
        sent = self.draft(firm, kind + "CREDIT", amount, LineAmountTypes=types)
        firm.put("CreditNotes", sent)

    @rule(which=firms, pick=picks, amount=positive, rate=st.sampled_from([None, "0.7", "1.2"]))
    def pay_a_part(self, which: int, pick: int, amount: Decimal, rate: str | None) -> None:
        firm = self.firms[which]
        if found := self.pick(firm, ("ACCREC", "ACCPAY"), pick):
            self.pay(firm, found, amount, **({"CurrencyRate": rate} if rate else {}))

    @rule(which=firms, pick=picks)
    def pay_in_full(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        if found := self.pick(firm, ("ACCREC", "ACCPAY"), pick):
            self.pay(firm, found, Decimal(found.due) / 100)

    @rule(which=firms, pick=picks, rate=st.sampled_from([None, "0.7"]), again=st.booleans())
    def pay_in_parts(self, which: int, pick: int, rate: str | None, *, again: bool) -> None:
        """Parts that come, go and come again must leave no cent behind."""
        firm = self.firms[which]
        found = self.pick(firm, ("ACCREC", "ACCPAY"), pick)
        if found is None:
            return
        fields = {"CurrencyRate": rate} if rate else {}
        for share in (3, 2, 1):
            due = firm.organisation.documents[found.document_id].due
            self.pay(firm, found, Decimal(due // share) / 100, **fields)
        paid = firm.organisation.documents[found.document_id].payments
        if again and paid:
            firm.post(f"Payments/{paid[0]}", {"Status": "DELETED"})
            due = firm.organisation.documents[found.document_id].due
            self.pay(firm, found, Decimal(due) / 100, **fields)

    @rule(which=firms, pick=picks, share=st.integers(1, 4))
    def refund(self, which: int, pick: int, share: int) -> None:
        firm = self.firms[which]
        kinds = ("ACCRECCREDIT", "ACCPAYCREDIT", *PATHS)
        if found := self.pick(firm, kinds, pick):
            self.pay(firm, found, Decimal(found.due // share) / 100)

    @rule(which=firms, pick=picks)
    def unpay(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        if known := list(firm.organisation.payments):
            firm.post(f"Payments/{known[pick % len(known)]}", {"Status": "DELETED"})

    @rule(which=firms, pick=picks, other=picks, share=st.integers(1, 3))
    def allocate(self, which: int, pick: int, other: int, share: int) -> None:
        firm = self.firms[which]
        side, way = ("ACCREC", "RECEIVE") if pick % 2 else ("ACCPAY", "SPEND")
        kinds = (side + "CREDIT", f"{way}-OVERPAYMENT", f"{way}-PREPAYMENT")
        credit, invoice = self.pick(firm, kinds, pick), self.pick(firm, (side,), other)
        if credit and invoice:
            fits = Decimal(min(credit.due, invoice.due) // share) / 100
            path = f"{PATHS.get(credit.kind, 'CreditNotes')}/{credit.document_id}/Allocations"
            sent = {"Invoice": {"InvoiceID": invoice.document_id}, "Amount": str(fits)}
            firm.put(path, sent)

    @rule(which=firms, pick=picks)
    def deallocate(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        if known := list(firm.organisation.allocations.values()):
            one = known[pick % len(known)]
            kind = firm.organisation.documents[one.credit_id].kind
            path = f"{PATHS.get(kind, 'CreditNotes')}/{one.credit_id}/Allocations"
            firm.call("DELETE", f"{path}/{one.allocation_id}")

    @rule(
        which=firms,
        pick=picks,
        status=st.sampled_from(["VOIDED", "DELETED", "AUTHORISED", "DRAFT", "SUBMITTED"]),
    )
    def restate(self, which: int, pick: int, status: str) -> None:
        firm = self.firms[which]
        if found := self.pick(firm, ("ACCREC", "ACCPAY"), pick):
            firm.post(f"Invoices/{found.document_id}", {"Status": status})
        if found := self.pick(firm, ("ACCRECCREDIT", "ACCPAYCREDIT"), pick):
            firm.post(f"CreditNotes/{found.document_id}", {"Status": status})

    @rule(which=firms, pick=picks, amount=cents, code=st.sampled_from(["200", "260", "850"]))
    def edit(self, which: int, pick: int, amount: Decimal, code: str) -> None:
        firm = self.firms[which]
        if found := self.pick(firm, ("ACCREC",), pick):
            change = {"LineItems": [self.line(firm, amount, sales=True, AccountCode=code)]}
            firm.post(f"Invoices/{found.document_id}", change)

    @rule(which=firms, pick=picks, code=st.sampled_from(["200", "260", "850"]))
    def recode(self, which: int, pick: int, code: str) -> None:
        """Only the accounts change, which is allowed on paid invoices too."""
        firm = self.firms[which]
        if found := self.pick(firm, ("ACCREC", "ACCPAY"), pick):
            lines = firm.get(f"Invoices/{found.document_id}").rows("Invoices")[0]["LineItems"]
            lines = [{**one, "AccountCode": code} for one in lines]
            firm.post(f"Invoices/{found.document_id}", {"LineItems": lines})

    @rule(
        which=firms,
        amount=cents,
        direction=st.sampled_from(["RECEIVE", "SPEND"]),
        then=st.sampled_from(["", "-OVERPAYMENT", "-PREPAYMENT"]),
    )
    def bank(self, which: int, amount: Decimal, direction: str, then: str) -> None:
        firm = self.firms[which]
        sent = {
            "Type": direction + then,
            "Contact": {"ContactID": firm.contact()},
            "BankAccount": {"Code": "091"},
            "LineItems": [self.line(firm, amount, sales=direction == "RECEIVE")],
        }
        firm.put("BankTransactions", sent)

    @rule(which=firms, pick=picks, amount=positive, gone=st.booleans())
    def change_what_was_banked(self, which: int, pick: int, amount: Decimal, *, gone: bool) -> None:
        firm = self.firms[which]
        known = list(firm.organisation.bank_transactions.values())
        if known:
            one = known[pick % len(known)]
            lines = [self.line(firm, amount, sales=one.kind.startswith("RECEIVE"))]
            change = {"Status": "DELETED"} if gone else {"LineItems": lines}
            firm.post(f"BankTransactions/{one.transaction_id}", change)

    @rule(which=firms, amount=positive)
    def transfer(self, which: int, amount: Decimal) -> None:
        banks = {"FromBankAccount": {"Code": "090"}, "ToBankAccount": {"Code": "091"}}
        self.firms[which].put("BankTransfers", {**banks, "Amount": str(amount)})

    @rule(which=firms, pick=picks)
    def take_a_transfer_back(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        if known := list(firm.organisation.bank_transfers):
            firm.post(f"BankTransfers/{known[pick % len(known)]}", {"Status": "DELETED"})

    @rule(which=firms, amount=cents, odd=st.booleans(), cash=st.booleans())
    def journal(self, which: int, amount: Decimal, *, odd: bool, cash: bool) -> None:
        amounts = [amount, -amount - odd]
        codes = ("453", "850")
        sent = {
            "Narration": "Correction",
            "Status": "POSTED",
            "ShowOnCashBasisReports": cash,
            "JournalLines": [
                {"LineAmount": str(one), "AccountCode": code}
                for one, code in zip(amounts, codes, strict=True)
            ],
        }
        self.firms[which].put("ManualJournals", sent)

    @rule(which=firms, pick=picks)
    def void_a_journal(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        if known := list(firm.organisation.journals):
            firm.post(f"ManualJournals/{known[pick % len(known)]}", {"Status": "VOIDED"})

    @rule(which=firms, pick=picks, other=picks, kind=sides)
    def pay_a_batch(self, which: int, pick: int, other: int, kind: str) -> None:
        firm = self.firms[which]
        found = [self.pick(firm, (kind,), one) for one in {pick, other}]
        members = [
            {"Invoice": {"InvoiceID": one.document_id}, "Amount": str(Decimal(one.due) / 100)}
            for one in found
            if one
        ]
        sent = {"Account": {"Code": "090"}, "Date": "2026-11-11", "Payments": members}
        firm.put("BatchPayments", sent)

    @rule(which=firms, pick=picks)
    def take_a_batch_back(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        if known := list(firm.organisation.batches):
            batch_id = known[pick % len(known)]
            sent = {"BatchPaymentID": batch_id, "Status": "DELETED"}
            firm.post(f"BatchPayments/{batch_id}", sent)

    @rule(which=firms, pick=picks, status=st.sampled_from(["ARCHIVED", "ACTIVE"]))
    def archive(self, which: int, pick: int, status: str) -> None:
        """Accounts and contacts come and go while documents stand on them."""
        firm = self.firms[which]
        codes = ("260", "850", "453")
        account_id = firm.account(codes[pick % len(codes)])
        firm.post(f"Accounts/{account_id}", {"AccountID": account_id, "Status": status})
        if contacts := list(firm.organisation.contacts):
            sent = {"ContactID": contacts[pick % len(contacts)], "ContactStatus": status}
            firm.post("Contacts", sent)

    @rule(which=firms, name=st.sampled_from(["Ada", "Charles", "Mary"]))
    def settle_in(self, which: int, name: str) -> None:
        firm = self.firms[which]
        firm.put("Contacts", {"Name": name})
        firm.put("Accounts", {"Code": name[:3], "Name": name, "Type": "EXPENSE"})
        firm.put("TrackingCategories", {"Name": name})
        firm.get("TaxRates")
        firm.get("Organisation")

    @rule(which=firms, pick=picks)
    def read_the_journals(self, which: int, pick: int) -> None:
        firm = self.firms[which]
        for one in firm.get("Journals", offset=str(pick % 50)).rows("Journals"):
            assert sum(each["NetAmount"] for each in one["JournalLines"]) == 0

    @precondition(lambda self: any(firm.organisation.documents for firm in self.firms))
    @rule(which=firms, pick=picks, amount=positive)
    def reach_across(self, which: int, pick: int, amount: Decimal) -> None:
        """Nobody reads, changes, pays or names what is another organisation's."""
        firm, other = self.firms[which], self.firms[1 - which]
        before = msgspec.msgpack.encode(_records(other))
        found = self.pick(other, ("ACCREC", "ACCPAY"), pick)
        if found is not None:
            foreign, contact = found.document_id, found.contact_id
            assert firm.get(f"Invoices/{foreign}").status == 404
            assert firm.post(f"Invoices/{foreign}", {"Status": "VOIDED"}).status in {400, 404}
            assert self.pay(firm, found, amount).status == 400
            draft = self.draft(firm, "ACCREC", amount, Contact={"ContactID": contact})
            assert firm.put("Invoices", draft).status == 400
            listed = firm.get("Invoices", IDs=foreign).rows("Invoices")
            assert listed == []
        for name in KEPT[1:6]:
            for foreign in list(getattr(other.organisation, name))[:2]:
                path = "".join(part.capitalize() for part in name.split("_"))
                path = "ManualJournals" if name == "journals" else path
                if name != "allocations":
                    assert firm.get(f"{path}/{foreign}").status == 404
        assert msgspec.msgpack.encode(_records(other)) == before

    @rule(which=firms)
    def audit(self, which: int) -> None:
        audit(self.firms[which])

    @invariant()
    def the_ledgers_balance(self) -> None:
        for firm in getattr(self, "firms", []):
            assert firm.organisation.ledger.out_of_balance() == 0

    @invariant()
    def what_is_due_is_what_was_not_paid_or_credited(self) -> None:
        for firm in getattr(self, "firms", []):
            for one in firm.organisation.documents.values():
                _check_due(firm, one)

    def teardown(self) -> None:
        for firm, other in zip(self.firms, self.firms[::-1], strict=True):
            audit(firm)
            named = set(GUID.findall(msgspec.json.encode(_records(firm)).decode()))
            assert not named & _ids(other), "a record names another organisation's object"


def _records(firm: Firm) -> list[object]:
    kept = [list(getattr(firm.organisation, name).values()) for name in KEPT]
    return [*kept, firm.organisation.ledger.entries, firm.organisation.ledger.recognitions]


def _ids(firm: Firm) -> set[str]:
    return {one for name in KEPT for one in getattr(firm.organisation, name)}


def _check_due(firm: Firm, one: Document) -> None:
    organisation = firm.organisation
    live = [organisation.payments[each] for each in one.payments]
    paid = sum(each.amount for each in live if each.status == "AUTHORISED")
    applied = [organisation.allocations[each] for each in one.allocations]
    credited = sum(each.amount for each in applied if not each.deleted)
    assert (one.paid, one.credited) == (paid, credited)
    assert one.due == one.total - paid - credited >= 0
    assert (one.status == "PAID") == (one.status in oracle.LIVE and one.due == 0)


def audit(firm: Firm) -> None:
    """Hold everything that the API tells against what its documents come to."""
    for one in oracle.rows(firm, "Invoices"):
        due = one["Total"] - one["AmountPaid"] - one["AmountCredited"]
        ended = one["Status"] in {"VOIDED", "DELETED"}
        assert one["AmountDue"] == (0 if ended else due)
        assert one["AmountPaid"] == sum(each["Amount"] for each in one["Payments"])
    for cash in (False, True):
        balances = _trial_balance(firm, cash=cash)
        assert sum(balances.values()) == 0
        assert not oracle.expected(firm, cash=cash).off(balances)
        _statements(firm, balances, cash=cash)
    balances = _trial_balance(firm, cash=False)
    _banks(firm, balances)
    assert _aged(firm, "Receivables") == balances.get(oracle.RECEIVABLE, 0)
    assert _aged(firm, "Payables") == -balances.get(oracle.PAYABLE, 0)


def _rows(firm: Firm, name: str, **query: str) -> dict[str, list[str]]:
    reply = firm.call("GET", f"Reports/{name}", query=query)
    found: dict[str, list[str]] = {}
    for part in reply.rows("Reports")[0]["Rows"][1:]:
        for row in part.get("Rows", []):
            label, *values = [cell["Value"] for cell in row["Cells"]]
            found[label] = values
    return found


def _trial_balance(firm: Firm, *, cash: bool) -> dict[str, Decimal]:
    asked = {"date": YEAR_END, "paymentsOnly": str(cash).lower()}
    rows = _rows(firm, "TrialBalance", **asked)
    total = rows.pop("Total")
    assert total[0] == total[1]
    assert total[2] == total[3]
    sides = {name[-4:-1]: cells[2:] for name, cells in rows.items()}
    return {code: Decimal(one or 0) - Decimal(other or 0) for code, (one, other) in sides.items()}


def _statements(firm: Firm, balances: dict[str, Decimal], *, cash: bool) -> None:
    basis = str(cash).lower()
    sheet = _rows(firm, "BalanceSheet", date=YEAR_END, paymentsOnly=basis)
    assert sheet["Net Assets"] == sheet["Total Equity"]
    year = {"fromDate": "2026-07-01", "toDate": YEAR_END, "paymentsOnly": basis}
    profit = -sum(
        amount for code, amount in balances.items() if "200" <= code < "600" or code.isalpha()
    )
    assert Decimal(_rows(firm, "ProfitAndLoss", **year)["Net Profit"][0]) == profit
    assert Decimal(sheet["Net Assets"][0]) == profit


def _banks(firm: Firm, balances: dict[str, Decimal]) -> None:
    rows = _rows(firm, "BankSummary", fromDate="2026-07-01", toDate=YEAR_END)
    opening, received, spent, closing = map(Decimal, rows["Total"])
    assert opening == 0
    assert received >= 0 <= spent
    assert closing == received - spent
    assert closing == sum(balances.get(code, Decimal(0)) for code in ("090", "091"))


def _aged(firm: Firm, name: str) -> Decimal:
    """What all contacts owe, or are owed, together; what is settled is settled to the cent."""
    due = Decimal(0)
    for one in firm.organisation.contacts:
        asked = {"contactId": one, "date": YEAR_END}
        report = firm.call("GET", f"Reports/Aged{name}ByContact", query=asked).rows("Reports")[0]
        for row in (row for part in report["Rows"][2:-1] for row in part["Rows"][:-1]):
            document_id = row["Cells"][0]["Attributes"][0]["Value"]
            settled = firm.organisation.documents[document_id].due == 0
            assert not settled or Decimal(row["Cells"][-1]["Value"]) == 0
        due += Decimal(report["Rows"][-1]["Rows"][0]["Cells"][-1]["Value"])
    return due


Books.TestCase.settings = settings(stateful_step_count=30, deadline=None)
TestBooks = Books.TestCase
