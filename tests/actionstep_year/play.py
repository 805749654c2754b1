"""A year of Actionstep, pulled bit by bit among every trouble, and held against one full pull."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from actionstep_simulator import simulator as simulators
from actionstep_simulator.quirks import Quirks
from actionstep_simulator.simulator import Simulator
from counterfoil.core.documents import Bill
from counterfoil.core.reader import Read, read_texts
from counterfoil.posting.records import Taken
from counterfoil.sources.actionstep import oauth, wire
from counterfoil.sources.actionstep.client import Client
from counterfoil.sources.actionstep.oauth import App
from counterfoil.web.models import Actionstep, ActionstepBill, Document, Firm, Organisation
from counterfoil.web.services import (
    actionstep,
    actionstep_hints,
    actionstep_hooks,
    actionstep_pull,
    other_names,
)
from counterfoil.web.services.other_names import newest
from counterfoil.web.services.receiving import organisations_of, receive
from tests.actionstep_year.practice import DIVISIONS, Practice

START = dt.datetime(2026, 1, 5, 0, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SKEW = dt.timedelta(minutes=7)
"""How far Actionstep's clock is off, one way or the other."""
KEYS = ("north", "south")


@dataclass
class Year:
    """A practice's Actionstep, a firm that reads it, and everything that stands between."""

    seed: int
    now: dt.datetime = START
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        hours = self.chance.choice((-8, 0, 10, 13))
        quirks = Quirks(filters_are_utc=bool(self.seed % 2), offset=dt.timedelta(hours=hours))
        self.simulator = Simulator(quirks=quirks)
        self.practice = Practice(self.simulator, self.chance)
        self.app = App(
            self.simulator.client.id,
            self.simulator.client.secret,
            "http://localhost/back",
            self.simulator.base,
            self.simulator.base,
        )
        self.practice.begin(self.theirs)
        self.calm = False

    @property
    def theirs(self) -> dt.datetime:
        """Actionstep's own clock."""
        return self.now + SKEW * (1 if self.seed % 2 else -1)

    def send(self, request: wire.Request) -> wire.Answer:
        """Carry a call; some answers are lost, never the one to a refresh: with it goes a grant."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        address = request.url.removeprefix(self.simulator.base)
        asked = simulators.Request(request.method, address, headers, request.body)
        answer = self.simulator.answer(asked, self.theirs)
        if not self.calm and "/oauth/" not in request.url:
            self._trouble()
            if self.chance.random() < 0.04:
                self.seen["lost answers"] += 1
                raise wire.Silent("the answer was lost")
        small = {name.lower(): value for name, value in answer.headers.items()}
        return wire.Answer(answer.status, small, answer.body)

    def _trouble(self) -> None:
        """Let something stand against the next call, or change rows under the reader."""
        drawn = self.chance.random()
        if drawn < 0.03:
            fault = self.chance.choice([simulators.throttled(7), simulators.throttled()])
            self.simulator.faults.append(fault)
            self.seen["too many calls"] += 1
        elif drawn < 0.05:
            self.simulator.faults.append(simulators.broken())
            self.seen["broken answers"] += 1
        elif drawn < 0.07:
            self.simulator.grants._access.clear()
            self.seen["tokens that died early"] += 1
        elif drawn < 0.12:
            self.practice.live(self.theirs)
            self.seen["changes while pages are read"] += 1

    @contextmanager
    def client(self, firm: Firm, now: Callable[[], dt.datetime]) -> Iterator[Client]:
        """Stand in for ``actionstep.client_of``: the same client on this network."""
        yield Client(self.app, actionstep.Kept(firm.pk), self.send, now)

    def connect(self, firm: Firm) -> Actionstep:
        """Connect a firm with its two organisations, a division each."""
        yes = self.send(wire.Request("GET", oauth.consent_url(self.app, "state")))
        (code,) = parse_qs(urlsplit(yes.headers["location"]).query)["code"]
        row = Actionstep.objects.create(
            firm=firm, connected=True, start=START.date(), hook_secret="s" + str(firm.pk)
        )
        for key in KEYS:
            Organisation.objects.create(firm=firm, key=key, created_at=self.now)
        actionstep.Kept(firm.pk).store(oauth.exchange(self.app, code, self.send, now=self.now))
        for division, key in zip(DIVISIONS, KEYS, strict=True):
            place = Organisation.objects.get(firm=firm, key=key)
            row.divisions.create(row_id=division, organisation=place)
        return Actionstep.objects.get(firm=firm)

    def pull(self, firm: Firm, stop: Callable[[], bool] = lambda: False) -> bool:
        """Pull once as a worker does; tell whether it came to its end."""
        row = Actionstep.objects.select_related("firm").get(firm=firm)
        with mock.patch.object(actionstep, "client_of", self.client):
            pulled = actionstep_pull.pull_all(row, actor="year", now=lambda: self.now, stop=stop)
        self.seen["pages"] += pulled.pages
        self.seen["pulls that ended early"] += bool(pulled.stopped)
        return not pulled.stopped

    def hooks(self, firm: Firm) -> None:
        """Let Actionstep call a hundred times, with nothing that could be believed."""
        secret = Actionstep.objects.get(firm=firm).hook_secret
        for _ in range(100):
            assert actionstep_hooks.told(secret, now=self.now)
        assert not actionstep_hooks.told("made up", now=self.now)
        self.seen["hooks"] += 100

    def lines(self, firm: Firm) -> None:
        """Bring the lines of a bill by a file: sometimes twice, sometimes before the bill."""
        rows = self.simulator.rows.tables["bills"].values()
        row = self.chance.choice([*rows, None]) if rows else None
        if row is None or row.values["status"] not in {"Open", "Closed"}:
            return
        bill = row.values
        read = Read("bill", f"ledes:{bill['ourReference']}", file_bill(bill), ())
        key = KEYS[DIVISIONS.index(str(row.links["division"]))]
        key = self.chance.choice((key, key, key, "", *KEYS))
        for _ in range(self.chance.choice((1, 2))):
            (result,) = receive([read], organisations_of(firm.pk), key, actor="file", now=self.now)
            self.seen[f"files {result.taken}"] += 1

    def lived(self, days: int, firm: Firm) -> None:
        """Let days pass: the practice works, the firm pulls twice a day, and things go wrong."""
        end = self.now + days * DAY
        while self.now < end:
            self.now += DAY * self.chance.random()
            self.practice.live(self.theirs)
            if self.chance.random() < 0.2:
                self.hooks(firm)
            if self.chance.random() < 0.3:
                self.lines(firm)
            dies = self.chance.random() < 0.1
            self.seen["processes that ended in mid-pull"] += dies
            self.pull(firm, (lambda: self.chance.random() < 0.5) if dies else lambda: False)

    def rested(self, firm: Firm) -> None:
        """Let the firm pull to the end of a weekly reading, twice, with nothing in the way."""
        self.calm = True
        self.simulator.faults.clear()
        for _ in range(3):
            self.now += 8 * DAY
            while not self.pull(firm):
                self.now += DAY / 24


def file_bill(values: Mapping[str, object]) -> Bill:
    """Return a bill as a file of billing lines has it: two lines, the same total and tax."""
    net, tax = values["totalExclusive"], values["totalSalesTax"]
    line = {"account": "4-1000", "tax_code": "GST", "description": "Work"}
    number = values["ourReference"]
    first = net - 1  # type: ignore[operator] # an amount
    raw = {
        "kind": "bill",
        "id": f"ledes:{number}",
        "number": number,
        "date": str(values["invoiceDate"]),
        "client": {"id": "C-1", "name": "C-1"},
        "currency": "AUD",
        "lines": [{**line, "total": str(first)}, {**line, "total": "1.00"}],
        "tax": str(tax),
        "total": str(values["totalInclusive"]),
    }
    found = read_texts(raw).document
    assert isinstance(found, Bill)
    return found


def differences(pulled: Firm, full: Firm) -> list[str]:
    """Say in what a firm that pulled all year differs from one that has just read everything.

    Of bills that share a number, which one was taken hangs on which was read first: the other one
    must be told of. Nothing is in neither place, and nothing is there twice.
    """
    one, other = (Actionstep.objects.get(firm=firm) for firm in (pulled, full))
    found = [*_names(one, other), *_bills(one, other)]
    for organisation in Organisation.objects.filter(firm=pulled):
        told = Document.objects.filter(organisation=organisation).values_list("number", flat=True)
        numbers = Counter(number.casefold() for number in told)
        found += [f"{number} is there {n} times" for number, n in numbers.items() if n > 1]
    return found


def _names(one: Actionstep, other: Actionstep) -> Iterator[str]:
    fields = ("resource", "row_id", "name", "number", "email")
    mine, theirs = (set(row.names.values_list(*fields)) for row in (one, other))
    yield from (f"not read: {name}" for name in sorted(theirs - mine))


FIELDS = ("status", "number", "date", "due_date", "currency", "total", "net", "tax", "paid", "due",
          "client", "matters", "division")  # fmt: skip


def _bills(one: Actionstep, other: Actionstep) -> Iterator[str]:
    mine = {bill.row_id: bill for bill in one.bills.select_related("organisation")}
    theirs = {bill.row_id: bill for bill in other.bills.select_related("organisation")}
    hinted = {hint.bill.row_id for hint in actionstep_hints.hints(one, None).shown}
    yield from _untold(mine.values())
    for row_id, bill in mine.items():
        full = theirs.get(row_id)
        told = [getattr(bill, name) for name in FIELDS]
        if full is None:
            if not bill.missed or (bill.source_id and row_id not in hinted):
                yield f"bill {row_id} is gone there, and nothing is said of it here"
        elif told != [getattr(full, name) for name in FIELDS]:
            yield f"bill {row_id} is {told} here"
        elif full.source_id or full.status == "Open":
            yield from _documents(bill, full, hinted=row_id in hinted)
        elif bill.source_id and row_id not in hinted:
            yield f"bill {row_id} is {bill.status}, is in the daybook, and nothing is said"
    yield from (f"bill {row_id} was never read" for row_id in theirs.keys() - mine.keys())


def _untold(bills: Collection[ActionstepBill]) -> Iterator[str]:
    """Find bills that are nowhere and of which nothing is said, and those that are one document."""
    places = Counter((bill.organisation_id, bill.source_id) for bill in bills if bill.source_id)
    for bill in bills:
        if bill.source_id and places[bill.organisation_id, bill.source_id] > 1:
            yield f"bill {bill.row_id} is {bill.source_id}, as another one is"
        owed = bill.status not in {"Draft", "Deleted"} and not bill.missed
        if owed and not bill.source_id and not bill.trouble:
            yield f"bill {bill.row_id} is {bill.status}, and is nowhere without a word"
        if bill.source_id and not bill.trouble and owed and bill.status not in {"Open", "Closed"}:
            yield f"bill {bill.row_id} is {bill.status}, is here, and nothing is said"


def _documents(bill: ActionstepBill, full: ActionstepBill, *, hinted: bool) -> Iterator[str]:
    mine, theirs = (
        newest(each.organisation, each.source_id) if each.organisation else None
        for each in (bill, full)
    )
    if (mine is None and bill.trouble) or (theirs is None and full.trouble):
        return  # one of several under its number, or brought by a file to another organisation
    if mine is None or theirs is None:
        yield f"bill {bill.row_id} is in one daybook only: {bill.trouble or full.trouble}"
        return
    if hinted:  # its total changed and the file of its lines was not exported anew, or it is paid
        return
    if (mine.total, mine.tax) != (theirs.total, theirs.tax):
        yield f"bill {bill.row_id} comes to {mine.total} here and {theirs.total} there"
    lines = [(line.account, line.tax_code, line.total) for line in mine.lines]
    assert bill.organisation is not None, "what is in the daybook has its organisation"
    if not other_names.of(bill.organisation, [mine.key]):
        if lines != [(line.account, line.tax_code, line.total) for line in theirs.lines]:
            yield f"bill {bill.row_id} has other lines: {lines}"
    elif len(lines) < 2:
        yield f"bill {bill.row_id} has lost the lines of its file"


def refused(year: Year) -> int:
    """Return how many files were refused because Actionstep said otherwise."""
    return year.seen[f"files {Taken.REFUSED}"]
