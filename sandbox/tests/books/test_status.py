"""Which status may follow which, and what may still be edited (facts: sections 8 to 14)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.tests.books.cast import Body, Firm, Reply, dollars, line, payment
from xero_sandbox.books import change_settings, mark_reconciled

PAPERS = {
    "ACCREC": "Invoices",
    "ACCPAY": "Invoices",
    "ACCRECCREDIT": "CreditNotes",
    "ACCPAYCREDIT": "CreditNotes",
}
STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
FOLLOW = {
    "DRAFT": {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"},
    "AUTHORISED": {"AUTHORISED", "VOIDED"},
    # Sending the status that a paid document has, or had, leaves it paid.
    "PAID": {"PAID", "AUTHORISED"},
    "VOIDED": set[str](),
    "DELETED": set[str](),
}


def _sent(firm: Firm, kind: str, **fields: object) -> Body:
    sales = kind.startswith("ACCREC")
    return firm.draft(Type=kind, LineItems=[line("100.00", sales=sales)], **fields)


def _named(row: Body) -> str:
    found: str = row.get("InvoiceID") or row["CreditNoteID"]
    return found


def _brought(firm: Firm, kind: str, status: str) -> str:
    """Bring a document to a status, the way it gets there, and return its path."""
    path = PAPERS[kind]
    first = "DRAFT" if status in {"DRAFT", "DELETED"} else "AUTHORISED"
    first = "SUBMITTED" if status == "SUBMITTED" else first
    row = firm.put(path, _sent(firm, kind, Status=first)).rows(path)[0]
    target = f"{path}/{_named(row)}"
    if status == "PAID":
        name = path.removesuffix("s")
        sent = payment({"InvoiceID": ""}, "110.00", **{name: {f"{name}ID": _named(row)}})
        firm.put("Payments", {k: v for k, v in sent.items() if k == name or k != "Invoice"})
    elif status in {"VOIDED", "DELETED"}:
        firm.post(target, {"Status": status})
    assert firm.get(target).rows(path)[0]["Status"] == status
    return target


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_a_document_moves_as_documented(firm: Firm, kind: str, before: str, after: str) -> None:
    target = _brought(firm, kind, before)
    reply = firm.post(target, {"Status": after})
    allowed = after in FOLLOW[before]
    assert (reply.status == 200) == allowed, reply.body
    stands = firm.get(target).rows(PAPERS[kind])[0]["Status"]
    assert stands == (after if allowed and before != "PAID" else before)


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("status", STATUSES)
def test_a_document_is_created_in_three_statuses_only(firm: Firm, kind: str, status: str) -> None:
    reply = firm.put(PAPERS[kind], _sent(firm, kind, Status=status))
    assert (reply.status == 200) == (status in {"DRAFT", "SUBMITTED", "AUTHORISED"})


@pytest.mark.parametrize(
    ("path", "before", "after", "status"),
    [
        ("DRAFT", "DRAFT", "DRAFT", 200),
        ("DRAFT", "POSTED", "POSTED", 200),
        ("DRAFT", "DELETED", "DELETED", 200),
        ("DRAFT", "VOIDED", "DRAFT", 400),
        ("POSTED", "POSTED", "POSTED", 200),
        ("POSTED", "VOIDED", "VOIDED", 200),
        ("POSTED", "DRAFT", "POSTED", 400),
        ("POSTED", "DELETED", "POSTED", 400),
    ],
)
def test_a_journal_moves_as_documented(
    firm: Firm, path: str, before: str, after: str, status: int
) -> None:
    target = f"ManualJournals/{firm.journal(Status=path)['ManualJournalID']}"
    assert firm.post(target, {"Status": before}).status == status
    assert firm.get(target).rows("ManualJournals")[0]["Status"] == after


@pytest.mark.parametrize("kind", ["RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT"])
def test_credit_in_hand_is_paid_out_by_refund_and_back_when_it_is_deleted(
    firm: Firm, kind: str
) -> None:
    name = "Overpayment" if kind.endswith("OVERPAYMENT") else "Prepayment"
    named = firm.banked(kind)[f"{name}ID"]
    refund = {
        name: {f"{name}ID": named},
        "Account": {"Code": "091"},
        "Date": "2026-11-06",
        "Amount": "50.00",
    }
    made = firm.put("Payments", refund).rows("Payments")[0]
    shown = firm.get(f"{name}s/{named}").rows(f"{name}s")[0]
    assert (shown["Status"], shown["RemainingCredit"]) == ("PAID", 0)
    firm.post(f"Payments/{made['PaymentID']}", {"Status": "DELETED"})
    shown = firm.get(f"{name}s/{named}").rows(f"{name}s")[0]
    assert (shown["Status"], shown["RemainingCredit"]) == ("AUTHORISED", 50)


@pytest.mark.parametrize("kind", ["RECEIVE-OVERPAYMENT", "SPEND-PREPAYMENT"])
def test_only_plain_money_is_deleted_as_a_bank_transaction(firm: Firm, kind: str) -> None:
    named = firm.banked(kind)["BankTransactionID"]
    assert firm.post(f"BankTransactions/{named}", {"Status": "DELETED"}).status == 400


def test_a_batch_opens_all_its_invoices_when_it_is_deleted(firm: Firm) -> None:
    invoices = [firm.invoice("10.00"), firm.invoice("20.00")]
    made = firm.batch(*invoices).rows("BatchPayments")[0]
    assert (made["Type"], made["TotalAmount"], firm.balance("610")) == ("RECBATCH", 33, Decimal(0))
    gone = firm.post(f"BatchPayments/{made['BatchPaymentID']}", {"Status": "DELETED"})
    assert gone.rows("BatchPayments")[0]["Payments"] == []
    assert firm.balances("610", "090") == dollars(33, 0)
    assert {row["Status"] for row in firm.get("Payments").rows("Payments")} == {"DELETED"}


def test_a_batch_with_one_bad_payment_pays_nothing(firm: Firm) -> None:
    good, draft = firm.invoice("10.00"), firm.invoice("20.00", Status="DRAFT")
    assert firm.batch(good, draft).status == 400
    assert firm.get("Payments").rows("Payments") == []


def test_a_reconciled_batch_stays(firm: Firm) -> None:
    made = firm.batch(firm.invoice("10.00")).rows("BatchPayments")[0]["BatchPaymentID"]
    mark_reconciled(firm.organisation, "batch_payment", made)
    assert firm.post(f"BatchPayments/{made}", {"Status": "DELETED"}).status == 400


FREE = (
    {"DueDate": "2026-12-24"},
    {"InvoiceNumber": "NEW-1"},
    {"BrandingThemeID": "b1b5a0a0-0000-4000-8000-000000000000"},
    {"Url": "https://firm.example.com/bills/1"},
    {"Description": "Longer advice"},
    {"AccountCode": "other"},
    {"Tracking": [{"Name": "Office", "Option": "Perth"}]},
)
"""What may change even where money was applied; lines are named by their ids."""

MONEY = (
    {"Date": "2026-11-03"},
    {"LineAmountTypes": "Inclusive"},
    {"CurrencyCode": "USD"},
    {"UnitAmount": "99.00"},
    {"Quantity": "2"},
    {"TaxType": "BASEXCLUDED"},
    {"LineItems": "another"},
    {"LineItems": "fewer"},
)
"""What may not."""

_OF_A_LINE = {"Description", "AccountCode", "Tracking", "UnitAmount", "Quantity", "TaxType"}


def _standing(firm: Firm, kind: str, state: str) -> Body:
    """An approved document over two lines on which money stands as ``state`` says."""
    change_settings(firm.organisation, {"currencies": ["AUD", "USD"]})
    firm.category("Office", "Perth")
    sales = kind == "ACCREC"
    two = [line("100.00", sales=sales), line("1.00", sales=sales)]
    invoice = firm.invoice(Type=kind, LineItems=two)
    if state in {"part-paid", "paid"}:
        firm.pay(invoice, "111.10" if state == "paid" else "1.00")
    elif state == "credited":
        note = firm.credit_note(Type=f"{kind}CREDIT", LineItems=[line("5.00", sales=sales)])
        firm.allocate(f"CreditNotes/{note['CreditNoteID']}", invoice, "1.00")
    elif state == "locked":
        change_settings(firm.organisation, {"endOfYearLockDate": "2026-11-20"})
    return invoice


def _change(invoice: Body, change: Body) -> Body:
    """The request that makes one change and sends every line that is to stay."""
    first, second = ({"LineItemID": one["LineItemID"]} for one in invoice["LineItems"])
    sales = invoice["Type"] == "ACCREC"
    ((name, value),) = change.items()
    if value == "another":
        return {"LineItems": [first, second, line("3.00", sales=sales)]}
    if value == "fewer":
        return {"LineItems": [first]}
    if name not in _OF_A_LINE:
        return change
    other = "260" if sales else "429"
    return {"LineItems": [{**first, name: other if value == "other" else value}, second]}


def _edited(firm: Firm, kind: str, state: str, change: Body) -> Reply:
    invoice = _standing(firm, kind, state)
    return firm.post(f"Invoices/{invoice['InvoiceID']}", _change(invoice, change))


@pytest.mark.parametrize("kind", ["ACCREC", "ACCPAY"])
@pytest.mark.parametrize("state", ["open", "part-paid", "paid", "credited", "locked"])
@pytest.mark.parametrize("change", FREE, ids=str)
def test_what_is_no_money_may_be_edited_unless_it_is_locked(
    firm: Firm, kind: str, state: str, change: Body
) -> None:
    assert (_edited(firm, kind, state, change).status == 200) == (state != "locked")


@pytest.mark.parametrize("kind", ["ACCREC", "ACCPAY"])
@pytest.mark.parametrize("state", ["open", "part-paid", "paid", "credited", "locked"])
@pytest.mark.parametrize("change", MONEY, ids=str)
def test_money_may_be_edited_while_nothing_is_applied(
    firm: Firm, kind: str, state: str, change: Body
) -> None:
    reply = _edited(firm, kind, state, change)
    assert (reply.status == 200) == (state == "open"), reply.body
    if state in {"part-paid", "paid", "credited"}:
        text = "This document cannot be edited as it has a payment or credit note allocated to it."
        assert text in reply.messages


@pytest.mark.parametrize(
    ("state", "status"), [("open", 200), ("part-paid", 200), ("paid", 200), ("credited", 400)]
)
def test_only_credit_ties_a_document_to_its_contact(firm: Firm, state: str, status: int) -> None:
    invoice = _standing(firm, "ACCREC", state)
    other = {"Contact": {"ContactID": firm.contact("Charles Babbage")}}
    assert firm.post(f"Invoices/{invoice['InvoiceID']}", other).status == status


LOCKED = (
    "Invoices",
    "CreditNotes",
    "Payments",
    "BatchPayments",
    "BankTransactions",
    "BankTransfers",
    "ManualJournals",
    "Allocations",
)


@pytest.mark.parametrize("path", LOCKED)
@pytest.mark.parametrize("adviser", [False, True])
def test_a_locked_period_takes_nothing_but_from_an_adviser(
    firm: Firm, path: str, adviser: bool
) -> None:
    invoice, note = firm.invoice("100.00"), firm.credit_note("10.00")
    change_settings(firm.organisation, {"periodLockDate": "2026-11-20", "adviser": adviser})
    day = {"Date": "2026-11-20"}
    acts = {
        "Invoices": lambda: firm.put("Invoices", firm.draft("1.00", **day)),
        "CreditNotes": lambda: firm.put(
            "CreditNotes", firm.draft("1.00", Type="ACCRECCREDIT", **day)
        ),
        "Payments": lambda: firm.pay(invoice, "1.00", **day),
        "BatchPayments": lambda: firm.batch(invoice, **day),
        "BankTransactions": lambda: firm.put(
            "BankTransactions",
            {
                "Type": "SPEND",
                "Contact": {"Name": "Rent"},
                "BankAccount": {"Code": "090"},
                "LineItems": [line("1.00", sales=False)],
                **day,
            },
        ),
        "BankTransfers": lambda: firm.put(
            "BankTransfers",
            {
                "FromBankAccount": {"Code": "091"},
                "ToBankAccount": {"Code": "090"},
                "Amount": "1.00",
                **day,
            },
        ),
        "ManualJournals": lambda: firm.put(
            "ManualJournals",
            {
                "Narration": "Rent",
                "Status": "POSTED",
                "JournalLines": [
                    {"LineAmount": "1.00", "AccountCode": "850"},
                    {"LineAmount": "-1.00", "AccountCode": "880"},
                ],
                **day,
            },
        ),
        "Allocations": lambda: firm.put(
            f"CreditNotes/{note['CreditNoteID']}/Allocations",
            {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Amount": "1.00", **day},
        ),
    }
    reply = acts[path]()
    assert reply.status == (200 if adviser else 400)
    if not adviser:
        text = (
            "The document date cannot be before the period lock date, currently set at 20-Nov-2026"
        )
        assert text in reply.messages


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_drafts_are_taken_in_a_locked_period(firm: Firm, status: str) -> None:
    change_settings(firm.organisation, {"endOfYearLockDate": "2026-11-20"})
    assert firm.put("Invoices", firm.draft("1.00", Status=status)).status == 200
    assert firm.put("ManualJournals", {**firm.journal(), "ManualJournalID": None}).status == 200


def test_a_starter_plan_approves_twenty_invoices_and_five_bills_a_month(firm: Firm) -> None:
    change_settings(firm.organisation, {"plan": "STARTER"})
    sent = [firm.draft("1.00") for _ in range(21)]
    sent += [firm.draft(Type="ACCPAY", LineItems=[line("1.00", sales=False)]) for _ in range(6)]
    rows = firm.put("Invoices", *sent, summarizeErrors="false").rows("Invoices")
    refused = [number for number, row in enumerate(rows) if row["HasErrors"]]
    assert refused == [20, 26]
    draft = firm.put("Invoices", firm.draft("1.00", Status="DRAFT"))
    assert draft.status == 200


SYSTEM = ("DEBTORS", "CREDITORS", "GST", "ROUNDING", "RETAINEDEARNINGS", "HISTORICAL")


@pytest.mark.parametrize("name", SYSTEM)
def test_a_system_account_stays_as_it_is_but_for_its_name(firm: Firm, name: str) -> None:
    path = f"Accounts/{firm.organisation.system[name]}"
    archived = firm.post(path, {"Status": "ARCHIVED"})
    assert archived.messages == ["Cannot archive System accounts"]
    for change in ({"Type": "EXPENSE"}, {"EnablePaymentsToAccount": True}):
        assert firm.post(path, change).messages == ["System accounts cannot be changed this way."]
    assert firm.call("DELETE", path).status == 400
    assert firm.post(path, {"Name": f"Our {name.lower()}"}).status == 200


@pytest.mark.parametrize("code", ["090", "610", "800", "960", "630"])
def test_a_journal_cannot_touch_banks_controls_stock_or_retained_earnings(
    firm: Firm, code: str
) -> None:
    lines = [
        {"LineAmount": "1.00", "AccountCode": code},
        {"LineAmount": "-1.00", "AccountCode": "850"},
    ]
    reply = firm.put("ManualJournals", {"Narration": "Rent", "JournalLines": lines})
    assert reply.messages == [f"Account code '{code}' is not a valid code for this document."]
