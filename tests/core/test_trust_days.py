"""Documents of one day have no order: whatever comes first, the trust books tell the same."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.core.documents import (
    Allocation,
    Document,
    Key,
    LedgerClose,
    Matter,
    Party,
    Reversal,
    Split,
    StatutoryDeposit,
    TrustBillPayment,
    TrustDocument,
    TrustLedger,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)
from counterfoil.core.jurisdictions import JURISDICTIONS
from counterfoil.core.mapping import FirmMoney
from counterfoil.core.money import amount_text
from counterfoil.core.trust_checks import Terms, check
from counterfoil.core.trust_month import trust_month

FIRST = dt.date(2026, 6, 1)
END = dt.date(2026, 6, 30)
DAY = dt.timedelta(days=1)
NSW = JURISDICTIONS["AU-NSW"]
TERMS = Terms({"TRUST1": NSW}, {"TRUST1": FirmMoney("c-1", ("m-1",), 500)})
MATTERS = [
    (Party(id=f"c-{n}", name=f"Client {n}"), Matter(id=f"m-{n}", number=f"M{n}")) for n in (0, 1)
]

Judged = tuple[object, ...]


def judged(documents: Sequence[Document]) -> Judged:
    """All that is told of documents, each recorded on its own day, of which order says nothing."""
    by_day = sorted(documents, key=lambda one: one.date)
    found = check([(one, one.date) for one in by_day], TERMS, END)
    books = {code: replace(book) for code, book in found.books.books.items()}
    for book in books.values():
        book.ledgers = dict(sorted(book.ledgers.items()))
        book.numbers = dict(sorted(book.numbers.items()))
    months = [trust_month(documents, "TRUST1", day, NSW) for day in (FIRST + DAY, END)]
    papers = [(one.opening, one.cash_book, one.ledgers) for one in months]
    return set(found.noted), [*map(str, found.books.exceptions)], books, papers


def made(  # noqa: PLR0911 -- one for each kind
    n: int, what: str, day: int, amount: int, of: int, before: Sequence[Document]
) -> Document:
    """One document of a kind; ``of`` chooses a matter, or what it names among those before it."""
    (client, matter), (their, other) = MATTERS[of % 2], MATTERS[1 - of % 2]
    part = Split(client=client, matter=matter, amount=amount, description="for something")
    received = TrustReceipt(
        id=f"{n:02d}",
        number=f"N{n:02d}",
        date=FIRST + day * DAY,
        trust_account="TRUST1",
        payer=client,
        amount=amount,
        splits=(part,),
        method="EFT",
    )
    id_, number, date = received.id, received.number, received.date
    named = [one for one in before if isinstance(one, TrustDocument)]
    paid = [one for one in before if isinstance(one, TrustBillPayment)]
    match what:
        case "reversal" if named:
            back = named[of % len(named)].key
            return Reversal(id=id_, number=number, date=date, reverses=back, reason="by mistake")
        case "costs" if paid:
            one = paid[of % len(paid)]
            return TrustOfficeTransfer(
                id=id_,
                number=number,
                date=date,
                trust_account="TRUST1",
                bank_account="OFFICE",
                amount=one.amount,
                payments=(one.key,),
            )
        case "payment":
            return TrustPayment(
                id=id_,
                number=number,
                date=date,
                trust_account="TRUST1",
                payee=client,
                amount=amount,
                splits=(part,),
                method="EFT",
            )
        case "bill":
            return TrustBillPayment(
                id=id_,
                number=number,
                date=date,
                trust_account="TRUST1",
                client=client,
                matter=matter,
                amount=amount,
                allocations=(Allocation(bill=Key("bill", "b"), amount=amount),),
            )
        case "transfer":
            here = TrustLedger(trust_account="TRUST1", client=client, matter=matter)
            there = TrustLedger(trust_account="TRUST1", client=their, matter=other)
            return TrustTransfer(
                id=id_, number=number, date=date, amount=amount, from_=here, to=there
            )
        case "close":
            return LedgerClose(
                id=id_, date=date, trust_account="TRUST1", client=client, matter=matter
            )
        case "deposit":
            return StatutoryDeposit(
                id=id_,
                number=number,
                date=date,
                trust_account="TRUST1",
                direction="in" if of % 2 else "out",
                amount=amount,
            )
        case _:
            return received


KINDS = ("receipt", "payment", "transfer", "bill", "costs", "reversal", "close", "deposit")


@st.composite
def streams(draw: st.DrawFn) -> list[Document]:
    """Up to a dozen documents of three days, lawful or not."""
    made_so_far: list[Document] = []
    for n in range(draw(st.integers(1, 12))):
        what, day = draw(st.sampled_from(KINDS)), draw(st.integers(0, 2))
        amount, of = 100 * draw(st.integers(1, 3)), draw(st.integers(0, 11))
        made_so_far.append(made(n, what, day, amount, of, made_so_far))
    return made_so_far


@given(streams(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_another_order_of_a_days_documents_tells_the_same(
    documents: list[Document], chance: Random
) -> None:
    assert judged(chance.sample(documents, len(documents))) == judged(documents)


@given(streams())
def test_a_ledger_is_overdrawn_where_its_day_ends_below_nil(documents: list[Document]) -> None:
    """Told anew from the documents: what each day moved on each ledger, and what that left."""
    dates = {one.key: one.date for one in documents}
    moved: dict[dt.date, list[dict[str, int]]] = {FIRST + n * DAY: [] for n in range(3)}
    undone: set[Key] = set()
    for one in sorted(documents, key=lambda one: one.date):
        if not isinstance(one, Reversal):
            moved[one.date].append(on_ledgers(one))
        elif one.reverses not in undone:
            undone.add(one.reverses)
            original = next(each for each in documents if each.key == one.reverses)
            back = {name: -amount for name, amount in on_ledgers(original).items()}
            moved[max(one.date, dates[one.reverses])].append(back)
    left: Counter[str] = Counter()
    short: set[tuple[str, str]] = set()
    for of_day in moved.values():
        for each in of_day:
            left.update(each)
        fell = {name for each in of_day for name, amount in each.items() if amount < 0}
        short |= {(name, amount_text(-left[name])) for name in fell if left[name] < 0}
    found = check([(one, one.date) for one in documents], TERMS, END)
    told = (one.finding for one in found.noted if one.finding.code == "ledger_overdrawn")
    said = {re.findall(r"matter (m-\d) .* overdrawn by ([\d.,]+)", one.message)[0] for one in told}
    # Of several payments of one day each tells how far it went; the furthest is the day's end.
    assert {name for name, _ in short} == {name for name, _ in said}
    assert short <= said


def on_ledgers(document: Document) -> dict[str, int]:
    match document:
        case TrustReceipt(amount=amount, splits=splits):
            return {splits[0].matter.id: amount}
        case TrustPayment(amount=amount, splits=splits):
            return {splits[0].matter.id: -amount}
        case TrustBillPayment(amount=amount, matter=matter):
            return {matter.id: -amount}
        case TrustTransfer(amount=amount, from_=left, to=reached):
            return {left.matter.id: -amount, reached.matter.id: amount}
        case _:
            return {}
