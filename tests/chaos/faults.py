"""The faults that strike while documents come in and go out, drawn at random."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chaos.crew import Crew
    from tests.chaos.postgres import Postgres
    from tests.chaos.proxy import Proxy
    from tests.cli.scene import Xero

XERO = ("slow", "late", "cut_before", "cut_after_commit", "cut_mid_body", "500_after", "503_before")
BETWEEN = (0.5, 4.0)
"""Seconds from one fault to the next."""
OUTAGES = (5.0, 40.0)
"""Seconds from one stop of the database to the next."""
HELD_UP_MS = 3_000
NOTHING = "0"
UNLIMITED = "unlimited"


@dataclass
class Faults:
    """Everything that can be hit. Without ``postgres`` the database is SQLite, in the workers."""

    chance: random.Random
    crew: Crew
    proxy: Proxy
    xero: Xero
    postgres: Postgres | None = None
    struck: Counter[str] = field(default_factory=Counter)

    def strike_for(self, seconds: float) -> None:
        """Let faults strike, one after another, and leave nothing broken behind."""
        end = time.monotonic() + seconds
        outage = time.monotonic() + self.chance.uniform(*OUTAGES)
        while time.monotonic() < end:
            time.sleep(self.chance.uniform(*BETWEEN))
            if self.postgres is not None and time.monotonic() >= outage:
                self._strike(self.chance.choice((self.crash, self.restart)))
                outage = time.monotonic() + self.chance.uniform(*OUTAGES)
            else:
                self._strike(self.chance.choice(self._others()))
        self.xero.control("DELETE", "faults")

    def _others(self) -> tuple[Callable[[], None], ...]:
        return self.kill, self.kill, self.end, self.pause, self.cut, self.disturb, self.fill

    def _strike(self, fault: Callable[[], None]) -> None:
        fault()
        self.struck[(fault.__doc__ or "").partition(".")[0]] += 1

    def _member(self) -> int:
        return self.chance.randrange(len(self.crew.members))

    def _a_while(self, most: float = 5.0) -> None:
        time.sleep(self.chance.uniform(0.5, most))

    def kill(self) -> None:
        """worker killed (SIGKILL)."""
        self.crew.signal(self._member(), signal.SIGKILL)

    def end(self) -> None:
        """worker told to stop (SIGTERM)."""
        self.crew.signal(self._member(), signal.SIGTERM)

    def pause(self) -> None:
        """worker stopped and continued (SIGSTOP, SIGCONT)."""
        number = self._member()
        self.crew.signal(number, signal.SIGSTOP)
        self._a_while()
        self.crew.signal(number, signal.SIGCONT)

    def cut(self) -> None:
        """network cut: connections broken and refused."""
        self.proxy.cut()
        self._a_while()
        self.proxy.mend()

    def disturb(self) -> None:
        """Xero slow, cut off or failing."""
        match = {"nth": self.chance.randint(1, 4)}
        fault = self.chance.choice(XERO)
        self.xero.faults({"fault": fault, "match": match, "delay_ms": HELD_UP_MS})

    def crash(self) -> None:
        """database crashed and started again."""
        self._stop("immediate")

    def restart(self) -> None:
        """database stopped in order and started again."""
        self._stop("fast")

    def _stop(self, mode: str) -> None:
        assert self.postgres is not None
        self.postgres.stop(mode)
        self._a_while(3.0)
        self.postgres.start()

    def fill(self) -> None:
        """disk full: the kernel refuses every write to a file."""
        writers = self.postgres or self.crew
        pids = writers.pids()
        _allow(pids, NOTHING, writers.user)
        self._a_while()
        _allow(pids, UNLIMITED, writers.user)
        if self.postgres is not None:
            # A server that cannot write its log ends itself. It is begun anew, as a person would
            # who has made room: in what is left of it every write might still be refused.
            self.postgres.stop("immediate")
            self.postgres.start()


def _allow(pids: list[int], most: str, user: str | None) -> None:
    """Let a user's processes write files no longer than this; those that have ended do not mind."""
    for pid in pids:
        command = ["prlimit", f"--pid={pid}", f"--fsize={most}:unlimited"]
        subprocess.run(command, user=user, stderr=subprocess.DEVNULL, check=False)
