"""``counterfoil watch``: take in whatever file is put into a folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from counterfoil.cli.import_ import SHOWN, by_layout
from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    OrganisationOption,
    actor,
    counted,
    fail,
    open_firm,
    print_json,
    say,
    warn,
)
from counterfoil.posting.records import Taken
from counterfoil.sources.layouts import left_out

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from counterfoil.sources.files.numbered import Numbered
    from counterfoil.web.services.watched import Folder, Handled

LOOK_SECONDS = 1.0
"""Between two looks; with --once a file that is the same in both is whole."""
QUIET = dt.timedelta(seconds=5)
"""A file that has not changed for so long is whole: a copy over a network may pause."""


def watch(
    folder: Annotated[Path, typer.Argument(help="The folder that files are put into.")],
    *,
    once: Annotated[bool, typer.Option("--once", help="Take what is there, and end.")] = False,
    layout: Annotated[str, typer.Option(help="Read reports by this layout of the firm's.")] = "",
    as_json: JsonOption = False,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Take new files of a folder into the daybook, and move each to done or refused."""
    if not folder.is_dir():
        fail(f"{folder} is no folder.")
    chosen, meant = open_firm(firm, organisation)
    from counterfoil.web.services import watched
    from counterfoil.web.stopping import told_to_stop

    def reading(stream: BinaryIO) -> Iterable[Numbered] | None:
        return by_layout(chosen, stream, layout) if layout else None

    place = watched.Folder(folder, chosen, meant, reading, dt.timedelta(0) if once else QUIET)
    try:
        with watched.watching(folder), told_to_stop(lambda: None) as told:
            if not as_json and not once:
                say(f"Watching {folder}. Stop with Ctrl-C.")
            refused = _go_on(place, told, once=once, as_json=as_json)
    except (watched.Busy, OSError) as trouble:
        fail(str(trouble))
    raise typer.Exit(1 if refused and once else 0)


def _go_on(place: Folder, told: threading.Event, *, once: bool, as_json: bool) -> int:
    """Look until told to stop, or, once, twice; return how many files did not go to done."""
    from django.utils import timezone

    from counterfoil.web.services import watched

    looks = troubled = 0
    while not told.is_set():
        for handled in place.look(actor=actor(), now=timezone.now()):
            troubled += handled.moved_to is None or handled.moved_to.parent.name != watched.DONE
            _tell(handled, as_json=as_json)
            if told.is_set():
                break
        looks += 1
        if once and looks > 1:
            break
        told.wait(LOOK_SECONDS)
    return troubled


def _tell(handled: Handled, *, as_json: bool) -> None:
    taken = handled.imported.taken
    refused = len({one.line for one in handled.imported.refused})
    if as_json:
        print_json(
            {
                "file": handled.name,
                "moved_to": str(handled.moved_to) if handled.moved_to else None,
                "new": taken[Taken.NEW],
                "revised": taken[Taken.REVISED],
                "unchanged": taken[Taken.UNCHANGED],
                "refused": refused,
                "left_out": len(handled.imported.left_out),
                "warnings": len(handled.imported.remarks),
                "broke_off": handled.imported.broke_off,
            }
        )
        return
    if handled.moved_to is None:
        why = handled.imported.broke_off
        warn(f"{handled.name} stays, and is tried again: {why}.")
        return
    say(
        f"{handled.name}: {taken[Taken.NEW]:,} new, {taken[Taken.REVISED]:,} revised, "
        f"{taken[Taken.UNCHANGED]:,} unchanged, {counted(refused, 'document')} refused; "
        f"now in {handled.moved_to.parent.name}"
    )
    for one in handled.imported.remarks[:SHOWN]:
        warn(f"{handled.name}: warning: {one.finding.path}: {one.finding.message}")
    for line in left_out.words(handled.imported.left_out):
        say(f"{handled.name}: {line}")
