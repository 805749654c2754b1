"""Bent requests to the intake API, and bent pages into the daybook: answered, and never half."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from counterfoil.core.reader import read_json
from counterfoil.sources.actionstep import pull
from counterfoil.sources.actionstep.pull import Step
from counterfoil.web.api import guard
from counterfoil.web.models import Actionstep, Document, Firm, Organisation, Revision
from counterfoil.web.services import actionstep_bills, actionstep_pull, api_keys
from tests.fuzz.answers import bent_page
from tests.fuzz.bending import bent, bent_json
from tests.fuzz.files import KINDS

ANSWERS = frozenset({200, 201, 400, 409, 413, 422})
REQUESTS = 500
"""Of each firm."""
JSON, LINES = "application/json", "application/x-ndjson"
SOUND = tuple(json.loads(line) for line in KINDS.read_bytes().splitlines())


@dataclass
class Intake:
    """The API, of a new firm now and then; ``new`` counts what it said it has taken.

    Sound documents name the same few others, and what names one is looked at again with the rest:
    one firm with all of them would be slower with every request.
    """

    firm: Firm
    new: int = 0
    seen: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._before = Document.objects.count()
        self._open(self.firm)

    def _open(self, firm: Firm) -> None:
        now = dt.datetime.now(dt.UTC)
        made = api_keys.make(firm, "Bent", api_keys.OF_FIRMS, actor="fuzz", now=now)
        self.firm = firm
        headers = {"Authorization": f"Bearer {made.text}"}
        self._client = Client(headers=headers, SERVER_NAME="localhost")

    def _another(self) -> Firm:
        now = dt.datetime.now(dt.UTC)
        firm = Firm.objects.create(key=f"bent-{self.seen.total()}", name="Bent", created_at=now)
        Organisation.objects.create(firm=firm, key="main", created_at=now)
        return firm

    def case(self, chance: random.Random) -> str:
        """Send one bent request; say what is wrong with the answer, empty for nothing."""
        guard.keys.clear()
        if self.seen.total() % REQUESTS == REQUESTS - 1:
            self._open(self._another())
        path, body, kind = request(chance)
        answer = self._client.generic("POST", f"/api/v1/documents{path}", body, kind)
        self.seen[answer.status_code] += 1
        if answer.status_code not in ANSWERS:
            return f"{answer.status_code} for {body[:200]!r}"
        told = json.loads(answer.content)
        if path and answer.status_code == 200:
            self.new += told["new"]
            counts = sum(told[word] for word in ("new", "revised", "unchanged", "refused"))
            if counts != len(told["documents"]):
                return f"{counts} counted of {len(told['documents'])}"
            return next(filter(None, map(_silent, told["documents"])), "")
        self.new += answer.status_code == 201
        return _silent(told) if "taken" in told else _without_words(told["findings"])

    def half(self) -> str:
        """Say what the daybook holds that nobody was told of, or that cannot be read."""
        here = Document.objects.count() - self._before
        if here != self.new:
            return f"{here} documents in the daybook, {self.new} said to be taken"
        return unread()


def request(chance: random.Random) -> tuple[str, bytes, str]:
    """Draw the path, body and media type of a bent request."""
    some = [renamed(chance) for _ in range(chance.choice((1, 1, 2, 5)))]
    bend = chance.choice((bent, bent_json))
    if chance.random() < 0.5:
        return "", bend(json.dumps(some[0]).encode(), chance), JSON
    if chance.random() < 0.5:
        return "/batch", bent(b"\n".join(json.dumps(one).encode() for one in some), chance), LINES
    return "/batch", bend(json.dumps(some).encode(), chance), JSON


def renamed(chance: random.Random) -> dict[str, Any]:
    """Return a sound document, mostly under a name of its own."""
    name = str(chance.randrange(10**6))
    document = dict(chance.choice(SOUND))
    return {**document, "id": name, **({"number": name} if "number" in document else {})}


def _silent(taken: dict[str, Any]) -> str:
    refused = taken["taken"] == "refused"
    return _without_words(taken["findings"]) if refused else ""


def _without_words(findings: list[dict[str, Any]]) -> str:
    good = findings and all(one["message"] and one["fix"] for one in findings)
    return "" if good else f"a refusal without words: {findings}"


def unread() -> str:
    """Say which revision in any daybook is no whole document."""
    for body in Revision.objects.values_list("body", flat=True).iterator():
        if body is None or read_json(bytes(body)).document is None:
            return f"half a document: {body!r}"
    return ""


@dataclass
class Pulled:
    """A firm's Actionstep whose pages are bent; each is stored, and taken in, as a pull does."""

    firm: Firm

    def __post_init__(self) -> None:
        self.row = Actionstep.objects.create(firm=self.firm, connected=True)

    def case(self, chance: random.Random) -> str:
        """Store one bent page and take in what it brought."""
        found = bent_page(chance)
        if found is None:
            return ""
        now = dt.datetime.now(dt.UTC)
        name, page = found
        if name == "divisions":
            actionstep_pull.store_divisions(self.row, page.rows)
            return ""
        actionstep_pull.store(self.row, pull.begin(now), Step(name, page.rows, None), now)
        actionstep_bills.take_in_waiting(self.row, actor="fuzz", now=now)
        return ""

    def half(self) -> str:
        """Say which document that came of it is none when it is read again."""
        return unread()
