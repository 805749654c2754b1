"""How many calls a posting run costs, counted at the sandbox and not by the product.

Run: python -m bench.calls

600 bills, 250 receipts and 100 trust receipts of 300 clients whose contacts Xero knows; then the
same again with 300 clients that are new. The floor is what full batches of fifty come to.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cli.scene import Xero, bill, connected, json_lines, party, receipt, trust_receipt
from xero_sandbox.testing import running_sandbox

if TYPE_CHECKING:
    from tests.cli.scene import Practice

BILLS, RECEIPTS, TRUST, CLIENTS = 600, 250, 100, 300
FLOOR, MOST = 19, 21
FLOOR_MORE, MOST_MORE = 6, 7
AT_ONCE = 50


def documents(series: str) -> list[dict[str, Any]]:
    """Return the documents of a run: two bills for each client of the series."""

    def client(n: int) -> dict[str, str]:
        return party(f"{series}{n % CLIENTS}")

    bills = [bill(f"{series}{n}", client=client(n)) for n in range(BILLS)]
    receipts = [receipt(f"{series}{n}", client=client(n)) for n in range(RECEIPTS)]
    trust = [
        trust_receipt(
            f"{series}{n}",
            payer=client(n),
            splits=[{"client": client(n), "matter": matter(n), "amount": "100.00"}],
        )
        for n in range(TRUST)
    ]
    return [*bills, *receipts, *trust]


def matter(n: int) -> dict[str, str]:
    """Return a matter of its own."""
    return {"id": f"m-{n}", "number": f"2026-{n}"}


def know(xero: Xero, series: str) -> None:
    """Let Xero have the contacts of a series under the practice's own ids."""
    parties = [party(f"{series}{n}") for n in range(CLIENTS)]
    contacts = [{"Name": one["name"], "ContactNumber": one["id"]} for one in parties]
    for first in range(0, CLIENTS, AT_ONCE):
        xero.ask("PUT", "/Contacts", body={"Contacts": contacts[first : first + AT_ONCE]})


def calls_of_a_run(practice: Practice, xero: Xero, series: str) -> Counter[str]:
    """Post a series and count its calls by method and path."""
    taken = practice.run("import", "-", "--json", given=json_lines(*documents(series)))
    assert taken.json["new"] == BILLS + RECEIPTS + TRUST, taken
    before = len(xero.calls())
    posted = practice.run("post", "--json")
    assert posted.status == 0, posted
    return Counter(f"{method} {path}" for method, path in xero.calls()[before:])


def main() -> int:
    """Print both figures; 1 if either is over its limit."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder, running_sandbox(country=None) as url:
        xero = Xero(url)
        know(xero, "k")
        with connected(Path(folder), xero) as practice:
            known = calls_of_a_run(practice, xero, "k")
            # The minute's window begins anew, so that the limits do not come into it.
            xero.control("POST", "clock", {"advance_seconds": 120})
            new = calls_of_a_run(practice, xero, "n")
    print(f"{BILLS} bills, {RECEIPTS} receipts, {TRUST} trust receipts:")
    more = new.total() - known.total()
    print(f"  contacts known      {known.total():3} calls (floor {FLOOR}, limit {MOST})")
    print(f"  {CLIENTS} new clients   {more:+4} calls (floor {FLOOR_MORE}, limit {MOST_MORE})")
    for name in sorted(known | new):
        print(f"    {known[name]:3} {new[name]:3}  {name}")
    return 0 if known.total() <= MOST and more <= MOST_MORE else 1


if __name__ == "__main__":
    sys.exit(main())
