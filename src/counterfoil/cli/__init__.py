"""The command line: one module per command, registered here by one line each."""

from __future__ import annotations

import typer

from counterfoil.cli import convert

app = typer.Typer(
    name="counterfoil",
    help="Post a law practice's bills, payments and trust money to Xero.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("convert")(convert.convert)


@app.callback()
def _commands() -> None:
    """Keep ``counterfoil convert`` a command of its own while it is the only one."""


def main() -> None:
    """Run the command that the shell asks for."""
    app()
