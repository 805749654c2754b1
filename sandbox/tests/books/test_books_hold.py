"""After any sequence of requests the books hold (Hypothesis drives them)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox.tests.books.cast import NOON, Firm, line, payment
from xero_sandbox.books import change_settings, handle, new_organisation
from xero_sandbox.books.api import RESOURCES
from xero_sandbox.books.journalise import CONTROL, LIVE
from xero_sandbox.ids import Ids
from xero_sandbox.wire import Call

cents = st.decimals("-500", "500", places=2)
positive = st.decimals("0.01", "700", places=2)
picks = st.integers(0, 10**6)
FAR = 10**7


class Books(RuleBasedStateMachine):
    """A bookkeeper who tries everything, in any order, sensible or not."""

    @initialize()
    def open(self) -> None:
        self.firm = Firm(new_organisation("Firm", "AU", ids=Ids(3), now=NOON))
        change_settings(self.firm.organisation, {"currencies": ["AUD", "USD"]})

    def pick(self, kinds: tuple[str, ...], pick: int) -> dict[str, str] | None:
        known = [d for d in self.firm.organisation.documents.values() if d.kind in kinds]
        if not known:
            return None
        return {"InvoiceID": known[pick % len(known)].document_id}

    @rule(
        amounts=st.lists(cents, min_size=1, max_size=3),
        kind=st.sampled_from(["ACCREC", "ACCPAY"]),
        status=st.sampled_from(["DRAFT", "AUTHORISED"]),
        types=st.sampled_from(["Exclusive", "Inclusive", "NoTax"]),
        rate=st.sampled_from([None, "0.640000", "1.337000"]),
    )
    def invoice(
        self, amounts: list[Decimal], kind: str, status: str, types: str, rate: str | None
    ) -> None:
        fields = {"Type": kind, "Status": status, "LineAmountTypes": types}
        if rate:
            fields |= {"CurrencyCode": "USD", "CurrencyRate": rate}
        self.firm.put("Invoices", self.firm.draft(*amounts, **fields))

    @rule(amount=positive, kind=st.sampled_from(["ACCRECCREDIT", "ACCPAYCREDIT"]))
    def credit(self, amount: Decimal, kind: str) -> None:
        sent = self.firm.draft(Type=kind, LineItems=[line(amount, sales=kind == "ACCRECCREDIT")])
        self.firm.put("CreditNotes", sent)

    @rule(pick=picks, amount=positive)
    def pay(self, pick: int, amount: Decimal) -> None:
        if invoice := self.pick(("ACCREC", "ACCPAY"), pick):
            self.firm.put("Payments", payment(invoice, amount))

    @rule(pick=picks)
    def pay_in_full(self, pick: int) -> None:
        if invoice := self.pick(("ACCREC", "ACCPAY"), pick):
            due = self.firm.organisation.documents[invoice["InvoiceID"]].due
            self.firm.put("Payments", payment(invoice, Decimal(due) / 100))

    @rule(pick=picks)
    def unpay(self, pick: int) -> None:
        if known := list(self.firm.organisation.payments):
            self.firm.post(f"Payments/{known[pick % len(known)]}", {"Status": "DELETED"})

    @rule(pick=picks, other=picks)
    def allocate_what_fits(self, pick: int, other: int) -> None:
        side = "ACCREC" if pick % 2 else "ACCPAY"
        credit, invoice = self.pick((side + "CREDIT",), pick), self.pick((side,), other)
        if credit and invoice:
            known = self.firm.organisation.documents
            fits = min(known[one["InvoiceID"]].due for one in (credit, invoice))
            path = f"CreditNotes/{credit['InvoiceID']}/Allocations"
            sent = {"Invoice": invoice, "Amount": str(Decimal(fits) / 100)}
            self.firm.put(path, sent)

    @rule(pick=picks, other=picks, amount=positive)
    def allocate(self, pick: int, other: int, amount: Decimal) -> None:
        credit = self.pick(("ACCRECCREDIT", "ACCPAYCREDIT"), pick)
        invoice = self.pick(("ACCREC", "ACCPAY"), other)
        if credit and invoice:
            path = f"CreditNotes/{credit['InvoiceID']}/Allocations"
            self.firm.put(path, {"Invoice": invoice, "Amount": str(amount)})

    @rule(pick=picks)
    def deallocate(self, pick: int) -> None:
        if known := list(self.firm.organisation.allocations.values()):
            one = known[pick % len(known)]
            path = f"CreditNotes/{one.credit_id}/Allocations/{one.allocation_id}"
            self.firm.call("DELETE", path)

    @rule(pick=picks, status=st.sampled_from(["VOIDED", "DELETED", "AUTHORISED", "DRAFT"]))
    def restate(self, pick: int, status: str) -> None:
        if invoice := self.pick(("ACCREC", "ACCPAY"), pick):
            self.firm.post(f"Invoices/{invoice['InvoiceID']}", {"Status": status})

    @rule(pick=picks, other=picks)
    def use_what_is_unapplied(self, pick: int, other: int) -> None:
        side, money_ = ("RECEIVE", "ACCREC") if pick % 2 else ("SPEND", "ACCPAY")
        held = self.pick((f"{side}-OVERPAYMENT", f"{side}-PREPAYMENT"), pick)
        invoice = self.pick((money_,), other)
        if held and invoice:
            known = self.firm.organisation.documents
            document = known[held["InvoiceID"]]
            fits = min(document.due, known[invoice["InvoiceID"]].due)
            name = "Overpayments" if document.kind.endswith("OVERPAYMENT") else "Prepayments"
            known[invoice["InvoiceID"]].contact_id = document.contact_id
            sent = {"Invoice": invoice, "Amount": str(Decimal(fits) / 100)}
            self.firm.put(f"{name}/{held['InvoiceID']}/Allocations", sent)

    @rule(pick=picks, amount=cents, code=st.sampled_from(["200", "260", "850"]))
    def edit(self, pick: int, amount: Decimal, code: str) -> None:
        if invoice := self.pick(("ACCREC",), pick):
            change = {"LineItems": [line(amount, AccountCode=code)]}
            self.firm.post(f"Invoices/{invoice['InvoiceID']}", change)

    @rule(
        amount=cents,
        direction=st.sampled_from(["RECEIVE", "SPEND"]),
        then=st.sampled_from(["", "-OVERPAYMENT", "-PREPAYMENT"]),
    )
    def bank(self, amount: Decimal, direction: str, then: str) -> None:
        kind = direction + then
        sent = {
            "Type": kind,
            "Contact": {"Name": "Bank"},
            "BankAccount": {"Code": "091"},
            "LineItems": [line(amount, sales=direction == "RECEIVE")],
        }
        self.firm.put("BankTransactions", sent)

    @invariant()
    def the_ledger_balances(self) -> None:
        if hasattr(self, "firm"):
            assert self.firm.organisation.ledger.out_of_balance() == 0

    @invariant()
    def what_is_due_is_what_was_not_paid_or_credited(self) -> None:
        if not hasattr(self, "firm"):
            return
        organisation = self.firm.organisation
        for one in organisation.documents.values():
            live = [organisation.payments[p] for p in one.payments]
            paid = sum(p.amount for p in live if p.status == "AUTHORISED")
            applied = [organisation.allocations[a] for a in one.allocations]
            credited = sum(a.amount for a in applied if not a.deleted)
            assert (one.paid, one.credited) == (paid, credited)
            assert one.due == one.total - paid - credited >= 0
            assert (one.status == "PAID") == (one.status in LIVE and one.due == 0)

    @invariant()
    def the_controls_are_the_sum_of_what_is_open(self) -> None:
        if not hasattr(self, "firm"):
            return
        organisation = self.firm.organisation
        for control in ("DEBTORS", "CREDITORS"):
            open_ = [
                one.base_open
                for one in organisation.documents.values()
                if CONTROL[one.kind][0] == control
                and one.status in LIVE
                and not one.kind.endswith("-PREPAYMENT")
            ]
            assert organisation.ledger.balance(organisation.system[control], FAR) == sum(open_)

    @invariant()
    def the_trial_balance_is_the_ledger(self) -> None:
        if not hasattr(self, "firm"):
            return
        report = self.firm.get("Reports/TrialBalance", date="2026-12-31").rows("Reports")[0]
        total = report["Rows"][-1]["Rows"][0]["Cells"]
        assert total[3]["Value"] == total[4]["Value"]
        rows = [row for section in report["Rows"][1:-1] for row in section["Rows"]]
        for row in rows:
            account_id = row["Cells"][0]["Attributes"][0]["Value"]
            debit, credit = (Decimal(cell["Value"] or 0) for cell in row["Cells"][3:])
            cents_ = self.firm.organisation.ledger.balance(account_id, FAR)
            assert debit - credit == Decimal(cents_) / 100


Books.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestBooks = Books.TestCase

FIELDS = [
    "Type", "Contact", "LineItems", "Status", "Date", "Name", "Code", "Amount", "Invoice",
    "CurrencyCode", "CurrencyRate", "LineAmountTypes", "Url", "Account", "BankAccount",
    "JournalLines", "Narration", "Quantity", "UnitAmount", "AccountCode", "TaxType", "ContactID",
    "ContactPersons", "Details", "TaxAmount", "Tracking", "Options", "FromBankAccount",
]  # fmt: skip
WORDS = st.sampled_from(
    ["ACCREC", "SPEND", "AUTHORISED", "200", "610", "OUTPUT", "1E+9", "-1", "2026-11-01", "AUD"]
)
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | WORDS
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=8)
    ),
    max_leaves=20,
)
texts = st.text(max_size=20) | st.sampled_from(
    ['Total==1 AND Name.Contains("x")', "1", "99999999999999", "UpdatedDateUTC DESC", "true"]
)
PARAMETERS = ["where", "order", "page", "pageSize", "IDs", "Statuses", "searchTerm", "date",
              "summaryOnly", "unitdp", "toDate", "fromDate", "includeArchived"]  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH"]),
    resource=st.sampled_from(sorted(RESOURCES)),
    rest=st.lists(
        st.sampled_from(["Allocations", "History", "Options", "TrialBalance", "BankSummary", "x"])
        | st.text(max_size=5),
        max_size=3,
    ),
    body=trees,
    query=st.dictionaries(st.sampled_from(PARAMETERS), texts, max_size=3),
    since=st.text(max_size=12) | st.just("2026-11-01T00:00:00"),
)
def test_no_request_gets_an_exception(
    method: str, resource: str, rest: list[str], body: object, query: dict[str, str], since: str
) -> None:
    firm = Firm(new_organisation("Firm", "AU", ids=Ids(3), now=NOON))
    path = "/".join([resource, *rest])
    for content in (body, {resource: body}, {resource: [body]}):
        firm.call(method, path, content, query, {"if-modified-since": since})


@settings(max_examples=150, deadline=None)
@given(
    raw=st.binary(max_size=60) | st.sampled_from([b'{"Name":"\\ud800"}', b"null", b"[]", b"1"]),
    segments=st.lists(st.sampled_from(["Contacts", "Invoices", ""]) | st.text(max_size=4)),
)
def test_no_bytes_get_an_exception(raw: bytes, segments: list[str]) -> None:
    organisation = new_organisation("Firm", "NZ", ids=Ids(3), now=NOON)
    for method in ("PUT", "POST"):
        answer = handle(organisation, Call(method, tuple(segments), {}, {}, raw, "a"), NOON).answer
        assert answer.status in {200, 400, 404, 501}
