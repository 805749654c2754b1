"""Write what ``counterfoil convert`` prints for each golden file beside it.

Run ``python -m tests.golden.regenerate`` and read the difference before committing it: a golden
file is a promise to those who post with it. Where ``<file>.settings.json`` stands beside a file, it
is converted once for each variant of the firm's settings that is named there.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from typer.testing import CliRunner

from counterfoil.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.glob("*.jsonl") if not path.stem.endswith(".expected"))


class Case(NamedTuple):
    """A golden file under one variant of the settings; the firm's own have no name."""

    path: Path
    variant: str
    settings: dict[str, str]

    @property
    def expected(self) -> Path:
        """Where the output stands."""
        name = f".{self.variant}" if self.variant else ""
        return self.path.with_suffix(f"{name}.expected.jsonl")

    @property
    def title(self) -> str:
        """The case as a test is called."""
        return f"{self.path.stem} {self.variant}".strip()


def cases() -> Iterator[Case]:
    """Yield every golden file, under each variant of settings that stands beside it."""
    for path in FILES:
        beside = path.with_suffix(".settings.json")
        variants = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {"": {}}
        for variant, settings in variants.items():
            yield Case(path, variant, settings)


def printed(case: Case) -> str:
    """What the command prints for a golden file."""
    mapping = json.loads((HERE / "mapping.json").read_text(encoding="utf-8"))
    mapping["settings"].update(case.settings)
    with TemporaryDirectory() as folder:
        chosen = Path(folder) / "mapping.json"
        chosen.write_text(json.dumps(mapping), encoding="utf-8")
        arguments = ["convert", str(case.path), "--chart", str(HERE / "chart")]
        return CliRunner().invoke(app, [*arguments, "--mapping", str(chosen)]).stdout


if __name__ == "__main__":
    for each in cases():
        each.expected.write_text(printed(each), encoding="utf-8")
