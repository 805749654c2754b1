"""What a document does to the control accounts: receivable, payable, banks and the trust accounts.

The practice's side of a reconciliation is the sum of these over its documents, and our side of Xero
is the sum of the same over what is linked (documents.md, the column *effect*).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from counterfoil.core.applied import apply
from counterfoil.core.documents import (
    PURCHASE_CREDITS,
    BankTransfer,
    Bill,
    CreditNote,
    Deposit,
    FirmAdvance,
    LaterAllocation,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    Receipt,
    Refund,
    Reversal,
    StatutoryDeposit,
    SupplierBill,
    SupplierCredit,
    SupplierPayment,
    TrustBankEntry,
    TrustBillPayment,
    TrustDocument,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
    Unallocation,
    Void,
    Withdrawal,
    WriteOff,
)
from counterfoil.core.parts import (
    BANK,
    CAME,
    JOURNAL,
    TRANSFER,
    UNAPPLIED,
    WENT_BACK,
    bill_part,
)
from counterfoil.core.readiness import trust_liability_target
from counterfoil.core.trust_checks import terms_of
from counterfoil.core.trust_outline import between_banks, between_ledgers
from counterfoil.core.undone import is_deleted, says_dishonoured

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.chart import Account, Chart
    from counterfoil.core.documents import Document, Key
    from counterfoil.core.mapping import Mapping
    from counterfoil.core.trade import Settling


TRUST_LIABILITY = "trust liability"


@dataclass(frozen=True, slots=True)
class Control:
    """A control account, named by what the firm chose: a role, or a practice code with a target.

    ``account`` is None where the chart does not (yet) hold it.
    """

    name: str
    account: Account | None

    def __hash__(self) -> int:
        """Equal controls have one name; an account has a dozen fields that need not be hashed."""
        return hash(self.name)


@dataclass(frozen=True, slots=True)
class Effect:
    """An amount on a control account, in hundredths, debit positive, by one part of a document.

    ``of`` names the bill whose currency and rate the amount has; else they are the document's.
    ``date`` is the day it takes effect, where that is not the document's own.
    """

    part: str
    control: Control
    amount: int
    of: Key | None = None
    date: dt.date | None = None


class Controls:
    """The control accounts of one mapping, looked up in one chart."""

    def __init__(self, mapping: Mapping, chart: Chart) -> None:
        """Look the accounts up once."""
        self._chart = chart
        self.posts_trust = mapping.settings.post_trust
        starts_on = mapping.settings.start_date
        self.starts_on = starts_on
        self.opened_on = starts_on - dt.timedelta(days=1) if starts_on else None
        self.base_currency = chart.organisation.base_currency
        self._skips_zero_bills = mapping.settings.zero_bills == "skip"
        self._keeps_dishonoured = mapping.special.dishonoured is not None
        self._keeps_prepayments = mapping.settings.unapplied == "prepayment"
        self.receivable = Control("accounts receivable", self._system("DEBTORS"))
        self.payable = Control("accounts payable", self._system("CREDITORS"))
        self.banks = {
            code: Control(code, self._account(target))
            for code, target in mapping.bank_accounts.items()
        }
        self.trust_banks = {
            code: Control(code, self._account(trust.xero))
            for code, trust in mapping.trust_accounts.items()
        }
        self.terms = terms_of(mapping)
        liabilities = {c: trust_liability_target(mapping, c) for c in mapping.trust_accounts}
        self.liabilities = {
            code: Control(TRUST_LIABILITY, self._account(target))
            for code, target in liabilities.items()
            if target
        }
        special = mapping.special
        self.transfers = self._special("trust transfers", special.trust_transfers)
        self.deposit = self._special("statutory deposit", special.statutory_deposit)
        self.paid_by_firm = self._special("paid by firm", special.paid_by_firm)
        self._chosen = {
            self.transfers: special.trust_transfers,
            self.deposit: special.statutory_deposit,
            self.paid_by_firm: special.paid_by_firm,
        }

    def _system(self, name: str) -> Account | None:
        return next((a for a in self._chart.accounts if a.system_account == name), None)

    def _special(self, name: str, target: str | None) -> Control:
        return Control(name, self._account(target) if target else None)

    def _account(self, target: str) -> Account | None:
        if target.startswith("id:"):
            return self._chart.by_id.get(target.removeprefix("id:"))
        return self._chart.by_code.get(target)

    def of_trust(self, control: Control) -> bool:
        """Whether it holds clients' money, so that nobody else may enter anything on it."""
        return (
            control in self.trust_banks.values()
            or control in self.liabilities.values()
            or control in self._chosen
        )

    def knows(self, control: Control) -> bool:
        """Whether a control is one of the mapping's, or none can be before there is a chart.

        A document that names an account nobody has mapped is held; it makes no account of its own.
        """
        return not self._chart.accounts or control in self._all

    @cached_property
    def _all(self) -> frozenset[Control]:
        return frozenset(self.all())

    def all(self) -> tuple[Control, ...]:
        """Return every control account once; those of trust that are not chosen are left out."""
        every = (
            self.receivable,
            self.payable,
            *self.banks.values(),
            *self.trust_banks.values(),
            *self.liabilities.values(),
            *(control for control, target in self._chosen.items() if target),
        )
        return tuple(dict.fromkeys(every))

    def effects(
        self,
        document: Document,
        payments: ReadOnly[Key, TrustBillPayment] | None = None,
        undone: Document | None = None,
    ) -> Iterator[Effect]:
        """Yield what a document does to the control accounts; its parts are its postings'.

        ``payments`` are those that a transfer of costs may name; they matter where trust is not
        posted, because the transfer then pays their bills. ``undone`` is what the document takes
        back, if it does.
        """
        match document:
            case Reversal() | Void():
                yield from self._undone(document, undone, payments)
            case Receipt() | SupplierPayment():
                yield from self._settled(document)
            case Withdrawal(bank_account=bank, total=total):
                yield Effect("", self._bank(bank), -total)
            case Deposit(bank_account=bank, total=total):
                yield Effect("", self._bank(bank), total)
            case BankTransfer(from_bank_account=left, to_bank_account=reached, amount=amount):
                yield Effect("", self._bank(left), -amount)
                yield Effect("", self._bank(reached), amount)
            case TrustDocument() | OpeningTrust():
                if self.posts_trust:
                    yield from self._trust(document)
                elif isinstance(document, TrustOfficeTransfer):
                    yield from self._covered(document, payments or {})
            case _:
                yield from self._traded(document)

    def _undone(
        self,
        document: Reversal | Void,
        undone: Document | None,
        payments: ReadOnly[Key, TrustBillPayment] | None,
    ) -> Iterator[Effect]:
        """Yield the opposite of what a document did.

        What Xero deletes or voids is gone from the day it was made on; money that moved moves back
        on the new day. A dishonoured receipt's money stands at the bank on both.
        """
        if undone is None:
            return
        bounced = (
            isinstance(document, Reversal)
            and isinstance(undone, Receipt)
            and self._keeps_dishonoured
            and says_dishonoured(document)
        )
        for one in self.effects(undone, payments):
            gone = isinstance(document, Void) or is_deleted(undone, one.part)
            yield replace(one, amount=-one.amount, date=undone.date if gone else None)
            if bounced and gone and one.amount > 0:
                yield Effect(CAME, one.control, one.amount, date=undone.date)
                yield Effect(WENT_BACK, one.control, -one.amount)

    def _traded(  # noqa: C901 -- one for each kind
        self, document: Document
    ) -> Iterator[Effect]:
        """Yield what is owed by clients and to suppliers, where no money moves."""
        match document:
            case Bill(total=0) | SupplierBill(total=0) if self._skips_zero_bills:
                return
            case Bill(total=amount) | OpeningBill(outstanding=amount):
                yield Effect("", self.receivable, amount)
            case CreditNote(total=amount) | OpeningCredit(amount=amount):
                yield Effect("", self.receivable, -amount)
            case WriteOff(amount=amount, bill=bill):
                yield Effect("", self.receivable, -amount, bill)
            case SupplierBill(total=amount) | OpeningSupplierBill(outstanding=amount):
                yield Effect("", self.payable, -amount)
            case SupplierCredit(total=amount):
                yield Effect("", self.payable, amount)
            case LaterAllocation(of=of, allocations=allocations) if self._prepaid(of):
                for one in allocations:
                    invoice = one.invoice
                    yield Effect(bill_part(invoice), self.receivable, -one.amount, invoice)
            case Unallocation(of=of, allocations=allocations) if self._prepaid(of):
                for place, one in enumerate(allocations, 1):
                    yield Effect(f"{place:02}", self.receivable, one.amount, one.invoice)
            case Refund():
                yield from self._refunded(document)
            case _:
                return

    def _settled(self, document: Settling) -> Iterator[Effect]:
        """Yield money received from clients or paid to suppliers; set-offs move no total."""
        received = isinstance(document, Receipt)
        bank, sign = self._bank(document.bank_account), 1 if received else -1
        owed = self.receivable if received else self.payable
        applied = apply(document)
        for paid in applied.payments:
            moved = paid.amount if paid.bank_amount is None else paid.bank_amount
            yield Effect(paid.part, bank, sign * moved)
            yield Effect(paid.part, owed, -sign * paid.amount, paid.invoice)
        if applied.unapplied > 0:
            yield Effect(UNAPPLIED, bank, sign * applied.unapplied)
            if not self._prepaid(document.key):
                yield Effect(UNAPPLIED, owed, -sign * applied.unapplied)

    def _refunded(self, document: Refund) -> Iterator[Effect]:
        to_client = document.of.kind not in PURCHASE_CREDITS
        sign = 1 if to_client else -1
        yield Effect("", self._bank(document.bank_account), -sign * document.amount)
        if not self._prepaid(document.of):
            owed = self.receivable if to_client else self.payable
            yield Effect("", owed, sign * document.amount)

    def _prepaid(self, of: Key) -> bool:
        """Whether this document's unapplied part lies on the prepayments account, not on ours."""
        return of.kind == Receipt.kind and self._keeps_prepayments

    def _trust(self, document: TrustDocument | OpeningTrust) -> Iterator[Effect]:
        match document:
            case TrustReceipt(trust_account=code) | OpeningTrust(trust_account=code):
                yield from self._owed("", code, document.amount)
            case TrustBankEntry(trust_account=code, direction=way, amount=amount):
                yield from self._owed("", code, amount if way == "in" else -amount)
            case TrustPayment(trust_account=code, supplier_bill=bill, amount=amount):
                yield from self._owed(BANK if bill else "", code, -amount)
                if bill:
                    yield Effect("", self.payable, amount)
            case TrustTransfer():
                yield from self._transferred(document)
            case TrustBillPayment(trust_account=code, allocations=allocations):
                for one in allocations:
                    part = bill_part(one.bill)
                    yield Effect(part, self._trust_liability(code), one.amount)
                    yield Effect(part, self.receivable, -one.amount)
            case _:
                yield from self._firms(document)

    def _firms(self, document: TrustDocument | OpeningTrust) -> Iterator[Effect]:
        """Yield what moves without a matter's balance: the firm's money, and deposits."""
        match document:
            case TrustOfficeTransfer(trust_account=code, bank_account=bank, direction=way):
                signed = document.amount if way == "to_office" else -document.amount
                yield Effect("", self._bank(bank), signed)
                yield Effect("", self._trust_bank(code), -signed)
            case StatutoryDeposit(trust_account=code, direction=way, amount=amount):
                signed = amount if way == "in" else -amount
                yield Effect("", self.deposit, signed)
                yield Effect("", self._trust_bank(code), -signed)
            case FirmAdvance(trust_account=code, direction="advance", amount=amount):
                yield Effect("", self.paid_by_firm, amount)
                yield Effect("", self._trust_bank(code), -amount)
            case FirmAdvance(trust_account=code, amount=amount):
                yield Effect("", self._trust_liability(code), amount)
                yield Effect("", self.paid_by_firm, -amount)
            case _:
                return

    def _owed(self, part: str, code: str, amount: int) -> Iterator[Effect]:
        yield Effect(part, self._trust_bank(code), amount)
        yield Effect(part, self._trust_liability(code), -amount)

    def _transferred(self, document: TrustTransfer) -> Iterator[Effect]:
        left, reached = document.from_.trust_account, document.to.trust_account
        if between_banks(document):
            yield Effect(TRANSFER, self._trust_bank(left), -document.amount)
            yield Effect(TRANSFER, self._trust_bank(reached), document.amount)
        owed, owed_then = self._trust_liability(left), self._trust_liability(reached)
        if between_ledgers(document) or owed != owed_then:
            yield Effect(JOURNAL, owed, document.amount)
            yield Effect(JOURNAL, owed_then, -document.amount)

    def _covered(
        self, document: TrustOfficeTransfer, payments: ReadOnly[Key, TrustBillPayment]
    ) -> Iterator[Effect]:
        for key in document.payments:
            for one in payments[key].allocations if key in payments else ():
                yield Effect(bill_part(one.bill), self._bank(document.bank_account), one.amount)
                yield Effect(bill_part(one.bill), self.receivable, -one.amount, one.bill)

    def _bank(self, code: str) -> Control:
        return self.banks.get(code) or Control(code, None)

    def _trust_bank(self, code: str) -> Control:
        return self.trust_banks.get(code) or Control(code, None)

    def _trust_liability(self, code: str) -> Control:
        return self.liabilities.get(code) or Control(TRUST_LIABILITY, None)
