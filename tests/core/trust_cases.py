"""Lawful streams of trust events that come near the edge of every rule.

Each is drawn from a seed: a month of a practice with bills, suppliers of money and takers of it,
and behind it, in the next month, what is only just allowed: a ledger emptied to nil and closed, a
bill paid to its last cent after part of it was received, a payment taken back and made again, a
cancelled number, the firm's float at its limit, movements recorded on the last day that is allowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from random import Random
from typing import Final, TypeVar

from counterfoil.core.documents import (
    Allocation,
    Bill,
    Document,
    Key,
    LedgerClose,
    Matter,
    Party,
    PeriodClose,
    Receipt,
    Reversal,
    Split,
    StatutoryDeposit,
    TrustBillPayment,
    TrustNumberCancelled,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
)
from counterfoil.core.findings import Finding
from counterfoil.core.jurisdictions import jurisdiction
from counterfoil.core.mapping import FirmMoney
from counterfoil.core.periods import late
from counterfoil.core.trust_checks import Terms, TrustChecks
from counterfoil.core.trust_deadlines import plus_working_days
from counterfoil.core.trust_rules import OF_CODE
from counterfoil.sample.statement import statement
from tests.core import trust_scene

DAY: Final = dt.timedelta(days=1)
FIRST: Final = dt.date(2026, 10, 1)
LAST: Final = dt.date(2026, 10, 31)
NEXT: Final = dt.date(2026, 11, 2)
AS_OF: Final = dt.date(2026, 11, 20)
"""The day on which October's reconciliation is due at the latest in most places."""
FIRM: Final = Party(id="p-firm", name="The firm itself")
FLOAT: Final = Matter(id="m-float", number="FLOAT")
LIMIT: Final = 500_00
PLACES: Final = ("AU-NSW", "AU-VIC", "AU-QLD", "NZ", "AU-NSW", "AU-NT")
MOST_LATE: Final = 5
D = TypeVar("D", bound=Document)


@dataclass
class Case:
    """A stream in the order in which it was recorded, each document with the day of that.

    ``as_of`` is the day on which it is judged, ``place`` where the trust accounts live.
    """

    stream: list[Document]
    delay: int = 0
    place: str = "AU-NSW"
    as_of: dt.date = AS_OF
    days: dict[Key, dt.date] = field(default_factory=dict)

    def recorded(self, document: Document) -> dt.date:
        """Return when a document was recorded: as many working days late as the practice is."""
        return self.days.get(document.key, plus_working_days(document.date, self.delay))

    def with_other(self, old: Document, new: Document) -> Case:
        return replace(self, stream=[new if each is old else each for each in self.stream])

    def then(self, *more: Document) -> Case:
        return replace(self, stream=[*self.stream, *more])

    def after(self, document: Document, *more: Document) -> Case:
        at = self.stream.index(document) + 1
        return replace(self, stream=[*self.stream[:at], *more, *self.stream[at:]])

    def of(self, kind: type[D]) -> list[D]:
        return [each for each in self.stream if isinstance(each, kind)]


def terms_of(case: Case) -> Terms:
    """Return where the accounts of a case live, and what the firm chose."""
    place = jurisdiction(case.place)
    return Terms(
        {"TRUST1": place, "TRUST2": place},
        {
            "TRUST1": FirmMoney(FIRM.id, (FLOAT.id,)),
            "TRUST2": FirmMoney(FIRM.id, (FLOAT.id,), LIMIT),
        },
    )


def found(case: Case, terms: Terms | None = None) -> list[Finding]:
    """Return everything that is found in a case."""
    checks = TrustChecks(terms or terms_of(case))
    for document in case.stream:
        checks.enter(document, case.recorded(document))
    findings = [one.finding for one in checks.close(case.as_of).noted]
    return [*findings, *_late(case)]


