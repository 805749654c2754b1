"""What a million waiting documents do to a worker: its memory, and the planner's step.

Run: python -m bench.million [--many N]

One bill is taken in and multiplied in PostgreSQL itself, each copy with an id and a number of its
own, ready to go. The planner's step is what a drain asks first: who is due, in which order, and the
bodies of a claim. Then a worker posts for a while, and the kernel tells its peak of memory.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench._cluster import Cluster, apart, cluster
from bench.settle import bills
from tests.chaos.crew import working

if TYPE_CHECKING:
    from django.db.models import Model

FEW, MANY = 10_000, 1_000_000
MOST_MB = 400
MOST_TIMES = 2.0
STEPS = 9
WORK_SECONDS = 40.0
SERIES = "tpl"


def multiply(model: type[Model], count: int, begin: int, **changed: str) -> None:
    """Copy the newest row of a table so often; ``changed`` are columns as SQL over ``g``."""
    from django.db import connection  # noqa: PLC0415 -- once Django is set up

    meta = model._meta  # noqa: SLF001 -- Django's documented way to the columns
    columns = [str(field.column) for field in meta.concrete_fields if field.column != "id"]
    values = [changed.get(column, f"t.{column}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {meta.db_table} (id, {', '.join(columns)}) "
            f"SELECT {begin} + g, {', '.join(values)} "
            f"FROM (SELECT * FROM {meta.db_table} WHERE id < {begin} ORDER BY id DESC LIMIT 1) t, "
            f"generate_series(1, {count}) g"
        )


BEGIN = 10_000_000
"""Where the ids of the copies begin."""


def waiting(scene: Cluster, count: int) -> int:
    """Let the one organisation have so many bills ready; return its number."""
    from django.db import connection  # noqa: PLC0415 -- as above

    from counterfoil.web.models import (  # noqa: PLC0415 -- as above
        Counter,
        Dependency,
        Document,
        Posting,
        Revision,
    )

    scene.connect(1)
    (number,) = scene.tenants
    scene.take(number, bills("first", 1))
    scene.drain(1)
    scene.take(number, bills(SERIES, 1))
    name = f"replace(t.source_id, '{SERIES}-0', '{SERIES}-' || g)"
    own = f"{BEGIN} + g"
    body = (
        f"convert_to(replace(convert_from(t.body, 'UTF8'), '{SERIES}-0', '{SERIES}-' || g), 'UTF8')"
    )
    multiply(Document, count, BEGIN, source_id=name, number=f"'INV-{SERIES}-' || g")
    multiply(Revision, count, BEGIN, document_id=own, body=body)
    multiply(Posting, count, BEGIN, document_id=own, source_id=name)
    multiply(Dependency, count, BEGIN, posting_id=own)
    Counter.objects.filter(state="ready").update(count=count + 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return number


def step_seconds(number: int) -> float:
    """Return how long the planner's step takes, the median of a few."""
    from counterfoil.posting.plan import CLAIM_MOST  # noqa: PLC0415 -- as above
    from counterfoil.web.models import Organisation  # noqa: PLC0415 -- as above
    from counterfoil.web.store import outbox_of  # noqa: PLC0415 -- as above

    outbox = outbox_of(Organisation.objects.get(pk=number))
    now = dt.datetime.now(dt.UTC)
    lease = outbox.take_lease("bench", outbox.lease(), now=now)
    assert lease is not None
    took = []
    for _ in range(STEPS):
        began = time.perf_counter()
        outbox.lookups_due(lease, now=now)
        outbox.resumable(lease, now=now)
        dues = outbox.due(lease, now=now, most=CLAIM_MOST)
        took.append(time.perf_counter() - began)
        assert len(dues) == CLAIM_MOST
    outbox.release(lease)
    return median(took)


def peak_mb(scene: Cluster) -> tuple[float, int]:
    """Let a worker post for a while; return its peak of memory and how many it posted."""
    before = scene.left()
    with working(scene.environment, [{"times": 1, "unlimited": True}]) as crew:
        time.sleep(WORK_SECONDS)
        status = Path(f"/proc/{crew.pids()[0]}/status").read_text("ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024, before - scene.left()


def few_waiting(count: int) -> float:
    """Return the planner's step."""
    with cluster() as scene:
        return step_seconds(waiting(scene, count))


def many_waiting(count: int) -> tuple[float, float, int]:
    """Return the planner's step, a worker's peak of memory, and how many it posted meanwhile."""
    with cluster() as scene:
        took = step_seconds(waiting(scene, count))
        return (took, *peak_mb(scene))


def main() -> int:
    """Print the figures; 1 if one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=MANY)
    chosen = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    few = apart(few_waiting, FEW)
    many, peak, posted = apart(many_waiting, chosen.many)
    print(
        f"planner's step: {few * 1e3:.1f} ms at {FEW:,} waiting, {many * 1e3:.1f} ms at "
        f"{chosen.many:,}: {many / few:.2f} x (at most {MOST_TIMES})"
    )
    print(f"a worker's memory: {peak:.0f} MB (at most {MOST_MB}); it posted {posted:,} meanwhile")
    return 0 if many <= MOST_TIMES * few and peak <= MOST_MB and posted else 1


if __name__ == "__main__":
    sys.exit(main())
