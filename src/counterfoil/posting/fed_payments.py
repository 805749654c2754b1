"""Payments of others on any bill of a client, beside money of ours that names no bill.

A bank feed may have paid a bill with the very money that the practice holds as received and not
yet applied. Nothing on that bill is ours to send, so ``paid_already`` does not look there. Before
money beyond what was owed goes, the payments of these days are read, with one call; where one of
the same amount, on a bill of the same contact, is tied to nothing, a person is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import error
from counterfoil.core.money import amount_text
from counterfoil.posting.acting import later
from counterfoil.posting.left_over_there import SETTLES
from counterfoil.posting.racing import NEAR
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import UNDER_WAY, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import BankTransaction
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Posting
    from counterfoil.posting.target import FedPayment

FED_ELSEWHERE = "already_applied_in_xero"
"""The code of the finding that asks a person about a payment on another bill of the client."""


def asked(
    wanted: Sequence[tuple[Posting, BankTransaction]],
    caller: Caller,
    start: dt.date | None,
    about: str,
) -> Iterator[Outcome]:
    """Yield what may be the same money as somebody's payment, held; the others may go.

    ``start`` is the day on which the firm began to post; ``about`` is what releases those held.
    """
    if not wanted:
        return
    days = [element.date for _, element in wanted]
    first, last = min(days) - NEAR, max(days) + NEAR
    amounts = {element.expected.total for _, element in wanted}
    there = caller.read(
        caller.target.read_fed(
            max(first, start) if start else first,
            last,
            amounts,
            lambda ids: set(ids) - caller.outbox.linked(ids).keys(),
        )
    )
    for posting, element in wanted:
        near = [one for one in there if _may_be(element, one)]
        if near and _in_doubt(caller.outbox):
            yield later(posting, caller)
        elif near:
            found = _asked(element.expected.total, near, about)
            yield Outcome(posting.key, State.HELD, findings=(found,))


def _may_be(element: BankTransaction, one: FedPayment) -> bool:
    receives = element.type.startswith("RECEIVE")
    return (
        one.contact_id == str(element.contact)
        and one.receives == receives
        and one.amount == element.expected.total
        and one.date is not None
        and abs(one.date - element.date) <= NEAR
    )


def _in_doubt(outbox: Outbox) -> bool:
    """Tell whether payments of ours are under way: what stands there may be one of those."""
    under_way = {key for kind in SETTLES for key in outbox.standing_in(UNDER_WAY, kind)}
    return any(
        one.resource == "Payments" and one.state in UNDER_WAY
        for one in (outbox.postings(under_way) if under_way else ())
    )


def _asked(amount: int, near: Sequence[FedPayment], about: str) -> Finding:
    listed = ", ".join(f"of {one.date} on {one.number} ({one.xero_id})" for one in near)
    return error(
        FED_ELSEWHERE,
        f"Somebody, or the bank feed, has entered in Xero for the same contact a payment of "
        f"{amount_text(amount)}: {listed}. This {amount_text(amount)}, which is applied to no "
        "bill, may be the same money, so it was not sent.",
        "Look at it in Xero. If it is this money, send a revision that applies it to that bill: "
        "the payment is then taken as this; or remove the payment there, and ours takes its place. "
        "If it is other money, record that in the practice system as well. This one then goes on "
        "by itself at the next post.",
        "amount",
        about,
    )
