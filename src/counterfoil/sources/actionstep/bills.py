"""A bill's header from Actionstep, and the bill that can be made of it.

Actionstep's API tells a bill's totals and none of its lines (facts: Actionstep API section 1.3). A
firm says on which account of the practice such a bill goes: as one line, or in two by a rule of its
own. What a file brings under the same number takes their place, if it comes to the same cent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from counterfoil.core.amounts import money_text
from counterfoil.core.documents import Bill
from counterfoil.core.findings import error
from counterfoil.core.reader import Read, read_texts
from counterfoil.sources.actionstep import decode
from counterfoil.sources.actionstep.wire import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Matter
    from counterfoil.core.findings import Finding
    from counterfoil.sources.actionstep.decode import Row

ID_PREFIX: Final = "actionstep:"
LEDES: Final = "ledes:"
"""What the ids of bills from LEDES files begin with."""
DRAFT, OPEN, CLOSED, DELETED = STATES = ("Draft", "Open", "Closed", "Deleted")
"""The states that a bill may have (facts: Actionstep API section 7.1)."""
DIFFERS: Final = "bill_differs_from_actionstep"
"""The code of the finding that a file's bill is not the one that Actionstep tells of."""
ROUNDED: Final = 5
"""Hundredths that a bill's tax may be off its rate by because each line was rounded."""
NOT_BILLED: Final = frozenset({DRAFT, DELETED})
"""States in which a bill is not the client's to pay: never taken in from here."""
LINKS: Final = frozenset({"theirParticipant", "action", "division"})
TOTALS: Final = ("totalInclusive", "totalExclusive", "totalSalesTax")
"""What a bill cannot be made without: a figure that is not told is not nil."""


class Split(StrEnum):
    """How a bill without lines is divided between fees and disbursements."""

    NONE = "none"
    """One line, on the income account."""
    UNTAXED = "untaxed"
    """What the tax at the firm's rate does not explain is disbursements, which bear none."""
    SHARE = "share"
    """A share of each bill is disbursements."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The practice's codes for what has no lines. ``percent`` is the tax rate, or the share."""

    income: str = "FEES"
    disbursements: str = "DISBURSEMENTS"
    taxed: str = "GST"
    untaxed: str = "FREE"
    split: Split = Split.NONE
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Header:
    """A bill as Actionstep tells it; amounts in hundredths, ids as text."""

    id: str
    status: str
    number: str
    date: dt.date | None
    due_date: dt.date | None
    currency: str
    total: int
    net: int
    tax: int
    paid: int
    due: int
    client: str
    matters: tuple[str, ...]
    division: str


@dataclass(frozen=True, slots=True)
class Name:
    """What a contact or a matter is called; ``number`` is a matter's reference."""

    id: str
    name: str
    number: str = ""
    email: str = ""


def header(row: Row) -> Header:
    """Read a row of ``bills``. Raises ``wire.Unreadable`` where a figure or date is none."""
    status = state(row)
    if odd := row.odd & LINKS:
        raise Unreadable(f"Actionstep's link of the bill, {min(odd)}, names no id.")
    money = {name: decode.cents(row, name) for name in (*TOTALS, "totalPaid", "totalDue")}
    absent = [name for name in TOTALS if money[name] is None]
    if absent and status not in NOT_BILLED:
        raise Unreadable(f"Actionstep does not say the bill's {', '.join(absent)}.")
    return _header(row, status, {name: cents or 0 for name, cents in money.items()})


def state(row: Row) -> str:
    """Return a bill's state: one of ``STATES``, or what Actionstep says instead.

    A bill that is said to be deleted, though its state is another, has none of them: nobody can
    tell which of the two is true.
    """
    written = decode.text(row, "status")
    found = next((one for one in STATES if one.casefold() == written.casefold()), written)
    gone = decode.text(row, "deletedTimestamp").strip("0-:TZ. ")
    if gone and found != DELETED:
        return f"{found or 'none'}, deleted"
    return found


