"""docs/commands.md names every command with all it takes, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from counterfoil.cli import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
Words = set[str]


def documented() -> dict[str, Words]:
    """Return what the tables of the page list, by command."""
    sections = PAGE.read_text("utf-8").split("\n## counterfoil ")[1:]
    return {
        " ".join(re.findall(r"^[a-z -]+[a-z]", section)): words(section) for section in sections
    }


def words(section: str) -> Words:
    rows = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def built() -> dict[str, Words]:
    """Return what the commands take, by command."""
    found: dict[str, Words] = {}
    for name, command in vars(get_command(app))["commands"].items():
        parts = vars(command).get("commands") or {"": command}
        for part, each in parts.items():
            found[f"{name} {part}".strip()] = {
                word for parameter in each.params for word in taken(parameter)
            }
    return found


def taken(parameter: object) -> Words:
    fields = vars(parameter)
    if "secondary_opts" in fields and fields["opts"][0].startswith("--"):
        return {*fields["opts"], *fields["secondary_opts"]} - {"--help"}
    return {fields["name"].upper()}


def test_the_page_has_every_command_with_its_arguments_and_options_and_no_other() -> None:
    assert documented() == built()


@pytest.mark.parametrize("command", sorted(documented()))
def test_a_documented_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output
