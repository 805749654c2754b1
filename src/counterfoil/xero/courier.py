"""Carrying calls in threads: they hold bytes and nothing else, and never see a store."""

from __future__ import annotations

import logging
import queue
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self

from counterfoil.posting.target import (
    CORRELATION,
    Answer,
    Arrival,
    Arrived,
    Fresh,
    NoAnswer,
    Refused,
)
from counterfoil.xero.oauth import GrantDead, OAuth, OAuthTrouble

if TYPE_CHECKING:
    import datetime as dt
    from concurrent.futures import Future
    from types import TracebackType

    from counterfoil.posting.records import Grant
    from counterfoil.posting.target import Call
    from counterfoil.xero.client import Client
    from counterfoil.xero.wire import Endpoints

_CALLS = logging.getLogger("counterfoil.calls")
THREADS = 5
"""As many as Xero takes calls of one organisation at a time."""


class HttpCourier:
    """``posting.target.Courier`` over the client; close it, or use it in ``with``.

    Closing waits for what is in flight, which ends by its own deadline.
    """

    def __init__(self, client: Client, endpoints: Endpoints, *, threads: int = THREADS) -> None:
        self._client = client
        self._endpoints = endpoints
        self._arrivals: queue.SimpleQueue[Arrived | None] = queue.SimpleQueue()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="courier")

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        """Send a call; its arrival comes out of ``wait`` under this ticket."""
        future = self._threads.submit(self._carry, call, grant)
        future.add_done_callback(lambda done: self._arrivals.put(Arrived(ticket, _result(done))))

    def wait(self, seconds: float) -> Arrived | None:
        """Return the next arrival, or None when none came within ``seconds`` or before a nudge."""
        try:
            return self._arrivals.get(timeout=seconds)
        except queue.Empty:
            return None

    def nudge(self) -> None:
        """Let whoever waits, or will wait next, look around now; safe in a signal's handler."""
        self._arrivals.put(None)

    def close(self) -> None:
        """Wait for what is in flight and end the threads."""
        self._threads.shutdown()

    def abandon(self) -> None:
        """End the threads without waiting; what is still in flight ends by its own deadline."""
        self._threads.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _carry(self, call: Call, grant: Grant) -> Arrival:
        begun = time.monotonic()
        arrival = self._client.ask(
            call,
            access_token=grant.access_token,
            tenant_id=grant.tenant_id,
            endpoints=self._endpoints,
        )
        _log(call, grant.tenant_id, arrival, time.monotonic() - begun)
        return arrival


def _log(call: Call, tenant_id: str, arrival: Arrival, seconds: float) -> None:
    """Log a call and what became of it; neither its query nor a body, which name clients."""
    answered = isinstance(arrival, Answer)
    outcome = arrival.status if isinstance(arrival, Answer) else arrival.reason
    correlation = arrival.headers.get(CORRELATION, "") if isinstance(arrival, Answer) else ""
    milliseconds = round(seconds * 1000)
    _CALLS.log(
        logging.INFO if answered else logging.WARNING,
        "%s %s: %s in %d ms, tenant %s, correlation %s",
        call.method,
        call.path,
        outcome,
        milliseconds,
        tenant_id,
        correlation or "none",
        extra={
            "method": call.method,
            "path": call.path,
            "outcome": outcome,
            "milliseconds": milliseconds,
            "tenant": tenant_id,
            "correlation": correlation,
        },
    )


def _result(done: Future[Arrival]) -> Arrival:
    """Return the arrival; a fault of the program still arrives, because somebody waits for it.

    Only the fault's class is told: its text may quote what was sent.
    """
    fault = done.exception()
    if fault is None:
        return done.result()
    return NoAnswer(f"the call failed ({type(fault).__name__})", left=True)


class XeroAuthority:
    """``posting.target.Authority`` over the client: one call, no retry, 30 seconds."""

    def __init__(self, client: Client, oauth: OAuth) -> None:
        self._client = client
        self._oauth = oauth

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        """Ask for a new pair."""
        try:
            pair = self._client.run(self._oauth.refresh(refresh_token, now=now))
        except GrantDead as dead:
            return Refused(str(dead), dead=True)
        except OAuthTrouble as trouble:
            return Refused(str(trouble), dead=False)
        return Fresh(pair.access_token, pair.refresh_token, pair.expires_at)
