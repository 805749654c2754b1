"""How long checking a firm's trust events takes: every rule, over all of them, to the end.

Run: python -m bench.trust_events [--count N] [--full]

``--full`` checks a million. Making the events is not counted, checking them is: each is entered in
the order of recording, the books are kept in the order of dates, and all rules are closed
(``core.trust_checks``). The peak of memory is that of the whole process, events included.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import sys
import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from counterfoil.core.documents import Party
from counterfoil.core.jurisdictions import jurisdiction
from counterfoil.core.mapping import FirmMoney
from counterfoil.core.trust_checks import Terms, TrustChecks
from counterfoil.sample.trust import Ground, trust_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Document

SMALL = 20_000
FULL = 1_000_000
LIMIT = 60.0
PORTION = 10_000
MATTERS = 100
YEARS = 5
ACCOUNTS = ("TRUST1", "TRUST2")
FIRST_DAY = dt.date(2021, 7, 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """Events, seconds of checking by the clock and of CPU, findings, peak of memory in MB."""

    events: int
    seconds: float
    cpu: float
    found: int
    megabytes: int


class Watch:
    """Adds up the seconds spent inside it."""

    seconds = 0.0
    cpu = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began[0]
        self.cpu += time.process_time() - self._began[1]


def measure(count: int) -> Measured:
    """Check so many lawful events of a large firm over five years."""
    checks = TrustChecks(
        Terms(
            dict.fromkeys(ACCOUNTS, jurisdiction("AU-NSW")),
            dict.fromkeys(ACCOUNTS, FirmMoney("p-firm", ("m-float",), 500_00)),
        )
    )
    stream = _events(count)
    watch = Watch()
    while portion := list(islice(stream, PORTION)):
        with watch:
            for document in portion:
                checks.enter(document, document.date)
    with watch:
        checked = checks.close(FIRST_DAY + dt.timedelta(days=365 * YEARS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Measured(count, watch.seconds, watch.cpu, len(checked.noted), peak)


def _events(count: int) -> Iterator[Document]:
    clients = tuple(Party(id=f"c-{n}", name=f"Client {n}") for n in range(MATTERS))
    ground = Ground(clients, (), ACCOUNTS, first_day=FIRST_DAY, days=365 * YEARS, advances=True)
    return trust_stream(1, count, ground)


def main() -> int:
    """Print what was measured; 1 where a million would take more than their limit of CPU."""
    parser = argparse.ArgumentParser(description="Check trust events.")
    parser.add_argument("--count", type=int, default=SMALL)
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} events")
    given = parser.parse_args()
    one = measure(FULL if given.full else given.count)
    print(
        f"{one.events:,} events checked in {one.seconds:.1f} s, {one.cpu:.1f} s of CPU "
        f"({one.cpu / one.events * 1e6:.1f} µs each; allowed for {FULL:,}: {LIMIT:.0f} s), "
        f"{one.found} findings, peak {one.megabytes:,} MB"
    )
    return int(one.cpu * FULL > LIMIT * one.events)


if __name__ == "__main__":
    sys.exit(main())
