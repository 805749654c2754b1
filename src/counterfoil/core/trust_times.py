"""Rules of trust accounting about the day on which something was recorded: T9, and T1 by it.

Facts: trust accounting, section 3.2. A document may be dated on one day and recorded on another;
what came in on one day has no order among itself, because sources send kinds one after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import TrustDocument
from counterfoil.core.findings import Finding, warning
from counterfoil.core.money import amount_text
from counterfoil.core.trust import Noted
from counterfoil.core.trust_deadlines import working_days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.core.documents import Key
    from counterfoil.core.trust import LedgerKey
    from counterfoil.core.trust_event import Event

    Ledger = tuple[str, LedgerKey]

SHORT_WHEN_RECORDED: Final = "ledger_short_when_recorded"
"""The code of the finding that a ledger was below nil at the end of a day of recording."""


class _Latest(NamedTuple):
    """The latest movement of a ledger as of each of the last two days of recording."""

    recorded: dt.date
    date: dt.date
    before: dt.date | None


class Lateness:
    """T9: money is recorded within a few working days of moving, and in the order it moved in.

    What is dated before ``began`` was recorded elsewhere, and is not judged.
    """

    def __init__(self, began: dt.date | None = None) -> None:
        """Start with no ledger."""
        self._began = began
        self._latest: dict[Ledger, _Latest] = {}

    def enter(self, event: Event) -> Iterator[Finding]:
        """Compare the day it happened with the day it was recorded."""
        allowed, recorded = event.place.record_within, event.recorded
        if allowed is None or recorded is None or not isinstance(event.document, TrustDocument):
            return
        if self._began is not None and event.document.date < self._began:
            return
        took = working_days(event.document.date, recorded)
        if took > allowed:
            yield warning(
                "recorded_late",
                f"It was recorded {took} working days after {event.document.date}, and "
                f"{allowed} are allowed ({event.place.cite('T9')}).",
                "Nothing can mend the date; keep the reason with the record.",
                "date",
            )
        yield from self._in_order(event, recorded)

    def _in_order(self, event: Event, recorded: dt.date) -> Iterator[Finding]:
        """Say once of a document that something later on its ledger was recorded before it."""
        date, later = event.document.date, None
        for move in event.moves:
            for ledger, *_ in move.ledgers:
                known = self._follow((move.trust_account, ledger), recorded, date)
                later = known.before if known.before and known.before > date else later
        if later is not None:
            yield warning(
                "recorded_out_of_order",
                f"It happened on {event.document.date}, and a movement of {later} on the same "
                f"ledger was recorded on a day before it ({event.place.cite('T9')}).",
                "Record each day's movements before those of the next day.",
                "date",
            )

    def _follow(self, ledger: Ledger, recorded: dt.date, date: dt.date) -> _Latest:
        known = self._latest.get(ledger)
        if known is None:
            now = _Latest(recorded, date, None)
        elif known.recorded == recorded:
            now = known if known.date >= date else known._replace(date=date)
        else:
            now = _Latest(recorded, max(known.date, date), known.date)
        self._latest[ledger] = now
        return now


class ShortWhenRecorded:
    """T1 in the order of recording: what was overdrawn until an earlier receipt was recorded.

    It is judged at the end of each day of recording, and told once for each time that a ledger
    falls below nil. What was overdrawn by its dates, too, the trust books tell.
    """

    def __init__(self) -> None:
        """Start with no money."""
        self._balances: dict[Ledger, int] = {}
        self._short: set[Ledger] = set()
        self._today: dict[Ledger, tuple[Key, str]] = {}
        self._day: dt.date | None = None
        self._noted: list[Noted] = []

    def enter(self, event: Event) -> None:
        """Add a movement to its ledgers, and judge the day before when a new one begins."""
        if event.recorded is not None and event.recorded != self._day:
            self._end_day()
            self._day = event.recorded
        balances = self._balances
        for move in event.moves:
            for ledger, amount, number, _ in move.ledgers:
                of = move.trust_account, ledger
                after = balances[of] = balances.get(of, 0) + amount
                if amount < 0 and after < 0:
                    self._today[of] = event.document.key, number

    def close(self, as_of: dt.date) -> Iterator[Noted]:
        """Return what was found; all of it happened before."""
        del as_of
        self._end_day()
        yield from self._noted

    def _end_day(self) -> None:
        """Judge the ledgers that were below nil in the course of the day that ends."""
        if self._day is None:
            self._today.clear()
            return
        self._short = {of for of in self._short if self._balances[of] < 0}
        for of, (key, number) in self._today.items():
            if self._balances[of] < 0 and of not in self._short:
                self._short.add(of)
                self._noted.append(Noted(key, _short(of, number, self._balances[of], self._day)))
        self._today.clear()


def _short(of: Ledger, number: str, balance: int, day: dt.date) -> Finding:
    account, ledger = of
    return warning(
        SHORT_WHEN_RECORDED,
        f"At the end of {day}, with all that was recorded by then, matter {number} in {account} "
        f"was short of {amount_text(-balance)} (rule T1).",
        "Record receipts before payments are made from them; the exception report names this one.",
        "amount",
        f"ledger:{account}/{ledger.client}/{ledger.matter}",
    )
