"""``counterfoil template``: an empty table of one kind of document, to be filled in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.opening import fail, say
from counterfoil.core.documents import KINDS
from counterfoil.core.faults import suggestion
from counterfoil.sources.files.template import template_csv, template_xlsx

STANDARD_OUTPUT = "-"


def template(
    kind: Annotated[str, typer.Argument(help="The kind of document.")],
    file: Annotated[str, typer.Argument(help="Where to; - is standard output.")] = "",
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a spreadsheet.")] = False,
) -> None:
    """Write an empty table of one kind of document, with its columns explained."""
    if kind not in KINDS:
        known = suggestion(kind, KINDS) or f"It may be {', '.join(KINDS)}."
        fail(f"There is no kind of document {kind}. {known}")
    as_csv = as_csv or file.endswith(".csv")
    data = template_csv(kind).encode() if as_csv else template_xlsx(kind)
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(data)
        return
    path = Path(file or f"{kind}.{'csv' if as_csv else 'xlsx'}")
    try:
        path.write_bytes(data)
    except OSError as fault:
        fail(f"{path} cannot be written: {fault.strerror}.")
    say(f"Wrote {path}. Fill it in, then: counterfoil import {path}")