def _header(row: Row, status: str, money: dict[str, int]) -> Header:
    return Header(
        row.id,
        status,
        decode.text(row, "ourReference"),
        decode.date(row, "invoiceDate"),
        decode.date(row, "dueDate"),
        decode.text(row, "currency").upper(),
        money["totalInclusive"],
        money["totalExclusive"],
        money["totalSalesTax"],
        money["totalPaid"],
        money["totalDue"],
        next(iter(row.links.get("theirParticipant", ())), ""),
        row.links.get("action", ()),
        next(iter(row.links.get("division", ())), ""),
    )


def bill_of(one: Header, client: Name, matters: Sequence[Name], rule: Rule) -> Read:
    """Make the bill that a header tells of, or say everything that is wrong with it."""
    if one.net + one.tax != one.total:
        return _refused(one, _off(one))
    raw: dict[str, object] = {
        "kind": Bill.kind,
        "id": f"{ID_PREFIX}{one.id}",
        "number": one.number,
        "date": str(one.date or ""),
        "client": _party(client),
        "lines": _lines(one, matters, rule),
        "tax": money_text(one.tax),
        "total": money_text(one.total),
    }
    if one.due_date is not None:
        raw["due_date"] = str(one.due_date)
    if one.currency:
        raw["currency"] = one.currency
    if len(matters) == 1:
        raw["matter"] = _matter(matters[0])
    elif matters:
        raw["memo"] = "Matters: " + ", ".join(_called(each) for each in matters)
    return read_texts(raw)


def with_lines(base: Bill, brought: Bill, home: str) -> Bill | Finding:
    """Return a bill of Actionstep's with the lines of a file; or why the two are not the same.

    ``home`` is the currency of a bill that names none, empty where nobody knows it yet.
    """
    for name, ours, theirs in (
        ("total", base.total, brought.total),
        ("tax", base.tax, brought.tax),
    ):
        if ours != theirs:
            return error(
                DIFFERS,
                f"Bill {base.number} is in the daybook from Actionstep with a {name} of "
                f"{money_text(ours)}; this one says {money_text(theirs)}.",
                _untaxed_fix() if _untaxed(base, brought) else _fix(),
                name,
            )
    if not names_none(brought) and (brought.currency or home) != (base.currency or home):
        return _other_currency(base, brought.currency, home)
    joined = replace(base, lines=brought.lines, tax_inclusive=brought.tax_inclusive)
    return _beside(replace(joined, exchange_rate=brought.exchange_rate), brought)


def names_none(brought: Bill) -> bool:
    """Tell whether a bill comes in a form that has no field for its currency, as LEDES 1998B."""
    return brought.currency is None and brought.id.startswith(LEDES)


def _beside(base: Bill, brought: Bill) -> Bill:
    """Add what a file tells of a bill and Actionstep does not.

    A memo of ours names the matters of a bill that has several: then none is the bill's own.
    """
    return replace(
        base,
        due_date=base.due_date or brought.due_date,
        matter=base.matter or (None if base.memo else brought.matter),
        memo=base.memo or brought.memo,
    )


def as_before(base: Bill, told: Bill, *, lined: bool = False) -> Bill:
    """Return a bill as it is told now, but for what its head does not say anew.

    Its lines stay while they come to the same, whatever the rule has become, and with lines that a
    file brought (``lined``) whatever else only the file tells; a client or matter that is the same
    one keeps the name under which it was billed.
    """
    if told.client.id == base.client.id:
        told = replace(told, client=base.client)
    if told.matter and base.matter and told.matter.id == base.matter.id:
        told = replace(told, matter=base.matter)
    if (told.total, told.tax) != (base.total, base.tax):
        return told
    told = replace(told, lines=base.lines, tax_inclusive=base.tax_inclusive)
    if lined:
        told = _beside(replace(told, exchange_rate=base.exchange_rate), base)
    if told.matter and base.matter and told.matter.id != base.matter.id:
        was, now = _matters_name(base.matter), _matters_name(told.matter)
        lines = [
            replace(one, description=one.description.replace(was, now)[:4000]) for one in told.lines
        ]
        told = replace(told, lines=tuple(lines))
    return told


