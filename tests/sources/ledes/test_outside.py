"""Files from outside the project (``outside/README.md``), added up here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.core.documents import Bill
from tests.sources.ledes.scene import read

OUTSIDE = Path(__file__).parent / "outside"
MONTH = (630_00, 700_00, 40_00, 24_95, 289_50)
EXPECTED: dict[str, dict[str, tuple[int, int, tuple[int, ...]]]] = {
    "1998b.txt": {"96542": (1684_45, 0, MONTH), "96543": (1250_00, 0, (1250_00,))},
    "98bi-v2.txt": {"96542": (1869_97, 185_52, MONTH), "96543": (1338_81, 88_81, (1250_00,))},
    "1998b-blank-adjustment.txt": {"4432": (1200_00, 0, (1200_00,))},
    "1998b-moved-column.txt": {"SAMPLE-1": (190_00, 0, (150_00, 40_00))},
    "1998b-one-line.txt": {"SAMPLE-1": (190_00, 0, (150_00, 40_00))},
}
"""Of each bill its total, its tax, and its lines without tax, in cents."""
SAID = {
    "98bi-v2.txt": {"invoice_tax_total_off", "invoice_net_total_off", "tax_rate_off"},
}


@pytest.mark.parametrize("name", sorted(path.name for path in OUTSIDE.glob("*.txt")))
def test_a_file_from_outside_comes_to_what_its_own_figures_say(name: str) -> None:
    answers = read((OUTSIDE / name).read_bytes())
    bills = [each.read.document for each in answers]
    assert {
        bill.number: (bill.total, bill.tax, tuple(line.total for line in bill.lines))
        for bill in bills
        if isinstance(bill, Bill)
    } == EXPECTED[name]
    said = {finding.code for each in answers for finding in each.read.findings}
    assert said == SAID.get(name, set())


@pytest.mark.parametrize("name", sorted(EXPECTED))
@pytest.mark.parametrize("end", [b"", b"[]", b"\r\n", b"[]\r\n"])
def test_it_does_not_matter_how_the_last_row_ends(name: str, end: bytes) -> None:
    data = (OUTSIDE / name).read_bytes().rstrip().removesuffix(b"[]") + end
    totals = [
        each.read.document.total for each in read(data) if isinstance(each.read.document, Bill)
    ]
    assert totals == [total for total, _, _ in EXPECTED[name].values()]


def test_a_text_that_may_be_cut_is_left_out_and_told() -> None:
    whole = (OUTSIDE / "1998b.txt").read_bytes().rstrip()
    *_, (_, answer) = [(each.line, each.read) for each in read(whole[: -len(b"936[]")])]
    assert isinstance(answer.document, Bill)
    assert "425" not in (answer.document.memo or "")
    assert [finding.code for finding in answer.findings] == ["no_end_mark"]
