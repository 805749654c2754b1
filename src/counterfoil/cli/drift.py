"""``counterfoil drift``: what was changed in Xero behind our back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    counted,
    fail,
    open_organisation,
    print_json,
    say,
)

if TYPE_CHECKING:
    from counterfoil.posting.drift.shown import Drift
    from counterfoil.web import models
    from counterfoil.web.services.drift import ReadingBack


def drift(
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything, not only what has changed.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Read back what Xero holds and name what differs from what was posted; change nothing."""
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.posting.errors import Ended
    from counterfoil.posting.target import UnreadableAnswer
    from counterfoil.web.services import drift as service
    from counterfoil.web.services import drifted, nightly

    try:
        reading = service.read_back(chosen, full=full)
    except (Ended, UnreadableAnswer) as trouble:
        fail(f"Xero could not be read: {trouble}", status=3)
    nightly.reconcile(chosen, timezone.now())
    rows = list(drifted.standing(chosen))
    if as_json:
        print_json(_as_json(reading, rows))
    else:
        _show(reading, rows)
    raise typer.Exit(1 if rows else 0)


def _as_json(reading: ReadingBack, rows: list[models.Drift]) -> dict[str, object]:
    return {
        "since": reading.since.isoformat() if reading.since else None,
        "calls": reading.calls,
        "drift": [*map(_row_as_json, rows), *map(_note_as_json, reading.notes)],
    }


def _row_as_json(row: models.Drift) -> dict[str, object]:
    posting = row.posting
    return {
        "severity": row.severity,
        "code": row.code,
        "message": row.message,
        "fix": row.fix,
        "resource": row.resource,
        "xero_id": row.xero_id,
        "name": row.name,
        "kind": posting.kind if posting else None,
        "id": posting.source_id if posting else None,
        "part": posting.part if posting else None,
    }


def _note_as_json(note: Drift) -> dict[str, object]:
    posting = note.posting
    return {
        "severity": str(note.finding.severity),
        "code": note.code,
        "message": note.finding.message,
        "fix": note.finding.fix,
        "resource": note.resource,
        "xero_id": note.xero_id,
        "name": note.name,
        "kind": posting.kind if posting else None,
        "id": posting.id if posting else None,
        "part": posting.part if posting else None,
    }


def _show(reading: ReadingBack, rows: list[models.Drift]) -> None:
    for row in rows:
        say(row.message)
        say(f"    {row.fix}")
    if reading.notes:
        many = counted(len(reading.notes), "entry is", "entries are")
        say(f"{many} reconciled with the bank's statement in Xero, as it should be.")
    if not rows:
        say("Xero holds what was posted, and nothing else that is ours to enter.")
