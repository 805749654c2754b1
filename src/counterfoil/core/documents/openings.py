"""What stood already when the firm began to post: recorded here, never sent to Xero."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, ClassVar

from counterfoil.core.documents.common import Matter, NumberedDocument, Party
from counterfoil.core.documents.purchases import SupplierBilling
from counterfoil.core.documents.sales import Billing
from counterfoil.core.fields import Field, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningBill(Billing):
    """A client's bill that is in Xero already, with what is still owed on it."""

    kind: ClassVar[str] = "opening_bill"

    due_date: Annotated[dt.date | None, Field(Form.DATE, "when it is due; else its date")] = None
    outstanding: Annotated[int, Field(Form.MONEY, "what is still owed")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningSupplierBill(SupplierBilling):
    """A supplier's bill that is in Xero already, with what is still owed on it."""

    kind: ClassVar[str] = "opening_supplier_bill"

    due_date: Annotated[dt.date | None, Field(Form.DATE, "when it is due; else its date")] = None
    outstanding: Annotated[int, Field(Form.MONEY, "what is still owed")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningCredit(NumberedDocument):
    """What a client had in credit at the start."""

    kind: ClassVar[str] = "opening_credit"

    client: Annotated[Party, Field(Form.RECORD, "whose credit it is")]
    amount: Annotated[int, Field(Form.MONEY, "what is in credit")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTrust(NumberedDocument):
    """What a matter held in a trust account at the start."""

    kind: ClassVar[str] = "opening_trust"

    trust_account: Annotated[str, Field(Form.TEXT, "the practice's code of the trust account")]
    client: Annotated[Party, Field(Form.RECORD, "whose money it is")]
    matter: Annotated[Matter, Field(Form.RECORD, "the matter ledger")]
    amount: Annotated[int, Field(Form.MONEY, "what it held")]
