"""A sandbox for tests: a real server on a free loopback port, gone when the block ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from xero_sandbox import books
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.sandbox import Handle, Sandbox
from xero_sandbox.server import Application, Running


@contextmanager
def running_sandbox(
    *,
    seed: int = 0,
    country: str | None = "AU",
    limits: bool = True,
    latency: float = 0.0,
    key_in_process: KeyInProcess = "replay",
    handle: Handle = books.handle,
) -> Iterator[str]:
    """Serve a sandbox in a thread and yield its address, such as ``http://localhost:50123``.

    It starts with one organisation of ``country``, or empty with None; ``latency`` in seconds.
    """
    sandbox = Sandbox(
        seed=seed,
        limits=limits,
        key_in_process=key_in_process,
        handle=handle,
        latency=timedelta(seconds=latency),
    )
    if country is not None:
        sandbox.new_organisation("Sandbox Organisation", country, datetime.now(UTC))
    running = Running(Application(sandbox))
    running.start()
    try:
        yield running.url
    finally:
        running.stop()
