"""How documents, payments and allocations are printed; shared because they show each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import parties
from xero_sandbox.books.lines import show_line
from xero_sandbox.books.values import (
    currency_rate,
    day,
    day_string,
    moment,
    moment_string,
    money,
)

if TYPE_CHECKING:
    from xero_sandbox.books.documents import Draft
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account, Allocation, Document
    from xero_sandbox.books.visit import Visit

LIST_OF_CREDIT = {
    "ACCRECCREDIT": "CreditNotes",
    "ACCPAYCREDIT": "CreditNotes",
    "RECEIVE-OVERPAYMENT": "Overpayments",
    "SPEND-OVERPAYMENT": "Overpayments",
    "RECEIVE-PREPAYMENT": "Prepayments",
    "SPEND-PREPAYMENT": "Prepayments",
}
ID_OF_CREDIT = {"CreditNotes": "CreditNoteID", "Overpayments": "OverpaymentID"}


def account_body(account: Account) -> Body:
    """Return an account as payments and bank transactions show it."""
    body: Body = {"AccountID": account.account_id, "Name": account.name}
    if account.code:
        body["Code"] = account.code
    return body


def id_name(kind: str) -> str:
    """Return the name of the id of a document of ``kind``."""
    if kind in {"ACCREC", "ACCPAY"}:
        return "InvoiceID"
    return ID_OF_CREDIT.get(LIST_OF_CREDIT[kind], "PrepaymentID")


def head(organisation: Organisation, document: Document) -> Body:
    """Return what invoices, credit notes, over- and prepayments print alike, without lines."""
    shown: Body = {
        "Type": document.kind,
        id_name(document.kind): document.document_id,
        "CurrencyRate": currency_rate(document.rate),
        "CurrencyCode": document.currency,
        "DateString": day_string(document.date),
        "Date": day(document.date),
        "Status": document.status,
        "LineAmountTypes": document.line_amount_types,
        "SubTotal": money(document.sub_total),
        "TotalTax": money(document.total_tax),
        "Total": money(document.total),
        "UpdatedDateUTC": moment(document.updated),
        "UpdatedDateUTCString": moment_string(document.updated),
        "HasAttachments": False,
    }
    contact = organisation.contacts.get(document.contact_id)
    if contact is not None:
        shown["Contact"] = parties.brief(contact)
    return shown


def lines(visit: Visit, document: Document) -> list[Body]:
    """Return a document's lines as printed."""
    return [
        show_line(visit.organisation, line, four_decimals=visit.four_decimals)
        for line in document.lines
    ]


def draft_contact(shown: Body, draft: Draft) -> Body:
    """Put the contact of a refused document into its echo, found or only sent."""
    if "Contact" not in shown:
        if draft.party is not None:
            shown["Contact"] = parties.brief(draft.party.contact)
        else:
            shown["Contact"] = parties.echo(draft.incoming.contact)
    return shown


def payments(organisation: Organisation, document: Document) -> list[Body]:
    """Return the live payments of a document as it lists them."""
    listed: list[Body] = []
    for payment_id in document.payments:
        payment = organisation.payments[payment_id]
        if payment.status == "DELETED":
            continue
        listed.append(
            {
                "PaymentID": payment_id,
                "Date": day(payment.date),
                "Amount": money(payment.amount),
                "Reference": payment.reference,
                "CurrencyRate": currency_rate(payment.rate),
                "HasAccount": True,
                "HasValidationErrors": False,
            }
        )
    return listed


def credits_on(organisation: Organisation, invoice: Document) -> dict[str, list[Body]]:
    """Return the credits applied to an invoice, by the list they appear in."""
    found: dict[str, list[Body]] = {"CreditNotes": [], "Prepayments": [], "Overpayments": []}
    for allocation in live_allocations(organisation, invoice):
        credit = organisation.documents[allocation.credit_id]
        shown: Body = {
            id_name(credit.kind): credit.document_id,
            "AppliedAmount": money(allocation.amount),
            "Total": money(credit.total),
            "DateString": day_string(credit.date),
            "Date": day(credit.date),
        }
        if LIST_OF_CREDIT[credit.kind] == "CreditNotes":
            shown["CreditNoteNumber"] = credit.number
            shown["HasErrors"] = False
        found[LIST_OF_CREDIT[credit.kind]].append(shown)
    return found


def live_allocations(organisation: Organisation, document: Document) -> list[Allocation]:
    """Return the allocations that a document takes part in and that were not deleted."""
    known = organisation.allocations
    return [known[id_] for id_ in document.allocations if not known[id_].deleted]


def allocations(organisation: Organisation, credit: Document) -> list[Body]:
    """Return a credit's allocations as it lists them."""
    return [allocation_body(organisation, one) for one in live_allocations(organisation, credit)]


def allocation_body(organisation: Organisation, allocation: Allocation) -> Body:
    """Return one allocation as printed."""
    invoice = organisation.documents[allocation.invoice_id]
    return {
        "AllocationID": allocation.allocation_id,
        "Invoice": {
            "InvoiceID": invoice.document_id,
            "InvoiceNumber": invoice.number,
            "Type": invoice.kind,
        },
        "Amount": money(allocation.amount),
        "Date": day(allocation.date),
        "IsDeleted": allocation.deleted,
    }
