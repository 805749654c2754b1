"""Payments of others on another bill of a client than the one that our money is for, or on any.

Whoever works at the bank feed may have matched a client's money to the wrong bill, or to one that
the practice has not applied it to yet. On the bill that we pay nothing of it shows
(``paid_already``), and Xero would take both. So the payments of these days are read before ours
goes, some weeks and a thousand with one call and at most once a minute. Only where one agrees in
amount, day and account and is tied to nothing, one call more tells whose bill it is on. If that is
the same contact's a person is asked: it is never taken as ours, since the bill differs.

What a person has answered is kept with the document until a revision of it comes, and names the
payments that were asked about: one that comes later is asked about by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import Receipt
from counterfoil.core.findings import error, note
from counterfoil.core.money import amount_text
from counterfoil.posting import left_over_there
from counterfoil.posting.acting import later
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.intake import OTHER_MONEY
from counterfoil.posting.racing import NEAR, account_id
from counterfoil.posting.read_ahead import ReadAhead
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.chart import Chart
    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import AccountRef
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry, Posting
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import FedPayment, Whose

    Fed = ReadAhead[FedPayment]

FED_ELSEWHERE: Final = "already_applied_in_xero"
"""The code of the finding that asks a person about a payment on another bill of the client."""
THAT_PAYMENT: Final = "payment_on_another_bill"
"""The code of the findings beside it, one for each payment, which its ``about`` names."""
ABOUT: Final = "payment:"
A_WEEK: Final = dt.timedelta(days=7)
"""So much further back is read: many receipts a day are a page soon, and few come out of order."""
NAMED_MOST: Final = 20
"""Payments that one question names, at most: more of one amount and day nobody could tell apart."""


class Ours(NamedTuple):
    """Money of ours that is to go, and what it may stand there as.

    ``amounts`` are what it comes to: in its own currency, at the bank, and together with the other
    payments of its document, for a line of the bank's statement is the whole receipt. ``on`` is the
    id of the invoice that it is for; empty: it names none, and then any account will do.
    """

    posting: Posting
    date: dt.date
    amount: int
    amounts: frozenset[int]
    receives: bool
    account: AccountRef | None
    on: str


def reading(caller: Caller) -> Fed:
    """Return what reads the payments of some weeks."""
    return ReadAhead(caller, caller.target.read_fed, lambda first: first - A_WEEK)


def ours(left_over: left_over_there.Wanted, paying: left_over_there.Payments) -> Iterator[Ours]:
    """Yield what these are as money: what names no bill, and payments of bills."""
    for posting, element in left_over:
        total, receives = element.expected.total, element.type.startswith("RECEIVE")
        yield Ours(posting, element.date, total, frozenset({total}), receives, None, "")
    together: Counter[Key] = Counter()
    for posting, payment in paying:
        together[posting.key.document] += payment.bank_amount or payment.amount
    for posting, payment in paying:
        amounts = {payment.amount, payment.bank_amount or payment.amount}
        yield Ours(
            posting,
            payment.date,
            payment.amount,
            frozenset(amounts | {together[posting.key.document]}),
            posting.key.kind == Receipt.kind,
            payment.account,
            str(payment.document),
        )


def asked(
    wanted: Sequence[Ours],
    taken: Collection[str],
    fed: Fed,
    caller: Caller,
    shelf: Shelf,
    about: str,
) -> Iterator[Outcome]:
    """Yield what may be the same money as somebody's payment, held or put off; the others may go.

    ``taken`` are payments that were found to be others of ours just now; ``about`` is what releases
    those held. Raises what ends a drain.
    """
    if not wanted:
        return
    days = [one.date for one in wanted]
    start = shelf.mapping().settings.start_date
    rows = [
        one
        for one in fed.between(min(days) - NEAR, max(days) + NEAR)
        if one.xero_id not in taken and (start is None or one.date is None or one.date >= start)
    ]
    alike = candidates(wanted, rows, shelf.chart())
    alike = _nobodys(alike, caller.outbox) if alike else alike
    if not alike:
        return
    whose = caller.read(caller.target.read_whose(sorted({p.on for _, of in alike for p in of})))
    keys = {one.posting.key.document for one, _ in alike}
    contacts = left_over_there.contacts_of(keys, caller.outbox)
    said = caller.outbox.findings(sorted(keys))
    doubt = _in_doubt(caller.outbox)
    for one, of in alike:
        key = one.posting.key.document
        near = unanswered(_of_contact(of, whose, contacts.get(key)), said.get(key, ()))
        if near and doubt:
            yield later(one.posting, caller)
        elif near:
            yield Outcome(one.posting.key, State.HELD, findings=_asked(one, near, whose, about))


def candidates(
    wanted: Iterable[Ours], rows: Iterable[FedPayment], chart: Chart
) -> list[tuple[Ours, list[FedPayment]]]:
    """Return which money may be which payments, by amount, way, day and account alone."""
    by_amount: dict[int, list[FedPayment]] = defaultdict(list)
    for row in rows:
        for amount in {row.amount, row.amount if row.bank_amount is None else row.bank_amount}:
            by_amount[amount].append(row)
    found = []
    for one in wanted:
        there = {row.xero_id: row for amount in one.amounts for row in by_amount.get(amount, ())}
        of = [row for row in there.values() if _may_be(one, row, chart)]
        if of:
            found.append((one, sorted(of)))
    return found


def _may_be(one: Ours, row: FedPayment, chart: Chart) -> bool:
    if row.receives != one.receives or row.on == one.on:
        return False
    if row.date is None or abs(row.date - one.date) > NEAR:
        return False
    theirs = account_id(row.account, chart)
    return one.account is None or theirs in {None, account_id(one.account, chart)}


def unanswered(near: Iterable[FedPayment], said: Iterable[Finding]) -> list[FedPayment]:
    """Leave out payments of which a person has said that ours is other money."""
    other = {finding.about for finding in said if finding.code == OTHER_MONEY}
    return [one for one in near if f"{ABOUT}{one.xero_id}" not in other]


def is_other_money(
    keys: Collection[Key], outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime
) -> int:
    """Record that documents are other money than the payments they are held for; let them go on.

    Returns how many were held for such.
    """
    held = held_for(keys, outbox)

    def change(entry: Entry) -> Entry:
        return replace(entry, findings=(*entry.findings, *map(_answer, held[entry.key])))

    reconvert([*held], outbox, shelf, actor=actor, now=now, change=change)
    return len(held)


def held_for(keys: Collection[Key], outbox: Outbox) -> dict[Key, tuple[Finding, ...]]:
    """Return which of these are held for payments on other bills, with a finding for each."""
    said = outbox.findings(keys)
    named = {key: {f.about: f for f in said.get(key, ()) if f.code == THAT_PAYMENT} for key in keys}
    return {key: tuple(of.values()) for key, of in named.items() if of}


def _answer(named: Finding) -> Finding:
    message = f"Somebody has said that it is other money than this in Xero: {named.message}"
    return note(OTHER_MONEY, message, path=named.path, about=named.about)


def _nobodys(
    alike: Iterable[tuple[Ours, list[FedPayment]]], outbox: Outbox
) -> list[tuple[Ours, list[FedPayment]]]:
    """Leave out payments that are tied to a posting."""
    several = list(alike)
    linked = outbox.linked({row.xero_id for _, of in several for row in of})
    free = ((one, [row for row in of if row.xero_id not in linked]) for one, of in several)
    return [(one, of) for one, of in free if of]


def _of_contact(
    rows: Iterable[FedPayment], whose: Mapping[str, Whose], contact_id: str | None
) -> list[FedPayment]:
    """Pick those on invoices of this contact that stand there still, as it was read just now."""
    return [
        row
        for row in rows
        if row.on in whose
        and whose[row.on].contact_id == contact_id
        and row.xero_id in whose[row.on].payments
    ]


def _in_doubt(outbox: Outbox) -> bool:
    """Tell whether payments of ours are under way: what stands there may be one of those."""
    kinds = left_over_there.SETTLES
    under_way = {key for kind in kinds for key in outbox.standing_in(UNDER_WAY, kind)}
    return any(
        one.resource == "Payments" and one.state in UNDER_WAY
        for one in (outbox.postings(under_way) if under_way else ())
    )


def _asked(
    one: Ours, near: Sequence[FedPayment], whose: Mapping[str, Whose], about: str
) -> tuple[Finding, ...]:
    listed = [_described(row, whose[row.on]) for row in near[:NAMED_MOST]]
    bill = "another bill" if one.on else "a bill"
    applied = "for another bill" if one.on else "applied to no bill"
    asks = error(
        FED_ELSEWHERE,
        f"Somebody, or the bank feed, has entered in Xero on {bill} of the same contact: "
        f"{'; '.join(listed)}. This {amount_text(one.amount)}, which is {applied}, may be the same "
        "money, so it was not sent.",
        "Look at it in Xero. If it is this money, either remove the payment there: ours goes by "
        "itself at the next post, or at once by counterfoil retry DOCUMENT, and the bank "
        "statement's line is matched with it; or, if that bill is right, send a revision that "
        "applies it to that bill: the payment is then taken as this. If it is another receipt, "
        "have ours posted: counterfoil retry DOCUMENT --other-money; or record the other in the "
        "practice system as well: the payment is tied to that, and this one goes on by itself.",
        "amount",
        about,
    )
    named = (
        note(THAT_PAYMENT, f"{said}.", path="amount", about=f"{ABOUT}{row.xero_id}")
        for said, row in zip(listed, near, strict=False)
    )
    return (asks, *named)


def _described(row: FedPayment, on: Whose) -> str:
    matched = ", matched with the bank's statement" if row.matched else ""
    number = on.number or "a bill without a number"
    return f"{amount_text(row.amount)} of {row.date} on {number} ({row.xero_id}{matched})"
