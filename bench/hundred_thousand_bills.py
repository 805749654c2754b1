"""A hundred thousand bills, converted in every mode and held against exact fractions.

Run: python -m bench.hundred_thousand_bills [--count N] [--seed N]

For each mode it prints how many bills posted, whether their totals and taxes are the source's, and
on how many lines the predictor agrees with the oracle, which shares no code with it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Books
from counterfoil.core.findings import holds
from counterfoil.core.mapping import Lines, Mapping, Tax
from counterfoil.core.pipeline import convert
from counterfoil.core.xero_arithmetic import line_amount, tax_on
from counterfoil.core.xero_documents import AmountsAre, CreditNote, Invoice, LineItem
from counterfoil.sample.bills import Practice, Style, bills
from tests import oracle
from tests.core.scene import CHART, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import Bill

RATES = {
    "GST": ("OUTPUT", 100_000),
    "FREE": ("EXEMPTOUTPUT", 0),
    "T15": ("TAX15", 150_000),
    "T125": ("TAX125", 125_000),
}
BY_TYPE = dict(RATES.values()) | {"BASEXCLUDED": 0}
EXACT = {tax_type: Fraction(rate, 1_000_000) for tax_type, rate in BY_TYPE.items()}
PRACTICE = Practice(
    {code: rate for code, (_, rate) in RATES.items()}, disbursements=("4-3000", "1-3000")
)
MODES = [(lines, tax) for lines in Lines for tax in Tax]


@dataclass(slots=True)
class Score:
    """What one mode came to."""

    bills: int = 0
    held: int = 0
    totals_equal: int = 0
    taxes_equal: int = 0
    rounding_lines: int = 0
    lines: int = 0
    lines_agree: int = 0
    sums_agree: int = 0
    seconds: float = 0.0

    def take(self, bill: Bill, element: Invoice | CreditNote) -> None:
        """Count one converted bill."""
        sign = -1 if bill.total < 0 else 1
        self.totals_equal += element.expected.total == sign * bill.total
        self.taxes_equal += element.expected.total_tax == sign * bill.tax
        self.rounding_lines += element.lines[-1].description == "Rounding errors"

    def compare(self, element: Invoice | CreditNote) -> None:
        """Hold each line and the sums against the oracle."""
        kind = str(element.amounts_are)
        exact = [exact_line(line) for line in element.lines]
        self.lines += len(exact)
        self.lines_agree += sum(
            agrees(line, other, kind) for line, other in zip(element.lines, exact, strict=True)
        )
        expected = tuple(Fraction(cents, 100) for cents in element.expected)
        self.sums_agree += tuple(oracle.sums(exact, kind)) == expected


def exact_line(line: LineItem) -> oracle.OracleLine:
    """A posted line for the oracle."""
    return oracle.OracleLine(
        Fraction(line.quantity, 10_000),
        Fraction(line.unit_amount, 10_000),
        EXACT[line.tax_type],
        None if line.tax_amount is None else Fraction(line.tax_amount, 100),
    )


def agrees(line: LineItem, exact: oracle.OracleLine, kind: str) -> bool:
    """Whether predictor and oracle give one amount and one tax for a line."""
    amount = line_amount(line.quantity, line.unit_amount)
    inclusive = kind == AmountsAre.INCLUSIVE
    own = tax_on(amount, BY_TYPE[line.tax_type], inclusive=inclusive)
    return Fraction(amount, 100) == oracle.amount(exact) and Fraction(own, 100) == oracle.own_tax(
        exact, kind
    )


def converted(
    documents: Sequence[Bill], books: Books, score: Score
) -> Iterator[Invoice | CreditNote]:
    """Convert bills, counting as they pass; held ones are counted and left out."""
    started = time.perf_counter()
    for bill in documents:
        conversion = convert(bill, books)
        score.bills += 1
        if holds(conversion.findings):
            score.held += 1
            continue
        element = conversion.planned[0].element
        assert isinstance(element, Invoice | CreditNote)
        score.take(bill, element)
        yield element
    score.seconds += time.perf_counter() - started


def run(count: int, seed: int) -> dict[tuple[Lines, Tax], Score]:
    """Convert the bills in every mode, in portions that fit into memory."""
    scores = {mode: Score() for mode in MODES}
    tables = {mode: Books(CHART, tables_for(*mode), {}) for mode in MODES}
    shares: dict[Style, int] = {"ordinary": count // 2, "hard": count - count // 2}
    for style, share in shares.items():
        portion: list[Bill] = []
        for bill in bills(seed, share, style, PRACTICE):
            portion.append(bill)
            if len(portion) == 1_000:
                score_portion(portion, tables, scores)
                portion.clear()
        score_portion(portion, tables, scores)
    return scores


def tables_for(lines: Lines, tax: Tax) -> Mapping:
    """The scene's mapping; bills of nothing but recoveries round to an account chosen for it."""
    mapping = set_up(lines, tax)
    return replace(mapping, special=replace(mapping.special, rounding="260"))


def score_portion(
    portion: Sequence[Bill],
    tables: dict[tuple[Lines, Tax], Books],
    scores: dict[tuple[Lines, Tax], Score],
) -> None:
    """Convert one portion in every mode; the oracle's time is not the conversion's."""
    for mode, books in tables.items():
        elements = list(converted(portion, books, scores[mode]))
        for element in elements:
            scores[mode].compare(element)


def main() -> None:
    """Print the scores of every mode."""
    parser = argparse.ArgumentParser(description="Convert bills in every mode.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    for (lines, tax), score in run(options.count, options.seed).items():
        posted = score.bills - score.held
        print(
            f"lines={lines} tax={tax}: bills {score.bills}, held {score.held}, "
            f"totals equal {score.totals_equal}/{posted}, "
            f"taxes equal {score.taxes_equal}/{posted}, rounding lines {score.rounding_lines}; "
            f"oracle agrees on {score.lines_agree}/{score.lines} lines "
            f"and {score.sums_agree}/{posted} sums; "
            f"{score.seconds / score.bills * 1e6:.0f} µs a bill"
        )


if __name__ == "__main__":
    main()
