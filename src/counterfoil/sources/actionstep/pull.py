"""What is read when: changes by their time, open bills every time, all of them now and then.

A pull is a list of reads, each a query over pages. After every page the caller stores the rows and
the place together; a pull that ended anywhere goes on from there, and a page that is read twice
brings the same rows again (facts: Actionstep API section 8).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.sources.actionstep.client import Client
    from counterfoil.sources.actionstep.decode import Page, Row

OVERLAP = dt.timedelta(hours=24)
"""Filters carry no offset and nobody says which zone they are read in; a day covers them all."""
MOST_AGAIN = 3
"""How often a read is begun again; the overlap of the next pull finds what slipped through."""
SWEEP_EVERY = dt.timedelta(days=7)
SORTED = ("sort", "id")
CHANGING = ("participants", "actions", "bills")
"""Resources that say when a row was changed, in the order in which they name each other."""


@dataclass(frozen=True, slots=True)
class Read:
    """One query over all of its pages."""

    resource: str
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a pull has come: the next page of which read, and how many rows it began with.

    ``begun`` is when the pull began: the next one takes up from there. ``again`` is how often this
    read was begun again because rows moved under it.
    """

    begun: dt.datetime
    since: dt.datetime | None
    sweep: bool
    read: int = 0
    page: int = 1
    count: int | None = None
    again: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A page of rows, and the place to go on from; None when the pull is over.

    ``nameless`` is how many rows of the page had no id, and were left out.
    """

    resource: str
    rows: tuple[Row, ...]
    next: Place | None
    nameless: int = 0


def begin(
    now: dt.datetime, last: dt.datetime | None = None, swept: dt.datetime | None = None
) -> Place:
    """Return where a pull begins. ``last`` is when the last one began, ``swept`` the last sweep.

    The first pull, and one a week, reads everything: a deleted row, and one that was changed
    without a stamp, is seen in no other way.
    """
    sweep = last is None or swept is None or now - swept >= SWEEP_EVERY
    return Place(now, last, sweep)


def reads(place: Place) -> tuple[Read, ...]:
    """Return the queries of a pull, the same at every step of it."""
    return tuple(_reads(place))


def _reads(place: Place) -> Iterator[Read]:
    if place.sweep or place.since is None:
        yield from (Read(resource, (*_fields(resource), SORTED)) for resource in CHANGING)
        return
    mark = f"{place.since - OVERLAP:%Y-%m-%dT%H:%M:%S}"
    for resource in CHANGING:
        since = ("modifiedTimestamp_gteq", mark)
        yield Read(resource, (since, *_fields(resource), SORTED))
    # A payment may leave no stamp: what is open is read every time.
    yield Read("bills", (("status_eq", "Open"), SORTED))


def _fields(resource: str) -> tuple[tuple[str, str], ...]:
    """Ask for no more of a contact than a bill needs: the rest is nobody's business here."""
    wanted = {"participants": "id,displayName,email,modifiedTimestamp"}
    return (("fields", wanted[resource]),) if resource in wanted else ()


def step(client: Client, place: Place) -> Step:
    """Read one page. Raises what ``wire`` names; the place is then as good as before."""
    wanted = reads(place)
    read = wanted[place.read]
    found = client.page(read.resource, place.page, dict(read.query))
    return Step(read.resource, found.rows, _next(place, found, len(wanted)), found.nameless)


def _next(place: Place, found: Page, reads_: int) -> Place | None:
    """Return the place after a page: the next page, the same read again, the next read, or none.

    Rows that come or go while pages are read shift the others, and one may slip between two pages.
    So a read whose count has changed by its last page is begun again.
    """
    count = found.count if place.count is None else place.count
    if (found.rows or found.nameless) and place.page < found.pages:
        return replace(place, page=place.page + 1, count=count)
    if place.page > 1 and found.count != count and place.again < MOST_AGAIN:
        return replace(place, page=1, count=None, again=place.again + 1)
    if place.read + 1 < reads_:
        return replace(place, read=place.read + 1, page=1, count=None, again=0)
    return None
