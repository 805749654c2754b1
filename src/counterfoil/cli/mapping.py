"""``counterfoil mapping export`` and ``import``: the mapping file in and out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    fail,
    finding_json,
    open_all,
    open_organisation,
    print_json,
    say,
    warn,
)

mapping = typer.Typer(help="Take the mapping to Xero's codes in and out.")

BEGINS = (
    "Nothing goes to Xero by itself before somebody has looked at what would be posted: "
    "counterfoil post --dry-run shows it, counterfoil post sends it and lets the workers go on."
)


@mapping.command("export")
def export(
    file: Annotated[str, typer.Argument(help="Where to; - is standard output.")] = "-",
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write CSV instead of JSON.")] = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Write the mapping in force."""
    chosen = open_organisation(firm, organisation)
    from counterfoil.web.services import mapping as service

    found = service.download(chosen, "csv" if as_csv or file.endswith(".csv") else "json")
    if found is None:
        fail("There is no mapping yet: import one.", status=1)
    if file == "-":
        sys.stdout.buffer.write(found[0])
    else:
        Path(file).write_bytes(found[0])


@mapping.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="A mapping file, JSON or CSV; - reads stdin.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take a mapping; what was held for want of it is looked at again."""
    candidates = open_all(firm, organisation)
    from django.utils import timezone

    from counterfoil.web.services import mapping as service
    from counterfoil.web.services import pausing

    done = service.take(candidates, _bytes(file), actor=actor(), now=timezone.now())
    taken = done.organisation is not None
    checklist = service.checklist(done.organisation).findings if done.organisation else None
    found = [*done.faults, *(checklist or ())]
    if as_json:
        print_json(
            {
                "taken": taken,
                "findings": [finding_json(one) for one in found],
            }
        )
    else:
        say("The mapping is in force." if taken else "The mapping was not taken.")
        if done.organisation is not None and pausing.begins(done.organisation.pk):
            say(BEGINS)
        for one in found:
            where = f" {one.path}:" if one.path else ""
            warn(f"{one.severity}:{where} {one.message} {one.fix}")
    raise typer.Exit(0 if taken else 1)


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}.")
