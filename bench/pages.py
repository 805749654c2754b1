"""How long the lists take when a firm has very many documents, on SQLite, while posting runs.

Run: python -m bench.pages [--documents N] [--keep FOLDER]      (the full size is 1,000,000)

Three bills are taken in and multiplied in the database itself: nearly all posted, some held with a
cause, the rest ready to go. Then each address is asked for as a browser would, while the command
line posts what is ready, in the same file, to a sandbox. The time is the server's, from the request
to the last byte of the page, template and session included. After the addresses with a name come
the slowest combinations of what the list can be narrowed by, at its beginning and far down. With
``--keep`` the filled folder stays, and the next run takes a copy of it.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import django
import httpx2

from tests.cli.scene import COUNTERFOIL, Practice, Xero, bill, connected, environment, party

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import Model
    from django.test import Client

SMALL = 20_000
LIMIT_MS = 100.0
ROUNDS = 9
SHOWN = 12
CLIENTS, MATTERS, DAYS = 20_000, 50_000, 2_000
HELD_EVERY = 400
DRIFTED = 6_000
READY_MOST = 20_000
BEGIN = 10_000_000
"""Where the ids of the copies begin."""
ADDRESSES = {
    "all": "/documents/",
    "a page in the middle": "/documents/?after=2023-06-01_0",
    "posted": "/documents/?state=posted",
    "ready": "/documents/?state=ready",
    "held": "/documents/?state=held",
    "a state that is rare in its kind": "/documents/?state=held&kind=receipt",
    "a kind with few": "/documents/?kind=period_close",
    "a month": "/documents/?since=2023-05-01&until=2023-05-31",
    "a number": "/documents/?q=INV-tpl-4711",
    "the mapping": "/mapping/",
    "a client": "/documents/?q=client+17+",
    "a part of many names": "/documents/?q=lient",
    "one cause": "/documents/?code=account_not_mapped&about=account:4-9",
    "changed in Xero": "/documents/?drifted=1",
    "of a kind and a name, changed in Xero": "/documents/?drifted=1&kind=receipt&q=lient",
    "problems": "/problems/",
    "overview": "/",
}
MONTH = "since=2023-05-01&until=2023-05-31"
NARROWED = (
    ("", "state=posted", "state=ready", "state=held"),
    ("", "kind=receipt", "kind=credit_note"),
    ("", "q=INV-tpl-47", "q=lient", "q=2026-4", "q=nobody"),
    ("", MONTH, "since=2026-06-01"),
    ("", "about=account:4-9"),
    ("", f"after=2023-06-01_{BEGIN + 500_000}"),
)
"""By what the list is narrowed: values that many documents have, and few, and none."""
KIND = (
    "CASE WHEN g % 10 < 6 THEN 'bill' WHEN g % 10 < 8 THEN 'receipt' "
    "WHEN g % 10 = 8 THEN 'trust_receipt' WHEN g % 1000 = 9 THEN 'credit_note' ELSE 'payment' END"
)
"""The copies are of several kinds, one of them rare; only what nobody opens or sends again is."""
MANY = "WITH RECURSIVE many(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM many WHERE g < {count}) "


def multiply(model: type[Model], count: int, *, template: int, begin: int, **changed: str) -> None:
    """Copy one row so often, with ids from ``begin``; ``changed`` are columns as SQL over ``g``."""
    from django.db import connection  # noqa: PLC0415 -- once Django is set up

    meta = model._meta  # noqa: SLF001 -- Django's documented way to the columns
    columns = [str(field.column) for field in meta.concrete_fields if field.column != "id"]
    values = [changed.get(column, f"t.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} (id, {', '.join(columns)}) "
            f"{MANY.format(count=count)} SELECT {begin} + g, {', '.join(values)} "
            f"FROM {meta.db_table} t, many WHERE t.id = {template}"
        )


def copies(name: str, count: int, begin: int, state: str) -> None:
    """Let there be so many bills like the one of this name, in this state."""
    from counterfoil.web.models import (  # noqa: PLC0415 -- as above
        Counter,
        Document,
        Posting,
        Revision,
    )

    one = Document.objects.get(source_id=f"b-{name}-0")
    posting, revision = one.postings.get(), one.revisions.get()
    own, other = f"{begin} + g", f"'{name}-' || g"
    days = f"date('2026-06-30', '-' || (g % {DAYS}) || ' days')"
    multiply(
        Document,
        count,
        template=one.pk,
        begin=begin,
        source_id=f"'b-' || {other}",
        kind=KIND if state == "posted" else "'bill'",
        number=f"'INV-' || {other}",
        date=days if state == "posted" else "t.date",
        party=f"'Client ' || (g % {CLIENTS}) || ' Pty Ltd'",
        matter=f"'2026-' || (g % {MATTERS})",
    )
    body = f"CAST(replace(CAST(t.body AS TEXT), '{name}-0', {other}) AS BLOB)"
    multiply(Revision, count, template=revision.pk, begin=begin, document_id=own, body=body)
    multiply(
        Posting,
        count,
        template=posting.pk,
        begin=begin,
        document_id=own,
        source_id=f"'b-' || {other}",
        kind=KIND if state == "posted" else "'bill'",
        state=f"'{state}'",
    )
    Counter.objects.get_or_create(
        state=state, firm=one.firm, organisation=one.organisation, defaults={"count": 0}
    )
    counter = Counter.objects.get(state=state, organisation=one.organisation)
    counter.count += count
    counter.save()


def held(count: int) -> int:
    """Hold every so many of the posted copies for one cause, and others for causes of their own."""
    from django.db import connection  # noqa: PLC0415 -- as above

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE web_posting SET state = 'held' "
            f"WHERE id > {BEGIN} AND id <= {BEGIN + count} AND id % {HELD_EVERY} = 0"
        )
        moved: int = cursor.rowcount
        cursor.execute(
            "INSERT INTO web_documentfinding (firm_id, organisation_id, document_id, position, "
            "severity, code, message, fix, path, about) "
            "SELECT firm_id, organisation_id, document_id, 0, 'error', 'account_not_mapped', "
            "'Account 4-9 has no place in Xero.', 'Choose one.', 'lines[0].account', "
            f"'account:4-' || (CASE WHEN id % {HELD_EVERY * 50} = 0 THEN id ELSE 9 END) "
            "FROM web_posting WHERE state = 'held'"
        )
        cursor.execute("UPDATE web_counter SET count = count - %s WHERE state = 'posted'", [moved])
        cursor.execute(
            "INSERT INTO web_counter (firm_id, organisation_id, state, count) "
            "SELECT firm_id, organisation_id, 'held', %s FROM web_counter WHERE state = 'posted'",
            [moved],
        )
        for column, matter in (("party", 0), ("matter", 1)):
            cursor.execute(
                "INSERT OR IGNORE INTO web_knownname "
                "(firm_id, organisation_id, name, folded, matter) SELECT DISTINCT firm_id, "
                f"organisation_id, {column}, lower({column}), {matter} FROM web_document"
            )
        cursor.execute("ANALYZE")
    return moved


def drifted(count: int) -> None:
    """Let so many of the posted copies have been changed in Xero since."""
    from django.db import connection  # noqa: PLC0415 -- as above

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO web_drift (firm_id, organisation_id, posting_id, resource, xero_id, "
            "read_from, name, severity, code, message, fix, found_at) "
            "SELECT firm_id, organisation_id, id, 'Invoices', id, id, 'INV-' || id, 'warning', "
            "'date_changed', 'INV-' || id || ' has another date in Xero.', 'Put it back.', "
            "'2026-07-01 00:00:00' FROM web_posting WHERE state = 'posted' "
            f"AND id % {max(1, count // DRIFTED)} = 1"
        )
        cursor.execute("ANALYZE web_drift")


def fill(practice: Practice, count: int) -> None:
    """Post one bill, take in one more, and multiply both."""
    client = party("first")
    practice.take(bill("tpl-0", client=client))
    assert practice.run("post", "--wait").status == 0
    practice.take(bill("run-0", client=client))
    ready = min(READY_MOST, count // 2)
    copies("tpl", count - ready, BEGIN, "posted")
    copies("run", ready, 2 * BEGIN, "ready")
    drifted(count - ready)
    print(f"{count:,} documents, {held(count - ready):,} of them held, {ready:,} ready to go")


class Took(NamedTuple):
    """Milliseconds of a request, the median of some: by the clock, and of this process's CPU."""

    clock: float
    cpu: float


