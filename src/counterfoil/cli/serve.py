"""``counterfoil serve``: the pages, and the poster beside them."""

from __future__ import annotations

from typing import Annotated

import typer

from counterfoil.cli.opening import console, fail


def serve(
    *,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "localhost",
    port: Annotated[int, typer.Option(help="On which port; 0 takes any free one.")] = 8000,
    poster: Annotated[bool, typer.Option(help="Also post what becomes due.")] = True,
) -> None:
    """Serve the pages until told to stop."""
    from counterfoil.web.serve import CannotStart, PortTaken, run

    try:
        run(host, port, poster=poster, say=_say)
    except (CannotStart, PortTaken) as trouble:
        fail(str(trouble))


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
