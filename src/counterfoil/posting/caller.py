"""Every call to an organisation leaves through here: with a slot, and with a living token.

Reads included: limits are shared by everybody who calls (architecture.md, rule 7). The refresh of a
token is a lease with a generation and never a lock held over a call (rule 9).
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

from counterfoil.posting import retry
from counterfoil.posting.errors import LimitReached, NotConnected, XeroUnavailable
from counterfoil.posting.explain import is_expired
from counterfoil.posting.records import ConnectionState, Grant
from counterfoil.posting.target import Answer, Arrival, Refused

if TYPE_CHECKING:
    from collections.abc import Generator

    from counterfoil.posting.clock import Chance, Clock
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.target import Arrived, Authority, Call, Courier, Fresh, Target

T = TypeVar("T")
_LOG = logging.getLogger("counterfoil.connection")

REFRESH_BEFORE = dt.timedelta(seconds=150)
"""A token is refreshed when less than this is left: longer than any call may last."""
REFRESH_LEASE_SECONDS = 60
REFRESH_POLLS = 90
"""How often, once a second, the refresh of somebody else is waited for."""
CONCURRENT_WAITS = 300
"""How often, once a second, a free place among the calls in flight is waited for."""


class Caller:
    """Calls one organisation on behalf of the drain or, with ``clicking``, of a person."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        target: Target,
        courier: Courier,
        authority: Authority,
        clock: Clock,
        chance: Chance,
        clicking: bool = False,
    ) -> None:
        """Hold the seams; nothing is called yet."""
        self.outbox = outbox
        self.target = target
        self.clock = clock
        self.chance = chance
        self.calls = 0
        self._courier = courier
        self._authority = authority
        self._clicking = clicking
        self._heard: tuple[dt.datetime, float] | None = None

    def read(self, reading: Generator[Call, Answer, T]) -> T:
        """Carry out reads one by one and return what they make of the answers.

        Only while nothing else of this caller is in flight. Raises what ends a drain.
        """
        try:
            call = next(reading)
            while True:
                call = reading.send(self.ask(call))
        except StopIteration as done:
            result: T = done.value
            return result

    def ask(self, call: Call) -> Answer:
        """Make one read, with one refresh of the token if Xero asks for it."""
        grant = self.grant()
        arrival = self._ask(call, grant)
        if isinstance(arrival, Answer) and arrival.status == 401:  # noqa: PLR2004 -- HTTP's own
            grant = self.grant(stale=grant.generation)
            arrival = self._ask(call, grant)
        return self._believe(arrival, grant)

    def write(self, call: Call) -> Answer:
        """Make one write that is no posting, and return what Xero says, refusals included.

        A consent may lack the permission for it while everything else goes on, so that a 401 or
        403 does not lose the connection here. Raises what ends a drain where no answer came.
        """
        grant = self.grant()
        arrival = self._ask(call, grant)
        if isinstance(arrival, Answer) and arrival.status in {401, 403}:
            return arrival
        return self._believe(arrival, grant)

    def _ask(self, call: Call, grant: Grant) -> Arrival:
        for _ in range(CONCURRENT_WAITS):
            try:
                ticket = self.reserve(call.seconds)
            except LimitReached as reached:
                if reached.stopped_by != "concurrent":
                    raise
                self.clock.sleep(1)
                continue
            self.launch(ticket, call, grant)
            return self._arrival(ticket)
        msg = "no place among the calls in flight became free"
        raise XeroUnavailable(msg)

    def _arrival(self, ticket: str) -> Arrival:
        """Wait for this arrival; others are late answers of a drain that ended before."""
        while True:
            arrived = self.wait(retry.SLACK_SECONDS)
            if arrived is not None and arrived.ticket == ticket:
                return arrived.arrival

    def _believe(self, arrival: Arrival, grant: Grant) -> Answer:
        if not isinstance(arrival, Answer):
            raise XeroUnavailable(arrival.reason)
        if arrival.status in {401, 403}:
            messages = self.target.whole_messages(arrival)
            reason = "; ".join(messages) or f"HTTP {arrival.status}"
            if is_expired(messages):
                raise XeroUnavailable(reason)
            self.lose(reason, grant)
            raise NotConnected(reason)
        if arrival.status == 429:  # noqa: PLR2004 -- HTTP's own
            row = self.outbox.limits()
            raise LimitReached(row.blocked_by, row.blocked_until or self.clock.now())
        if arrival.status >= 500:  # noqa: PLR2004 -- HTTP's own
            msg = f"Xero answered {arrival.status}"
            raise XeroUnavailable(msg)
        return arrival

    def reserve(self, seconds: int) -> str:
        """Take a slot for a call with this deadline and return its ticket.

        Raises LimitReached when there is none.
        """
        ticket = f"{'click' if self._clicking else 'drain'}:{self.chance.name()}"
        wait = self.outbox.take_slot(
            ticket,
            clicking=self._clicking,
            seconds=seconds + retry.SLACK_SECONDS,
            now=self.clock.now(),
        )
        if wait is not None:
            raise LimitReached(wait.limit, wait.until)
        return ticket

    def launch(self, ticket: str, call: Call, grant: Grant) -> None:
        """Send a call; its arrival comes out of ``wait`` under this ticket."""
        self.calls += 1
        self._courier.start(ticket, call, grant)

    def wait(self, seconds: float) -> Arrived | None:
        """Return the next arrival, its slot given back, or None if there is none in time."""
        arrived = self._courier.wait(seconds)
        if arrived is None:
            return None
        answer = arrived.arrival if isinstance(arrived.arrival, Answer) else None
        self.outbox.give_slot(
            arrived.ticket,
            answer.headers if answer else None,
            status=answer.status if answer else 0,
            now=self.clock.now(),
        )
        self._learn_time(answer)
        return arrived

    def _learn_time(self, answer: Answer | None) -> None:
        """Keep Xero's time beside our steady clock: watermarks are in Xero's own time.

        Our time of day may jump at any moment, and a watermark must not jump with it.
        """
        date = answer.headers.get("date", "") if answer else ""
        try:
            self._heard = (parsedate_to_datetime(date), self.clock.monotonic())
        except (ValueError, TypeError):
            return

    def xero_now(self) -> dt.datetime:
        """Return Xero's time of day, as far as its answers have told it."""
        if self._heard is None:
            return self.clock.now()
        date, then = self._heard
        return date + dt.timedelta(seconds=self.clock.monotonic() - then)

    def grant(self, *, stale: int | None = None) -> Grant:
        """Return a token pair that will outlive a call; ``stale`` names one that Xero refused.

        Raises NotConnected when there is none and none can be had.
        """
        for _ in range(REFRESH_POLLS):
            grant = self.outbox.grant()
            if grant.state is not ConnectionState.CONNECTED:
                raise NotConnected(grant.reason)
            if grant.generation != stale and self._lasts(grant):
                return grant
            if self._take_refresh(grant):
                self._refresh(grant)
            else:
                self.clock.sleep(1)
        msg = "the access token could not be refreshed"
        raise XeroUnavailable(msg)

    def _lasts(self, grant: Grant) -> bool:
        return grant.expires_at is not None and grant.expires_at - self.clock.now() > REFRESH_BEFORE

    def _take_refresh(self, grant: Grant) -> bool:
        return self.outbox.take_refresh(
            grant.generation, seconds=REFRESH_LEASE_SECONDS, now=self.clock.now()
        )

    def _refresh(self, grant: Grant) -> None:
        """Ask for a new pair; whoever finds that the generation has moved on re-reads."""
        got = self._authority.refresh(grant.refresh_token, now=self.clock.now())
        if not isinstance(got, Refused):
            self._store(grant, got)
        elif got.dead:
            self.lose(got.reason, grant)
        else:
            self.outbox.drop_refresh(grant.generation)
            raise XeroUnavailable(got.reason)

    def _store(self, grant: Grant, fresh: Fresh) -> None:
        renewed = replace(
            grant,
            access_token=fresh.access_token,
            refresh_token=fresh.refresh_token,
            expires_at=fresh.expires_at,
        )
        self.outbox.store_refresh(grant.generation, renewed, now=self.clock.now())

    def lose(self, reason: str, grant: Grant) -> None:
        """Mark the connection lost: posting pauses, everybody sees it, the queue stays."""
        _LOG.warning("the connection of tenant %s is lost: %s", grant.tenant_id, reason)
        self.outbox.disconnect(
            ConnectionState.LOST,
            reason,
            generation=grant.generation,
            actor="xero",
            now=self.clock.now(),
        )
