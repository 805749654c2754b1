"""One round: documents come in, faults strike, everything settles, and the books are judged."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from bench.settle import sandbox
from tests.chaos.crew import working
from tests.chaos.faults import Faults
from tests.chaos.postgres import running_postgres
from tests.chaos.proxy import running_proxy
from tests.cli.scene import COUNTERFOIL, Document, Json, Practice, Xero, json_lines
from tests.kill import rounds
from tests.simulation import ledger, verdict
from tests.simulation.firm import MAPPING, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTION = 200
A_BILL = 2.03
"""Documents that come of a bill: with it go receipts, credit notes and trust receipts."""
KILLED_IMPORTS = 0.1
PAGE = 1000
AT_ONCE = frozenset({"ACCREC", "ACCRECCREDIT"})
PATIENCE = 900.0


@dataclass(frozen=True)
class Size:
    """How large a round is. ``times``: the protocol's deadlines are so much shorter."""

    documents: int
    seconds: float
    workers: int
    times: int = 1


@dataclass
class Outcome:
    """What came of a round. ``differences`` and ``off`` must be empty, and it must have settled."""

    database: str
    documents: int
    faults: Counter[str]
    starts: int
    imports_cut: int
    settled_after: float | None = None
    differences: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    calls: int = 0
    unsettled: dict[str, int] = field(default_factory=dict)
    progress: list[str] = field(default_factory=list)
    server_answers: bool = False

    @property
    def good(self) -> bool:
        settled = self.settled_after is not None and self.server_answers
        return settled and not (self.differences or self.off)

    def __str__(self) -> str:
        lost = sum(line.startswith("lost") for line in self.differences)
        struck = ", ".join(f"{count} x {name}" for name, count in sorted(self.faults.items()))
        after = "never" if self.settled_after is None else f"{self.settled_after:.0f} s after"
        lines = [
            f"{self.database}: {self.documents} documents, {self.calls} calls",
            f"{self.starts} starts of a worker, {self.imports_cut} imports cut off and repeated",
            f"faults: {struck}",
            f"{lost} lost, {len(self.differences) - lost} twice or foreign",
            f"{len(self.off)} accounts off, {sum(self.unsettled.values())} postings unsettled",
            f"all settled: {after} the last fault",
            *self.progress,
            *self.differences[:10],
            *self.off[:10],
        ]
        return "\n".join(lines)


class Whole(Xero):
    """The organisation, read page after page."""

    def ask(
        self,
        method: str,
        path: str,
        now: dt.datetime | None = None,
        body: object = None,
        **query: str,
    ) -> Json:
        if "page" not in query:
            return super().ask(method, path, now, body, **query)
        whole: list[Json] = []
        resource = path.removeprefix("/")
        for page in range(1, PAGE):
            found = super().ask(method, path, now, body, **query | {"page": str(page)})
            whole += found[resource]
            if len(found[resource]) < PAGE:
                break
        return {resource: whole}


class Intake:
    """Documents that come in portion after portion, each repeated until it is said to be in."""

    def __init__(self, practice: Practice, recorded: list[Document], seconds: float) -> None:
        self._environment = practice.environment
        self._portions = [recorded[n : n + PORTION] for n in range(0, len(recorded), PORTION)]
        self._pause = 0.8 * seconds / len(self._portions)
        self._chance = random.Random(len(recorded))
        self.cut_off = 0
        self._thread = threading.Thread(target=self._take_in, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "not everything came in"

    def _take_in(self) -> None:
        for portion in self._portions:
            began = time.monotonic()
            while not self._is_in(json_lines(*portion)):
                self.cut_off += 1
                time.sleep(1)
            time.sleep(max(0.0, self._pause - (time.monotonic() - began)))

    def _is_in(self, lines: bytes) -> bool:
        with subprocess.Popen(
            [*COUNTERFOIL, "import", "-", "--json"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            if self._chance.random() < KILLED_IMPORTS:
                threading.Timer(self._chance.uniform(0.5, 4), process.kill).start()
            process.communicate(lines)
        return process.returncode == 0


@contextlib.contextmanager
def served(practice: Practice) -> Iterator[str]:
    """Run the web server beside it all; give its address."""
    command = [*COUNTERFOIL, "serve", "--no-poster", "--port", "0"]
    with subprocess.Popen(
        command, env=practice.environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.kill()


def play(folder: Path, database: str, size: Size, seed: int) -> Outcome:
    """Play one round on ``sqlite`` or ``postgres`` in a folder of its own."""
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(sandbox())
        xero = Whole(address)
        proxy = stack.enter_context(running_proxy(int(address.rpartition(":")[2])))
        postgres = stack.enter_context(running_postgres()) if database == "postgres" else None
        practice = Practice(folder, proxy.url, postgres.url if postgres else "")
        stack.callback(practice.close)
        _connect(practice, proxy.url, xero)
        server = stack.enter_context(served(practice))
        crew = stack.enter_context(working(practice.environment, _hastes(database, size)))
        chance = random.Random(seed)
        recorded = documents(chance, round(size.documents / A_BILL))
        intake = Intake(practice, recorded, size.seconds)
        faults = Faults(chance, crew, proxy, xero, postgres)
        faults.strike_for(size.seconds)
        last_fault = time.monotonic()
        intake.wait()
        outcome = Outcome(database, len(recorded), faults.struck, crew.starts, intake.cut_off)
        _settle(practice, outcome, last_fault)
        outcome.server_answers = httpx2.get(f"{server}/health/live").status_code == 200
        _judge(xero, recorded, outcome)
        return outcome


def _connect(practice: Practice, url: str, xero: Xero) -> None:
    said = practice.run("connect", "--sandbox", url, "--tenant", xero.tenant_id)
    assert said.status == 0, said
    said = practice.map(MAPPING)
    assert said.status == 0, said
    # Somebody has looked at it: without that no worker sends anything of a firm that begins.
    practice.run("post")


def _hastes(database: str, size: Size) -> list[dict[str, object]]:
    """Each worker on PostgreSQL believes that it is alone on its machine."""
    haste: dict[str, object] = {"times": size.times, "unlimited": True}
    if database == "sqlite":
        return [haste]
    return [{**haste, "machine": f"machine-{n}"} for n in range(size.workers)]


def _settle(practice: Practice, outcome: Outcome, last_fault: float) -> None:
    """Wait, with nothing to click, until nothing is on its way any more."""
    before: dict[str, int] = {}
    while time.monotonic() - last_fault < PATIENCE:
        said = practice.run("status", "--json")
        counts: dict[str, int] = said.json["counts"]
        after = time.monotonic() - last_fault
        outcome.unsettled = {state: n for state, n in counts.items() if n and state != "posted"}
        if counts != before:
            outcome.progress.append(f"  {after:4.0f} s: {counts}")
            before = counts
        if not outcome.unsettled:
            outcome.settled_after = after
            return
        time.sleep(2)


def _judge(xero: Xero, recorded: list[Document], outcome: Outcome) -> None:
    wanted = verdict.expected(recorded)
    found = verdict.actual(xero, dt.datetime.now(dt.UTC))
    outcome.differences = verdict.differences(wanted, found)
    outcome.off = ledger.off(recorded, rounds.balances(xero), unapplied="overpayment")
    outcome.calls = len(xero.calls())
