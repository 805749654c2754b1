"""Nonsense driven from Xero's own file, judged call by call.

Run: python -m sandbox.tests.nonsense [--cases 20000] [--seed 0]

Nothing may be answered with a 5xx other than the 501 that Xero itself has for a verb it does not
take; every answer fits the schemas of Xero's file; nothing of another organisation shows or
changes; debits equal credits.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.tests.books.operations import NOT_OFFERED
from sandbox.tests.books.schemas import complaints, need_spec
from sandbox.tests.openapi import Operation, operations
from sandbox.tests.wrongdoer import BASE, Case, Wrongdoer
from xero_sandbox.books.api import RESOURCES
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.wire import Answer, Request

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PROBLEM = {"Type", "Title", "Status", "Detail", "Instance", "Extensions"}
FIXED = {"unknown tenant": 403, "wrong token": 401, "oversized": 413}
PLAIN = frozenset({204, 404, 413, 415})
STORY = 1_000
_GUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Scene:
    """Two organisations, a caller who may enter the first, and what has been seen."""

    seed: int
    sandbox: Sandbox
    tenant: str
    other: str
    doer: Wrongdoer
    theirs: frozenset[bytes]
    before: bytes
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    succeeded: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def run(self, cases: int, at_most: int = 20) -> None:
        """Send ``cases`` calls, half a second of the sandbox's time apart; stop at many faults."""
        for number in range(cases):
            case = self.doer.next()
            answer = self._answer(case, number)
            self.seen[case.kind, answer.status] += 1
            self.drawn.add(case.operation.name)
            told = self.judge(case, answer)
            if told:
                self.found.append(f"case {number} {_shown(case)} -> {answer.status}\n  {told[0]}")
            if len(self.found) >= at_most:
                return
        if self.sandbox.state.organisations[self.tenant].ledger.out_of_balance():
            self.found.append("the ledger is out of balance")
        if _whole(self.sandbox, self.other) != self.before:
            self.found.append("the other organisation has changed")

    def _answer(self, case: Case, number: int) -> Answer:
        try:
            found = self.sandbox.handle(case.request, START + number * timedelta(seconds=0.5))
        except BaseException as error:
            error.add_note(f"seed {self.seed}, case {number} {_shown(case)}")
            raise
        assert isinstance(found, Answer)
        return found

    def judge(self, case: Case, answer: Answer) -> list[str]:
        """Return what is wrong with an answer."""
        if answer.status == 200 and case.kind in {"sound", "bent"}:
            self.succeeded.add(case.operation.name)
        wrong = _status(case, answer) or _leak(answer, self.theirs)
        return [wrong] if wrong else self._content(case, answer)

    def _content(self, case: Case, answer: Answer) -> list[str]:
        kind = answer.headers.get("Content-Type", "")
        if not kind.startswith("application/json"):
            return (
                [] if answer.status in PLAIN else [f"{kind or 'no'} content: {answer.body[:80]!r}"]
            )
        body: dict[str, Any] = json.loads(answer.body, parse_float=Decimal)
        if answer.status in {401, 403}:
            return [] if set(body) == PROBLEM else [f"no problem envelope: {body}"]
        if answer.status == 200:
            self.doer.glean(body)
        path = case.request.path.removeprefix(BASE).strip("/")
        return complaints(case.request.method, path, answer.status, body)


def _shown(case: Case) -> str:
    asked = case.request
    return f"({case.kind}) {asked.method} {asked.path} {dict(asked.query)} {asked.body[:2_000]!r}"


def _status(case: Case, answer: Answer) -> str | None:
    expected = FIXED.get(case.kind)
    if expected is not None and answer.status != expected:
        return f"expected {expected}"
    if case.kind == "stranger's id" and "{" in case.operation.path and answer.status == 200:
        return "answers for an id that is not ours"
    if answer.status == 501:
        return None if b'"ErrorNumber":20' in answer.body else "a 501 that is not Xero's"
    return "a 5xx of our own" if answer.status >= 500 else None


def _leak(answer: Answer, theirs: frozenset[bytes]) -> str | None:
    """Say whether an answer shows an id of the other organisation that we never sent."""
    shown = theirs.intersection(_GUID.findall(answer.body))
    return f"shows another organisation's {sorted(shown)}" if shown else None


def scene(seed: int) -> Scene:
    """Open two organisations, the other one with a few documents."""
    sandbox = Sandbox(seed=seed, limits=False)
    tenant, other = (
        sandbox.new_organisation(name, "AU", START).tenant_id for name in ("Ours", "Theirs")
    )
    sandbox.state.organisations[tenant].settings.tier = "advanced"  # opens the journals
    _live(sandbox, other)
    whole = _whole(sandbox, other)
    known = sorted(set(_GUID.findall(whole)))
    # Half of their ids are sent, and may come back in a text of ours; the other half may not.
    strangers, theirs = [one.decode() for one in known[::2]], frozenset(known[1::2])
    chance = random.Random(seed)
    doer = Wrongdoer(chance, _headers(sandbox, tenant), ours(), strangers)
    made = Scene(seed, sandbox, tenant, other, doer, theirs, whole)
    _acquaint(made)
    return made


