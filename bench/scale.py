"""Documents settled a second by two workers on PostgreSQL, and two workers beside one.

Run: python -m bench.scale [--documents N]

Worker processes, PostgreSQL and the sandbox share the machine: everything that settling takes is in
the figure, the sandbox's own work too. Documents are taken in before; the time is that from the
first write which the sandbox logs to the last. Minutes of Xero's limit end at once.

For the second figure Xero takes half a second for each answer, and a worker has one call on its
way; twenty organisations wait. What can be gained by a second worker is then nearly all there.
"""

from __future__ import annotations

import argparse
import os
import sys

from bench._cluster import Cluster, apart, cluster
from bench.settle import bills

LEAST_A_SECOND = 600
LEAST_GAIN = 1.8
ORGANISATIONS = 20
LATENCY_MS = 500
ONE_AT_A_TIME = {"in_flight": 1, "concurrency": 1}


def filled(scene: Cluster, series: str, count: int) -> None:
    """Let every organisation have its share of bills."""
    for number in scene.tenants:
        scene.take(number, bills(f"{series}-{number}", count // ORGANISATIONS))


def a_second(count: int) -> float:
    """Return how many documents two workers settle a second."""
    with cluster() as scene:
        scene.connect(ORGANISATIONS)
        filled(scene, "a", count)
        return count / scene.drain(2)


def seconds(workers: int, count: int) -> float:
    """Return how long so many workers take when Xero is slow."""
    with cluster(LATENCY_MS) as scene:
        scene.connect(ORGANISATIONS)
        filled(scene, "a", count)
        return scene.drain(workers, **ONE_AT_A_TIME)


def main() -> int:
    """Print both figures; 1 if one is under its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--gain-documents", type=int, default=4_000)
    parser.add_argument("--only", choices=("speed", "gain"))
    chosen = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    fast = gained = True
    if chosen.only != "gain":
        speed = apart(a_second, chosen.documents)
        print(f"settled by two workers: {speed:.0f} documents a second (at least {LEAST_A_SECOND})")
        fast = speed >= LEAST_A_SECOND
    if chosen.only != "speed":
        one, two = (apart(seconds, workers, chosen.gain_documents) for workers in (1, 2))
        print(
            f"with {LATENCY_MS} ms of latency: one worker {one:.0f} s, two {two:.0f} s: "
            f"{one / two:.2f} x (at least {LEAST_GAIN})"
        )
        gained = one / two >= LEAST_GAIN
    return 0 if fast and gained else 1


if __name__ == "__main__":
    sys.exit(main())
