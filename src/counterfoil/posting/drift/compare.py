"""What was sent, held against what Xero shows now."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.amounts import money_text
from counterfoil.posting.drift.catalogue import RECONCILED, finding
from counterfoil.posting.drift.shown import Drift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.xero_documents import AccountRef
    from counterfoil.posting.drift.shown import Kept, Known, Share, Shown, ShownLine

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


class Difference(NamedTuple):
    """A code of the catalogue, and what was before and is now."""

    code: str
    details: str = ""


def compare(kept: Kept, found: Shown, known: Known) -> tuple[Drift, ...]:
    """Return everything that differs between a counterfoil and the object that it is tied to."""
    if kept.ended:
        return ()
    if not found.counts:
        return (_drift(kept, found, Difference(_ending(found))),)
    differs = [] if found.resource in PREPAID else list(_changes(kept, found, known))
    if differs and found.resource in _CHANGED:
        said = "; ".join(_in_brief(one) for one in differs)
        differs = [Difference(_CHANGED[found.resource], said)]
    if found.status in UNAPPROVED and not kept.draft:
        differs.append(Difference("approval_withdrawn_in_xero"))
    differs += _settled(found, known)
    if found.reconciled:
        differs.append(Difference(RECONCILED))
    drifts = [_drift(kept, found, one) for one in differs]
    return (*drifts, *_taken_back(found, known))


def gone(kept: Kept) -> Drift:
    """Return that Xero does not show an object any more."""
    said = finding("gone_from_xero", kept.name)
    return Drift(said, kept.resource, kept.xero_id, kept.xero_id, kept.number, kept.posting)


def _drift(kept: Kept, found: Shown, one: Difference) -> Drift:
    said = finding(one.code, kept.name, one.details)
    return Drift(said, found.resource, kept.xero_id, found.xero_id, kept.number, kept.posting)


def _in_brief(one: Difference) -> str:
    """Say a difference where the whole object has one name for all: ``date: … became …``."""
    what = one.code.removesuffix("_changed").removeprefix("line_").replace("_", " ")
    return f"{what}: {one.details}" if one.details else what


def _ending(found: Shown) -> str:
    voided = "voided" if found.status == "VOIDED" else "deleted"
    return _VOIDED.get(found.resource, f"document_{voided}_in_xero")


def _changes(kept: Kept, found: Shown, known: Known) -> Iterator[Difference]:
    """Yield what was edited. Where no body is kept, only the total can be told."""
    sent = kept.sent
    lines = [] if sent is None else list(_lines(sent.lines, found.lines, known))
    if sent is not None:
        yield from _head(sent, found, known)
        yield from lines
    if not lines and None not in {kept.total, found.total} and kept.total != found.total:
        yield Difference("total_changed", _became(_money(kept.total), _money(found.total)))


def _head(sent: Shown, found: Shown, known: Known) -> Iterator[Difference]:
    if sent.number and sent.number != found.number:
        yield Difference("number_changed", _became(sent.number, found.number))
    if _refers(sent) and sent.reference.strip() != found.reference.strip():
        yield Difference("reference_changed", _became(sent.reference, found.reference))
    if sent.date is not None and sent.date != found.date:
        yield Difference("date_changed", _became(str(sent.date), str(found.date)))
    if sent.due_date is not None and sent.due_date != found.due_date:
        yield Difference("due_date_changed", _became(str(sent.due_date), str(found.due_date)))
    if sent.contact_id and _last(sent.contact_id, known) != _last(found.contact_id, known):
        yield Difference("contact_changed")
    yield from _in_currency(sent, found)
    if not _same_account(sent.account, found.account, known):
        yield Difference("line_account_changed", "the account that the money lies on")
    if not _same_account(sent.to_account, found.to_account, known):
        yield Difference("line_account_changed", "the account that the money went to")
    if sent.document_id and sent.document_id != found.document_id:
        yield Difference("payment_changed", "the document that it pays")


def _refers(sent: Shown) -> bool:
    """Whether Xero keeps a reference of this kind of object: suppliers' documents have none."""
    return not sent.type.startswith("ACCPAY") and not sent.type.endswith("PAYMENT")


