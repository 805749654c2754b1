"""Money that others entered in Xero as an overpayment or prepayment before ours arrived.

A bank feed books a receipt of 150 on a bill of 100 as a payment and an overpayment; or all of it as
an overpayment, where the bill was not there yet. A payment is found by what it pays
(``paid_already``); prepaid money belongs to nothing but its contact. So before ours goes, what has
so been received on these days is read, with one call. What a receipt leaves over is taken
to be a single one of its amount that is nobody's and untouched. Where anything else of the same
contact stands on the same bank account, about that day, whatever its amount and whether it was
applied since, or of the very amount some days further off, it may be the same money, and a person
is asked before any of ours goes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.convert.invoices import contact
from counterfoil.core.documents import OpeningCredit, Receipt, SupplierPayment
from counterfoil.core.findings import error, note
from counterfoil.core.money import amount_text
from counterfoil.core.xero_documents import BankTransaction, DocumentType, Payment
from counterfoil.posting.acting import later
from counterfoil.posting.bodies import read_back
from counterfoil.posting.racing import NEAR, account_id
from counterfoil.posting.read_ahead import ReadAhead
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from counterfoil.core.chart import Chart
    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import AccountRef, Symbol
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Posting
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import LeftOver

    Wanted = Sequence[tuple[Posting, BankTransaction]]
    Payments = Sequence[tuple[Posting, Payment]]
    Prepaid = ReadAhead[LeftOver]

LEFT_OVER_THERE = "already_received_in_xero"
"""The code of the finding that asks a person about money that lies on a contact in Xero."""
FAR: Final = dt.timedelta(days=15)
"""How far the date of what has the very same amount may lie from ours, to be asked about."""
SETTLES = (Receipt.kind, SupplierPayment.kind)


class Money(NamedTuple):
    """Money of ours that is to go: whose, which way, where and when.

    ``contact`` is a ContactID, ``way`` is ``RECEIVE`` or ``SPEND``.
    """

    contact: str
    way: str
    account: AccountRef
    date: dt.date
    amount: int


def left_overs(elements: Iterable[tuple[Posting, object]]) -> Wanted:
    """Pick what keeps money beyond what was owed."""
    return [
        (posting, element)
        for posting, element in elements
        if isinstance(element, BankTransaction) and element.type.endswith("PAYMENT")
    ]


def payments(elements: Iterable[tuple[Posting, object]]) -> Payments:
    """Pick what settles bills with money from or to a bank."""
    return [
        (posting, element)
        for posting, element in elements
        if isinstance(element, Payment)
        and element.document_type is DocumentType.INVOICE
        and posting.key.kind in SETTLES
    ]


def prepaid(caller: Caller) -> Prepaid:
    """Return what reads what others have entered in Xero as prepaid."""

    def strange(ids: Collection[str]) -> set[str]:
        return set(ids) - caller.outbox.linked(ids).keys()

    return ReadAhead(
        caller,
        lambda first, last: caller.target.read_left_over(first, last, strange),
        lambda first: first.replace(day=1),
    )


class Unclaimed:
    """What stands in Xero as prepaid, about the days of some money, and is tied to nothing.

    What was taken once is offered no more.
    """

    def __init__(self, there: Sequence[LeftOver], outbox: Outbox, shelf: Shelf) -> None:
        """Leave out what has been tied meanwhile, and what stood there before the firm began."""
        self._chart = shelf.chart()
        linked = outbox.linked({one.link.xero_id for one in there}) if there else {}
        start = shelf.mapping().settings.start_date
        free = [one for one in there if one.link.xero_id not in linked and _since(start, one)]
        opened = _opened(outbox) if free else frozenset()
        self._free = {
            one.link.xero_id: one for one in free if (one.contact_id, one.total) not in opened
        }

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self._free)

    def near(self, money: Money) -> list[LeftOver]:
        """Return what may be this money: whose, which way, where and about when agree."""
        return [one for one in self._free.values() if _may_be(money, one, self._chart)]

    def take(self, one: LeftOver) -> None:
        """Offer it to nobody any more."""
        del self._free[one.link.xero_id]


def unclaimed(
    elements: Sequence[tuple[Posting, object]], there: Prepaid, outbox: Outbox, shelf: Shelf
) -> Unclaimed:
    """Read what others have entered about the days of these. Raises what ends a drain."""
    days = [one.date for _, one in left_overs(elements)]
    days += [one.date for _, one in payments(elements)]
    rows = there.between(min(days) - FAR, max(days) + FAR) if days else ()
    return Unclaimed(rows, outbox, shelf)


def _since(start: dt.date | None, one: LeftOver) -> bool:
    return start is None or one.date is None or one.date >= start


def _opened(outbox: Outbox) -> frozenset[tuple[str, int]]:
    """Return whose credit, and how much, the practice itself says stood in Xero at the start."""
    known = [read_back(body) for body in outbox.bodies_of(OpeningCredit.kind).values()]
    ids = outbox.ids({contact(one) for one in known}) if known else {}
    return frozenset(
        (ids[contact(one)], one.amount)
        for one in known
        if isinstance(one, OpeningCredit) and contact(one) in ids
    )


def noticed(wanted: Wanted, there: Unclaimed, caller: Caller, about: str) -> Iterator[Outcome]:
    """Yield what is taken as what ours leave over, put off or held; the others may go.

    ``about`` is what releases those that are held.
    """
    for posting, element in wanted if there else ():
        money = Money(
            str(element.contact),
            element.type.partition("-")[0],
            element.bank_account,
            element.date,
            element.expected.total,
        )
        near = there.near(money)
        if not near:
            continue
        told = _told(posting, element, near, caller, about)
        if told.link is not None:
            there.take(next(one for one in near if one.link.xero_id == told.link.xero_id))
        yield told


def _told(
    posting: Posting,
    element: BankTransaction,
    near: Sequence[LeftOver],
    caller: Caller,
    about: str,
) -> Outcome:
    if _in_doubt(posting, caller.outbox):
        return later(posting, caller)
    same = [one for one in near if one.total == element.expected.total]
    alone = len(same) == 1 and _within(NEAR, element.date, same[0])
    if alone and same[0].type == element.type and not same[0].used:
        link = replace(same[0].link, source="feed")
        return Outcome(posting.key, State.POSTED, link, (_taken(same[0]),))
    asked = _asked(element.expected.total, near, about, tie=bool(same))
    return Outcome(posting.key, State.HELD, findings=(asked,))


def beside(paying: Payments, there: Unclaimed, caller: Caller, about: str) -> Iterator[Outcome]:
    """Yield the payments that may be the same money, held or put off; the others may go."""
    if not paying or not there:
        return
    contacts = contacts_of({posting.key.document for posting, _ in paying}, caller.outbox)
    for posting, payment in paying:
        way = "RECEIVE" if posting.key.kind == Receipt.kind else "SPEND"
        whose = contacts.get(posting.key.document, "")
        money = Money(whose, way, payment.account, payment.date, payment.amount)
        near = there.near(money)
        if near and _in_doubt(posting, caller.outbox):
            yield later(posting, caller)
        elif near:
            asked = _asked(payment.amount, near, about, tie=False)
            yield Outcome(posting.key, State.HELD, findings=(asked,))


def contacts_of(keys: Iterable[Key], outbox: Outbox) -> dict[Key, str]:
    """Return the ContactIDs of whose account these documents stand on, where Xero has them."""
    whose: dict[Key, Symbol] = {
        key: contact(read_back(body)) for key, body in outbox.bodies(list(keys)).items()
    }
    ids = outbox.ids(set(whose.values()))
    return {key: ids[symbol] for key, symbol in whose.items() if symbol in ids}


def _may_be(money: Money, one: LeftOver, chart: Chart) -> bool:
    """Tell whether it may be the same money: of about the same day, or of one amount.

    Of about the same day the amount says nothing, for a part may have been entered otherwise.
    """
    near = FAR if one.total == money.amount else NEAR
    return (
        _within(near, money.date, one)
        and one.contact_id == money.contact
        and one.type.partition("-")[0] == money.way
        and account_id(one.account, chart) == account_id(money.account, chart)
    )


def _within(span: dt.timedelta, day: dt.date, one: LeftOver) -> bool:
    return one.date is not None and abs(one.date - day) <= span


def _in_doubt(posting: Posting, outbox: Outbox) -> bool:
    """Tell whether other money left over is under way: what stands there may be that."""
    under_way = {key for kind in SETTLES for key in outbox.standing_in(UNDER_WAY, kind)}
    return any(
        one.resource == "BankTransactions" and one.state in UNDER_WAY and one.key != posting.key
        for one in (outbox.postings(under_way) if under_way else ())
    )


def _taken(one: LeftOver) -> Finding:
    return note(
        "left_over_found_in_xero",
        f"Xero held this money already, dated {one.date}: it was entered there before ours "
        "arrived, by the bank feed or by hand, and is taken as this.",
        path="amount",
    )


def _asked(amount: int, near: Sequence[LeftOver], about: str, *, tie: bool) -> Finding:
    """Name what stands there and the choices; only what is of the same sort can be tied."""
    listed = ", ".join(_described(one) for one in near)
    same = (
        "If one of these is this money and of the same amount, tie it: counterfoil relink, with "
        "its id. If this money was entered there otherwise"
        if tie
        else "If this money was entered there so"
    )
    return error(
        LEFT_OVER_THERE,
        f"Somebody, or the bank feed, has entered in Xero for the same contact: {listed}. This "
        f"{amount_text(amount)} may be the same money, or part of it, so it was not sent.",
        f"Look at it in Xero. {same}, take it off what it was applied to and remove it there: ours "
        "goes by itself at the next post, and the bank statement's line is matched with that. If "
        "it is other money, record that in the practice system as well: it is then tied to that, "
        "or tied by counterfoil relink, and this goes on by itself.",
        "amount",
        about,
    )


def _described(one: LeftOver) -> str:
    kind = "overpayment" if one.type.endswith("OVERPAYMENT") else "prepayment"
    used = ", which was applied or refunded there" if one.used else ""
    return f"an {kind}".replace("an p", "a p") + (
        f" of {amount_text(one.total)} of {one.date} ({one.bank_transaction_id}{used})"
    )
