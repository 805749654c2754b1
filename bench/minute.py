"""How the limits of Xero are used, on the simulated clock under the sandbox's real ones.

Run: python -m bench.minute

Documents go out one a call, so that calls are what is scarce. First nobody clicks: two calls a
minute stay reserved for people, which makes 58 of 60 the ceiling. Then somebody clicks twice a
minute while the drain runs, and what counts is how long a click waits before its call leaves.
Then an organisation of the smallest plan, with a thousand calls a day, gets more documents than a
day can hold.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter

from counterfoil.posting.caller import Caller
from counterfoil.posting.errors import LimitReached
from tests.simulation.firm import documents
from tests.simulation.network import Authority, Courier
from tests.simulation.story import END_SECONDS, Story
from tests.simulation.trouble import CALM
from tests.simulation.world import EPOCH, Chance, Clock

BILLS = 500
MINUTES = 10
LIMITED = 429
SET_UP = dt.timedelta(seconds=1)
"""In the story's first instant the organisation is set up; no worker has begun by then."""
CALLS_A_MINUTE = 60
LEAST = 0.95


A_DAY = 1_000
DAY_BILLS = 700
DAYS_SECONDS = 30 * 3600.0
CLICK_EVERY = 31.0
MOST_CLICK_SECONDS = 2.0


class Quiet(Story):
    """A story without trouble, one document a call."""

    def __init__(self, bills: int = BILLS, until: float = END_SECONDS) -> None:
        super().__init__(1, bills=bills, month=documents, trouble=CALM, until=until)
        self.batch_most = 1

    def called(self) -> list[dt.datetime]:
        """Return when the sandbox let a call in, after the organisation was set up."""
        rows = self.sandbox.state.log.rows
        return [row.at for row in rows if row.status != LIMITED and row.at >= EPOCH + SET_UP]

    def limited(self) -> int:
        """Count the calls that the sandbox refused for a limit."""
        return sum(row.status == LIMITED for row in self.sandbox.state.log.rows)


class Clicked(Quiet):
    """The same with a person who clicks: each click reads the organisation."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._asked: float | None = None
        self.world.spawn(self._click, after=60.0)

    def _click(self) -> None:
        clock = Clock(self.world, lambda: 0.0)
        caller = Caller(
            outbox=self.outbox,
            target=self.target,
            courier=Courier(self.network, "somebody", self._leaves),
            authority=Authority(self.network, self.sandbox, "somebody"),
            clock=clock,
            chance=Chance(self.world),
            clicking=True,
        )
        while True:
            self._asked = self.world.elapsed
            while not self._served(caller):
                pass
            clock.sleep(CLICK_EVERY)

    def _leaves(self, _when: str) -> None:
        if self._asked is not None:
            self.waits.append(self.world.elapsed - self._asked)
            self._asked = None

    def _served(self, caller: Caller) -> bool:
        try:
            caller.read(self.target.read_organisation())
        except LimitReached as reached:
            caller.clock.sleep((reached.until - caller.clock.now()).total_seconds())
            return False
        return True


def calls_by_minute() -> Counter[int]:
    """Count the calls by minute of the first ten."""
    story = Quiet()
    story.play()
    minutes = (int((at - EPOCH).total_seconds() // 60) for at in story.called())
    return Counter(minute for minute in minutes if minute < MINUTES)


def longest_click() -> tuple[float, int]:
    """Return the longest wait before a click's call left, in seconds, and how many there were."""
    story = Clicked()
    story.play()
    return max(story.waits), len(story.waits)


def fullest_day() -> tuple[int, int]:
    """Return the calls of the fullest day since the first, and how many a limit refused."""
    story = Quiet(DAY_BILLS, DAYS_SECONDS)
    story.sandbox.state.organisations[story.firm.tenant_id].settings.tier = "starter"
    story.play()
    called = story.called()
    day = dt.timedelta(days=1)
    days = Counter((at - called[0]) // day for at in called)
    return max(days.values()), story.limited()


def main() -> int:
    """Print the figures; 1 if one misses its limit."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    counted = calls_by_minute()
    used = counted.total() / (MINUTES * CALLS_A_MINUTE)
    print(f"calls in each minute: {[counted[minute] for minute in range(MINUTES)]}")
    print(f"share of the minute limit used: {used:.1%} (at least {LEAST:.0%})")
    waited, clicks = longest_click()
    print(
        f"longest of {clicks} clicks: {waited:.2f} s (at most {MOST_CLICK_SECONDS:.0f})", flush=True
    )
    most, refused = fullest_day()
    print(f"fullest day of {A_DAY}: {most} calls (at most {A_DAY}), {refused} refused for a limit")
    served = waited <= MOST_CLICK_SECONDS and most <= A_DAY
    return 0 if used >= LEAST and served else 1


if __name__ == "__main__":
    sys.exit(main())
