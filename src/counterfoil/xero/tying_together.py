"""Tying several receipts to the one payment that Xero holds for all of them.

A bank's statement shows two cheques paid in together as one line, and whoever matches that in Xero
enters one payment. The receipts stay as they are and so does the payment, with its bank line: a
person says which belong together, and only receipts for one invoice, on one account, about that
day, that come to exactly the payment's sum, are tied to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.xero_documents import Payment
from counterfoil.posting.proving import resolved, wanted
from counterfoil.posting.records import TOGETHER
from counterfoil.xero import read
from counterfoil.xero.relinking import XERO_ID, Proof, Relinked, may_be_tied, prove, tied

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.posting.drift.shown import Shown
    from counterfoil.posting.office import Office
    from counterfoil.posting.proving import Wanted


def relink_together(
    office: Office,
    keys: Sequence[Key],
    xero: str,
    *,
    actor: str,
    now: dt.datetime,
    dry_run: bool = False,
) -> Relinked:
    """Tie the payments of these documents to the one payment with this id, if they come to it.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer`` before anything is tied.
    """
    if not XERO_ID.fullmatch(xero):
        return Relinked((), "several documents are tied to a payment, which is named by its id")
    rows = office.patiently(lambda: read.shown_one("Payments", xero.lower())).rows
    if not rows or not rows[0].counts:
        return Relinked((), "Xero shows no payment under this id")
    plans = _payments(office, keys, rows[0])
    absent = [key for key in dict.fromkeys(keys) if key not in plans]
    if absent:
        names = ", ".join(map(str, absent))
        return Relinked((), f"no payment of {names} on the same document waits to be tied")
    proofs = [_proof(plan, tuple(plans.values()), rows[0], office) for plan in plans.values()]
    why = _why(proofs)
    if why:
        return Relinked(tuple(proofs), why)
    told = [tied(one.posting, rows[0]) for one in proofs]
    told = [replace(one, link=replace(one.link, source=TOGETHER)) for one in told if one.link]
    if not dry_run and office.outbox.relink(told, actor=actor, now=now) < len(told):
        return Relinked(tuple(proofs), "somebody else has just decided on it")
    return Relinked(tuple(proofs))


def _payments(office: Office, keys: Sequence[Key], there: Shown) -> dict[Key, Wanted]:
    """Return what each document would pay on the document that the payment pays."""
    free = [one.key for one in office.outbox.postings(keys) if may_be_tied(one)]
    plans = resolved(wanted(free, office.outbox, office.shelf), office.outbox)
    return {
        plan.posting.document: plan
        for plan in plans.values()
        if isinstance(plan.element, Payment) and plan.element.document == there.document_id
    }


def _proof(plan: Wanted, plans: Sequence[Wanted], there: Shown, office: Office) -> Proof:
    """Hold the payment against one of them as if that were all of the money."""
    payments = [one.element for one in plans if isinstance(one.element, Payment)]
    total = sum(one.amount for one in payments)
    assert isinstance(plan.element, Payment)
    whole = replace(plan.element, amount=total, bank_amount=None)
    (proof,) = prove(replace(plan, element=whole), (there,), office)
    return proof


def _why(proofs: Sequence[Proof]) -> str:
    for proof in proofs:
        if proof.tied_to is not None:
            return f"it is tied already, to {proof.tied_to.document}"
        if proof.differences:
            said = "; ".join(proof.differences)
            return f"together they do not equal it, beginning with {proof.posting.document}: {said}"
    return ""
