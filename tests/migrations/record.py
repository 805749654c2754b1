"""Record rows for the test: ``python -m tests.migrations.record 0001_initial``.

A firm takes documents in and posts some of them; its database is told by the models of the
migration that is named. Run it before the next migration is written, and keep what it writes.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

import django

django.setup()

from django.db import connections  # noqa: E402 -- once Django is set up

from counterfoil.web import crypto, database  # noqa: E402 -- as above
from tests.cli.scene import Practice, Xero, bill, connected  # noqa: E402 -- as above
from tests.contract import stores  # noqa: E402 -- as above
from tests.migrations import rows  # noqa: E402 -- as above
from tests.simulation.firm import documents  # noqa: E402 -- as above
from xero_sandbox.testing import running_sandbox  # noqa: E402 -- as above

HERE = Path(__file__).parent


def main() -> None:
    migration = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, running_sandbox(country=None) as url:
        xero = Xero(url)
        with connected(Path(folder), xero) as practice:
            _work(practice, xero)
        stores.connect("recorded", database.sqlite(practice.home / database.FILE))
        told = rows.dump("recorded", migration)
        connections["recorded"].close()
        key = (practice.home / crypto.KEY_FILE).read_text("ascii").strip()
    path = HERE / f"{migration}.json"
    path.write_text(
        json.dumps({"key": key, "rows": told}, indent=0, ensure_ascii=False) + "\n", "utf-8"
    )


def _work(practice: Practice, xero: Xero) -> None:
    """Post a small month, with something refused, something unknown, and something not yet sent."""
    practice.take(*documents(random.Random(1), 8), bill("odd", net="1.00", date="1999-01-01"))
    xero.settings(period_lock_date="2001-01-01")
    practice.run("post", "--json")
    practice.take(bill("lost"))
    match = {"method": "PUT", "path": "Invoices"}
    xero.faults({"fault": "cut_after_commit", "match": match, "times": 5})
    practice.run("post", "--json")
    practice.take(bill("late"), bill("unmapped", lines=[]))


if __name__ == "__main__":
    main()
