"""Xero's settings replies into a ``Chart``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from counterfoil.core.chart import (
    Account,
    AccountClass,
    Chart,
    Organisation,
    TaxRate,
    TrackingCategory,
)
from counterfoil.xero.decode.loose import (
    Fields,
    Unreadable,
    day,
    envelope,
    flag,
    listed,
    number,
    records,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

CLASS_OF_TYPE: Mapping[str, AccountClass] = {
    **dict.fromkeys(
        ("BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"), AccountClass.ASSET
    ),
    **dict.fromkeys(
        (
            "CURRLIAB",
            "LIABILITY",
            "TERMLIAB",
            "PAYG",
            "PAYGLIABILITY",
            "SUPERANNUATIONLIABILITY",
            "WAGESPAYABLELIABILITY",
        ),
        AccountClass.LIABILITY,
    ),
    "EQUITY": AccountClass.EQUITY,
    **dict.fromkeys(
        (
            "DEPRECIATN",
            "DIRECTCOSTS",
            "EXPENSE",
            "OVERHEADS",
            "SUPERANNUATIONEXPENSE",
            "WAGESEXPENSE",
        ),
        AccountClass.EXPENSE,
    ),
    **dict.fromkeys(("OTHERINCOME", "REVENUE", "SALES"), AccountClass.REVENUE),
}
"""The class of each account type, for replies without ``Class`` (facts: Xero API section 16)."""

MAY_APPLY: Mapping[str, AccountClass] = {
    "CanApplyToAssets": AccountClass.ASSET,
    "CanApplyToEquity": AccountClass.EQUITY,
    "CanApplyToExpenses": AccountClass.EXPENSE,
    "CanApplyToLiabilities": AccountClass.LIABILITY,
    "CanApplyToRevenue": AccountClass.REVENUE,
}


def read_chart(
    *,
    accounts: bytes,
    tax_rates: bytes,
    organisation: bytes,
    tracking: bytes | None = None,
    currencies: bytes | None = None,
    version: int = 1,
) -> Chart:
    """Return the chart that these replies of Xero describe; ``Unreadable`` names the one at fault.

    Archived accounts, rates and categories are kept with their status, so that a mapping onto one
    of them can be told apart from a mapping onto nothing.
    """
    return Chart(
        organisation=read_organisation(organisation),
        accounts=read_accounts(accounts),
        tax_rates=tuple(_tax_rate(entry) for entry in _entries("TaxRates", tax_rates)),
        tracking=tuple(_category(e) for e in _entries("TrackingCategories", tracking)),
        currencies=tuple(text(entry, "Code") for entry in _entries("Currencies", currencies)),
        version=version,
    )


def read_accounts(body: bytes) -> tuple[Account, ...]:
    """Return the accounts of a chart, archived ones too."""
    return tuple(_account(entry) for entry in _entries("Accounts", body))


def _entries(name: str, body: bytes | None) -> list[Fields]:
    if body is None:
        return []
    try:
        return listed(envelope(body), name)
    except Unreadable as error:
        raise Unreadable(f"{name}: {error}") from error


MONTHS, LONGEST_MONTH = 12, 31


def read_organisation(body: bytes) -> Organisation:
    """Return the organisation; a lock date that is not set is missing from Xero's reply."""
    entries = _entries("Organisations", body)
    if not entries:
        raise Unreadable("Organisations: the list is empty")
    fields = entries[0]
    return Organisation(
        organisation_id=text(fields, "OrganisationID"),
        name=text(fields, "Name"),
        base_currency=text(fields, "BaseCurrency"),
        country=text(fields, "CountryCode"),
        period_lock_date=day(fields, "PeriodLockDate"),
        end_of_year_lock_date=day(fields, "EndOfYearLockDate"),
        timezone=text(fields, "Timezone") or None,
        year_end=_year_end(fields),
    )


def _year_end(fields: Fields) -> tuple[int, int] | None:
    month, day_ = (number(fields, f"FinancialYearEnd{name}") for name in ("Month", "Day"))
    if month is None or day_ is None:
        return None
    return (int(month), int(day_)) if 1 <= month <= MONTHS and 1 <= day_ <= LONGEST_MONTH else None


def _account(fields: Fields) -> Account:
    return Account(
        account_id=text(fields, "AccountID"),
        code=text(fields, "Code") or None,
        name=text(fields, "Name"),
        type=text(fields, "Type"),
        account_class=_class(fields),
        status=text(fields, "Status") or "ACTIVE",
        tax_type=text(fields, "TaxType") or None,
        takes_payments=flag(fields, "EnablePaymentsToAccount"),
        system_account=text(fields, "SystemAccount") or None,
        currency=text(fields, "CurrencyCode") or None,
    )


def _class(fields: Fields) -> AccountClass:
    given, kind = text(fields, "Class").upper(), text(fields, "Type").upper()
    if given in AccountClass.__members__:
        return AccountClass[given]
    if kind in CLASS_OF_TYPE:
        return CLASS_OF_TYPE[kind]
    raise Unreadable(
        f"Accounts: account {text(fields, 'Name')!r} has neither a known class nor type"
    )


def _tax_rate(fields: Fields) -> TaxRate:
    return TaxRate(
        tax_type=text(fields, "TaxType"),
        name=text(fields, "Name"),
        status=text(fields, "Status") or "ACTIVE",
        rate=_ten_thousandths(fields),
        applies_to=frozenset(c for name, c in MAY_APPLY.items() if flag(fields, name)),
    )


def _ten_thousandths(fields: Fields) -> int:
    """Return the effective rate; Xero gives it in percent with at most four decimals."""
    rate = number(fields, "EffectiveRate")
    if rate is None:
        rate = number(fields, "DisplayTaxRate") or Decimal(0)
    return int((rate * 10_000).to_integral_value())


def _category(fields: Fields) -> TrackingCategory:
    options = records(fields, "Options")
    return TrackingCategory(
        category_id=text(fields, "TrackingCategoryID"),
        name=text(fields, "Name"),
        status=text(fields, "Status") or "ACTIVE",
        options=tuple(
            text(option, "Name")
            for option in options
            if (text(option, "Status") or "ACTIVE") == "ACTIVE"
        ),
    )
