"""``counterfoil layout``: what the columns of another system's report are, shown and confirmed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from counterfoil.cli.given import CannotRead, opened
from counterfoil.cli.opening import (
    FirmOption,
    JsonOption,
    actor,
    fail,
    open_firm,
    print_json,
    say,
    warn,
)
from counterfoil.core.writer import canonical
from counterfoil.sources.layouts.guess import Wish
from counterfoil.sources.layouts.layout import SYSTEM, Dates, Decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.sources.layouts.guess import Guess
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.web.models import Firm
    from counterfoil.web.services.layouts import Preview

_WRONG = "Put right what is said above; what is missing is given by --column or --value."
SHOWN = 10
"""Remarks on the whole of a report that are printed."""

layout = typer.Typer(help="Say what the columns of another system's reports are.")

FileArgument = Annotated[str, typer.Argument(help="A report, CSV or .xlsx; - reads stdin.")]
KindOption = Annotated[str, typer.Option(help="The kind of document its rows are.")]
ColumnOption = Annotated[
    list[str] | None, typer.Option(help="A field and its heading: amount=Receipt Amount.")
]
ValueOption = Annotated[
    list[str] | None, typer.Option(help="A field that no column has: trust_account=TRUST1.")
]
OnlyOption = Annotated[
    list[str] | None, typer.Option(help="Only rows with this text under a heading: Type=Receipt.")
]
DatesOption = Annotated[
    Dates | None, typer.Option(help="How 03/04/2026 is read, where both ways are possible.")
]
DecimalsOption = Annotated[
    Decimals | None, typer.Option(help="How 1,234 is read, where both ways are possible.")
]
SystemOption = Annotated[
    str,
    typer.Option(help="Which system's papers these are, where a second one has the same numbers."),
]
SaveOption = Annotated[str, typer.Option(help="Keep the layout under this name.")]


@layout.command("show")
def show(  # noqa: PLR0913 -- one for each option
    file: FileArgument,
    kind: KindOption,
    *,
    column: ColumnOption = None,
    value: ValueOption = None,
    only: OnlyOption = None,
    dates: DatesOption = None,
    decimals: DecimalsOption = None,
    system: SystemOption = SYSTEM,
    save: SaveOption = "",
    firm: FirmOption = "",
) -> None:
    """Show how a report would be read, and keep that for the firm once nothing is in doubt."""
    chosen, _ = open_firm(firm)
    from django.utils import timezone

    from counterfoil.web.services import layouts

    said = (_pairs(column), _pairs(value), _pairs(only))
    columns, values, rows = said
    wish = Wish(save, kind, columns, values, rows, dates, decimals, system=system)
    found = _sure(_preview(file, wish, chosen.firm))
    if not save:
        say("Nothing is kept: give it a name by --save.")
        return
    layouts.save(chosen.firm, found, actor=actor(), now=timezone.now())
    say(f"Saved as {save}. Import by it: counterfoil import FILE --layout {shlex.quote(save)}")


@layout.command("list")
def list_(*, as_json: JsonOption = False, firm: FirmOption = "") -> None:
    """List the firm's layouts."""
    chosen, _ = open_firm(firm)
    from counterfoil.web.services import layouts

    found = layouts.all_of(chosen.firm)
    if as_json:
        print_json([_as_json(each) for each in found])
        return
    for each in found:
        say(f"{each.name}: {each.kind}, {', '.join(each.columns.values())}")
    if not found:
        say("There is no layout yet: make one with counterfoil layout show --save.")


def _as_json(one: Layout) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "columns": dict(one.columns),
        "values": dict(one.values),
        "only": dict(one.only),
        "dates": one.dates and one.dates.value,
        "decimals": one.decimals and one.decimals.value,
        "system": one.system,
    }


def _pairs(words: list[str] | None) -> dict[str, str]:
    pairs = [word.partition("=") for word in words or ()]
    for name, mark, _ in pairs:
        if not mark:
            fail(f"{name}: write a name, an equals sign, and what stands for it.")
    return {name.strip(): text.strip() for name, _, text in pairs}


def _preview(file: str, wish: Wish, firm: Firm) -> Preview:
    from counterfoil.web.services import layouts

    try:
        with opened(file) as stream:
            return layouts.preview(stream, wish, firm)
    except CannotRead as fault:
        fail(str(fault))


def _sure(preview: Preview) -> Layout:
    """Print a preview; ends the command where something is left to ask or to put right."""
    guess = preview.guess
    if guess is None:
        _end([f"{one.path}: {one.message} {one.fix}".lstrip(": ") for one in preview.faults])
    _print_columns(guess)
    for words in preview.sheets:
        say(words)
    say("First documents:")
    for numbered in preview.documents:
        document = numbered.read.document
        if document is not None:
            say(f"  {canonical(document).decode()}")
        for finding in numbered.read.findings:
            warn(f"  {finding.path}: {finding.message} {finding.fix}")
    _warn_of(preview.remarks)
    if not preview.sure:
        empty = [] if preview.documents else ["No row of the report is a document by this."]
        _end([*guess.open, *empty] or [_WRONG])
    return guess.layout


def _warn_of(remarks: Sequence[Finding]) -> None:
    for one in remarks[:SHOWN]:
        warn(f"{one.path}: {one.message} {one.fix}")
    if len(remarks) > SHOWN:
        warn(f"… and {len(remarks) - SHOWN:,} more")


def _print_columns(guess: Guess) -> None:
    one = guess.layout
    rows = [
        *one.columns.items(),
        *((field, f"always {text}") for field, text in one.values.items()),
        *(("only rows with", f"{text} under {heading}") for heading, text in one.only.items()),
        *([("not used", ", ".join(guess.unused))] if guess.unused else []),
    ]
    for field, text in rows:
        say(f"{field:24} {text}")
    say(_ways(one))


def _ways(one: Layout) -> str:
    """Say how dates and amounts are read, and what the report has not shown."""
    dates = (
        f"Dates are read {one.dates.value}."
        if one.dates
        else "No date shows whether the day or the month comes first: the first report in which "
        "that matters is asked about, unless --dates says it now."
    )
    decimals = (
        f"Decimals are read with a {one.decimals.value}."
        if one.decimals
        else "No amount shows what stands before the cents: the first report in which that matters "
        "is asked about, unless --decimals says it now."
    )
    return f"{dates} {decimals}"


def _end(lines: list[str]) -> NoReturn:
    for line in lines:
        warn(line)
    raise typer.Exit(1)