def _matters_name(matter: Matter) -> str:
    return f"{matter.number} {matter.name or ''}".strip()


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one, whatever their case, spaces and punctuation."""
    first, second = ("".join(filter(str.isalnum, name.casefold())) for name in (one, other))
    return first == second


def _untaxed(base: Bill, brought: Bill) -> bool:
    """Tell whether nothing differs but the tax, of which the file says nothing."""
    return not brought.tax and brought.total in {base.total, base.total - base.tax}


def _fix() -> str:
    return (
        "Correct the bill in Actionstep and pull it again, or export the file anew. The lines are "
        "taken once both agree to the cent."
    )


def _untaxed_fix() -> str:
    return (
        "LEDES 1998B has no field for tax, so it cannot bring the lines of a taxed bill. Export "
        "the bill as LEDES 98BI V2, or bring its lines as CSV with the tax of each."
    )


def _other_currency(base: Bill, theirs: str | None, home: str) -> Finding:
    both = (base.currency, theirs)
    if not home and not all(both):
        ours, this = (f"says {one}" if one else "names no currency" for one in both)
        return error(
            DIFFERS,
            f"Actionstep {ours} for bill {base.number}, and this one {this}. "
            "Which one the firm's own is will be known once Xero's chart is read.",
            "Connect to Xero, then import this again.",
            "currency",
        )
    ours = (
        f"is in {base.currency} in Actionstep"
        if base.currency
        else f"has no currency in Actionstep, so it is in {home} as the books are"
    )
    this = f"is in {theirs}" if theirs else f"names none, so it is in {home} as the books are"
    return error(
        DIFFERS,
        f"Bill {base.number} {ours}; this one {this}.",
        "Export the file in the currency of the bill, or correct the bill's in Actionstep.",
        "currency",
    )


def _lines(one: Header, matters: Sequence[Name], rule: Rule) -> list[dict[str, object]]:
    about = ", ".join(_called(each) for each in matters)
    words = {
        rule.income: "Professional fees" if rule.split is not Split.NONE else "Bill",
        rule.disbursements: "Disbursements",
    }
    return [
        {
            "description": f"{words[account]} {about or one.number}".strip()[:4000],
            "account": account,
            "tax_code": rule.taxed if tax else rule.untaxed,
            "total": money_text(net),
            "tax": money_text(tax),
        }
        for account, net, tax in divided(one.net, one.tax, rule)
    ]


def divided(net: int, tax: int, rule: Rule) -> tuple[tuple[str, int, int], ...]:
    """Divide a bill into account, net and tax; the parts come to the whole."""
    whole = ((rule.income, net, tax),)
    hundred = Decimal(100)
    if rule.split is Split.NONE or not rule.percent:
        return whole
    if rule.split is Split.SHARE:
        costs, on_costs = (_part(each, rule.percent / hundred) for each in (net, tax))
        if costs in {0, net}:  # a part of nothing bears no tax either
            return ((rule.disbursements, net, tax),) if costs else whole
        return (rule.income, net - costs, tax - on_costs), (rule.disbursements, costs, on_costs)
    if tax and abs(_part(net, rule.percent / hundred) - tax) <= ROUNDED:
        return whole
    fees = _part(tax, hundred / rule.percent)
    if abs(fees) > abs(net) or fees * net < 0:
        return whole
    parts = ((rule.income, fees, tax), (rule.disbursements, net - fees, 0))
    return tuple(part for part in parts if part[1]) or whole


def _part(amount: int, share: Decimal) -> int:
    return int((amount * share).quantize(Decimal(1), ROUND_HALF_UP))


def _off(one: Header) -> Finding:
    return error(
        "invoice_total_off",
        f"Actionstep says {money_text(one.net)} without tax, {money_text(one.tax)} tax, and "
        f"{money_text(one.total)} in all, which do not add up.",
        "Look at the bill in Actionstep.",
        "total",
    )


def _refused(one: Header, finding: Finding) -> Read:
    return Read(Bill.kind, f"{ID_PREFIX}{one.id}", None, (finding,))


def _party(client: Name) -> dict[str, object]:
    told: dict[str, object] = {"id": f"{ID_PREFIX}{client.id}", "name": client.name}
    return {**told, "email": client.email} if client.email else told


def _matter(matter: Name) -> dict[str, object]:
    told: dict[str, object] = {
        "id": f"{ID_PREFIX}{matter.id}",
        "number": matter.number or matter.id,
    }
    return {**told, "name": matter.name} if matter.name else told


def _called(matter: Name) -> str:
    return f"{matter.number or matter.id} {matter.name}".strip()
