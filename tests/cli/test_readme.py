"""The README's table of commands is the command line's own."""

import re
from pathlib import Path

from typer.models import CommandInfo

from counterfoil.cli import app

README = Path(__file__).resolve().parents[2] / "README.md"


def documented() -> set[str]:
    section = README.read_text("utf-8").split("\n## Commands\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`counterfoil .*?) \|", section, re.MULTILINE)
    uses = [use for row in rows for use in re.findall(r"`(?:counterfoil )?([^`]+)`", row)]
    return {re.split(r" (?=[A-Z-])", use)[0] for use in uses}


def built() -> set[str]:
    names = set(map(called, app.registered_commands))
    for group in app.registered_groups:
        assert group.typer_instance is not None
        names |= {
            f"{group.name} {called(part)}" for part in group.typer_instance.registered_commands
        }
    return names


def called(command: CommandInfo) -> str:
    # Typer names a command after its function where nobody named it.
    assert command.callback is not None
    return command.name or command.callback.__name__


def test_every_command_is_in_the_readme() -> None:
    assert built() <= documented()


def test_the_readme_promises_no_command_that_is_not_there() -> None:
    assert documented() <= built()
