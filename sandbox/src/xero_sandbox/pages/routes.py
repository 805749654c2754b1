"""Which page answers to which address, and which object to which id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from xero_sandbox.books.resources.reports import REPORTS
from xero_sandbox.books.values import is_guid
from xero_sandbox.pages import calls, documents, entries, guesses, home, lists, money, overview
from xero_sandbox.pages import report as reports
from xero_sandbox.pages.frame import HOME, base, page
from xero_sandbox.pages.markup import tag
from xero_sandbox.wire import Answer, Request, empty_answer

if TYPE_CHECKING:
    from datetime import datetime

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account, Allocation
    from xero_sandbox.sandbox import Sandbox

Query = Mapping[str, str]
Kept = TypeVar("Kept")

_READS = frozenset({"GET", "HEAD"})
_XERO = {
    "/accountsreceivable/view.aspx": "invoiceid",
    "/accountsreceivable/edit.aspx": "invoiceid",
    "/accountsreceivable/viewcreditnote.aspx": "creditnoteid",
    "/accountspayable/view.aspx": "invoiceid",
    "/accountspayable/edit.aspx": "invoiceid",
    "/accountspayable/viewcreditnote.aspx": "creditnoteid",
    "/bank/viewtransaction.aspx": "banktransactionid",
    "/journal/view.aspx": "invoiceid",
    "/contacts/view.aspx": "contactid",
}
"""Where Xero itself shows an object, and the parameter that names it."""


def find(request: Request) -> Answer | None:
    """Return the way from one of Xero's own addresses of an object to its page here, or None.

    It says nothing about whether there is such an object: the page does, on loopback only.
    """
    name = _XERO.get(request.path.lower())
    if name is None or request.method not in _READS:
        return None
    asked = {key.lower(): text for key, text in request.query.items()}
    named = asked.get(name, "").lower()
    target = f"{HOME}find/{named}" if is_guid(named) else HOME
    return empty_answer(HTTPStatus.FOUND, {"Location": target})


def show(sandbox: Sandbox, request: Request, at: datetime) -> Answer | None:
    """Return the page at a control address, or None where there is none; ``at`` is our time."""
    if request.method not in _READS:
        return None
    match request.path.removeprefix(HOME).strip("/").split("/"):
        case ["look", tenant_id, *rest]:
            return _look(sandbox, tenant_id, rest, request.query, at)
        case ["calls", number]:
            return _call(sandbox, number)
        case ["find", object_id]:
            return _found(sandbox, object_id.lower())
        case [name] if name in _ALONE:
            return _ALONE[name](sandbox, request.query)
        case _:
            return None


_ALONE: dict[str, Callable[[Sandbox, Query], Answer]] = {
    "": lambda sandbox, _: home.home(sandbox),
    "calls": calls.calls,
    "unverified": lambda _sandbox, _query: guesses.guesses(),
}
_SECTIONS: dict[str, Callable[[Organisation, Query, datetime], Answer]] = {
    "": overview.overview,
    "chart": lambda organisation, _, __: lists.chart(organisation),
    "contacts": lambda organisation, query, _: lists.contacts(organisation, query),
    "documents": lambda organisation, query, _: documents.documents(organisation, query),
    "bank": lambda organisation, query, _: money.bank(organisation, query),
    "journals": lambda organisation, query, _: money.journals(organisation, query),
    "ledger": lambda organisation, query, _: entries.ledger(organisation, query),
    "reports": reports.report,
}


def _call(sandbox: Sandbox, number: str) -> Answer:
    for one in sandbox.state.log.rows:
        if str(one.seq) == number:
            return calls.call(sandbox, one)
    return _missing("There is no such request, or it is too long ago.")


def _look(sandbox: Sandbox, tenant_id: str, rest: list[str], query: Query, at: datetime) -> Answer:
    organisation = sandbox.state.organisations.get(tenant_id.lower())
    if organisation is None:
        return _missing("There is no such organisation.")
    match rest or [""]:
        case ["reports", name] if name in REPORTS:
            return reports.report(organisation, query, at, name)
        case ["object", object_id]:
            return _object(organisation, object_id.lower(), query)
        case [name] if name in _SECTIONS:
            return _SECTIONS[name](organisation, query, at)
        case _:
            return _missing("There is no such page.")


def _object(organisation: Organisation, object_id: str, query: Query) -> Answer:
    for show_if_here in _OBJECTS:
        shown = show_if_here(organisation, object_id, query)
        if shown is not None:
            return shown
    return _missing("This organisation has no object with that id.")


_Shown = Callable[["Organisation", str, Query], "Answer | None"]


def _of(
    kept: Callable[[Organisation], dict[str, Kept]],
    draw: Callable[[Organisation, Kept, Query], Answer],
) -> _Shown:
    """Return what draws an object of one kind, if the id is of that kind."""

    def shown(organisation: Organisation, object_id: str, query: Query) -> Answer | None:
        found = kept(organisation).get(object_id)
        return None if found is None else draw(organisation, found, query)

    return shown


def _credit(organisation: Organisation, made: Allocation, query: Query) -> Answer:
    del query
    return documents.document(organisation, organisation.documents[made.credit_id])


def _account(organisation: Organisation, account: Account, query: Query) -> Answer:
    return entries.ledger(organisation, {**query, "account": account.account_id})


_OBJECTS: tuple[_Shown, ...] = (
    _of(lambda one: one.documents, lambda one, found, _: documents.document(one, found)),
    _of(lambda one: one.payments, lambda one, found, _: money.payment(one, found)),
    _of(lambda one: one.batches, lambda one, found, _: money.batch(one, found)),
    _of(lambda one: one.bank_transactions, lambda one, found, _: money.transaction(one, found)),
    _of(lambda one: one.bank_transfers, lambda one, found, _: money.transfer(one, found)),
    _of(lambda one: one.journals, lambda one, found, _: money.journal(one, found)),
    _of(lambda one: one.contacts, lists.contact),
    _of(lambda one: one.allocations, _credit),
    _of(lambda one: one.accounts, _account),
)


def _found(sandbox: Sandbox, object_id: str) -> Answer:
    for one in sandbox.state.organisations.values():
        if _object(one, object_id, {}).status == HTTPStatus.OK:
            target = f"{base(one)}/object/{object_id}"
            return empty_answer(HTTPStatus.FOUND, {"Location": target})
    return _missing("No organisation here has an object with that id.")


def _missing(words: str) -> Answer:
    shown = page("Not here", tag("p", words, class_="empty"))
    return Answer(HTTPStatus.NOT_FOUND, shown.headers, shown.body)
