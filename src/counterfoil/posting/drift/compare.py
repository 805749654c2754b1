"""What was sent, held against what Xero shows now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from counterfoil.posting.drift import lines as of_lines
from counterfoil.posting.drift.catalogue import RECONCILED, finding
from counterfoil.posting.drift.lines import Difference, amount_text, became, same_account
from counterfoil.posting.drift.shown import Drift
from counterfoil.posting.records import REBILL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.posting.drift.shown import Kept, Known, Share, Shown

PREPAID = frozenset({"Overpayments", "Prepayments"})
"""Resources that show the credit of a bank transaction again; only what it was used for counts."""
UNAPPROVED = frozenset({"DRAFT", "SUBMITTED"})

_VOIDED = {
    "Payments": "payment_deleted_in_xero",
    "BankTransactions": "bank_transaction_deleted_in_xero",
    "BankTransfers": "transfer_deleted_in_xero",
    "ManualJournals": "journal_voided_in_xero",
}
_CHANGED = {
    "Payments": "payment_changed",
    "BankTransactions": "bank_transaction_changed",
    "BankTransfers": "transfer_changed",
    "ManualJournals": "journal_changed",
}
"""Resources of which a change has one name, whatever was changed."""


def compare(kept: Kept, found: Shown, known: Known) -> tuple[Drift, ...]:
    """Return everything that differs between a counterfoil and the object that it is tied to."""
    if kept.ended:
        return ()
    if not found.counts:
        return (_drift(kept, found, Difference(_ending(found))),)
    differs = [] if found.resource in PREPAID else list(_changes(kept, found, known))
    if differs and found.resource in _CHANGED:
        told = "; ".join(in_brief(one) for one in differs)
        differs = [Difference(_CHANGED[found.resource], told)]
    if found.status in UNAPPROVED and not kept.draft:
        differs.append(Difference("approval_withdrawn_in_xero"))
    differs += _settled(found, known)
    if found.reconciled:
        differs.append(Difference(RECONCILED))
    drifts = [_drift(kept, found, one) for one in differs]
    return (*drifts, *_taken_back(found, known))


def edits(kept: Kept, found: Shown, known: Known) -> tuple[Difference, ...]:
    """Return what was edited, every line of it, and texts too; payments and credit are no edits.

    Where no body is kept, only the total can be told.
    """
    sent = kept.sent
    if sent is None:
        return tuple(_total(kept, found))
    lines = tuple(of_lines.in_full(sent.lines, found.lines, known))
    return (*_head(sent, found, known), *(lines or _total(kept, found)))


def gone(kept: Kept) -> Drift:
    """Return that Xero does not show an object any more."""
    said = finding("gone_from_xero", kept.name)
    return Drift(said, kept.resource, kept.xero_id, kept.xero_id, kept.number, kept.posting)


def _drift(kept: Kept, found: Shown, one: Difference) -> Drift:
    said = finding(one.code, _name(kept), one.details)
    return Drift(said, found.resource, kept.xero_id, found.xero_id, kept.number, kept.posting)


def _name(kept: Kept) -> str:
    """Say which of a receipt's payments it is: it may have several."""
    total = kept.sent.total if kept.sent else kept.total
    if kept.resource != "Payments" or total is None:
        return kept.name
    return f"The payment of {amount_text(total)} of {kept.name}"


def in_brief(one: Difference) -> str:
    """Say a difference where several are told together: ``date: … became …``."""
    what = one.code.removesuffix("_changed").removeprefix("line_").replace("_", " ")
    return f"{what}: {one.details}" if one.details else what


def _ending(found: Shown) -> str:
    voided = "voided" if found.status == "VOIDED" else "deleted"
    return _VOIDED.get(found.resource, f"document_{voided}_in_xero")


def _changes(kept: Kept, found: Shown, known: Known) -> Iterator[Difference]:
    """Yield what was edited. Where no body is kept, only the total can be told."""
    sent = kept.sent
    lines = [] if sent is None else list(of_lines.differing(sent.lines, found.lines, known))
    if sent is not None:
        yield from _head(sent, found, known)
        yield from lines
    if not lines:
        yield from _total(kept, found)


def _total(kept: Kept, found: Shown) -> Iterator[Difference]:
    if None not in {kept.total, found.total} and kept.total != found.total:
        yield Difference("total_changed", became(amount_text(kept.total), amount_text(found.total)))


