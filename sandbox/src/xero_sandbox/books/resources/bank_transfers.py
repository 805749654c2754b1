"""Bank transfers: made and deleted, never edited (facts: Xero API section 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import events, exchange, heads, journalise, query, refusals
from xero_sandbox.books.arithmetic import MILLIONTHS
from xero_sandbox.books.cash import bank_account
from xero_sandbox.books.incoming import BankTransferIn
from xero_sandbox.books.lines import show_tracking
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import BankTransaction, BankTransfer
from xero_sandbox.books.resources import history
from xero_sandbox.books.resources.shown import account_body
from xero_sandbox.books.tracking import options_of
from xero_sandbox.books.values import (
    ZERO_ID,
    currency_rate,
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
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("bank_transfers", BankTransferIn)


def handle(visit: Visit) -> Handled:
    """Answer a call on /BankTransfers. PUT reports no per-element errors: one bad one is a 400."""
    organisation = visit.organisation
    known = organisation.bank_transfers
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = exchange.found(known, named)
            return exchange.answer(visit, BankTransfers=[body_of(organisation, found)])
        case "PUT", ():
            visit.summarise = True
            return exchange.each(visit, WRITTEN, _create)
        case "POST", ():
            return exchange.each(visit, WRITTEN, _delete_named)
        case "POST", (named,):
            found = exchange.found(known, named)
            return exchange.first(visit, WRITTEN, lambda sent: _delete(visit, sent, found))
        case _, (named, "History"):
            return history.handle(visit, exchange.found(known, named).transfer_id)
        case _:
            raise exchange.not_implemented()


def _create(visit: Visit, sent: BankTransferIn) -> Outcome:
    organisation = visit.organisation
    errors: list[str] = []
    source = bank_account(organisation, sent.from_bank_account)
    target = bank_account(organisation, sent.to_bank_account)
    kept = BankTransfer(
        ZERO_ID,
        source.account_id if source is not None else "",
        target.account_id if target is not None else "",
        heads.positive_cents("Amount", sent.amount, errors),
        heads.day_of(sent.date, visit.today, errors),
        ZERO_ID,
        ZERO_ID,
        source.currency if source is not None and source.currency else organisation.currency,
        heads.text_of("Reference", sent.reference, "", errors),
        created=visit.now,
        tracking=(
            options_of(organisation, sent.from_tracking or [], errors),
            options_of(organisation, sent.to_tracking or [], errors),
        ),
    )
    errors += _check_accounts(source, target)
    if (reason := locked(organisation, kept.date)) is not None:
        errors.append(reason)
    if not errors:
        _keep(visit, kept)
        for half, flag in zip(
            _halves(organisation, kept),
            (sent.from_is_reconciled, sent.to_is_reconciled),
            strict=True,
        ):
            half.reconciled = bool(flag)
    return exchange.Outcome(body_of(organisation, kept), errors)


# Not verified, see transfer-currencies.
def _check_accounts(source: Account | None, target: Account | None) -> list[str]:
    if source is None or target is None:
        return [refusals.BANK_ACCOUNT_NEEDED.text]
    if source is target:
        return [refusals.TRANSFER_SAME_ACCOUNT.text]
    return [refusals.TRANSFER_CURRENCIES.text] if source.currency != target.currency else []


def _keep(visit: Visit, kept: BankTransfer) -> None:
    kept.transfer_id = visit.new_id()
    kept.spend_id = visit.new_id()
    kept.receive_id = visit.new_id()
    visit.organisation.bank_transfers[kept.transfer_id] = kept
    events.record(visit, kept.transfer_id, "Created")
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


def _delete_named(visit: Visit, sent: BankTransferIn) -> Outcome:
    named = sent.bank_transfer_id or ""
    found = visit.organisation.bank_transfers.get(named.lower())
    if found is None:
        return exchange.unknown("BankTransferID", named)
    return _delete(visit, sent, found)


# Not verified, see transfer-delete.
def _delete(visit: Visit, sent: BankTransferIn, kept: BankTransfer) -> Outcome:
    errors: list[str] = []
    halves = _halves(visit.organisation, kept)
    if sent.status != "DELETED" or kept.status == "DELETED":
        errors.append(refusals.TRANSFER_DELETED.text)
    elif any(half.reconciled for half in halves):
        errors.append(refusals.TRANSFER_RECONCILED.text)
    elif (reason := locked_for_edit(visit.organisation, kept.date)) is not None:
        errors.append(reason)
    else:
        kept.status = "DELETED"
        events.record(visit, kept.transfer_id, "Deleted")
        for half in halves:
            half.status = "DELETED"
            half.updated = visit.now
        journalise.bank_transfer(visit.organisation, kept)
        visit.applied.append(kept.transfer_id)
    return exchange.Outcome(body_of(visit.organisation, kept), errors)


def _list(visit: Visit) -> Handled:
    deleted = query.flag(visit, "includeDeleted")
    known = visit.organisation.bank_transfers.values()
    rows = [one for one in known if deleted or one.status != "DELETED"]
    listing = query.listing(visit, rows, FIELDS, pages=False)
    bodies = [body_of(visit.organisation, one) for one in listing.rows]
    return exchange.answer(visit, BankTransfers=bodies)


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
    ends = zip(("From", "To"), (kept.from_account, kept.to_account), kept.tracking, strict=True)
    for end, account_id, tracking in ends:
        account = organisation.accounts.get(account_id)
        if account is not None:
            body[f"{end}BankAccount"] = account_body(account)
        body[f"{end}Tracking"] = show_tracking(organisation, tracking)
    return body


FIELDS: query.Fields[BankTransfer] = {
    "BankTransferID": lambda _, one: one.transfer_id,
    "Amount": lambda _, one: query.amount(one.amount),
    "Date": lambda _, one: date_of(one.date),
    "Reference": lambda _, one: one.reference or None,
    "Status": lambda _, one: one.status,
    "CreatedDateUTC": lambda _, one: moment_of(one.created),
    "FromBankAccount.AccountID": lambda _, one: one.from_account,
    "ToBankAccount.AccountID": lambda _, one: one.to_account,
}
