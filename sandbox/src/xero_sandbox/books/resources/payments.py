"""Payments and refunds (facts: Xero API section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xero_sandbox.books import events, exchange, heads, parties, query, refusals, settlement
from xero_sandbox.books.arithmetic import CENTS, MILLIONTHS, rounded, scaled, to_base
from xero_sandbox.books.incoming import (
    CreditNoteIn,
    InvoiceIn,
    OverpaymentIn,
    PaymentIn,
    PrepaymentIn,
)
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import Payment
from xero_sandbox.books.resources import history, shown
from xero_sandbox.books.values import (
    ZERO_ID,
    currency_rate,
    date_of,
    day,
    moment,
    moment_of,
    moment_string,
    money,
    read_day,
)

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.numbering import Numbers
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account, Document
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("payments", PaymentIn, "HasValidationErrors")
KIND_OF = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENTPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
}


def handle(visit: Visit) -> Handled:
    """Answer a call on /Payments; what exists can only be deleted."""
    known = visit.organisation.payments
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = exchange.found(known, named)
            return exchange.answer(visit, Payments=[body_of(visit, found)])
        case "PUT", ():
            return exchange.each(visit, WRITTEN, _create)
        case "POST", ():
            # Only PUT knows summarizeErrors; POST otherwise creates just the same.
            visit.summarise = True
            return exchange.each(visit, WRITTEN, _create)
        case "POST", (named,):
            found = exchange.found(known, named)
            return exchange.first(visit, WRITTEN, lambda sent: _delete(visit, found, sent))
        case _, (named, "History"):
            return history.handle(visit, exchange.found(known, named).payment_id)
        case _:
            raise exchange.not_implemented()


def _named(organisation: Organisation, sent: PaymentIn) -> list[str]:
    """Return the ids of the documents that a payment names; "" where a number is unknown."""
    invoice, note = sent.invoice or InvoiceIn(), sent.credit_note or CreditNoteIn()
    invoice_number = sent.invoice_number or invoice.invoice_number
    note_number = sent.credit_note_number or note.credit_note_number
    named = (
        _id_or_number(invoice.invoice_id, invoice_number, organisation.invoice_numbers),
        _id_or_number(note.credit_note_id, note_number, organisation.credit_numbers),
        (sent.overpayment or OverpaymentIn()).overpayment_id,
        (sent.prepayment or PrepaymentIn()).prepayment_id,
    )
    return [one.lower() for one in named if one is not None]


def _id_or_number(named: str | None, number: str | None, numbers: Numbers) -> str | None:
    return named or (numbers.ids.get(number, "") if number else None)


def _target(organisation: Organisation, sent: PaymentIn, errors: list[str]) -> Document | None:
    """Return the one document that is paid, or None with the reason in ``errors``."""
    named = _named(organisation, sent)
    if len(named) != 1:
        errors.append(refusals.PAYMENT_TARGET.text)
        return None
    found = organisation.documents.get(named[0])
    if found is None:
        errors.append(refusals.INVOICE_UNKNOWN.text)
    return found


def account_named(organisation: Organisation, sent: PaymentIn) -> Account | None:
    """Return the account that a payment names by id or code."""
    if sent.account is not None and sent.account.account_id:
        return organisation.accounts.get(sent.account.account_id.lower())
    code = (sent.account.code if sent.account is not None else None) or sent.code
    return organisation.account_by_code(code) if code else None


def _create(visit: Visit, sent: PaymentIn) -> Outcome:
    trial = trial_of(visit, sent)
    if not trial.errors:
        keep(visit, trial)
    return exchange.Outcome(body_of(visit, trial.payment), trial.errors)


@dataclass(slots=True)
class Trial:
    """A payment on trial, with what it pays and what Xero has against it."""

    payment: Payment
    target: Document | None
    errors: list[str]


def trial_of(visit: Visit, sent: PaymentIn) -> Trial:
    """Return the payment that ``sent`` asks for; nothing of it is in the books yet."""
    errors: list[str] = []
    organisation = visit.organisation
    target = _target(organisation, sent, errors)
    account = account_named(organisation, sent)
    payment = Payment(
        ZERO_ID,
        KIND_OF[target.kind] if target is not None else "",
        target.document_id if target is not None else "",
        account.account_id if account is not None else "",
        visit.today,
        0,
        0,
        target.rate if target is not None else MILLIONTHS,
        reference=sent.reference or "",
        reconciled=bool(sent.is_reconciled),
        updated=visit.now,
    )
    check_account(account, errors)
    _read_date(visit, payment, sent, errors)
    _read_amounts(organisation, payment, sent, account, errors)
    if target is not None:
        _check_target(target, payment, errors)
    return Trial(payment, target, errors)


def keep(visit: Visit, trial: Trial) -> None:
    """Put a payment that nothing is wrong with into the books."""
    payment = trial.payment
    assert trial.target is not None
    payment.payment_id = visit.new_id()
    visit.organisation.payments[payment.payment_id] = payment
    settlement.pay(visit, payment, trial.target)
    events.record(visit, payment.payment_id, "Created")
    visit.applied.append(payment.payment_id)


def check_account(account: Account | None, errors: list[str]) -> None:
    """Refuse an account that no payment can be made to or from."""
    if account is None or account.status != "ACTIVE":
        errors.append(refusals.PAYMENT_ACCOUNT_UNKNOWN.text)
    elif account.kind != "BANK" and not account.payments_enabled:
        errors.append(refusals.PAYMENT_ACCOUNT_TYPE.text)


def _check_target(target: Document, payment: Payment, errors: list[str]) -> None:
    """An unpayable document gives both messages, as Xero does (section 21)."""
    payable = target.status == "AUTHORISED"
    if not payable:
        errors.append(refusals.PAYMENT_NOT_AUTHORISED.text)
    if not payable or payment.amount > target.due:
        errors.append(refusals.PAYMENT_TOO_BIG.text)


def _read_date(visit: Visit, payment: Payment, sent: PaymentIn, errors: list[str]) -> None:
    date = read_day(sent.date) if sent.date is not None else None
    if date is None:
        errors.append(refusals.NO_DATE.text)
        return
    payment.date = date
    if (reason := locked(visit.organisation, date)) is not None:
        errors.append(reason)


# Not verified, see payment-bank-amount.
def _read_amounts(
    organisation: Organisation,
    payment: Payment,
    sent: PaymentIn,
    account: Account | None,
    errors: list[str],
) -> None:
    payment.amount = payment.bank_amount = heads.positive_cents("Amount", sent.amount, errors)
    if sent.currency_rate is not None:
        rate = scaled(sent.currency_rate, MILLIONTHS)
        if rate is None or rate <= 0:
            errors.append(refusals.RATE_NOT_VALID.text)
        elif payment.rate != MILLIONTHS:
            payment.rate = rate
    payment.base_bank = to_base(payment.amount, payment.rate)
    in_base = account is None or account.currency in {None, organisation.currency}
    if payment.rate == MILLIONTHS or not in_base:
        return
    bank = None if sent.bank_amount is None else scaled(sent.bank_amount, CENTS)
    payment.bank_amount = payment.base_bank = bank or payment.base_bank
    if bank:
        # What moved at the bank is a fact and outranks a rate, which has to tell the same story.
        payment.rate = max(1, rounded(payment.amount * MILLIONTHS, bank))


# Not verified, see payment-reconciled.
def _delete(visit: Visit, payment: Payment, sent: PaymentIn) -> Outcome:
    errors: list[str] = []
    if sent.status != "DELETED":
        errors.append(refusals.PAYMENT_ONLY_DELETE.text)
    elif payment.status == "DELETED":
        errors.append(refusals.PAYMENT_DELETED.text)
    elif payment.batch_id is not None:
        errors.append(refusals.PAYMENT_IN_BATCH.text)
    elif payment.reconciled:
        errors.append(refusals.PAYMENT_RECONCILED.text)
    elif (reason := locked_for_edit(visit.organisation, payment.date)) is not None:
        errors.append(reason)
    else:
        settlement.unpay(visit, payment, visit.organisation.documents[payment.document_id])
        visit.applied.append(payment.payment_id)
    return exchange.Outcome(body_of(visit, payment), errors)


def _list(visit: Visit) -> Handled:
    known = list(visit.organisation.payments.values())
    rows = query.chosen_ids(visit, known, "IDs", lambda one: one.payment_id)
    listing = query.listing(visit, rows, FIELDS)
    bodies = [body_of(visit, one) for one in listing.rows]
    return exchange.answer(visit, **listing.block, Payments=bodies)


def body_of(visit: Visit, payment: Payment) -> Body:
    """Return a payment as printed."""
    organisation = visit.organisation
    body: Body = {
        "PaymentID": payment.payment_id,
        "Date": day(payment.date),
        "Amount": money(payment.amount),
        "BankAmount": money(payment.bank_amount),
        "CurrencyRate": currency_rate(payment.rate),
        "Reference": payment.reference,
        "Status": payment.status,
        "IsReconciled": payment.reconciled,
        "UpdatedDateUTC": moment(payment.updated),
        "UpdatedDateUTCString": moment_string(payment.updated),
        "HasAccount": bool(payment.account_id),
        "HasValidationErrors": False,
    }
    if payment.kind:
        body["PaymentType"] = payment.kind
    account = organisation.accounts.get(payment.account_id)
    if account is not None:
        body["Account"] = shown.account_body(account)
    target = organisation.documents.get(payment.document_id)
    if target is not None:
        body.update(_target_body(organisation, target))
    if payment.batch_id is not None:
        body["BatchPaymentID"] = payment.batch_id
    return body


def _target_body(organisation: Organisation, target: Document) -> Body:
    name = shown.id_name(target.kind)
    body: Body = {"Type": target.kind, name: target.document_id, "CurrencyCode": target.currency}
    contact = organisation.contacts.get(target.contact_id)
    if contact is not None:
        body["Contact"] = parties.brief(contact)
    if name == "InvoiceID":
        body["InvoiceNumber"] = target.number
    elif name == "CreditNoteID":
        body["CreditNoteNumber"] = target.number
    return {name.removesuffix("ID"): body}


FIELDS: query.Fields[Payment] = {
    "PaymentID": lambda _, one: one.payment_id,
    "PaymentType": lambda _, one: one.kind,
    "Status": lambda _, one: one.status,
    "Date": lambda _, one: date_of(one.date),
    "Amount": lambda _, one: query.amount(one.amount),
    "Reference": lambda _, one: one.reference or None,
    "IsReconciled": lambda _, one: one.reconciled,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
    "Invoice.InvoiceID": lambda _, one: one.document_id,
    "CreditNote.CreditNoteID": lambda _, one: one.document_id,
    "Account.AccountID": lambda _, one: one.account_id,
}
