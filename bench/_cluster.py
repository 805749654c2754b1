"""Many organisations on a PostgreSQL, a sandbox, and worker processes, for the benches of scale."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tests.chaos.crew import working
from tests.chaos.postgres import running_postgres
from tests.cli.scene import Xero, environment, json_lines
from tests.simulation.firm import MAPPING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

T = TypeVar("T")

API = "/api.xro/2.0"
FAR = dt.timedelta(days=1)
"""Tokens are taken as good for so long: refreshing is not what is measured."""


@dataclass(frozen=True)
class Call:
    """One write as the sandbox saw it: whose it was, and when it came (seconds since 1970)."""

    tenant: str
    path: str
    at: float


class Cluster:
    """What the benches ask of it; organisations are numbers of their rows, in the order made."""

    def __init__(self, xero: Xero, home: Path, database: str) -> None:
        self.xero = xero
        self.environment = environment(home, xero.url) | {"DATABASE_URL": database}
        self.tenants: dict[int, str] = {}
        os.environ.update(self.environment)
        from counterfoil.web.serve import prepare  # noqa: PLC0415 -- after its settings

        prepare()

    def connect(self, count: int) -> None:
        """Make so many organisations in one firm, each with a Xero of its own; the chart is one."""
        from counterfoil.core.mapping_file import read_mapping  # noqa: PLC0415 -- as above
        from counterfoil.web import shelf  # noqa: PLC0415 -- as above
        from counterfoil.web.models import ChartVersion, Organisation  # noqa: PLC0415 -- as above
        from counterfoil.web.services import chart, setup  # noqa: PLC0415 -- as above

        now = dt.datetime.now(dt.UTC)
        first = setup.default_organisation(now=now)
        made = [first] + [
            setup.new_organisation(first.firm, f"o{n}", now=now) for n in range(1, count)
        ]
        token = self._tokens(made)
        mapping, _ = read_mapping(json.dumps(MAPPING).encode())
        assert mapping is not None
        for organisation in made:
            self._grant(organisation, token, now)
        chart.refresh_chart(first, actor="bench", now=now)
        newest = ChartVersion.objects.get(organisation=first)
        for organisation in made:
            shelf.save_mapping(organisation, mapping, actor="bench", now=now)
        ChartVersion.objects.bulk_create(
            ChartVersion(
                firm_id=first.firm_id,
                organisation=organisation,
                version=1,
                read_at=now,
                actor="bench",
                replies=newest.replies,
            )
            for organisation in made[1:]
        )
        assert Organisation.objects.count() == count

    def _tokens(self, made: Sequence[Any]) -> dict[str, Any]:
        """Let the sandbox have an organisation for each; return one token for all."""
        for organisation in made:
            name = f"Firm {organisation.pk}"
            told = self.xero.control("POST", "organisations", {"name": name, "country": "AU"})
            self.tenants[organisation.pk] = told["tenantId"]
        token: dict[str, Any] = self.xero.control("POST", "token", {})
        return token

    def _grant(self, organisation: Any, token: Mapping[str, Any], now: dt.datetime) -> None:  # noqa: ANN401 -- a model that exists only with its settings
        from counterfoil.posting.records import (  # noqa: PLC0415 -- as above
            ConnectionState,
            Grant,
        )
        from counterfoil.web.store import outbox_of  # noqa: PLC0415 -- as above

        grant = Grant(
            ConnectionState.CONNECTED,
            0,
            self.tenants[organisation.pk],
            expires_at=now + FAR,
            access_token=token["access_token"],
            refresh_token=token["refresh_token"],
        )
        outbox_of(organisation).connect(grant, actor="bench", now=now)

    def take(self, number: int, documents: Sequence[dict[str, Any]]) -> None:
        """Take documents into the daybook of an organisation."""
        from counterfoil.web.models import Organisation  # noqa: PLC0415 -- as above
        from counterfoil.web.services.importing import import_file  # noqa: PLC0415 -- as above

        organisation = Organisation.objects.select_related("firm").get(pk=number)
        now = dt.datetime.now(dt.UTC)
        import_file(io.BytesIO(json_lines(*documents)), organisation, actor="bench", now=now)

    def left(self) -> int:
        """Count the postings that are not posted."""
        from django.db.models import Sum  # noqa: PLC0415 -- as above

        from counterfoil.web.models import Counter  # noqa: PLC0415 -- as above

        left = Counter.objects.exclude(state="posted").aggregate(left=Sum("count"))["left"]
        return int(left or 0)

    def forget_jobs(self) -> None:
        """Empty the queue: what is waiting is then found by the sweep, all of it at once."""
        from django.db import connection  # noqa: PLC0415 -- as above

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")

    def drain(self, workers: int, **haste: object) -> float:
        """Run workers until everything is posted; return the seconds from first to last write."""
        hastes = [{"times": 1, "unlimited": True, **haste}] * workers
        with working(self.environment, hastes):
            while self.left():
                time.sleep(0.5)
        writes = self.writes()
        return writes[-1].at - writes[0].at

    def writes(self) -> list[Call]:
        """Return the writes for our organisations, in the order in which Xero took them."""
        ours = set(self.tenants.values())
        return [
            Call(
                row["headers"].get("xero-tenant-id", ""),
                row["path"].removeprefix(API),
                dt.datetime.fromisoformat(row["at"]).timestamp(),
            )
            for row in self.xero.control("GET", "requests")
            if row["method"] == "PUT" and row["headers"].get("xero-tenant-id") in ours
        ]

    def by_tenant(self) -> dict[str, list[Call]]:
        """Return the writes of each organisation."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.writes():
            found[call.tenant].append(call)
        return found


def apart(work: Callable[..., T], *arguments: object) -> T:
    """Do some work in a process of its own: Django takes its settings once in each."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@contextlib.contextmanager
def cluster(latency_ms: int = 0) -> Iterator[Cluster]:
    """Run a database and a sandbox without limits; organisations are yet to be made."""
    command = [sys.executable, "-u", "-m", "xero_sandbox", "--port", "0", "--no-limits"]
    command += ["--latency", str(latency_ms)]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(running_postgres())
        process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        stack.callback(process.terminate)
        assert process.stdout is not None
        xero = Xero(process.stdout.readline().split()[-1])
        yield Cluster(xero, folder / "home", postgres.url)
