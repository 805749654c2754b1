"""Batch payments: several invoices or bills paid by one movement at the bank (facts: section 11).

A batch is kept or refused as a whole. Its payments are ordinary ones that carry the batch's id
and can only be deleted together with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import events, exchange, heads, query, refusals, settlement
from xero_sandbox.books.incoming import BatchPaymentIn, PaymentIn
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import BatchPayment
from xero_sandbox.books.resources import history, payments
from xero_sandbox.books.values import (
    ZERO_ID,
    date_of,
    day,
    day_string,
    moment,
    moment_of,
    money,
)

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Payment
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("batch_payments", BatchPaymentIn, "HasValidationErrors")
KIND_OF = {"ACCRECPAYMENT": "RECBATCH", "ACCPAYPAYMENT": "PAYBATCH"}
_LONGEST = {"particulars": 12, "code": 12, "details": 18, "narrative": 18}


def handle(visit: Visit) -> Handled:
    """Answer a call on /BatchPayments; what exists can only be deleted."""
    organisation = visit.organisation
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            listing = query.listing(visit, list(organisation.batches.values()), FIELDS, pages=False)
            bodies = [body_of(organisation, one) for one in listing.rows]
            return exchange.answer(visit, BatchPayments=bodies)
        case "GET", (named,):
            found = body_of(organisation, exchange.found(organisation.batches, named))
            return exchange.answer(visit, BatchPayments=[found])
        case "PUT", ():
            return exchange.each(visit, WRITTEN, _create)
        case "POST", ():
            return exchange.each(visit, WRITTEN, _delete_named)
        case "POST", (named,):
            batch = exchange.found(organisation.batches, named)
            return exchange.first(visit, WRITTEN, lambda sent: _delete(visit, sent, batch))
        case _, (named, "History"):
            return history.handle(visit, exchange.found(organisation.batches, named).batch_id)
        case _:
            raise exchange.not_implemented()


# Not verified, see batch-whole.
def _create(visit: Visit, sent: BatchPaymentIn) -> Outcome:
    errors: list[str] = []
    batch = BatchPayment(ZERO_ID, "", "", visit.today, updated=visit.now)
    batch.reference = heads.text_of("Reference", sent.reference, "", errors)
    for name, longest in _LONGEST.items():
        text: str = getattr(sent, name) or ""
        if len(text) > longest:
            errors.append(refusals.TEXT_TOO_LONG.say(name.capitalize(), longest))
        setattr(batch, name, text)
    _read_head(visit, batch, sent, errors)
    trials = [payments.trial_of(visit, _member(sent, one)) for one in sent.payments or []]
    errors += [text for trial in trials for text in trial.errors]
    errors += _check_members(batch, trials)
    if not errors:
        _keep(visit, batch, trials)
    return exchange.Outcome(body_of(visit.organisation, batch), list(dict.fromkeys(errors)))


def _member(batch: BatchPaymentIn, sent: PaymentIn) -> PaymentIn:
    """Return one payment of the batch, whose account and date are always the batch's own."""
    return PaymentIn(
        invoice=sent.invoice,
        invoice_number=sent.invoice_number,
        account=batch.account,
        date=batch.date,
        amount=sent.amount,
        reference=sent.reference or batch.reference,
    )


def _read_head(visit: Visit, batch: BatchPayment, sent: BatchPaymentIn, errors: list[str]) -> None:
    account = payments.account_named(visit.organisation, PaymentIn(account=sent.account))
    batch.account_id = account.account_id if account is not None else ""
    payments.check_account(account, errors)
    if sent.date is None:
        errors.append(refusals.NO_DATE.text)
    batch.date = heads.day_of(sent.date, batch.date, errors)
    if (reason := locked(visit.organisation, batch.date)) is not None:
        errors.append(reason)


