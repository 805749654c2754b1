"""Lawful trust streams of any size that repeat with their seed.

Money is never spent before it is there, numbers follow each other, and transfers of costs name
payments that were made. The generator keeps plain books of its own, so that what it calls lawful
does not rest on the product's trust books.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import (
    Allocation,
    Bill,
    Document,
    FirmAdvance,
    Matter,
    Party,
    Split,
    StatutoryDeposit,
    TrustBankEntry,
    TrustBillPayment,
    TrustLedger,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
    TrustTransfer,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

AUTHORITY: Final = Party(id="p-law-society", name="Law Society Deposit Fund")
BANK: Final = Party(id="p-bank", name="Harbour Bank Ltd")
PAYEES: Final = (
    Party(id="p-registry", name="Land Registry Services"),
    Party(id="p-revenue", name="Revenue Office"),
    Party(id="p-vendor", name="Vale Vendors Pty Ltd"),
)
SMALLEST: Final = 1_00
"""No payment is smaller, in cents, so that amounts look like amounts."""
RETURNED: Final = 0.4
INTEREST: Final = 0.7
"""How often, of one, a deposit's move is a return, and a bank's entry interest."""

Ledger = tuple[str, int]
"""A trust account, and a matter by its place in the firm's list."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a stream is drawn on.

    ``bills`` are what may be paid from trust; ``accounts`` are the practice's trust accounts, the
    first of which carries deposits and advances. ``advances`` are the New Zealand way.
    """

    clients: Sequence[Party]
    bills: Sequence[Bill] = ()
    accounts: tuple[str, ...] = ("TRUST1", "TRUST2")
    office: str = "OFFICE"
    first_day: dt.date = dt.date(2026, 10, 1)
    days: int = 31
    advances: bool = False


@dataclass
class Clerk:
    """Who writes the documents: what each ledger and bank holds, and the next number."""

    chance: Random
    ground: Ground
    count: int
    held: Counter[Ledger] = field(default_factory=Counter)
    cash: Counter[str] = field(default_factory=Counter)
    advanced: Counter[int] = field(default_factory=Counter)
    deposited: int = 0
    own: int = 0
    unpaid: list[Bill] = field(default_factory=list)
    not_moved: dict[str, list[TrustBillPayment]] = field(default_factory=lambda: defaultdict(list))
    _numbers: Counter[str] = field(default_factory=Counter)
    _written: int = 0

    @property
    def done(self) -> bool:
        """Whether as many documents are written as were asked for."""
        return self._written >= self.count

    @property
    def day(self) -> dt.date:
        """The day of the next document: the stream is spread evenly over its days."""
        return self.ground.first_day + dt.timedelta(
            days=self._written * self.ground.days // self.count
        )

    @property
    def main(self) -> str:
        """The trust account that carries deposits and advances."""
        return self.ground.accounts[0]

    def number(self, series: str, account: str) -> str:
        """Return the next number of a series of an account, such as ``TP1-000004``."""
        name = f"{series}{self.ground.accounts.index(account) + 1}"
        self._numbers[name] += 1
        self._written += 1
        return f"{name}-{self._numbers[name]:06d}"

    def spendable(self) -> tuple[Ledger, int] | None:
        """Choose a ledger that money may leave, and an amount that it and its bank can bear."""
        can = [(at, min(held, self.cash[at[0]])) for at, held in self.held.items()]
        rich = [(at, most) for at, most in can if most > SMALLEST]
        if not rich:
            return None
        at, most = self.chance.choice(rich)
        return at, self.chance.randrange(SMALLEST, most)

    def move(self, at: Ledger, amount: int, cash: int) -> None:
        """Enter a movement in the clerk's own books."""
        self.held[at] += amount
        self.cash[at[0]] += cash
        assert self.held[at] >= 0, "a lawful stream overdraws no ledger"
        assert self.cash[at[0]] >= 0, "a lawful stream overdraws no bank"

    def client(self, matter: int) -> Party:
        """Whose matter it is; no ledger holds two clients."""
        return self.ground.clients[matter % len(self.ground.clients)]

    def split(self, matter: int, amount: int, what: str) -> Split:
        """Return a matter's part of a movement."""
        return Split(
            client=self.client(matter), matter=matter_of(matter), amount=amount, description=what
        )

    def ledger(self, at: Ledger) -> TrustLedger:
        """Return a ledger as transfers name it."""
        account, matter = at
        return TrustLedger(
            trust_account=account, client=self.client(matter), matter=matter_of(matter)
        )