def shuffled(case: Case, chance: Random) -> Case:
    """Return a case with what was recorded on one day in another order."""
    mixed = chance.sample(case.stream, len(case.stream))
    first = {each.key: each for each in reversed(case.stream)}
    same = [each for each in case.stream if first[each.key] is not each]
    # Of two contents under one id the first is the one that counts: that order is a fact.
    mixed = [each for each in mixed if first[each.key] is each] + same
    return replace(case, stream=sorted(mixed, key=case.recorded))


def as_it_came(case: Case, seed: int) -> Case:
    """Return every second case with each day's records in another order."""
    return shuffled(case, Random(seed)) if seed % 2 else case


def _late(case: Case) -> Iterator[Finding]:
    """Hold what was recorded on each day against the periods that were closed before it."""
    closed: list[PeriodClose] = []
    for _, several in groupby(sorted(case.stream, key=case.recorded), key=case.recorded):
        of_day = list(several)
        for findings in late(of_day, closed).values():
            yield from findings
        closed += (each for each in of_day if isinstance(each, PeriodClose))


def broken(case: Case) -> set[str]:
    """Return the rules that are broken in a case."""
    return {OF_CODE[finding.code].id for finding in found(case)}


@cache
def month(seed: int) -> tuple[Document, ...]:
    """A month of trust events without anything special, and its bills before them."""
    return tuple(trust_scene.lawful(seed))


def lawful(seed: int) -> Case:
    """A lawful stream, near the edge of every rule."""
    chance = Random(f"edge/{seed}")
    base = list(month(seed))
    trust = [each for each in base if not isinstance(each, Bill)]
    statements = [statement(each, trust, FIRST, LAST) for each in ("TRUST1", "TRUST2")]
    closes = [
        PeriodClose(id=f"p-{each}", date=LAST, trust_account=each) for each in ("TRUST1", "TRUST2")
    ]
    edge = _Edge(base, chance)
    case = Case([*base, *statements, *closes], seed % (MOST_LATE + 1), PLACES[seed % len(PLACES)])
    return case.then(*edge.documents())


