"""The documents of a firm's year: trust events, and bills with everything that befalls bills.

The clerk keeps plain books of its own, so that what both sides are held against does not rest on
the product.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final, NamedTuple

from counterfoil.core.documents import (
    Allocation,
    Bill,
    CreditNote,
    Document,
    EitherAllocation,
    Key,
    LaterAllocation,
    Line,
    Party,
    Receipt,
    Refund,
    Reversal,
    TrustBillPayment,
    TrustDocument,
    Unallocation,
    Void,
    WriteOff,
)
from counterfoil.core.trust_deadlines import month_end
from counterfoil.sample.bills import AUSTRALIAN, Habits, bills
from counterfoil.sample.statement import on_bank
from counterfoil.sample.trust import Clerk, Ground, trust_acts

FIRST_DAY: Final = dt.date(2025, 7, 1)
DAYS: Final = 365
ACCOUNTS: Final = ("TRUST1", "TRUST2")
DAY: Final = dt.timedelta(days=1)
MISTAKEN: Final = 0.05
"""How often, of one, a movement out of trust is taken back and made anew."""
LATE: Final = 0.1
"""How often, of one, a bill of those that a quarter are is sent after its month was locked."""
FROM_TRUST: Final = 4
"""One bill in so many is left to be paid from trust."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens in the year.

    ``taken_back``: whether mistakes are made and taken back; ``corrected``: how often, of one, a
    day ends with a correction of each sort in Xero.
    """

    matters: int = 40
    events: int = 5_000
    bills: int = 3_000
    taken_back: bool = False
    corrected: float = 0.3


class Sent(NamedTuple):
    """A document that is sent on another day than its own."""

    day: dt.date
    document: Document


@dataclass
class Year:
    """The year by days, and the clerk whose books it ends with."""

    clerk: Clerk
    taken_back: bool = False
    days: dict[dt.date, list[Document]] = field(default_factory=lambda: defaultdict(list))
    trust: dict[Key, TrustDocument] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        return sum(map(len, self.days.values()))


def year(seed: int, size: Size) -> Year:
    """Make a year; the same for the same arguments."""
    chance = Random(f"year/{seed}")
    practice = replace(
        AUSTRALIAN,
        clients=size.matters,
        first_day=FIRST_DAY,
        days=DAYS - 20,
        disbursements=("4-2000",),
        habits=Habits(negative=0.02),
    )
    billed = [_named(bill) for bill in bills(seed, size.bills, "hard", practice)]
    from_trust = [bill for n, bill in enumerate(billed) if n % FROM_TRUST == 0]
    parties = [_party(n) for n in range(size.matters)]
    ground = Ground(parties, from_trust, ACCOUNTS, first_day=FIRST_DAY, days=DAYS, advances=True)
    clerk = Clerk(chance, ground, size.events, unpaid=list(from_trust))
    made = Year(clerk, size.taken_back)
    for n, bill in enumerate(billed):
        late = size.taken_back and n % FROM_TRUST == 1 and chance.random() < LATE
        made.days[_next_month(bill.date) if late else bill.date].append(bill)
        if late:
            continue
        if n % FROM_TRUST and bill.total > 0:
            fates = (*FATES, *TAKEN_BACK) if size.taken_back else FATES
            for fated in chance.choice(fates)(chance, n, bill):
                sent = fated if isinstance(fated, Sent) else Sent(fated.date, fated)
                made.days[sent.day].append(sent.document)
    for document in trust_acts(made.clerk):
        made.days[document.date].append(document)
        if isinstance(document, TrustDocument):
            made.trust[document.key] = document
        for more in _in_two_minds(made, chance, document) if size.taken_back else ():
            made.days[more.date].append(more)
    return made


def _in_two_minds(made: Year, chance: Random, document: Document) -> Iterator[Document]:
    """Now and then a movement of clients' money was a mistake: it is taken back, and made anew.

    On the same day, so that the clerk's books stand as they would without it. A transfer of costs
    that is made anew names its payments again.
    """
    if not isinstance(document, TrustDocument) or chance.random() >= MISTAKEN:
        return
    yield _reversal(f"x-{document.id}", document, document.date)
    anew = replace(document, id=f"{document.id}-new", number=f"{document.number}N")
    if isinstance(document, TrustBillPayment) and isinstance(anew, TrustBillPayment):
        waiting = made.clerk.not_moved[document.trust_account]
        waiting[waiting.index(document)] = anew
    yield anew


def bank_balance(made: Year, account: str, until: dt.date) -> int:
    """Return what the clerk's bank holds at the end of a day."""
    return sum(
        moved_on_bank(made, document, account)
        for day, documents in made.days.items()
        if day <= until
        for document in documents
    )


