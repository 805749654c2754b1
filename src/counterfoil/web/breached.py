"""Passwords that were found in breaches: a list on the disk, searched and never read whole.

The list is in the form in which Have I Been Pwned publishes it: a line for each password, the
SHA-1 of its UTF-8 bytes in hexadecimal digits, a colon, and how often it was seen; ordered by
hash. It has forty gigabytes, so that a password is looked for by halving. Nobody else is asked.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import BinaryIO, Final

DIGITS: Final = 40
"""Hexadecimal digits of a SHA-1."""
LONGEST: Final = 128
"""Bytes of a line, at most."""
LOOKED_AT: Final = 64
"""Places at which a list is looked into to see whether it is one."""

_LINE: Final = re.compile(rb"[0-9A-Fa-f]{40}(:[0-9]+)?\r?\n?")


def hash_of(password: str) -> bytes:
    """Return the hash under which the list has a password."""
    # The list is made with SHA-1; nothing is kept as it.
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()


def holds(path: Path, password: str) -> bool:
    """Tell whether a password is on the list. Raises ``OSError`` where it cannot be read."""
    wanted = hash_of(password)
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            start, line = _line(file, middle)
            found = line[:DIGITS].upper()
            if found == wanted:
                return True
            if start >= high or found > wanted:
                high = middle
            else:
                low = start + len(line)
    return False


def _line(file: BinaryIO, at: int) -> tuple[int, bytes]:
    """Return the first line that begins at a place or behind it, with where it begins."""
    file.seek(max(at - 1, 0))
    if at:
        file.readline(LONGEST)
    return file.tell(), file.readline(LONGEST)


def is_list(path: Path) -> bool:
    """Tell whether a file looks like such a list: at places all over it, in form and in order."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            places = sorted({size * part // LOOKED_AT for part in range(LOOKED_AT)})
            lines = [line for at in places if (line := _line(file, at)[1])]
    except OSError:
        return False
    hashes = [line[:DIGITS].upper() for line in lines]
    return bool(lines) and all(map(_LINE.fullmatch, lines)) and hashes == sorted(hashes)
