"""How fast the sandbox is, and how much it remembers for each line.

Run: python -m bench.sandbox

Figures with their limits: invoices a second in process by fifties (CPU time of one core), the
median of one invoice over loopback, memory for each line, what an invoice costs when two hundred
organisations lie beside each other, and what a state file costs. Memory is the resident set of a
process of its own, read between portions; the log of requests is full before the first reading,
as it is in a sandbox that runs for long.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from statistics import median

import httpx2
import msgspec

from xero_sandbox.kept import Kept, restored
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.testing import running_sandbox
from xero_sandbox.wire import Answer, Request

NOW = datetime(2026, 11, 23, tzinfo=UTC)
AT_ONCE = 50
LINES = 3
INVOICES = "/api.xro/2.0/Invoices"
ORGANISATIONS = 200
PORTIONS = 4
PORTION = 10_000

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure with its unit and its limit; ``least`` says the limit is from below."""

    what: str
    value: float
    unit: str
    limit: float
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return self.value >= self.limit if self.least else self.value <= self.limit

    def line(self) -> str:
        """Return the figure as it is printed."""
        bound = f"{'at least' if self.least else 'at most'} {self.limit:,g}"
        verdict = "met" if self.met else "MISSED"
        return f"{self.what:58}{self.value:10,.2f} {self.unit:12} {bound}: {verdict}"


def invoice(number: int, lines: int = LINES) -> dict[str, object]:
    """Return an approved sales invoice for one of sixty clients."""
    line = {"Quantity": "1.5", "UnitAmount": "310.00", "AccountCode": "200", "TaxType": "OUTPUT"}
    return {
        "Type": "ACCREC",
        "InvoiceNumber": f"B-{number}",
        "Contact": {"Name": f"Client {number % 60}"},
        "Date": "2026-11-02",
        "DueDate": "2026-11-30",
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "LineItems": [
            {**line, "Description": f"Advice {number}/{place}"} for place in range(lines)
        ],
    }


def batch(numbers: Iterator[int], size: int = AT_ONCE, lines: int = LINES) -> bytes:
    """Return a body of the next ``size`` invoices."""
    return msgspec.json.encode({"Invoices": [invoice(next(numbers), lines) for _ in range(size)]})


def in_lower_case(sent: object) -> object:
    """Return a body with its names as a client of other habits writes them."""
    if isinstance(sent, dict):
        return {name.lower(): in_lower_case(one) for name, one in sent.items()}
    return [in_lower_case(one) for one in sent] if isinstance(sent, list) else sent


def opened(sandbox: Sandbox, name: str) -> Headers:
    """Open an organisation and return the headers of a caller connected to it."""
    tenant = sandbox.new_organisation(name, "AU", NOW).tenant_id
    token = sandbox.issue_token((tenant,), now=NOW)["access_token"]
    return {"authorization": f"Bearer {token}", "xero-tenant-id": tenant, "host": "localhost"}


def put(sandbox: Sandbox | Kept, headers: Headers, body: bytes) -> float:
    """Put a batch and return the seconds of CPU that it took."""
    request = Request("PUT", INVOICES, {"summarizeErrors": "false"}, headers, body)
    began = time.process_time()
    admitted = sandbox.admit(request, NOW)
    assert not isinstance(admitted, Answer)
    answer = sandbox.perform(admitted, NOW)
    spent = time.process_time() - began
    assert isinstance(answer, Answer)
    assert answer.status == 200
    assert b'"HasErrors":true' not in answer.body
    return spent


def in_process() -> list[Figure]:
    """Measure batches of fifty against a limit that tests can lean on, in two spellings."""
    what = f"invoices of {LINES} lines in process, by fifties"
    other = "  with names in lower case"
    return [
        Figure(what, _rate(bytes), "a second", 2_000, least=True),
        Figure(other, _rate(_respelt), "a second", 2_000, least=True),
    ]


def _respelt(body: bytes) -> bytes:
    return msgspec.json.encode(in_lower_case(msgspec.json.decode(body)))


def _rate(spelt: Callable[[bytes], bytes]) -> float:
    sandbox, numbers = Sandbox(limits=False), count()
    headers = opened(sandbox, "Firm")
    calls = 100
    spent = sum(put(sandbox, headers, spelt(batch(numbers))) for _ in range(calls))
    return calls * AT_ONCE / spent


