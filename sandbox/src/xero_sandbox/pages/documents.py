"""Invoices, bills, credit notes, overpayments and prepayments: listed, and one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.arithmetic import MILLIONTHS
from xero_sandbox.pages.entries import entries_of, notes_on
from xero_sandbox.pages.frame import (
    GONE,
    Column,
    base,
    chip,
    day,
    facts,
    money,
    page,
    paged,
    row,
    table,
    tabs,
)
from xero_sandbox.pages.markup import Content, Html, joined, link, tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Allocation, Document, Line, Payment
    from xero_sandbox.wire import Answer

NAMES = {
    "ACCREC": "Invoice",
    "ACCPAY": "Bill",
    "ACCRECCREDIT": "Credit note",
    "ACCPAYCREDIT": "Supplier credit",
    "RECEIVE-OVERPAYMENT": "Overpayment",
    "SPEND-OVERPAYMENT": "Overpayment made",
    "RECEIVE-PREPAYMENT": "Prepayment",
    "SPEND-PREPAYMENT": "Prepayment made",
}
KINDS = {
    "all": ("All", tuple(NAMES)),
    "sales": ("Invoices", ("ACCREC",)),
    "purchases": ("Bills", ("ACCPAY",)),
    "credits": ("Credits", ("ACCRECCREDIT", "ACCPAYCREDIT")),
    "unapplied": ("Over- and prepayments", tuple(NAMES)[4:]),
}
DOCUMENTS = (
    Column("Date", "tight"),
    Column("Document"),
    Column("Contact", "minor"),
    Column("Due", "minor tight"),
    Column("Status", "minor"),
    Column("Total", "num"),
    Column("Open", "num"),
)
_LINES = (
    Column("Description"),
    Column("Account", "minor"),
    Column("Tax", "minor"),
    Column("Quantity", "num minor"),
    Column("Price", "num minor"),
    Column("Tax amount", "num"),
    Column("Amount", "num"),
)
_MONEY = (Column("Date", "tight"), Column("What"), Column("From or to"), Column("Amount", "num"))


def title_of(document: Document) -> str:
    """Return what a person calls a document: its kind and number."""
    return f"{NAMES[document.kind]} {document.number}".strip()


def document_row(organisation: Organisation, one: Document) -> Html:
    """Return a document as a row of ``DOCUMENTS``."""
    contact = organisation.contacts.get(one.contact_id)
    target = f"{base(organisation)}/object/{one.document_id}"
    open_ = one.due if one.status == "AUTHORISED" else 0
    who = "" if contact is None else contact.name
    cells = (
        day(one.date),
        joined(link(target, title_of(one)), tag("span", who, class_="under")),
        who,
        day(one.due_date),
        chip(one.status),
        f"{_foreign(organisation, one)}{money(one.total)}",
        money(open_) if open_ else "",
    )
    return row(DOCUMENTS, cells, "gone" if one.status in GONE else None)


def _foreign(organisation: Organisation, one: Document) -> str:
    return "" if one.currency == organisation.currency else f"{one.currency} "


def documents(organisation: Organisation, query: Mapping[str, str]) -> Answer:
    """Return the documents, newest first."""
    chosen = query.get("kind", "all")
    label, kinds = KINDS.get(chosen, KINDS["all"])
    known = [one for one in organisation.documents.values() if one.kind in kinds]
    known.sort(key=lambda one: (-one.date, -one.updated))
    path = f"{base(organisation)}/documents"
    shown, pages = paged(known, query, path)
    return page(
        "Documents",
        tabs([(f"{path}?kind={kind}", name) for kind, (name, _) in KINDS.items()], label),
        table(DOCUMENTS, [document_row(organisation, one) for one in shown]),
        pages,
        organisation=organisation,
        section="documents",
    )


def document(organisation: Organisation, one: Document) -> Answer:
    """Return one document with its lines, what settled it, its ledger entries and its notes."""
    contact = organisation.contacts.get(one.contact_id)
    target = f"{base(organisation)}/object/{one.contact_id}"
    who = "nobody" if contact is None else link(target, contact.name)
    found = {one.document_id, *one.payments, *one.allocations}
    found |= {
        kept.transaction_id
        for kept in organisation.bank_transactions.values()
        if kept.document_id == one.document_id
    }
    return page(
        title_of(one),
        tag("p", chip(one.status), " ", who, class_="sub"),
        _head(one),
        tag("h2", "Lines"),
        table(_LINES, [*(line_row(organisation, line) for line in one.lines), *_totals(one)]),
        tag("h2", "Payments and credit"),
        table(_MONEY, settlements(organisation, one), "Nothing was paid or applied."),
        *entries_of(organisation, found),
        *notes_on(organisation, one.document_id),
        organisation=organisation,
        section="documents",
    )


def _head(one: Document) -> Html:
    pairs: list[tuple[str, Content]] = [
        ("Date", day(one.date)),
        ("Due", day(one.due_date)),
        ("Reference", one.reference),
        ("Amounts are", one.line_amount_types),
        ("Currency", one.currency),
        ("Rate", f"{one.rate / MILLIONTHS:.6f}" if one.rate != MILLIONTHS else ""),
        ("Address", one.url),
        ("Id", tag("code", one.document_id)),
    ]
    return facts(pairs)


def line_row(organisation: Organisation, line: Line) -> Html:
    """Return a line of a document or bank transaction as a row."""
    account = organisation.accounts.get(line.account_id or "")
    named = None if account is None else _account(organisation, account.account_id)
    cells = (
        line.description,
        named,
        line.tax_type,
        f"{line.quantity / 10_000:g}",
        f"{line.unit_amount / 10_000:,.4f}".removesuffix("00"),
        money(line.tax_amount),
        money(line.line_amount),
    )
    return row(_LINES, cells)


def _account(organisation: Organisation, account_id: str) -> Html:
    account = organisation.accounts[account_id]
    target = f"{base(organisation)}/ledger?account={account_id}"
    return link(target, " ".join(part for part in (account.code, account.name) if part))


def _totals(one: Document) -> list[Html]:
    def total(name: str, cents: int, class_: str | None = None) -> Html:
        return row(_LINES, (name, "", "", "", "", "", money(cents)), class_)

    return [
        total("Subtotal", one.sub_total, "sum"),
        total("Tax", one.total_tax),
        total(f"Total {one.currency}", one.total, "sum"),
        total("Paid", one.paid),
        total("Credited", one.credited),
        total("Open", one.due, "total"),
    ]


def line_table(organisation: Organisation, lines: list[Line]) -> Html:
    """Return lines as a table."""
    return table(_LINES, [line_row(organisation, line) for line in lines])


def settlements(organisation: Organisation, one: Document) -> list[Html]:
    """Return what was paid on a document or applied to it, undone parts struck through."""
    paid = [_paid(organisation, organisation.payments[each]) for each in one.payments]
    made = [_applied(organisation, one, organisation.allocations[each]) for each in one.allocations]
    return paid + made


def _paid(organisation: Organisation, paid: Payment) -> Html:
    target = f"{base(organisation)}/object/{paid.payment_id}"
    what = link(target, f"Payment {paid.reference}".strip())
    cells = (day(paid.date), what, _account(organisation, paid.account_id), money(paid.amount))
    return row(_MONEY, cells, "gone" if paid.status == "DELETED" else None)


def _applied(organisation: Organisation, one: Document, made: Allocation) -> Html:
    other_id = made.credit_id if made.invoice_id == one.document_id else made.invoice_id
    name = title_of(organisation.documents[other_id])
    other = link(f"{base(organisation)}/object/{other_id}", name)
    cells = (day(made.date), "Credit applied", other, money(made.amount))
    return row(_MONEY, cells, "gone" if made.deleted else None)
