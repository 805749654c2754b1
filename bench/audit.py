"""How long it takes to verify an audit chain of a million entries, in SQLite.

Run: python -m bench.audit [--many N] [--each N]

The chain is written as the program writes it, one event in each entry: the longest way to say a
million things. The bare walk beside it reads the same rows and hashes as many bytes on one core,
and knows nothing of what they mean; the limit is a multiple of that, because machines differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import hmac
import os
import sys
import tempfile
import time
from pathlib import Path

MANY = 1_000_000
MOST_SECONDS = 5.0
"""The limit for a million entries, on two quiet cores of a rented machine."""
MOST_TIMES = 3.0
BEGAN = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
KEY = b"k" * 32


def main() -> int:
    """Build, walk, print; 1 if the walk takes too long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--many", type=int, default=MANY)
    parser.add_argument("--each", type=int, default=1, help="events in an entry")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="audit-") as home:
        os.environ["COUNTERFOIL_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
        firm = build(given.many, given.each)
        bare = min(_timed(bare_walk, Path(home)) for _ in range(3))
        walk = min(_timed(verified, firm) for _ in range(3))
    million = walk * MANY / given.many
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"load of the machine: {load:.1f} on {cores} cores")
    print(f"{given.many:,} entries of {given.each} events: {walk:.2f} s by the clock to verify")
    print(f"a million: {million:.2f} s (limit {MOST_SECONDS:.0f} s)")
    print(f"the bare walk: {bare:.2f} s; ratio {walk / bare:.2f} (limit {MOST_TIMES:.1f})")
    return int(walk > MOST_TIMES * bare)


def _timed(act: object, about: object) -> float:
    began = time.perf_counter()
    assert callable(act)
    act(about)
    return time.perf_counter() - began


def build(many: int, each: int) -> int:
    """Write a firm's chain of so many entries; return the firm's number."""
    import django  # noqa: PLC0415 -- once the folder is chosen

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- as above
    from django.db import connection, transaction  # noqa: PLC0415 -- as above

    from counterfoil.web import models  # noqa: PLC0415 -- as above

    call_command("migrate", verbosity=0)
    firm = models.Firm.objects.create(name="Bench", created_at=BEGAN)
    one = models.Organisation.objects.create(firm=firm, key="main", created_at=BEGAN)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    with transaction.atomic():
        _fill(firm.pk, one.pk, many, each)
    return firm.pk


def _fill(firm: int, organisation: int, many: int, each: int) -> None:
    from counterfoil.web import audit, models  # noqa: PLC0415 -- as above
    from counterfoil.web.store.insert import insert  # noqa: PLC0415 -- as above
    from counterfoil.web.store.journal import COLUMNS  # noqa: PLC0415 -- as above

    entries, events, before, sign = [], [], b"", audit.Signer(KEY)
    for number in range(1, many + 1):
        at = BEGAN + dt.timedelta(seconds=number)
        witness = hashlib.sha256(str(number).encode()).hexdigest()
        row = audit.Row(
            organisation, at, "worker", "settled", None, "sending", "posted", "", witness
        )
        rows = [row] * each
        said = audit.digest([(row.organisation_id, audit.moment(row.at), *row[2:]) for row in rows])
        commit = audit.Commit(number, organisation, audit.moment(at), each, said)
        before = sign.mac(before, firm, commit)
        entries.append((firm, number, organisation, at, each, said, before))
        events += [(firm, number, place, *row) for place, row in enumerate(rows)]
        if number % 10_000 == 0 or number == many:
            insert("default", models.AuditEntry, ENTRY, entries)
            insert("default", models.Event, COLUMNS, events)
            entries, events = [], []
    models.AuditHead.objects.create(firm_id=firm, sequence=many, mac=before)


ENTRY = ("firm_id", "sequence", "organisation_id", "at", "events", "events_sha256", "mac")


def verified(firm: int) -> None:
    """Verify as the command does."""
    from counterfoil.web import audit, verifying  # noqa: PLC0415 -- as above

    assert isinstance(verifying.verify(firm, KEY), audit.Head)


def bare_walk(home: Path) -> None:
    """Read the same rows and hash as many bytes for each."""
    import sqlite3  # noqa: PLC0415 -- as above

    with sqlite3.connect(home / "counterfoil.sqlite3") as database:
        entries = database.execute("SELECT * FROM web_auditentry ORDER BY firm_id, sequence")
        events = database.execute("SELECT * FROM web_event ORDER BY firm_id, sequence, position")
        for _, event in zip(entries, events, strict=False):
            hashed = hashlib.sha256(str(event).encode()).hexdigest()
            hmac.digest(KEY, hashed.encode() * 3, "sha256").hex()


if __name__ == "__main__":
    sys.exit(main())
