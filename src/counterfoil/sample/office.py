"""The office's own month: suppliers, bank accounts, journals, and what is given up or paid back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    BankTransfer,
    Bill,
    Deposit,
    Document,
    EitherAllocation,
    Journal,
    JournalLine,
    LaterAllocation,
    Line,
    Party,
    Receipt,
    Refund,
    SupplierAllocation,
    SupplierBill,
    SupplierCredit,
    SupplierLine,
    SupplierPayment,
    Withdrawal,
    WriteOff,
)
from counterfoil.core.money import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

SUPPLIERS: Final = tuple(
    Party(id=f"s-{n}", name=name)
    for n, name in enumerate(
        ("Quill Stationers", "Vale Telecom", "Harbour Rents", "Ferry Couriers", "Barrister Lamb"),
        start=1,
    )
)
COSTS: Final = (("5-1000", "Stationery"), ("5-2000", "Telephone"), ("5-3000", "Brief to counsel"))
PAID: Final = 12
"""Supplier bills that are paid within the month."""
TAXED: Final = 0.8
"""How often, of one, a supplier's line bears GST."""
CREDITED: Final = 2
"""Supplier bills of which a part is credited."""


def supplier_bills(
    chance: Random, count: int, first_day: dt.date, days: int
) -> Iterator[SupplierBill]:
    """Yield supplier bills of one or two lines, some with a line that bears no tax."""
    for number in range(1, count + 1):
        lines = tuple(_cost(chance) for _ in range(chance.choice((1, 1, 2))))
        tax = sum(line.tax or 0 for line in lines)
        yield SupplierBill(
            id=f"sb-{number}",
            number=f"SI-{number:04d}",
            date=first_day + dt.timedelta(days=number * days // (count + 1)),
            supplier=chance.choice(SUPPLIERS),
            lines=lines,
            tax=tax,
            total=sum(line.total for line in lines) + tax,
        )


def _cost(chance: Random) -> SupplierLine:
    account, what = chance.choice(COSTS)
    net = chance.randrange(20_00, 3_000_00)
    taxed = chance.random() < TAXED
    return SupplierLine(
        description=what,
        account=account,
        tax_code="GST" if taxed else "FREE",
        total=net,
        tax=nearest(net, 10) if taxed else 0,
    )


def settled(billed: Sequence[SupplierBill], last_day: dt.date) -> Iterator[Document]:
    """Yield payments of the first supplier bills, and credits on those after them."""
    for number, bill in enumerate(billed[:PAID], start=1):
        applied = SupplierAllocation(supplier_bill=bill.key, amount=bill.total)
        yield SupplierPayment(
            id=f"sp-{number}",
            number=f"SP-{number:04d}",
            date=min(last_day, bill.date + dt.timedelta(days=7)),
            supplier=bill.supplier,
            bank_account="OFFICE",
            amount=bill.total,
            allocations=(applied,),
            method="EFT",
        )
    for number, bill in enumerate(billed[PAID : PAID + CREDITED], start=1):
        line = SupplierLine(
            description="Goods returned",
            account=bill.lines[0].account,
            tax_code="FREE",
            total=10_00,
            tax=0,
        )
        yield SupplierCredit(
            id=f"sc-{number}",
            number=f"SC-{number:04d}",
            date=min(last_day, bill.date + dt.timedelta(days=3)),
            supplier=bill.supplier,
            lines=(line,),
            tax=0,
            total=10_00,
            allocations=(SupplierAllocation(supplier_bill=bill.key, amount=10_00),),
        )


def given_up(billed: Sequence[Bill], last_day: dt.date) -> Iterator[WriteOff]:
    """Yield write-offs in turn: a third of the bill as an adjustment, all of it as a bad debt."""
    for number, bill in enumerate(billed, start=1):
        bad = number % 2 == 0
        yield WriteOff(
            id=f"wo-{number}",
            number=f"WO-{number:04d}",
            date=last_day,
            bill=bill.key,
            amount=bill.total if bad else max(1, bill.total // 3),
            reason="bad_debt" if bad else "adjustment",
        )


def on_account(client: Party, bill: Bill, last_day: dt.date) -> Iterator[Document]:
    """Yield money received on account: a part applied later to a bill, the rest paid back."""
    later = min(bill.total, 200_00)
    received = Receipt(
        id="r-on-account",
        number="R-90001",
        date=bill.date,
        client=client,
        bank_account="OFFICE",
        amount=later + 50_00,
        method="EFT",
    )
    yield received
    yield LaterAllocation(
        id="al-1",
        date=min(last_day, bill.date + dt.timedelta(days=2)),
        of=received.key,
        allocations=(EitherAllocation(bill=bill.key, amount=later),),
    )
    yield Refund(
        id="rf-1",
        number="RF-0001",
        date=last_day,
        of=received.key,
        bank_account="OFFICE",
        amount=50_00,
    )


def banking(last_day: dt.date) -> Iterator[Document]:
    """Yield what moves on the office's banks beside bills, and two journals."""
    rent = Line(description="Rent", account="5-4000", tax_code="GST", total=2_000_00, tax=200_00)
    yield Withdrawal(
        id="w-1",
        number="W-0001",
        date=last_day - dt.timedelta(days=10),
        payee=SUPPLIERS[2],
        bank_account="OFFICE",
        lines=(rent,),
        tax=200_00,
        total=2_200_00,
    )
    interest = Line(
        description="Interest on the office account",
        account="4-9000-INT",
        tax_code="FREE",
        total=12_34,
        tax=0,
    )
    yield Deposit(
        id="d-1",
        number="D-0001",
        date=last_day,
        payer=Party(id="p-bank", name="Harbour Bank Ltd"),
        bank_account="OFFICE",
        lines=(interest,),
        tax=0,
        total=12_34,
    )
    yield BankTransfer(
        id="bt-1",
        number="BT-0001",
        date=last_day - dt.timedelta(days=3),
        from_bank_account="OFFICE",
        to_bank_account="SAVINGS",
        amount=1_000_00,
    )
    for number, (debit, credit, amount) in enumerate(
        (("5-1000", "5-2000", 35_00), ("5-4000", "5-1000", 18_50)), start=1
    ):
        yield Journal(
            id=f"j-{number}",
            number=f"J-{number:04d}",
            date=last_day,
            narration="Costs put where they belong",
            lines=(
                JournalLine(account=debit, amount=amount),
                JournalLine(account=credit, amount=-amount),
            ),
        )
