"""Keeping a document back: a person's finding, which lasts until a person takes it away.

A conversion never finds it and never forgets it, so that no change of mapping lets the document go.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.findings import error
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.intake import HELD_BY_PERSON
from counterfoil.posting.states import UNSENT

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry
    from counterfoil.posting.shelf import Shelf


def hold(
    keys: Collection[Key], outbox: Outbox, shelf: Shelf, why: str, *, actor: str, now: dt.datetime
) -> int:
    """Keep documents back until somebody releases them; returns how many.

    ``why`` is that person's own words. What is in Xero, or may be on its way, is left alone.
    """
    unsent = _unsent(keys, outbox)
    found = _kept_back(why.strip())

    def change(entry: Entry) -> Entry:
        return replace(entry, findings=(*_others(entry.findings), found))

    reconvert(unsent, outbox, shelf, actor=actor, now=now, change=change)
    return len(unsent)


def release(
    keys: Collection[Key], outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime
) -> int:
    """Let documents go on that somebody has kept back; returns how many there were."""
    said = outbox.findings(keys)
    kept = [key for key in keys if any(one.code == HELD_BY_PERSON for one in said.get(key, ()))]

    def change(entry: Entry) -> Entry:
        return replace(entry, findings=_others(entry.findings))

    reconvert(kept, outbox, shelf, actor=actor, now=now, change=change)
    return len(kept)


def _unsent(keys: Collection[Key], outbox: Outbox) -> list[Key]:
    """Return the documents of which something is still to go."""
    postings = outbox.postings(keys)
    unsent = {
        posting.key.document
        for posting in postings
        if posting.state in UNSENT and posting.request_id is None
    }
    return [key for key in keys if key in unsent]


def _others(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.code != HELD_BY_PERSON)


def _kept_back(why: str) -> Finding:
    return error(
        HELD_BY_PERSON,
        f"Somebody keeps it back: {why}" if why else "Somebody keeps it back.",
        "Release it when it may go to Xero.",
        about="person:hold",
    )
