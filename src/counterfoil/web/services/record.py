"""The record of what everybody did: searched, read page by page, and written out.

Searches run backwards along the chain, which has the order of time, and never further than a
bounded number of entries at once; where they end, the next page goes on.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.guarded import guarded
from counterfoil.web.models import AuditEntry, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from counterfoil.web.models import Firm

ON_A_PAGE = 100
LOOKED_THROUGH = 20_000
"""Audit entries that one page looks through, at most."""
AT_A_TIME = 2_000
"""Characters of a table that are handed on at once."""
HEADS = ("entry", "place", "time", "actor", "what", "document", "part", "before", "after", "detail")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; empty fields do not narrow. Days are those of ``zone``."""

    actor: str = ""
    what: str = ""
    document: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    zone: dt.tzinfo = dt.UTC


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the record, newest first; ``before`` is the entry to go on below, or None."""

    events: tuple[Event, ...]
    before: int | None


def find(firm: Firm, search: Search, before: int | None = None, most: int = ON_A_PAGE) -> Found:
    """Return the events of the entries below ``before`` that match, newest first."""
    top = before if before is not None else _head(firm) + 1
    bottom = max(0, top - LOOKED_THROUGH - 1)
    matching = _matching(firm, search).filter(sequence__lt=top, sequence__gt=bottom)
    ordered = matching.select_related("posting").order_by("-sequence", "-position")
    events = list(ordered[: most + 1])
    if len(events) <= most:
        return Found(tuple(events), bottom + 1 if bottom else None)
    # A page ends where an entry ends, so that none is torn in two.
    last = events[most].sequence
    whole = [event for event in events[:most] if event.sequence != last]
    if not whole:
        whole = list(ordered.filter(sequence=last))
        return Found(tuple(whole), last)
    return Found(tuple(whole), whole[-1].sequence)


def _matching(firm: Firm, search: Search) -> QuerySet[Event]:
    found = Event.objects.filter(firm=firm)
    if search.actor:
        found = found.filter(actor__icontains=search.actor)
    if search.what:
        found = found.filter(what=search.what)
    if search.document:
        found = found.filter(posting__document__number__iexact=search.document) | found.filter(
            posting__source_id=search.document
        )
    if search.since:
        found = found.filter(at__gte=begin(search.since, search.zone))
    if search.until:
        after = search.until + dt.timedelta(days=1)
        found = found.filter(at__lt=begin(after, search.zone))
    return found


def begin(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """Return the moment at which a day begins somewhere."""
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def _head(firm: Firm) -> int:
    entries = AuditEntry.objects.filter(firm=firm).order_by("-sequence")
    return entries.values_list("sequence", flat=True).first() or 0


def as_csv(firm: Firm, search: Search) -> Iterator[bytes]:
    """Return the whole of what matches as CSV, oldest first, safe to open in a spreadsheet."""
    found = _matching(firm, search).select_related("posting").order_by("sequence", "position")
    return written(HEADS, map(_cells, found.iterator(chunk_size=2_000)))


def _cells(event: Event) -> tuple[object, ...]:
    posting = event.posting
    return (
        event.sequence,
        event.position,
        event.at.isoformat(),
        event.actor,
        event.what,
        f"{posting.kind}:{posting.source_id}" if posting else "",
        posting.part if posting else "",
        event.before,
        event.after,
        event.detail,
    )


def written(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[bytes]:
    """Yield a CSV table piece by piece, safe to open in a spreadsheet; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    for row in rows:
        writer.writerow(["" if cell is None else guarded(str(cell)) for cell in row])
        if text.tell() > AT_A_TIME:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
