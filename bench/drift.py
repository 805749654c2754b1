"""How many calls it costs to read back an organisation of ten thousand documents.

Run: python -m bench.drift [--documents N]

Bills, receipts, trust receipts, bills paid from trust and transfers between matters, in the shares
of ``bench.calls``. Nobody has touched them: nothing may be found. Then the same again, a day later
as it were, when only what has changed is read; and once more after a hand has been laid on a bill.
Calls are counted at the sandbox, not by the product.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.calls import DOCUMENTS, documents
from bench.memory import peak
from tests.cli.scene import Xero, connected, json_lines
from xero_sandbox.testing import running_sandbox

if TYPE_CHECKING:
    from tests.cli.scene import Practice

MOST = 15


def fill(practice: Practice, count: int) -> int:
    """Post so many documents, rounded up to whole portions; return how many."""
    portions = -(-count // DOCUMENTS)
    for n in range(portions):
        taken = practice.run("import", "-", "--json", given=json_lines(*documents(f"s{n}-")))
        assert taken.json["new"] == DOCUMENTS, taken
    peak(practice, "post", "--wait")
    counts = practice.run("status", "--json").json["counts"]
    assert set(counts) == {"posted"}, counts
    return portions * DOCUMENTS


def read_back(practice: Practice, xero: Xero, *words: str) -> tuple[int, list[str]]:
    """Read back; return the calls that it took and the codes that it found."""
    before = len(xero.calls())
    said = practice.run("drift", "--json", *words)
    assert said.status in {0, 1}, said
    return len(xero.calls()) - before, [one["code"] for one in said.json["drift"]]


def meddle(xero: Xero) -> None:
    """Date one bill another day, as a hand in Xero may."""
    (invoice,) = xero.ask("GET", "/Invoices", InvoiceNumbers="INV-s0-599")["Invoices"]
    xero.ask("POST", f"/Invoices/{invoice['InvoiceID']}", body={"Date": "2026-06-16"})


def main() -> int:
    """Print the figures; 1 if one is over its limit or anything is found that is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    wanted = parser.parse_args().documents
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sandbox(country=None, limits=False) as url,
    ):
        xero = Xero(url)
        with connected(Path(folder), xero) as practice:
            count = fill(practice, wanted)
            # What was posted is some minutes old by Xero's clock when it is first read back.
            xero.control("POST", "clock", {"advance_seconds": 600})
            calls, found = read_back(practice, xero)
            again, found_again = read_back(practice, xero)
            meddle(xero)
            after, found_then = read_back(practice, xero)
    print(f"{count:,} documents that nobody has touched: {calls} calls (limit {MOST})")
    print(f"  found: {found or 'nothing'}")
    print(f"  what has changed since: {again} calls; found: {found_again or 'nothing'}")
    print(f"  after a bill was dated another day: {after} calls; found: {found_then}")
    clean = not found and not found_again and found_then == ["date_changed"]
    return 0 if calls <= MOST and clean else 1


if __name__ == "__main__":
    sys.exit(main())
