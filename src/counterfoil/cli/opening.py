"""What the commands that work on a firm's data begin with, and how they talk."""

from __future__ import annotations

import getpass
import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from counterfoil.web.models import Organisation

FirmOption = Annotated[str, typer.Option("--firm", help="The firm's key, where there are several.")]
OrganisationOption = Annotated[
    str,
    typer.Option("--organisation", help="The Xero organisation's key, where there are several."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value for programs.")]

UNREADABLE = 2
"""Exit status of a command that could not begin: wrong input, wrong configuration."""

console = Console()
errors = Console(stderr=True)


def open_organisation(firm: str = "", organisation: str = "") -> Organisation:
    """Bring the database up to date and return the organisation to work for.

    An empty data folder gets a default firm. Ends the command with words where the environment is
    wrong or the name fits none, or several.
    """
    _prepare()
    from django.utils import timezone

    from counterfoil.web.models import Organisation
    from counterfoil.web.services import setup

    setup.default_organisation(now=timezone.now())
    found = Organisation.objects.select_related("firm").order_by("pk")
    if firm:
        found = found.filter(firm__key=firm)
    if organisation:
        found = found.filter(key=organisation)
    chosen = list(found[:2])
    if len(chosen) > 1:
        fail("There are several organisations: name one by --firm and --organisation.")
    if not chosen:
        fail(f"There is no organisation {organisation or '(any)'} of a firm {firm or '(any)'}.")
    return chosen[0]


def _prepare() -> None:
    from counterfoil.web.configuration import Misconfigured
    from counterfoil.web.serve import prepare

    try:
        prepare()
    except Misconfigured as misconfigured:
        fail(str(misconfigured))


def fail(message: str, status: int = UNREADABLE) -> NoReturn:
    """End the command with words on standard error."""
    errors.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(status)


def actor() -> str:
    """Return the name under which this command's acts are recorded."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"


def print_json(value: object) -> None:
    """Print one JSON value on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n")
