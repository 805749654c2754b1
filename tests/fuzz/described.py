"""Ask the intake API for everything that its own description allows, and for what it does not.

Run: make fuzz, or with Schemathesis installed: python -m tests.fuzz.described [--cases 100000]

Schemathesis draws requests from the description: sound ones, and such as break it. Judged of each
answer: it is no fault of the server, its status and its content stand in the description, and what
it says has the form that is described. In the end the daybook holds whole documents only. Memory is
limited to 512 MB.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy
    from schemathesis import Case

MEMORY = 512 * 1024**2
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
REQUESTS = 500
"""Of each firm: one with all of them would be slower with every request."""
PORTION = 200
"""Cases that Hypothesis draws at once."""
PART = 6_000
"""Cases of one process: one with all of them, drawing 2,000 at once, ran out of memory."""


@dataclass
class Caller:
    """Who asks: a new firm, and its vendor, now and then."""

    asked: Counter[int] = field(default_factory=Counter)
    keys: dict[str, str] = field(default_factory=dict)

    def ask(self, case: Case) -> None:
        """Make one request and judge its answer. Raises what Schemathesis finds wrong."""
        from counterfoil.web.api import guard  # noqa: PLC0415 -- Django is set up only now

        guard.keys.clear()
        if self.asked.total() % REQUESTS == 0:
            self._another()
        whose = "vendor" if "/firms" in case.operation.path else "firm"
        headers = {"Authorization": f"Bearer {self.keys[whose]}"}
        answer = case.call(headers=headers)
        self.asked[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    def _another(self) -> None:
        from django.utils import timezone  # noqa: PLC0415 -- as above

        from counterfoil.web.models import Firm, Organisation, Vendor  # noqa: PLC0415
        from counterfoil.web.services import api_keys  # noqa: PLC0415

        now, name = timezone.now(), f"asked{self.asked.total()}"
        firm = Firm.objects.create(key=name, name="Asked", created_at=now)
        Organisation.objects.create(firm=firm, key="main", created_at=now)
        vendor = Vendor.objects.create(key=name, name="Asked", created_at=now)
        for whose, scopes in ((firm, api_keys.OF_FIRMS), (vendor, (api_keys.Scope.FIRMS,))):
            made = api_keys.make(whose, "Asked", scopes, actor="fuzz", now=now)
            self.keys[type(whose).__name__.lower()] = made.text


def main() -> int:
    """Ask, print what came back, and tell whether all was well."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60, help="at most")
    asked = parser.parse_args()
    if asked.cases > PART:
        return _parts(asked)
    logging.disable(logging.WARNING)  # a refused request is what we ask for
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COUNTERFOIL_HOME"] = folder
        return _run(asked)


def _parts(asked: argparse.Namespace) -> int:
    """Ask in processes one after another, each with data of its own."""
    began, statuses = time.monotonic(), Counter[str]()
    for part, left in enumerate(range(asked.cases, 0, -PART)):
        words = ("--cases", str(min(PART, left)), "--seed", str(asked.seed * 1_000 + part))
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.described", *words],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        told = dict(re.findall(r"(\d{3}): ([\d,]+)", done.stdout))
        statuses.update({status: int(count.replace(",", "")) for status, count in told.items()})
        sys.stdout.write(f"{' '.join(words)}: {done.stdout}")
        sys.stdout.flush()
        if done.returncode:
            return 1
        if time.monotonic() - began > asked.minutes * 60:
            break
    told_all = "  ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
    seconds = time.monotonic() - began
    sys.stdout.write(f"{statuses.total():,} requests in {seconds:.0f} s, 0 wrong\n{told_all}\n")
    return int(statuses.total() < asked.cases)


def _run(asked: argparse.Namespace) -> int:
    from counterfoil.web.serve import prepare  # noqa: PLC0415 -- it reads the environment

    prepare()
    from counterfoil.web.wsgi import application  # noqa: PLC0415 -- Django is set up only now
    from tests.fuzz.doors import unread  # noqa: PLC0415 -- as above

    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", application, headers={"Host": "localhost"}
    )
    operations = [one.ok() for one in schema.get_all_operations()]
    caller, told, began = Caller(), list[str](), time.monotonic()
    for number, draw in enumerate(_draws(caller, operations, asked)):
        if caller.asked.total() >= asked.cases or time.monotonic() - began > asked.minutes * 60:
            break
        try:
            draw(number)
        except Exception as wrong:  # noqa: BLE001 -- whatever it is, it is what we look for
            told.append(f"{type(wrong).__name__}: {str(wrong)[:600]}")
            if len(told) >= len(operations):
                break
    told += filter(None, [unread()])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    statuses = "  ".join(f"{status}: {count:,}" for status, count in sorted(caller.asked.items()))
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{len(operations)} operations, {caller.asked.total():,} requests in {seconds:.0f} s, "
        f"{len(told)} wrong, {peak} MB\n{statuses}\n"
    )
    sys.stdout.write("".join(f"  {one}\n" for one in told))
    return int(bool(told) or caller.asked.total() < asked.cases)


def _draws(
    caller: Caller, operations: list[schemathesis.Operation], asked: argparse.Namespace
) -> Iterator[Callable[[int], None]]:
    """Yield what asks a portion of one operation, round and round."""
    portion = max(1, min(PORTION, asked.cases // len(operations) // 2))
    while True:
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                strategy = operation.as_strategy(generation_mode=mode)

                def draw(number: int, strategy: SearchStrategy[Case] = strategy) -> None:
                    @seed(asked.seed * 1_000_003 + number)
                    @settings(
                        max_examples=portion,
                        deadline=None,
                        database=None,
                        phases=[Phase.generate],
                        suppress_health_check=list(HealthCheck),
                    )
                    @given(case=strategy)
                    def judge(case: Case) -> None:
                        caller.ask(case)

                    judge()

                yield draw


if __name__ == "__main__":
    sys.exit(main())
