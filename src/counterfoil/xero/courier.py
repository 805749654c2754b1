"""Carries the poster's calls over HTTP: threads that know bytes and nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from counterfoil.posting.target import Arrived, Fresh, Refused
from counterfoil.xero.oauth import GrantDead, OAuthTrouble

if TYPE_CHECKING:
    import datetime as dt
    from concurrent.futures import Future

    from counterfoil.posting.records import Grant
    from counterfoil.posting.target import Arrival, Call
    from counterfoil.xero.client import Client
    from counterfoil.xero.oauth import OAuth
    from counterfoil.xero.wire import Endpoints

AT_A_TIME = 5
"""Calls in flight: what Xero allows an app for one organisation."""


class HttpCourier:
    """``posting.target.Courier`` over the client; close it, or the program waits for its threads.

    ``start`` returns at once. What fails in a thread comes out of ``wait``, which raises it.
    """

    def __init__(self, client: Client, endpoints: Endpoints) -> None:
        """Hold the client; threads start with the first call."""
        self._client = client
        self._endpoints = endpoints
        self._threads = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="courier")
        self._arrived: SimpleQueue[tuple[str, Future[Arrival]]] = SimpleQueue()

    def start(self, ticket: str, call: Call, grant: Grant) -> None:
        """Send a call; its arrival comes out of ``wait`` under this ticket."""
        future = self._threads.submit(
            self._client.ask,
            call,
            access_token=grant.access_token,
            tenant_id=grant.tenant_id,
            endpoints=self._endpoints,
        )
        future.add_done_callback(lambda done: self._arrived.put((ticket, done)))

    def wait(self, seconds: float) -> Arrived | None:
        """Return the next arrival, or None when none came within ``seconds``."""
        try:
            ticket, done = self._arrived.get(timeout=seconds)
        except Empty:
            return None
        return Arrived(ticket, done.result())

    def close(self) -> None:
        """Let the threads go; calls under way end by their own deadlines."""
        self._threads.shutdown(wait=False)


class XeroAuthority:
    """``posting.target.Authority``: the token endpoint of Xero's identity service."""

    def __init__(self, client: Client, oauth: OAuth) -> None:
        """Hold the seams."""
        self._client = client
        self._oauth = oauth

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        """Ask for a new pair."""
        try:
            pair = self._client.run(self._oauth.refresh(refresh_token, now=now))
        except OAuthTrouble as trouble:
            return Refused(str(trouble), dead=isinstance(trouble, GrantDead))
        return Fresh(pair.access_token, pair.refresh_token, pair.expires_at)
