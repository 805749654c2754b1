"""The jobs of Procrastinate, on PostgreSQL: they wake workers and spread the work, no more.

A job holds the number of an organisation and nothing else. What is to be done stands in the outbox,
and who may do it is decided by the organisation's lease: a job that is lost, doubled or carried out
by a worker that was only thought dead changes nothing. A turn is one step, after which the
organisation queues up again behind all others; so nobody waits for another's long queue.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from procrastinate import App, Blueprint
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State
from counterfoil.web import head_mail, pulling, tidying
from counterfoil.web.models import (
    Connection,
    Counter,
    Lease,
    Limits,
    Organisation,
    Posting,
    ReadBack,
    Request,
)
from counterfoil.web.store.limits import stopping
from counterfoil.web.ticking import Ticker
from counterfoil.web.webhooks import delivering

if TYPE_CHECKING:
    from procrastinate import JobContext

NAMESPACE = "counterfoil"
TURN_STEPS = 1
SWEEP = "* * * * * */10"
"""Every ten seconds, as cron writes it with a sixth field: what no job knows of waits so long."""
TELL = "* * * * * */10"
PULL = "* * * * * */30"
MAIL = "*/5 * * * *"
TIDY = "41 * * * *"
RESCUE = "* * * * * */15"
PRUNE = "17 * * * *"
KEEP_HOURS = 24
"""How long a job that is done stays in the table."""
RETRY_SECONDS = 10
"""After what may pass soon, and for which no time is known: Xero away, the lease held."""

jobs = Blueprint()
ticker = Ticker()
"""The one ticker of this process."""


def register(to: App) -> None:
    """Make the jobs known to Procrastinate's app; named in the settings."""
    to.add_tasks_from(jobs, namespace=NAMESPACE)


@jobs.task(name="turn")
def turn(*, organisation_id: int) -> None:
    """Give an organisation its turn, and let it queue up again if it has more to do."""
    drained = ticker.tick(organisation_id, TURN_STEPS)
    if drained.more:
        wake(organisation_id)
    elif drained.until is not None:
        wake_at(organisation_id, drained.until)
    elif drained.stopped_by in {"lease", "xero"}:
        wake_at(organisation_id, dt.datetime.now(dt.UTC) + dt.timedelta(seconds=RETRY_SECONDS))


@jobs.periodic(cron=SWEEP)
@jobs.task(name="sweep", queueing_lock="sweep", priority=1)
def sweep(timestamp: int) -> None:
    """Wake every organisation that has something due and nobody at it."""
    del timestamp
    for organisation_id in waiting(dt.datetime.now(dt.UTC)):
        wake(organisation_id)


@jobs.periodic(cron=TELL)
@jobs.task(name="tell", queueing_lock="tell", lock="tell")
def tell(timestamp: int) -> None:
    """Tell the webhooks what happened; one process at a time is enough."""
    del timestamp
    delivering.turn(lambda: dt.datetime.now(dt.UTC))


@jobs.periodic(cron=PULL)
@jobs.task(name="pull", queueing_lock="pull", lock="pull")
def pull(timestamp: int) -> None:
    """Read the practice systems that are due; a job that died goes on where it was."""
    del timestamp
    pulling.turn(lambda: dt.datetime.now(dt.UTC))


@jobs.periodic(cron=MAIL)
@jobs.task(name="mail", queueing_lock="mail", lock="mail")
def mail(timestamp: int) -> None:
    """Mail the head of each audit chain, once a day."""
    del timestamp
    head_mail.turn(dt.datetime.now(dt.UTC))


@jobs.periodic(cron=TIDY)
@jobs.task(name="tidy", queueing_lock="tidy", lock="tidy")
def tidy(timestamp: int) -> None:
    """Delete what nobody will ask for again."""
    del timestamp
    tidying.turn(dt.datetime.now(dt.UTC))


@jobs.periodic(cron=RESCUE)
@jobs.task(name="rescue", queueing_lock="rescue", priority=1, pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Queue the jobs of workers that have given no sign of life for half a minute once more."""
    del timestamp
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@jobs.periodic(cron=PRUNE)
@jobs.task(name="prune", queueing_lock="prune", pass_context=True)
async def prune(context: JobContext, timestamp: int) -> None:
    """Forget the jobs that are done: what was posted is told by the audit trail, not by them."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(
        KEEP_HOURS, include_failed=True, include_aborted=True, include_cancelled=True
    )


def look_out() -> None:
    """Wake the organisations whose lease has lapsed; every worker process looks by itself."""
    for organisation_id in ticker.observe(Lease.objects.exclude(holder="")):
        wake(organisation_id)


def wake(organisation_id: int) -> None:
    """Queue a turn, unless one is queued already."""
    _defer(organisation_id, f"turn:{organisation_id}", None)


def wake_at(organisation_id: int, due: dt.datetime) -> None:
    """Queue a turn for later; if there is one for another time, the sweep fills the gap."""
    _defer(organisation_id, f"later:{organisation_id}", due)


def _defer(organisation_id: int, lock: str, due: dt.datetime | None) -> None:
    task = app.configure_task(f"{NAMESPACE}:turn", queueing_lock=lock, schedule_at=due)
    try:
        task.defer(organisation_id=organisation_id)
    except AlreadyEnqueued:
        return


def waiting(now: dt.datetime) -> list[int]:
    """Return the organisations that have something due now and may be drained by this process.

    What is being sent where nobody holds the lease was left behind, and is to be looked up.
    """
    held = Lease.objects.exclude(holder="")
    mine = {"organisation_id": OuterRef("pk")}
    due = Posting.objects.filter(state=RawSQL("'ready'", ()), due_at__lte=now, **mine)
    look_up = Request.objects.filter(look_up_at__lte=now, **mine)
    sending = Counter.objects.filter(state=State.SENDING.value, count__gt=0, **mine)
    read_back = ReadBack.objects.filter(due_at__lte=now, **mine)
    blocked = Limits.objects.filter(stopping(now), **mine)
    connected = Connection.objects.filter(state=ConnectionState.CONNECTED.value, **mine)
    free = ~Exists(held.filter(**mine)) | Q(pk__in=ticker.observe(held))
    return list(
        Organisation.objects.filter(
            Exists(due) | Exists(look_up) | Exists(sending) | Exists(read_back),
            Exists(connected),
            ~Exists(blocked),
            free,
            paused_at=None,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
