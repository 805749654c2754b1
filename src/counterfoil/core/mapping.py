"""Practice code to Xero code: the firm's choices, as values.

The shape is that of the mapping file in ``interfaces.md``. Reading it lives in ``mapping_file``,
holding it against a chart in ``readiness``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.core.ledes import Ledes

if TYPE_CHECKING:
    from collections.abc import Mapping as ReadOnly


NEXT_DAY: Final = "next_open_day"
"""The setting of ``lock_date`` by which a document behind the lock goes under a later day."""
DORMANT_DAYS: Final = 365
"""A trust balance that nothing has moved for longer is mentioned; the law of each place differs."""


class Lines(StrEnum):
    """How a bill's lines go to Xero (rounding.md, settings)."""

    SUMMARISED = "summarised"
    ITEMISED = "itemised"
    ITEMISED_2DP = "itemised_2dp"


class Tax(StrEnum):
    """Whose tax stands in Xero (rounding.md, settings)."""

    SOURCE = "source"
    XERO = "xero"


class Guard(StrEnum):
    """What happens to a balance above the rounding guard."""

    HOLD = "hold"
    POST = "post"


class Conduct(StrEnum):
    """What a rule of trust accounting does to the document that breaks it."""

    HOLD = "hold"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class TaxCode:
    """The Xero tax types of a practice tax code, by direction; None where it has none."""

    sales: str | None
    purchases: str | None


@dataclass(frozen=True, slots=True)
class FirmMoney:
    """What of the firm's own money may lie in a trust account (rule T13 of trust accounting).

    ``client`` is the party under which the firm itself stands in ledgers, ``matters`` are the ids
    of the matters that may hold its money, ``limit`` is in hundredths, None where none is set.
    """

    client: str
    matters: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class TrustAccount:
    """A trust bank account: its Xero account, its type and the rules it lives under."""

    xero: str
    type: str = "general"
    jurisdiction: str | None = None
    firm: FirmMoney | None = None


@dataclass(frozen=True, slots=True)
class TrackingTarget:
    """A Xero tracking category with the option that each practice value becomes."""

    category: str
    options: ReadOnly[str, str]


@dataclass(frozen=True, slots=True)
class Special:
    """Xero accounts that no practice code names. None: not chosen."""

    trust_liability: str | ReadOnly[str, str] | None = None
    trust_transfers: str | None = None
    paid_by_firm: str | None = None
    statutory_deposit: str | None = None
    write_off: str | None = None
    prepayments: str | None = None
    dishonoured: str | None = None
    rounding: str | None = None
    no_tax: str | None = None


@dataclass(frozen=True, slots=True)
class OfKind:
    """What one kind of document does otherwise; None follows the settings for all.

    ``number_prefix`` stands before the kind's numbers wherever Xero shows them.
    """

    lines: Lines | None = None
    tax: Tax | None = None
    rounding_guard: Guard | None = None
    number_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The firm's posting rules; ``accounting_basis`` alone has no default.

    ``trust_rules`` names rules of trust accounting, as ``T1``, that the firm wants held or only
    reported, against their default (``trust_rules.INVARIANTS``). Trust money that pays a bill
    without a written authority does so ``bill_notice_days`` after the bill, at the earliest.
    ``time_zone`` is a name of the IANA database, None for the organisation's own in Xero.
    """

    accounting_basis: str
    post_trust: bool = True
    lines: Lines = Lines.SUMMARISED
    tax: Tax = Tax.SOURCE
    rounding_guard: Guard = Guard.HOLD
    unapplied: str = "overpayment"
    lock_date: str = "hold"
    zero_bills: str = "post"
    trust_contact: str = "client"
    tax_filed_to: dt.date | None = None
    start_date: dt.date | None = None
    revisions: str = "update"
    paid_revisions: str = "ask"
    trust_rules: ReadOnly[str, Conduct] = field(default_factory=dict)
    trust_dormant_days: int = DORMANT_DAYS
    bill_notice_days: int = 0
    time_zone: str | None = None
    kinds: ReadOnly[str, OfKind] = field(default_factory=dict)

    def of(self, kind: str) -> Settings:
        """Return the settings as they are for one kind of document."""
        own = self.kinds.get(kind)
        if own is None:
            return self
        return replace(
            self,
            lines=own.lines or self.lines,
            tax=own.tax or self.tax,
            rounding_guard=own.rounding_guard or self.rounding_guard,
        )


@dataclass(frozen=True, slots=True)
class Mapping:
    """A firm's mapping to one organisation. A target is a Xero code, or ``id:<AccountID>``."""

    organisation: str
    settings: Settings
    accounts: ReadOnly[str, str] = field(default_factory=dict)
    bank_accounts: ReadOnly[str, str] = field(default_factory=dict)
    trust_accounts: ReadOnly[str, TrustAccount] = field(default_factory=dict)
    tax_codes: ReadOnly[str, TaxCode] = field(default_factory=dict)
    tracking: ReadOnly[str, TrackingTarget] = field(default_factory=dict)
    special: Special = field(default_factory=Special)
    ledes: Ledes = field(default_factory=Ledes)
    version: int = field(default=1, compare=False)
