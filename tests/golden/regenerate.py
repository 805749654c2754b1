"""Write what ``counterfoil convert`` prints for each golden file beside it.

Run ``python -m tests.golden.regenerate`` and read the difference before committing it: a golden
file is a promise to those who post with it.
"""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from counterfoil.cli import app

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.glob("*.jsonl") if not path.stem.endswith(".expected"))


def expected(path: Path) -> Path:
    """Where the output for a golden file stands."""
    return path.with_suffix(".expected.jsonl")


def printed(path: Path) -> str:
    """What the command prints for a golden file."""
    arguments = ["convert", str(path), "--chart", str(HERE / "chart")]
    result = CliRunner().invoke(app, [*arguments, "--mapping", str(HERE / "mapping.json")])
    return result.stdout


if __name__ == "__main__":
    for each in FILES:
        expected(each).write_text(printed(each), encoding="utf-8")
