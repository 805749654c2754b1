"""The faults that a story may have, by the sections of the fault list they come from.

Each group is a switch: a story draws which of them are on and how often they strike, and counts
every strike under the fault's own name (facts: reliability section 1.5, whose numbers these are).
What only real processes can show (full disks of logs, limits of memory) is not played here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from xero_sandbox import refusals
from xero_sandbox.wire import Answer

if TYPE_CHECKING:
    import datetime as dt
    import random
    from collections import Counter

    from xero_sandbox.faults import FaultName

Spoil = Callable[["Answer", "random.Random", "dt.datetime"], "Answer"]


class Fate(NamedTuple):
    """What becomes of one call.

    ``fault`` is one that the sandbox plays. ``leaves``: bytes leave at all, ``reaches``: the call
    gets there, ``returns``: its answer comes back. The three delays are those to Xero, of the work
    there, and back. ``gateway``: somebody between answers so, whatever Xero does. ``reset``: the
    connection ends before there is an answer. ``spoil`` is done to the answer on its way. Without
    ``reads`` it befalls writes only.
    """

    name: str
    fault: FaultName | None = None
    leaves: bool = True
    reaches: bool = True
    returns: bool = True
    there: float = 0.1
    work: float = 0.2
    back: float = 0.1
    gateway: int = 0
    reset: bool = False
    spoil: Spoil | None = None
    reads: bool = True


def _retry_after(text: str) -> Spoil:
    def spoil(answer: Answer, chance: random.Random, now: dt.datetime) -> Answer:
        del chance, now
        others = {k: v for k, v in answer.headers.items() if k.lower() != "retry-after"}
        return Answer(answer.status, others | ({"Retry-After": text} if text else {}), answer.body)

    return spoil


def _as_a_date(answer: Answer, chance: random.Random, now: dt.datetime) -> Answer:
    del chance
    return _retry_after(format_datetime(now, usegmt=True))(answer, None, now)  # type: ignore[arg-type]


def _other_body(answer: Answer, chance: random.Random, now: dt.datetime) -> Answer:
    del answer, now
    return refusals.key_reused(f"{chance.getrandbits(64):016x}")


def _elements(change: Callable[[list[Any], random.Random], None]) -> Spoil:
    def spoil(answer: Answer, chance: random.Random, now: dt.datetime) -> Answer:
        del now
        if answer.status >= 300:
            return answer
        body = json.loads(answer.body)
        lists = [value for value in body.values() if isinstance(value, list) and len(value) > 1]
        for found in lists:
            change(found, chance)
        return Answer(answer.status, answer.headers, json.dumps(body).encode()) if lists else answer

    return spoil


def _reorder(found: list[Any], chance: random.Random) -> None:
    before = list(found)
    chance.shuffle(found)
    if found == before:
        found.reverse()


def _leave_one_out(found: list[Any], chance: random.Random) -> None:
    del found[chance.randrange(len(found))]


def _refuse_what_was_made(answer: Answer, chance: random.Random, now: dt.datetime) -> Answer:
    """Let an answer give one element's id and refuse it, in one."""
    del now
    if answer.status >= 300:
        return answer
    body = json.loads(answer.body)
    found = next((value for value in body.values() if isinstance(value, list)), ())
    made = [one for one in found if one.get("StatusAttributeString") != "ERROR"]
    if not made:
        return answer
    told = {"StatusAttributeString": "ERROR", "ValidationErrors": [{"Message": "Try again later"}]}
    made[chance.randrange(len(made))].update(told)
    return Answer(answer.status, answer.headers, json.dumps(body).encode())


