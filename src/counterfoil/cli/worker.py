"""``counterfoil worker``: post whatever becomes due, until told to stop."""

from __future__ import annotations

import os
import sys
from typing import Annotated, NoReturn

import typer

from counterfoil.cli.opening import FirmOption, OrganisationOption, existing, open_all

ConcurrencyOption = Annotated[
    int,
    typer.Option(min=1, max=32, help="Turns carried out side by side (PostgreSQL only)."),
]


def worker(
    *,
    concurrency: ConcurrencyOption = 4,
    firm: FirmOption = "",
    organisation: OrganisationOption = "",
) -> None:
    """Go on posting whatever becomes due, until told to stop.

    On PostgreSQL start as many as wanted, on any number of machines: they share the work.
    """
    open_all(firm, organisation)
    from counterfoil.web.waking import spread

    if spread() and not (firm or organisation):
        from counterfoil.web.job_worker import serve_jobs

        serve_jobs(concurrency)
    else:
        from counterfoil.web.worker import go_round

        go_round(lambda: [one.pk for one in existing(firm, organisation)])
    _leave()


def _leave() -> NoReturn:
    """End without waiting for calls that got no answer in time: they are looked up later."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
