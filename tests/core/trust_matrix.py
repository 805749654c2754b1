"""Every rule against lawful streams and streams that break it: who was accused, who was missed.

Run: python -m tests.core.trust_matrix [--seeds 50]

Every second stream comes with what was recorded on each day in another order, the lawful ones both
ways. For each rule it prints over how many lawful streams it was judged, how many of them it
accused, in how many streams it was broken and in how many of these it was missed, and how often
another rule was accused beside it that the same act does not break. Ends with 1 unless all of these
are nil.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from counterfoil.core.jurisdictions import JURISDICTIONS
from counterfoil.core.retention import kept_until, may_erase
from counterfoil.core.trust_rules import INVARIANTS
from tests.core import trust_breaches, trust_cases, trust_image

SEEDS: Final = 50
DAY: Final = dt.timedelta(days=1)
LONGEST: Final = 4_000


@dataclass
class Row:
    """One rule: streams judged, and what was wrong of the judgement."""

    rule: str
    lawful: int = 0
    accused: int = 0
    violating: int = 0
    missed: int = 0
    besides: int = 0

    @property
    def good(self) -> bool:
        return not (self.accused or self.missed or self.besides) and bool(self.violating)


def matrix(seeds: int) -> list[Row]:
    """Judge so many lawful streams, and as many that break each rule in each of its ways."""
    rows = {one.id: Row(one.id) for one in INVARIANTS}
    for seed in range(seeds):
        _lawful(rows, seed)
        _trust(rows, seed)
        _image(rows, seed)
        _retention(rows["T16"], Random(seed))
    return list(rows.values())


def _lawful(rows: dict[str, Row], seed: int) -> None:
    case = trust_cases.lawful(seed)
    accused = trust_cases.broken(case)
    accused |= trust_cases.broken(trust_cases.shuffled(case, Random(seed)))
    accused |= trust_image.broken(trust_image.lawful(seed))
    for rule, row in rows.items():
        if rule != "T16":
            row.lawful += 1
            row.accused += rule in accused


def _trust(rows: dict[str, Row], seed: int) -> None:
    for rule, breaches in trust_breaches.BREACHES.items():
        for breach in breaches:
            case = trust_cases.lawful(seed)
            # The places differ in what they ask; New South Wales asks for all of it.
            strict = replace(case, place="AU-NSW")
            broken = trust_cases.as_it_came(breach(strict, Random(seed)), seed)
            found = trust_cases.broken(broken)
            _count(rows[rule], found, trust_breaches.BESIDES.get(breach, set()))


def _image(rows: dict[str, Row], seed: int) -> None:
    for rule, breaches in trust_image.BREACHES.items():
        for breach in breaches:
            found = trust_image.broken(breach(trust_image.lawful(seed), Random(seed)))
            _count(rows[rule], found, trust_image.BESIDES.get(breach, set()))


def _count(row: Row, found: set[str], besides: set[str]) -> None:
    row.violating += 1
    row.missed += row.rule not in found
    row.besides += bool(found - {row.rule} - besides)


def _retention(row: Row, chance: Random) -> None:
    places = chance.sample(list(JURISDICTIONS.values()), 2)
    last = dt.date(2000, 1, 1) + chance.randrange(LONGEST) * DAY
    until = kept_until(last, places)
    row.lawful += 1
    row.accused += may_erase(last, places, until + DAY) is not None
    for today in (until, until - chance.randrange(LONGEST // 2) * DAY):
        row.violating += 1
        row.missed += may_erase(last, places, today) is None


def main() -> int:
    """Print the matrix."""
    parser = argparse.ArgumentParser(description="Judge lawful and violating trust streams.")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    rows = matrix(parser.parse_args().seeds)
    print("rule  lawful  accused  violating  missed  others accused")
    for row in rows:
        print(
            f"{row.rule:<4}  {row.lawful:6}  {row.accused:7}  {row.violating:9}  {row.missed:6}  "
            f"{row.besides:14}"
        )
    bad = [row.rule for row in rows if not row.good]
    print(f"wrong: {', '.join(bad) or 'none'}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