class _Edge:
    """What is only just allowed, in the month after; each thing on a matter of its own."""

    def __init__(self, base: list[Document], chance: Random) -> None:
        self.base = base
        self.chance = chance
        numbers = [each.number for each in base if isinstance(each, TrustReceipt)]
        self.last = {
            account: max(
                (int(n[4:]) for n in numbers if n.startswith(f"TR{account[-1]}")), default=0
            )
            for account in ("TRUST1", "TRUST2")
        }

    def documents(self) -> list[Document]:
        parts = [self.emptied(), self.paid_to_the_cent(), self.taken_back(), self.cancelled()]
        parts += [self.unspent(), self.deposited(), self.float()]
        made = [document for part in parts for document in part]
        # Receipts are numbered in the order in which they were made, on one day or rising ones.
        return [replace(document, date=NEXT + n // 4 * DAY) for n, document in enumerate(made)]

    def emptied(self) -> list[Document]:
        received = self.receipt("TRUST1", "m-nil", self.amount())
        spent = payment(received, received.amount, "nil")
        return [received, spent, closing(received)]

    def paid_to_the_cent(self) -> list[Document]:
        issued = next(each for each in self.base if isinstance(each, Bill) and each.total > 1_00)
        bill = replace(issued, id="b-edge", number="INV-EDGE", date=NEXT, due_date=NEXT)
        office = self.chance.randrange(1, bill.total)
        part = Receipt(
            id="r-edge",
            number="R-EDGE",
            date=NEXT,
            client=bill.client,
            bank_account="OFFICE",
            amount=office,
            allocations=(Allocation(bill=bill.key, amount=office),),
        )
        received = self.receipt("TRUST1", "m-edge", bill.total - office, bill.client)
        first = bill_payment(received, bill, bill.total - office, "first")
        undone = reversal(first, NEXT, "r-first")
        second = replace(first, id="second", number="TB-SECOND")
        costs = TrustOfficeTransfer(
            id="to-edge",
            number="TO-EDGE",
            date=NEXT,
            trust_account="TRUST1",
            bank_account="OFFICE",
            amount=second.amount,
            payments=(second.key,),
        )
        return [bill, part, received, first, undone, second, costs]

    def taken_back(self) -> list[Document]:
        received = self.receipt("TRUST2", "m-back", self.amount())
        spent = payment(received, received.amount, "back")
        again = replace(spent, id="again", number="TP-AGAIN")
        return [received, spent, reversal(spent, NEXT, "r-back"), again]

    def cancelled(self) -> list[Document]:
        self.last["TRUST1"] += 1
        spoilt = TrustNumberCancelled(
            id="x-edge",
            number=f"TR1-{self.last['TRUST1']:06d}",
            date=NEXT,
            trust_account="TRUST1",
            series="receipt",
            reason="spoilt",
        )
        return [spoilt, self.receipt("TRUST1", "m-next", self.amount())]

    def unspent(self) -> list[Document]:
        received = self.receipt("TRUST2", "m-bounced", self.amount())
        return [received, reversal(received, NEXT, "r-bounced")]

    def deposited(self) -> list[Document]:
        received = self.receipt("TRUST2", "m-deposit", self.amount())
        placed = StatutoryDeposit(
            id="sd-in",
            number="SD-IN",
            date=NEXT,
            trust_account="TRUST2",
            direction="in",
            amount=received.amount,
        )
        back = replace(placed, id="sd-out", number="SD-OUT", direction="out")
        return [received, placed, back]

    def float(self) -> list[Document]:
        received = self.receipt("TRUST2", FLOAT.id, LIMIT, FIRM)
        return [received]

    def amount(self) -> int:
        return self.chance.randrange(1_00, 90_000_00)

    def receipt(
        self, account: str, matter: str, amount: int, client: Party | None = None
    ) -> TrustReceipt:
        """The next receipt of an account's series, on a matter that nobody else has."""
        self.last[account] += 1
        number = f"TR{account[-1]}-{self.last[account]:06d}"
        whose = client or Party(id=f"c-{matter}", name=f"Client of {matter}")
        of = FLOAT if matter == FLOAT.id else Matter(id=matter, number=matter.upper())
        part = Split(client=whose, matter=of, amount=amount, description="Settlement money")
        return TrustReceipt(
            id=number.lower(),
            number=number,
            date=NEXT,
            trust_account=account,
            payer=whose,
            amount=amount,
            splits=(part,),
            method="EFT",
        )


def payment(received: TrustReceipt, amount: int, name: str) -> TrustPayment:
    """Money of a receipt paid out."""
    return TrustPayment(
        id=f"tp-{name}",
        number=f"TP-{name.upper()}",
        date=received.date,
        trust_account=received.trust_account,
        payee=Party(id="p-vendor", name="Vendor"),
        amount=amount,
        splits=(replace(received.splits[0], amount=amount),),
        method="EFT",
        authority="written direction",
    )


def bill_payment(received: TrustReceipt, bill: Bill, amount: int, name: str) -> TrustBillPayment:
    """A bill paid with the money of a receipt."""
    part = received.splits[0]
    return TrustBillPayment(
        id=name,
        number=f"TB-{name.upper()}",
        date=received.date,
        trust_account=received.trust_account,
        client=part.client,
        matter=part.matter,
        amount=amount,
        allocations=(Allocation(bill=bill.key, amount=amount),),
        authority="bill given to the client",
    )


def closing(received: TrustReceipt) -> LedgerClose:
    part = received.splits[0]
    return LedgerClose(
        id=f"close-{part.matter.id}",
        date=received.date,
        trust_account=received.trust_account,
        client=part.client,
        matter=part.matter,
    )


def reversal(of: Document, on: dt.date, name: str) -> Reversal:
    return Reversal(id=name, number=name.upper(), date=on, reverses=of.key, reason="entered twice")
