"""The file that a command is given: by name, or from standard input."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

STANDARD_INPUT: Final = "-"
IN_MEMORY: Final = 16 * 1024 * 1024


class CannotRead(Exception):
    """The file cannot be opened; the message says which and why."""


def opened(file: str) -> BinaryIO:
    """Open a file so that it can be read twice; standard input is kept aside for that.

    Raises ``CannotRead``. The caller closes it.
    """
    if file != STANDARD_INPUT:
        try:
            return Path(file).open("rb")
        except OSError as fault:
            raise CannotRead(f"{file} cannot be read: {fault.strerror}.") from None
    kept = cast("BinaryIO", SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 the caller closes it
    shutil.copyfileobj(sys.stdin.buffer, kept)
    kept.seek(0)
    return kept
