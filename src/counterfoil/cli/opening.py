"""What the commands that work on a firm's data begin with, and how they talk."""

from __future__ import annotations

import getpass
import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, NoReturn, Protocol

import typer
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation

FirmOption = Annotated[str, typer.Option("--firm", help="The firm's key, where there are several.")]
OrganisationOption = Annotated[
    str,
    typer.Option("--organisation", help="The Xero organisation's key, where there are several."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value for programs.")]

UNREADABLE = 2
"""Exit status of a command that could not begin: wrong input, wrong configuration."""

console = Console(emoji=False)
errors = Console(stderr=True, emoji=False)


def open_organisation(firm: str = "", organisation: str = "") -> Organisation:
    """Bring the database up to date and return the organisation to work for.

    An empty data folder gets a default firm. Ends the command with words where the environment is
    wrong or the name fits none, or several.
    """
    chosen = _chosen(firm, organisation)
    if len(chosen) > 1:
        keys = ", ".join(f"{one.firm.key}/{one.key}" for one in chosen)
        fail(f"There are several: name one by --firm and --organisation (there are {keys}).")
    return chosen[0]


def open_firm(firm: str = "", organisation: str = "") -> tuple[Organisation, bool]:
    """Do as ``open_organisation`` for documents that may say themselves where they belong.

    The second value tells whether the organisation is meant for those that do not.
    """
    chosen = _chosen(firm, organisation)
    if len({one.firm_id for one in chosen}) > 1:
        keys = ", ".join(dict.fromkeys(one.firm.key for one in chosen))
        fail(f"There are several firms: name one by --firm (there are {keys}).")
    return chosen[0], len(chosen) == 1


def open_all(firm: str = "", organisation: str = "", *, erased: bool = False) -> list[Organisation]:
    """Return every organisation that fits the names; ends the command where there are none.

    ``erased``: those of firms too of which nothing but their audit chain is left.
    """
    return _chosen(firm, organisation, erased=erased)


def open_or_make(firm: str = "", organisation: str = "") -> Organisation:
    """Do as ``open_organisation``, but make an organisation that is named and not there yet."""
    firms = {one.firm_id: one.firm for one in _chosen(firm, "")}
    if not organisation or existing(firm, organisation):
        return open_organisation(firm, organisation)
    if len(firms) > 1:
        fail("There are several firms: name one by --firm.")
    from django.utils import timezone

    from counterfoil.web.services import setup

    (chosen,) = firms.values()
    return setup.new_organisation(chosen, organisation, now=timezone.now())


def _chosen(firm: str, organisation: str, *, erased: bool = False) -> list[Organisation]:
    _prepare()
    from django.utils import timezone

    from counterfoil.web.services import setup

    setup.default_organisation(now=timezone.now())
    found = existing(firm, organisation, erased=erased)
    if not found:
        fail(f"There is no organisation {organisation or '(any)'} of a firm {firm or '(any)'}.")
    return found


def existing(firm: str, organisation: str, *, erased: bool = False) -> list[Organisation]:
    """Return the organisations that fit the names; the database must be up to date."""
    from counterfoil.web.models import Organisation

    found = Organisation.objects.select_related("firm").order_by("pk")
    if not erased:
        found = found.filter(firm__erased_at=None)
    if firm:
        found = found.filter(firm__key=firm)
    if organisation:
        found = found.filter(key=organisation)
    return list(found)


def _prepare() -> None:
    from counterfoil.web.serve import CannotStart, prepare

    try:
        prepare()
    except CannotStart as trouble:
        fail(str(trouble))


def fail(message: str, status: int = UNREADABLE) -> NoReturn:
    """End the command with words on standard error."""
    errors.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(status)


@contextmanager
def asking_xero() -> Iterator[None]:
    """End the command with words where Xero cannot be asked what it holds."""
    from counterfoil.posting.errors import Ended
    from counterfoil.posting.target import UnreadableAnswer

    try:
        yield
    except (Ended, UnreadableAnswer) as trouble:
        fail(f"Xero could not be asked what it holds: {trouble}", status=3)


def say(line: str, style: str | None = None) -> None:
    """Print a line as it stands: a pipe gets it whole, and its brackets mean nothing."""
    console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def warn(line: str) -> None:
    """Print a line that needs attention on standard error."""
    errors.print(line, markup=False, highlight=False, soft_wrap=True)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun, such as ``1 document`` or ``2,000 documents``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


class Found(Protocol):
    """A finding, fresh or as it was kept."""

    severity: str
    code: str
    message: str
    fix: str
    path: str


def finding_json(finding: Found | Finding) -> dict[str, str]:
    """Return a finding as programs read it."""
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "message": finding.message,
        "fix": finding.fix,
        "path": finding.path,
    }


def actor() -> str:
    """Return the name under which this command's acts are recorded."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n")