def measured() -> Mapping[str, Took]:
    """Ask for each address a few times as the firm's owner."""
    from django.test import Client  # noqa: PLC0415 -- as above
    from django.utils import timezone  # noqa: PLC0415 -- as above

    from counterfoil.web.models import Firm, Membership, Role, User  # noqa: PLC0415 -- as above

    now = timezone.now()
    user = User.objects.create_user("bench@example.com", created_at=now)
    firm = Firm.objects.get()
    Membership.objects.create(firm=firm, user=user, role=Role.OWNER, created_at=now)
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    named = {name: took(browser, address, ROUNDS) for name, address in ADDRESSES.items()}
    several = {address: took(browser, address, 1) for address in combinations()}
    slowest = sorted(several, key=lambda address: -several[address].cpu)[:SHOWN]
    print(f"{len(several):,} combinations; the slowest {SHOWN} stand at the end")
    return {**named, **{address: took(browser, address, ROUNDS) for address in slowest}}


def combinations() -> Iterator[str]:
    """Yield the list's address for every combination of what it is narrowed by."""
    for given in itertools.product(*NARROWED):
        yield f"/documents/?{'&'.join(filter(None, given))}"


def took(browser: Client, address: str, rounds: int) -> Took:
    """Ask for an address so often."""
    times = []
    for _ in range(rounds):
        began, cpu = time.perf_counter(), time.process_time()
        answer = browser.get(address, headers={"host": "localhost"})
        times.append((time.perf_counter() - began, time.process_time() - cpu))
        assert answer.status_code == 200, address
    return Took(*(median(each) * 1e3 for each in zip(*times, strict=True)))


