"""What each document does to the ledger (facts: Xero API section 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.arithmetic import rounded, to_base

if TYPE_CHECKING:
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import (
        Allocation,
        BankTransaction,
        BankTransfer,
        Document,
        Line,
        ManualJournal,
        Payment,
    )

CONTROL = {
    "ACCREC": ("DEBTORS", 1),
    "ACCRECCREDIT": ("DEBTORS", -1),
    "RECEIVE-OVERPAYMENT": ("DEBTORS", -1),
    "RECEIVE-PREPAYMENT": ("DEBTORS", -1),
    "ACCPAY": ("CREDITORS", -1),
    "ACCPAYCREDIT": ("CREDITORS", 1),
    "SPEND-OVERPAYMENT": ("CREDITORS", 1),
    "SPEND-PREPAYMENT": ("CREDITORS", 1),
}
"""The control account of each kind of document, and the side on which its total stands."""

LIVE = frozenset({"AUTHORISED", "PAID"})


def _against(
    organisation: Organisation, lines: list[Line], tax: int, sign: int, rate: int
) -> list[tuple[str, int]]:
    """Return the ledger lines on a document's own accounts, in base currency."""
    posted = [
        (line.account_id or organisation.system["ROUNDING"], sign * to_base(line.net, rate))
        for line in lines
    ]
    if tax:
        posted.append((organisation.system["GST"], sign * to_base(tax, rate)))
    return posted


def document(organisation: Organisation, kept: Document) -> None:
    """Post an approved invoice or credit note, in place of what it had posted before."""
    organisation.ledger.reverse(kept.entry)
    relieved = kept.base_total - kept.base_open
    kept.entry, kept.base_total, kept.base_open = -1, 0, 0
    if kept.status not in LIVE:
        return
    control, sign = CONTROL[kept.kind]
    lines = _against(organisation, kept.lines, kept.total_tax, -sign, kept.rate)
    base = -sum(amount for _, amount in lines)
    lines.append((organisation.system[control], base))
    source = (kept.kind, kept.document_id, kept.number)
    kept.base_total, kept.base_open = base, base - relieved
    kept.entry = organisation.ledger.post(kept.date, source, lines)


def relieve(kept: Document, amount: int) -> int:
    """Take ``amount`` (the document's currency) off its open base value and return that part.

    Call it before the document's own sums change. The last part takes what is left, so that no
    cent of conversion stays behind on the control account.
    """
    due = kept.due
    part = kept.base_open if amount == due else rounded(kept.base_open * amount, due)
    kept.base_open -= part
    return part


def _held(organisation: Organisation, held: Document, relieved: int) -> list[tuple[str, int]]:
    """Return the ledger lines that take ``relieved`` off where a document's value stands.

    That is the control account; a prepayment stands on the accounts and the tax of its own
    lines, which give it up in proportion (an inference). Call it after ``relieve``.
    """
    control, sign = CONTROL[held.kind]
    if not held.kind.endswith("-PREPAYMENT") or relieved == 0:
        return [(organisation.system[control], -relieved)]
    after = held.base_total - held.base_open
    lines: list[tuple[str, int]] = []
    reached = given = 0
    for account_id, amount in _against(organisation, held.lines, held.total_tax, sign, held.rate):
        # The difference of two running sums conserves every cent over any number of parts.
        reached += amount
        share = _share_of(reached, after, held) - _share_of(reached, after - relieved, held)
        lines.append((account_id, given - share))
        given = share
    return lines


def _share_of(reached: int, relieved: int, held: Document) -> int:
    sign = -1 if held.base_total < 0 else 1
    return rounded(sign * reached * relieved, abs(held.base_total))


def payment(organisation: Organisation, paid: Payment, target: Document) -> None:
    """Post a payment or refund whose ``base_relieved`` is known."""
    bank = CONTROL[target.kind][1] * paid.base_bank
    lines = [
        (paid.account_id, bank),
        *_held(organisation, target, paid.base_relieved),
        (organisation.system["REALISEDCURRENCYGAIN"], paid.base_relieved - bank),
    ]
    source = (paid.kind, paid.payment_id, paid.reference)
    paid.entry = organisation.ledger.post(paid.date, source, lines)


def allocation(organisation: Organisation, made: Allocation, credit: Document) -> None:
    """Post an allocation: nil but for currency differences between credit and invoice."""
    control = organisation.system[CONTROL[credit.kind][0]]
    difference = made.base_invoice + made.base_credit
    lines = [
        (control, -made.base_invoice),
        *_held(organisation, credit, made.base_credit),
        (organisation.system["REALISEDCURRENCYGAIN"], difference),
    ]
    source = (credit.kind, made.allocation_id, credit.number)
    made.entry = organisation.ledger.post(made.date, source, lines)


def bank_transaction(organisation: Organisation, kept: BankTransaction) -> None:
    """Post money spent or received, in place of what it had posted before."""
    organisation.ledger.reverse(kept.entry)
    kept.entry = -1
    if kept.status != "AUTHORISED":
        return
    receive = kept.kind.startswith("RECEIVE")
    sign = 1 if receive else -1
    lines = _against(organisation, kept.lines, kept.total_tax, -sign, kept.rate)
    lines.append((kept.account_id, -sum(amount for _, amount in lines)))
    source = ("CASHREC" if receive else "CASHPAID", kept.transaction_id, kept.reference)
    kept.entry = organisation.ledger.post(kept.date, source, lines)


def bank_transfer(organisation: Organisation, kept: BankTransfer) -> None:
    """Post a transfer between two bank accounts, or take it back."""
    organisation.ledger.reverse(kept.entry)
    kept.entry = -1
    if kept.status != "AUTHORISED":
        return
    lines = [(kept.from_account, -kept.amount), (kept.to_account, kept.amount)]
    source = ("TRANSFER", kept.transfer_id, kept.reference)
    kept.entry = organisation.ledger.post(kept.date, source, lines)


def manual_journal(organisation: Organisation, kept: ManualJournal) -> None:
    """Post a manual journal, in place of what it had posted before."""
    organisation.ledger.reverse(kept.entry)
    kept.entry = -1
    if kept.status != "POSTED":
        return
    lines = [(line.account_id, line.net) for line in kept.lines]
    lines += [(organisation.system["GST"], line.tax_amount) for line in kept.lines]
    source = ("MANJOURNAL", kept.journal_id, kept.narration)
    kept.entry = organisation.ledger.post(kept.date, source, lines, apart=True)
