"""Currencies: which may be used, and the direction in which Xero wants a rate."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import Lined
from counterfoil.core.findings import Finding, error, warning

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


def payment_rate(
    document: Document, invoice: Document | None, organisation: Organisation
) -> Decimal | None:
    """The rate to send with a payment: only where the invoice is in the document's own currency.

    Xero reads a payment's rate as that of the invoice's currency; where the two differ the bank's
    amount says what the money was worth. An invoice not seen yet is taken to be in the same.
    """
    # The base currency may be named or not; it has no rate either way.
    if invoice is not None and invoice.currency != document.currency:
        return None
    return billing_currency(document, organisation)[1]


def check_currency(document: Document, lookup: Lookup) -> Iterator[Finding]:
    """Find a currency that the organisation has not enabled, and a rate that Xero cannot hold."""
    currency, rate = document.currency, document.exchange_rate
    if currency is None:
        return
    about = f"currency:{currency}"
    if currency not in lookup.currencies:
        yield error(
            "currency_not_enabled",
            f"{currency} is not enabled in Xero.",
            f"Add {currency} under Currencies in Xero (its plan must allow several), then refresh.",
            "currency",
            about,
        )
    known = currency in lookup.currencies
    foreign = known and currency != lookup.chart.organisation.base_currency
    if rate is None and foreign and isinstance(document, Lined):
        yield warning(
            "xeros_own_rate",
            f"The document is in {currency} and gives no exchange_rate, so that Xero takes its own "
            "of the day.",
            "Give exchange_rate, in base units for one foreign unit. Without it reconcile does not "
            "know what this is worth: it counts on neither side, and shows among others' in Xero.",
            "exchange_rate",
            f"exchange_rate:{currency}",
        )
    if rate is not None and not to_xero_rate(rate):
        yield error(
            "exchange_rate_too_high",
            f"At {rate} base units for one {currency}, Xero's rate would be 0.000000.",
            "Check the direction of the rate: it is base units per one foreign unit.",
            "exchange_rate",
            about,
        )
