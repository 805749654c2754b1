"""Rounds of import, post and kill; at the end the sandbox's books against the raw documents."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.cli.scene import Document, Practice, Said, Xero, connected, json_lines
from tests.simulation import ledger, verdict
from tests.simulation.month import every_kind
from xero_sandbox.testing import running_sandbox

if TYPE_CHECKING:
    from pathlib import Path

BILLS_A_ROUND = 2
"""With them come documents of every other kind: some twenty in all."""
LATENCY = 0.15
"""Seconds that the sandbox takes for an answer."""
MOST_CALLS = 5
"""Calls that a post may finish before its kill; the next one is then on its way."""
DURING_START = 0.15
"""Share of kills that strike at any moment of the first second, mostly before a call."""
SETTLED = ("posted", "withdrawn")
"""How postings end here: in Xero, or taken back out of it by what reverses them."""
HELD_UP = 0.5
"""Seconds of the faults that hold an answer or the work up."""
FAULTS = (
    "slow",
    "late",
    "cut_before",
    "cut_after_commit",
    "cut_mid_body",
    "500_after",
    "503_before",
)
FAULT_RATE = 0.4
STEPS = (0, 20, 130, 400)
"""Seconds by which the clocks may be set ahead between two rounds."""
ENDINGS = (None, 0, 1, 3)
"""What a post may have ended with before its kill: nothing yet, or a status of its contract."""
DRAINS_MOST = 40
"""Posts without a kill until everything must have settled."""


@dataclass
class Outcome:
    """What came of it. ``differences``, ``off``, ``drifted`` and ``unsettled`` must be empty."""

    documents: int
    kills: int = 0
    ended_first: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    unanswered: int = 0
    drains: int = 0
    calls: int = 0
    hours: float = 0.0
    differences: list[str] = field(default_factory=list)
    off: list[str] = field(default_factory=list)
    drifted: list[str] = field(default_factory=list)
    unsettled: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not (self.differences or self.off or self.drifted or self.unsettled)

    def __str__(self) -> str:
        lost = sum(line.startswith("lost") for line in self.differences)
        return (
            f"{self.documents} documents; {self.kills} kills of a posting process "
            f"({self.unanswered} postings were found without an answer after one), "
            f"{self.ended_first} ended before their kill, "
            f"{self.faults.total()} faults; {self.calls} calls over {self.hours:.1f} hours; "
            f"{self.drains} drains to the end\n"
            f"{lost} lost, {len(self.differences) - lost} twice or foreign, "
            f"{len(self.off)} accounts off, {len(self.drifted)} drifted, "
            f"{sum(self.unsettled.values())} unsettled"
        )


class Rounds:
    """One firm, one sandbox, one seed. What a seed draws repeats; what a kill hits does not."""

    def __init__(self, practice: Practice, xero: Xero, *, kills: int, seed: int) -> None:
        self.practice = practice
        self.xero = xero
        self.chance = random.Random(seed)
        self.documents = every_kind(self.chance, BILLS_A_ROUND * kills)
        self.portion = -(-len(self.documents) // kills)
        self.kills = kills
        self.ahead = 0
        self.outcome = Outcome(len(self.documents))

    def play(self) -> Outcome:
        """Kill as often as was asked, then let everything settle, and judge."""
        for first in range(0, len(self.documents), self.portion):
            self._take_in(self.documents[first : first + self.portion])
            self._round()
        while self.outcome.kills < self.kills:
            self._round()
        self._settle()
        self._judge()
        return self.outcome

    def _take_in(self, portion: list[Document]) -> None:
        taken = self.practice.run("import", "-", "--json", given=json_lines(*portion))
        assert taken.json["new"] == len(portion), taken

    def _round(self) -> None:
        faulty = self.chance.random() < FAULT_RATE
        if faulty:
            self._order_a_fault()
        self._kill_one()
        self._count_unanswered()
        # Nothing that the sandbox still holds up may happen after the clocks are set.
        time.sleep(LATENCY + (HELD_UP if faulty else 0))
        self._let_pass(self.chance.choice(STEPS))

    def _order_a_fault(self) -> None:
        fault = self.chance.choice(FAULTS)
        self.outcome.faults[fault] += 1
        match = {"method": "PUT", "nth": self.chance.randint(1, 4)}
        delay = int(HELD_UP * 1000)
        self.xero.faults({"fault": fault, "match": match, "delay_ms": delay})

    def _kill_one(self) -> None:
        with self._posting() as process:
            self._await_the_moment(process)
            ended = process.poll()
            process.kill()
        assert ended in ENDINGS, ended
        self.outcome.ended_first += ended is not None
        self.outcome.kills += ended is None

    def _await_the_moment(self, process: subprocess.Popen[bytes]) -> None:
        if self.chance.random() < DURING_START:
            time.sleep(self.chance.random())
            return
        wanted = len(self.xero.calls()) + self.chance.randint(0, MOST_CALLS)
        while process.poll() is None and len(self.xero.calls()) < wanted:
            time.sleep(0.02)
        time.sleep(self.chance.uniform(0, 1.5 * LATENCY))

    def _posting(self) -> subprocess.Popen[bytes]:
        return self._started("post")

    def _started(self, command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.kill.later", str(self.ahead), command, "--json"],
            env=self.practice.environment,
            stdout=subprocess.PIPE,
        )

    def _count_unanswered(self) -> None:
        counts = self.practice.run("status", "--json").json["counts"]
        self.outcome.unanswered += counts.get("sending", 0)

    def _let_pass(self, seconds: int) -> None:
        if seconds:
            self.ahead += seconds
            self.xero.control("POST", "clock", {"advance_seconds": seconds})

    def _settle(self) -> None:
        """Post in peace until nothing is on its way any more; look-ups take their minutes."""
        self.xero.control("DELETE", "faults")
        for _ in range(DRAINS_MOST):
            self._let_pass(130)
            said = self._post()
            self.outcome.drains += 1
            counts: dict[str, int] = said.json["counts"]
            self.outcome.unsettled = {s: n for s, n in counts.items() if n and s not in SETTLED}
            if not self.outcome.unsettled:
                break

    def _post(self) -> Said:
        return self._said("post")

    def _said(self, command: str) -> Said:
        with self._started(command) as process:
            out, _ = process.communicate()
        return Said(process.returncode, out.decode(), "")

    def _judge(self) -> None:
        wanted = verdict.expected(self.documents)
        found = verdict.actual(self.xero, dt.datetime.now(dt.UTC))
        self.outcome.differences = verdict.differences(wanted, found)
        self.outcome.off = ledger.off(self.documents, balances(self.xero), unapplied="overpayment")
        self._let_pass(130)
        drift = self._said("drift").json["drift"]
        self.outcome.drifted = [one["message"] for one in drift]
        self.outcome.calls = len(self.xero.calls())
        self.outcome.hours = self.ahead / 3600


def balances(xero: Xero) -> ledger.Balances:
    """Return what each account of the sandbox's double entry comes to."""
    accounts = xero.ask("GET", "/Accounts")["Accounts"]
    system = {
        account["SystemAccount"]: account["AccountID"]
        for account in accounts
        if "SystemAccount" in account
    }
    return ledger.summed(xero.ledger(), system)


def play(folder: Path, *, kills: int, seed: int) -> Outcome:
    """Play all rounds of one seed in a folder of their own."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(running_sandbox(seed=seed, country=None, latency=LATENCY))
        xero = Xero(url)
        xero.settings(multicurrency=True, currencies=["AUD", "USD"])
        practice = stack.enter_context(connected(folder, xero))
        return Rounds(practice, xero, kills=kills, seed=seed).play()
