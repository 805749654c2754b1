"""Journals: the ledger itself, entry by entry, for apps of a tier that may read it (section 19).

The ledger keeps one amount per account and entry, with the tax on its own account. A journal
line's GrossAmount therefore equals its NetAmount here, TaxAmount is nil, and it has neither the
Description nor the TaxType of a document's line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from xero_sandbox.books import exchange, query
from xero_sandbox.books.values import day, moment, money
from xero_sandbox.refusals import insufficient_scope
from xero_sandbox.wire import Handled

if TYPE_CHECKING:
    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.ledger import Entry
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.visit import Visit

TIERS = frozenset({"advanced", "enterprise"})
SOURCE_TYPES = {
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
    "AROVERPAYMENTPAYMENT": "AROVERPAYMENT",
    "APOVERPAYMENTPAYMENT": "APOVERPAYMENT",
    "ARPREPAYMENTPAYMENT": "ARPREPAYMENT",
    "APPREPAYMENTPAYMENT": "APPREPAYMENT",
}
"""What the ledger calls a source, where Xero's list of source types has another word."""

_MOST = 100


# Not verified, see journals-tier.
def handle(visit: Visit) -> Handled:
    """Answer a call on /Journals, which apps below the Advanced tier cannot have a scope for."""
    organisation = visit.organisation
    if organisation.settings.tier not in TIERS:
        return Handled(insufficient_scope(visit.new_id()), ())
    match visit.call.method, visit.call.segments[1:]:
        case "GET", ():
            bodies = [body_of(organisation, one) for one in _page(visit)]
            return exchange.answer(visit, Journals=bodies)
        case "GET", (named,):
            found = body_of(organisation, _find(organisation, named))
            # One journal alone does not say where it came from.
            return exchange.answer(visit, Journals=[_without_source(found)])
        case _:
            raise exchange.not_implemented()


def _page(visit: Visit) -> list[Entry]:
    """Return up to a hundred journals after the number ``offset``."""
    text = visit.call.query.get("offset", "0")
    if not (text.isascii() and text.isdigit()):
        raise exchange.bad_query(f"The offset '{text[:20]}' is not a journal number")
    entries = visit.organisation.ledger.entries[int(text[:9]) :]
    payments = query.flag(visit, "paymentsOnly")
    found = (one for one in entries if one.lines and not (payments and one.accrual_only))
    return [one for one, _ in zip(found, range(_MOST), strict=False)]


def _find(organisation: Organisation, named: str) -> Entry:
    entries = organisation.ledger.entries
    if named.isascii() and named.isdigit():
        found = [one for one in entries if str(one.number) == named]
    else:
        wanted = named.lower()
        found = [one for one in entries if _journal_id(organisation, one) == wanted]
    if not found or not found[0].lines:
        raise exchange.not_found()
    return found[0]


def _journal_id(organisation: Organisation, entry: Entry, line: str = "") -> str:
    """Return an id that follows from the number, so that the ledger need not keep one."""
    return str(uuid5(UUID(organisation.organisation_id), f"{entry.number}{line}"))


def body_of(organisation: Organisation, entry: Entry) -> Body:
    """Return a ledger entry as a journal; debits are positive."""
    return {
        "JournalID": _journal_id(organisation, entry),
        "JournalDate": day(entry.date),
        "JournalNumber": entry.number,
        "CreatedDateUTC": moment(entry.made),
        "Reference": entry.reference,
        "SourceID": entry.source_id,
        "SourceType": SOURCE_TYPES.get(entry.source_type, entry.source_type),
        "JournalLines": [
            _line_body(organisation, entry, number) for number in range(len(entry.lines))
        ],
    }


# Not verified, see journal-lines.
def _line_body(organisation: Organisation, entry: Entry, number: int) -> Body:
    account_id, amount = entry.lines[number]
    account = organisation.accounts[account_id]
    return {
        "JournalLineID": _journal_id(organisation, entry, f"/{number}"),
        "AccountID": account_id,
        "AccountCode": account.code or "",
        "AccountType": account.kind,
        "AccountName": account.name,
        "Description": "",
        "NetAmount": money(amount),
        "GrossAmount": money(amount),
        "TaxAmount": money(0),
        "TrackingCategories": [],
    }


def _without_source(body: Body) -> Body:
    return {name: value for name, value in body.items() if not name.startswith("Source")}
