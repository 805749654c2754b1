"""An object of Xero and a counterfoil of ours, in one form, so that they can be compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from counterfoil.core.findings import Finding
from counterfoil.core.xero_documents import AccountRef, Totals
from counterfoil.posting.records import PostingKey

NO_ACCOUNT = AccountRef()
ENDED = frozenset({"VOIDED", "DELETED"})
"""Statuses of objects that count for nothing any more."""


class ShownLine(NamedTuple):
    """A line; quantity and unit amount in ten-thousandths, ``tax`` and ``amount`` in hundredths.

    A journal's line has no quantity, and its signed amount as the unit amount. ``tax`` is None
    where we left it to Xero. ``amount`` is Xero's own, and absent from what was sent.
    """

    quantity: int | None
    unit_amount: int | None
    account: AccountRef
    tax_type: str
    tax: int | None
    tracking: frozenset[tuple[str, str]]
    description: str = ""
    amount: int | None = None


class Share(NamedTuple):
    """Money or credit on a document, by the id of the payment, credit or allocation.

    ``of`` is the invoice that an allocation goes to; ``amount`` is in hundredths.
    """

    xero_id: str
    amount: int | None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as Xero shows it, or as it was sent: what was not said is empty or None.

    ``xero_id`` is the id that links name: of prepaid money that of its credit. ``due`` is what is
    left of an invoice or a credit. ``credits`` are those applied to an invoice, ``allocations``
    those that a credit gave. ``bank_amount`` is what a payment came to in the bank account's
    currency. Amounts are in hundredths.
    """

    resource: str
    xero_id: str
    type: str = ""
    number: str = ""
    reference: str = ""
    status: str = ""
    date: dt.date | None = None
    due_date: dt.date | None = None
    contact_id: str = ""
    currency: str = ""
    rate: Decimal | None = None
    total: int | None = None
    tax: int | None = None
    due: int | None = None
    account: AccountRef = NO_ACCOUNT
    to_account: AccountRef = NO_ACCOUNT
    document_id: str = ""
    reconciled: bool = False
    amounts_are: str = ""
    lines: tuple[ShownLine, ...] = ()
    payments: tuple[Share, ...] = ()
    credits: tuple[Share, ...] = ()
    allocations: tuple[Share, ...] = ()
    bank_amount: int | None = None

    @property
    def counts(self) -> bool:
        """Whether it has any effect."""
        return self.status not in ENDED

    @property
    def totals(self) -> Totals | None:
        """Its three sums, where it has a tax."""
        if self.total is None or self.tax is None:
            return None
        return Totals(self.total - self.tax, self.tax, self.total)

    @property
    def name(self) -> str:
        """What people know it by; a journal's narration opens with its number."""
        return (self.number or self.reference).partition(" | ")[0]


@dataclass(frozen=True, slots=True)
class Kept:
    """A counterfoil: a posting in Xero, the number of its document, and what was sent.

    ``total`` is Xero's own from its answer. ``sent`` is None where the body is erased, or where
    the object was found and not made. ``ended`` when we have voided or deleted it ourselves;
    ``draft`` while it is one, and counts nowhere.
    """

    posting: PostingKey
    resource: str
    number: str
    xero_id: str
    total: int | None = None
    sent: Shown | None = None
    ended: bool = False
    draft: bool = False

    @property
    def name(self) -> str:
        """What the practice calls it."""
        return f"{self.posting.kind.replace('_', ' ')} {self.number or self.posting.id}"


@dataclass(frozen=True, slots=True)
class Known:
    """What a comparison needs beside the two sides.

    ``accounts`` maps codes to AccountIDs, ``merged`` contacts to what they were merged into.
    ``linked`` are the ids, among those on the object, that are ours; ``allocated`` the allocations
    that we made of it. ``in_flight`` names what our own postings on their way may be settling.
    """

    accounts: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    linked: frozenset[str] = frozenset()
    allocated: tuple[Kept, ...] = ()
    in_flight: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that differs. ``xero_id`` is of what differs, ``read_from`` of what showed it.

    ``posting`` is None for what somebody else entered, and for accounts.
    """

    finding: Finding
    resource: str
    xero_id: str
    read_from: str
    name: str
    posting: PostingKey | None = None

    @property
    def code(self) -> str:
        """The finding's."""
        return self.finding.code
