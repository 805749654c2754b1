"""The package on its own: its imports, its plugin, its metadata."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
SOURCE = PROJECT / "src" / "xero_sandbox"
MANIFEST = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
README = (PROJECT / "README.md").read_text("utf-8")
MODULE_OF = {"pyjwt": "jwt"}
THROUGH = {"cryptography": "jwt"}  # what a declared extra of another package brings


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def _declared() -> set[str]:
    names = [re.match(r"[A-Za-z0-9_-]+", one) for one in MANIFEST["project"]["dependencies"]]
    found = [name[0].lower() for name in names if name is not None]
    return {MODULE_OF.get(name, name) for name in found}


def test_it_imports_what_it_declares_and_nothing_else() -> None:
    own = {"xero_sandbox", *sys.stdlib_module_names}
    for path in SOURCE.rglob("*.py"):
        foreign = {THROUGH.get(one, one) for one in _imports(path)} - own
        allowed = {"pytest"} if path.name == "pytest_plugin.py" else set()
        assert foreign <= _declared() | allowed, path


def test_the_command_needs_neither_django_nor_counterfoil() -> None:
    blocked = "import sys; sys.modules.update(django=None, counterfoil=None, pytest=None);"
    run = "from xero_sandbox.cli import main; main(['--version'])"
    told = subprocess.run(
        [sys.executable, "-c", blocked + run], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert MANIFEST["project"]["version"] in told.stdout


def test_its_licence_its_types_and_its_plugin_travel_with_it() -> None:
    assert "Apache License" in (PROJECT / "LICENSE").read_text("utf-8")
    assert (SOURCE / "py.typed").exists()
    (module,) = MANIFEST["project"]["entry-points"]["pytest11"].values()
    assert SOURCE.joinpath(*module.split(".")[1:]).with_suffix(".py").exists()


def run_pytest(folder: Path, test: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run a test in a pytest of its own that has our plugin and no other."""
    (folder / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-p", "xero_sandbox.pytest_plugin", *flags]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    return subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_fixture_of_the_readme_works_in_a_pytest_of_its_own(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(import urllib.*?)```", README, re.DOTALL)
    told = run_pytest(tmp_path, example, "--strict-markers")
    assert "1 passed" in told.stdout, told.stdout


def test_each_test_gets_a_sandbox_of_its_own(tmp_path: Path) -> None:
    test = """
import pytest

seen = set()

@pytest.mark.parametrize("turn", [1, 2])
def test_it(xero_sandbox, turn):
    assert xero_sandbox.url not in seen
    assert xero_sandbox.token not in repr(xero_sandbox)
    seen.add(xero_sandbox.url)
"""
    assert "2 passed" in run_pytest(tmp_path, test).stdout


def test_a_marker_that_says_nonsense_is_an_error_of_that_test(tmp_path: Path) -> None:
    test = """
import pytest

@pytest.mark.xero_sandbox(country="XX")
def test_it(xero_sandbox):
    pass
"""
    told = run_pytest(tmp_path, test)
    assert "1 error" in told.stdout
    assert "XX" in told.stdout


@pytest.mark.parametrize("name", ["README.md", "UNVERIFIED.md", "CHANGELOG.md"])
def test_its_papers_can_be_read_alone(name: str) -> None:
    """No link leads out of the project's own folder."""
    for target in re.findall(r"\]\(([^)#]+)\)", (PROJECT / name).read_text("utf-8")):
        assert (PROJECT / target).exists(), target
