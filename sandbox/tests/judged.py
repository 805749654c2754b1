"""Every answer of the Accounting API that a test draws is held against Xero's own file.

``judging`` stands around ``Sandbox.perform``, so that it sees what goes over a socket, too, where
the server runs in the test's own process. Answers that a fault has spoilt are not Xero's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias
from unittest import mock

from sandbox.tests.books.schemas import complaints
from xero_sandbox.books import handle
from xero_sandbox.sandbox import Admitted, Outcome, Sandbox
from xero_sandbox.wire import Answer

API = "/api.xro/2.0"
Judge: TypeAlias = "Callable[[str, str, Answer], list[str]]"


@contextmanager
def judging(say: Judge | None = None) -> Iterator[list[str]]:
    """Yield the list to which complaints are added while the block lasts."""
    say = say or said_of
    found: list[str] = []
    perform = Sandbox.perform

    def judged(sandbox: Sandbox, admitted: Admitted, now: datetime) -> Outcome:
        played = sandbox._handle is not handle
        spoilt = played or sandbox.fault_for(admitted.request) is not None
        outcome = perform(sandbox, admitted, now)
        if isinstance(outcome, Answer) and not spoilt:
            found.extend(say(admitted.request.method, admitted.request.path, outcome))
        return outcome

    with mock.patch.object(Sandbox, "perform", judged):
        yield found


def said_of(method: str, path: str, answer: Answer) -> list[str]:
    """Return what Xero's file says against an answer of the API; nothing of other answers."""
    kind = {name.lower(): value for name, value in answer.headers.items()}.get("content-type", "")
    if not path.startswith(API) or "json" not in kind or not answer.body:
        return []
    body = json.loads(answer.body, parse_float=Decimal)
    return complaints(method, path.removeprefix(API), answer.status, body)
