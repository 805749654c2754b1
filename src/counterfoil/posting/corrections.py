"""A person's correction: a list of steps on what is in Xero, each a posting, in a fixed order.

It stands in the daybook under a kind of its own, as parties do, so that it is resumed and audited
like everything else that goes to Xero (architecture.md, rule 10).
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import DocumentType, Symbol, Undone
from counterfoil.posting.plan import stage
from counterfoil.posting.records import CORRECTION, Entry, Intent, Summary
from counterfoil.posting.states import UNFINISHED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import PostingKey


class Step(NamedTuple):
    """One act on one object. ``number`` is the one that a document is to have instead."""

    act: Act
    undone: Undone
    number: str = ""


class Correction(NamedTuple):
    """What a person ordered of one document. ``again``: what is taken back is posted anew."""

    id: str
    of: Key
    again: bool
    steps: tuple[Step, ...]

    @property
    def key(self) -> Key:
        """The name under which it stands in the daybook."""
        return Key(CORRECTION, self.id)

    def step(self, part: str) -> Step:
        """Return the step of a posting, whose part is its place among them."""
        return self.steps[int(part) - 1]


def in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Sort steps into the order in which they are sent."""
    return tuple(sorted(steps, key=_stage))


def _stage(step: Step) -> int:
    return stage(CORRECTION, step.undone.resource, step.act)


def entry_of(correction: Correction, number: str, date: dt.date | None) -> Entry:
    """Return the correction as the daybook takes it; each step waits for those before it."""
    body = _body(correction)
    own = Symbol(*correction.key)
    intents = tuple(
        Intent(f"{place:02}", step.act, step.undone.resource, _stage(step), (own,))
        for place, step in enumerate(correction.steps, 1)
    )
    return Entry(
        correction.key,
        1,
        hashlib.sha256(body).hexdigest(),
        body,
        Summary(number, date),
        "",
        (),
        intents,
        0,
        0,
    )


def _body(correction: Correction) -> bytes:
    steps = [
        {
            "act": step.act.value,
            "kind": step.undone.document.kind,
            "id": step.undone.document.id,
            "part": step.undone.part,
            "resource": step.undone.resource,
            "source": list(step.undone.source) if step.undone.source else None,
            "source_type": step.undone.source_type.value,
            "number": step.number,
        }
        for step in correction.steps
    ]
    told = {
        "id": correction.id,
        "of": list(correction.of),
        "again": correction.again,
        "steps": steps,
    }
    return json.dumps(told, sort_keys=True).encode()


def read_correction(body: bytes) -> Correction:
    """Return a correction as it was written into the daybook."""
    told = json.loads(body)
    steps = tuple(
        Step(
            Act(one["act"]),
            Undone(
                Symbol(one["kind"], one["id"]),
                one["part"],
                one["resource"],
                Symbol(*one["source"]) if one["source"] else None,
                DocumentType(one["source_type"]),
            ),
            one["number"],
        )
        for one in told["steps"]
    )
    return Correction(told["id"], Key(*told["of"]), told["again"], steps)


def unfinished(outbox: Outbox) -> list[Correction]:
    """Return the corrections of which some step is not done yet."""
    bodies = outbox.bodies(outbox.standing_in(UNFINISHED, CORRECTION))
    return [read_correction(body) for body in bodies.values()]


def going_back(outbox: Outbox) -> set[Key]:
    """Return the documents that unfinished corrections are taking back.

    Nothing else may be stated on their objects meanwhile: one that is restated after it has given
    up its number would take that with it when it is voided, and could never be posted anew.
    """
    return {Key(*step.undone.document) for one in unfinished(outbox) for step in one.steps}


def put_off(outbox: Outbox) -> set[PostingKey]:
    """Return the postings that rest on what unfinished corrections are taking back.

    Sent meanwhile, a payment would lie on the old invoice, which could then not be voided. What a
    correction has still to take back itself goes on: it waits for that.
    """
    there = unfinished(outbox)
    symbols = {step.undone.document for one in there for step in one.steps}
    steps = {
        (step.undone.document, step.undone.part)
        for one in there
        for step in _open_steps(one, outbox)
    }
    resting = outbox.needing(symbols) if symbols else {}
    return {
        key
        for keys in resting.values()
        for key in keys
        if key.kind != CORRECTION and (Symbol(*key.document), key.part) not in steps
    }


def _open_steps(one: Correction, outbox: Outbox) -> list[Step]:
    postings = outbox.postings([one.key])
    return [one.step(each.key.part) for each in postings if each.state in UNFINISHED]
