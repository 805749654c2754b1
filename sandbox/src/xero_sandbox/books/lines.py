"""Document lines: read, checked and computed (facts: Xero API sections 7, 8, 12, 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xero_sandbox.books import refusals
from xero_sandbox.books.arithmetic import (
    CENTS,
    LARGEST_LINE,
    TEN_THOUSANDTHS,
    at_two_decimals,
    discounted,
    product,
    rounded,
    scaled,
    tax_on,
)
from xero_sandbox.books.charts import LETTER_OF_CLASS
from xero_sandbox.books.records import Line
from xero_sandbox.books.tracking import options_of
from xero_sandbox.books.values import four, money, money_text, unit_price

if TYPE_CHECKING:
    from decimal import Decimal

    from xero_sandbox.books.exchange import Body
    from xero_sandbox.books.incoming import LineIn
    from xero_sandbox.books.organisation import Organisation
    from xero_sandbox.books.records import Account, TaxRate
    from xero_sandbox.books.visit import Visit

ONE = TEN_THOUSANDTHS
_LONGEST_DESCRIPTION = 4000
_LARGEST_AMOUNT = LARGEST_LINE * CENTS
_CONTROL = frozenset({"DEBTORS", "CREDITORS"})


@dataclass(slots=True)
class Rules:
    """What a document asks of its lines, and where it is told what is wrong.

    ``complete`` is false on drafts, which may lack things; ``bank`` is a bank transaction, which
    must agree with Xero's own tax; ``discounts`` only sales invoices have.
    """

    line_amount_types: str
    complete: bool
    bank: bool
    discounts: bool
    errors: list[str]
    warnings: list[str]


def read_lines(
    visit: Visit, incoming: list[LineIn], before: list[Line], rules: Rules
) -> list[Line]:
    """Return the lines as they will be kept; faults go to ``rules.errors``.

    A line that names the id of an existing one changes it, any other is new, and an existing
    line that was not sent is gone.
    """
    known = {line.line_id: line for line in before}
    return [_read(visit, line, known, rules) for line in incoming]


def _read(visit: Visit, incoming: LineIn, known: dict[str, Line], rules: Rules) -> Line:
    named = incoming.line_item_id
    before = known.get(named.lower()) if named else None
    quantity, unit_amount, gross = _amounts(visit, incoming, before, rules)
    line = Line(
        before.line_id if before is not None else visit.new_id(),
        incoming.description,
        quantity,
        unit_amount,
        gross,
        0,
    )
    if before is not None:
        _inherit(line, before)
    line.item_code = incoming.item_code
    _discount(line, incoming, rules)
    if incoming.line_amount is not None:
        _compare(line, incoming.line_amount, rules)
    account = _account(visit.organisation, line, incoming, rules)
    _tax(visit.organisation, line, incoming, account, rules)
    if incoming.tracking:
        line.tracking = options_of(visit.organisation, incoming.tracking, rules.errors)
    _check(line, rules)
    return line


def _inherit(line: Line, before: Line) -> None:
    """Keep what an update leaves out."""
    if line.description is None:
        line.description = before.description
    line.account_id = before.account_id
    line.tax_type = before.tax_type
    line.tracking = before.tracking
    line.discount_rate = before.discount_rate
    line.discount_amount = before.discount_amount


def _number(value: Decimal | None, name: str, errors: list[str]) -> int | None:
    if value is None:
        return None
    number = scaled(value, TEN_THOUSANDTHS)
    if number is None or abs(number) > _LARGEST_AMOUNT:
        errors.append(refusals.AMOUNT_NOT_VALID.say(name, str(value)[:40]))
        return 0
    return number


def _amounts(
    visit: Visit, incoming: LineIn, before: Line | None, rules: Rules
) -> tuple[int, int, int]:
    """Return (quantity, unit amount, gross in cents); what is missing is worked out."""
    quantity = _number(incoming.quantity, "Quantity", rules.errors)
    unit_amount = _number(incoming.unit_amount, "UnitAmount", rules.errors)
    total = _number(incoming.line_amount, "LineAmount", rules.errors)
    if before is not None and total is None:
        quantity = before.quantity if quantity is None else quantity
        unit_amount = before.unit_amount if unit_amount is None else unit_amount
    if unit_amount is None and total is not None and (quantity is None or quantity != 0):
        quantity = ONE if quantity is None else quantity
        unit_amount = _divided(total, quantity)
    elif quantity is None and total is not None and unit_amount:
        quantity = _divided(total, unit_amount)
    quantity = ONE if quantity is None else quantity
    unit_amount = unit_amount or 0
    if not visit.four_decimals and unit_amount % CENTS:
        unit_amount = at_two_decimals(unit_amount)
    gross = product(quantity, unit_amount)
    if visit.organisation.settings.arithmetic == "cent_more":
        gross += 1
    if abs(gross) > LARGEST_LINE:
        rules.errors.append(refusals.LINE_TOO_BIG.text)
    return quantity, unit_amount, gross


def _divided(total: int, by: int) -> int:
    return rounded(total * ONE if by > 0 else -total * ONE, abs(by))


def _discount(line: Line, incoming: LineIn, rules: Rules) -> None:
    rate = _number(incoming.discount_rate, "DiscountRate", rules.errors)
    amount = _number(incoming.discount_amount, "DiscountAmount", rules.errors)
    if rate is not None:
        line.discount_rate, line.discount_amount = rate or None, None
    if amount is not None:
        line.discount_amount = rounded(amount, CENTS) or None
    if line.discount_rate is None and line.discount_amount is None:
        return
    if not rules.discounts:
        rules.errors.append(refusals.DISCOUNT_NOT_HERE.text)
        return
    gross = line.line_amount
    line.line_amount = discounted(gross, line.discount_rate, line.discount_amount)
    if (line.discount_rate or 0) > 100 * ONE or (line.line_amount < 0) != (gross < 0):
        shown = incoming.discount_rate or incoming.discount_amount
        rules.errors.append(refusals.DISCOUNT_TOO_BIG.say(shown))


# Not verified, see line-amount-tolerance.
def _compare(line: Line, sent: Decimal, rules: Rules) -> None:
    cents = scaled(sent, CENTS)
    if cents != line.line_amount:
        shown = money_text(cents) if cents is not None else str(sent)[:40]
        expected = money_text(line.line_amount)
        rules.errors.append(refusals.LINE_TOTAL_DIFFERS.say(shown, expected))


def _account(
    organisation: Organisation, line: Line, incoming: LineIn, rules: Rules
) -> Account | None:
    code = incoming.account_code or incoming.account_id
    if not code:
        if line.account_id is None and rules.complete:
            rules.errors.append(refusals.NO_ACCOUNT.text)
        return None if line.account_id is None else organisation.accounts[line.account_id]
    if incoming.account_code:
        account = organisation.account_by_code(incoming.account_code)
    else:
        account = organisation.accounts.get(code.lower())
    line.account_id = None
    if account is None and not rules.complete:
        rules.warnings.append(refusals.ACCOUNT_REMOVED.say(code))
        return None
    if account is None or account.kind == "BANK" or account.system in _CONTROL:
        rules.errors.append(refusals.ACCOUNT_NOT_VALID_HERE.say(code))
        return None
    if account.status != "ACTIVE":
        rules.errors.append(refusals.ACCOUNT_ARCHIVED.say(code))
        return None
    line.account_id = account.account_id
    return account


def check_tax_type(
    organisation: Organisation, tax_type: str, account: Account | None, errors: list[str]
) -> TaxRate | None:
    """Return the tax rate of ``tax_type`` if it may stand on ``account``; faults to ``errors``.

    An unknown type on a known account gives both messages, as Xero does.
    """
    rate = organisation.tax_rates.get(tax_type)
    if rate is None:
        errors.append(refusals.TAX_TYPE_UNKNOWN.say(tax_type))
    elif rate.status != "ACTIVE":
        errors.append(refusals.TAX_RATE_NOT_ACTIVE.text)
    if account is None:
        return rate
    if rate is None or LETTER_OF_CLASS[account.account_class] not in rate.applies:
        code = account.code or account.account_id
        errors.append(refusals.TAX_TYPE_NOT_ON_ACCOUNT.say(tax_type, code))
    return rate


def _tax(
    organisation: Organisation,
    line: Line,
    incoming: LineIn,
    account: Account | None,
    rules: Rules,
) -> None:
    if rules.line_amount_types == "NoTax":
        line.tax_type = "NONE"
        line.net = line.line_amount
        return
    tax_type = incoming.tax_type or line.tax_type or (account.tax_type if account else None)
    line.tax_type = tax_type
    if not tax_type:
        if rules.complete:
            rules.errors.append(refusals.NO_TAX_TYPE.text)
        line.net = line.line_amount
        return
    found = check_tax_type(organisation, tax_type, account, rules.errors)
    rate = 0 if found is None else found.rate
    inclusive = rules.line_amount_types == "Inclusive"
    even = organisation.settings.arithmetic == "ties_to_even"
    line.tax_amount = tax_on(line.line_amount, rate, inclusive=inclusive, ties_to_even=even)
    if incoming.tax_amount is not None:
        _override(line, incoming.tax_amount, rate, rules)
    line.net = line.line_amount - line.tax_amount if inclusive else line.line_amount


# Not verified, see tax-override.
def _override(line: Line, sent: Decimal, rate: int, rules: Rules) -> None:
    """Take the sent tax, where this kind of document lets one differ from Xero's own."""
    tax = scaled(sent, CENTS)
    if tax is None:
        rules.errors.append(refusals.AMOUNT_NOT_VALID.say("TaxAmount", str(sent)[:40]))
        return
    if tax == line.tax_amount:
        return
    shown, total = money_text(tax), money_text(line.line_amount)
    if rules.bank:
        calculated = money_text(line.tax_amount)
        rules.errors.append(refusals.TAX_AMOUNT_DIFFERS.say(shown, calculated))
    elif not rate:
        rules.errors.append(refusals.TAX_AMOUNT_WITHOUT_RATE.say(shown))
    elif abs(tax) > abs(line.line_amount):
        rules.errors.append(refusals.TAX_AMOUNT_TOO_BIG.say(shown, total))
    elif tax * line.line_amount < 0:
        rules.errors.append(refusals.TAX_AMOUNT_SIGN.say(shown, total))
    else:
        line.tax_amount = tax


