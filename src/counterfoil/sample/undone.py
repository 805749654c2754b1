"""What the office regretted within the month: a bounced cheque, a void bill, credit taken off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Allocation,
    Bill,
    CreditNote,
    EitherAllocation,
    LaterAllocation,
    Line,
    Party,
    Receipt,
    Reversal,
    Unallocation,
    Void,
    Withdrawal,
)
from counterfoil.sample.office import SUPPLIERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Document

CLIENT: Final = Party(id="c-990", name="Lantern Cafe Pty Ltd")


def regretted(last_day: dt.date) -> Iterator[Document]:
    """Yield a few documents, and others that take them back."""
    yield from _bounced(last_day)
    yield from _void(last_day)
    yield from _taken_off(last_day)
    yield from _paid_twice(last_day)


def _bounced(last_day: dt.date) -> Iterator[Document]:
    """Yield a bill whose cheque the bank returned, and which was then paid in money."""
    owed = _bill("1", 660_00, last_day - dt.timedelta(days=20))
    cheque = _receipt("1", owed, last_day - dt.timedelta(days=12), "Cheque")
    yield from (owed, cheque)
    yield Reversal(
        id="rv-1",
        number="RV-0001",
        date=last_day - dt.timedelta(days=8),
        reverses=cheque.key,
        reason="Cheque dishonoured: refer to drawer",
    )
    yield _receipt("2", owed, last_day - dt.timedelta(days=2), "EFT")


def _void(last_day: dt.date) -> Iterator[Document]:
    """Yield a bill that was drawn up twice, and the second declared void."""
    twice = _bill("2", 660_00, last_day - dt.timedelta(days=20))
    yield twice
    yield Void(
        id="vo-1",
        date=last_day - dt.timedelta(days=19),
        voids=twice.key,
        reason="Drawn up twice",
    )


def _taken_off(last_day: dt.date) -> Iterator[Document]:
    """Yield credit that was applied to one bill, taken off it, and applied to another."""
    wrong, right = (_bill(n, 220_00, last_day - dt.timedelta(days=15)) for n in "34")
    credit = CreditNote(
        id="cn-900",
        number="CN-0900",
        date=last_day - dt.timedelta(days=10),
        client=CLIENT,
        lines=(_line("Goodwill", 110_00),),
        tax=10_00,
        total=110_00,
    )
    yield from (wrong, right, credit)
    days = (9, 6, 6)
    kinds = ((LaterAllocation, wrong), (Unallocation, wrong), (LaterAllocation, right))
    for number, (ago, (kind, bill)) in enumerate(zip(days, kinds, strict=True), start=1):
        yield kind(
            id=f"al-90{number}",
            date=last_day - dt.timedelta(days=ago),
            of=credit.key,
            allocations=(EitherAllocation(bill=bill.key, amount=110_00),),
        )


def _paid_twice(last_day: dt.date) -> Iterator[Document]:
    """Yield a withdrawal that was made by mistake, and came back."""
    rent = Line(description="Rent", account="5-4000", tax_code="GST", total=500_00, tax=50_00)
    made = Withdrawal(
        id="w-2",
        number="W-0002",
        date=last_day - dt.timedelta(days=9),
        payee=SUPPLIERS[2],
        bank_account="OFFICE",
        lines=(rent,),
        tax=50_00,
        total=550_00,
    )
    yield made
    yield Reversal(
        id="rv-2",
        number="RV-0002",
        date=last_day - dt.timedelta(days=7),
        reverses=made.key,
        reason="Paid twice; the landlord sent it back",
    )


def _bill(number: str, gross: int, date: dt.date) -> Bill:
    line = _line("Advice", gross)
    return Bill(
        id=f"b-90{number}",
        number=f"HV-90{number}",
        date=date,
        client=CLIENT,
        lines=(line,),
        tax=gross // 11,
        total=gross,
    )


def _line(text: str, gross: int) -> Line:
    tax = gross // 11
    return Line(description=text, account="4-1000", tax_code="GST", total=gross - tax, tax=tax)


def _receipt(number: str, bill: Bill, date: dt.date, method: str) -> Receipt:
    return Receipt(
        id=f"r-90{number}",
        number=f"R-9010{number}",
        date=date,
        client=CLIENT,
        bank_account="OFFICE",
        amount=bill.total,
        allocations=(Allocation(bill=bill.key, amount=bill.total),),
        method=method,
    )
