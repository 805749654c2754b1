"""``counterfoil import``: documents into the daybook."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer
from rich.progress import Progress

from counterfoil.cli.given import CannotRead, opened
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
from counterfoil.sources.layouts import left_out

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from counterfoil.sources.layouts.reader import Reading
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.importing import Imported, Refusal, Remark

SHOWN = 20
"""Refusals, and warnings, shown to people; programs get all of them."""


def import_(
    file: Annotated[
        str, typer.Argument(help="JSON Lines, CSV, .xlsx or LEDES; - reads standard input.")
    ],
    *,
    layout: Annotated[str, typer.Option(help="Read a report by this layout of the firm's.")] = "",
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Revise what is here with other content.")
    ] = False,
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take the documents of a file into the daybook; nothing is sent."""
    chosen, meant = open_firm(firm, organisation)
    from django.utils import timezone  # Django is set up by now.

    from counterfoil.web.services.importing import import_file

    with _opened(file) as stream, _progress(as_json) as bar:
        reading = by_layout(chosen, stream, layout) if layout else None
        imported = import_file(
            stream,
            chosen,
            meant=meant,
            actor=actor(),
            now=timezone.now(),
            progress=_told_by(bar, stream),
            documents=reading,
            corrects=corrected,
        )
    if as_json:
        print_json(_as_json(imported))
    else:
        _show(imported)
        for line in left_out.words(imported.left_out):
            say(line)
    if imported.broke_off:
        fail(
            f"{file} was not taken in to its end: {imported.broke_off}. What came before is in; "
            "import the file again for the rest."
        )
    raise typer.Exit(1 if imported.refused else 0)


def by_layout(organisation: Organisation, stream: BinaryIO, name: str) -> Reading:
    """Read a report by a layout of the firm's; ends the command where it has none of that name."""
    from counterfoil.sources.layouts.reader import Reading
    from counterfoil.web.services import layouts

    layout = layouts.named(organisation.firm, name)
    if layout is None:
        finding = layouts.unknown(organisation.firm, name)
        fail(f"{finding.message} {finding.fix}")
    return Reading(stream, layout)


def _told_by(bar: Progress, stream: BinaryIO) -> Callable[[int], None]:
    """Show how far the file has been read, and how many documents that gave."""
    size = _size(stream)
    task = bar.add_task("Reading", total=size)
    documents = 0

    def told(count: int) -> None:
        nonlocal documents
        documents += count
        bar.update(task, completed=stream.tell(), description=f"{documents:,} documents")

    return told


def _size(stream: BinaryIO) -> int | None:
    """Return how large a file is; None where its disk does not say: reading it tells why."""
    try:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
    except OSError:
        return None
    return size


def _progress(quiet: bool) -> Progress:
    return Progress(console=errors, disable=quiet or not errors.is_terminal, transient=True)


def _opened(file: str) -> BinaryIO:
    try:
        return opened(file)
    except CannotRead as fault:
        fail(str(fault))


def _as_json(imported: Imported) -> dict[str, object]:
    told: dict[str, object] = {
        "new": imported.taken[Taken.NEW],
        "revised": imported.taken[Taken.REVISED],
        "unchanged": imported.taken[Taken.UNCHANGED],
        "refused": [_finding(each) for each in imported.refused],
    }
    if imported.remarks:
        told["warnings"] = [_finding(each) for each in imported.remarks]
    if imported.left_out:
        told["left_out"] = [
            {"line": row.number, "why": row.why.value, "said": row.said}
            for row in imported.left_out
        ]
    return told


def _finding(each: Refusal | Remark) -> dict[str, object]:
    finding = each.finding
    return {
        "line": each.line,
        "path": finding.path,
        "code": finding.code,
        "message": finding.message,
        "fix": finding.fix,
    }


def _show(imported: Imported) -> None:
    lines = len({refusal.line for refusal in imported.refused})
    say(
        f"{imported.taken[Taken.NEW]:,} new, {imported.taken[Taken.REVISED]:,} revised, "
        f"{imported.taken[Taken.UNCHANGED]:,} unchanged, {lines:,} refused"
    )
    _list(imported.refused, "")
    _list(imported.remarks, "warning: ")


def _list(found: Sequence[Refusal | Remark], before: str) -> None:
    for each in found[:SHOWN]:
        warn(f"{before}{_where(each)}: {each.finding.message} {each.finding.fix}")
    if len(found) > SHOWN:
        warn(f"… and {len(found) - SHOWN:,} more; --json lists all of them")


def _where(each: Refusal | Remark) -> str:
    """Say where; what a table or a LEDES file tells of its place names its own line."""
    path = each.finding.path
    if path.startswith(("line ", "row ", "sheet ")):
        return path
    return f"line {each.line}" + (f", {path}" if path else "")
