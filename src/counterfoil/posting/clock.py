"""Time and chance as arguments: what differs between a simulation and a machine."""

from __future__ import annotations

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> dt.datetime:
        """Return the time of day, aware, in UTC. It may jump."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only grow, meaningful within this process alone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        ...


class Chance(Protocol):
    """Draws what must not be guessed or must not be equal."""

    def name(self) -> str:
        """Return a new unique name: 32 hexadecimal digits."""
        ...

    def jitter(self) -> float:
        """Return a number from 0 to 1."""
        ...
