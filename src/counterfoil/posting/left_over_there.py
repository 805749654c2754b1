"""Money beyond what was owed that others entered in Xero before ours arrived.

A bank feed books a receipt of 150 on a bill of 100 as a payment and an overpayment. The payment is
found by what it pays (``paid_already``); the overpayment belongs to nothing but its contact. So
before ours goes, what that contact has so received on the same bank account, about that day, is
read: one call for a batch. A single one of the same amount that is nobody's, and untouched, is
taken as ours; where it only may be the same money a person is asked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Receipt, SupplierPayment
from counterfoil.core.findings import error, note
from counterfoil.core.money import amount_text
from counterfoil.core.xero_documents import BankTransaction
from counterfoil.posting.acting import later
from counterfoil.posting.racing import NEAR, account_id
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.chart import Chart
    from counterfoil.core.findings import Finding
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Posting
    from counterfoil.posting.target import LeftOver

    Wanted = Sequence[tuple[Posting, BankTransaction]]

LEFT_OVER_THERE = "already_received_in_xero"
"""The code of the finding that asks a person about money that lies on a contact in Xero."""
SETTLES = (Receipt.kind, SupplierPayment.kind)


def left_overs(elements: Iterable[tuple[Posting, object]]) -> Wanted:
    """Pick what keeps money beyond what was owed."""
    return [
        (posting, element)
        for posting, element in elements
        if isinstance(element, BankTransaction) and element.type.endswith("PAYMENT")
    ]


def noticed(wanted: Wanted, caller: Caller, chart: Chart, about: str) -> Iterator[Outcome]:
    """Yield what is taken as ours, put off or held; the others may go.

    ``about`` is what releases those that are held. Raises what ends a drain.
    """
    if not wanted:
        return
    days = [one.date for _, one in wanted]
    there = caller.read(caller.target.read_left_over(min(days) - NEAR, max(days) + NEAR))
    linked = caller.outbox.linked({one.link.xero_id for one in there})
    free = {one.link.xero_id: one for one in there if one.link.xero_id not in linked}
    for posting, element in wanted:
        same = [one for one in free.values() if _may_be(element, one, chart)]
        if not same:
            continue
        told = _told(posting, element, same, caller, about)
        if told.link is not None:
            del free[told.link.xero_id]
        yield told


def _told(
    posting: Posting,
    element: BankTransaction,
    same: Sequence[LeftOver],
    caller: Caller,
    about: str,
) -> Outcome:
    if _in_doubt(posting, caller.outbox):
        return later(posting, caller)
    sure = [one for one in same if one.type == element.type and not one.used]
    if len(sure) == len(same) == 1:
        link = replace(sure[0].link, source="feed")
        return Outcome(posting.key, State.POSTED, link, (_taken(sure[0]),))
    return Outcome(posting.key, State.HELD, findings=(_asked(element, same, about),))


def _may_be(element: BankTransaction, one: LeftOver, chart: Chart) -> bool:
    """Tell whether it may be the same money: whose, how much, where and about when agree."""
    near = one.date is not None and abs(one.date - element.date) <= NEAR
    return (
        near
        and one.contact_id == element.contact
        and one.type.partition("-")[0] == element.type.partition("-")[0]
        and one.total == element.expected.total
        and account_id(one.account, chart) == account_id(element.bank_account, chart)
    )


def _in_doubt(posting: Posting, outbox: Outbox) -> bool:
    """Tell whether other money left over is under way: what stands there may be that."""
    under_way = {key for kind in SETTLES for key in outbox.standing_in(UNDER_WAY, kind)}
    return any(
        one.resource == posting.resource and one.state in UNDER_WAY and one.key != posting.key
        for one in (outbox.postings(under_way) if under_way else ())
    )


def _taken(one: LeftOver) -> Finding:
    return note(
        "left_over_found_in_xero",
        f"Xero held this money already, dated {one.date}: it was entered there before ours "
        "arrived, by the bank feed or by hand, and is taken as this.",
        path="amount",
    )


def _asked(element: BankTransaction, same: Sequence[LeftOver], about: str) -> Finding:
    listed = ", ".join(_described(one) for one in same)
    return error(
        LEFT_OVER_THERE,
        f"Somebody, or the bank feed, has entered in Xero for the same contact: {listed}. The "
        f"{amount_text(element.expected.total)} that this leaves unapplied may be the same money, "
        "so it was not sent.",
        "Look at it in Xero. If that is this money, tie it: counterfoil relink, with its id. If it "
        "was entered there by mistake, remove it there. If it is other money, record that in the "
        "practice system as well, and tie that. This then goes on by itself at the next post.",
        "amount",
        about,
    )


def _described(one: LeftOver) -> str:
    kind = "overpayment" if one.type.endswith("OVERPAYMENT") else "prepayment"
    used = ", which was applied or refunded there" if one.used else ""
    return f"an {kind}".replace("an p", "a p") + (
        f" of {amount_text(one.total)} of {one.date} ({one.bank_transaction_id}{used})"
    )
