"""What share of Xero's minute limit a drain uses, on the simulated clock under the real limits.

Run: python -m bench.minute

A thousand documents go out one a call, so that calls are what is scarce. Nothing else happens:
two calls a minute stay reserved for people who click, which makes 58 of 60 the ceiling.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter

from tests.simulation.firm import documents
from tests.simulation.story import Story
from tests.simulation.trouble import CALM
from tests.simulation.world import EPOCH

BILLS = 500
MINUTES = 10
LIMITED = 429
SET_UP = dt.timedelta(seconds=1)
"""In the story's first instant the organisation is set up; no worker has begun by then."""
CALLS_A_MINUTE = 60
LEAST = 0.95


class Quiet(Story):
    """A story without trouble, one document a call."""

    def __init__(self) -> None:
        super().__init__(1, bills=BILLS, month=documents, trouble=CALM)
        self.batch_most = 1


def calls_by_minute() -> Counter[int]:
    """Count the calls that the sandbox let in, by minute of the first ten."""
    story = Quiet()
    story.play()
    called = [row.at for row in story.sandbox.state.log.rows if row.status != LIMITED]
    minutes = (int((at - EPOCH).total_seconds() // 60) for at in called if at >= EPOCH + SET_UP)
    return Counter(minute for minute in minutes if minute < MINUTES)


def main() -> int:
    """Print the share; 1 if it is under 95 %."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    counted = calls_by_minute()
    used = counted.total() / (MINUTES * CALLS_A_MINUTE)
    print(f"calls in each minute: {[counted[minute] for minute in range(MINUTES)]}")
    print(f"share of the minute limit used: {used:.1%} (at least {LEAST:.0%})")
    return 0 if used >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
