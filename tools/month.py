"""Write the sample month into ``examples/month``: ``python -m tools.month``.

The folder gets ``documents.jsonl``, ``mapping.json``, and a CSV file for each kind.
"""

from __future__ import annotations

import json
from pathlib import Path

from counterfoil.core.writer import canonical
from counterfoil.sample import books
from counterfoil.sample.month import month
from counterfoil.sources.files.csv_writer import write_csv

FOLDER = Path(__file__).parents[1] / "examples" / "month"


def files() -> dict[str, bytes]:
    """Return the month in every input format, by file name."""
    documents = list(month())
    kinds = dict.fromkeys(document.kind for document in documents)
    return {
        "documents.jsonl": b"".join(canonical(document) + b"\n" for document in documents),
        "mapping.json": (json.dumps(books.MAPPING, indent=1) + "\n").encode(),
        **{
            f"csv/{kind}.csv": write_csv([d for d in documents if d.kind == kind]).encode()
            for kind in kinds
        },
    }


def main(folder: Path) -> None:
    """Write the files."""
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main(FOLDER)
