"""The command line as a program that leaves behind how much memory it took at its peak.

``python -m bench._counterfoil FILE WORDS…`` writes kilobytes into the file as it ends. The minutes
of Xero's limits end at once in it: memory does not depend on them, and waiting takes half an hour.
"""

from __future__ import annotations

import atexit
import datetime as dt
import sys
from pathlib import Path

from counterfoil.posting import limits


def leave(path: Path) -> None:
    """Write down the peak of the resident set since this program began."""
    status = Path("/proc/self/status").read_text("ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    path.write_text(peak, "ascii")


def run() -> None:
    """Run the command line with the words after the first."""
    limits.MINUTE = dt.timedelta(0)
    atexit.register(leave, Path(sys.argv.pop(1)))
    from counterfoil.cli import main  # noqa: PLC0415 -- as late as the program itself does

    main()


if __name__ == "__main__":
    run()