def trust_stream(seed: int, count: int, ground: Ground) -> Iterator[Document]:
    """Yield ``count`` trust documents in the order of their dates, the same for the same arguments.

    Bills are paid once, in full, on or after their date, with their own client's money. Costs that
    are paid towards the end may stay untransferred, as they do at a month's end.
    """
    yield from trust_acts(Clerk(Random(f"trust/{seed}"), ground, count, unpaid=list(ground.bills)))


def trust_acts(clerk: Clerk) -> Iterator[Document]:
    """Let a clerk write until its documents are as many as were asked for."""
    while not clerk.done:
        made = clerk.chance.choice(_ACTS)(clerk)
        if made is not None:
            yield made


def matter_of(number: int) -> Matter:
    """Return a matter of the firm that money is held for."""
    return Matter(id=f"t-{number}", number=f"2026-T{number:03d}")


def _receive(clerk: Clerk) -> Document:
    account = clerk.chance.choice(clerk.ground.accounts)
    many = min(clerk.chance.choice((1, 1, 1, 2, 3)), len(clerk.ground.clients))
    matters = clerk.chance.sample(range(len(clerk.ground.clients)), many)
    splits = tuple(_received(clerk, account, matter) for matter in matters)
    day, number = clerk.day, clerk.number("TR", account)
    return TrustReceipt(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=account,
        payer=splits[0].client,
        amount=sum(split.amount for split in splits),
        splits=splits,
        method="EFT",
    )


def _received(clerk: Clerk, account: str, matter: int) -> Split:
    amount = clerk.chance.randrange(500_00, 90_000_00)
    clerk.move((account, matter), amount, amount)
    what = clerk.chance.choice(("Deposit", "On account of costs", "Settlement money"))
    return clerk.split(matter, amount, what)


def _pay(clerk: Clerk) -> Document | None:
    chosen = clerk.spendable()
    if chosen is None:
        return None
    (account, matter), amount = chosen
    clerk.move((account, matter), -amount, -amount)
    day, number = clerk.day, clerk.number("TP", account)
    return TrustPayment(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=account,
        payee=clerk.chance.choice(PAYEES),
        amount=amount,
        splits=(clerk.split(matter, amount, "As instructed"),),
        method="EFT",
        authority="client's written direction",
    )


def _transfer(clerk: Clerk) -> Document | None:
    chosen = clerk.spendable()
    if chosen is None:
        return None
    left, amount = chosen
    reached = (
        clerk.chance.choice(clerk.ground.accounts),
        clerk.chance.randrange(len(clerk.ground.clients)),
    )
    if reached == left:
        return None
    between = reached[0] != left[0]
    clerk.move(left, -amount, -amount if between else 0)
    clerk.move(reached, amount, amount if between else 0)
    day, number = clerk.day, clerk.number("TT", left[0])
    return TrustTransfer(
        id=number.lower(),
        number=number,
        date=day,
        amount=amount,
        from_=clerk.ledger(left),
        to=clerk.ledger(reached),
        authority="both clients' directions",
    )


def _pay_bill(clerk: Clerk) -> Document | None:
    """Pay a bill that is issued and whose client has enough in one of the ledgers."""
    issued = [bill for bill in clerk.unpaid if bill.date <= clerk.day and bill.total > 0]
    payable = [
        (bill, at)
        for bill in issued
        for at, held in clerk.held.items()
        if clerk.client(at[1]) == bill.client and held >= bill.total
    ]
    if not payable:
        return None
    bill, (account, matter) = clerk.chance.choice(payable)
    clerk.unpaid.remove(bill)
    clerk.move((account, matter), -bill.total, 0)
    day, number = clerk.day, clerk.number("TB", account)
    paid = TrustBillPayment(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=account,
        client=bill.client,
        matter=matter_of(matter),
        amount=bill.total,
        allocations=(Allocation(bill=bill.key, amount=bill.total),),
        authority="bill given to the client",
    )
    clerk.not_moved[account].append(paid)
    return paid