# Not verified, see zero-quantity.
def _check(line: Line, rules: Rules) -> None:
    description = line.description
    if description is not None and len(description) > _LONGEST_DESCRIPTION:
        longest = _LONGEST_DESCRIPTION
        rules.errors.append(refusals.TEXT_TOO_LONG.say("Description", longest))
    if rules.complete and not description:
        rules.errors.append(refusals.DESCRIPTION_MISSING.text)
    if line.item_code:
        # The sandbox keeps no items, so every code is one that Xero would not know.
        rules.errors.append(refusals.ITEM_UNKNOWN.say(line.item_code))
    if rules.bank and line.quantity <= 0:
        rules.errors.append(refusals.QUANTITY_NOT_POSITIVE.text)
    if rules.bank and line.unit_amount == 0:
        rules.errors.append(refusals.UNIT_AMOUNT_ZERO.text)


def show_line(organisation: Organisation, line: Line, *, four_decimals: bool) -> Body:
    """Return a line as Xero prints it."""
    shown: Body = {
        "LineItemID": line.line_id,
        "Quantity": four(line.quantity),
        "UnitAmount": unit_price(line.unit_amount, four_decimals=four_decimals),
        "LineAmount": money(line.line_amount),
        "TaxAmount": money(line.tax_amount),
        "Tracking": show_tracking(organisation, line.tracking) if line.tracking else [],
        "ValidationErrors": [],
    }
    if line.description is not None:
        shown["Description"] = line.description
    if line.tax_type is not None:
        shown["TaxType"] = line.tax_type
    if line.account_id is not None:
        account = organisation.accounts[line.account_id]
        shown["AccountID"] = account.account_id
        if account.code:
            shown["AccountCode"] = account.code
    if line.discount_rate is not None:
        shown["DiscountRate"] = four(line.discount_rate)
    if line.discount_amount is not None:
        shown["DiscountAmount"] = money(line.discount_amount)
    return shown


def show_tracking(organisation: Organisation, pairs: tuple[tuple[str, str], ...]) -> list[Body]:
    """Return a line's tracking with today's names."""
    shown: list[Body] = []
    for category_id, option_id in pairs:
        category = organisation.tracking[category_id]
        name = next(o.name for o in category.options if o.option_id == option_id)
        shown.append(
            {
                "TrackingCategoryID": category_id,
                "TrackingOptionID": option_id,
                "Name": category.name,
                "Option": name,
            }
        )
    return shown
