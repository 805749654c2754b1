"""Playing a recording again to a fresh sandbox, in the recording's own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from xero_sandbox import books
from xero_sandbox.admission import ACCOUNTING
from xero_sandbox.comparing.difference import GUID, Comparison, Difference, Matching, headers
from xero_sandbox.comparing.recording import KEPT_HEADERS, Exchange, Json, Recording, dumped
from xero_sandbox.comparing.recording import loaded as as_json
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

BEGIN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_STEP: Final = timedelta(seconds=2)
_READS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Compared:
    """One exchange with what differs; None where it was not of the Accounting API."""

    exchange: Exchange
    differences: tuple[Difference, ...] | None


@dataclass(slots=True)
class _Player:
    sandbox: Sandbox
    tenant_id: str
    matching: Matching
    ignored: frozenset[str]

    def answer(self, exchange: Exchange, at: datetime) -> Answer:
        """Send one recorded request, its ids put into ours, under a token of our own."""
        issued = self.sandbox.issue_token((self.tenant_id,), client_id="recorded", now=at)
        kept = {name: one for name, one in exchange.headers.items() if name in KEPT_HEADERS}
        sent = {
            "accept": "application/json",
            **kept,
            "host": "localhost",
            "authorization": f"Bearer {issued['access_token']}",
            "xero-tenant-id": self.tenant_id,
        }
        query = {name: self._ids(text) for name, text in exchange.query.items()}
        request = Request(
            exchange.method, self._ids(exchange.path), query, sent, self._body(exchange.body)
        )
        found = self.sandbox.handle(request, at)
        assert isinstance(found, Answer), "nobody has ordered a cut"
        return found

    def _body(self, body: bytes) -> bytes:
        found = as_json(body.decode("utf-8", errors="surrogateescape"))
        if isinstance(found, str):
            # No JSON, or a mere text: what was sent is what has to be refused again.
            return body
        return dumped(self._translated(found))

    def _translated(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {name: self._translated(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._translated(one) for one in value]
        return self._ids(value) if isinstance(value, str) else value

    def _ids(self, text: str) -> str:
        known = self.matching.ours
        whole = known.get(text.lower())
        if whole is not None:
            return whole
        return GUID.sub(lambda found: known.get(found[0].lower(), found[0]), text)

    def compare(self, exchange: Exchange, ours: Answer) -> Iterator[Difference]:
        """Yield what differs between the recorded answer and ours."""
        if exchange.status != ours.status:
            yield Difference("status", str(exchange.status), str(ours.status))
        if exchange.answer_headers is not None:
            yield from headers(exchange.answer_headers, _folded(ours.headers))
        text = ours.body.decode("utf-8", errors="replace")
        asked = f"{exchange.path} {exchange.body.decode('utf-8', errors='replace')}"
        comparison = Comparison(self.matching, asked, exchange.method in _READS, self.ignored)
        if exchange.answer is not None or text:
            yield from comparison.bodies(exchange.answer or "", as_json(text))


def _folded(found: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): text for name, text in found.items()}


def replay(
    recording: Recording, country: str, ignored: frozenset[str] = frozenset()
) -> Iterator[Compared]:
    """Yield every exchange, in order, with what differs.

    ``country`` counts where the recording names none. Raises ``ValueError`` for a country or
    setting that the sandbox does not know.
    """
    at = recording.exchanges[0].at or BEGIN
    sandbox = Sandbox(limits=False)
    organisation = sandbox.new_organisation(
        recording.name or "Recorded", recording.country or country, at
    )
    books.change_settings(organisation, recording.settings)
    player = _Player(sandbox, organisation.tenant_id, Matching(), ignored)
    for exchange in recording.exchanges:
        at = exchange.at or at + _STEP
        if not exchange.path.lower().startswith(ACCOUNTING):
            yield Compared(exchange, None)
            continue
        ours = player.answer(exchange, at)
        yield Compared(exchange, tuple(player.compare(exchange, ours)))
