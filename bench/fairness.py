"""Whether anybody waits for another's long queue: many small organisations, and one large.

Run: python -m bench.fairness [--organisations N]

One worker with one turn at a time, so that the order of turns is what the sandbox's log shows.
Everybody's documents are in before it starts. An organisation has waited until its last write has
reached Xero. Then one firm has 50,000 documents before it, and another's ten come after; they may
be delayed by no more than a minute. Minutes of Xero's limit end at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from bench._cluster import Cluster, apart, cluster
from bench.settle import AT_ONCE, bills
from tests.chaos.crew import working

DOCUMENTS = 20
MOST_OVER_MEAN = 2.3
LARGE, SMALL = 50_000, 10
MOST_DELAY = 60.0
ONE = {"times": 1, "unlimited": True, "concurrency": 1}


def turns(organisations: int) -> tuple[float, int]:
    """Return the longest wait over the mean, and how many second batches came too early."""
    with cluster() as scene:
        scene.connect(organisations)
        for number in scene.tenants:
            scene.take(number, bills(f"f{number}", DOCUMENTS))
        scene.forget_jobs()
        scene.drain(1, concurrency=1)
        calls = scene.by_tenant().values()
        began = min(of[0].at for of in calls)
        waits = [of[-1].at - began for of in calls]
        last_first = max(of[0].at for of in calls)
        early = sum(of[1].at < last_first for of in calls if len(of) > 1)
    assert len(waits) == organisations
    return max(waits) / (sum(waits) / len(waits)), early


def delay(large: int) -> float:
    """Return how long ten documents take that come when another firm has begun with thousands."""
    with cluster() as scene:
        scene.connect(2)
        first, second = scene.tenants
        for start in range(0, large, 1000):
            scene.take(first, bills(f"l{start}", min(1000, large - start)))
        with working(scene.environment, [ONE]):
            _until_bills(scene, first)
            began = time.time()
            scene.take(second, bills("s", SMALL))
            _until_bills(scene, second)
            took = time.time() - began
            assert scene.left() > AT_ONCE, "the large one had ended before"
    return took


def _until_bills(scene: Cluster, number: int) -> None:
    """Wait until bills of an organisation have reached Xero."""
    tenant = scene.tenants[number]
    while not any(call.path == "/Invoices" for call in scene.by_tenant().get(tenant, ())):
        time.sleep(0.5)


def main() -> int:
    """Print the figures; 1 if one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=LARGE)
    chosen = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    over_mean, early = apart(turns, chosen.organisations)
    print(
        f"{chosen.organisations} organisations with {DOCUMENTS} documents each: longest wait "
        f"{over_mean:.2f} x the mean (at most {MOST_OVER_MEAN}); {early} second batches before "
        "everybody's first (none)",
        flush=True,
    )
    took = apart(delay, chosen.large)
    print(
        f"ten documents behind another firm's {chosen.large:,}: {took:.0f} s "
        f"(at most {MOST_DELAY:.0f})"
    )
    return 0 if over_mean <= MOST_OVER_MEAN and not early and took <= MOST_DELAY else 1


if __name__ == "__main__":
    sys.exit(main())
