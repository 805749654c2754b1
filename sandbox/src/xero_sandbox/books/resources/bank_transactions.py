"""Bank transactions: money spent and received (facts: Xero API section 12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import cash, exchange, parties, query
from xero_sandbox.books.cash import OVERPAYMENTS, PLAIN
from xero_sandbox.books.incoming import BankTransactionIn
from xero_sandbox.books.lines import show_line
from xero_sandbox.books.resources import history
from xero_sandbox.books.resources.shown import account_body
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
    from collections.abc import Sequence

    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.records import BankTransaction
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

WRITTEN = exchange.Kind("bank_transactions", BankTransactionIn)


def handle(visit: Visit) -> Handled:
    """Answer a call on /BankTransactions."""
    known = visit.organisation.bank_transactions
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = exchange.found(known, named)
            return exchange.answer(visit, BankTransactions=[body_of(visit, found)])
        case (("PUT" | "POST"), ()):
            return exchange.each(visit, WRITTEN, _apply)
        case "POST", (named,):
            found = exchange.found(known, named)
            return exchange.first(
                visit, WRITTEN, lambda sent: _settle(visit, cash.edit(visit, sent, found))
            )
        case _, (named, "History"):
            return history.handle(visit, exchange.found(known, named).transaction_id)
        case _:
            raise exchange.not_implemented()


def _apply(visit: Visit, incoming: BankTransactionIn) -> Outcome:
    named = incoming.bank_transaction_id
    if visit.call.method != "POST" or not named or named == ZERO_ID:
        return _settle(visit, cash.new(visit, incoming))
    found = visit.organisation.bank_transactions.get(named.lower())
    if found is None:
        return exchange.unknown("BankTransactionID", named)
    return _settle(visit, cash.edit(visit, incoming, found))


def _settle(visit: Visit, trial: cash.Trial) -> Outcome:
    if not trial.errors:
        cash.keep(visit, trial)
    body = body_of(visit, trial.kept)
    if "Contact" not in body:
        found = trial.party
        echoed = parties.echo(trial.incoming.contact)
        body["Contact"] = echoed if found is None else parties.brief(found.contact)
    return exchange.Outcome(body, trial.errors, trial.warnings)


def _list(visit: Visit) -> Handled:
    rows: Sequence[BankTransaction] = list(visit.organisation.bank_transactions.values())
    if visit.call.query.get("IDs"):
        rows = query.chosen_ids(visit, rows, "IDs", lambda one: one.transaction_id)
    elif "Status" not in visit.call.query.get("where", ""):
        deleted = query.flag(visit, "includeDeleted")
        rows = [one for one in rows if deleted or one.status != "DELETED"]
    listing = query.listing(visit, rows, FIELDS)
    bodies = [body_of(visit, one, whole=listing.paged) for one in listing.rows]
    return exchange.answer(visit, **listing.block, BankTransactions=bodies)


def body_of(visit: Visit, kept: BankTransaction, *, whole: bool = True) -> Body:
    """Return a bank transaction as printed; ``whole`` with its lines."""
    organisation = visit.organisation
    body: Body = {
        "BankTransactionID": kept.transaction_id,
        "Status": kept.status,
        "IsReconciled": kept.reconciled,
        "DateString": day_string(kept.date),
        "Date": day(kept.date),
        "CurrencyCode": kept.currency,
        "CurrencyRate": currency_rate(kept.rate),
        "LineAmountTypes": kept.line_amount_types,
        "SubTotal": money(kept.sub_total),
        "TotalTax": money(kept.total_tax),
        "Total": money(kept.total),
        "UpdatedDateUTC": moment(kept.updated),
        "HasAttachments": False,
        "LineItems": [],
    }
    if kept.kind:
        body["Type"] = kept.kind
    if kept.kind in PLAIN:
        body["Reference"] = kept.reference
    if kept.url is not None:
        body["Url"] = kept.url
    if kept.document_id is not None:
        name = "OverpaymentID" if kept.kind in OVERPAYMENTS else "PrepaymentID"
        body[name] = kept.document_id
    account = organisation.accounts.get(kept.account_id)
    if account is not None:
        body["BankAccount"] = account_body(account)
    contact = organisation.contacts.get(kept.contact_id or "")
    if contact is not None:
        body["Contact"] = parties.brief(contact)
    if whole:
        four = visit.four_decimals
        body["LineItems"] = [
            show_line(organisation, line, four_decimals=four) for line in kept.lines
        ]
    return body


def _contact_name(visit: Visit, kept: BankTransaction) -> str | None:
    contact = visit.organisation.contacts.get(kept.contact_id or "")
    return None if contact is None else contact.name


FIELDS: query.Fields[BankTransaction] = {
    "BankTransactionID": lambda _, one: one.transaction_id,
    "Type": lambda _, one: one.kind,
    "Status": lambda _, one: one.status,
    "Reference": lambda _, one: one.reference or None,
    "Date": lambda _, one: date_of(one.date),
    "Total": lambda _, one: query.amount(one.total),
    "IsReconciled": lambda _, one: one.reconciled,
    "CurrencyCode": lambda _, one: one.currency,
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
    "Contact.ContactID": lambda _, one: one.contact_id,
    "Contact.Name": _contact_name,
    "BankAccount.AccountID": lambda _, one: one.account_id,
    "BankAccount.Code": lambda visit, one: visit.organisation.accounts[one.account_id].code,
}
