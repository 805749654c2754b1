"""Currencies: which may be used, and the direction in which Xero wants a rate."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from counterfoil.core.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.chart import Organisation
    from counterfoil.core.documents import Document
    from counterfoil.core.lookup import Lookup

_SIX_DECIMALS: Final = Decimal("0.000001")


def to_xero_rate(exchange_rate: Decimal) -> Decimal:
    """Turn base units per foreign unit into Xero's foreign units per base unit, to six decimals.

    Ties cannot matter to the books: Xero keeps six decimals of a rate, and equality is promised in
    the document's own currency.
    """
    return (1 / exchange_rate).quantize(_SIX_DECIMALS, rounding=ROUND_HALF_UP)


def billing_currency(
    document: Document, organisation: Organisation
) -> tuple[str | None, Decimal | None]:
    """The currency and rate to send: none for the base currency, which Xero assumes."""
    if document.currency is None or document.currency == organisation.base_currency:
        return None, None
    rate = document.exchange_rate
    return document.currency, None if rate is None else to_xero_rate(rate)


def check_currency(document: Document, lookup: Lookup) -> Iterator[Finding]:
    """Find a currency that the organisation has not enabled."""
    currency = document.currency
    if currency is None or currency in lookup.currencies:
        return
    yield error(
        "currency_not_enabled",
        f"{currency} is not enabled in Xero.",
        f"Add {currency} under Currencies in Xero (its plan must allow several), then refresh.",
        "currency",
        f"currency:{currency}",
    )