def moved_on_bank(made: Year, document: Document, account: str) -> int:
    """Return what a document moves on a trust bank; a reversal moves it back."""
    match document:
        case TrustDocument():
            return on_bank(document, account)
        case Reversal(reverses=key):
            original = made.trust.get(key)
            return 0 if original is None else -on_bank(original, account)
        case _:
            return 0


def _next_month(date: dt.date) -> dt.date:
    """Return a day of the next month on which the month before is locked."""
    return month_end(date) + 3 * DAY


def _party(n: int) -> Party:
    return Party(id=f"c-{n}", name=f"Client {n:03d} Pty Ltd")


def _named(bill: Bill) -> Bill:
    """Bills count clients from one, the trust clerk from nil."""
    return replace(bill, client=_party(int(bill.client.id.removeprefix("c-")) - 1))


def _paid(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    yield _receipt(f"r-{n}", bill, bill.total, chance)


def _paid_in_two(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    first = max(1, bill.total // 3)
    yield _receipt(f"r-{n}", bill, first, chance)
    if bill.total > first:
        yield _receipt(f"s-{n}", bill, bill.total - first, chance)


def _paid_ahead(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    """More comes than is owed; the rest goes back."""
    paid = _receipt(f"r-{n}", bill, bill.total, chance)
    yield replace(paid, amount=bill.total + 77_00)
    yield _refund(f"f-{n}", paid, 77_00, _later(paid.date, chance))


def _credited(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    """A tenth is given back: a part at once, the rest applied later."""
    credit = _credit(f"cn-{n}", bill, max(2, bill.total // 10), chance)
    at_once = max(1, credit.total // 2)
    yield replace(credit, allocations=(Allocation(bill=bill.key, amount=at_once),))
    if credit.total > at_once:
        yield LaterAllocation(
            id=f"al-{n}",
            date=_later(credit.date, chance),
            of=credit.key,
            allocations=(EitherAllocation(bill=bill.key, amount=credit.total - at_once),),
        )


def _given_up(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    yield WriteOff(
        id=f"wo-{n}",
        number=f"WO-{n}",
        date=_later(bill.date, chance),
        bill=bill.key,
        amount=max(1, bill.total // 7),
        reason=chance.choice(("adjustment", "bad_debt")),
    )


def _left_open(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    del chance, n, bill
    yield from ()


def _revised_at_once(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    """The bill is corrected on its own day, before it was sent."""
    del chance, n
    yield replace(bill, revision=2, memo="checked by the partner")


def _bounced(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    """The receipt is taken back, and the bill is paid once more."""
    first = _receipt(f"r-{n}", bill, bill.total, chance)
    back = _reversal(f"rr-{n}", first, _later(first.date, chance))
    yield first
    yield back
    yield replace(_receipt(f"s-{n}", bill, bill.total, chance), date=_later(back.date, chance))


def _voided(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    """The bill was wrong altogether: it is void, and billed again under a new number."""
    voided = Void(
        id=f"v-{n}", date=_later(bill.date, chance), voids=bill.key, reason="wrong client"
    )
    yield voided
    yield replace(bill, id=f"{bill.id}-new", number=f"{bill.number}N", date=voided.date)


def _taken_off(chance: Random, n: int, bill: Bill) -> Iterator[Document]:
    """Credit applied later, taken off again, and paid back instead."""
    credit = _credit(f"cn-{n}", bill, max(2, bill.total // 10), chance)
    parts = (EitherAllocation(bill=bill.key, amount=credit.total),)
    applied = LaterAllocation(
        id=f"al-{n}", date=_later(credit.date, chance), of=credit.key, allocations=parts
    )
    off = Unallocation(
        id=f"ul-{n}", date=_later(applied.date, chance), of=credit.key, allocations=parts
    )
    yield from (credit, applied, off)
    yield _refund(f"f-{n}", credit, credit.total, _later(off.date, chance))


def _revised_unpaid(chance: Random, n: int, bill: Bill) -> Iterator[Sent]:
    """The bill is in Xero, unpaid, and comes again with a line more; then it is paid."""
    day = bill.date + chance.randrange(1, 9) * DAY
    later = _with_a_line(bill, chance)
    yield Sent(day, later)
    paid = _receipt(f"r-{n}", later, later.total, chance)
    paid = replace(paid, date=max(paid.date, day))
    yield Sent(paid.date, paid)


def _revised_paid(chance: Random, n: int, bill: Bill) -> Iterator[Sent]:
    """The bill is paid already when it comes again with a line more; the rest is paid then."""
    paid = _receipt(f"r-{n}", bill, bill.total, chance)
    yield Sent(paid.date, paid)
    later = _with_a_line(bill, chance)
    day = paid.date + chance.randrange(1, 9) * DAY
    yield Sent(day, later)
    rest = replace(_receipt(f"s-{n}", bill, later.total - bill.total, chance), date=day + DAY)
    yield Sent(rest.date, rest)


def _with_a_line(bill: Bill, chance: Random) -> Bill:
    more = chance.randrange(1_00, 900_00)
    tax = None if bill.lines[0].tax is None else 0
    line = Line(description="Forgotten", account="4-1000", tax_code="FREE", total=more, tax=tax)
    return replace(bill, revision=2, lines=(*bill.lines, line), total=bill.total + more)


def _reversal(name: str, of: Document, date: dt.date) -> Reversal:
    return Reversal(
        id=name, number=name.upper(), date=date, reverses=of.key, reason="entered twice"
    )


def _receipt(name: str, bill: Bill, amount: int, chance: Random) -> Receipt:
    return Receipt(
        id=name,
        number=name.upper(),
        date=_later(bill.date, chance),
        client=bill.client,
        bank_account="OFFICE",
        amount=amount,
        allocations=(Allocation(bill=bill.key, amount=amount),),
    )


def _credit(name: str, bill: Bill, amount: int, chance: Random) -> CreditNote:
    line = Line(description="Given back", account="4-1000", tax_code="FREE", total=amount, tax=0)
    return CreditNote(
        id=name,
        number=name.upper(),
        date=_later(bill.date, chance),
        client=bill.client,
        lines=(line,),
        tax=0,
        total=amount,
    )


def _refund(name: str, of: Document, amount: int, date: dt.date) -> Refund:
    return Refund(
        id=name, number=name.upper(), date=date, of=of.key, bank_account="OFFICE", amount=amount
    )


def _later(date: dt.date, chance: Random) -> dt.date:
    return date + chance.randrange(9) * DAY


Fate = Callable[[Random, int, Bill], Iterator[Document | Sent]]
FATES: Final[tuple[Fate, ...]] = (
    *[_paid] * 5,
    *[_paid_in_two] * 2,
    _paid_ahead,
    _credited,
    _given_up,
    _left_open,
    _revised_at_once,
)
"""What befalls a bill, as often as it stands here."""
TAKEN_BACK: Final[tuple[Fate, ...]] = (
    _bounced,
    _voided,
    _taken_off,
    _revised_unpaid,
    _revised_paid,
)
"""What befalls it where mistakes are made."""
