"""How much trouble a story has: which groups of faults, how often each strikes, for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulation.faults import GROUPS, switches

if TYPE_CHECKING:
    import random

JUMPS = (3_600.0, -3_600.0, 400 * 86_400.0, -400 * 86_400.0)
"""By how much a machine's clock may jump, in seconds."""
APART_SECONDS = 150.0
"""How far a clock may be off either way where clocks are a trouble: two are five minutes apart."""
USUALLY_OFF_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """The trouble of one story.

    ``seconds`` is how long it lasts. The rates are the share of calls that meet a fault, and the
    share of points at which a process dies, is held up, is asked to stop or loses its database.
    A troubled source sends some documents in several versions; with ``versions`` a calm one does.
    """

    on: frozenset[str] = frozenset()
    seconds: float = 0.0
    faults: float = 0.0
    crashes: float = 0.0
    stalls: float = 0.0
    stops: float = 0.0
    refusals: float = 0.0
    versions: bool = False

    @property
    def revised(self) -> bool:
        """Whether some documents come in several versions."""
        return self.versions or "10 source" in self.on

    @property
    def skew(self) -> float:
        """By how many seconds a machine's clock may be off."""
        return APART_SECONDS if "9 clocks" in self.on else USUALLY_OFF_SECONDS

    def strike(self, draw: float) -> str:
        """Return what strikes at a point, given a number drawn from 0 to 1."""
        for what, rate in (
            ("crash", self.crashes),
            ("stall", self.stalls),
            ("stop", self.stops),
            ("refuse", self.refusals),
        ):
            draw -= rate
            if draw < 0:
                return what
        return ""


CALM = Trouble()
EVERYTHING = frozenset(GROUPS)


def drawn(chance: random.Random, seconds: float) -> Trouble:
    """Draw a story's trouble."""
    on = switches(chance)
    processes, database = "7 processes" in on, "8 database" in on
    return Trouble(
        on,
        seconds,
        faults=chance.choice([0.2, 0.4, 0.6]),
        crashes=chance.choice([0.002, 0.01]) if processes else 0.0,
        stalls=chance.choice([0.0, 0.002]) if processes else 0.0,
        stops=chance.choice([0.0, 0.002]) if processes else 0.0,
        refusals=chance.choice([0.001, 0.004]) if database else 0.0,
    )
