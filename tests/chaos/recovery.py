"""How soon work goes on after a worker has died on another machine, with nothing to click.

Nobody can know that a process of another machine is dead: its lease is seen to stand still for two
minutes. Then somebody takes over; what was in flight is looked up once no late answer can be on its
way. Times are those of the sandbox's log and of this process's steady clock.
"""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.settle import sandbox
from counterfoil.posting import retry
from tests.chaos.crew import Crew
from tests.chaos.postgres import running_postgres
from tests.cli.scene import Practice, Xero, bill, connected

if TYPE_CHECKING:
    from collections.abc import Callable

BILLS = 400
PUT = ("PUT", "/Invoices")
HELD_UP_MS = 20_000
MOST_AFTER_LAPSE = 60.0
MOST_IN_FLIGHT = retry.WRITE_SECONDS + 120.0
PATIENCE = 900.0


@dataclass(frozen=True)
class Recovery:
    """Seconds after the lease of the dead worker had lapsed: the next write, and all settled."""

    next_write: float
    in_flight: float

    @property
    def good(self) -> bool:
        return self.next_write <= MOST_AFTER_LAPSE and self.in_flight <= MOST_IN_FLIGHT

    def __str__(self) -> str:
        return (
            f"after the lease of a killed worker lapsed: the next write by another machine "
            f"{self.next_write:.0f} s later (at most {MOST_AFTER_LAPSE:.0f}), what was in flight "
            f"settled {self.in_flight:.0f} s later (at most {MOST_IN_FLIGHT:.0f})"
        )


def measure(folder: Path) -> Recovery:
    """Kill a worker in mid-send, and watch the other one."""
    with contextlib.ExitStack() as stack:
        xero = Xero(stack.enter_context(sandbox()))
        postgres = stack.enter_context(running_postgres())
        practice = stack.enter_context(connected(folder, xero, database=postgres.url))
        practice.run("post")
        practice.take(*(bill(str(n)) for n in range(BILLS)))
        match = {"method": "PUT", "path": "Invoices", "nth": 3}
        xero.faults({"fault": "slow", "match": match, "delay_ms": HELD_UP_MS, "times": 4})
        crew = Crew(practice.environment, [_machine("one")])
        stack.callback(crew.dismiss)
        _wait(lambda: xero.calls().count(PUT) >= 3)
        crew.signal(0, signal.SIGKILL)
        killed = time.monotonic()
        crew.dismiss()
        written = xero.calls().count(PUT)
        other = Crew(practice.environment, [_machine("two")])
        stack.callback(other.dismiss)
        _wait(lambda: xero.calls().count(PUT) > written)
        lapsed = killed + retry.LEASE_SECONDS
        next_write = time.monotonic() - lapsed
        _wait(lambda: set(_counts(practice)) == {"posted"})
        return Recovery(next_write, time.monotonic() - lapsed)


def _machine(name: str) -> dict[str, object]:
    return {"times": 1, "unlimited": True, "machine": name}


def _counts(practice: Practice) -> dict[str, int]:
    counts: dict[str, int] = practice.run("status", "--json").json["counts"]
    return counts


def _wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.5)
