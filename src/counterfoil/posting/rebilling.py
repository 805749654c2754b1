"""Credit and re-bill: a bill that Xero lets nobody change is credited there and billed anew.

Where an invoice is paid, or lies behind a lock date, its later revision cannot be stated in place.
So a credit note of what Xero holds is made, applied to what is still owed on the old invoice, and
the bill goes to Xero again as it is now, under ``<number>-R<revision>``; what the credit has left
(the old invoice was paid) is applied to the new one. Clients' money stays where it lies.

A re-billing is a document of ours in the daybook, whose postings are these steps
(docs/posting-protocol.md, rule 10). The step that hands over moves the bill's own posting to a new
attempt, in one transaction and without a call; whatever names the bill meets the new invoice then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.documents import Key
from counterfoil.core.findings import error, note
from counterfoil.core.reader import read_json
from counterfoil.core.xero_documents import (
    AccountRef,
    Allocation,
    AmountsAre,
    CreditNote,
    LineItem,
    Symbol,
)
from counterfoil.posting.acting import later
from counterfoil.posting.plan import stage
from counterfoil.posting.rebills import (
    CREDITS,
    EARLIER,
    NEW,
    OLD,
    REBILLABLE,
    WAS,
    Rebill,
    body_of,
    name_of,
    read_rebill,
)
from counterfoil.posting.records import REBILL, Entry, Intent, Outcome, Summary
from counterfoil.posting.states import IN_XERO, UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from counterfoil.core.chart import Chart
    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Mapping
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.drift.shown import ShownLine
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Due, Posting, PostingKey
    from counterfoil.posting.target import Found

UNTAXED: Final = "NONE"
"""Xero's tax type of what bears no tax, in every country."""
ONE = 10_000


def rebill(
    document: Document, made: Posting, found: Found, number: str, not_before: dt.date | None
) -> Rebill | Finding:
    """Plan the re-billing of a bill whose object was read, or say why there is none.

    ``number`` is the old one's as the practice gives it in Xero, ``not_before`` the first day that
    is open there, None where every day is.
    """
    shown = found.shown
    if not isinstance(document, REBILLABLE) or shown is None or shown.type not in CREDITS:
        return _no_bill()
    totals, dated = found.link.totals, shown.date
    if totals is None or dated is None or totals.total <= 0:
        return _no_bill()
    owed = totals.total if shown.due is None else shown.due
    credit = CreditNote(
        CREDITS[shown.type],
        shown.contact_id,
        f"{number}-CR{document.revision}",
        f"Credits {found.link.number}" if shown.type == "ACCREC" else "",
        _open(dated, not_before),
        AmountsAre(shown.amounts_are or AmountsAre.EXCLUSIVE),
        tuple(map(_line, shown.lines)),
        totals,
        shown.currency or None,
        shown.rate,
    )
    return Rebill(
        document.key,
        made.key.attempt,
        document.revision,
        f"{document.number}-R{document.revision}",
        not_before,
        found.link,
        dated,
        owed,
        owed < totals.total,
        credit,
    )


def _line(line: ShownLine) -> LineItem:
    """Return a line of the credit: what Xero charged, tax and all, whatever it was computed of."""
    account = AccountRef(line.account.code) if line.account.code else line.account
    return LineItem(
        line.description,
        ONE,
        (line.amount or 0) * 100,
        account,
        line.tax_type or UNTAXED,
        line.tax,
        tuple(sorted(line.tracking)),
    )


def _open(date: dt.date, not_before: dt.date | None) -> dt.date:
    return date if not_before is None else max(date, not_before)


def _no_bill() -> Finding:
    return error(
        "not_rebillable",
        "Only what stands in Xero as an invoice above nil, a bill of the practice's or a "
        "supplier's, is credited and billed anew.",
        "Correct it by a document of its own in the practice system.",
        "revision",
    )


def entry_of(one: Rebill) -> Entry:
    """Return the re-billing as the daybook takes it; each step waits for those before it.

    It has all steps that there may be: how much of the credit goes where shows when it is sent.
    """
    body = body_of(one)
    fingerprint = hashlib.sha256(body).hexdigest()
    number = one.was.number
    summary = Summary(number, None)
    return Entry(one.key, 1, fingerprint, body, summary, "", (), tuple(_intents(one)), 0, 0)


def _intents(one: Rebill) -> Iterator[Intent]:
    own = Symbol(*one.key)
    yield Intent("", Act.CREATE, "CreditNotes", stage(REBILL, "CreditNotes"))
    yield Intent(OLD, Act.ALLOCATE, "Allocations", stage(REBILL, "Allocations"), (own,))
    yield Intent(WAS, Act.RELINK, "Invoices", stage(REBILL, "Invoices", Act.RELINK), (own,))
    needs = (own, Symbol(*one.of))
    last = stage(REBILL, "Allocations") + 1
    yield Intent(NEW, Act.ALLOCATE, "Allocations", last, needs)
    for revision in one.earlier:
        source = Symbol(*name_of(one.of, revision))
        part = f"{EARLIER}{revision}"
        yield Intent(part, Act.ALLOCATE, "Allocations", last, (*needs, source))