@contextlib.contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    """Serve what this folder keeps of a sandbox, as a program of its own, at the address it had."""
    kept = folder / "port"
    if not kept.exists():
        with socket.create_server(("127.0.0.1", 0)) as free:
            kept.write_text(str(free.getsockname()[1]))
    command = [sys.executable, "-u", "-m", "xero_sandbox", "--port", kept.read_text(), "--state"]
    with subprocess.Popen(
        [*command, str(folder / "sandbox.json")], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = re.search(r"http://\S+", process.stdout.readline())
            assert said is not None, "the sandbox did not start"
            yield said[0]
        finally:
            process.terminate()


@contextlib.contextmanager
def posting(home: Path, url: str) -> Iterator[None]:
    """Let the command line post meanwhile."""
    running = subprocess.Popen(
        [*COUNTERFOIL, "post", "--wait"],
        env=environment(home, url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        assert running.poll() is None, "posting ended before the pages were asked for"
    finally:
        running.terminate()
        running.wait()


def set_up(home: Path) -> None:
    """Work in this folder from now on."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "counterfoil.web.settings",
        "COUNTERFOIL_HOME": str(home),
    }
    django.setup()


def prepared(folder: Path, count: int) -> None:
    """Let the folder hold a practice with so many documents, and its sandbox."""
    with sandbox(folder) as url, connected(folder, Xero(url)) as practice:
        set_up(practice.home)
        fill(practice, count)
        from django.db import connection  # noqa: PLC0415 -- once Django is set up

        connection.close()


def requests(url: str) -> int:
    """Count the calls that the sandbox has had."""
    return len(httpx2.get(f"{url}/_sandbox/requests", timeout=60).json())


def asked(folder: Path) -> tuple[Mapping[str, Took], int]:
    """Measure the pages of what was prepared; and how many calls left for Xero meanwhile."""
    with sandbox(folder) as url:
        set_up(folder / "home")
        before = requests(url)
        with posting(folder / "home", url):
            found = measured()
        return found, requests(url) - before


def main() -> int:
    """Print the figures; 1 if one is over the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=SMALL)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "measured"
        if given.keep is not None and given.keep.exists():
            shutil.copytree(given.keep, folder)
        else:
            folder.mkdir()
            prepared(folder, given.documents)
            if given.keep is not None:
                shutil.copytree(folder, given.keep)
        found, calls = asked(folder)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, each in found.items():
        print(f"{name:70} {each.clock:7.1f} ms, {each.cpu:7.1f} of them CPU")
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    worst = max(each.cpu if busy else each.clock for each in found.values())
    said = "CPU, for the machine has other work" if busy else "by the clock"
    print(f"slowest: {worst:.0f} ms {said} (at most {LIMIT_MS:.0f}); {calls} calls meanwhile")
    return 0 if worst <= LIMIT_MS and calls else 1


if __name__ == "__main__":
    sys.exit(main())
