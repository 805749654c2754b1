"""What we read from an organisation, as generators: each call is made, and paid for, by the caller.

They yield ``Call`` values, receive ``Answer`` values of status 200 or else raise
``UnreadableAnswer``, and return what was read. ``posting.caller.Caller.read`` drives them, so that
every read takes a slot of the shared limits (architecture.md, rule 7).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from counterfoil.posting.readback import InXero
from counterfoil.posting.target import Answer, Call, UnreadableAnswer
from counterfoil.xero import decode
from counterfoil.xero.decode import ShownPage
from counterfoil.xero.routes import read_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.core.chart import Account, Chart, Organisation
    from counterfoil.posting.drift.shown import Shown
    from counterfoil.xero.decode import ContactRow, ElementResult, TrialBalanceRow

T = TypeVar("T")

PAGE_SIZE = 1000
UNPAGED = frozenset({"BankTransfers"})
"""Resources of which Xero gives the whole list at once (facts: Xero API section 4)."""
MOST_PAGES = 500
"""Pages of one sweep, at most: half a million objects."""
NOT_MODIFIED = 304

Reads = Generator[Call, Answer, T]


def chart(*, version: int = 1) -> Reads[Chart]:
    """Read the whole chart: five calls."""
    organisation = yield from body("/Organisation")
    accounts = yield from body("/Accounts")
    tax_rates = yield from body("/TaxRates")
    tracking = yield from body("/TrackingCategories", ("includeArchived", "true"))
    currencies = yield from body("/Currencies")
    return believed(
        lambda: decode.read_chart(
            accounts=accounts,
            tax_rates=tax_rates,
            organisation=organisation,
            tracking=tracking,
            currencies=currencies,
            version=version,
        )
    )


def organisation() -> Reads[Organisation]:
    """Read the organisation: the cheap probe, which Xero does not count as egress."""
    answer = yield from body("/Organisation")
    return believed(lambda: decode.read_organisation(answer))


def actions() -> Reads[dict[str, bool]]:
    """Read what the connected user may do."""
    answer = yield from body("/Organisation/Actions")
    return believed(lambda: decode.read_actions(answer))


def trial_balance(date: dt.date) -> Reads[tuple[TrialBalanceRow, ...]]:
    """Read the trial balance at the end of a day."""
    answer = yield from body("/Reports/TrialBalance", ("date", date.isoformat()))
    return believed(lambda: decode.read_trial_balance(answer))


def contacts(since: dt.datetime | None = None) -> Reads[tuple[ContactRow, ...]]:
    """Read all contacts, archived ones too, or those changed since."""
    call = Call("GET", "/Contacts", (("includeArchived", "true"),), modified_since=since)
    found: dict[str, ContactRow] = {}
    sweep = _Sweep(call)
    while not sweep.done:
        answer = yield sweep.call
        page = _page(answer, decode.read_contacts)
        rows = page.contacts if page else ()
        found.update((row.contact_id, row) for row in rows)
        sweep.advance(len(rows), [row.updated for row in rows if row.updated])
    return tuple(found.values())


def contact(contact_id: str) -> Reads[ContactRow | None]:
    """Read one contact by its id, archived and merged ones too; None if it is not there."""
    answer = yield Call("GET", f"/Contacts/{contact_id}")
    if answer.status == 404:  # noqa: PLR2004 -- HTTP's own
        return None
    page = _page(answer, decode.read_contacts)
    return page.contacts[0] if page and page.contacts else None


def unusable_contacts() -> Reads[tuple[ContactRow, ...]]:
    """Read the contacts that nothing can be posted to: archived ones, and those merged away."""
    query = (("includeArchived", "true"), ("where", 'ContactStatus!="ACTIVE"'))
    found: dict[str, ContactRow] = {}
    for page in range(1, MOST_PAGES + 1):
        paged = (("page", str(page)), ("pageSize", str(PAGE_SIZE)))
        answer = yield Call("GET", "/Contacts", (*query, *paged))
        got = _page(answer, decode.read_contacts)
        rows = got.contacts if got else ()
        found.update((row.contact_id, row) for row in rows)
        if len(rows) < PAGE_SIZE:
            break
    return tuple(found.values())


def held(resources: Iterable[str]) -> Reads[dict[str, InXero]]:
    """Read everything that Xero holds of these resources, by id.

    Allocations are read from the credits that they belong to, and prepaid money goes by the id that
    payments and allocations know it by.
    """
    found: dict[str, InXero] = {}
    for resource in resources:
        for row in (yield from changed(resource, None)):
            found.update((one.xero_id, one) for one in _held(resource, row))
    return found


def _held(resource: str, row: ElementResult) -> Iterator[InXero]:
    name = row.number or row.reference
    total = row.totals.total if row.totals else row.amount
    yield InXero(row.prepaid_id or row.xero_id, resource, name, row.status, total)
    for one in row.allocations:
        status = "DELETED" if one.deleted else "AUTHORISED"
        yield InXero(one.xero_id, "Allocations", name, status, one.amount)


def accounts() -> Reads[tuple[Account, ...]]:
    """Read the accounts alone: one call."""
    answer = yield from body("/Accounts")
    return believed(lambda: decode.read_accounts(answer))


def shown(
    resource: str, page: int = 1, *, since: dt.datetime | None = None, deleted: bool = False
) -> Reads[ShownPage]:
    """Read one page of what was changed since, or of all; fewer than ``PAGE_SIZE`` is the last.

    Bank transfers come whole and with the deleted ones, because nothing tells when one was deleted.
    Bank transactions that were deleted are listed only when they are asked for.
    """
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    if resource in UNPAGED:
        call = Call("GET", f"/{resource}", (*query, ("includeDeleted", "true")))
    else:
        if deleted:
            query = (*query, ("where", 'Status=="DELETED"'))
        paged = (("page", str(page)), ("pageSize", str(PAGE_SIZE)))
        call = Call("GET", f"/{resource}", (*query, *paged), modified_since=since)
    answer = yield call
    return _page(answer, lambda body: decode.read_shown(resource, body)) or ShownPage()


def shown_one(resource: str, xero_id: str) -> Reads[ShownPage]:
    """Read one object by its id; no rows when Xero does not know it."""
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    answer = yield Call("GET", f"/{resource}/{xero_id}", query)
    if answer.status == 404:  # noqa: PLR2004 -- HTTP's own
        return ShownPage()
    return _page(answer, lambda body: decode.read_shown(resource, body)) or ShownPage()


def shown_numbered(resource: str, number: str) -> Reads[ShownPage]:
    """Read the invoices, or the credit note, with a number; nothing else in Xero has numbers."""
    if resource != "Invoices" or "," in number:
        return (yield from shown_one(resource, quote(number, safe="")))
    paged = (("InvoiceNumbers", number), ("page", "1"), ("pageSize", str(PAGE_SIZE)))
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    answer = yield Call("GET", f"/{resource}", (*query, *paged))
    return _page(answer, lambda body: decode.read_shown(resource, body)) or ShownPage()


def changed(resource: str, since: dt.datetime | None) -> Reads[tuple[ElementResult, ...]]:
    """Read all objects of a resource that were changed since, or all, with their lines."""
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    if resource == "Contacts":
        query = (("includeArchived", "true"),)
    call = Call("GET", f"/{resource}", query, modified_since=since)
    if resource in UNPAGED:
        return _objects(resource, (yield call))
    sweep = _Sweep(call)
    found: dict[str, ElementResult] = {}
    while not sweep.done:
        answer = yield sweep.call
        rows = (
            _page(answer, lambda body: decode.read_elements(resource, body, with_lines=True)) or ()
        )
        found.update((row.xero_id, row) for row in rows)
        sweep.advance(len(rows), [row.updated for row in rows if row.updated])
    return tuple(found.values())


def where(resource: str, filtered: str) -> Reads[tuple[ElementResult, ...]]:
    """Read what of a resource passes a filter, page by page."""
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    found: dict[str, ElementResult] = {}
    for page in range(1, MOST_PAGES + 1):
        paged = (("where", filtered), ("page", str(page)), ("pageSize", str(PAGE_SIZE)))
        answer = yield Call("GET", f"/{resource}", (*query, *paged))
        rows = _objects(resource, answer)
        found.update((row.xero_id, row) for row in rows)
        if len(rows) < PAGE_SIZE:
            break
    return tuple(found.values())


def invoices(numbers: tuple[str, ...]) -> Reads[tuple[ElementResult, ...]]:
    """Read the invoices that have one of these numbers, none of which may hold a comma."""
    return _invoices("InvoiceNumbers", numbers)


def invoices_by_id(ids: Sequence[str]) -> Reads[tuple[ElementResult, ...]]:
    """Read the invoices with these ids."""
    return _invoices("IDs", ids)


def _invoices(named_by: str, names: Sequence[str]) -> Reads[tuple[ElementResult, ...]]:
    query = (
        *((name, str(value)) for name, value in read_query("Invoices").items()),
        (named_by, ",".join(names)),
        ("page", "1"),
        ("pageSize", str(PAGE_SIZE)),
    )
    answer = yield Call("GET", "/Invoices", query)
    return _objects("Invoices", answer)


def credit(resource: str, credit_id: str) -> Reads[ElementResult | None]:
    """Read a credit note, overpayment or prepayment with its allocations; None if it is not there.

    ``resource`` is ``CreditNotes``, ``Overpayments`` or ``Prepayments``.
    """
    return (yield from one(resource, credit_id))


def one(resource: str, xero_id: str) -> Reads[ElementResult | None]:
    """Read one object by its id, with its lines; None if it is not there."""
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    answer = yield Call("GET", f"/{resource}/{xero_id}", query)
    if answer.status == 404:  # noqa: PLR2004 -- HTTP's own
        return None
    rows = _objects(resource, answer)
    return rows[0] if rows else None


def one_and_shown(resource: str, xero_id: str) -> Reads[tuple[ElementResult | None, Shown | None]]:
    """Read one object by its id, in one call, as acts look at it and as drift compares it."""
    query = tuple((name, str(value)) for name, value in read_query(resource).items())
    answer = yield Call("GET", f"/{resource}/{xero_id}", query)
    if answer.status == 404:  # noqa: PLR2004 -- HTTP's own
        return None, None
    rows = _objects(resource, answer)
    page = _page(answer, lambda body: decode.read_shown(resource, body))
    shown = page.rows[0] if page is not None and page.rows else None
    return (rows[0] if rows else None), shown


def body(path: str, *query: tuple[str, str]) -> Reads[bytes]:
    """Read one body; a read is never answered 304 without having asked for it."""
    answer = yield Call("GET", path, query)
    if answer.status != 200:  # noqa: PLR2004 -- HTTP's own
        raise unreadable(answer)
    return answer.body


def believed(decoded: Callable[[], T]) -> T:
    """Return what a decoder makes of a body; ``UnreadableAnswer`` if it cannot be believed."""
    try:
        return decoded()
    except decode.Unreadable as error:
        raise UnreadableAnswer(str(error)) from error


def unreadable(answer: Answer) -> UnreadableAnswer:
    """Return the error for a read that was refused, in Xero's words."""
    said = "; ".join(decode.problem(answer).messages)
    return UnreadableAnswer(f"Xero answered {answer.status}: {said}")


