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

Source = tuple[str, str, str]
"""Type, id and reference of what an entry comes from."""


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
    if kept.status in LIVE:
        control, sign = CONTROL[kept.kind]
        lines = _against(organisation, kept.lines, kept.total_tax, -sign, kept.rate)
        base = -sum(amount for _, amount in lines)
        lines.append((organisation.system[control], base))
        source = (kept.kind, kept.document_id, kept.number)
        kept.base_total, kept.base_open = base, base - relieved
        kept.entry = organisation.ledger.post(kept.date, source, lines, accrual_only=True)
    if kept.released or kept.base_total == 0:
        release_again(organisation, kept)


def relieve(kept: Document, amount: int) -> int:
    """Take ``amount`` (the document's currency) off its open base value and return that part.

    Call it before the document's own sums change. The last part takes what is left, so that no
    cent of conversion stays behind on the control account.
    """
    due = kept.due
    part = kept.base_open if amount == due else rounded(kept.base_open * amount, due)
    kept.base_open -= part
    return part


# Not verified, see prepayment-accounts.
def _release(
    organisation: Organisation, kept: Document, date: int, source: Source, parts: tuple[int, int]
) -> None:
    """Give up the settled part of a document's own accounts against its control account.

    ``parts`` are what was settled before and what is settled now, in base currency. An invoice
    or credit note does so on cash basis only: that is when it counts there. A prepayment does so
    on both, because it stands on the accounts of its own lines until it is used (an inference).
    An overpayment stands on the control account itself and has nothing to give up.
    """
    before, part = parts
    control, sign = CONTROL[kept.kind]
    if kept.kind.endswith("-OVERPAYMENT") or part == 0:
        return
    lines = [(organisation.system[control], part)]
    reached = given = 0
    for account_id, amount in _against(organisation, kept.lines, kept.total_tax, -sign, kept.rate):
        # The difference of two running sums conserves every cent over any number of parts.
        reached += amount
        share = _share_of(reached, before + part, kept) - _share_of(reached, before, kept)
        lines.append((account_id, share - given))
        given = share
    ledger = organisation.ledger
    add = ledger.post if kept.kind.endswith("-PREPAYMENT") else ledger.recognise
    kept.released = (*kept.released, add(date, source, lines))


def _share_of(reached: int, relieved: int, kept: Document) -> int:
    sign = -1 if kept.base_total < 0 else 1
    return rounded(sign * reached * relieved, abs(kept.base_total))


# Not verified, see cash-basis.
def release_again(organisation: Organisation, kept: Document) -> None:
    """Release anew what is settled, after a settlement or the document itself has changed."""
    ledger = organisation.ledger
    take_back = ledger.reverse if kept.kind.endswith("-PREPAYMENT") else ledger.unrecognise
    for index in kept.released:
        take_back(index)
    kept.released = ()
    if kept.status not in LIVE:
        return
    if kept.base_total == 0 and kept.entry >= 0:
        # Lines that cancel out await no money: they count on cash basis from their own date.
        own = _against(organisation, kept.lines, kept.total_tax, -CONTROL[kept.kind][1], kept.rate)
        source = (kept.kind, kept.document_id, kept.number)
        kept.released = (ledger.recognise(kept.date, source, own),)
    before = 0
    for date, source, part in _settlements(organisation, kept):
        _release(organisation, kept, date, source, (before, part))
        before += part


def _settlements(organisation: Organisation, kept: Document) -> list[tuple[int, Source, int]]:
    found = []
    for payment_id in kept.payments:
        paid = organisation.payments[payment_id]
        if paid.status != "DELETED":
            source = (paid.kind, paid.payment_id, paid.reference)
            found.append((paid.date, source, paid.base_relieved))
    for allocation_id in kept.allocations:
        made = organisation.allocations[allocation_id]
        if not made.deleted:
            part = made.base_invoice if made.invoice_id == kept.document_id else made.base_credit
            source = (kept.kind, made.allocation_id, kept.number)
            found.append((made.date, source, part))
    return found


# Not verified, see realised-gains.
def payment(organisation: Organisation, paid: Payment, target: Document) -> None:
    """Post a payment or refund whose ``base_relieved`` is known."""
    bank = CONTROL[target.kind][1] * paid.base_bank
    lines = [
        (paid.account_id, bank),
        (organisation.system[CONTROL[target.kind][0]], -paid.base_relieved),
        (organisation.system["REALISEDCURRENCYGAIN"], paid.base_relieved - bank),
    ]
    source = (paid.kind, paid.payment_id, paid.reference)
    paid.entry = organisation.ledger.post(paid.date, source, lines)
    before = target.base_total - target.base_open - paid.base_relieved
    _release(organisation, target, paid.date, source, (before, paid.base_relieved))


# Not verified, see allocation-entry.
def allocation(
    organisation: Organisation, made: Allocation, credit: Document, invoice: Document
) -> None:
    """Post an allocation: nil but for currency differences between credit and invoice.

    What comes off either document stays a line of its own, so that the control account can be
    read document by document.
    """
    control = organisation.system[CONTROL[credit.kind][0]]
    lines = [
        (control, -made.base_invoice),
        (control, -made.base_credit),
        (organisation.system["REALISEDCURRENCYGAIN"], made.base_invoice + made.base_credit),
    ]
    source = (credit.kind, made.allocation_id, credit.number)
    made.entry = organisation.ledger.post(made.date, source, lines, apart=True)
    for kept, part in ((invoice, made.base_invoice), (credit, made.base_credit)):
        before = kept.base_total - kept.base_open - part
        own = (kept.kind, made.allocation_id, kept.number)
        _release(organisation, kept, made.date, own, (before, part))


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
    kept.entry = organisation.ledger.post(
        kept.date, source, lines, apart=True, accrual_only=not kept.cash_basis
    )
