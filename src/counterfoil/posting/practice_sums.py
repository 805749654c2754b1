"""The practice's documents by control account: all of them, those that wait, and those in Xero.

Everything is in hundredths of the base currency, debit positive. A document in another currency
whose rate nobody has told has no amount in it: it counts on neither side, and Xero's share of it
stands among what others entered (a finding on the document says so).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import (
    Billing,
    OpeningBill,
    OpeningCredit,
    OpeningSupplierBill,
    OpeningTrust,
    SupplierBilling,
    TrustBillPayment,
    TrustOfficeTransfer,
    number_of,
    undone_key,
)
from counterfoil.posting.by_client import ClientSums, Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.effects import Control, Controls, Effect

OPENINGS = (OpeningBill, OpeningSupplierBill, OpeningCredit, OpeningTrust)
"""What stood in Xero before, entered there by somebody else."""
BASE = Decimal(1)


class Stood(NamedTuple):
    """What stood in Xero for a bill before it was billed anew: since a day, and until another.

    ``total`` is in hundredths; ``until`` is the day on which it was credited. ``rate`` is what
    one of its currency was worth then, where that is not the base currency.
    """

    total: int
    since: dt.date
    until: dt.date
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The newest revision of a document, with what Xero holds of it.

    ``totals`` maps the parts that are in Xero to Xero's own total, in hundredths; None where that
    is the amount of the part. A part that was posted and has ended in Xero is not in it; it is in
    ``ended``. ``dated`` is the day under which it went to Xero, where that is not the document's
    own; ``days`` are Xero's own of its parts, where they were read.
    ``prior``: it is from before the firm's start date, and what of it is not linked stood in Xero
    before. ``recorded`` is the day on which the daybook received it, ``ids`` are Xero's own of its
    parts. ``undone`` are parts that a later document has taken back in Xero, and those by which it
    did: both count for nothing any more. ``of`` is what the document takes back. ``sent`` is the
    earlier revision that was posted, where Xero does not hold the newest; ``going`` tells that the
    newest is to go there: it waits, held or not. ``earlier`` is what stood in Xero for it before it
    was credited and billed anew. ``twice`` tells that it takes back what another had taken back
    before it: it is held, and counts for nothing.
    """

    document: Document
    totals: Mapping[str, int | None]
    ended: frozenset[str] = frozenset()
    dated: dt.date | None = None
    recorded: dt.date | None = None
    prior: bool = False
    ids: Mapping[str, str] = field(default_factory=dict)
    undone: frozenset[str] = frozenset()
    of: Document | None = None
    sent: Document | None = None
    going: bool = False
    earlier: tuple[Stood, ...] = ()
    days: Mapping[str, dt.date] = field(default_factory=dict)
    twice: bool = False

    @property
    def first_day(self) -> dt.date:
        """The first day on which it, or what is in Xero of it, may count."""
        documents = (self.document, self.of, self.sent)
        return min(*self.days.values(), *(each.date for each in documents if each), dt.date.max)

    def day_of(self, part: str) -> dt.date | None:
        """Return the day under which Xero holds a part; None where that is the practice's."""
        return self.days.get(part, self.dated)

    @property
    def opens(self) -> bool:
        """Whether what is not linked of it stood in Xero before, entered there by somebody else."""
        return self.prior or isinstance(self.document, OPENINGS)


class Traced(NamedTuple):
    """A document that does not come to the same on both sides of an account, in hundredths.

    ``waiting`` is the part that was never posted yet, ``timing`` what Xero holds under another day,
    ``in_xero_on``; the rest was ended or changed in Xero.
    """

    control: Control
    key: Key
    number: str
    date: dt.date
    practice: int = 0
    waiting: int = 0
    ours: int = 0
    timing: int = 0
    in_xero_on: dt.date | None = None

    @property
    def difference(self) -> int:
        """What should stand in Xero less what does."""
        return self.practice - self.ours


@dataclass
class Balance:
    """One control account.

    ``opening`` is the part of ``practice`` that stood in Xero before the firm began to post,
    ``waiting`` the part that Xero does not hold yet, ``ours`` what linked objects come to,
    ``timing`` what Xero holds under a later day, less what it holds under an earlier one.
    """

    practice: int = 0
    opening: int = 0
    waiting: int = 0
    ours: int = 0
    timing: int = 0

    def enter(self, share: Share) -> None:
        """Add what one part of a document comes to."""
        self.practice += share.practice
        self.opening += share.opening
        self.waiting += share.waiting
        self.ours += share.ours
        self.timing += share.timing


