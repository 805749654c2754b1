"""Documents as Hypothesis draws them: every field, every form, sums that hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from counterfoil.core.documents import (
    Allocation,
    Bill,
    CreditNote,
    Document,
    Key,
    Line,
    Matter,
    Party,
    Receipt,
    Split,
    TrustReceipt,
)

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
parties = st.builds(Party, id=texts, name=texts, email=st.none() | texts)
matters = st.builds(Matter, id=texts, number=texts, name=st.none() | texts)
tracking = st.dictionaries(texts, texts, max_size=2).map(lambda d: tuple(sorted(d.items())))
_common: dict[str, st.SearchStrategy[Any]] = {
    "id": texts,
    "number": texts,
    "date": dates,
    "organisation": st.none() | texts,
    "memo": st.none() | prose,
}


def lines(tax: st.SearchStrategy[int | None]) -> st.SearchStrategy[Line]:
    """Lines of a bill, all with the same kind of tax."""
    return st.builds(
        Line,
        description=prose,
        account=texts,
        tax_code=texts,
        total=money,
        quantity=st.none() | micro,
        unit_price=st.none() | micro,
        tax=tax,
        tracking=tracking,
        matter=st.none() | matters,
    )


_lines = st.one_of(
    st.lists(lines(st.none()), min_size=1, max_size=4),
    st.lists(lines(money), min_size=1, max_size=4),
).map(tuple)
_billing: dict[str, st.SearchStrategy[Any]] = {
    "client": parties,
    "matter": st.none() | matters,
    "tax_inclusive": st.booleans(),
    "lines": _lines,
    "tax": money,
    "revision": st.integers(1, 1_000_000),
}
_foreign = st.one_of(
    st.just((None, None)), st.tuples(st.sampled_from(["AUD", "NZD", "USD"]), st.none() | rates)
)


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    """A bill that reads well; its total is not the sum of its lines."""
    currency, rate = draw(_foreign)
    drawn: dict[str, Any] = {name: draw(each) for name, each in {**_common, **_billing}.items()}
    due = draw(st.none() | dates)
    return Bill(**drawn, total=draw(money), due_date=due, currency=currency, exchange_rate=rate)


@st.composite
def credit_notes(draw: st.DrawFn) -> CreditNote:
    """A credit note whose allocations come to no more than it holds."""
    allocations = draw(_allocations())
    total = sum(each.amount for each in allocations) + draw(st.integers(1, 10**6))
    drawn: dict[str, Any] = {name: draw(each) for name, each in {**_common, **_billing}.items()}
    return CreditNote(**drawn, total=total, allocations=allocations)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    """A receipt whose allocations come to no more than it holds."""
    allocations = draw(_allocations())
    amount = sum(each.amount for each in allocations) + draw(st.integers(1, 10**6))
    drawn: dict[str, Any] = {name: draw(each) for name, each in _common.items()}
    return Receipt(
        **drawn,
        client=draw(parties),
        bank_account=draw(texts),
        amount=amount,
        allocations=allocations,
        method=draw(st.none() | texts),
        reference=draw(st.none() | texts),
    )


@st.composite
def trust_receipts(draw: st.DrawFn) -> TrustReceipt:
    """A trust receipt whose splits come to its amount."""
    one = st.builds(
        Split,
        client=parties,
        matter=matters,
        amount=positive_money,
        description=st.none() | prose,
    )
    splits = tuple(draw(st.lists(one, min_size=1, max_size=3)))
    drawn: dict[str, Any] = {name: draw(each) for name, each in _common.items()}
    return TrustReceipt(
        **drawn,
        trust_account=draw(texts),
        payer=draw(parties),
        amount=sum(each.amount for each in splits),
        splits=splits,
        method=draw(st.none() | texts),
        reference=draw(st.none() | texts),
    )


def documents() -> st.SearchStrategy[Document]:
    """A document of any kind."""
    return st.one_of(bills(), credit_notes(), receipts(), trust_receipts())


def _allocations() -> st.SearchStrategy[tuple[Allocation, ...]]:
    one = st.builds(
        Allocation,
        bill=texts.map(lambda id_: Key("bill", id_)),
        amount=positive_money,
        bank_amount=st.none() | positive_money,
    )
    return st.lists(one, max_size=3, unique_by=lambda each: each.bill).map(tuple)