def over_loopback() -> list[Figure]:
    """Measure one invoice a call over a socket, the client's own time included."""
    numbers, times = count(), []
    with running_sandbox(limits=False) as url, httpx2.Client(base_url=url) as client:
        tenant = client.get("/_sandbox/organisations").json()[0]["tenantId"]
        token = client.post("/_sandbox/token", json={}).json()["access_token"]
        client.headers |= {"authorization": f"Bearer {token}", "xero-tenant-id": tenant}
        for _ in range(500):
            body = batch(numbers, 1)
            began = time.perf_counter()
            assert client.put(INVOICES, content=body).status_code == 200
            times.append((time.perf_counter() - began) * 1000)
    return [Figure("one invoice over loopback, median of 500", median(times), "ms", 5)]


def resident() -> int:
    """Return this process's resident set in bytes."""
    status = Path("/proc/self/status").read_text("ascii")
    (kilobytes,) = (row.split()[1] for row in status.splitlines() if row.startswith("VmRSS:"))
    return int(kilobytes) * 1024


def growth(lines: int) -> list[float]:
    """Return the bytes for each line in each of several portions, the first one as warm-up."""
    sandbox, numbers = Sandbox(limits=False), count()
    headers = opened(sandbox, "Firm")
    readings = []
    for _ in range(PORTIONS + 1):
        for _ in range(PORTION // AT_ONCE):
            put(sandbox, headers, batch(numbers, lines=lines))
        readings.append(resident())
    return [(after - before) / (PORTION * lines) for before, after in pairwise(readings)]


def memory() -> list[Figure]:
    """Measure bytes for each line in a fresh process, and whether the last portion costs more."""
    found = []
    for lines in (1, LINES):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            portions = pool.submit(growth, lines).result()
        what = f"memory, {PORTION * PORTIONS:,} invoices of {lines} line{'s' * (lines > 1)}"
        found.append(Figure(what, sum(portions) / PORTIONS / 1024, "KB a line", 4))
        half = PORTIONS // 2
        ratio = sum(portions[half:]) / sum(portions[:half])
        found.append(Figure("  its second half to its first", ratio, "times", 1.25))
    return found


def side_by_side() -> list[Figure]:
    """Measure the same invoices in one organisation and spread over two hundred."""
    one, many = Sandbox(limits=False), Sandbox(limits=False)
    alone = [opened(one, "Firm")]
    all_of_them = [opened(many, f"Firm {n}") for n in range(ORGANISATIONS)]
    spent = [_spread(one, alone), _spread(many, all_of_them)]
    what = f"an invoice in {ORGANISATIONS} organisations to one in one"
    return [Figure(what, spent[1] / spent[0], "times", 1.5)]


def _spread(sandbox: Sandbox, callers: list[Headers]) -> float:
    numbers = count()
    for headers in callers:  # each firm's sixty clients are made before the clock counts
        put(sandbox, headers, batch(numbers, 60, 1))
    rounds = 2 * ORGANISATIONS // len(callers)
    return sum(put(sandbox, h, batch(numbers)) for _ in range(rounds) for h in callers)


def kept_in_a_file() -> list[Figure]:
    """Measure what ``--state`` costs, and how long a start takes after a kill."""
    calls, numbers = 200, count()
    plain, sandbox = Sandbox(limits=False), Sandbox(limits=False)
    headers = opened(plain, "Firm")
    alone = sum(put(plain, headers, batch(numbers)) for _ in range(calls))
    with tempfile.TemporaryDirectory() as folder:
        headers = opened(sandbox, "Firm")
        kept = Kept(sandbox, Path(folder) / "state")
        kept.begin()
        spent = sum(put(kept, headers, batch(numbers)) for _ in range(calls))
        kept.close()
        began = time.perf_counter()
        state = restored(Path(folder) / "state")
        seconds = time.perf_counter() - began
    (organisation,) = state.organisations.values()
    assert len(organisation.documents) == calls * AT_ONCE
    what = f"start from file and log, {calls * AT_ONCE:,} invoices"
    return [
        Figure("an invoice with a state file to one without", spent / alone, "times", 1.5),
        Figure(what, seconds, "s", 10),
    ]


PARTS: tuple[Callable[[], list[Figure]], ...] = (
    in_process,
    over_loopback,
    memory,
    side_by_side,
    kept_in_a_file,
)


def main() -> int:
    """Print every figure with its limit; 1 if one is missed."""
    figures = []
    for part in PARTS:
        for figure in part():
            print(figure.line(), flush=True)
            figures.append(figure)
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
