"""Manual journals (facts: Xero API section 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from xero_sandbox.books import events, exchange, heads, journalise, query, refusals
from xero_sandbox.books.arithmetic import CENTS, LARGEST_LINE, scaled, tax_on
from xero_sandbox.books.incoming import ManualJournalIn
from xero_sandbox.books.lines import check_tax_type, show_tracking
from xero_sandbox.books.locks import locked, locked_for_edit
from xero_sandbox.books.records import JournalLine, ManualJournal
from xero_sandbox.books.resources import history
from xero_sandbox.books.tracking import options_of
from xero_sandbox.books.values import (
    ZERO_ID,
    date_of,
    day,
    day_string,
    moment,
    moment_of,
    money,
    money_text,
)

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body, Outcome
    from xero_sandbox.books.incoming import JournalLineIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account
    from xero_sandbox.books.visit import Visit
    from xero_sandbox.wire import Handled

MOVES = {
    "DRAFT": {"DRAFT", "POSTED", "DELETED"},
    "POSTED": {"POSTED", "VOIDED"},
    "DELETED": set[str](),
    "VOIDED": set[str](),
}
_BARRED = frozenset({"DEBTORS", "CREDITORS", "RETAINEDEARNINGS"})
_FEWEST = 2
WRITTEN = exchange.Kind("manual_journals", ManualJournalIn)


def handle(visit: Visit) -> Handled:
    """Answer a call on /ManualJournals."""
    organisation = visit.organisation
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            listing = query.listing(visit, list(organisation.journals.values()), FIELDS)
            bodies = [body_of(organisation, one, whole=listing.paged) for one in listing.rows]
            return exchange.answer(visit, **listing.block, ManualJournals=bodies)
        case "GET", (named,):
            shown = body_of(organisation, exchange.found(organisation.journals, named))
            return exchange.answer(visit, ManualJournals=[shown])
        case (("PUT" | "POST"), ()):
            return exchange.each(visit, WRITTEN, _apply)
        case "POST", (named,):
            before = exchange.found(organisation.journals, named)
            return exchange.first(visit, WRITTEN, lambda sent: _change(visit, sent, before))
        case _, (named, "History"):
            return history.handle(visit, exchange.found(organisation.journals, named).journal_id)
        case _:
            raise exchange.not_implemented()


def _apply(visit: Visit, incoming: ManualJournalIn) -> Outcome:
    named = incoming.manual_journal_id
    if visit.call.method == "POST" and named and named != ZERO_ID:
        found = visit.organisation.journals.get(named.lower())
        if found is None:
            return exchange.unknown("ManualJournalID", named)
        return _change(visit, incoming, found)
    kept = ManualJournal(ZERO_ID, "", "DRAFT", visit.today, [], updated=visit.now)
    errors: list[str] = []
    if incoming.status not in {None, "DRAFT", "POSTED"}:
        errors.append(refusals.STATUS_NOT_VALID.say(incoming.status))
    elif incoming.status is not None:
        kept.status = incoming.status
    return _settle(visit, kept, incoming, errors)


def _change(visit: Visit, incoming: ManualJournalIn, before: ManualJournal) -> Outcome:
    status = incoming.status or before.status
    if status not in MOVES[before.status]:
        shown = body_of(visit.organisation, before)
        return exchange.Outcome(shown, [refusals.JOURNAL_STATUS.text])
    errors: list[str] = []
    if before.status == "POSTED":
        reason = locked_for_edit(visit.organisation, before.date)
        errors.extend([] if reason is None else [reason])
    kept = msgspec.structs.replace(before, status=status, updated=visit.now)
    return _settle(visit, kept, incoming, errors)


def _settle(
    visit: Visit, kept: ManualJournal, incoming: ManualJournalIn, errors: list[str]
) -> Outcome:
    _read_head(visit, kept, incoming, errors)
    if incoming.journal_lines is not None:
        kept.lines = [_line(visit, kept, one, errors) for one in incoming.journal_lines]
    if kept.status in {"DRAFT", "POSTED"}:
        _check_lines(kept, errors)
    if not errors:
        if kept.journal_id == ZERO_ID:
            kept.journal_id = visit.new_id()
        journalise.manual_journal(visit.organisation, kept)
        before = visit.organisation.journals.get(kept.journal_id)
        was = None if before is None else before.status
        events.kept(visit, kept.journal_id, was, kept.status)
        visit.organisation.journals[kept.journal_id] = kept
        visit.applied.append(kept.journal_id)
    return exchange.Outcome(body_of(visit.organisation, kept), errors)


def _read_head(
    visit: Visit, kept: ManualJournal, incoming: ManualJournalIn, errors: list[str]
) -> None:
    if incoming.narration is not None:
        kept.narration = incoming.narration
    if not kept.narration:
        errors.append(refusals.JOURNAL_NARRATION.text)
    kept.date = heads.day_of(incoming.date, kept.date, errors)
    reason = locked(visit.organisation, kept.date)
    if kept.status == "POSTED" and reason is not None:
        errors.append(reason)
    kept.line_amount_types = heads.line_amount_types(
        incoming.line_amount_types, kept.line_amount_types, errors
    )
    kept.url = heads.url_of(incoming.url, kept.url, errors)
    if incoming.show_on_cash_basis_reports is not None:
        kept.cash_basis = incoming.show_on_cash_basis_reports


def _check_lines(kept: ManualJournal, errors: list[str]) -> None:
    if len(kept.lines) < _FEWEST:
        errors.append(refusals.JOURNAL_LINES.text)
    sums = [line.net + line.tax_amount for line in kept.lines]
    if sum(sums):
        debits = money_text(sum(one for one in sums if one > 0))
        credits_ = money_text(sum(one for one in sums if one < 0))
        errors.append(refusals.JOURNAL_UNBALANCED.say(debits, credits_))


def _line(
    visit: Visit, kept: ManualJournal, incoming: JournalLineIn, errors: list[str]
) -> JournalLine:
    organisation = visit.organisation
    account = _account(organisation, incoming, errors)
    amount = 0 if incoming.line_amount is None else scaled(incoming.line_amount, CENTS)
    if amount is None or abs(amount) > LARGEST_LINE:
        errors.append(refusals.LINE_TOO_BIG.text)
        amount = 0
    line = JournalLine(
        account.account_id if account is not None else "",
        amount,
        amount,
        0,
        "NONE",
        incoming.description or "",
    )
    if incoming.tracking:
        line.tracking = options_of(organisation, incoming.tracking, errors)
    if kept.line_amount_types != "NoTax":
        line.tax_type = incoming.tax_type or (account.tax_type if account else "")
        _tax(organisation, line, account, errors, inclusive=kept.line_amount_types == "Inclusive")
    return line


def _tax(
    organisation: Organisation,
    line: JournalLine,
    account: Account | None,
    errors: list[str],
    *,
    inclusive: bool,
) -> None:
    if not line.tax_type:
        errors.append(refusals.NO_TAX_TYPE.text)
        return
    rate = check_tax_type(organisation, line.tax_type, account, errors)
    if rate is not None:
        line.tax_amount = tax_on(line.amount, rate.rate, inclusive=inclusive)
    if inclusive:
        line.net = line.amount - line.tax_amount


def _account(
    organisation: Organisation, incoming: JournalLineIn, errors: list[str]
) -> Account | None:
    code = incoming.account_code or incoming.account_id
    if not code:
        errors.append(refusals.NO_ACCOUNT.text)
        return None
    if incoming.account_code:
        found = organisation.account_by_code(code)
    else:
        found = organisation.accounts.get(code.lower())
    barred = found is None or found.kind in {"BANK", "INVENTORY"} or found.system in _BARRED
    if found is None or barred:
        errors.append(refusals.ACCOUNT_NOT_VALID_HERE.say(code))
        return None
    if found.status != "ACTIVE":
        errors.append(refusals.ACCOUNT_ARCHIVED.say(code))
        return None
    return found


def body_of(organisation: Organisation, kept: ManualJournal, *, whole: bool = True) -> Body:
    """Return a manual journal as printed; ``whole`` with its lines."""
    body: Body = {
        "ManualJournalID": kept.journal_id,
        "Narration": kept.narration,
        "Status": kept.status,
        "LineAmountTypes": kept.line_amount_types,
        "DateString": day_string(kept.date),
        "Date": day(kept.date),
        "ShowOnCashBasisReports": kept.cash_basis,
        "HasAttachments": False,
        "UpdatedDateUTC": moment(kept.updated),
        "JournalLines": [],
    }
    if kept.url is not None:
        body["Url"] = kept.url
    if whole:
        body["JournalLines"] = [_line_body(organisation, line) for line in kept.lines]
    return body


def _line_body(organisation: Organisation, line: JournalLine) -> Body:
    shown: Body = {
        "LineAmount": money(line.amount),
        "TaxAmount": money(line.tax_amount),
        "TaxType": line.tax_type,
        "Description": line.description,
        "Tracking": show_tracking(organisation, line.tracking),
        "IsBlank": False,
    }
    account = organisation.accounts.get(line.account_id)
    if account is not None:
        shown["AccountID"] = account.account_id
        if account.code:
            shown["AccountCode"] = account.code
    return shown


FIELDS: query.Fields[ManualJournal] = {
    "ManualJournalID": lambda _, one: one.journal_id,
    "Narration": lambda _, one: one.narration,
    "Status": lambda _, one: one.status,
    "Date": lambda _, one: date_of(one.date),
    "UpdatedDateUTC": lambda _, one: moment_of(one.updated),
}
