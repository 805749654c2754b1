"""Movements on office bank accounts, journals, and what the bank itself says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, get_args

from counterfoil.core.documents.common import (
    MOST_LINES,
    Document,
    Lined,
    NumberedDocument,
    Party,
)
from counterfoil.core.fields import Field, Form

TaxTreatment = Literal["none", "exclusive", "inclusive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(Lined):
    """Money paid out of an office bank account that pays no bill."""

    kind: ClassVar[str] = "withdrawal"

    payee: Annotated[Party, Field(Form.RECORD, "who was paid")]
    bank_account: Annotated[str, Field(Form.TEXT, "the practice's code of the office bank account")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit(Lined):
    """Money received into an office bank account that pays no bill."""

    kind: ClassVar[str] = "deposit"

    payer: Annotated[Party, Field(Form.RECORD, "who paid")]
    bank_account: Annotated[str, Field(Form.TEXT, "the practice's code of the office bank account")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTransfer(NumberedDocument):
    """Money moved between two office bank accounts."""

    kind: ClassVar[str] = "bank_transfer"

    from_bank_account: Annotated[str, Field(Form.TEXT, "the office bank account that it leaves")]
    to_bank_account: Annotated[str, Field(Form.TEXT, "the office bank account that it reaches")]
    amount: Annotated[int, Field(Form.MONEY, "what was moved")]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One side of a journal's entry."""

    account: Annotated[str, Field(Form.TEXT, "the practice's account code")]
    amount: Annotated[int, Field(Form.MONEY, "debit above zero, credit below")]
    tax_code: Annotated[str | None, Field(Form.TEXT, "the practice's tax code")] = None
    tax: Annotated[int | None, Field(Form.MONEY, "tax of the line, with the amount's sign")] = None
    tracking: Annotated[
        tuple[tuple[str, str], ...],
        Field(Form.OPTIONS, "option per tracking dimension, as in Office: Sydney", longest=2),
    ] = ()
    description: Annotated[str | None, Field(Form.TEXT, "what for", longest=4000)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal(NumberedDocument):
    """A general journal: debits and credits that come to nil."""

    kind: ClassVar[str] = "journal"

    narration: Annotated[str, Field(Form.TEXT, "what it is for", longest=4000)]
    tax_treatment: Annotated[
        TaxTreatment,
        Field(Form.CHOICE, "whether amounts bear tax", choices=get_args(TaxTreatment)),
    ] = "none"
    cash_basis: Annotated[bool, Field(Form.FLAG, "it shows in reports on cash basis too")] = True
    lines: Annotated[
        tuple[JournalLine, ...], Field(Form.RECORDS, "debits and credits", longest=MOST_LINES)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement as the bank printed it."""

    date: Annotated[dt.date, Field(Form.DATE, "the bank's date")]
    amount: Annotated[int, Field(Form.MONEY, "paid in above zero, paid out below")]
    text: Annotated[str, Field(Form.TEXT, "what the bank says about it", longest=4000)]
    reference: Annotated[str | None, Field(Form.TEXT, "the bank's reference")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement(Document):
    """A bank's statement of one account, office or trust; its date is the last day covered."""

    kind: ClassVar[str] = "bank_statement"

    bank_account: Annotated[
        str | None, Field(Form.TEXT, "the practice's code of the office bank account, or")
    ] = None
    trust_account: Annotated[
        str | None, Field(Form.TEXT, "the practice's code of the trust account")
    ] = None
    from_: Annotated[dt.date, Field(Form.DATE, "the first day covered")]
    opening_balance: Annotated[int, Field(Form.MONEY, "balance before the first day")]
    closing_balance: Annotated[int, Field(Form.MONEY, "balance after the last day")]
    lines: Annotated[
        tuple[StatementLine, ...], Field(Form.RECORDS, "the movements", longest=MOST_LINES)
    ]
