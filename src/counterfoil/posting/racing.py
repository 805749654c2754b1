"""The race with the bank feed: what to do when a document was paid in Xero before we came.

Xero's feed, or whoever works there, may pay an invoice before the practice's receipt arrives; Xero
then refuses ours. The refusal plans a look (act ``relink``) beside the payment, and that decides. A
payment on the same document, of the same amount, on the same account and near in time, that is
tied to nothing of ours is taken as ours. Anything else a person is asked about. What Xero would
not refuse, because a part is still owed, is seen beforehand (``paid_already``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.findings import error, note
from counterfoil.core.money import amount_text
from counterfoil.core.xero_documents import Payment, Undone, resolve, symbols
from counterfoil.posting import retry
from counterfoil.posting.claim import convert_all
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.core.chart import Chart
    from counterfoil.core.conversion import Conversion
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import AccountRef, Element
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Due, Posting, PostingKey
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import PaidInXero, PaymentThere

NEAR: Final = dt.timedelta(days=5)
"""How far a payment's date in Xero may lie from the practice's: a feed books on the bank's day."""
ALREADY_PAID: Final = "already_paid_in_xero"
"""The code of the finding that asks a person about payments which stand in Xero, and its about."""


def look(dues: Sequence[Due], caller: Caller, shelf: Shelf) -> tuple[Outcome, ...]:
    """Look in Xero at what these refused payments were to pay, and say what follows of each.

    Raises what ends a drain; an answer that cannot be believed puts one look off.
    """
    conversions = convert_all(dues, caller.outbox, shelf)
    chart = shelf.chart()
    outcomes: list[Outcome] = []
    taken: dict[str, PostingKey] = {}  # By those before, of which nothing is stored yet.
    for due in dues:
        payment = payment_of(due.posting, conversions[due.posting.key.document], caller.outbox)
        try:
            looked = _looked(due.posting, payment, caller, _Known(chart, taken))
        except UnreadableAnswer:
            later = caller.clock.now() + retry.SECOND_LOOK_AFTER
            looked = (Outcome(due.posting.key, State.READY, due_at=later),)
        taken.update((one.link.xero_id, one.posting) for one in looked if one.link)
        outcomes += looked
    return tuple(outcomes)


class _Known(NamedTuple):
    """What a look is decided with: the chart, and what earlier looks of its batch took."""

    chart: Chart
    taken: Mapping[str, PostingKey]


def payment_of(posting: Posting, conversion: Conversion, outbox: Outbox) -> Payment | None:
    """Return what a posting would pay today; None where it can pay nothing any more."""
    element = element_of(posting.key.of(Act.CREATE), conversion, outbox)
    return element if isinstance(element, Payment) else None


def element_of(key: PostingKey, conversion: Conversion, outbox: Outbox) -> Element | None:
    """Return what a posting would make today; None where it can make nothing any more."""
    for planned in conversion.planned:
        element = planned.element
        same = (planned.part, planned.act) == (key.part, key.act)
        if same and not isinstance(element, Undone):
            ids = outbox.ids(symbols(element))
            known = all(symbol in ids for symbol in symbols(element))
            return resolve(element, ids) if known else None
    return None


def _looked(
    posting: Posting, payment: Payment | None, caller: Caller, known: _Known
) -> tuple[Outcome, ...]:
    done = Outcome(posting.key, State.WITHDRAWN)
    refused = posting.key.of(Act.CREATE)
    if payment is None:
        return (done,)
    stands = {one.key: one.state for one in caller.outbox.postings([refused.document])}
    if stands.get(refused) is not State.REFUSED:
        return (done,)  # A person has decided meanwhile.
    there = caller.read(caller.target.read_paid(payment))
    ids = {one.link.xero_id for one in there.payments}
    taken = {one: by for one, by in known.taken.items() if one in ids}
    told = decide(payment, there, caller.outbox.linked(ids) | taken, known.chart)
    if isinstance(told, tuple):
        return (done, Outcome(refused, State.HELD, findings=told))
    return (done, adopted(refused, told))


def decide(
    payment: Payment, there: PaidInXero, linked: Mapping[str, PostingKey], chart: Chart
) -> PaymentThere | tuple[Finding, ...]:
    """Choose the payment that is ours, or say what a person is to decide on."""
    free = [one for one in there.payments if one.link.xero_id not in linked]
    found = sure(payment, free, chart)
    if found is not None:
        return found
    return (_asked(payment, there, free, [linked[i] for i in linked]),)


def sure(payment: Payment, free: Collection[PaymentThere], chart: Chart) -> PaymentThere | None:
    """Return the one payment, of those of its amount that are nobody's, that is surely this one."""
    same = [one for one in free if _is_ours(payment, one, chart)]
    return same[0] if len(same) == 1 else None


def adopted(key: PostingKey, one: PaymentThere) -> Outcome:
    """Take a payment that stands in Xero as what a posting was to make."""
    return Outcome(key, State.POSTED, replace(one.link, source="feed"), (_adopted(one),))


def _is_ours(payment: Payment, one: PaymentThere, chart: Chart) -> bool:
    near = one.date is not None and abs(one.date - payment.date) <= NEAR
    # What a foreign payment came to at the bank is another sum, and must be the practice's too.
    at_bank = payment.bank_amount in {None, one.bank_amount} or one.bank_amount is None
    return near and at_bank and account_id(one.account, chart) == account_id(payment.account, chart)


def account_id(account: AccountRef, chart: Chart) -> str | None:
    """Return the id of an account that is known by its code or its id; else its code."""
    if account.account_id is not None:
        return account.account_id
    known = chart.by_code.get(account.code or "")
    return known.account_id if known else account.code


def _adopted(one: PaymentThere) -> Finding:
    return note(
        "payment_found_in_xero",
        f"Xero held this payment already, dated {one.date}: it was entered there before ours "
        "arrived, by the bank feed or by hand, and is taken as this one.",
        path="amount",
    )


def _asked(
    payment: Payment,
    there: PaidInXero,
    free: Collection[PaymentThere],
    ours: Collection[PostingKey],
) -> Finding:
    fix = (
        "Look at the document in Xero. If one of its payments is this one, tie it: counterfoil "
        "relink, with the payment's id. If it was paid there by mistake, remove that payment: this "
        "one then goes on by itself at the next post."
    )
    return error(ALREADY_PAID, _found(payment, there, free, ours), fix, "amount", ALREADY_PAID)


def _found(
    payment: Payment,
    there: PaidInXero,
    free: Collection[PaymentThere],
    ours: Collection[PostingKey],
) -> str:
    amount = amount_text(payment.amount)
    if there.ended:
        return f"{amount} was to be paid on a document that is {there.ended} in Xero."
    said = f"Xero owes less than {amount} on this document"
    if free:
        listed = ", ".join(f"{one.link.xero_id} of {one.date}" for one in free)
        return (
            f"{said}: payments of this amount stand there, none of them surely this one: {listed}."
        )
    if ours:
        return f"{said}: it was paid by {', '.join(str(key.document) for key in ours)}."
    return f"{said}, and no payment of this amount stands there: it was paid or credited otherwise."
