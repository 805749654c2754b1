"""How long it takes to reconcile a firm with many documents, trust and all.

Run: python -m bench.reconcile [--documents N]

The firm's documents (in the shares of ``bench.calls``) lie posted in a sandbox. Timed is the whole
command, as of a day after them all: by the clock, and by its own use of the
processor, which does not grow with what else the machine does. Once while everything in Xero is
ours, so that Xero is asked for its trial balance alone; and once after somebody else entered an
invoice there, so that what is linked is read back as well. The limit holds for the first, by the
clock; the second is mostly Xero's answers.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.drift import fill
from bench.memory import peak
from tests.cli.scene import Practice, Xero, connected
from xero_sandbox.testing import running_sandbox

MOST_SECONDS = 10.0
AS_OF = "2026-12-31"


class Took(NamedTuple):
    """Seconds of a command: by the clock, and of the processor."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} s ({self.processor:.1f} s of the processor)"


def reconciled(practice: Practice) -> Took:
    """Reconcile from the start of the program to its end; return how long it took."""
    began, used = time.perf_counter(), processor()
    words = ("reconcile", "--as-of", AS_OF, "--json")
    peak(practice, *words)
    return Took(time.perf_counter() - began, processor() - used)


def processor() -> float:
    """Return what the commands that have ended used of the processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_another_hand(xero: Xero) -> None:
    """Enter an invoice in Xero that is nobody's here."""
    line = {"Description": "By hand", "Quantity": 1, "UnitAmount": 7, "AccountCode": "200"}
    invoice = {"Type": "ACCREC", "Status": "AUTHORISED", "LineItems": [line]}
    dates = {"Date": "2026-06-30", "DueDate": "2026-07-31"}
    xero.ask("PUT", "/Invoices", body={**invoice, **dates, "Contact": {"Name": "Somebody"}})


def calls_of(xero: Xero) -> int:
    """Count what the organisation was asked so far."""
    return len(xero.calls())


def main() -> int:
    """Print the figures; 1 if the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5_000)
    wanted = parser.parse_args().documents
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sandbox(country=None, limits=False) as url,
    ):
        xero = Xero(url)
        with connected(Path(folder), xero) as practice:
            count = fill(practice, wanted)
            before = calls_of(xero)
            ours = min(reconciled(practice) for _ in range(2))
            asked = (calls_of(xero) - before) // 2
            by_another_hand(xero)
            before = calls_of(xero)
            others = reconciled(practice)
            asked_then = calls_of(xero) - before
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{count:,} documents, all ours: {ours}, {asked} calls (limit {MOST_SECONDS:.0f} s)")
    print(f"  with an entry of others on receivables: {others}, {asked_then} calls")
    return 0 if ours.clock <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
