"""Play a year from the command line; ends with 1 when anything was off."""

from __future__ import annotations

import argparse
import resource
import sys

from tests.year.documents import Size
from tests.year.play import play


def main() -> int:
    """Play it and say how it went."""
    parser = argparse.ArgumentParser(description="Play a firm's year.")
    parser.add_argument("--matters", type=int, default=40)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--bills", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-mistakes", action="store_true", help="nothing is taken back")
    given = parser.parse_args()
    size = Size(given.matters, given.events, given.bills, taken_back=not given.no_mistakes)
    outcome = play(given.seed, size, told=lambda line: print(line, flush=True))
    slowest = max(month.seconds for month in outcome.months)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{outcome.documents:,} documents, {dict(outcome.did)}, "
        f"{outcome.calls:,} calls, {outcome.seconds:.0f} s, "
        f"{peak:,} MB; {len(outcome.months)} month ends, "
        f"{sum(bool(month.off) for month in outcome.months)} off; "
        f"nights with Trust Transfers not nil: {len(outcome.nights)}; "
        f"unsettled: {dict(outcome.unsettled)}; slowest reconciliation {slowest:.1f} s"
    )
    for month in outcome.months:
        for line in month.off[:20]:
            print(f"  {month.end}: {line}")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
