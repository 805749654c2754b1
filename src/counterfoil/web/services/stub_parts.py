"""A document's page in parts: a bill of hundreds of lines, a receipt for hundreds of bills.

What was sent and answered stands on the page as long as it is short; all of it, exactly as it went,
is a text of its own for each posting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.web.parts import Part, part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.core.summing import SummedLine
    from counterfoil.web.models import DocumentFinding, Event, Revision
    from counterfoil.web.parts import Asked
    from counterfoil.web.services.daybook import Row
    from counterfoil.web.services.stub import Line, Sent, Slip, Stub, Table
    from counterfoil.web.services.would_be import Act, WouldBe
    from counterfoil.web.services.would_be import Line as LineToBe

AT_ONCE: Final = 50
FEW: Final = 20
"""Things of which each takes much room, such as findings and postings."""
CALLS: Final = 5
"""Calls of one posting that are shown, the latest."""
EXACT: Final = 12_000
"""Characters of requests and answers that stand on the page."""
POSTED: Final = "posted"


@dataclass(frozen=True, slots=True)
class Told:
    """A posting with the calls that are shown of it; ``folded`` where there is more than that."""

    slip: Slip
    calls: tuple[tuple[Sent, bool], ...]
    folded: bool
    lines: Part[Line]


@dataclass(frozen=True, slots=True)
class Parts:
    """The lists of a document's page, each with the part that is asked for."""

    findings: Part[DocumentFinding | Finding]
    tables: tuple[tuple[Table, Part[tuple[tuple[str, bool], ...]]], ...]
    slips: Part[Slip]
    told: tuple[Told, ...]
    acts: Part[Act]
    to_be: tuple[tuple[Act, Part[LineToBe]], ...]
    summed: Part[SummedLine]
    around: Part[Row]
    timeline: Part[tuple[Revision | None, Event | None]]


def in_parts(asked: Asked, found: Stub, to_be: WouldBe, around: Sequence[Row]) -> Parts:
    """Return the parts of a document's lists that are asked for."""
    slips = part(asked, "slips", found.slips, FEW)
    acts = part(asked, "acts", to_be.acts, FEW)
    tables = found.source.tables if found.source else ()
    timeline = [
        *((revision, None) for revision in reversed(found.revisions)),
        *((None, event) for event in found.events),
    ]
    return Parts(
        findings=part(asked, "findings", found.findings, FEW),
        tables=tuple(
            (table, part(asked, table.name, table.rows, AT_ONCE, weigh=_cells)) for table in tables
        ),
        slips=slips,
        told=tuple(_told(asked, slips.items)),
        acts=acts,
        to_be=tuple(
            (act, part(asked, POSTED, act.lines, AT_ONCE, weigh=_description)) for act in acts.items
        ),
        summed=part(asked, "summed", to_be.summed, AT_ONCE, weigh=lambda one: len(one.said)),
        around=part(asked, "around", around, AT_ONCE),
        timeline=part(asked, "timeline", timeline, AT_ONCE, newest=True),
    )


def _cells(row: Iterable[tuple[str, bool]]) -> int:
    return sum(len(text) for text, _ in row)


def _description(line: Line | LineToBe) -> int:
    return len(line.description)


def _told(asked: Asked, slips: Iterable[Slip]) -> Iterator[Told]:
    """Yield the postings; what is exact stands on the page until there is no more room for it."""
    room = EXACT
    for slip in slips:
        calls: list[tuple[Sent, bool]] = []
        for sent in slip.sent[-CALLS:]:
            length = len(sent.element) + sum(len(element) for _, element in sent.answers)
            calls.append((sent, length <= room))
            room -= length if length <= room else 0
        lines = slip.sent[-1].lines if slip.sent else ()
        folded = len(slip.sent) > CALLS or not all(whole for _, whole in calls)
        yield Told(
            slip,
            tuple(calls),
            folded,
            part(asked, POSTED, lines, AT_ONCE, weigh=_description),
        )


def as_text(found: Stub, posting: int) -> str | None:
    """Return each request and answer of one of a document's postings; None if it is not its."""
    slip = next((one for one in found.slips if one.posting.pk == posting), None)
    return None if slip is None else "\n\n".join(_exact(slip))


def _exact(slip: Slip) -> Iterator[str]:
    for sent in slip.sent:
        request = sent.member.request
        yield f"{request.method} {request.path}, {request.frozen_at.isoformat()}"
        yield f"SHA-256 of the whole body: {request.sha256}"
        yield sent.element
        for answer, element in sent.answers:
            yield f"Answered {answer.status}, {answer.at.isoformat()}"
            yield element
