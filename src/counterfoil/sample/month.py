"""A month of Harbour & Vale Lawyers, an Australian firm that does not exist.

Some thirty documents are written by hand, so that an accountant can check every figure on paper;
four of them must be held. The rest is generated with a seed: hourly, fixed and disbursement lines,
overridden totals, discounts, GST and what is free of it, receipts, credits, suppliers and banks,
what was taken back, and a lawful stream of clients' money over two trust accounts, with the bank's
statements of both.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from importlib.resources import files
from random import Random
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Allocation,
    Bill,
    CreditNote,
    Document,
    Key,
    Line,
    Party,
    Receipt,
)
from counterfoil.core.money import nearest
from counterfoil.core.reader import read_json
from counterfoil.sample.bills import Habits, Practice, bills
from counterfoil.sample.office import banking, given_up, on_account, settled, supplier_bills
from counterfoil.sample.statement import statement
from counterfoil.sample.trust import Ground, trust_stream
from counterfoil.sample.undone import regretted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIRM: Final = "Harbour & Vale Lawyers"
SEED: Final = 2026
FIRST_DAY: Final = dt.date(2026, 10, 1)
LAST_DAY: Final = dt.date(2026, 10, 31)
LOCKED_TO: Final = dt.date(2026, 6, 30)
"""The period lock date that the firm's Xero organisation has."""
HELD: Final = frozenset({"held-1", "held-2", "held-3", "held-4"})
"""Ids of the documents that must be held, each for a reason that its memo states."""

PAID_IN_FULL: Final = 0.8
PAID_TOGETHER: Final = 0.3
"""How often, of one, a receipt pays its bill in full, and another of the client's with it."""

