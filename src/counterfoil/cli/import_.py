"""``counterfoil import``: documents into the daybook."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from rich.progress import Progress

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    errors,
    fail,
    open_firm,
    print_json,
    say,
    warn,
)
from counterfoil.posting.records import Taken

if TYPE_CHECKING:
    from counterfoil.web.services.importing import Imported

SHOWN = 20
"""Refusals shown to people; programs get all of them."""


def import_(
    file: Annotated[str, typer.Argument(help="JSON Lines or CSV; - reads standard input.")],
    *,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take the documents of a file into the daybook; nothing is sent."""
    chosen, meant = open_firm(firm, organisation)
    from django.utils import timezone  # Django is set up by now.

    from counterfoil.web.services.importing import import_file

    with _opened(file) as stream, _progress(as_json) as bar:
        task = bar.add_task("Reading", total=None)
        imported = import_file(
            stream,
            chosen,
            meant=meant,
            actor=actor(),
            now=timezone.now(),
            progress=lambda n: bar.advance(task, n),
        )
    if as_json:
        print_json(_as_json(imported))
    else:
        _show(imported)
    raise typer.Exit(1 if imported.refused else 0)


def _progress(quiet: bool) -> Progress:
    return Progress(console=errors, disable=quiet or not errors.is_terminal, transient=True)


def _opened(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return open(file, "rb")  # noqa: PTH123 -- the caller closes it; pathlib adds nothing
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}.")


def _as_json(imported: Imported) -> dict[str, object]:
    return {
        "new": imported.taken[Taken.NEW],
        "revised": imported.taken[Taken.REVISED],
        "unchanged": imported.taken[Taken.UNCHANGED],
        "refused": [
            {
                "line": refusal.line,
                "path": refusal.finding.path,
                "code": refusal.finding.code,
                "message": refusal.finding.message,
                "fix": refusal.finding.fix,
            }
            for refusal in imported.refused
        ],
    }


def _show(imported: Imported) -> None:
    lines = len({refusal.line for refusal in imported.refused})
    say(
        f"{imported.taken[Taken.NEW]:,} new, {imported.taken[Taken.REVISED]:,} revised, "
        f"{imported.taken[Taken.UNCHANGED]:,} unchanged, {lines:,} refused"
    )
    for refusal in imported.refused[:SHOWN]:
        finding = refusal.finding
        where = f"line {refusal.line}" + (f", {finding.path}" if finding.path else "")
        warn(f"{where}: {finding.message} {finding.fix}")
    if len(imported.refused) > SHOWN:
        warn(f"… and {len(imported.refused) - SHOWN:,} more; --json lists all of them")
