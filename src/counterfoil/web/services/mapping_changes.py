"""Changes of the mapping: what one would touch before it is made, and which were made by whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from counterfoil.core.documents import Key
from counterfoil.core.findings import Severity, holds
from counterfoil.posting.bodies import read_back
from counterfoil.posting.entries import convert_all
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.web.models import MappingVersion
from counterfoil.web.services import practice_codes
from counterfoil.web.services.offers import written
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from counterfoil.core.findings import Finding
    from counterfoil.core.mapping import Mapping
    from counterfoil.web.models import Organisation
    from counterfoil.web.store import DjangoOutbox

MOST_TRIED = 200
"""Documents that are converted on trial before a change."""
MOST_SHOWN = 50
"""Versions of the mapping that the history shows."""
IN_XERO = frozenset({State.POSTED, State.DRAFTED, State.MISMATCHED, State.PRIOR})


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change touches, as far as the newest documents tell.

    ``used`` documents need the code; of these ``posted`` have something in Xero, which stays as it
    is, and ``tried`` of the others were converted on trial: ``held`` by ``findings`` that would
    hold them then and do not now, ``freed`` of what holds them now.
    """

    used: int
    posted: int
    tried: int = 0
    held: tuple[Key, ...] = ()
    findings: tuple[Finding, ...] = ()
    freed: int = 0

    @property
    def to_come(self) -> int:
        """How many documents that need the code are not in Xero yet."""
        return self.used - self.posted


def impact(organisation: Organisation, place: str, value: str | None) -> Impact:
    """Say what depends on a place, and what would become of it with another value.

    Nothing is tried where ``value`` is None. Raises ``NoMapping``, ``NoChart``.
    """
    use = practice_codes.in_use(organisation).get(place)
    keys = [Key(kind, name) for kind, name in sorted(use.documents)] if use else []
    mapping = DatabaseShelf(organisation).mapping()
    return _tried(organisation, keys, None if value is None else written(mapping, place, value))


def impact_of(organisation: Organisation, changed: Mapping) -> Impact:
    """Say what would become of the newest documents with another mapping. Raises as ``impact``."""
    return _tried(organisation, practice_codes.newest(organisation), changed)


def _tried(organisation: Organisation, keys: list[Key], changed: Mapping | None) -> Impact:
    outbox = outbox_of(organisation)
    posted = {one.key.document for one in outbox.postings(keys) if one.state in IN_XERO}
    if changed is None:
        return Impact(len(keys), len(posted))
    shelf = DatabaseShelf(organisation)
    tried = [key for key in keys if key not in posted][:MOST_TRIED]
    now, then = (
        _converted(tried, outbox, FixedShelf(shelf.chart(), mapping))
        for mapping in (shelf.mapping(), changed)
    )
    stuck = {key for key in tried if holds(then[key])}
    was_stuck = {key for key in tried if holds(now[key])}
    held = tuple(key for key in tried if key in stuck - was_stuck)
    return Impact(
        len(keys),
        len(posted),
        len(tried),
        held,
        _distinct(finding for key in held for finding in then[key]),
        len(was_stuck - stuck),
    )


def _converted(
    keys: Collection[Key], outbox: DjangoOutbox, shelf: FixedShelf
) -> dict[Key, tuple[Finding, ...]]:
    bodies = outbox.bodies(keys)
    entries = convert_all([read_back(bodies[key]) for key in keys], outbox, shelf)
    return {entry.key: entry.findings for entry in entries}


def _distinct(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """Return each error once, whatever documents it was met in."""
    return tuple(
        {(one.code, one.about): one for one in findings if one.severity is Severity.ERROR}.values()
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a mapping as it was and as it became; empty where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the mapping: who saved it when, and what it changed."""

    row: MappingVersion
    changes: tuple[Change, ...]


def history(organisation: Organisation) -> tuple[Version, ...]:
    """Return the newest versions of the mapping with their changes, the newest first."""
    rows = MappingVersion.objects.filter(organisation=organisation).order_by("-version")
    newest = list(rows[: MOST_SHOWN + 1])
    versions = [Version(row, _changes(before, row)) for row, before in pairwise(newest)]
    if newest and len(newest) <= MOST_SHOWN:
        versions.append(Version(newest[-1], ()))
    return tuple(versions)


def _changes(before: MappingVersion, after: MappingVersion) -> tuple[Change, ...]:
    old, new = (dict(_flat(json.loads(row.content))) for row in (before, after))
    return tuple(
        Change(what, old.get(what, ""), new.get(what, ""))
        for what in dict.fromkeys((*old, *new))
        if old.get(what, "") != new.get(what, "")
    )


def _flat(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each entry of a mapping file by its path, in words."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(each, (*path, name))
    elif value is not None:
        yield " · ".join(path), str(value)
