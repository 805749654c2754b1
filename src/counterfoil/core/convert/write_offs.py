"""Write-offs: a credit note on the bill's own accounts or on that of bad debts, allocated to it."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Final

from counterfoil.core import references
from counterfoil.core.conversion import Act, Conversion, Planned
from counterfoil.core.convert.billing import (
    Figures,
    Posted,
    Terms,
    look_up_lines,
    post_items,
)
from counterfoil.core.convert.history import needs_history
from counterfoil.core.convert.invoices import contact, reference, symbol
from counterfoil.core.convert.parts import Part, parts_of
from counterfoil.core.currency import billing_currency
from counterfoil.core.documents import Bill, OpeningBill
from counterfoil.core.findings import Finding, error, holds, note, warning
from counterfoil.core.lookup import Direction
from counterfoil.core.money import amount_text
from counterfoil.core.parts import bill_part
from counterfoil.core.source_checks import check_taxes
from counterfoil.core.texts import one_line
from counterfoil.core.trade import trade_of
from counterfoil.core.xero_documents import Allocation, CreditNote, Symbol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import WriteOff
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.source_checks import Item

RELIEF_MONTHS: Final = 6
"""British VAT on a bad debt comes back only when it is more than six months overdue."""
_BRITISH: Final = frozenset({"GB", "UK"})

AnyBilled = Bill | OpeningBill


def convert_write_off(document: WriteOff, books: Books, lookup: Lookup) -> Conversion:
    """Return a credit note to the bill's client, and its allocation to the bill."""
    bill = books.referenced.get(document.bill)
    if not isinstance(bill, AnyBilled):
        return Conversion((), (_without_bill(document),))
    findings = [*references.check_write_off(document, bill, books)]
    posted = None if holds(findings) else _posted(document, bill, lookup, findings)
    if posted is None:
        return Conversion((), tuple(findings))
    credit = Planned("", Act.CREATE, _credit_note(document, bill, posted, lookup), (contact(bill),))
    return Conversion((credit, _allocation(document, books)), tuple(findings))


def _credit_note(document: WriteOff, bill: AnyBilled, posted: Posted, lookup: Lookup) -> CreditNote:
    """The credit is in the bill's currency, at the rate of the day it is given, if that is told."""
    currency, rate = billing_currency(bill, lookup.chart.organisation)
    _, own_rate = billing_currency(document, lookup.chart.organisation)
    return CreditNote(
        trade_of(bill).credit,
        contact(bill),
        one_line(document.number),
        reference(bill),
        document.date,
        posted.amounts_are,
        posted.lines,
        posted.expected,
        currency,
        own_rate or rate,
    )


def _allocation(document: WriteOff, books: Books) -> Planned:
    bill = Symbol(*document.bill)
    date = references.applied_on(document.date, books, document.bill)
    element = Allocation(symbol(document), bill, document.amount, date)
    return Planned(bill_part(document.bill), Act.ALLOCATE, element, (symbol(document), bill))


def _posted(
    document: WriteOff, bill: AnyBilled, lookup: Lookup, findings: list[Finding]
) -> Posted | None:
    relief = _tax_comes_back(document, bill, lookup)
    if document.reason == "bad_debt":
        findings += _shown(document, relief, lookup)
    inclusive = bill.tax_inclusive and not document.lines
    if document.lines:
        items = _from_lines(document, lookup, findings)
    else:
        items = _from_bill(document, bill, lookup, findings, relief=relief)
    if holds(findings):
        return None
    tax = sum(item.tax or 0 for item in items)
    if not inclusive:
        tax = document.amount - sum(item.total for item in items)
    figures = Figures(tax, document.amount, inclusive)
    return post_items(items, figures, lookup, Terms(Direction.SALES), findings)


def _from_lines(document: WriteOff, lookup: Lookup, findings: list[Finding]) -> list[Item]:
    """Take the write-off's own lines, which do not include tax; what is left over is tax."""
    bad = document.reason == "bad_debt"
    direction = Direction.BAD_DEBT if bad else Direction.SALES
    items = look_up_lines(document.lines, lookup, direction, findings)
    tax = document.amount - sum(line.total for line in document.lines)
    given = [line.tax for line in document.lines if line.tax is not None]
    if given and sum(given) != tax:
        findings.append(_lines_off(document, sum(given) - tax))
    elif len(items) == len(document.lines):
        findings += check_taxes(items, tax, inclusive=False)
    return items


def _from_bill(
    document: WriteOff, bill: AnyBilled, lookup: Lookup, findings: list[Finding], *, relief: bool
) -> list[Item]:
    parts = parts_of(bill, document.amount, lookup, findings, "bill")
    if document.reason == "adjustment":
        return [part.item(inclusive=bill.tax_inclusive) for part in parts]
    items = (
        _bad_debt(part, lookup, findings, inclusive=bill.tax_inclusive, relief=relief)
        for part in parts
    )
    return [item for item in items if item is not None]


def _bad_debt(
    part: Part, lookup: Lookup, findings: list[Finding], *, inclusive: bool, relief: bool
) -> Item | None:
    """Move a part of the bill to the write-off account, with the tax type that suits its class."""
    account = lookup.special("write_off")
    if relief:
        target, faults = lookup.taxed(account, part.tax_code, Direction.BAD_DEBT)
        item = part.item(inclusive=inclusive)
    else:
        target, faults = lookup.untaxed(account)
        item = part.item(inclusive=True)._replace(tax=0)
    findings += (each for each in faults if each not in findings)
    return None if target is None else item._replace(target=target)


def _tax_comes_back(document: WriteOff, bill: AnyBilled, lookup: Lookup) -> bool:
    """Whether the tax on a bad debt may be claimed back (documents.md, write-off)."""
    if lookup.chart.organisation.country not in _BRITISH:
        return True
    return document.date > _months_later(bill.due_date or bill.date, RELIEF_MONTHS)


def _months_later(date: dt.date, months: int) -> dt.date:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date.replace(year=year, month=month + 1, day=min(date.day, last))


def _shown(document: WriteOff, relief: bool, lookup: Lookup) -> Iterator[Finding]:  # noqa: FBT001
    if lookup.chart.organisation.country not in _BRITISH:
        return
    if relief:
        yield note(
            "bad_debt_relief",
            f"The bill is more than {RELIEF_MONTHS} months overdue: its VAT is claimed back.",
            path="reason",
        )
    elif document.lines:
        yield warning(
            "no_bad_debt_relief",
            f"The bill is not more than {RELIEF_MONTHS} months overdue: its VAT cannot be claimed "
            "back yet.",
            "Check that the lines' tax codes bear no tax.",
            "reason",
        )
    else:
        yield note(
            "no_bad_debt_relief",
            f"The bill is not more than {RELIEF_MONTHS} months overdue: it is written off without "
            "tax, and its VAT cannot be claimed back yet.",
            path="reason",
        )


def _lines_off(document: WriteOff, off: int) -> Finding:
    return error(
        "total_off",
        f"The lines with their taxes add up to {amount_text(document.amount + off)}; the amount "
        f"is {amount_text(document.amount)}: a difference of {amount_text(-off)}.",
        "Correct the amount or the lines in the practice system.",
        "amount",
    )


def _without_bill(document: WriteOff) -> Finding:
    return needs_history(
        f"The bill {document.bill.id} that is written off is not here; it says who is credited "
        "and on which accounts.",
        "Send the bill; this write-off is then converted again.",
        "bill",
        str(document.bill),
    )
