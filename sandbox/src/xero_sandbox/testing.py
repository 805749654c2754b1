"""A sandbox for tests: a real server on a free loopback port, gone when the block ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from xero_sandbox import books
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.sandbox import Handle, Sandbox
from xero_sandbox.server import Application, Running

ORGANISATION = "Sandbox Organisation"


@dataclass(frozen=True, slots=True)
class ConnectedSandbox:
    """A running sandbox and what a program needs to call it.

    ``url`` is its address, such as ``http://localhost:50123``; ``tenant_id`` its one
    organisation; ``token`` an access token with all scopes, good for 30 minutes.
    """

    url: str
    tenant_id: str
    token: str = field(repr=False)

    @property
    def api(self) -> str:
        """The address of the Accounting API, without a slash at its end."""
        return f"{self.url}/api.xro/2.0"

    @property
    def headers(self) -> dict[str, str]:
        """What every call of the Accounting API has to bring."""
        return {
            "Authorization": f"Bearer {self.token}",
            "xero-tenant-id": self.tenant_id,
            "Accept": "application/json",
        }


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
        sandbox.new_organisation(ORGANISATION, country, datetime.now(UTC))
    with _serving(sandbox) as url:
        yield url


@contextmanager
def connected_sandbox(
    *,
    seed: int = 0,
    country: str = "AU",
    limits: bool = True,
    latency: float = 0.0,
    key_in_process: KeyInProcess = "replay",
) -> Iterator[ConnectedSandbox]:
    """Serve a sandbox with one organisation and yield it with a token that reaches it.

    ``latency`` in seconds. Raises ``ValueError`` for a country without a chart.
    """
    sandbox = Sandbox(
        seed=seed,
        limits=limits,
        key_in_process=key_in_process,
        latency=timedelta(seconds=latency),
    )
    now = datetime.now(UTC)
    tenant_id = sandbox.new_organisation(ORGANISATION, country, now).tenant_id
    with _serving(sandbox) as url:
        token = sandbox.issue_token((tenant_id,), now=now)["access_token"]
        yield ConnectedSandbox(url, tenant_id, token)


@contextmanager
def _serving(sandbox: Sandbox) -> Iterator[str]:
    running = Running(Application(sandbox))
    running.start()
    try:
        yield running.url
    finally:
        running.stop()
