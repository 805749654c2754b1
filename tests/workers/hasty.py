"""``counterfoil`` in haste: ``python -m tests.workers.hasty '{"times": 30}' worker``.

All of it is the real program. ``times``: its deadlines and leases are so much shorter.
``stop_before``: the process stops itself, as if by SIGSTOP, before its first call of this method
of the outbox. ``in_flight`` bounds the calls on their way at a time; ``grace`` is how many seconds
a worker that is told to stop waits for them. ``unlimited``: the minutes of Xero's limit end at
once.
``machine``: it does not know the processes of others, as if it ran on a machine of that name.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from typing import Any

import django

from counterfoil.posting import limits, retry, sender

SHORTENED = (
    "WRITE_SECONDS",
    "SLACK_SECONDS",
    "LEASE_SECONDS",
    "RESEND_WITHIN_SECONDS",
    "KEY_SECONDS",
)
SHORTENED_SPANS = ("SECOND_LOOK_AFTER", "RECHECK_AFTER")


def hurry(times: int) -> None:
    """Shorten what the protocol waits for; none of it to less than a second."""
    for name in SHORTENED:
        setattr(retry, name, max(1, getattr(retry, name) // times))
    for name in SHORTENED_SPANS:
        setattr(retry, name, getattr(retry, name) / times)


def stop_before(method: str) -> None:
    """Stop the whole process before its first call of a method of the outbox."""
    from counterfoil.web.store import DjangoOutbox  # noqa: PLC0415 -- once Django is set up

    original = getattr(DjangoOutbox, method)

    def stopped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- any method's
        setattr(DjangoOutbox, method, original)
        os.kill(os.getpid(), signal.SIGSTOP)
        return original(*args, **kwargs)

    setattr(DjangoOutbox, method, stopped)


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
    if "stop_before" in chosen:
        stop_before(str(chosen["stop_before"]))
    import counterfoil.cli  # noqa: PLC0415 -- once Django is set up, with all that it brings

    counterfoil.cli.main()


if __name__ == "__main__":
    main()
