"""The mapping: handed in whole, checked against the chart, and what it frees converted again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error
from counterfoil.core.mapping import Mapping, Settings
from counterfoil.core.mapping_file import mapping_to_csv, mapping_to_json, read_mapping
from counterfoil.core.readiness import readiness
from counterfoil.posting.daybook import reconvert
from counterfoil.web.models import MappingVersion, Organisation
from counterfoil.web.services import cutover, pausing
from counterfoil.web.services.naming_anew import name_anew
from counterfoil.web.shelf import DatabaseShelf, NoChart, NoMapping, save_mapping
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Checklist:
    """The mapping in force and what stands between it and posting.

    ``findings`` is None where there is no chart to hold the mapping against.
    """

    mapping: Mapping | None
    row: MappingVersion | None
    findings: tuple[Finding, ...] | None


def checklist(organisation: Organisation) -> Checklist:
    """Hold the mapping in force against the chart as it was last read."""
    shelf = DatabaseShelf(organisation)
    try:
        mapping = shelf.mapping()
    except NoMapping:
        return Checklist(None, None, None)
    row = MappingVersion.objects.get(organisation=organisation, version=mapping.version)
    try:
        return Checklist(mapping, row, readiness(mapping, shelf.chart()))
    except NoChart:
        return Checklist(mapping, row, None)


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a mapping file went; None where it was not taken, for the reason of the faults."""

    organisation: Organisation | None
    faults: tuple[Finding, ...]


def take(candidates: Sequence[Organisation], data: bytes, *, actor: str, now: dt.datetime) -> Taken:
    """Take a mapping file for that organisation among the candidates which it names.

    The only organisation of a firm, as long as it has no mapping, takes the key of its first file.
    """
    mapping, faults = read_mapping(data)
    if mapping is None:
        return Taken(None, faults)
    meant = [one for one in candidates if one.key == mapping.organisation]
    if not meant and len(candidates) == 1 and _may_be_keyed(candidates[0]):
        meant = [_keyed(candidates[0], mapping.organisation)]
    if len(meant) != 1:
        return Taken(None, (*faults, _elsewhere(mapping.organisation, candidates)))
    return Taken(meant[0], upload(meant[0], data, actor=actor, now=now))


def _is_mapped(organisation: Organisation) -> bool:
    return MappingVersion.objects.filter(organisation=organisation).exists()


def _may_be_keyed(organisation: Organisation) -> bool:
    """Tell whether an organisation may take the key of its first file: the firm has no other."""
    others = Organisation.objects.filter(firm_id=organisation.firm_id).exclude(pk=organisation.pk)
    return not _is_mapped(organisation) and not others.exists()


def _keyed(organisation: Organisation, key: str) -> Organisation:
    organisation.key = key
    organisation.save(update_fields=["key"])
    return organisation


def _elsewhere(key: str, candidates: Sequence[Organisation]) -> Finding:
    there = ", ".join(dict.fromkeys(one.key for one in candidates))
    return error(
        "organisation_unknown",
        f"The file is for organisation {key}, and there is {there}.",
        "Take the file of this organisation, or correct the key in it. An organisation that is not "
        f"there yet is connected first: counterfoil connect --organisation {key}",
        "organisation",
    )


def upload(
    organisation: Organisation, data: bytes, *, actor: str, now: dt.datetime
) -> tuple[Finding, ...]:
    """Take a mapping file, JSON or CSV; returns what is wrong with it, and keeps it if nothing is.

    What was held is converted again with it, if the chart has been read. The first mapping of an
    organisation of which nothing is in Xero pauses it until somebody has looked at what would go.
    """
    mapping, faults = read_mapping(data)
    if mapping is None:
        return faults
    before = _start(organisation)
    if not _is_mapped(organisation):
        # Before there is anything that a worker could send by it.
        pausing.until_looked_at(organisation, actor=actor, now=now)
    save_mapping(organisation, mapping, actor=actor, now=now)
    reconvert_held(organisation, actor=actor, now=now)
    start = mapping.settings.start_date
    if start is not None or before is not None:
        cutover.replan(organisation, start, actor=actor, now=now)
    return faults


def set_basis(
    organisation: Organisation, basis: str, *, post_trust: bool, actor: str, now: dt.datetime
) -> None:
    """Say on which basis the practice accounts, and whether clients' money is posted.

    Where there is no mapping yet one begins with it, and posting is paused as by a first upload.
    What was held is converted again.
    """
    try:
        mapping = DatabaseShelf(organisation).mapping()
    except NoMapping:
        pausing.until_looked_at(organisation, actor=actor, now=now)
        mapping = Mapping(organisation.key, Settings(basis))
    settings = replace(mapping.settings, accounting_basis=basis, post_trust=post_trust)
    save_mapping(organisation, replace(mapping, settings=settings), actor=actor, now=now)
    reconvert_held(organisation, actor=actor, now=now)


def _start(organisation: Organisation) -> dt.date | None:
    """Return the start date of the mapping in force."""
    try:
        return DatabaseShelf(organisation).mapping().settings.start_date
    except NoMapping:
        return None


def reconvert_held(organisation: Organisation, *, actor: str, now: dt.datetime) -> int:
    """Convert everything that is held again; returns how many documents were looked at."""
    shelf = DatabaseShelf(organisation)
    try:
        shelf.chart(), shelf.mapping()
    except (NoChart, NoMapping):
        return 0
    outbox = outbox_of(organisation)
    held = outbox.held_by(None)
    reconvert(held, outbox, shelf, actor=actor, now=now)
    name_anew(organisation, shelf, now=now)
    return len(held)


def download(organisation: Organisation, form: str) -> tuple[bytes, str] | None:
    """Return the mapping in force as ``json`` or ``csv``, with its media type; None if neither."""
    mapping = checklist(organisation).mapping
    if mapping is None:
        return None
    if form == "json":
        return mapping_to_json(mapping), "application/json"
    if form == "csv":
        return mapping_to_csv(mapping).encode(), "text/csv; charset=utf-8"
    return None
