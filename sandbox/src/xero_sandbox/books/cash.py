"""Money spent and received: how a request becomes a bank transaction (facts: section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import documents, events, heads, journalise, parties, refusals
from xero_sandbox.books.lines import Rules, read_lines
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import BankTransaction, Document
from xero_sandbox.books.values import ZERO_ID

if TYPE_CHECKING:
    from xero_sandbox.books.incoming import AccountIn, BankTransactionIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit

PLAIN = ("RECEIVE", "SPEND")
OVERPAYMENTS = ("RECEIVE-OVERPAYMENT", "SPEND-OVERPAYMENT")
PREPAYMENTS = ("RECEIVE-PREPAYMENT", "SPEND-PREPAYMENT")
KINDS = PLAIN + OVERPAYMENTS + PREPAYMENTS


@dataclass(slots=True)
class Trial:
    """A bank transaction on trial: not in the books until it is kept."""

    kept: BankTransaction
    incoming: BankTransactionIn
    party: parties.Party | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


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


def new(visit: Visit, incoming: BankTransactionIn) -> Trial:
    """Return the transaction that ``incoming`` asks for, with all that Xero would refuse."""
    kept = BankTransaction(
        ZERO_ID,
        incoming.type if incoming.type in KINDS else "",
        "AUTHORISED",
        None,
        "",
        visit.today,
        [],
        visit.organisation.currency,
        updated=visit.now,
    )
    trial = Trial(kept, incoming)
    if not kept.kind:
        trial.errors.append(refusals.TYPE_NOT_VALID.say(incoming.type))
    if incoming.status not in {None, "AUTHORISED"}:
        trial.errors.append(refusals.STATUS_NOT_VALID.say(incoming.status))
    trial.party = parties.resolve(visit, incoming.contact, trial.errors)
    _read_account(visit, trial)
    _read(visit, trial, None)
    return trial


def edit(visit: Visit, incoming: BankTransactionIn, before: BankTransaction) -> Trial:
    """Return an existing transaction as ``incoming`` changes or deletes it."""
    kept = msgspec.structs.replace(before, updated=visit.now, lines=list(before.lines))
    trial = Trial(kept, incoming)
    if before.reconciled:
        trial.errors.append(refusals.RECONCILED.text)
    elif before.status != "AUTHORISED" or before.kind not in PLAIN:
        trial.errors.append(refusals.NOT_MODIFIABLE.text)
    if trial.errors:
        return trial
    if incoming.type not in {None, before.kind}:
        trial.errors.append(refusals.BANK_TYPE_FIXED.text)
    if incoming.status not in {None, "AUTHORISED", "DELETED"}:
        trial.errors.append(refusals.STATUS_NOT_VALID.say(incoming.status))
    kept.status = "DELETED" if incoming.status == "DELETED" else kept.status
    if (reason := locked_for_edit(visit.organisation, before.date)) is not None:
        trial.errors.append(reason)
    if kept.status != "DELETED":
        _edit_head(visit, trial)
        _read(visit, trial, before)
    return trial


def _edit_head(visit: Visit, trial: Trial) -> None:
    if parties.named(trial.incoming.contact):
        trial.party = parties.resolve(visit, trial.incoming.contact, trial.errors)
    if trial.incoming.bank_account is not None:
        _read_account(visit, trial)


def _read_account(visit: Visit, trial: Trial) -> None:
    account = bank_account(visit.organisation, trial.incoming.bank_account)
    if account is None:
        trial.errors.append(refusals.BANK_ACCOUNT_NEEDED.text)
    else:
        trial.kept.account_id = account.account_id
        trial.kept.currency = account.currency or visit.organisation.currency


def _read(visit: Visit, trial: Trial, before: BankTransaction | None) -> None:
    incoming, kept, errors = trial.incoming, trial.kept, trial.errors
    organisation = visit.organisation
    if trial.party is not None:
        kept.contact_id = trial.party.contact.contact_id
    kept.date = heads.day_of(incoming.date, kept.date, errors)
    if (reason := locked(organisation, kept.date)) is not None:
        errors.append(reason)
    if kept.kind in PLAIN:
        kept.reference = heads.text_of("Reference", incoming.reference, kept.reference, errors)
    kept.url = heads.url_of(incoming.url, kept.url, errors)
    if incoming.is_reconciled is not None:
        kept.reconciled = incoming.is_reconciled
    # Only an overpayment may choose its currency (section 12).
    if kept.kind in OVERPAYMENTS:
        kept.currency = heads.currency_of(
            organisation, incoming.currency_code, kept.currency, errors
        )
    sent = incoming.currency_rate
    kept.rate = heads.rate_of(organisation, kept.currency, sent, kept.rate, errors)
    _read_lines(visit, trial, before)
    kept.sub_total, kept.total_tax, kept.total = heads.sums(kept.lines, kept.line_amount_types)
    heads.check_total(kept.total, incoming.total, errors)


def _read_lines(visit: Visit, trial: Trial, before: BankTransaction | None) -> None:
    incoming, kept = trial.incoming, trial.kept
    kept.line_amount_types = heads.line_amount_types(
        incoming.line_amount_types, kept.line_amount_types, trial.errors
    )
    overpaid = kept.kind in OVERPAYMENTS
    if overpaid:
        kept.line_amount_types = "NoTax"
    if before is None or incoming.line_items:
        rules = Rules(
            kept.line_amount_types,
            complete=not overpaid,
            bank=True,
            discounts=False,
            errors=trial.errors,
            warnings=trial.warnings,
        )
        known = before.lines if before is not None else []
        kept.lines = read_lines(visit, incoming.line_items or [], known, rules)
    if not kept.lines:
        trial.errors.append(refusals.NO_LINES.text)
    if overpaid:
        control = visit.organisation.system[journalise.CONTROL[kept.kind][0]]
        for line in kept.lines:
            line.account_id = control


def keep(visit: Visit, trial: Trial) -> None:
    """Put a transaction that nothing is wrong with into the books and journalise it."""
    kept = trial.kept
    fresh = kept.transaction_id == ZERO_ID
    if trial.party is not None and trial.party.changed:
        parties.keep(visit, trial.party.contact)
    if fresh:
        kept.transaction_id = visit.new_id()
    journalise.bank_transaction(visit.organisation, kept)
    if fresh:
        # The money has moved already, so there is nothing to approve.
        events.record(visit, kept.transaction_id, "Created")
    else:
        events.kept(visit, kept.transaction_id, "AUTHORISED", kept.status)
    visit.organisation.bank_transactions[kept.transaction_id] = kept
    visit.applied.append(kept.transaction_id)
    if fresh and kept.kind not in PLAIN:
        _open_credit(visit, kept)


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
    events.record(visit, credit.document_id, "Created")
    kept.document_id = credit.document_id
