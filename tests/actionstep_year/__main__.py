"""A year of Actionstep's changes, pulled incrementally, against a full pull at its end.

Run: python -m tests.actionstep_year [--days 365] [--seeds 4] [--first 1] [--postgres]

Bills are drafted, sent, paid, changed, deleted, and vanish; clocks are off; answers are lost or
come broken; tokens die; processes end in mid-pull; hooks storm in; rows change while pages are
read; and files bring lines. At the end of each year a second firm reads everything once. The
database is SQLite in a folder of its own, or what ``DATABASE_URL`` names.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import time

from tests.chaos.postgres import running_postgres


def main() -> int:
    """Play each year; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL of its own")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        os.environ["COUNTERFOIL_HOME"] = stack.enter_context(tempfile.TemporaryDirectory())
        if asked.postgres:
            os.environ["DATABASE_URL"] = stack.enter_context(running_postgres()).url
        from counterfoil.web.serve import prepare  # noqa: PLC0415 -- it reads the environment

        prepare()
        seeds = range(asked.first, asked.first + asked.seeds)
        played = [play(seed, asked.days) for seed in seeds]
    return 0 if all(played) else 1


def play(seed: int, days: int) -> bool:
    """Play one year and say how it went."""
    from counterfoil.web.models import Firm  # noqa: PLC0415 -- Django is set up only now
    from tests.actionstep_year.play import START, Year, differences  # noqa: PLC0415

    began = time.process_time()
    year = Year(seed)
    firm, full = (
        Firm.objects.create(key=f"{name}-{seed}", name=name, created_at=START)
        for name in ("pulled", "full")
    )
    year.connect(firm)
    year.lived(days, firm)
    year.rested(firm)
    year.connect(full)
    while not year.pull(full):
        pass
    found = differences(firm, full)
    did = ", ".join(
        f"{name} {count:,}" for name, count in sorted((year.practice.did + year.seen).items())
    )
    head = (
        f"seed {seed}, {days} days: {len(found)} differences; "
        f"{time.process_time() - began:.0f} s of the processor"
    )
    lines = [head, f"  {did}", *(f"  {words}" for words in found[:20])]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return not found


if __name__ == "__main__":
    sys.exit(main())
