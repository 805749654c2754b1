"""The walk that verifies a firm's audit chain: every entry, every event, and both ends.

A long chain is cut into stretches that are walked at the same time, each in a process of its own:
what binds an entry to the one before it is that one's HMAC, which stands in the database, and
which the stretch before has to arrive at. An auditor waits a fraction of the time, and nothing is
left out.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import groupby, pairwise
from multiprocessing import get_context
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import django
from django.db import connections

from counterfoil.web import sql
from counterfoil.web.audit import COLUMNS, HEAD, Break, Commit, Head, Said, Signer, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AT_LEAST = 100_000
"""Entries of a stretch: fewer are walked sooner than a process starts."""
BEGINNING = Head(0, b"")
"""What the first entry is bound to."""
END: tuple[float, tuple[Said, ...]] = (float("inf"), ())
"""What follows the last commit: nothing, at no entry."""
ERASED = "firm erased"
"""The event that takes a firm's data away: events before it are gone, and their entries stay."""
ERASURE = """
    SELECT max(e.sequence) FROM web_event e JOIN web_firm f ON f.id = e.firm_id
    WHERE e.firm_id = %s AND f.erased_at IS NOT NULL AND e.what = %s"""
ENTRY = "SELECT sequence, mac FROM web_auditentry WHERE firm_id = %s AND sequence = %s"


class Stretch(NamedTuple):
    """The entries behind ``after`` up to and with ``upto``; None is up to the end."""

    after: Head
    upto: int | None

    def bounds(self) -> tuple[str, tuple[int, ...]]:
        """Return the condition on a sequence, and its values.

        Nothing bounds the first one from below, nor the last from above: what somebody wrote
        there belongs to no entry, and has to be seen.
        """
        above = () if self.after == BEGINNING else (self.after.sequence,)
        below = () if self.upto is None else (self.upto,)
        said = " AND sequence > %s" * len(above) + " AND sequence <= %s" * len(below)
        return said, above + below


def verify(firm: int, key: bytes, using: str = "default", parts: int | None = None) -> Head | Break:
    """Walk a firm's chain at one moment, streaming; return its head, or the first break.

    The last stretch is walked in the snapshot that the head is read in. The earlier ones are read
    a moment later, which is no matter, because a chain only grows at its end. ``parts`` is how
    many stretches it is cut into; by itself, as many as are worth a process.

    Of a firm that was erased the events before that are gone. The one that says so is sealed as
    every other, so that whoever only took events away has nothing to show for it.
    """
    # What a transaction has not committed yet is not seen from outside it.
    apart = parts is None and not connections[using].in_atomic_block and using == "default"
    with sql.snapshot(using):
        kept = _head(firm, using)
        many = parts or (_worth(kept) if apart else 1)
        *earlier, last = _stretches(_cuts(firm, kept, using, many))
        ((erased,),) = sql.select(using, ERASURE, (firm, ERASED))
        walk = partial(_walk, firm, key, using, erased or 0)
        if not (apart and earlier):
            return _at_end(_joined([walk(one) for one in (*earlier, last)], earlier), kept)
        with ProcessPoolExecutor(len(earlier), get_context("spawn"), django.setup) as pool:
            walks = [pool.submit(walk, one) for one in earlier]
            arrived = walk(last)
            return _at_end(_joined([*(one.result() for one in walks), arrived], earlier), kept)


def _worth(kept: Head) -> int:
    return min(os.cpu_count() or 1, kept.sequence // AT_LEAST)


def _cuts(firm: int, kept: Head, using: str, parts: int) -> list[Head]:
    """Return the entries that stretches begin behind; one that is not there is no cut."""
    places = (kept.sequence * part // parts for part in range(1, parts))
    found = [row for place in places for row in sql.select(using, ENTRY, (firm, place))]
    return [BEGINNING, *(Head(sequence, bytes(mac)) for sequence, mac in found)]


def _stretches(cuts: list[Head]) -> list[Stretch]:
    within = [Stretch(one, after.sequence) for one, after in pairwise(cuts)]
    return [*within, Stretch(cuts[-1], None)]


def _joined(arrived: list[Head | Break], earlier: list[Stretch]) -> Head | Break:
    """Return where the last stretch arrives if each before it arrives where the next begins."""
    for found, stretch in zip(arrived, earlier, strict=False):
        if isinstance(found, Break):
            return found
        if found.sequence != stretch.upto:
            return Break(found.sequence + 1, f"entry {found.sequence + 1} is missing")
    return arrived[-1]


def _walk(firm: int, key: bytes, using: str, erased: int, stretch: Stretch) -> Head | Break:
    sign, last = Signer(key).mac, stretch.after
    commits = _commits(firm, using, stretch)
    written, rows = next(commits, END)
    for sequence, organisation, at, events, hashed, signed in _entries(firm, using, stretch):
        commit = Commit(sequence, organisation, at, events, bytes(hashed))
        # Events of an entry that is not there make the digest of the next one fail.
        why = _fault(commit, last, rows if written <= sequence else (), erased)
        last_mac, last = last.mac, Head(sequence, bytes(signed))
        if why:
            return Break(sequence, why)
        if sign(last_mac, firm, commit) != last.mac:
            return Break(sequence, "the entry was altered, or another key signed it")
        if written <= sequence:
            written, rows = next(commits, END)
    if written != END[0]:
        return Break(int(written), "an event belongs to no entry")
    return last


def _fault(commit: Commit, last: Head, rows: Iterable[Said], erased: int) -> str:
    if commit.sequence != last.sequence + 1:
        return f"entry {last.sequence + 1} is missing"
    said = tuple(rows)
    try:
        same = len(said) == commit.events and digest(said) == commit.events_sha256
    except (TypeError, ValueError):
        # Somebody has put a value of another kind into a column.
        same = False
    same = same or (not said and commit.sequence < erased)
    return "" if same else "its events are not those that were written"


def _head(firm: int, using: str) -> Head:
    found = sql.select(using, HEAD, (firm,))
    return Head(found[0][0], bytes(found[0][1])) if found else BEGINNING


def _at_end(arrived: Head | Break, kept: Head) -> Head | Break:
    if isinstance(arrived, Head) and arrived != kept:
        why = f"the head says {kept.sequence}: the end was cut off"
        return Break(arrived.sequence + 1, why)
    return arrived


def _entries(firm: int, using: str, stretch: Stretch) -> Iterator[tuple[Any, ...]]:
    bounds, values = stretch.bounds()
    return sql.stream(
        using,
        f"SELECT sequence, organisation_id, {sql.in_words(using, 'at')}, events, events_sha256, mac "  # noqa: S608, E501 -- names of ours
        f"FROM web_auditentry WHERE firm_id = %s{bounds} ORDER BY sequence",
        (firm, *values),
    )


def _commits(firm: int, using: str, stretch: Stretch) -> Iterator[tuple[float, Iterable[Said]]]:
    """Hand a firm's events out commit by commit, from one streaming query."""
    bounds, values = stretch.bounds()
    columns = ", ".join(sql.in_words(using, one) if one == "at" else one for one in COLUMNS)
    rows = sql.stream(
        using,
        f"SELECT sequence, {columns} FROM web_event "  # noqa: S608 -- names of ours
        f"WHERE firm_id = %s{bounds} ORDER BY sequence, position",
        (firm, *values),
    )
    for sequence, of_one in groupby(rows, key=itemgetter(0)):
        yield sequence, (row[1:] for row in of_one)
