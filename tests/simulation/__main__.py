"""Replay one seed and print its story, or play many: ``python -m tests.simulation --seed 7``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from tests.simulation.story import BILLS, WRONGS, Ending, Story


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, help="replay this one and tell it")
    parser.add_argument("--seeds", type=int, default=50, help="play this many")
    parser.add_argument("--first", type=int, default=0, help="from this seed on")
    parser.add_argument("--bills", type=int, default=BILLS, help="bills in each story")
    chosen = parser.parse_args()
    if chosen.seed is not None:
        return _tell(Story(chosen.seed, bills=chosen.bills).play())
    return _play(range(chosen.first, chosen.first + chosen.seeds), chosen.bills)


def _tell(ending: Ending) -> int:
    print("\n".join(ending.told))
    print(ending)
    return 0 if ending.good else 1


def _play(seeds: range, bills: int) -> int:
    faults: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    bad = documents = facts = crashes = 0
    for seed in seeds:
        ending = Story(seed, bills=bills).play()
        faults.update(ending.faults)
        wrong.update(ending.wrong)
        documents += ending.documents
        facts += ending.facts
        crashes += ending.crashes
        if not ending.good:
            bad += 1
            print(ending, file=sys.stderr)
    print(
        f"{len(seeds)} seeds, {documents} documents, {facts} objects in Xero, "
        f"{faults.total()} faults, {crashes} crashes"
    )
    for name, count in faults.most_common():
        print(f"{count:7} {name}")
    print(", ".join(f"{wrong[name]} {name}" for name in WRONGS))
    print(f"{bad} seeds with anything wrong")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
