"""``counterfoil chart refresh``: read the chart of accounts again."""

from __future__ import annotations

import typer

from counterfoil.cli.opening import (
    FirmOption,
    OrganisationOption,
    actor,
    fail,
    open_organisation,
    say,
)

chart = typer.Typer(help="The chart of accounts, as Xero has it.")


@chart.command()
def refresh(*, firm: FirmOption = "", organisation: OrganisationOption = "") -> None:
    """Read accounts, tax rates, tracking and lock dates from Xero again.

    What is held is then looked at anew.
    """
    chosen = open_organisation(firm, organisation)
    from django.utils import timezone

    from counterfoil.web.services.chart import TROUBLE, refresh_chart

    try:
        read = refresh_chart(chosen, actor=actor(), now=timezone.now())
    except TROUBLE as trouble:
        fail(f"The chart of accounts could not be read: {trouble}", status=3)
    accounts, rates = len(read.accounts), len(read.tax_rates)
    say(f"Read {accounts} accounts and {rates} tax rates; this is version {read.version}.")


@chart.callback()
def _commands() -> None:
    """Keep ``refresh`` a command of its own while it is the only one."""