def as_rebilled(document: Document, one: Rebill, not_before: dt.date | None) -> Document:
    """Return a bill as it goes to Xero after a re-billing: its number, and a day that is open."""
    assert isinstance(document, REBILLABLE)
    days = [day for day in (document.date, one.not_before, not_before) if day is not None]
    due = None if document.due_date is None else max(document.due_date, *days)
    return replace(document, number=one.number, date=max(days), due_date=due)


def first_open_day(chart: Chart, mapping: Mapping) -> dt.date | None:
    """Return the first day that neither Xero's lock nor a tax return covers; None: every day."""
    closed = (chart.organisation.locked_to, mapping.settings.tax_filed_to)
    days = [day for day in closed if day is not None]
    return max(days) + dt.timedelta(days=1) if days else None


def as_if_open(document: Document, chart: Chart, mapping: Mapping) -> Document:
    """Return a bill under a day that is not locked, to tell what else keeps it from Xero.

    Whether a lock date bars its revision shows when its object is read, and then with the choices.
    """
    locked_to = chart.organisation.locked_to
    if not isinstance(document, REBILLABLE) or mapping.settings.lock_date != "hold":
        return document
    if locked_to is None or document.date > locked_to:
        return document
    opened = locked_to + dt.timedelta(days=1)
    due = None if document.due_date is None else max(document.due_date, opened)
    return replace(document, date=opened, due_date=due)


def is_open(one: Key, outbox: Outbox) -> bool:
    """Tell whether a re-billing has begun and its bill is still the old invoice."""
    return any(
        posting.key.part == WAS and posting.state not in {State.POSTED, State.WITHDRAWN}
        for posting in outbox.postings([one])
    )


def _revision(body: bytes) -> int:
    document = read_json(body).document
    return 0 if document is None else document.revision


def conversion_of(one: Rebill, not_before: dt.date | None, outbox: Outbox) -> Conversion:
    """Return what a re-billing makes in Xero, on a day that is open now.

    Nothing is credited that is not the bill's any more: it was taken back, or its tie was cut. What
    is applied where is ``rebill_credit``'s to say; here it is all of it.
    """
    own = Symbol(*one.key)
    if is_open(one.key, outbox) and not _stands(one, outbox):
        return Conversion((), (_nothing_to_credit(),))
    day = _open(one.credit.date, not_before)
    total, bill = one.credit.expected.total, Symbol(*one.of)
    to_old = Allocation(own, one.was.xero_id, total, day)
    to_new = Allocation(own, bill, total, day)
    planned = (
        Planned("", Act.CREATE, replace(one.credit, date=day), ()),
        Planned(OLD, Act.ALLOCATE, to_old, (own,)),
        Planned(NEW, Act.ALLOCATE, to_new, (own, bill)),
        *_from_earlier(one, bill, day),
    )
    return Conversion(planned, ())


def _from_earlier(one: Rebill, bill: Symbol, day: dt.date) -> Iterator[Planned]:
    """Apply to the new invoice what the bill's earlier credits have left, all of it as yet."""
    for revision in one.earlier:
        source = Symbol(*name_of(one.of, revision))
        element = Allocation(source, bill, one.credit.expected.total, day)
        needs = (Symbol(*one.key), bill, source)
        yield Planned(f"{EARLIER}{revision}", Act.ALLOCATE, element, needs)


def _stands(one: Rebill, outbox: Outbox) -> bool:
    """Tell whether the old invoice is still what the bill is in Xero."""
    return any(p.state in IN_XERO and _makes(p.key, one) for p in outbox.postings([one.of]))


def _makes(key: PostingKey, one: Rebill) -> bool:
    return (key.part, key.act, key.attempt) == ("", Act.CREATE, one.attempt)


def _nothing_to_credit() -> Finding:
    return error(
        "nothing_to_credit",
        "The invoice that was to be credited is not this bill's in Xero any more: it was taken "
        "back, or its tie was cut.",
        "Nothing to do, unless something of this stands in Xero already; then take it out there.",
    )


def hand_over(dues: Sequence[Due], caller: Caller) -> tuple[Outcome, ...]:
    """Let bills that are credited go to Xero anew; what Xero held of them stays tied to this.

    No call is made. What is under way of such a bill is waited for.
    """
    outcomes: list[Outcome] = []
    for due in dues:
        one = read_rebill(due.body)
        of = caller.outbox.postings([one.of])
        bodies = caller.outbox.bodies([one.of])
        arrived = any(_revision(body) >= one.revision for body in bodies.values())
        if not arrived or any(posting.state in UNDER_WAY for posting in of):
            outcomes.append(later(due.posting, caller))
            continue
        outcomes.append(Outcome(due.posting.key, State.POSTED, one.was))
        outcomes += _superseded(one, of)
    return tuple(outcomes)


def _superseded(one: Rebill, of: Collection[Posting]) -> Iterator[Outcome]:
    for posting in of:
        if posting.state is State.WITHDRAWN or posting.key.attempt != one.attempt:
            continue
        if _makes(posting.key, one):
            again = (Symbol(*one.key),)
            yield Outcome(posting.key, State.WITHDRAWN, findings=(_rebilled(one),), again=again)
        elif posting.key.act is Act.UPDATE:
            yield Outcome(posting.key, State.WITHDRAWN)


def _rebilled(one: Rebill) -> Finding:
    return note(
        "rebilled",
        f"In Xero the invoice {one.was.number} was credited by {one.credit.number}, and this was "
        f"billed anew as {one.number}.",
        path="revision",
    )
