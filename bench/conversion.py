"""What a bill costs on its way from bytes to bytes, beside reading its JSON alone.

Run: python -m bench.conversion [--count N] [--rounds N]

Different bills of ten lines are read, converted and encoded; the same bytes go through json.loads
in turn with them, batch by batch. Figures are CPU time, the median of the rounds. The limit is a
ratio, so that the machine does not matter.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from counterfoil.core.conversion import Books
from counterfoil.core.pipeline import convert
from counterfoil.core.reader import read_json
from counterfoil.core.writer import canonical
from counterfoil.sample.bills import Practice, bills
from counterfoil.xero.encode import encode_element
from tests.core.scene import CHART, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.xero_documents import Element

Given = TypeVar("Given")
Made = TypeVar("Made")

LINES = 10
AT_ONCE = 50
"""Bills that are alive at the same time, as in a call to Xero."""
LIMIT = 4.0
SEED = 20261122
PRACTICE = Practice({"GST": 100_000, "FREE": 0})
BOOKS = Books(CHART, set_up(), {})
NAMES = {
    "loads": "json.loads",
    "read": "read",
    "convert": "convert",
    "encode": "encode",
    "road": "read, convert, encode",
}


def bodies(count: int) -> list[bytes]:
    """Return different bills of ten lines, as the intake receives them."""
    endless = bills(SEED, sys.maxsize, "ordinary", PRACTICE)
    chosen = (canonical(bill) for bill in endless if len(bill.lines) == LINES)
    return list(islice(chosen, count))


class Round(NamedTuple):
    """The CPU seconds of each step in one round."""

    loads: float
    read: float
    convert: float
    encode: float

    @property
    def road(self) -> float:
        """Our whole road."""
        return self.read + self.convert + self.encode

    def plus(self, *more: float) -> Round:
        """Return this with a batch's seconds added, step by step."""
        return Round(*(mine + other for mine, other in zip(self, more, strict=True)))


def one_round(given: Sequence[bytes]) -> Round:
    """Take all the bills down the road and through json.loads, a batch at a time."""
    gc.collect()
    spent = Round(0, 0, 0, 0)
    for first in range(0, len(given), AT_ONCE):
        batch = given[first : first + AT_ONCE]
        loads, _ = timed(json.loads, batch)
        read, documents = timed(_read, batch)
        converted, elements = timed(_convert, documents)
        encoded, _ = timed(encode_element, elements)
        spent = spent.plus(loads, read, converted, encoded)
    return spent


def timed(work: Callable[[Given], Made], given: Sequence[Given]) -> tuple[float, list[Made]]:
    """Return the CPU seconds that the work took, and what it made."""
    started = time.process_time()
    made = [work(each) for each in given]
    return time.process_time() - started, made


def _read(body: bytes) -> Document:
    document = read_json(body).document
    assert document is not None
    return document


def _convert(document: Document) -> Element:
    return convert(document, BOOKS).planned[0].created


def main() -> int:
    """Print the share of each step and the ratio; 1 if it is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    given = bodies(options.count)
    one_round(given[:100])
    rounds = [one_round(given) for _ in range(options.rounds)]
    size = sum(map(len, given)) / len(given)
    print(f"{len(given)} bills of {LINES} lines, {size:,.0f} bytes each; µs of CPU a bill:")
    for step in ("loads", "read", "convert", "encode", "road"):
        cost = median(getattr(each, step) for each in rounds) / len(given) * 1e6
        share = median(getattr(each, step) / each.loads for each in rounds)
        print(f"  {NAMES[step]:22}{cost:8.1f}  {share:5.2f} x json.loads")
    ratio = median(each.road / each.loads for each in rounds)
    print(f"read + convert + encode / json.loads = {ratio:.2f} (limit {LIMIT:.0f})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
