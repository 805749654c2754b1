"""Allocations of credit notes, overpayments and prepayments (facts: Xero API section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, refusals, settlement
from xero_sandbox.books.arithmetic import CENTS, scaled
from xero_sandbox.books.documents import SALES
from xero_sandbox.books.incoming import AllocationIn
from xero_sandbox.books.locks import locked
from xero_sandbox.books.records import Allocation
from xero_sandbox.books.resources import shown
from xero_sandbox.books.values import ZERO_ID, day, money, read_day

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

_SALES_CREDITS = frozenset({"ACCRECCREDIT", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT"})


def handle(visit: Visit, credit: Document, rest: list[str]) -> Handled:
    """Answer a call on /{Credit}/{id}/Allocations."""
    match visit.call.method, rest:
        case "PUT", []:
            sent = exchange.read(visit, "allocations", AllocationIn)
            outcomes = [_apply(visit, credit, one) for one in sent]
            return exchange.batch(visit, "Allocations", outcomes, None)
        case "DELETE", [named]:
            return _delete(visit, credit, named)
        case _:
            raise exchange.not_implemented()


def _invoice(organisation: Organisation, incoming: AllocationIn) -> Document | None:
    named = incoming.invoice
    if named is None:
        return None
    number_id = organisation.invoice_numbers.ids.get(named.invoice_number or "", "")
    found = organisation.documents.get((named.invoice_id or number_id).lower())
    return found if found is not None and found.kind in {"ACCREC", "ACCPAY"} else None


def _apply(visit: Visit, credit: Document, incoming: AllocationIn) -> Outcome:
    errors: list[str] = []
    invoice = _invoice(visit.organisation, incoming)
    amount = scaled(incoming.amount, CENTS) if incoming.amount is not None else 0
    date = visit.today if incoming.date is None else read_day(incoming.date)
    made = Allocation(ZERO_ID, credit.document_id, "", amount or 0, date or visit.today)
    if invoice is None:
        errors.append(refusals.INVOICE_UNKNOWN.text)
    else:
        made.invoice_id = invoice.document_id
        errors.extend(_against(credit, invoice, made))
    if date is None:
        errors.append(refusals.NO_DATE.text)
    elif (reason := locked(visit.organisation, date)) is not None:
        errors.append(reason)
    if invoice is None or errors:
        return exchange.Outcome(_echo(made), errors)
    made.allocation_id = visit.new_id()
    visit.organisation.allocations[made.allocation_id] = made
    settlement.allocate(visit, made, credit, invoice)
    visit.applied.append(made.allocation_id)
    return exchange.Outcome(shown.allocation_body(visit.organisation, made), [])


# Not verified, see payment-any-contact.
def _against(credit: Document, invoice: Document, made: Allocation) -> list[str]:
    """Return why this credit cannot go onto this invoice, if it cannot."""
    errors: list[str] = []
    if (credit.kind in _SALES_CREDITS) != (invoice.kind in SALES):
        errors.append(refusals.ALLOCATION_WRONG_KIND.text)
    if credit.contact_id != invoice.contact_id or credit.currency != invoice.currency:
        errors.append(refusals.ALLOCATION_CONTACT.text)
    if invoice.status == "PAID":
        errors.append(refusals.ALLOCATION_PAID_OFF.text)
    elif invoice.status != "AUTHORISED" or credit.status not in {"AUTHORISED", "PAID"}:
        errors.append(refusals.ALLOCATION_NOT_AUTHORISED.text)
    if made.amount <= 0:
        errors.append(refusals.AMOUNT_NOT_POSITIVE.say("Amount"))
    if made.amount > min(credit.due, invoice.due):
        errors.append(refusals.ALLOCATION_TOO_BIG.text)
    return errors


def _echo(made: Allocation) -> Body:
    body: Body = {
        "AllocationID": ZERO_ID,
        "Amount": money(made.amount),
        "Date": day(made.date),
        "IsDeleted": False,
    }
    if made.invoice_id:
        body["Invoice"] = {"InvoiceID": made.invoice_id}
    return body


def _delete(visit: Visit, credit: Document, named: str) -> Handled:
    made = visit.organisation.allocations.get(named.lower())
    if made is None or made.deleted or made.credit_id != credit.document_id:
        raise exchange.not_found()
    reason = locked(visit.organisation, made.date)
    body = shown.allocation_body(visit.organisation, made)
    if reason is not None:
        raise exchange.invalid(reason, body)
    settlement.deallocate(visit, made)
    visit.applied.append(made.allocation_id)
    # A list, whatever Xero's file says: its own clients are known to choke on it.
    body["IsDeleted"] = True
    return exchange.answer(visit, Allocations=[body])