@dataclass
class PracticeSums:
    """Sums up documents dated on or before ``as_of``, in any order.

    ``waiting`` are the documents that Xero does not hold whole yet; of those in ``halves`` it holds
    a part, and the parts that are absent are named. ``traced`` are those that differ on an account.
    ``start`` is the day of the first document of ours that Xero holds, ``opened`` that of the last
    opening; ``by_day`` is what ours come to on receivables and payables. ``clients`` sums up by
    client, where that is asked for.
    """

    controls: Controls
    as_of: dt.date
    balances: dict[Control, Balance] = field(default_factory=lambda: defaultdict(Balance))
    waiting: dict[Key, None] = field(default_factory=dict)
    halves: dict[Document, tuple[str, ...]] = field(default_factory=dict)
    traced: dict[tuple[Control, Key], Traced] = field(default_factory=dict)
    clients: ClientSums | None = None
    start: dt.date | None = None
    opened: dt.date | None = None
    by_day: Counter[tuple[Control, dt.date]] = field(default_factory=Counter)
    _payments: dict[Key, TrustBillPayment] = field(default_factory=dict)
    _rates: dict[Key, Decimal | None] = field(default_factory=dict)
    _stood: dict[Key, _Before] = field(default_factory=dict)
    _late: list[Entered] = field(default_factory=list)
    _revised: dict[tuple[Control, Key], None] = field(default_factory=dict)

    def add(self, one: Entered) -> None:
        """Take a document in; one that rests on others that may come later is kept until then."""
        document = one.document
        if isinstance(document, TrustBillPayment):
            self._payments[document.key] = document
        if isinstance(document, Billing | SupplierBilling):
            self._rates[document.key] = self._rate(document)
            for stood in _standing_on(one, self.as_of):
                if stood.rate is not None:
                    self._stood[document.key] = _Before(stood.rate, "" in one.totals)
        effects = self._effects(document, one)
        earlier = self._effects(one.sent, one) if one.sent else ()
        if one.opens:
            day = self.controls.opened_on if one.prior else None
            opened = day or document.date
            self.opened = max(self.opened or opened, opened)
        elif one.totals:
            self.start = min(self.start or document.date, document.date)
        if self._is_early(document, (*effects, *earlier)):
            self._late.append(one)
        else:
            self._add(one)

    def _effects(self, document: Document, one: Entered) -> tuple[Effect, ...]:
        return tuple(self.controls.effects(document, self._payments, one.of))

    @property
    def opened_on(self) -> dt.date:
        """The day at whose end the openings stood in Xero, beside what of ours is dated before."""
        if self.controls.opened_on is not None:
            return max(self.opened or self.controls.opened_on, self.controls.opened_on)
        day_before = self.start - dt.timedelta(days=1) if self.start else self.as_of
        return max(self.opened or day_before, day_before)

    def finish(self) -> None:
        """Add what had to wait until every payment and every bill was known."""
        for one in self._late:
            self._add(one)
        for name in self._revised:
            traced = self.traced.get(name)
            if traced is not None and not traced.difference:
                del self.traced[name]

    def _is_early(self, document: Document, effects: Iterable[Effect]) -> bool:
        """Whether it rests on a payment, or on a bill's rate, that may come after it."""
        covers = isinstance(document, TrustOfficeTransfer) or undone_key(document) is not None
        if covers and not self.controls.posts_trust:
            return True
        return any(effect.of is not None and effect.of not in self._rates for effect in effects)

    def _add(self, one: Entered) -> None:
        effects = self._effects(one.document, one)
        if one.sent is None:
            self._count(one, effects)
            return
        # The practice's is what it says now; ours in Xero is what was sent, under the same name.
        parts = frozenset() if one.going else frozenset(effect.part for effect in effects)
        self._count(replace(one, totals={}, ended=parts, sent=None, earlier=()), effects)
        self._count_sent(one, one.sent)

    def _count_sent(self, one: Entered, sent: Document) -> None:
        earlier = replace(one, document=sent, sent=None)
        for effect, share in self._shares(earlier, self._effects(sent, one)):
            taken = -share.ours if one.going else 0
            timing = 0 if one.going else share.timing
            self._enter(earlier, effect, Share(0, 0, taken, share.ours, timing))
            self._revised[effect.control, sent.key] = None

    def _count(self, one: Entered, effects: Iterable[Effect]) -> None:
        standing = tuple(self._standing(one, effects))
        parts = {effect.part for effect in standing}
        if any(_waits(one, part) for part in parts):
            self.waiting[one.document.key] = None
        for effect, share in self._shares(one, effects):
            self._enter(one, effect, share)
        absent = parts - one.totals.keys()
        if absent and absent != parts and not one.prior:
            self.halves[one.document] = tuple(sorted(absent))

    def _standing(self, one: Entered, effects: Iterable[Effect]) -> Iterator[Effect]:
        """Yield what counts in the practice at the end of the day."""
        for effect in effects:
            if effect.part not in one.undone and _day(effect, one) <= self.as_of:
                yield effect

    def _shares(self, one: Entered, effects: Iterable[Effect]) -> Iterator[tuple[Effect, Share]]:
        """Yield what counts at the end of the day, on either side."""
        for effect in effects:
            here = _day(effect, one) <= self.as_of
            if effect.part in one.undone or not (here or _sooner(effect.part, one, self.as_of)):
                continue
            rate = self._rates.get(effect.of, BASE) if effect.of else self._rate(one.document)
            if rate is not None and self.controls.knows(effect.control):
                then = self._stood.get(effect.of) if effect.of else None
                share = _share(effect, one, _Worth(rate, then), self.as_of)
                yield effect, share if here else Share(0, ours=share.ours, timing=-share.ours)

    def _enter(self, one: Entered, effect: Effect, share: Share) -> None:
        document, control = one.document, effect.control
        self.balances[control].enter(share)
        if share.ours and control in (self.controls.receivable, self.controls.payable):
            self.by_day[control, one.day_of(effect.part) or document.date] += share.ours
        if share.ours + share.opening != share.practice:
            self._trace(document, control, share, one.day_of(effect.part))
        if self.clients is not None:
            self.clients.enter(document, effect, share)

    def _trace(
        self, document: Document, control: Control, share: Share, day: dt.date | None
    ) -> None:
        first = Traced(control, document.key, number_of(document) or "", document.date)
        known = self.traced.get((control, document.key), first)
        traced = known._replace(
            practice=known.practice + share.practice - share.opening,
            waiting=known.waiting + share.waiting,
            ours=known.ours + share.ours,
            timing=known.timing + share.timing,
            in_xero_on=day if share.timing else known.in_xero_on,
        )
        self.traced[control, document.key] = traced

    def _rate(self, document: Document) -> Decimal | None:
        """Return what one of the document's currency is worth; None where nobody has told."""
        if document.currency in (None, self.controls.base_currency):
            return BASE
        return document.exchange_rate


