"""How many calls a posting run costs, counted at the sandbox and not by the product.

Run: python -m bench.calls

600 bills, 250 receipts, 100 trust receipts, 40 bills paid from trust and 10 transfers between
matters, of 300 clients whose contacts Xero knows; then the same again with 300 clients that are
new. The floor is what full batches of fifty come to. Then, for comparison, the sample month with
its transfers and allocations, which Xero takes one a call.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from counterfoil.core.writer import canonical
from counterfoil.sample import books
from counterfoil.sample.month import month
from tests.cli.scene import Xero, bill, connected, json_lines, party, receipt, trust_receipt
from xero_sandbox.testing import running_sandbox

if TYPE_CHECKING:
    from tests.cli.scene import Practice

BILLS, RECEIPTS, TRUST, CLIENTS = 600, 250, 100, 300
FROM_TRUST, TRANSFERS = 40, 10
DOCUMENTS = BILLS + RECEIPTS + TRUST + FROM_TRUST + TRANSFERS
FLOOR, MOST = 21, 25
MOST_NEW = 35
"""With 300 new contacts; their floor is six calls more."""
AT_ONCE = 50
ID = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}")


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
    from_trust = [bill_paid_from_trust(series, n, client(n)) for n in range(FROM_TRUST)]
    moved = [transfer(series, n, client(n)) for n in range(FROM_TRUST, FROM_TRUST + TRANSFERS)]
    return [*bills, *receipts, *trust, *from_trust, *moved]


def bill_paid_from_trust(series: str, n: int, client: dict[str, str]) -> dict[str, Any]:
    """Pay a client's second bill, which no receipt pays, with what came in for the matter."""
    return {
        "kind": "trust_bill_payment",
        "id": f"tb-{series}{n}",
        "number": f"TB-{series}{n}",
        "date": "2026-06-22",
        "trust_account": "TRUST1",
        "client": client,
        "matter": matter(n),
        "amount": "100.00",
        "allocations": [{"bill": f"b-{series}{CLIENTS + n}", "amount": "100.00"}],
    }


def transfer(series: str, n: int, client: dict[str, str]) -> dict[str, Any]:
    """Move part of what came in for a matter to the client's next one."""
    side = {"trust_account": "TRUST1", "client": client}
    return {
        "kind": "trust_transfer",
        "id": f"tt-{series}{n}",
        "number": f"TT-{series}{n}",
        "date": "2026-06-22",
        "from": {**side, "matter": matter(n)},
        "to": {**side, "matter": matter(n + TRUST)},
        "amount": "10.00",
        "authority": "the client, by letter",
    }


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
    assert taken.json["new"] == DOCUMENTS, taken
    return posting(practice, xero, expected=0)


def posting(practice: Practice, xero: Xero, *, expected: int) -> Counter[str]:
    """Post what is due and count its calls by method and path, ids left out."""
    before = len(xero.calls())
    posted = practice.run("post", "--wait", "--json")
    assert posted.status == expected, posted
    return Counter(f"{method} {ID.sub('/{id}', path)}" for method, path in xero.calls()[before:])


def sample_month(folder: Path, url: str) -> tuple[int, Counter[str]]:
    """Post the sample month, some of which must be held; return its documents and its calls."""
    xero = Xero(url, "The sample firm")
    xero.settings(**books.CURRENCIES)
    for account in books.ACCOUNTS:
        # The scene has accounts of some of these names already; the mapping goes by codes.
        xero.ask("PUT", "/Accounts", body={**account, "Name": f"{account['Name']} (sample)"})
    for path, body in books.OPENINGS:
        xero.ask("PUT", path, body=body)
    name, options = books.TRACKING
    made = xero.ask("PUT", "/TrackingCategories", body={"Name": name})["TrackingCategories"][0]
    for option in options:
        path = f"/TrackingCategories/{made['TrackingCategoryID']}/Options"
        xero.ask("PUT", path, body={"Name": option})
    lines = b"".join(canonical(document) + b"\n" for document in month())
    with connected(folder, xero, dict(books.MAPPING)) as practice:
        taken = practice.run("import", "-", "--json", given=lines).json
        return taken["new"], posting(practice, xero, expected=1)


def main() -> int:
    """Print the figures; 1 if one is over its limit."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory() as second,
        running_sandbox(country=None) as url,
    ):
        xero = Xero(url)
        know(xero, "k")
        with connected(Path(first), xero) as practice:
            known = calls_of_a_run(practice, xero, "k")
            # The minute's window begins anew, so that the limits do not come into it.
            xero.control("POST", "clock", {"advance_seconds": 120})
            new = calls_of_a_run(practice, xero, "n")
        count, of_month = sample_month(Path(second), url)
    print(
        f"{BILLS} bills, {RECEIPTS} receipts, {TRUST} trust receipts, {FROM_TRUST} bills paid "
        f"from trust, {TRANSFERS} matter transfers:"
    )
    print(f"  contacts known      {known.total():3} calls (floor {FLOOR}, limit {MOST})")
    print(f"  {CLIENTS} new clients     {new.total():3} calls (limit {MOST_NEW})")
    print(f"sample month, {count} documents: {of_month.total()} calls (no limit)")
    for name in sorted(known | new | of_month):
        print(f"    {known[name]:3} {new[name]:3} {of_month[name]:3}  {name}")
    return 0 if known.total() <= MOST and new.total() <= MOST_NEW else 1


if __name__ == "__main__":
    sys.exit(main())