def ours() -> Sequence[Operation]:
    """Return the documented operations on the resources that the sandbox has."""
    return [
        each
        for each in operations()
        if each.resource in RESOURCES and not set(each.path.split("/")) & set(NOT_OFFERED)
    ]


def _headers(sandbox: Sandbox, tenant: str) -> dict[str, str]:
    token = sandbox.issue_token((tenant,), now=START + timedelta(days=30))["access_token"]
    return {
        "authorization": f"Bearer {token}",
        "xero-tenant-id": tenant,
        "accept": "application/json",
        "host": "localhost",
    }


def _live(sandbox: Sandbox, tenant: str) -> None:
    headers = _headers(sandbox, tenant)
    line = {"Description": "x", "Quantity": 1, "UnitAmount": "10.00", "AccountCode": "200"}
    one = {"Type": "ACCREC", "Contact": {"Name": "Their client"}, "LineItems": [line] * 2}
    for status in ("DRAFT", "AUTHORISED"):
        body = json.dumps({**one, "Status": status, "DueDate": "2026-12-01"}).encode()
        answer = sandbox.handle(Request("PUT", f"{BASE}/Invoices", {}, headers, body), START)
        assert isinstance(answer, Answer)
        assert answer.status == 200


def _acquaint(made: Scene) -> None:
    for path in ("Accounts", "Organisation"):
        answer = made.sandbox.handle(
            Request("GET", f"{BASE}/{path}", {}, made.doer.headers, b""), START
        )
        assert isinstance(answer, Answer)
        made.doer.glean(json.loads(answer.body))


def _whole(sandbox: Sandbox, tenant: str) -> bytes:
    """Return what an organisation shows of itself, without the ids and times of the answers."""
    headers = _headers(sandbox, tenant)
    shown = []
    for path in ("Accounts", "Contacts", "Invoices?page=1", "Payments", "BankTransactions"):
        name, _, page = path.partition("?page=")
        query: Mapping[str, str] = {"page": page} if page else {}
        answer = sandbox.handle(Request("GET", f"{BASE}/{name}", query, headers, b""), START)
        assert isinstance(answer, Answer)
        shown.append(json.loads(answer.body)[name])
    return json.dumps(shown).encode()


@dataclass
class Run:
    """The stories of a run together."""

    stories: list[Scene] = field(default_factory=list)

    @property
    def found(self) -> list[str]:
        """What was wrong, each with its seed."""
        return [f"seed {one.seed}, {text}" for one in self.stories for text in one.found]

    @property
    def seen(self) -> Counter[tuple[str, int]]:
        """How often each kind of call had each status."""
        return sum((one.seen for one in self.stories), Counter[tuple[str, int]]())

    @property
    def succeeded(self) -> set[str]:
        """The operations that had a 200 at least once."""
        return set[str]().union(*(one.succeeded for one in self.stories))

    @property
    def drawn(self) -> set[str]:
        """The operations that were called."""
        return set[str]().union(*(one.drawn for one in self.stories))


def run(cases: int, seed: int = 0) -> Run:
    """Play stories of at most a thousand calls, each with a seed of its own."""
    found = Run()
    for first in range(0, cases, STORY):
        story = scene(seed + first // STORY)
        story.run(min(STORY, cases - first))
        found.stories.append(story)
    return found


def report(made: Run, seconds: float) -> str:
    """Return the figures of a run."""
    seen = sorted(made.seen.items())
    kinds = sorted({kind for (kind, _), _ in seen})
    rows = [
        f"  {kind:16}" + "  ".join(f"{status}: {n:,}" for (k, status), n in seen if k == kind)
        for kind in kinds
    ]
    total = sum(n for _, n in seen)
    fives = sum(n for (_, status), n in seen if status >= 500 and status != 501)
    head = (
        f"{total:,} calls in {seconds:.0f} s on {len(made.drawn)} operations of Xero's file,"
        f" {len(made.succeeded)} of them with success"
    )
    tail = f"unplanned 5xx: {fives}; answers that do not fit or leak: {len(made.found)}"
    return "\n".join([head, *rows, tail, *made.found])


def main() -> int:
    """Run and report; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    need_spec()
    began = time.perf_counter()
    made = run(options.cases, options.seed)
    sys.stdout.write(report(made, time.perf_counter() - began) + "\n")
    return 1 if made.found else 0


if __name__ == "__main__":
    sys.exit(main())