def _in_currency(sent: Shown, found: Shown) -> Iterator[Difference]:
    if sent.currency and sent.currency != found.currency:
        yield Difference("currency_rate_changed", _became(sent.currency, found.currency))
    elif sent.rate is not None and found.rate is not None and sent.rate != found.rate:
        yield Difference("currency_rate_changed", _became(str(sent.rate), str(found.rate)))


def _lines(
    sent: tuple[ShownLine, ...], found: tuple[ShownLine, ...], known: Known
) -> Iterator[Difference]:
    """Yield what differs on lines; lines that only changed places are the same."""
    if len(sent) != len(found):
        yield Difference("lines_added_or_removed", _became(str(len(sent)), str(len(found))))
        return
    pairs = list(zip(sent, found, strict=True))
    if all(_same_line(*pair, known) for pair in pairs) or _only_moved(sent, found, known):
        return
    amounts = [n for n, (ours, theirs) in enumerate(pairs, 1) if not _same_amount(ours, theirs)]
    if amounts:
        ours, theirs = pairs[amounts[0] - 1]
        said = f"line {amounts[0]} {_became(_figure(ours), _figure(theirs))}"
        yield Difference("line_amount_changed", said + _others(amounts))
    for code, same, shown in (
        ("line_account_changed", lambda a, b: _same_account(a.account, b.account, known), _on),
        ("line_tax_changed", _same_tax, lambda line: line.tax_type),
        ("line_tracking_changed", lambda a, b: a.tracking == b.tracking, _tracked),
    ):
        changed = [n for n, pair in enumerate(pairs, 1) if not same(*pair)]
        if changed:
            ours, theirs = pairs[changed[0] - 1]
            said = f"line {changed[0]} {_became(shown(ours), shown(theirs))}"
            yield Difference(code, said + _others(changed))


def _on(line: ShownLine) -> str:
    return line.account.code or line.account.account_id or ""


def _tracked(line: ShownLine) -> str:
    return ", ".join(option for _, option in sorted(line.tracking))


def _others(lines: list[int]) -> str:
    return f" and {len(lines) - 1} more" if len(lines) > 1 else ""


def _only_moved(sent: tuple[ShownLine, ...], found: tuple[ShownLine, ...], known: Known) -> bool:
    left = list(found)
    for line in sent:
        same = next((one for one in left if _same_line(line, one, known)), None)
        if same is None:
            return False
        left.remove(same)
    return True


def _same_line(sent: ShownLine, found: ShownLine, known: Known) -> bool:
    return (
        _same_amount(sent, found)
        and _same_account(sent.account, found.account, known)
        and _same_tax(sent, found)
        and sent.tracking == found.tracking
    )


def _same_amount(sent: ShownLine, found: ShownLine) -> bool:
    return sent[:2] == found[:2] and sent.tax in {None, found.tax}


def _same_tax(sent: ShownLine, found: ShownLine) -> bool:
    return "" in {sent.tax_type, found.tax_type} or sent.tax_type == found.tax_type


def _same_account(sent: AccountRef, found: AccountRef, known: Known) -> bool:
    """Compare by id where both have one: codes may be given to another account."""
    ours = sent.account_id or known.accounts.get(sent.code or "")
    if ours is not None and found.account_id is not None:
        return ours == found.account_id
    return None in {sent.code, found.code} or sent.code == found.code


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
        what = _money(kept.sent.total) if kept.sent and kept.sent.total is not None else ""
        words = finding("allocation_deleted_in_xero", kept.name, what)
        yield Drift(words, "Allocations", kept.xero_id, found.xero_id, kept.number, kept.posting)


def _told(sent: Shown | None) -> tuple[str, int | None]:
    return (sent.document_id, sent.total) if sent else ("", None)


def _last(contact_id: str, known: Known) -> str:
    return known.merged.get(contact_id, contact_id)


def _sum(shares: Iterable[Share]) -> str:
    return _money(sum(one.amount or 0 for one in shares))


def _money(amount: int | None) -> str:
    return "nothing" if amount is None else money_text(amount)


def _figure(line: ShownLine) -> str:
    quantity = 10_000 if line.quantity is None else line.quantity
    return _money(round(quantity * (line.unit_amount or 0) / 1_000_000))


def _became(before: str, now: str) -> str:
    return f"{before or 'nothing'} became {now or 'nothing'}"
