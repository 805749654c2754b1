"""Payments of others on an invoice, seen before ours goes to it.

A bank feed may have entered the same money first. Where that was the whole invoice Xero refuses
ours (``racing``); where it was a part, Xero would take both without a word. So the invoices that a
batch of payments is for are read first, a hundred with one call, save those that this drain has
made. A payment that nothing of ours is tied to is taken as ours when amount, day and account
agree; where it only may be the same money a person is asked, and what was asked goes on by itself
once nothing stands in its way any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import error
from counterfoil.core.money import amount_text
from counterfoil.core.xero_documents import DocumentType, Payment, Symbol
from counterfoil.posting import fed_payments, left_over_there, owed_there, racing
from counterfoil.posting.acting import later
from counterfoil.posting.claim import convert_all
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.racing import ALREADY_PAID, NEAR
from counterfoil.posting.records import Due, Outcome
from counterfoil.posting.states import UNDER_WAY, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Element
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.fed_payments import Fed
    from counterfoil.posting.left_over_there import Prepaid, Unclaimed
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.plan import Prepared
    from counterfoil.posting.records import Posting, PostingKey
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Settling

    Wanted = Sequence[tuple[Posting, Payment]]
    Elements = Sequence[tuple[Posting, Element]]


class Readings(NamedTuple):
    """What others have entered in Xero: prepaid money, and payments on invoices."""

    prepaid: Prepaid
    fed: Fed


def readings_of(caller: Caller) -> Readings:
    """Return what nothing was read of yet."""
    return Readings(left_over_there.prepaid(caller), fed_payments.reading(caller))


class _Case(NamedTuple):
    """A payment that is to be sent, what is owed on its invoice, and what others have paid there.

    ``strange`` are payments that nothing of ours is tied to.
    """

    posting: Posting
    payment: Payment
    due: int
    strange: tuple[Settling, ...]


def noticed(
    prepared: Sequence[Prepared],
    fresh: Collection[str],
    caller: Caller,
    shelf: Shelf,
    readings: Readings,
) -> tuple[Outcome, ...]:
    """Say of which of these something stands in Xero already, and what follows.

    Beside payments that is prepaid money (``left_over_there``), payments on other bills of the
    client (``fed_payments``), and credit that finds nothing owed any more (``owed_there``).
    ``fresh`` are the invoices that were made just now: of these nobody can have paid any yet,
    though money for them may lie on their contact. Raises what ends a drain.
    """
    elements = [(one.posting, one.element) for one in prepared]
    there = left_over_there.unclaimed(elements, readings.prepaid, caller.outbox, shelf)
    outcomes = [*_besides(elements, fresh, there, caller)]
    taken: dict[str, PostingKey] = {}  # By those before, of which nothing is stored yet.
    for case in _cases(_payments(elements, fresh), caller, shelf):
        told = _told(case, taken, caller, shelf)
        if told is not None:
            outcomes.append(told)
            taken.update({told.link.xero_id: told.posting} if told.link else {})
    outcomes += _fed(elements, outcomes, readings, caller, shelf)
    return (*outcomes, *_beside(elements, outcomes, there, caller))


def release(
    caller: Caller, shelf: Shelf, readings: Readings, *, actor: str, now: dt.datetime
) -> bool:
    """Let those go on about which a person was asked, where nothing stands in their way any more.

    Tells whether any does. Raises what ends a drain.
    """
    keys = caller.outbox.held_by({ALREADY_PAID})
    if not keys:
        return False  # There may be no mapping yet.
    elements = _held(keys, caller.outbox, shelf)
    there = left_over_there.unclaimed(elements, readings.prepaid, caller.outbox, shelf)
    outcomes = [*_besides(elements, (), there, caller)]
    stuck: set[Key] = set()
    free = {posting.key.document for posting, _ in _beside_payments(elements, ())}
    for case in _cases(_payments(elements, ()), caller, shelf):
        told = _told(case, {}, caller, shelf)
        outcomes += [told] if told is not None else []
        barred = case.due < case.payment.amount or (told is not None and told.link is None)
        (stuck if barred else free).add(case.posting.key.document)
    outcomes += _fed(elements, outcomes, readings, caller, shelf)
    stuck |= {told.posting.document for told in outcomes if told.state is not State.POSTED}
    stuck |= {told.posting.document for told in _beside(elements, outcomes, there, caller)}
    if free - stuck:
        reconvert(sorted(free - stuck), caller.outbox, shelf, actor=actor, now=now)
    return bool(free - stuck)


def _payments(elements: Elements, fresh: Collection[str]) -> Wanted:
    """Pick the payments on what others may have seen."""
    return [
        (posting, element)
        for posting, element in elements
        if isinstance(element, Payment) and element.document not in fresh
    ]


def _beside_payments(elements: Elements, fresh: Collection[str]) -> list[tuple[Posting, Element]]:
    return [
        *owed_there.allocations(elements, fresh),
        *left_over_there.left_overs(elements),
    ]


def _besides(
    elements: Elements, fresh: Collection[str], there: Unclaimed, caller: Caller
) -> Iterator[Outcome]:
    """Yield what is told of credit that is to be applied, and of money beyond what was owed."""
    yield from owed_there.short(owed_there.allocations(elements, fresh), caller, ALREADY_PAID)
    left_over = left_over_there.left_overs(elements)
    yield from left_over_there.noticed(left_over, there, caller, ALREADY_PAID)


def _beside(
    elements: Elements, told: Sequence[Outcome], there: Unclaimed, caller: Caller
) -> Iterator[Outcome]:
    """Yield what is told of payments beside prepaid money, where nothing was told of them yet."""
    done = {one.posting for one in told}
    paying = left_over_there.payments(elements)
    left = [(posting, payment) for posting, payment in paying if posting.key not in done]
    yield from left_over_there.beside(left, there, caller, ALREADY_PAID)


def _fed(
    elements: Elements,
    told: Sequence[Outcome],
    readings: Readings,
    caller: Caller,
    shelf: Shelf,
) -> list[Outcome]:
    """Tell of money that others may have put on another bill, where nothing was told of it yet."""
    done = {one.posting for one in told}
    left = [(posting, element) for posting, element in elements if posting.key not in done]
    wanted = fed_payments.ours(left_over_there.left_overs(left), left_over_there.payments(left))
    taken = {one.link.xero_id for one in told if one.link is not None}
    return [*fed_payments.asked([*wanted], taken, readings.fed, caller, shelf, ALREADY_PAID)]


def _held(keys: Collection[Key], outbox: Outbox, shelf: Shelf) -> Elements:
    """Return what of these documents is held, as it would be sent today."""
    bodies = outbox.bodies(keys)
    dues = [
        Due(one, bodies[one.key.document])
        for one in outbox.postings(keys)
        if one.state is State.HELD and one.key.act in {Act.CREATE, Act.ALLOCATE}
    ]
    conversions = convert_all(dues, outbox, shelf)
    elements = (
        (
            due.posting,
            racing.element_of(due.posting.key, conversions[due.posting.key.document], outbox),
        )
        for due in dues
    )
    return [(posting, element) for posting, element in elements if element is not None]


def _cases(wanted: Wanted, caller: Caller, shelf: Shelf) -> Iterator[_Case]:
    """Read the invoices of these payments, and what is on them; of other documents nothing."""
    ours = [one for one in wanted if one[1].document_type is DocumentType.INVOICE]
    invoices = list(dict.fromkeys(str(payment.document) for _, payment in ours))
    settled = caller.read(caller.target.read_settled(invoices)) if invoices else {}
    linked = caller.outbox.linked({one.xero_id for each in settled.values() for one in each.by})
    start = shelf.mapping().settings.start_date
    for posting, payment in ours:
        there = settled.get(str(payment.document))
        if there is not None:
            strange = (one for one in there.by if one.xero_id not in linked)
            yield _Case(posting, payment, there.due, tuple(_since(start, strange)))


def _since(start: dt.date | None, paid: Iterable[Settling]) -> Iterator[Settling]:
    """Leave out what is from before the firm began to post."""
    return (one for one in paid if start is None or one.date is None or one.date >= start)


def _told(
    case: _Case, taken: Mapping[str, PostingKey], caller: Caller, shelf: Shelf
) -> Outcome | None:
    """Take a payment that is there as this one, ask about it, or let this one go.

    While another of ours on the same invoice is in doubt it may be that one: then this one waits.
    """
    near = [one for one in case.strange if one.xero_id not in taken and _may_be(case.payment, one)]
    if not near:
        return None
    if _in_doubt(case, caller.outbox):
        return later(case.posting, caller)
    if any(one.amount == case.payment.amount for one in near):
        there = caller.read(caller.target.read_paid(case.payment))
        ids = {one.xero_id for one in near}
        free = [one for one in there.payments if one.link.xero_id in ids]
        found = racing.sure(case.payment, free, shelf.chart())
        if found is not None:
            return racing.adopted(case.posting.key, found)
    return Outcome(case.posting.key, State.HELD, findings=(_asked(case.payment, near),))


def _may_be(payment: Payment, one: Settling) -> bool:
    """Tell whether a payment may be the same money: of one amount, or of about the same day."""
    near = one.date is None or abs(one.date - payment.date) <= NEAR
    return near or one.amount == payment.amount


def _in_doubt(case: _Case, outbox: Outbox) -> bool:
    """Tell whether another payment of ours on the invoice is under way: it may be one of those."""
    invoice = str(case.payment.document)
    made = outbox.linked([invoice]).get(invoice)
    if made is None:
        return False
    symbol = Symbol(*made.document)
    by = {key.document for key in outbox.needing([symbol]).get(symbol, ())}
    others = (one for one in outbox.postings(by) if one.key != case.posting.key)
    return any(one.state in UNDER_WAY and one.resource == "Payments" for one in others)


def _asked(payment: Payment, near: Sequence[Settling]) -> Finding:
    listed = ", ".join(f"{_amount(one)} of {one.date} ({one.xero_id})" for one in near)
    return error(
        ALREADY_PAID,
        f"Somebody, or the bank feed, has entered in Xero on the same document: {listed}. This "
        f"payment of {amount_text(payment.amount)} may be the same money, so it was not sent.",
        "Look at the document in Xero. If that is this payment, and of the same amount, tie it: "
        "counterfoil relink, with its id. If it is one payment for several receipts, tie them "
        "together: counterfoil relink RECEIPT ID --with OTHER-RECEIPT. If it is one receipt that "
        "was entered in parts, let the practice have it in the same parts: each is taken as ours "
        "then. If it was entered there by mistake, remove it there. If it is other money, record "
        "that in the practice system as well. This one then goes on by itself at the next post.",
        "amount",
        ALREADY_PAID,
    )


def _amount(one: Settling) -> str:
    return "?" if one.amount is None else amount_text(one.amount)
