"""What a Xero organisation offers: accounts, tax rates, tracking, currencies, lock dates.

Values only; they are read from Xero's replies in ``xero.decode``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property


class AccountClass(StrEnum):
    """Xero's five account classes."""

    ASSET = "ASSET"
    EQUITY = "EQUITY"
    EXPENSE = "EXPENSE"
    LIABILITY = "LIABILITY"
    REVENUE = "REVENUE"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the organisation. Bank accounts have no code by default."""

    account_id: str
    code: str | None
    name: str
    type: str
    account_class: AccountClass
    status: str
    tax_type: str | None = None
    takes_payments: bool = False
    system_account: str | None = None
    currency: str | None = None

    @property
    def active(self) -> bool:
        """Whether new transactions may use it."""
        return self.status == "ACTIVE"

    @property
    def is_bank(self) -> bool:
        """Whether it is a bank account."""
        return self.type == "BANK"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate. ``rate`` is in ten-thousandths of a percent: 10 % is 100_000."""

    tax_type: str
    name: str
    status: str
    rate: int
    applies_to: frozenset[AccountClass]

    @property
    def active(self) -> bool:
        """Whether new transactions may use it."""
        return self.status == "ACTIVE"


@dataclass(frozen=True, slots=True)
class TrackingCategory:
    """A tracking category with its active options."""

    category_id: str
    name: str
    status: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisation itself. A lock date binds what is dated on it or before.

    ``year_end`` is the month and day on which its financial year ends, None where Xero did not say.
    """

    organisation_id: str
    name: str
    base_currency: str
    country: str
    period_lock_date: dt.date | None = None
    end_of_year_lock_date: dt.date | None = None
    timezone: str | None = None
    year_end: tuple[int, int] | None = None

    @property
    def locked_to(self) -> dt.date | None:
        """The later of the two lock dates; an adviser's exemption is never assumed."""
        dates = [d for d in (self.period_lock_date, self.end_of_year_lock_date) if d is not None]
        return max(dates, default=None)


@dataclass(frozen=True)
class Chart:
    """Everything that mapping and conversion may look up, with a version that grows."""

    organisation: Organisation
    accounts: tuple[Account, ...]
    tax_rates: tuple[TaxRate, ...]
    tracking: tuple[TrackingCategory, ...] = ()
    currencies: tuple[str, ...] = ()
    version: int = field(default=1, compare=False)

    def with_organisation(self, organisation: Organisation) -> Chart:
        """Return the next version of the chart, with the organisation as it was just read."""
        return replace(self, organisation=organisation, version=self.version + 1)

    @cached_property
    def by_code(self) -> dict[str, Account]:
        """Accounts by code; those without one are not in it."""
        return {account.code: account for account in self.accounts if account.code}

    @cached_property
    def by_id(self) -> dict[str, Account]:
        """Accounts by AccountID."""
        return {account.account_id: account for account in self.accounts}

    @cached_property
    def rates(self) -> dict[str, TaxRate]:
        """Tax rates by TaxType."""
        return {rate.tax_type: rate for rate in self.tax_rates}
