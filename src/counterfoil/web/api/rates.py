"""How much one caller may ask for: a bucket of so many requests, which fills steadily.

Buckets live in the memory of one server process. They keep a runaway script from taking the
server for itself; they are no account of use.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``burst`` requests at once, and ``a_minute`` in the long run."""

    a_minute: int
    burst: int


OF_KEY = Rate(a_minute=600, burst=100)
"""Ten calls a second; with batches of a thousand, more than any machine takes in."""
OF_STRANGER = Rate(a_minute=30, burst=30)
"""Refused keys from one address: enough for a mistake, too few to try keys out."""
MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many requests are left, and when that was so, in seconds of a monotonic clock."""

    left: float
    at: float


def take(bucket: Bucket | None, rate: Rate, now: float) -> tuple[Bucket, int]:
    """Take one request; return the bucket after it, and the whole seconds to wait: nil if taken."""
    before = bucket or Bucket(rate.burst, now)
    filled = before.left + (now - before.at) * rate.a_minute / 60
    left = min(float(rate.burst), filled)
    if left >= 1:
        return Bucket(left - 1, now), 0
    return Bucket(left, now), math.ceil((1 - left) * 60 / rate.a_minute)


@dataclass
class Buckets:
    """The buckets of everybody who was here lately; shared by threads."""

    rate: Rate
    most: int = MOST_BUCKETS
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: str, now: float) -> int:
        """Take one request of somebody; return the seconds to wait, nil if it was granted."""
        with self._guard:
            bucket, wait = take(self._buckets.pop(who, None), self.rate, now)
            self._buckets[who] = bucket
            if len(self._buckets) > self.most:
                self._buckets.popitem(last=False)
            return wait

    def clear(self) -> None:
        """Forget everybody."""
        with self._guard:
            self._buckets.clear()