def _head(sent: Shown, found: Shown, known: Known) -> Iterator[Difference]:
    if sent.number and sent.number != found.number:
        yield Difference("number_changed", became(sent.number, found.number))
    if _refers(sent) and sent.reference.strip() != found.reference.strip():
        yield Difference("reference_changed", became(sent.reference, found.reference))
    if sent.date is not None and sent.date != found.date:
        yield Difference("date_changed", became(str(sent.date), str(found.date)))
    if sent.due_date is not None and sent.due_date != found.due_date:
        yield Difference("due_date_changed", became(str(sent.due_date), str(found.due_date)))
    if sent.contact_id and _last(sent.contact_id, known) != _last(found.contact_id, known):
        yield Difference("contact_changed")
    yield from _in_currency(sent, found)
    if not same_account(sent.account, found.account, known):
        yield Difference("line_account_changed", "the account that the money lies on")
    if not same_account(sent.to_account, found.to_account, known):
        yield Difference("line_account_changed", "the account that the money went to")
    if sent.document_id and sent.document_id != found.document_id:
        yield Difference("payment_changed", "the document that it pays")


def _refers(sent: Shown) -> bool:
    """Whether Xero keeps a reference of this kind of object: suppliers' documents have none."""
    return not sent.type.startswith("ACCPAY") and not sent.type.endswith("PAYMENT")


def _in_currency(sent: Shown, found: Shown) -> Iterator[Difference]:
    if sent.currency and sent.currency != found.currency:
        yield Difference("currency_rate_changed", became(sent.currency, found.currency))
    elif sent.rate is not None and found.rate is not None and sent.rate != found.rate:
        yield Difference("currency_rate_changed", became(str(sent.rate), str(found.rate)))


def _settled(found: Shown, known: Known) -> Iterator[Difference]:
    """Yield money and credit on a document that others put there.

    What of ours is still on its way may be among it: then it is not told yet.
    """
    if found.xero_id in known.in_flight:
        return
    paid = _foreign(found.payments, known)
    if paid and found.resource == "Invoices":
        ours = len(paid) < len(found.payments)
        in_full = "paid_in_xero" if found.due == 0 else "part_paid_in_xero"
        yield Difference("payment_added_in_xero" if ours else in_full, _sum(paid))
    elif paid:
        yield Difference("refunded_in_xero", _sum(paid))
    if credited := _foreign(found.credits, known):
        yield Difference("credited_in_xero", _sum(credited))
    if applied := _by_hand(found, known):
        yield Difference("credit_allocated_in_xero", _sum(applied))


def _foreign(shares: Iterable[Share], known: Known) -> list[Share]:
    return [one for one in shares if one.xero_id and one.xero_id not in known.linked]


def _by_hand(found: Shown, known: Known) -> list[Share]:
    """Return allocations that are not ours, also not by what they say, where ids are missing."""
    wanted = Counter(_told(one.sent) for one in known.allocated)
    by_hand: list[Share] = []
    for one in found.allocations:
        ours = one.xero_id in known.linked or (not one.xero_id and wanted[one.of, one.amount] > 0)
        if not ours:
            by_hand.append(one)
    return by_hand


def _taken_back(found: Shown, known: Known) -> Iterator[Drift]:
    """Yield allocations of ours that the credit does not show any more."""
    there = {one.xero_id for one in found.allocations}
    said = Counter((one.of, one.amount) for one in found.allocations if not one.xero_id)
    for kept in known.allocated:
        if kept.xero_id in there or said[_told(kept.sent)] or kept.ended:
            continue
        what = amount_text(kept.sent.total) if kept.sent and kept.sent.total is not None else ""
        ours = kept.posting.kind == REBILL
        code = "rebill_credit_taken_off_in_xero" if ours else "allocation_deleted_in_xero"
        words = finding(code, kept.name, what)
        yield Drift(words, "Allocations", kept.xero_id, found.xero_id, kept.number, kept.posting)


def _told(sent: Shown | None) -> tuple[str, int | None]:
    return (sent.document_id, sent.total) if sent else ("", None)


def _last(contact_id: str, known: Known) -> str:
    return known.merged.get(contact_id, contact_id)


def _sum(shares: Iterable[Share]) -> str:
    return amount_text(sum(one.amount or 0 for one in shares))