def _move_costs(clerk: Clerk) -> Document | None:
    """Transfer the costs of all payments since the last time, in one sum."""
    ready = [
        account
        for account, payments in clerk.not_moved.items()
        if payments and clerk.cash[account] >= sum(paid.amount for paid in payments)
    ]
    if not ready:
        return None
    account = clerk.chance.choice(ready)
    payments = clerk.not_moved.pop(account)
    amount = sum(paid.amount for paid in payments)
    clerk.cash[account] -= amount
    day, number = clerk.day, clerk.number("TO", account)
    return TrustOfficeTransfer(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=account,
        bank_account=clerk.ground.office,
        amount=amount,
        payments=tuple(paid.key for paid in payments),
    )


def _deposit(clerk: Clerk) -> Document | None:
    """Place up to half of the bank's money with the authority, or take some back."""
    back = clerk.deposited > SMALLEST and clerk.chance.random() < RETURNED
    most = clerk.deposited if back else clerk.cash[clerk.main] // 2
    if most <= SMALLEST:
        return None
    amount = clerk.chance.randrange(SMALLEST, most)
    clerk.deposited += -amount if back else amount
    clerk.cash[clerk.main] += amount if back else -amount
    day, number = clerk.day, clerk.number("SD", clerk.main)
    return StatutoryDeposit(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=clerk.main,
        direction="out" if back else "in",
        amount=amount,
        party=AUTHORITY,
    )


def _bank_entry(clerk: Clerk) -> Document | None:
    """Credit interest to a matter, or charge a fee that it can bear."""
    account = clerk.chance.choice(clerk.ground.accounts)
    matter = clerk.chance.randrange(len(clerk.ground.clients))
    came_in = clerk.chance.random() < INTEREST
    amount = clerk.chance.randrange(1, 50_00)
    if not came_in and min(clerk.held[account, matter], clerk.cash[account]) < amount:
        return None
    signed = amount if came_in else -amount
    clerk.move((account, matter), signed, signed)
    day, number = clerk.day, clerk.number("TE", account)
    return TrustBankEntry(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=account,
        direction="in" if came_in else "out",
        amount=amount,
        splits=(clerk.split(matter, amount, "Interest" if came_in else "Bank fee"),),
        party=BANK,
    )


def _advance(clerk: Clerk) -> Document | None:
    """Pay for a client from the firm's own money, which must lie in trust, or take it back."""
    if not clerk.ground.advances:
        return None
    matter = clerk.chance.randrange(len(clerk.ground.clients))
    owed = min(clerk.advanced[matter], clerk.held[clerk.main, matter])
    repay = owed > 0
    most = owed if repay else min(clerk.cash[clerk.main], 2_000_00)
    if most <= 0:
        return None
    if not repay and not clerk.own:
        return _put_in(clerk)
    amount = clerk.chance.randrange(most if repay else min(most, clerk.own)) + 1
    clerk.own += amount if repay else -amount
    clerk.advanced[matter] += -amount if repay else amount
    clerk.move((clerk.main, matter), -amount if repay else 0, 0 if repay else -amount)
    day, number = clerk.day, clerk.number("FA", clerk.main)
    return FirmAdvance(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=clerk.main,
        direction="repay" if repay else "advance",
        client=clerk.client(matter),
        matter=matter_of(matter),
        amount=amount,
        payee=None if repay else clerk.chance.choice(PAYEES),
    )


def _put_in(clerk: Clerk) -> Document:
    """Put the firm's own money into trust, from which it may pay ahead of a client's."""
    amount = clerk.chance.randrange(SMALLEST, 2_000_00)
    clerk.own += amount
    clerk.cash[clerk.main] += amount
    day, number = clerk.day, clerk.number("TO", clerk.main)
    return TrustOfficeTransfer(
        id=number.lower(),
        number=number,
        date=day,
        trust_account=clerk.main,
        bank_account=clerk.ground.office,
        direction="to_trust",
        amount=amount,
    )


_ACTS: Final[tuple[Callable[[Clerk], Document | None], ...]] = (
    *(_receive,) * 6,
    *(_pay,) * 4,
    *(_transfer,) * 2,
    *(_pay_bill,) * 4,
    *(_move_costs,) * 2,
    _deposit,
    _bank_entry,
    _advance,
)
"""What a clerk does, as often as it stands here."""
