"""Xero's four limits: 5 in flight, 60 a minute, a day's calls, and the app's minute.

Windows are fixed, start at the first call and repeat from there, so they end at another
moment for each organisation (facts: Xero API section 3.1). The clock is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

Kind = Literal["concurrent", "minute", "day", "appminute"]
Pair = tuple[str, str]

IN_FLIGHT = 5
PER_MINUTE = 60
APP_PER_MINUTE = 10_000
PER_DAY = 5_000
PER_DAY_STARTER = 1_000
RAPID = timedelta(minutes=30)
RAPID_TIERS = frozenset({"plus", "advanced", "enterprise"})
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that a limit stops; ``retry_after`` in seconds where Xero says it."""

    kind: Kind
    retry_after: int | None


@dataclass(slots=True)
class Window:
    """A fixed window of ``length`` and the calls counted in it."""

    length: timedelta
    start: datetime
    used: int = 0

    # Not verified, see limit-windows.
    def roll(self, now: datetime) -> None:
        """Move to the window that ``now`` falls into, keeping the rhythm of the first call."""
        passed = (now - self.start) // self.length
        if passed > 0:
            self.start += passed * self.length
            self.used = 0

    def seconds_left(self, now: datetime) -> int:
        """Return the whole seconds until this window ends, at least one."""
        return max(1, ceil((self.start + self.length - now).total_seconds()))


@dataclass(slots=True)
class Slot:
    """One place among the calls in flight; ``until`` is None while the call still runs."""

    pair: Pair
    until: datetime | None = None


@dataclass(slots=True)
class Limiter:
    """The counters of all apps and organisations; ``enforced`` off keeps counting only.

    ``rapid_sync`` says whether new connections of larger tiers have their first half hour free.
    """

    enforced: bool = True
    rapid_sync: bool = False
    minutes: dict[Pair, Window] = field(default_factory=dict)
    days: dict[Pair, Window] = field(default_factory=dict)
    apps: dict[str, Window] = field(default_factory=dict)
    flights: dict[Pair, list[Slot]] = field(default_factory=dict)

    # Not verified, see refused-call-cost.
    def enter(
        self, pair: Pair, per_day: int, now: datetime, *, lifted: bool = False
    ) -> Slot | Refusal:
        """Count a call of ``pair`` (client id, tenant id) and give it a slot, or refuse it.

        A refused call costs nothing. ``lifted`` spares the minute and the day, as Rapid Sync does.
        """
        windows = self._windows(pair, now)
        flights = self._flying(pair, now)
        refusal = _refusal(windows, per_day, len(flights), now)
        if lifted and refusal is not None and refusal.kind in {"minute", "day"}:
            refusal = None
        if refusal is not None and self.enforced:
            return refusal
        for window in windows:
            window.used += 1
        slot = Slot(pair)
        flights.append(slot)
        return slot

    def leave(self, slot: Slot, at: datetime) -> None:
        """Free ``slot`` at the moment its answer has gone out, which may lie ahead."""
        slot.until = at

    def headers(self, pair: Pair, per_day: int, now: datetime) -> dict[str, str]:
        """Return the three headers that say what is left, never below nought.

        Looking starts no window.
        """
        return {
            "X-DayLimit-Remaining": _left(per_day, self.days.get(pair), now),
            "X-MinLimit-Remaining": _left(PER_MINUTE, self.minutes.get(pair), now),
            **self.app_header(pair[0], now),
        }

    def app_header(self, client_id: str, now: datetime) -> dict[str, str]:
        """Return the header that says what is left of the app's own minute."""
        return {"X-AppMinLimit-Remaining": _left(APP_PER_MINUTE, self.apps.get(client_id), now)}

    def day_seconds_left(self, pair: Pair, now: datetime) -> int:
        """Return the seconds until the day of ``pair`` ends."""
        return self._windows(pair, now)[1].seconds_left(now)

    def _windows(self, pair: Pair, now: datetime) -> tuple[Window, Window, Window]:
        minute = self.minutes.setdefault(pair, Window(MINUTE, now))
        day = self.days.setdefault(pair, Window(DAY, now))
        app = self.apps.setdefault(pair[0], Window(MINUTE, now))
        for window in (minute, day, app):
            window.roll(now)
        return minute, day, app

    def _flying(self, pair: Pair, now: datetime) -> list[Slot]:
        flying = [s for s in self.flights.get(pair, ()) if s.until is None or s.until > now]
        self.flights[pair] = flying
        return flying


def _left(most: int, window: Window | None, now: datetime) -> str:
    used = 0 if window is None or now - window.start >= window.length else window.used
    return str(max(0, most - used))


# Not verified, see rapid-sync.
def in_rapid_sync(tier: str, connected_at: datetime, now: datetime) -> bool:
    """Say whether a connection is in its first half hour, which is free from Plus on (3.1)."""
    return tier.lower() in RAPID_TIERS and now - connected_at < RAPID


def calls_per_day(tier: str) -> int:
    """Return the day's calls per organisation for an app's pricing tier (section 3.3)."""
    return PER_DAY_STARTER if tier.lower() == "starter" else PER_DAY


def _refusal(
    windows: tuple[Window, Window, Window], per_day: int, flying: int, now: datetime
) -> Refusal | None:
    minute, day, app = windows
    if flying >= IN_FLIGHT:
        return Refusal("concurrent", None)
    if app.used >= APP_PER_MINUTE:
        return Refusal("appminute", None)
    if day.used >= per_day:
        return Refusal("day", day.seconds_left(now))
    if minute.used >= PER_MINUTE:
        return Refusal("minute", minute.seconds_left(now))
    return None