def _check_members(batch: BatchPayment, trials: list[payments.Trial]) -> list[str]:
    """Settle the batch's direction and total; refuse what no single payment shows."""
    if not trials:
        return [refusals.BATCH_EMPTY.text]
    kinds = {KIND_OF.get(trial.payment.kind, "") for trial in trials}
    batch.kind = min(kinds)
    batch.total = sum(trial.payment.amount for trial in trials)
    errors: list[str] = []
    if len(kinds) > 1 or batch.kind == "":
        errors.append(refusals.BATCH_MIXED.text)
    named = [trial.payment.document_id for trial in trials]
    if len(set(named)) < len(named):
        errors.append(refusals.BATCH_TWICE.text)
    return errors


def _keep(visit: Visit, batch: BatchPayment, trials: list[payments.Trial]) -> None:
    batch.batch_id = visit.new_id()
    for trial in trials:
        trial.payment.batch_id = batch.batch_id
        payments.keep(visit, trial)
    batch.payments = tuple(trial.payment.payment_id for trial in trials)
    visit.organisation.batches[batch.batch_id] = batch
    events.record(visit, batch.batch_id, "Created")
    visit.applied.append(batch.batch_id)


def _delete_named(visit: Visit, sent: BatchPaymentIn) -> Outcome:
    named = sent.batch_payment_id or ""
    found = visit.organisation.batches.get(named.lower())
    if found is None:
        return exchange.unknown("BatchPaymentID", named)
    return _delete(visit, sent, found)


# Not verified, see batch-delete.
def _delete(visit: Visit, sent: BatchPaymentIn, batch: BatchPayment) -> Outcome:
    organisation = visit.organisation
    errors: list[str] = []
    if sent.status != "DELETED":
        errors.append(refusals.PAYMENT_ONLY_DELETE.text)
    elif batch.status == "DELETED":
        errors.append(refusals.PAYMENT_DELETED.text)
    elif batch.reconciled or any(one.reconciled for one in _members(organisation, batch)):
        errors.append(refusals.PAYMENT_RECONCILED.text)
    elif (reason := locked_for_edit(organisation, batch.date)) is not None:
        errors.append(reason)
    else:
        for one in _members(organisation, batch):
            settlement.unpay(visit, one, organisation.documents[one.document_id])
        batch.status = "DELETED"
        batch.updated = visit.now
        events.record(visit, batch.batch_id, "Deleted")
        visit.applied.append(batch.batch_id)
    return exchange.Outcome(body_of(organisation, batch), errors)


def _members(organisation: Organisation, batch: BatchPayment) -> list[Payment]:
    return [organisation.payments[one] for one in batch.payments]


def body_of(organisation: Organisation, batch: BatchPayment) -> Body:
    """Return a batch payment as printed; a deleted one lists no payments any more."""
    body: Body = {
        "BatchPaymentID": batch.batch_id,
        "Date": day(batch.date),
        "DateString": day_string(batch.date),
        "Status": batch.status,
        "TotalAmount": money(batch.total),
        "UpdatedDateUTC": moment(batch.updated),
        "IsReconciled": batch.reconciled,
        "Payments": [],
    }
    if batch.kind:
        body["Type"] = batch.kind
    for name in ("Reference", "Particulars", "Code", "Details", "Narrative"):
        if text := getattr(batch, name.lower()):
            body[name] = text
    account = organisation.accounts.get(batch.account_id)
    if account is not None:
        body["Account"] = {"AccountID": account.account_id}
    if batch.status != "DELETED":
        body["Payments"] = [_member_body(one) for one in _members(organisation, batch)]
    return body


def _member_body(one: Payment) -> Body:
    return {
        "PaymentID": one.payment_id,
        "Invoice": {"InvoiceID": one.document_id},
        "Amount": money(one.amount),
        "BankAmount": money(one.bank_amount),
    }


FIELDS: query.Fields[BatchPayment] = {
    "BatchPaymentID": lambda _, one: one.batch_id,
    "Type": lambda _, one: one.kind,
    "Status": lambda _, one: one.status,
    "Reference": lambda _, one: one.reference or None,
    "Date": lambda _, one: date_of(one.date),
    "TotalAmount": lambda _, one: query.amount(one.total),
    "IsReconciled": lambda _, one: one.reconciled,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
    "Account.AccountID": lambda _, one: one.account_id,
}
