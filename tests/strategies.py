"""Documents as Hypothesis draws them: every kind, every field, every form, sums that hold.

What a field may hold is drawn from the field table; here is said only what must hold between the
fields of a kind.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from counterfoil.core.documents import (
    KINDS,
    PURCHASE_CREDITS,
    Allocation,
    Document,
    EitherAllocation,
    JournalLine,
    Key,
    Split,
)
from counterfoil.core.fields import Field, Form
from counterfoil.core.table import Column, kind_shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable

_CHARACTERS = st.characters(exclude_categories=("Cc", "Cs"))
texts = st.text(_CHARACTERS, min_size=1, max_size=20).filter(lambda text: not text.isspace())
prose = st.text(st.one_of(_CHARACTERS, st.sampled_from("\n\t\r")), min_size=1, max_size=30).filter(
    lambda text: not text.isspace()
)
money = st.integers(-(10**12), 10**12)
positive_money = st.integers(1, 10**12)
micro = st.integers(-(10**15), 10**15)
dates = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
rates = st.integers(1, 10**12).map(lambda millionths: Decimal(millionths).scaleb(-6))
tracking = st.dictionaries(texts, texts, max_size=2).map(lambda d: tuple(sorted(d.items())))
_foreign = st.one_of(
    st.just((None, None)), st.tuples(st.sampled_from(["AUD", "NZD", "USD"]), st.none() | rates)
)

Drawn = dict[str, Any]


def references(field: Field) -> st.SearchStrategy[Key]:
    """A document of any kind that may be named there."""
    return st.builds(Key, st.sampled_from(field.refers_to), texts)


def values(column: Column) -> st.SearchStrategy[Any]:
    """What may stand in a field, with its default where it has one."""
    field = column.field
    if column.inner is not None:
        one = records(column.inner.cls)
        drawn: st.SearchStrategy[Any] = (
            one if field.form is Form.RECORD else st.lists(one, max_size=3).map(tuple)
        )
    else:
        drawn = {
            Form.TEXT: prose if field.longest > 1000 else texts,
            Form.MONEY: money,
            Form.QUANTITY: micro,
            Form.PRICE: micro,
            Form.RATE: rates,
            Form.DATE: dates,
            Form.INTEGER: st.integers(1, 1_000_000),
            Form.FLAG: st.booleans(),
            Form.CHOICE: st.sampled_from(field.choices or ("",)),
            Form.CURRENCY: st.sampled_from(["AUD", "NZD", "USD"]),
            Form.REFERENCE: references(field),
            Form.REFERENCES: st.lists(references(field), max_size=3).map(tuple),
            Form.OPTIONS: tracking,
        }[field.form]
    return drawn if column.required else st.just(column.default) | drawn


def records(cls: type) -> st.SearchStrategy[Any]:
    """A record of a class of the format: a party, a line, a split."""
    return st.builds(cls, **{each.attribute: values(each) for each in shape_of(cls).columns})


@st.composite
def documents_of(draw: st.DrawFn, kind: str) -> Document:
    """A document of one kind that reads well; its total is not the sum of its lines."""
    drawn: Drawn = {each.attribute: draw(values(each)) for each in kind_shape(kind).columns}
    drawn["currency"], drawn["exchange_rate"] = draw(_foreign)
    if KINDS[kind].once_only or kind == "reversal":
        drawn["revision"] = 1
    if "amount" in drawn:
        drawn["amount"] = abs(drawn["amount"]) or 1
    for field, agree in _AGREED.items():
        if field in drawn:
            agree(draw, drawn, kind)
    return KINDS[kind](**drawn)


def documents() -> st.SearchStrategy[Document]:
    """A document of any kind."""
    return st.sampled_from(sorted(KINDS)).flatmap(documents_of)


def _lines(draw: st.DrawFn, drawn: Drawn, kind: str) -> None:
    if kind == "journal":
        drawn["lines"] = _journal_lines(draw, drawn["tax_treatment"])
        return
    if kind == "bank_statement":
        drawn["bank_account"], drawn["trust_account"] = draw(
            st.tuples(texts, st.none()) | st.tuples(st.none(), texts)
        )
        drawn["from_"], drawn["date"] = sorted((drawn["from_"], drawn["date"]))
        moved = sum(each.amount for each in drawn["lines"])
        drawn["closing_balance"] = drawn["opening_balance"] + moved
        return
    lines = drawn["lines"]
    if not lines and kind != "write_off":
        (column,) = (each for each in kind_shape(kind).columns if each.name == "lines")
        assert column.inner is not None
        lines = (draw(records(column.inner.cls)),)
    if any(each.tax is None for each in lines):
        lines = tuple(replace(each, tax=None) for each in lines)
    drawn["lines"] = lines


def _journal_lines(draw: st.DrawFn, treatment: str) -> tuple[JournalLine, ...]:
    """Debits and credits that balance; taxes on every line that has a code, or on none."""
    amounts = draw(st.lists(money.filter(bool), min_size=1, max_size=3))
    amounts += [-sum(amounts)] if sum(amounts) else []
    taxed = treatment == "inclusive" and draw(st.booleans())
    made = (draw(records(JournalLine)) for _ in amounts)
    return tuple(
        replace(each, amount=amount, tax=draw(money) if taxed and each.tax_code else None)
        for each, amount in zip(made, amounts, strict=True)
    )


def _allocations(draw: st.DrawFn, drawn: Drawn, kind: str) -> None:
    made: list[Any] = []
    for each in drawn["allocations"] or ():
        if isinstance(each, EitherAllocation):
            made.append(_on_its_side(draw, each, drawn["of"].kind))
        else:
            made.append(each)
    if not made and kind in {"allocation", "unallocation", "trust_bill_payment"}:
        one = EitherAllocation if kind != "trust_bill_payment" else Allocation
        made = [draw(records(one))]
        if one is EitherAllocation:
            made = [_on_its_side(draw, made[0], drawn["of"].kind)]
    made = [
        replace(each, amount=abs(each.amount) or 1, bank_amount=abs(each.bank_amount or 0) or None)
        if kind != "trust_bill_payment"
        else replace(each, amount=abs(each.amount) or 1, bank_amount=None)
        for each in {each.invoice: each for each in made}.values()
    ]
    if len(made) > 1 and kind in {"receipt", "supplier_payment"} and draw(st.booleans()):
        made[-1] = replace(made[-1], amount=-min(e.amount for e in made), bank_amount=None)
    drawn["allocations"] = tuple(made)
    over = 0 if kind == "trust_bill_payment" else draw(st.integers(1, 10**6))
    applied = sum(each.bank_amount or each.amount for each in made)
    for name in {"total", "amount"} & {*drawn}:
        drawn[name] = max(applied, 0) + over


def _on_its_side(draw: st.DrawFn, allocation: EitherAllocation, of: str) -> EitherAllocation:
    side = "supplier_bill" if of in PURCHASE_CREDITS else "bill"
    named = Key(draw(st.sampled_from((side, f"opening_{side}"))), draw(texts) + "’")
    if side == "bill":
        return replace(allocation, bill=named, supplier_bill=None)
    return replace(allocation, supplier_bill=named, bill=None)


def _splits(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    made = drawn["splits"] or (draw(records(Split)),)
    drawn["splits"] = tuple(replace(each, amount=abs(each.amount) or 1) for each in made)
    drawn["amount"] = sum(each.amount for each in drawn["splits"])


def _two_accounts(_: st.DrawFn, drawn: Drawn, __: str) -> None:
    if drawn["to_bank_account"] == drawn["from_bank_account"]:
        drawn["to_bank_account"] += "2"


def _two_ledgers(_: st.DrawFn, drawn: Drawn, __: str) -> None:
    to = drawn["to"]
    drawn["to"] = replace(to, matter=replace(to.matter, id=to.matter.id + "2"))
    drawn["from_"] = replace(drawn["from_"], matter=to.matter)


def _payments(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    named = tuple(dict.fromkeys(drawn["payments"])) or (Key("trust_bill_payment", draw(texts)),)
    drawn["payments"] = named if drawn["direction"] == "to_office" else ()


def _outstanding(draw: st.DrawFn, drawn: Drawn, _: str) -> None:
    drawn["outstanding"] = draw(st.integers(*sorted((0, drawn["total"]))))


_AGREED: dict[str, Callable[[st.DrawFn, Drawn, str], None]] = {
    "lines": _lines,
    "allocations": _allocations,
    "splits": _splits,
    "payments": _payments,
    "to_bank_account": _two_accounts,
    "from_": lambda draw, drawn, kind: _two_ledgers(draw, drawn, kind) if "to" in drawn else None,
    "outstanding": _outstanding,
}
"""What must be made to agree where a document has a field of that name."""