def _day(effect: Effect, one: Entered) -> dt.date:
    """Return the day from which on an effect counts in the practice."""
    return effect.date or one.document.date


def _waits(one: Entered, part: str) -> bool:
    """Whether a part is still to go to Xero."""
    return part not in one.totals and not one.opens and part not in one.ended


def _later(part: str, one: Entered, as_of: dt.date) -> bool:
    """Whether Xero holds a part, but not yet at the end of that day."""
    day = one.day_of(part)
    return day is not None and day > as_of


def _sooner(part: str, one: Entered, as_of: dt.date) -> bool:
    """Whether Xero, as it was read, held a part by then, whatever the practice's day."""
    return part in one.totals and part in one.days and one.days[part] <= as_of


class _Before(NamedTuple):
    """What one of a bill's currency was worth before it was billed anew, which may be sent now."""

    rate: Decimal
    is_sent: bool


class _Worth(NamedTuple):
    """What one of a currency is worth by what the practice says now, and by what stood then."""

    rate: Decimal
    then: _Before | None


def _standing_on(one: Entered, day: dt.date) -> Iterator[Stood]:
    """Yield what stood in Xero on a day for a bill that was billed anew since."""
    return (stood for stood in one.earlier if stood.since <= day < stood.until)


def _share(effect: Effect, one: Entered, worth: _Worth, as_of: dt.date) -> Share:
    """Return what an effect comes to, and what of it Xero holds."""
    amount = _in_base(effect.amount, worth.rate)
    if effect.part in one.totals and not _later(effect.part, one, as_of):
        rate = worth.then.rate if worth.then else worth.rate
        there = _in_base(_as_in_xero(effect.amount, one.totals[effect.part]), rate)
        if worth.then is None:
            return Share(amount, ours=there)
        # What was paid on a bill that was billed anew since counts at the rate that the bill had.
        return _apart(amount, there, is_sent=worth.then.is_sent)
    if effect.part == "" and one.earlier:
        stood = sum(
            _in_base(_as_in_xero(effect.amount, each.total), each.rate or worth.rate)
            for each in _standing_on(one, as_of)
        )
        return _apart(amount, stood, is_sent=effect.part in one.totals)
    if effect.part in one.totals:
        return Share(amount, timing=amount)
    if one.opens:
        return Share(amount, opening=amount)
    return Share(amount, waiting=0 if effect.part in one.ended else amount)


def _apart(amount: int, there: int, *, is_sent: bool) -> Share:
    """Return what Xero held on the day; the rest was sent under a later one, or is still to go."""
    sent = Share(amount, ours=there, timing=amount - there)
    return sent if is_sent else sent._replace(waiting=sent.timing, timing=0)


def _in_base(amount: int, rate: Decimal) -> int:
    """Return an amount in the base currency, in hundredths, halves away from nil.

    A payment takes from what is owed at the bill's rate. What it gains or loses because the rate
    has moved stands on Xero's own accounts and is not told here.
    """
    return (
        amount
        if rate is BASE or rate == 1
        else int((amount * rate).to_integral_value(ROUND_HALF_UP))
    )


def _as_in_xero(amount: int, total: int | None) -> int:
    if total is None:
        return amount
    return -abs(total) if amount < 0 else abs(total)
