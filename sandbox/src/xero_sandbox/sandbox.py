"""The sandbox as two functions: ``admit`` a request, then ``perform`` it.

There is no clock, socket, file or thread in here. Who calls decides when each half runs and
when the answer arrives, so slow, concurrent, late and lost answers can be played: the server
does it with sleeps, a simulation with its own clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from xero_sandbox import books, control, refusals
from xero_sandbox.admission import Admitted, admit, turned_away, with_limits
from xero_sandbox.books.organisation import Organisation, new_organisation
from xero_sandbox.faults import Cut, Fault
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.identity import scopes
from xero_sandbox.identity.grants import ANY_APP, USERS, Consent
from xero_sandbox.identity.tokens import TokenSet, token_set
from xero_sandbox.ids import Ids
from xero_sandbox.performing import Handle, Outcome, outcome
from xero_sandbox.requestlog import Row
from xero_sandbox.state import State, fresh
from xero_sandbox.wire import Answer, Request

__all__ = ["Admitted", "Cut", "Handle", "Outcome", "Sandbox"]

CONTROL: Final = "/_sandbox/"


class Sandbox:
    """A Xero with any number of organisations, for any number of apps.

    Times passed in are aware datetimes; POST /_sandbox/clock adds to them. ``handle`` is the
    books' entrance and only tests give another one. ``latency`` is what the caller adds to
    every answer; slots stay taken so long.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        limits: bool = True,
        key_in_process: KeyInProcess = "replay",
        handle: Handle = books.handle,
        base_url: str = "http://localhost",
        latency: timedelta = timedelta(0),
        state: State | None = None,
    ) -> None:
        self.base_url = base_url
        self.latency = latency
        self.state = state or fresh(Ids(seed))
        self.state.limiter.enforced = limits
        self.state.key_in_process = key_in_process
        self._handle = handle

    def handle(self, request: Request, now: datetime) -> Outcome:
        """Admit and perform at one moment, as a quick and sequential caller would see it."""
        admitted = self.admit(request, now)
        return admitted if isinstance(admitted, Answer) else self.perform(admitted, now)

    def admit(self, request: Request, now: datetime) -> Admitted | Answer:
        """Check a request at its arrival; an Answer is a refusal, already in the log."""
        at = self.time(now)
        if request.path.startswith(CONTROL):
            return Admitted(request, 0, at)
        seq = self.state.log.number()
        admitted = admit(self.state, request, seq, at)
        if isinstance(admitted, Answer):
            self.state.log.add(Row(seq, at, request, admitted.status))
        return admitted

    def turned_away(self, request: Request, answer: Answer, now: datetime) -> Answer:
        """Return the answer to a request that cannot be read, with what is left of its limits."""
        return turned_away(self.state, request, answer, self.time(now))

    def perform(self, admitted: Admitted, now: datetime) -> Outcome:
        """Do what was admitted, keep the answer under its key, free its slot, write the log.

        Raises ``RuntimeError`` when the call still waits for another with the same key.
        """
        if admitted.waiting:
            raise RuntimeError("the call that this one joins has no answer yet")
        at = self.time(now)
        request = admitted.request
        if request.path.startswith(CONTROL):
            return control.perform(self, request, at)
        try:
            found, applied = outcome(self.state, self._handle, self.address(request), admitted, at)
        finally:
            self._leave(admitted, at)
        return self._finish(admitted, found, applied, at)

    def fault_for(self, request: Request) -> Fault | None:
        """Return the fault that would strike ``request`` next, without counting it."""
        return self.state.faults.peek(request)

    def time(self, now: datetime) -> datetime:
        """Return the sandbox's own time: ``now`` and what the clock was advanced by."""
        return now + self.state.ahead

    def address(self, request: Request) -> str:
        """Return the address under which the caller knows the sandbox."""
        host = request.headers.get("host")
        return f"http://{host}" if host else self.base_url

    def new_organisation(self, name: str, country: str, now: datetime) -> Organisation:
        """Open an organisation with its country's starting chart.

        Raises ``ValueError`` for a country without one.
        """
        organisation = new_organisation(name, country, ids=self.state.ids, now=self.time(now))
        self.state.organisations[organisation.tenant_id] = organisation
        return organisation

    def issue_token(
        self,
        tenants: tuple[str, ...],
        wanted: tuple[str, ...] = scopes.EVERYTHING,
        *,
        client_id: str = ANY_APP,
        now: datetime,
    ) -> TokenSet:
        """Connect ``tenants`` and return a token set, without a browser.

        Without ``client_id`` the first app that refreshes the token takes it over.
        """
        at = self.time(now)
        grants = self.state.grants
        consent = Consent(grants.ids.uuid(), client_id, USERS[0], wanted, tenants, at)
        grants.connect(consent, client_id, tenants)
        return token_set(
            grants,
            self.state.key,
            consent,
            client_id=client_id,
            issuer=self.base_url,
            refresh_token=grants.start_family(consent, at),
            now=at,
        )

    def reset(self) -> None:
        """Empty everything. Ids go on, so that no old token or id means something new."""
        old = self.state
        self.state = fresh(old.ids)
        self.state.limiter.enforced = old.limiter.enforced
        self.state.limiter.rapid_sync = old.limiter.rapid_sync
        self.state.key_in_process = old.key_in_process
        self.state.lower_case_auth = old.lower_case_auth
        self.state.written = old.written

    def _leave(self, admitted: Admitted, at: datetime) -> None:
        """Free the slot, and answer the key if the work has failed to."""
        if admitted.entrance is not None:
            gone_out = at + admitted.answer_after + self.latency
            self.state.limiter.leave(admitted.entrance.slot, gone_out)
        if admitted.opened is not None and admitted.opened.answer is None:
            admitted.opened.answer = refusals.internal_error(self.state.ids.uuid())

    def _finish(
        self, admitted: Admitted, found: Outcome, applied: tuple[str, ...], at: datetime
    ) -> Outcome:
        entrance, request = admitted.entrance, admitted.request
        if isinstance(found, Answer) and entrance is not None:
            found = with_limits(self.state, found, entrance.slot.pair, entrance.organisation, at)
        status = found.status if isinstance(found, Answer) else None
        fault = None if admitted.fault is None else admitted.fault.fault
        self.state.log.add(Row(admitted.seq, admitted.at, request, status, fault, applied))
        return found
