"""Kill ``counterfoil post`` again and again: ``python -m tests.kill --kills 50 --seed 1``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.kill.rounds import play


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="how often")
    parser.add_argument("--seed", type=int, default=1, help="draws the documents and the delays")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = play(Path(folder), kills=chosen.kills, seed=chosen.seed)
    lines = (str(outcome), *outcome.differences, *outcome.off, *outcome.drifted)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