FATES: dict[str, tuple[tuple[int, Fate], ...]] = {
    "1 limits": (
        (3, Fate("minute limit", fault="429_minute")),
        (3, Fate("too many at once", fault="429_concurrent")),
        (2, Fate("limit of the app", fault="429_app")),
        (2, Fate("Retry-After absent", fault="429_minute", spoil=_retry_after(""))),
        (2, Fate("Retry-After of nothing", fault="429_minute", spoil=_retry_after("0"))),
        (2, Fate("Retry-After a date", fault="429_minute", spoil=_as_a_date)),
    ),
    "1 long limits": (
        (1, Fate("day limit", fault="429_day")),
        (1, Fate("Retry-After huge", fault="429_minute", spoil=_retry_after("9999999"))),
    ),
    "2 server errors": (
        (3, Fate("500, not applied", fault="500_before")),
        (3, Fate("500, applied", fault="500_after")),
        (2, Fate("503, not applied", fault="503_before")),
        (2, Fate("503, applied", fault="503_after")),
        (2, Fate("502, not applied", gateway=502, reaches=False)),
        (2, Fate("502, applied", gateway=502)),
        (2, Fate("504, not applied", gateway=504, reaches=False, there=30.0)),
        (2, Fate("504, applied later", gateway=504, there=30.0, work=40.0)),
    ),
    "2 cuts": (
        (3, Fate("cut in the body", fault="cut_mid_body")),
        (6, Fate("cut without an answer", fault="cut_after_commit")),
        (2, Fate("reset before the body", reaches=False, reset=True)),
        (6, Fate("reset after the body", reset=True, work=60.0)),
        (2, Fate("trickling answer", back=200.0)),
        (2, Fate("a gateway's page", fault="html_200")),
    ),
    "3 time-outs": (
        (2, Fate("cannot connect", leaves=False, reaches=False, returns=False)),
        (3, Fate("lost on the way", reaches=False, returns=False)),
        (16, Fate("applied, answer lost", returns=False)),
        (10, Fate("applied late, answer lost", returns=False, work=110.0)),
        (2, Fate("slow on the way, answer lost", returns=False, there=80.0)),
        (2, Fate("slow", work=45.0)),
    ),
    "4 keys": (
        (1, Fate("key of another body", reaches=False, spoil=_other_body, reads=False)),
        (1, Fate("429 kept under the key", reads=False)),
    ),
    "5 answers": (
        (2, Fate("answers in another order", spoil=_elements(_reorder), reads=False)),
        (2, Fate("answers missing", spoil=_elements(_leave_one_out), reads=False)),
    ),
    "5 contradictions": (
        (2, Fate("an id and a refusal in one", spoil=_refuse_what_was_made, reads=False)),
    ),
    "6 tokens": ((1, Fate("token expired", fault="token_expired")),),
}
"""Faults of single calls with their weights."""

EVENTS = (
    "1 storm",
    "6 connection",
    "7 processes",
    "8 database",
    "8 restore",
    "9 clocks",
    "10 source",
    "11 organisation",
)
"""Groups whose faults are not of single calls."""

GROUPS = (*FATES, *EVENTS)
RARE = {"1 long limits": 0.1, "1 storm": 0.2, "8 restore": 0.2}
"""How likely a group is on, where that is not as usual."""
USUAL = 0.6
HEART = "3 time-outs"
"""The group that every story has."""


def switches(chance: random.Random) -> frozenset[str]:
    """Draw which groups a story has; the time-outs, which are the heart of it, always."""
    drawn = {name for name in GROUPS if chance.random() < RARE.get(name, USUAL)}
    return frozenset(drawn | {HEART})


def fates(on: frozenset[str]) -> tuple[list[Fate], list[int]]:
    """Return the fates of these groups with their weights."""
    chosen = [pair for name in FATES if name in on for pair in FATES[name]]
    return [fate for _, fate in chosen], [weight for weight, _ in chosen]


DIED_AGAIN = "7 died again while recovering"
"""What is said of a fault beside its own name."""


def struck(faults: Counter[str]) -> int:
    """Count the faults that struck."""
    return faults.total() - faults[DIED_AGAIN]


def group_of(name: str) -> str:
    """Return the number of the section of the list that a fault belongs to."""
    for group, pairs in FATES.items():
        if any(fate.name == name for _, fate in pairs):
            return group.partition(" ")[0]
    return name.partition(" ")[0] if name[:1].isdigit() else ""