class _Sweep:
    """Pages through what was changed since a time, without skipping what changes meanwhile.

    Xero lists by time of change. Counting pages over a list that moves would skip rows, so after a
    full page the sweep begins anew from the last time it saw, and counts pages only within one
    second (facts: Xero API section 4).
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._page = 1
        self._pages = 0
        self.done = False

    @property
    def call(self) -> Call:
        """The next call."""
        page = (("page", str(self._page)), ("pageSize", str(PAGE_SIZE)))
        return replace(self._call, query=(*self._call.query, *page))

    def advance(self, rows: int, times: list[dt.datetime]) -> None:
        """Take note of a page: how many rows it had, and when they were changed."""
        self._pages += 1
        if rows < PAGE_SIZE:
            self.done = True
            return
        if self._pages >= MOST_PAGES:
            raise UnreadableAnswer(f"{self._call.path} has no end after {MOST_PAGES} pages")
        latest = max(times, default=None)
        since = None if latest is None else latest.replace(microsecond=0)
        before = self._call.modified_since
        if since is not None and (before is None or since > before):
            self._call = replace(self._call, modified_since=since)
            self._page = 1
        else:
            self._page += 1


def _objects(resource: str, answer: Answer) -> tuple[ElementResult, ...]:
    """Return a page of objects with their lines; none for 304."""
    return _page(answer, lambda body: decode.read_elements(resource, body, with_lines=True)) or ()


def _page(answer: Answer, read: Callable[[bytes], T]) -> T | None:
    """Return a page as it was read; None for 304, which says that nothing was changed."""
    if answer.status == NOT_MODIFIED:
        return None
    if answer.status != 200:  # noqa: PLR2004 -- HTTP's own
        raise unreadable(answer)
    return believed(lambda: read(answer.body))
