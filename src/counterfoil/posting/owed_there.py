"""Credit that finds less owed in Xero than it is to reduce: seen before it goes there.

Somebody, or the bank feed, may have paid the invoice meanwhile. Xero would refuse the allocation
with a sum that nobody can place; so what the invoices owe is read first, a hundred with one call,
and where that is too little the credit is held, with what stands there and the choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import error
from counterfoil.core.money import amount_text
from counterfoil.core.xero_documents import Allocation
from counterfoil.posting.records import REBILL, Outcome
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from counterfoil.core.findings import Finding
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Posting, PostingKey
    from counterfoil.posting.target import Settled

    Applied = tuple[Posting, Allocation]

SETTLED_THERE = "already_settled_in_xero"
"""The code of the finding that an invoice owes less in Xero than a credit is to reduce."""


def allocations(
    elements: Iterable[tuple[Posting, object]], fresh: Collection[str]
) -> list[tuple[Posting, Allocation]]:
    """Pick what applies credit to invoices that others may have seen.

    A re-billing reads for itself what is owed (``rebill_credit``).
    """
    return [
        (posting, element)
        for posting, element in elements
        if isinstance(element, Allocation)
        and posting.key.kind != REBILL
        and element.invoice not in fresh
    ]


def short(wanted: Collection[Applied], caller: Caller, about: str) -> Iterator[Outcome]:
    """Yield those that find too little owed, held; ``about`` is what releases them.

    Those of one batch share what an invoice owes. Raises what ends a drain.
    """
    invoices = list(dict.fromkeys(str(one.invoice) for _, one in wanted))
    settled = caller.read(caller.target.read_settled(invoices)) if invoices else {}
    linked = caller.outbox.linked({by.xero_id for each in settled.values() for by in each.by})
    left = {xero_id: one.due for xero_id, one in settled.items()}
    for posting, one in wanted:
        there = settled.get(str(one.invoice))
        if there is None or there.ended:
            continue  # What Xero says of that is explained by itself.
        owed = left[str(one.invoice)]
        if one.amount <= owed:
            left[str(one.invoice)] = owed - one.amount
            continue
        found = _too_little(one.amount, owed, there, linked, about)
        yield Outcome(posting.key, State.HELD, findings=(found,))


def _too_little(
    wanted: int, owed: int, there: Settled, linked: Mapping[str, PostingKey], about: str
) -> Finding:
    theirs = [by for by in there.by if by.xero_id not in linked]
    listed = ", ".join(
        f"{amount_text(by.amount or 0)} of {by.date} ({by.xero_id})" for by in theirs
    )
    entered = f"Others have entered payments there: {listed}" if theirs else "It was settled there"
    return error(
        SETTLED_THERE,
        f"Of the {amount_text(there.total)} of this invoice {amount_text(owed)} is still open in "
        f"Xero, and a credit of {amount_text(wanted)} was to be applied to it. {entered}. Nothing "
        "was applied.",
        "Choose: if what stands there is wrong, take it off in Xero, and this goes on by itself at "
        "the next post; if it is right, record it in the practice system as a receipt and tie "
        "that (counterfoil relink RECEIPT, with the payment's id), and apply the credit to "
        "another bill or refund it.",
        "amount",
        about,
    )
