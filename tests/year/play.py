"""The year played: what came of it, night by night and month by month."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING
from counterfoil.core.documents import (
    KINDS,
    BankStatement,
    Document,
    StatementLine,
    undone_key,
)
from counterfoil.core.effects import Controls
from counterfoil.core.findings import holds
from counterfoil.core.reader import read_json
from counterfoil.core.trust_deadlines import month_end
from counterfoil.core.writer import canonical
from counterfoil.posting.bodies import read_back
from counterfoil.posting.daybook import take_in
from counterfoil.posting.reconcile import Entered, Reconciliation, agrees, reconcile
from counterfoil.posting.records import Taken
from counterfoil.posting.states import State
from counterfoil.xero import read
from tests.year.documents import (
    ACCOUNTS,
    DAY,
    DAYS,
    FIRST_DAY,
    Size,
    Year,
    bank_balance,
    moved_on_bank,
    year,
)
from tests.year.line import EVENING, MORNING, Practice
from tests.year.people import People
from xero_sandbox.books import ledger_lines

if TYPE_CHECKING:
    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Posting

IN_XERO = (State.POSTED, State.MISMATCHED)
SETTLED = {State.POSTED, State.WITHDRAWN}
MOST_DRAINS = 500
"""Drains of one night: each may end at a limit of a minute."""


@dataclass
class Month:
    """A month's end: the day, what is off, and how long reconciling took, in seconds."""

    end: dt.date
    documents: int
    off: list[str]
    seconds: float


@dataclass
class Outcome:
    """How a year went; ``nights`` are those on which Trust Transfers was not nil.

    ``did`` counts what people did beside it (``tests.year.people``).
    """

    documents: int
    calls: int
    did: Counter[str] = field(default_factory=Counter)
    nights: list[dt.date] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    unsettled: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return not (self.nights or self.unsettled or any(month.off for month in self.months))


def play(seed: int, size: Size, told: Callable[[str], None] = lambda _: None) -> Outcome:
    """Play a year to its end."""
    began = time.perf_counter()
    made = year(seed, size)
    practice = Practice(FIRST_DAY, seed)
    played = Played(made, practice, size.corrected)
    for n in range(DAYS + 20):
        today = FIRST_DAY + n * DAY
        played.day(today)
        if today == month_end(today) and n < DAYS:
            played.month(today)
            told(f"{today}: {played.outcome.documents:,} documents, off: {played.last.off}")
    outcome = played.outcome
    outcome.calls = practice.wire.calls
    outcome.did = played.people.did
    outcome.did["revised in place"] = played.people.revised_in_place()
    outcome.unsettled = Counter(
        {state.value: n for state, n in practice.outbox.counts().items() if state not in SETTLED}
    )
    outcome.seconds = time.perf_counter() - began
    return outcome


