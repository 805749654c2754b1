"""``counterfoil`` in haste: ``python -m tests.workers.hasty '{"times": 30}' worker``.

All of it is the real program. ``times``: its deadlines and leases are so much shorter.
``stop_before``: the process stops itself, as if by SIGSTOP, before its first call of this method
of the outbox; ``stop_within``: within that call's transaction, with what it has locked.
``in_flight`` bounds the calls on their way at a time; ``grace`` is how many seconds a worker that
is told to stop waits for them. ``unlimited``: the minutes of Xero's limit end at once.
``machine``: it does not know the processes of others, as if it ran on a machine of that name.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import threading
from typing import Any

import django

from counterfoil.posting import limits, retry, sender
from counterfoil.web import database

SHORTENED = (
    "WRITE_SECONDS",
    "SLACK_SECONDS",
    "LEASE_SECONDS",
    "RESEND_WITHIN_SECONDS",
    "KEY_SECONDS",
)
SHORTENED_SPANS = ("SECOND_LOOK_AFTER", "RECHECK_AFTER")


def hurry(times: int) -> None:
    """Shorten what the protocol and the database wait for; none of it to less than a second."""
    database.IDLE_SECONDS = max(1, database.IDLE_SECONDS // times)
    for name in SHORTENED:
        setattr(retry, name, max(1, getattr(retry, name) // times))
    for name in SHORTENED_SPANS:
        setattr(retry, name, getattr(retry, name) / times)


def stop_at(method: str, *, within: bool) -> None:
    """Stop the whole process before its first call of a method of the outbox, or within it.

    Within: in its transaction, after the first statement that changed something.
    """
    from django.db import connection  # noqa: PLC0415 -- once Django is set up

    from counterfoil.web.store import DjangoOutbox  # noqa: PLC0415 -- once Django is set up

    original = getattr(DjangoOutbox, method)
    to_come = [method]

    def changed(execute: Any, sql: str, *rest: Any) -> Any:  # noqa: ANN401 -- Django's
        done = execute(sql, *rest)
        if to_come and sql.startswith(("UPDATE", "INSERT", "DELETE")):
            to_come.pop()
            stop_itself()
        return done

    def stopped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- any method's
        setattr(DjangoOutbox, method, original)
        if within:
            with connection.execute_wrapper(changed):
                return original(*args, **kwargs)
        stop_itself()
        return original(*args, **kwargs)

    setattr(DjangoOutbox, method, stopped)


def stop_itself() -> None:
    """Stop the whole process here: a signal to the thread stops it before it does any more."""
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def main() -> None:
    chosen: dict[str, Any] = json.loads(sys.argv.pop(1))
    os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
    hurry(int(chosen.get("times", 1)))
    sender.IN_FLIGHT_MOST = int(chosen.get("in_flight", sender.IN_FLIGHT_MOST))
    if chosen.get("unlimited"):
        limits.MINUTE = dt.timedelta(0)
    django.setup()
    from counterfoil.web import office, ticking  # noqa: PLC0415 -- once Django is set up

    if "machine" in chosen:
        office._machine = lambda: str(chosen["machine"])  # type: ignore[assignment]
    ticking.GRACE_SECONDS = float(chosen.get("grace", ticking.GRACE_SECONDS))
    for where in ("stop_before", "stop_within"):
        if where in chosen:
            stop_at(str(chosen[where]), within=where == "stop_within")
    import counterfoil.cli  # noqa: PLC0415 -- once Django is set up, with all that it brings

    counterfoil.cli.main()


if __name__ == "__main__":
    main()