FIRST_NAMES: Final = ("Amber", "Bluegum", "Cedar", "Dune", "Ember", "Fern", "Granite", "Heath")
TRADES: Final = ("Bakers", "Builders", "Carriers", "Dental", "Farms", "Motors", "Nominees")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each there is, beside what is written by hand.

    Of the bills the last are credited, those before them given up, those before them paid from
    trust as far as there is money.
    """

    bills: int = 150
    receipts: int = 100
    credit_notes: int = 8
    write_offs: int = 4
    paid_from_trust: int = 24
    supplier_bills: int = 30
    trust: int = 74
    clients: int = 40


PRACTICE: Final = Practice(
    {"GST": 100_000, "FREE": 0},
    tracking=((), (("Office", "Sydney"),), (("Office", "Newcastle"),)),
    first_day=FIRST_DAY,
    days=24,
    habits=Habits(inclusive=0.15, negative=0.0, overridden=0.2),
)


def month(seed: int = SEED, size: Size = Size()) -> Iterator[Document]:
    """Yield the month: what is written by hand, then what is generated, bills before the rest."""
    written = list(by_hand())
    yield from written
    chance = Random(seed)
    practice = replace(PRACTICE, clients=size.clients)
    billed = [_named(bill) for bill in bills(seed, size.bills, practice=practice)]
    yield from billed
    paid, from_trust, lost, credited = _shared(billed, size)
    yield from _credit_notes(chance, credited)
    yield from given_up(lost, LAST_DAY)
    yield from _receipts(chance, paid, size.receipts)
    yield from on_account(from_trust[0].client, from_trust[0], LAST_DAY)
    suppliers = list(supplier_bills(chance, size.supplier_bills, FIRST_DAY, practice.days))
    yield from suppliers
    yield from settled(suppliers, LAST_DAY)
    yield from banking(LAST_DAY)
    yield from regretted(LAST_DAY)
    parties = [_party(number) for number in range(1, size.clients + 1)]
    trust = list(trust_stream(seed, size.trust, Ground(parties, from_trust[1:])))
    yield from trust
    for account in ("TRUST1", "TRUST2"):
        yield statement(account, [*written, *trust], FIRST_DAY, LAST_DAY)


def _shared(
    billed: Sequence[Bill], size: Size
) -> tuple[Sequence[Bill], Sequence[Bill], Sequence[Bill], Sequence[Bill]]:
    """Share the bills out, so that no bill is settled twice."""
    credited = len(billed) - size.credit_notes
    lost = credited - size.write_offs
    paid = lost - size.paid_from_trust
    return billed[:paid], billed[paid:lost], billed[lost:credited], billed[credited:]


def corrected() -> Iterator[Document]:
    """Yield the held bill that was wrong in the practice, as its next revision puts it right."""
    for document in by_hand():
        if document.id == "held-3" and isinstance(document, Bill):
            right = sum(line.total for line in document.lines) + document.tax
            yield replace(document, revision=2, total=right, memo="200.00 + 20.00 is 220.00")


def as_corrected() -> Iterator[Document]:
    """Yield the month as it stands once everything is put right."""
    right = {document.key: document for document in corrected()}
    for document in month():
        yield right.get(document.key, document)


def by_hand() -> Iterator[Document]:
    """Yield the documents that are written by hand."""
    text = files("counterfoil.sample").joinpath("by_hand.jsonl").read_text("utf-8")
    for line in text.splitlines():
        document = read_json(line).document
        assert document is not None, line
        yield document


def _named(bill: Bill) -> Bill:
    return replace(bill, client=_party(int(bill.client.id.removeprefix("c-"))))


def _party(number: int) -> Party:
    first, trade = FIRST_NAMES[number % 8], TRADES[number % 7]
    return Party(id=f"c-{number}", name=f"{first} {trade} {number:02d} Pty Ltd")


def _credit_notes(chance: Random, billed: Sequence[Bill]) -> Iterator[CreditNote]:
    """Yield a reduction of a tenth, with GST, applied to its bill."""
    for number, bill in enumerate(billed, start=1):
        net = max(10, bill.total // 11)
        tax = nearest(net, 10)
        line = Line(
            description="Reduction agreed with the client",
            account="4-1000",
            tax_code="GST",
            total=net,
            tax=tax,
        )
        applied = Allocation(bill=bill.key, amount=min(net + tax, bill.total))
        yield CreditNote(
            id=f"cn-{number}",
            number=f"CN-{number:04d}",
            date=_later(bill.date, chance),
            client=bill.client,
            matter=bill.matter,
            lines=(line,),
            tax=tax,
            total=net + tax,
            allocations=(applied,),
        )


def _receipts(chance: Random, billed: Sequence[Bill], count: int) -> Iterator[Receipt]:
    """Yield receipts: most pay one bill in full, some a part, some two bills of one client."""
    unpaid = [bill for bill in billed if bill.total > 0]
    chance.shuffle(unpaid)
    for number in range(1, count + 1):
        bill = unpaid.pop()
        in_full = chance.random() < PAID_IN_FULL
        amounts = [(bill, bill.total if in_full else max(1, bill.total // 3))]
        other = next((b for b in unpaid if b.client == bill.client), None)
        if other is not None and len(unpaid) > count - number and chance.random() < PAID_TOGETHER:
            unpaid.remove(other)
            amounts.append((other, other.total))
        yield _receipt(number, amounts, chance)


def _receipt(number: int, amounts: Sequence[tuple[Bill, int]], chance: Random) -> Receipt:
    latest = max(bill.date for bill, _ in amounts)
    return Receipt(
        id=f"r-{number}",
        number=f"R-{number:05d}",
        date=_later(latest, chance),
        client=amounts[0][0].client,
        bank_account="OFFICE",
        amount=sum(amount for _, amount in amounts),
        allocations=tuple(
            Allocation(bill=Key("bill", bill.id), amount=amount) for bill, amount in amounts
        ),
        method=chance.choice(("EFT", "Card", "Cheque")),
    )


def _later(date: dt.date, chance: Random) -> dt.date:
    return min(LAST_DAY, date + dt.timedelta(days=chance.randrange(1, 7)))
