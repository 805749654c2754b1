"""What the trust books find, in words; the rules are those of facts: trust accounting, section 3.2.

Trust is mirrored and never repaired: each of these is reported with its rule, and the practice
corrects it by a document of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from counterfoil.core.findings import Finding, error, warning
from counterfoil.core.money import amount_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Document, Key, TrustBillPayment
    from counterfoil.core.jurisdictions import Jurisdiction
    from counterfoil.core.trust import LedgerKey, TrustBook

OVERDRAWN: Final = "ledger_overdrawn"
"""The code of the finding that a ledger fell below nil in the order of dates."""
PAYMENT_NAMED_TWICE: Final = "payment_named_twice"
"""The code of a finding that hangs on the transfer that named the payment first."""
PAYMENT_TAKEN_BACK: Final = "payment_taken_back"
"""The code of a finding that a transfer names a payment that was taken back."""


def sums_off(trust_account: str, residue: int) -> Finding:
    """Say that a document does not keep the sums of its trust account."""
    return error(
        "trust_sums_off",
        f"On {trust_account} this document moves {amount_text(residue)} more money than matter "
        "ledgers and costs account for (rule T2).",
        "Correct the splits: every cent of trust money belongs to a matter.",
        "amount",
    )


def over_transferred(trust_account: str, costs: int) -> Finding:
    """Say that more costs left trust than were paid from it (U below nil)."""
    return error(
        "costs_over_transferred",
        f"{amount_text(-costs)} more went from {trust_account} to the office than bills were paid "
        "from it: clients' money is short by that.",
        "Put the money back with a transfer from the office to trust.",
        "amount",
    )


def overdrawn(trust_account: str, ledger: LedgerKey, balance: int, place: Jurisdiction) -> Finding:
    """Say that a matter's ledger fell below nil; the jurisdiction decides how grave that is."""
    return Finding(
        place.overdrawn,
        OVERDRAWN,
        f"The ledger of client {ledger.client}, matter {ledger.matter} in {trust_account} is "
        f"overdrawn by {amount_text(-balance)} ({place.cite('T1')}).",
        "Make the shortage good at once and keep the exception report that your rules ask for.",
        "amount",
        f"ledger:{trust_account}/{ledger.client}/{ledger.matter}",
    )


def deposit_overdrawn(trust_account: str, balance: int) -> Finding:
    """Say that more came back from the deposit authority than lay there."""
    return error(
        "statutory_deposit_overdrawn",
        f"{amount_text(-balance)} more came back to {trust_account} than lay in the statutory "
        "deposit (rule T14).",
        "Correct the amount, or record the deposit that is missing.",
        "amount",
    )


def repaid_too_much(trust_account: str, balance: int) -> Finding:
    """Say that clients paid back more than the firm had advanced."""
    return error(
        "firm_repaid_too_much",
        f"On {trust_account} clients have repaid the firm {amount_text(-balance)} more than it "
        "had advanced.",
        "Correct the amount, or record the advance that is missing.",
        "amount",
    )


def advanced_too_much(trust_account: str, book: TrustBook) -> Finding:
    """Say that more is paid by the firm for clients than the firm's own money in trust."""
    short = book.paid_by_firm - book.costs
    return error(
        "firm_advanced_too_much",
        f"On {trust_account} {amount_text(book.paid_by_firm)} is paid by the firm for clients, and "
        f"only {amount_text(book.costs)} of the firm's own money lay there: other clients' money "
        f"is short by {amount_text(short)} (rule T13).",
        "Put the firm's money into trust first, with a transfer from the office.",
        "amount",
    )


def ledger_is_closed(document: Document, ledger: LedgerKey) -> Finding:
    """Say that money moved on a ledger after it was closed."""
    return warning(
        "ledger_is_closed",
        f"The ledger of client {ledger.client}, matter {ledger.matter} was closed before "
        f"{document.date} (rule T8).",
        "Check the matter, or open a new one.",
        "",
    )


def closed_with_money(ledger: LedgerKey, balance: int) -> Finding:
    """Say that a ledger was closed while money lay in it."""
    return error(
        "ledger_closed_with_money",
        f"The ledger of client {ledger.client}, matter {ledger.matter} is closed with "
        f"{amount_text(balance)} in it; only a ledger at nil may close (rule T8).",
        "Pay the money out or move it first.",
        "matter",
    )


def payment_not_known(key: Key, place: int) -> Finding:
    """Say that a transfer of costs names a payment that nobody has recorded before it."""
    return error(
        "payment_not_known",
        f"The transfer names payment {key.id}, which is not recorded before it.",
        "Record the payment from trust, or correct what the transfer names.",
        f"payments[{place}]",
        str(key),
    )


