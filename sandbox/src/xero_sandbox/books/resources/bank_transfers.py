"""Bank transfers: made and deleted, never edited (facts: Xero API section 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import exchange, journalise, refusals
from xero_sandbox.books.arithmetic import CENTS, MILLIONTHS, scaled
from xero_sandbox.books.incoming import BankTransferIn
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import BankTransaction, BankTransfer
from xero_sandbox.books.resources import history
from xero_sandbox.books.resources.bank_transactions import bank_account
from xero_sandbox.books.resources.payments import account_body
from xero_sandbox.books.values import (
    ZERO_ID,
    currency_rate,
    day,
    day_string,
    moment,
    money,
    read_day,
    read_since,
)

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled


def handle(visit: Visit) -> Handled:
    """Answer a call on /BankTransfers. PUT reports no per-element errors: one bad one is a 400."""
    organisation = visit.organisation
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = _find(organisation, named)
            return exchange.answer(visit, BankTransfers=[body_of(organisation, found)])
        case "PUT", ():
            visit.summarise = True
            sent = exchange.read(visit, "bank_transfers", BankTransferIn)
            outcomes = [_create(visit, one) for one in sent]
            return exchange.batch(visit, "BankTransfers", outcomes, None)
        case "POST", ():
            sent = exchange.read(visit, "bank_transfers", BankTransferIn)
            outcomes = [
                _delete(visit, _find(organisation, one.bank_transfer_id or ""), one) for one in sent
            ]
            return exchange.batch(visit, "BankTransfers", outcomes, None)
        case "POST", (named,):
            found = _find(organisation, named)
            incoming = exchange.read(visit, "bank_transfers", BankTransferIn)[0]
            outcome = _delete(visit, found, incoming)
            return exchange.single(visit, "BankTransfers", outcome, None)
        case _, (named, "History"):
            return history.handle(visit, _find(organisation, named).transfer_id)
        case _:
            raise exchange.not_implemented()


def _find(organisation: Organisation, named: str) -> BankTransfer:
    found = organisation.bank_transfers.get(named.lower())
    if found is None:
        raise exchange.not_found()
    return found


def _create(visit: Visit, sent: BankTransferIn) -> Outcome:
    organisation = visit.organisation
    source = bank_account(organisation, sent.from_bank_account)
    target = bank_account(organisation, sent.to_bank_account)
    amount = None if sent.amount is None else scaled(sent.amount, CENTS)
    date = visit.today if sent.date is None else read_day(sent.date)
    errors: list[str] = []
    kept = BankTransfer(
        ZERO_ID,
        source.account_id if source is not None else "",
        target.account_id if target is not None else "",
        amount or 0,
        date or visit.today,
        ZERO_ID,
        ZERO_ID,
        source.currency if source is not None and source.currency else organisation.currency,
        sent.reference or "",
        created=visit.now,
    )
    if source is None or target is None:
        errors.append(refusals.BANK_ACCOUNT_NEEDED.text)
    elif source is target:
        errors.append(refusals.TRANSFER_SAME_ACCOUNT.text)
    elif source.currency != target.currency:
        errors.append(refusals.TRANSFER_CURRENCIES.text)
    if amount is None or amount <= 0:
        errors.append(refusals.AMOUNT_NOT_POSITIVE.say("Amount"))
    if date is None:
        errors.append(refusals.NO_DATE.text)
    if (reason := locked(organisation, kept.date)) is not None:
        errors.append(reason)
    if not errors:
        _keep(visit, kept)
    return exchange.Outcome(body_of(organisation, kept), errors)


def _keep(visit: Visit, kept: BankTransfer) -> None:
    kept.transfer_id = visit.new_id()
    kept.spend_id = visit.new_id()
    kept.receive_id = visit.new_id()
    visit.organisation.bank_transfers[kept.transfer_id] = kept
    _keep_half(visit, kept, "SPEND-TRANSFER", kept.spend_id, kept.from_account)
    _keep_half(visit, kept, "RECEIVE-TRANSFER", kept.receive_id, kept.to_account)
    journalise.bank_transfer(visit.organisation, kept)
    visit.applied.append(kept.transfer_id)


def _keep_half(
    visit: Visit, kept: BankTransfer, kind: str, transaction_id: str, account_id: str
) -> None:
    """Show one side among the bank transactions; the ledger entry is the transfer's own."""
    visit.organisation.bank_transactions[transaction_id] = BankTransaction(
        transaction_id,
        kind,
        "AUTHORISED",
        None,
        account_id,
        kept.date,
        [],
        kept.currency,
        line_amount_types="NoTax",
        sub_total=kept.amount,
        total=kept.amount,
        updated=visit.now,
    )


def _halves(organisation: Organisation, kept: BankTransfer) -> list[BankTransaction]:
    known = organisation.bank_transactions
    return [known[one] for one in (kept.spend_id, kept.receive_id) if one in known]


def _delete(visit: Visit, kept: BankTransfer, sent: BankTransferIn) -> Outcome:
    errors: list[str] = []
    if sent.status != "DELETED" or kept.status == "DELETED":
        errors.append(refusals.TRANSFER_DELETED.text)
    elif any(half.reconciled for half in _halves(visit.organisation, kept)):
        errors.append(refusals.TRANSFER_RECONCILED.text)
    elif (reason := locked_for_edit(visit.organisation, kept.date)) is not None:
        errors.append(reason)
    else:
        kept.status = "DELETED"
        for half in _halves(visit.organisation, kept):
            half.status = "DELETED"
            half.updated = visit.now
        journalise.bank_transfer(visit.organisation, kept)
        visit.applied.append(kept.transfer_id)
    return exchange.Outcome(body_of(visit.organisation, kept), errors)


def _list(visit: Visit) -> Handled:
    deleted = visit.call.query.get("includeDeleted", "").lower() == "true"
    since = read_since(visit.call.headers.get("if-modified-since", "")) or 0
    rows = [
        one
        for one in visit.organisation.bank_transfers.values()
        if one.created >= since and (deleted or one.status != "DELETED")
    ]
    return exchange.answer(visit, BankTransfers=[body_of(visit.organisation, one) for one in rows])


def body_of(organisation: Organisation, kept: BankTransfer) -> Body:
    """Return a bank transfer as printed."""
    reconciled = [half.reconciled for half in _halves(organisation, kept)] or [False, False]
    body: Body = {
        "BankTransferID": kept.transfer_id,
        "Amount": money(kept.amount),
        "Date": day(kept.date),
        "DateString": day_string(kept.date),
        "Reference": kept.reference,
        "CurrencyRate": currency_rate(MILLIONTHS),
        "FromBankTransactionID": kept.spend_id,
        "ToBankTransactionID": kept.receive_id,
        "FromIsReconciled": reconciled[0],
        "ToIsReconciled": reconciled[1],
        "Status": kept.status,
        "CreatedDateUTC": moment(kept.created),
        "HasAttachments": False,
    }
    for name, account_id in (
        ("FromBankAccount", kept.from_account),
        ("ToBankAccount", kept.to_account),
    ):
        account = organisation.accounts.get(account_id)
        if account is not None:
            body[name] = account_body(account)
    return body
