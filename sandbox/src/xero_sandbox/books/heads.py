"""What the heads of all documents share: dates, currencies, rates, Urls and totals, read alike.

Each function returns what the document has from now on: the value sent, or the current one with
the reason in ``errors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from xero_sandbox.books import refusals
from xero_sandbox.books.arithmetic import CENTS, MILLIONTHS, scaled, totals
from xero_sandbox.books.values import read_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Line
    from xero_sandbox.books.refusals import Refusal

LINE_AMOUNT_TYPES = frozenset({"Exclusive", "Inclusive", "NoTax"})
# Not verified, see text-lengths.
LONGEST_TEXT = 255


def day_of(
    sent: str | None, current: int, errors: list[str], refusal: Refusal = refusals.NO_DATE
) -> int:
    """Return a date as an ordinal; one that cannot be read gives ``refusal``."""
    if sent is None:
        return current
    ordinal = read_day(sent)
    if ordinal is None:
        errors.append(refusal.text)
        return current
    return ordinal


def text_of(name: str, sent: str | None, current: str, errors: list[str]) -> str:
    """Return a reference, or any text that Xero keeps up to 255 characters of."""
    if sent is None:
        return current
    if len(sent) > LONGEST_TEXT:
        errors.append(refusals.TEXT_TOO_LONG.say(name, LONGEST_TEXT))
    return sent


def line_amount_types(sent: str | None, current: str, errors: list[str]) -> str:
    """Return whether line amounts hold their tax."""
    if sent is None or sent in LINE_AMOUNT_TYPES:
        return sent or current
    errors.append(refusals.LINE_AMOUNT_TYPES_NOT_VALID.say(sent))
    return current


def url_of(sent: str | None, current: str | None, errors: list[str]) -> str | None:
    """Return the Url that leads back to the app: absolute, and without Xero's name in it."""
    if sent is None:
        return current
    try:
        parts = urlsplit(sent)
    except ValueError:
        errors.append(refusals.URL_NOT_ABSOLUTE.text)
        return sent
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        errors.append(refusals.URL_NOT_ABSOLUTE.text)
    elif "xero" in sent.lower():
        errors.append(refusals.URL_NAMES_XERO.text)
    return sent


def currency_of(
    organisation: Organisation, sent: str | None, current: str, errors: list[str]
) -> str:
    """Return a currency that the organisation is subscribed to."""
    if sent is None or sent == current or sent in organisation.settings.currencies:
        return sent or current
    errors.append(refusals.CURRENCY_NOT_SUBSCRIBED.say(sent))
    return current


# Not verified, see rate-left-out.
# Not verified, see rate-warning.
def rate_of(
    organisation: Organisation,
    currency: str,
    sent: Decimal | None,
    current: int,
    errors: list[str],
) -> int:
    """Return a currency rate in millionths; in the base currency it is always 1."""
    if currency == organisation.currency:
        return MILLIONTHS
    if sent is None:
        return current
    rate = scaled(sent, MILLIONTHS)
    if rate is None or rate <= 0:
        errors.append(refusals.RATE_NOT_VALID.text)
        return current
    return rate


def positive_cents(name: str, sent: Decimal | None, errors: list[str]) -> int:
    """Return an amount of money that must be above nil, in cents; 0 where it is not."""
    cents = None if sent is None else scaled(sent, CENTS)
    if cents is None or cents <= 0:
        errors.append(refusals.AMOUNT_NOT_POSITIVE.say(name))
        return 0
    return cents


def sums(lines: Iterable[Line], types: str) -> tuple[int, int, int]:
    """Return (SubTotal, TotalTax, Total) of lines in cents."""
    amount = tax = 0
    for line in lines:
        amount += line.line_amount
        tax += line.tax_amount
    return totals(amount, tax, inclusive=types == "Inclusive")


def check_total(total: int, sent: Decimal | None, errors: list[str]) -> None:
    """Refuse a total below nil, and one that was sent and is not the sum of the lines."""
    if total < 0:
        errors.append(refusals.TOTAL_NEGATIVE.text)
    if sent is not None and scaled(sent, CENTS) != total:
        errors.append(refusals.TOTAL_DIFFERS.text)