def payment_named_twice(key: Key, place: int, before: Key) -> Finding:
    """Say that the costs of one payment were transferred twice."""
    return error(
        PAYMENT_NAMED_TWICE,
        f"Payment {key.id} was named already by transfer {before.id}; its costs move once.",
        f"Name each payment in one transfer only. If this one is right, reverse {before.id}: its "
        "payments may then be named again.",
        f"payments[{place}]",
        str(before),
    )


def payment_taken_back(key: Key, place: int, by: Key) -> Finding:
    """Say that a transfer moves the costs of a payment that was taken back."""
    return error(
        PAYMENT_TAKEN_BACK,
        f"Payment {key.id} was taken back by {by.id}: no bill is paid with it any more, and it has "
        "no costs to move.",
        "Reverse this transfer in the practice: both are then done with, and nothing of them goes "
        "to Xero. Name the payment that took its place in a transfer under an id of its own.",
        f"payments[{place}]",
        str(key),
    )


def costs_left_behind(payment: TrustBillPayment, transfer: Key) -> Finding:
    """Say that a payment is taken back whose costs the office keeps."""
    return warning(
        "costs_left_behind",
        f"Payment {payment.number} is taken back, and its costs of {amount_text(payment.amount)} "
        f"went to the office with transfer {transfer.id}: no bill stands for them (rule T4).",
        f"Reverse transfer {transfer.id} too, or put the money back with a transfer from the "
        "office to trust.",
        "reverses",
        str(transfer),
    )


def bill_not_unpaid(number: str, paid: int, owed: int, place: int) -> Finding:
    """Say that trust money paid a bill on which less, or nothing, was still owed."""
    return error(
        "bill_not_unpaid",
        f"{amount_text(paid)} of trust money is paid on bill {number}, on which "
        f"{amount_text(owed)} was still owed (rule T4).",
        "Find what else settled the bill; a wrong payment is reversed in the practice system.",
        f"allocations[{place}].amount",
    )


def half_in_xero(absent: Sequence[str]) -> Finding:
    """Say that Xero has a part of one trust event and not the rest."""
    parts = ", ".join(part or "the document itself" for part in absent)
    return warning(
        "trust_event_half_posted",
        f"Xero has only a part of this trust event; still missing: {parts} (rule X4).",
        "See what the missing posting waits for; until it is there, Xero's trust accounts do not "
        "tell the whole event.",
    )


def shared_in_xero(xero_id: str, owner: Key) -> Finding:
    """Say that one object in Xero stands for two trust events, or for two parts of one."""
    return error(
        "xero_object_shared",
        f"Its object in Xero ({xero_id}) stands for {owner} already; each trust event has objects "
        "of its own (rule X4).",
        "Unlink one of the two, and post it anew.",
        "",
        str(owner),
    )


def bill_not_recorded(key: Key, paid: int, place: int) -> Finding:
    """Say that trust money paid a bill that nobody has recorded."""
    return warning(
        "bill_not_recorded",
        f"{amount_text(paid)} of trust money is paid on bill {key.id}, which is not recorded "
        "(rule T4).",
        "Send the bill, or correct the id that names it.",
        f"allocations[{place}].bill",
        str(key),
    )


def bill_is_void(number: str, paid: int, place: int) -> Finding:
    """Say that trust money paid a bill that was taken back."""
    return error(
        "bill_is_void",
        f"{amount_text(paid)} of trust money is paid on bill {number}, which is void (rule T4).",
        "Reverse the payment, or pay the bill that took its place.",
        f"allocations[{place}].bill",
    )


def paid_within_notice(number: str, days: int, notice: int, place: int) -> Finding:
    """Say that trust money paid a bill before the client's time to object was over."""
    return warning(
        "paid_within_notice",
        f"Bill {number} is paid from trust {days} working days after its date and without an "
        f"authority; the firm waits {notice} (rule T4).",
        "Record the client's authority, or wait.",
        f"allocations[{place}].bill",
    )


def other_clients_bill(number: str, billed: str, paying: str, amount: int, place: int) -> Finding:
    """Say that one client's trust money paid a bill to another client."""
    return warning(
        "other_clients_bill",
        f"Bill {number} is to {billed} and is paid with {amount_text(amount)} of {paying}'s trust "
        "money (rule T4).",
        "Check the client's authority; a wrong payment is reversed in the practice system.",
        f"allocations[{place}].bill",
    )


def paid_before_bill(number: str, issued: dt.date, paid: dt.date, place: int) -> Finding:
    """Say that trust money paid a bill before it was issued."""
    return warning(
        "paid_before_bill",
        f"Bill {number} is dated {issued}; trust money pays it on {paid}, before it was issued "
        "(rule T4).",
        "Check both dates in the practice system.",
        f"allocations[{place}].bill",
    )


def to_itself(place: Jurisdiction) -> Finding:
    """Say that a transfer moves nothing."""
    return error(
        "transfer_to_itself",
        f"The transfer leaves and reaches the same ledger ({place.cite('T5')}).",
        "Correct the matter that the money reaches, or cancel the transfer.",
        "to",
    )
