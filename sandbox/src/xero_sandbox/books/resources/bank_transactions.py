"""Money spent and received (facts: Xero API section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import documents, exchange, journalise, parties, query, refusals
from xero_sandbox.books.arithmetic import CENTS, MILLIONTHS, scaled, totals
from xero_sandbox.books.incoming import BankTransactionIn
from xero_sandbox.books.lines import Rules, read_lines, show_line
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import BankTransaction, Document
from xero_sandbox.books.resources import history
from xero_sandbox.books.resources.payments import account_body
from xero_sandbox.books.values import (
    ZERO_ID,
    currency_rate,
    date_of,
    day,
    day_string,
    moment,
    moment_of,
    money,
    read_day,
)

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.incoming import AccountIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

PLAIN = ("RECEIVE", "SPEND")
OVERPAYMENTS = ("RECEIVE-OVERPAYMENT", "SPEND-OVERPAYMENT")
PREPAYMENTS = ("RECEIVE-PREPAYMENT", "SPEND-PREPAYMENT")
KINDS = PLAIN + OVERPAYMENTS + PREPAYMENTS
_LONGEST = 255


@dataclass(slots=True)
class Trial:
    """A bank transaction on trial: not in the books until it is kept."""

    kept: BankTransaction
    incoming: BankTransactionIn
    party: parties.Party | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def handle(visit: Visit) -> Handled:
    """Answer a call on /BankTransactions."""
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            return _list(visit)
        case "GET", (named,):
            found = _find(visit.organisation, named)
            return exchange.answer(visit, BankTransactions=[body_of(visit, found)])
        case (("PUT" | "POST"), ()):
            sent = exchange.read(visit, "bank_transactions", BankTransactionIn)
            outcomes = [_apply(visit, one) for one in sent]
            return exchange.batch(visit, "BankTransactions", outcomes, None)
        case "POST", (named,):
            found = _find(visit.organisation, named)
            incoming = exchange.read(visit, "bank_transactions", BankTransactionIn)[0]
            outcome = _change(visit, incoming, found)
            return exchange.single(visit, "BankTransactions", outcome, None)
        case _, (named, "History"):
            return history.handle(visit, _find(visit.organisation, named).transaction_id)
        case _:
            raise exchange.not_implemented()


def _find(organisation: Organisation, named: str) -> BankTransaction:
    found = organisation.bank_transactions.get(named.lower())
    if found is None:
        raise exchange.not_found()
    return found


def bank_account(organisation: Organisation, named: AccountIn | None) -> Account | None:
    """Return the active bank account that a request names by id or code, or None."""
    if named is None:
        return None
    if named.account_id:
        found = organisation.accounts.get(named.account_id.lower())
    else:
        found = organisation.account_by_code(named.code or "")
    if found is None or found.kind != "BANK" or found.status != "ACTIVE":
        return None
    return found


def _apply(visit: Visit, incoming: BankTransactionIn) -> Outcome:
    named = incoming.bank_transaction_id
    if visit.call.method == "POST" and named and named != ZERO_ID:
        found = visit.organisation.bank_transactions.get(named.lower())
        if found is None:
            body: Body = {"BankTransactionID": named}
            return exchange.Outcome(body, [refusals.NOT_FOUND_HERE.text])
        return _change(visit, incoming, found)
    return _create(visit, incoming)


def _create(visit: Visit, incoming: BankTransactionIn) -> Outcome:
    organisation = visit.organisation
    kept = BankTransaction(
        ZERO_ID,
        incoming.type if incoming.type in KINDS else "",
        "AUTHORISED",
        None,
        "",
        visit.today,
        [],
        organisation.currency,
        updated=visit.now,
    )
    trial = Trial(kept, incoming)
    if not kept.kind:
        trial.errors.append(refusals.TYPE_NOT_VALID.say(incoming.type))
    if incoming.status not in {None, "AUTHORISED"}:
        trial.errors.append(refusals.STATUS_NOT_VALID.say(incoming.status))
    trial.party = parties.resolve(visit, incoming.contact, trial.errors)
    account = bank_account(organisation, incoming.bank_account)
    if account is None:
        trial.errors.append(refusals.BANK_ACCOUNT_NEEDED.text)
    else:
        kept.account_id = account.account_id
        kept.currency = account.currency or organisation.currency
    _read(visit, trial, None)
    return _settle(visit, trial, None)


def _change(visit: Visit, incoming: BankTransactionIn, before: BankTransaction) -> Outcome:
    if before.reconciled:
        return exchange.Outcome(body_of(visit, before), [refusals.RECONCILED.text])
    if before.status != "AUTHORISED" or before.kind not in PLAIN:
        return exchange.Outcome(body_of(visit, before), [refusals.NOT_MODIFIABLE.text])
    kept = msgspec.structs.replace(before, updated=visit.now, lines=list(before.lines))
    trial = Trial(kept, incoming)
    if incoming.type not in {None, before.kind}:
        trial.errors.append(refusals.BANK_TYPE_FIXED.text)
    if incoming.status not in {None, "AUTHORISED", "DELETED"}:
        trial.errors.append(refusals.STATUS_NOT_VALID.say(incoming.status))
    elif incoming.status is not None:
        kept.status = incoming.status
    if (reason := locked_for_edit(visit.organisation, before.date)) is not None:
        trial.errors.append(reason)
    if kept.status != "DELETED":
        _read_change(visit, trial, before)
    return _settle(visit, trial, before)


def _read_change(visit: Visit, trial: Trial, before: BankTransaction) -> None:
    incoming, kept = trial.incoming, trial.kept
    if incoming.contact is not None:
        trial.party = parties.resolve(visit, incoming.contact, trial.errors)
    if incoming.bank_account is not None:
        account = bank_account(visit.organisation, incoming.bank_account)
        if account is None:
            trial.errors.append(refusals.BANK_ACCOUNT_NEEDED.text)
        else:
            kept.account_id = account.account_id
            kept.currency = account.currency or visit.organisation.currency
    _read(visit, trial, before)


def _read(visit: Visit, trial: Trial, before: BankTransaction | None) -> None:
    incoming, kept, errors = trial.incoming, trial.kept, trial.errors
    if trial.party is not None:
        kept.contact_id = trial.party.contact.contact_id
    if incoming.date is not None:
        date = read_day(incoming.date)
        if date is None:
            errors.append(refusals.NO_DATE.text)
        else:
            kept.date = date
    if (reason := locked(visit.organisation, kept.date)) is not None:
        errors.append(reason)
    if incoming.reference is not None and kept.kind in PLAIN:
        kept.reference = incoming.reference
        if len(kept.reference) > _LONGEST:
            errors.append(refusals.TEXT_TOO_LONG.say("Reference", _LONGEST))
    if incoming.url is not None:
        kept.url = incoming.url
        errors.extend(documents.check_url(incoming.url))
    if incoming.is_reconciled is not None:
        kept.reconciled = incoming.is_reconciled
    _read_rate(visit, trial)
    _read_lines(visit, trial, before)
    _check_totals(trial)


def _read_rate(visit: Visit, trial: Trial) -> None:
    """Read currency and rate; only an overpayment may choose its own (section 12)."""
    kept, sent = trial.kept, trial.incoming.currency_rate
    if kept.kind in OVERPAYMENTS:
        kept.currency = documents.read_currency(
            visit.organisation, trial.incoming.currency_code, kept.currency, trial.errors
        )
    if kept.currency == visit.organisation.currency:
        kept.rate = MILLIONTHS
    elif sent is not None:
        rate = scaled(sent, MILLIONTHS)
        if rate is None or rate <= 0:
            trial.errors.append(refusals.RATE_NOT_VALID.text)
        else:
            kept.rate = rate


def _read_lines(visit: Visit, trial: Trial, before: BankTransaction | None) -> None:
    incoming, kept = trial.incoming, trial.kept
    types = incoming.line_amount_types
    if types is not None and types not in documents.LINE_AMOUNT_TYPES:
        trial.errors.append(refusals.LINE_AMOUNT_TYPES_NOT_VALID.say(types))
    elif types is not None:
        kept.line_amount_types = types
    if kept.kind in OVERPAYMENTS:
        kept.line_amount_types = "NoTax"
    if incoming.line_items is not None or before is None:
        rules = Rules(
            kept.line_amount_types,
            complete=kept.kind not in OVERPAYMENTS,
            bank=True,
            discounts=False,
            errors=trial.errors,
            warnings=trial.warnings,
        )
        sent = incoming.line_items or []
        kept.lines = read_lines(visit, sent, before.lines if before else [], rules)
    if not kept.lines:
        trial.errors.append(refusals.NO_LINES.text)
    if kept.kind in OVERPAYMENTS:
        control = visit.organisation.system[journalise.CONTROL[kept.kind][0]]
        for line in kept.lines:
            line.account_id = control


def _check_totals(trial: Trial) -> None:
    kept = trial.kept
    kept.sub_total, kept.total_tax, kept.total = totals(
        sum(line.line_amount for line in kept.lines),
        sum(line.tax_amount for line in kept.lines),
        inclusive=kept.line_amount_types == "Inclusive",
    )
    if kept.total < 0:
        trial.errors.append(refusals.TOTAL_NEGATIVE.text)
    sent = trial.incoming.total
    if sent is not None and scaled(sent, CENTS) != kept.total:
        trial.errors.append(refusals.TOTAL_DIFFERS.text)


def _settle(visit: Visit, trial: Trial, before: BankTransaction | None) -> Outcome:
    kept = trial.kept
    if not trial.errors:
        if trial.party is not None and trial.party.changed:
            parties.keep(visit, trial.party.contact)
        if before is None:
            kept.transaction_id = visit.new_id()
        journalise.bank_transaction(visit.organisation, kept)
        visit.organisation.bank_transactions[kept.transaction_id] = kept
        visit.applied.append(kept.transaction_id)
        if before is None and kept.kind not in PLAIN:
            _open_credit(visit, kept)
    body = body_of(visit, kept)
    if "Contact" not in body:
        found = trial.party
        echoed = parties.echo(trial.incoming.contact)
        body["Contact"] = echoed if found is None else parties.brief(found.contact)
    return exchange.Outcome(body, trial.errors, trial.warnings)


def _open_credit(visit: Visit, kept: BankTransaction) -> None:
    """Open what can be allocated or refunded later; its ledger entry is the bank's."""
    organisation = visit.organisation
    posted = dict(organisation.ledger.entries[kept.entry].lines)
    base = -posted.get(kept.account_id, 0)
    credit = Document(
        visit.new_id(),
        kept.kind,
        "AUTHORISED",
        kept.contact_id or "",
        "",
        kept.date,
        kept.lines,
        kept.currency,
        line_amount_types=kept.line_amount_types,
        rate=kept.rate,
        sub_total=kept.sub_total,
        total_tax=kept.total_tax,
        total=kept.total,
        updated=visit.now,
        base_total=base,
        base_open=base,
        client_id=visit.call.client_id,
    )
    documents.settle_status(credit, kept.date)
    organisation.documents[credit.document_id] = credit
    kept.document_id = credit.document_id


def _list(visit: Visit) -> Handled:
    deleted = visit.call.query.get("includeDeleted", "").lower() == "true"
    known = visit.organisation.bank_transactions.values()
    asked = "Status" in visit.call.query.get("where", "")
    rows = [one for one in known if deleted or asked or one.status != "DELETED"]
    ids = query.wanted_ids(visit, "IDs")
    if ids is not None:
        rows = [one for one in known if one.transaction_id in ids]
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