class Played:
    """A year as far as it has come."""

    def __init__(self, made: Year, practice: Practice, corrected: float = 0.3) -> None:
        self.made = made
        self.practice = practice
        self.outcome = Outcome(0, 0)
        self.recorded: dict[Key, dt.date] = {}
        self.people = People(practice, self.drain, corrected)

    @property
    def last(self) -> Month:
        return self.outcome.months[-1]

    def day(self, today: dt.date) -> None:
        """Take in what the practice recorded, post it, and look at Trust Transfers in Xero."""
        documents = self.made.days.get(today, [])
        self.practice.clock.wait_until(dt.datetime.combine(today, MORNING))
        if self.made.taken_back:
            self.people.morning(today, documents)
        if not documents:
            return
        self.take(documents, today)
        self.drain()
        if self.made.taken_back:
            self.people.evening()
        if through_transfers(self.practice):
            self.outcome.nights.append(today)

    def take(self, documents: list[Document], today: dt.date) -> None:
        practice = self.practice
        practice.clock.wait_until(dt.datetime.combine(today, EVENING))
        sent = [read_json(canonical(document)) for document in documents]
        known = [one.document for one in sent if one.document is not None]
        assert len(known) == len(sent), [one.findings for one in sent if one.findings]
        receipts = take_in(
            known, practice.outbox, practice.shelf, actor="year", now=practice.clock.now()
        )
        refused = [one for one in receipts if one.taken is Taken.REFUSED]
        assert not refused, refused
        for document in known:
            self.recorded.setdefault(document.key, today)
        self.people.receive(known)
        self.outcome.documents += len(known)

    def drain(self) -> None:
        clock = self.practice.clock
        for _ in range(MOST_DRAINS):
            drained = self.practice.poster.drain()
            until = drained.until or self.practice.outbox.next_due()
            if drained.stopped_by not in (None, "minute", "day"):
                raise AssertionError(drained)
            if until is None:
                return
            clock.wait_until(until)
        raise AssertionError("the queue does not drain")

    def month(self, end: dt.date) -> None:
        """Take the banks' statements in, and hold both sides against each other."""
        self.take([statement(self.made, account, end) for account in ACCOUNTS], end)
        started = time.perf_counter()
        found = self.reconciled(end)
        seconds = time.perf_counter() - started
        off = [*differences(found), *self._clerk_differs(found, end)]
        self.outcome.months.append(Month(end, self.outcome.documents, off, seconds))

    def reconciled(self, end: dt.date) -> Reconciliation:
        practice = self.practice
        controls = Controls(practice.shelf.mapping(), practice.shelf.chart())
        rows = practice.read(partial(read.trial_balance, end))
        balances = {row.account_id: row.balance for row in rows}
        return reconcile(self.entered(), controls, balances, as_of=end)

    def entered(self) -> Iterator[Entered]:
        """Yield the daybook with what of it is in Xero, in the order in which it was recorded."""
        outbox = self.practice.outbox
        bodies = {key: body for kind in KINDS for key, body in outbox.bodies_of(kind).items()}
        postings = [one for one in outbox.postings(list(bodies)) if one.state in IN_XERO]
        ending = [one for one in postings if one.key.act in ENDING]
        postings = [one for one in postings if one.key.act not in ENDING]
        links = outbox.links([one.key for one in postings])
        totals: dict[Key, dict[str, int | None]] = {}
        ids: dict[Key, dict[str, str]] = {}
        for posting in postings:
            key, link = posting.key.document, links.get(posting.key)
            if link is not None:
                totals.setdefault(key, {})[posting.key.part] = link.totals and link.totals.total
                ids.setdefault(key, {})[posting.key.part] = link.xero_id
        documents = {key: read_back(bodies[key]) for key in self.recorded}
        undone = _undone(documents, ending)
        for key, document in documents.items():
            of = undone_key(document)
            yield Entered(
                document,
                totals.get(key, {}),
                recorded=self.recorded[key],
                ids=ids.get(key, {}),
                undone=frozenset(undone.get(key, ())),
                of=None if of is None else documents[of],
            )

    def _clerk_differs(self, found: Reconciliation, end: dt.date) -> Iterator[str]:
        """Hold the banks against the generator's own sums, which share no code with the books."""
        for row in found.trust:
            wanted = bank_balance(self.made, row.trust_account, end)
            for what, is_ in (("cash book", row.book.cash_book), ("Xero's bank", row.xero)):
                if is_ != wanted:
                    yield f"{what} of {row.trust_account} is {is_}, the clerk says {wanted}"


def _undone(documents: Mapping[Key, Document], ending: Iterable[Posting]) -> Mapping[Key, set[str]]:
    """Return the parts that were taken back in Xero, and those by which they were."""
    undone: dict[Key, set[str]] = {}
    for posting in ending:
        key, part = posting.key.document, posting.key.part
        of = undone_key(documents[key])
        for each in (key, of) if of is not None else (key,):
            undone.setdefault(each, set()).add(part)
    return undone


def differences(found: Reconciliation) -> Iterator[str]:
    """Say what does not agree, to the cent; waiting documents are a difference here, too."""
    for row in found.controls:
        if row.difference:
            yield f"{row.control.name} differs by {row.difference}"
    for trust in found.trust:
        if trust.difference:
            yield f"{trust.trust_account} differs by {trust.difference}"
    if found.in_xero is None or not found.in_xero.proved:
        yield f"clients' money in Xero is not proved: {found.in_xero}"
    yield from (f"{one.key}: {one.finding.message}" for one in found.noted)
    if not agrees(found) and not holds(one.finding for one in found.noted):
        yield "it does not agree"


def through_transfers(practice: Practice) -> Decimal:
    """Return what stands on Trust Transfers in the sandbox's own double entry."""
    organisation = practice.sandbox.state.organisations[practice.firm.tenant_id]
    code = practice.shelf.mapping().special.trust_transfers
    return sum(
        (
            Decimal(str(line["debit"])) - Decimal(str(line["credit"]))
            for line in ledger_lines(organisation)
            if line["account_code"] == code
        ),
        Decimal(0),
    )


def statement(made: Year, account: str, end: dt.date) -> BankStatement:
    """Return the bank's statement of a month: all that moved in it."""
    begin = end.replace(day=1)
    moved = tuple(
        StatementLine(date=document.date, amount=amount, text=document.id)
        for day in sorted(made.days)
        if begin <= day <= end
        for document in made.days[day]
        if (amount := moved_on_bank(made, document, account))
    )
    opening = bank_balance(made, account, begin - DAY)
    return BankStatement(
        id=f"st-{account}-{end}".lower(),
        date=end,
        trust_account=account,
        from_=begin,
        opening_balance=opening,
        closing_balance=opening + sum(line.amount for line in moved),
        lines=moved,
    )
