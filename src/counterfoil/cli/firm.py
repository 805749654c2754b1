"""``counterfoil firm``: a firm's data taken along whole, looked through, and erased."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    actor,
    counted,
    fail,
    open_all,
    open_firm,
    print_json,
    say,
    warn,
)

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Firm
    from counterfoil.web.services.erasing import Erased

firm = typer.Typer(help="A firm's data: taken along whole, looked through, and erased.")

FileArgument = Annotated[Path, typer.Argument(help="The zip file that firm export wrote.")]


@firm.command()
def export(
    file: Annotated[Path, typer.Argument(help="The zip file to write; it must not be there yet.")],
    *,
    firm: FirmOption = "",
) -> None:
    """Write all that a firm has here: documents, mapping, links, month ends and the record."""
    chosen, _ = open_firm(firm, "")
    from django.utils import timezone

    from counterfoil.web.services import firm_export

    try:
        with file.open("xb") as out:
            verdict = firm_export.write(chosen.firm, out, actor=actor(), now=timezone.now())
    except OSError as trouble:
        fail(f"{file} cannot be written: {trouble.strerror}. Nothing there was overwritten.")
    say(f"{file} has all that {chosen.firm} has here, in the clear: keep it as the books are kept.")
    if why := getattr(verdict, "why", ""):
        warn(f"The record is not whole: {why}.")


@firm.command()
def check(file: FileArgument) -> None:
    """Say whether an exported firm is whole, and sealed by the keys of this installation."""
    open_all(erased=True)
    from counterfoil.web.services import export_check, sealed_exports

    try:
        root = export_check.opened(str(file))
        found = export_check.check(root)
        faults = found.faults or sealed_exports.faults(root)
    except (OSError, KeyError, ValueError) as trouble:
        fail(f"{file} is not an export of a firm that can be read: {trouble}")
    for fault in faults:
        warn(fault)
    if faults:
        raise typer.Exit(1)
    say(f"Everything is whole, and sealed by this installation: {export_check.told(found)}.")


@firm.command()
def erase(
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for the firm's name.")] = False,
    despite_keeping: Annotated[
        str,
        typer.Option(help="Why trust records go before their time; it is written down and stays."),
    ] = "",
    as_json: JsonOption = False,
    firm: FirmOption = "",
) -> None:
    """Erase a firm for good: documents, names, people, keys. The audit chain still verifies."""
    chosen, _ = open_firm(firm, "")
    from django.utils import timezone

    from counterfoil.web.services import erasing

    now = timezone.now()
    try:
        erasing.refuse(chosen.firm, now, despite_keeping=despite_keeping)
        if not yes:
            _ask(chosen.firm, now)
        reason = erasing.Reason(despite_keeping)
        done = erasing.erase(chosen.firm, reason, actor=actor(), now=now)
    except erasing.TooEarly as why:
        fail(f"Nothing was erased. {why} The option for that is --despite-keeping.", status=1)
    except erasing.Refused as why:
        fail(f"Nothing was erased. {why}", status=1)
    if as_json:
        print_json(done._asdict())
    else:
        _tell(done)


def _ask(firm: Firm, now: dt.datetime) -> None:
    from counterfoil.web.services import erasing

    kept = erasing.keeping(firm, now.date())
    if kept is not None:
        say(f"Clients' money last moved on {kept.last}; the law wants its records to {kept.until}.")
    say(
        "The laws on tax and on companies want books kept for years too. Once erased nothing comes "
        "back, except from counterfoil firm export and from backups."
    )
    if typer.prompt(f"Type the firm's name to erase it ({firm})") != firm.name:
        fail("That is not its name. Nothing was erased.", status=1)


def _tell(done: Erased) -> None:
    say(
        f"Erased: {counted(done.rows, 'row')}, {counted(done.people, 'account')}. Of the record "
        f"{counted(done.entries, 'entry', 'entries')} stay, and no name or text but who erased it "
        "and why: counterfoil verify-audit"
    )
    say("Backups, mails, and files that were written out are not touched by this.")
    for words in done.warnings:
        warn(words)


@firm.command()
def scrub() -> None:
    """Write the database file anew without what was erased, where firm erase could not."""
    open_all(erased=True)
    from counterfoil.web.services import erasing

    if not erasing.scrub():
        fail("Another program reads the database. End the others and try again.", status=1)
    say("The database has no unused room any more in which anything erased could stand.")
