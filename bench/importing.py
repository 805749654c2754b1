"""How long it takes to import a hundred thousand bills, and how much memory, in every form of file.

Run: python -m bench.importing [--count N] [--forms jsonl,csv,xlsx,ledes] [--alone]

Each form is imported by the command as a program, into a data folder of its own, on SQLite with
synchronous=FULL. The practice is connected to a sandbox and mapped, so that every bill is converted
and planned as on a working day; ``--alone`` leaves that out. Printed are the seconds by the clock,
those of the processor, and the peak of the resident set; the limits are those of a hundred
thousand bills.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.settle import AT_ONCE, bills, sandbox
from counterfoil.sources.files.csv_writer import table
from counterfoil.sources.files.reader import read_file
from counterfoil.sources.ledes.columns import LEDES_98BI
from counterfoil.sources.sheets.writer import write_xlsx
from tests.cli.scene import Practice, Xero, connected, json_lines
from tests.simulation.firm import MAPPING
from tests.sources.ledes.scene import file_of, taxed_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Document

COUNT = 100_000
SECONDS, MEGABYTES = 60.0, 300.0
LEDES_MAP = {"accounts": {"F": "4-1000"}, "tax_codes": {"GST": "GST", "NONE": "FREE"}}


class Cost(NamedTuple):
    """What an import took: seconds by the clock and of the processor, megabytes at the peak."""

    seconds: float
    cpu: float
    megabytes: float


def documents(count: int) -> Iterator[Document]:
    """Yield bills of three lines."""
    for first in range(0, count, AT_ONCE):
        lines = json_lines(*bills(f"i{first}", min(AT_ONCE, count - first)))
        for each in read_file(io.BytesIO(lines)):
            assert each.read.document is not None
            yield each.read.document


def jsonl(path: Path, count: int) -> None:
    """Write bills as JSON Lines."""
    with path.open("wb") as file:
        for first in range(0, count, AT_ONCE):
            file.write(json_lines(*bills(f"i{first}", min(AT_ONCE, count - first))))


def csv(path: Path, count: int) -> None:
    """Write bills as CSV, a portion at a time under one header."""
    from counterfoil.sources.files.csv_writer import write_csv  # noqa: PLC0415 -- as its name says

    with path.open("w", encoding="utf-8", newline="") as file:
        for n, each in enumerate(_portions(count)):
            text = write_csv(each)
            file.write(text if n == 0 else text.partition("\r\n")[2])


def xlsx(path: Path, count: int) -> None:
    """Write bills as a spreadsheet."""
    rows = (
        row
        for n, each in enumerate(_portions(count))
        for place, row in enumerate(table(each))
        if place or not n
    )
    path.write_bytes(write_xlsx({"Bills": rows}))


def ledes(path: Path, count: int) -> None:
    """Write bills as LEDES 98BI, three line items each."""
    rows = (taxed_row(INVOICE_NUMBER=f"L{n}", **_thrice()) for n in range(count) for _ in range(3))
    path.write_text(file_of(*rows, columns=LEDES_98BI), "utf-8", newline="")


def _thrice() -> dict[str, str]:
    return {
        "INVOICE_TOTAL": "2310.00",
        "INVOICE_TAX_TOTAL": "210.00",
        "INVOICE_NET_TOTAL": "2100.00",
    }


def _portions(count: int) -> Iterator[list[Document]]:
    portion: list[Document] = []
    for each in documents(count):
        portion.append(each)
        if len(portion) == AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


FORMS = {"jsonl": jsonl, "csv": csv, "xlsx": xlsx, "ledes": ledes}


def cost(practice: Practice, file: Path, count: int) -> Cost:
    """Import a file as a program; return what it took."""
    told = practice.folder / "peak"
    before, started = os.times(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bench._counterfoil", str(told), "import", str(file)],
        env=practice.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, after = time.monotonic() - started, os.times()
    assert done.stdout.startswith(f"{count:,} new"), done.stdout
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Cost(seconds, cpu, int(told.read_text("ascii")) / 1024)


def measured(form: str, count: int, *, alone: bool) -> Cost:
    """Write a file of this form and import it into a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / f"bills.{form}"
        FORMS[form](file, count)
        if alone:
            practice = Practice(folder)
            try:
                return cost(practice, file, count)
            finally:
                practice.close()
        with sandbox() as url, connected(folder, Xero(url), MAPPING | {"ledes": LEDES_MAP}) as it:
            return cost(it, file, count)


def main() -> int:
    """Print what each form takes; 1 if one is over a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT // 5)
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    missed = False
    for form in options.forms.split(","):
        one = measured(form, options.count, alone=options.alone)
        most = SECONDS * max(options.count / COUNT, 0.05)
        missed = missed or one.seconds > most or one.megabytes > MEGABYTES
        print(
            f"{form:6}{options.count:8,} bills: {one.seconds:6.1f} s ({one.cpu:.1f} s of processor,"
            f" limit {most:.0f} s), {one.megabytes:.0f} MB (limit {MEGABYTES:.0f})",
            flush=True,
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
