"""Clients' money: every movement of a trust account, and what is recorded about its ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from counterfoil.core.documents.common import (
    MOST_ALLOCATIONS,
    MOST_PAYMENTS,
    MOST_SPLITS,
    Allocation,
    Document,
    Key,
    Matter,
    NumberedDocument,
    Party,
    Split,
)
from counterfoil.core.fields import Field, Form

OfficeDirection = Literal["to_office", "to_trust"]
Direction = Literal["in", "out"]
AdvanceDirection = Literal["advance", "repay"]
Series = Literal["receipt", "payment", "transfer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustDocument(NumberedDocument):
    """What every movement of clients' money carries."""

    once_only: ClassVar[bool] = True

    amount: Annotated[int, Field(Form.MONEY, "what was moved")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustReceipt(TrustDocument):
    """Clients' money received into a trust bank account."""

    kind: ClassVar[str] = "trust_receipt"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    payer: Annotated[Party, Field(Form.RECORD, "who handed the money over")]
    splits: Annotated[
        tuple[Split, ...],
        Field(Form.RECORDS, "whose money it is, by matter", longest=MOST_SPLITS),
    ]
    method: Annotated[str | None, Field(Form.TEXT, "form in which it was received")] = None
    reference: Annotated[str | None, Field(Form.TEXT, "the payer's reference")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPayment(TrustDocument):
    """Clients' money paid out of a trust bank account, perhaps for a supplier's bill."""

    kind: ClassVar[str] = "trust_payment"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    payee: Annotated[Party, Field(Form.RECORD, "who was paid")]
    splits: Annotated[
        tuple[Split, ...],
        Field(Form.RECORDS, "whose money it was, by matter", longest=MOST_SPLITS),
    ]
    method: Annotated[str | None, Field(Form.TEXT, "how it was paid, as in EFT")] = None
    authority: Annotated[str | None, Field(Form.TEXT, "on whose authority")] = None
    supplier_bill: Annotated[
        Key | None,
        Field(
            Form.REFERENCE,
            "the supplier bill that is paid straight from trust",
            refers_to=("supplier_bill", "opening_supplier_bill"),
        ),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLedger:
    """One matter's ledger in one trust account."""

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    client: Annotated[Party, Field(Form.RECORD, "whose money it is")]
    matter: Annotated[Matter, Field(Form.RECORD, "the matter")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustTransfer(TrustDocument):
    """Clients' money moved between matters, between trust accounts, or both."""

    kind: ClassVar[str] = "trust_transfer"

    from_: Annotated[TrustLedger, Field(Form.RECORD, "the ledger that it leaves")]
    to: Annotated[TrustLedger, Field(Form.RECORD, "the ledger that it reaches")]
    authority: Annotated[str | None, Field(Form.TEXT, "on whose authority")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustBillPayment(TrustDocument):
    """The firm's bills paid out of the client's money; the money itself may move later."""

    kind: ClassVar[str] = "trust_bill_payment"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    client: Annotated[Party, Field(Form.RECORD, "whose money it was")]
    matter: Annotated[Matter, Field(Form.RECORD, "the matter ledger that it leaves")]
    allocations: Annotated[
        tuple[Allocation, ...],
        Field(Form.RECORDS, "the bills it pays; they come to the amount", longest=MOST_ALLOCATIONS),
    ]
    authority: Annotated[str | None, Field(Form.TEXT, "on whose authority")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustOfficeTransfer(TrustDocument):
    """Costs moved from trust to office, in one sum for many bills; or office money put in."""

    kind: ClassVar[str] = "trust_office_transfer"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    bank_account: Annotated[str, Field(Form.TEXT, "the practice's code of the office bank account")]
    direction: Annotated[
        OfficeDirection,
        Field(Form.CHOICE, "which way the money goes", choices=get_args(OfficeDirection)),
    ] = "to_office"
    payments: Annotated[
        tuple[Key, ...],
        Field(
            Form.REFERENCES,
            "the payments of bills whose sum this is; none when money is put in",
            longest=MOST_PAYMENTS,
            refers_to=("trust_bill_payment",),
        ),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatutoryDeposit(TrustDocument):
    """Part of a trust account's money placed with the deposit authority, or returned."""

    kind: ClassVar[str] = "statutory_deposit"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    direction: Annotated[
        Direction,
        Field(Form.CHOICE, "in to the deposit, or out back", choices=get_args(Direction)),
    ]
    party: Annotated[Party | None, Field(Form.RECORD, "the deposit authority")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmAdvance(TrustDocument):
    """The firm's own money in trust, paid for a client who has none there yet; or repaid."""

    kind: ClassVar[str] = "firm_advance"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    direction: Annotated[
        AdvanceDirection,
        Field(
            Form.CHOICE,
            "advance is paid out, repay is taken from the client's money",
            choices=get_args(AdvanceDirection),
        ),
    ]
    client: Annotated[Party, Field(Form.RECORD, "for whom it is paid")]
    matter: Annotated[Matter, Field(Form.RECORD, "the matter it is paid for")]
    payee: Annotated[Party | None, Field(Form.RECORD, "who was paid")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustBankEntry(TrustDocument):
    """Interest credited to, or fees charged on, a trust account; the splits say whose."""

    kind: ClassVar[str] = "trust_bank_entry"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    direction: Annotated[
        Direction,
        Field(Form.CHOICE, "in for interest, out for fees", choices=get_args(Direction)),
    ]
    splits: Annotated[
        tuple[Split, ...],
        Field(Form.RECORDS, "whose money it is, by matter", longest=MOST_SPLITS),
    ]
    party: Annotated[Party | None, Field(Form.RECORD, "the bank, or who pays or charges")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustNumberCancelled(NumberedDocument):
    """A number of a trust series that was spoilt or skipped, so that no gap stays unexplained."""

    kind: ClassVar[str] = "trust_number_cancelled"
    once_only: ClassVar[bool] = True

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    series: Annotated[Series, Field(Form.CHOICE, "whose number it was", choices=get_args(Series))]
    reason: Annotated[str, Field(Form.TEXT, "why it was cancelled", longest=4000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerClose(Document):
    """The end of a matter's trust ledger."""

    kind: ClassVar[str] = "ledger_close"
    once_only: ClassVar[bool] = True

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    client: Annotated[Party, Field(Form.RECORD, "whose ledger it is")]
    matter: Annotated[Matter, Field(Form.RECORD, "the matter")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodClose(Document):
    """The end of a period, of one trust account or of the office; its date is the last day."""

    kind: ClassVar[str] = "period_close"

    trust_account: Annotated[
        str | None, Field(Form.TEXT, "the practice's code of the trust account, if it is one's")
    ] = None
