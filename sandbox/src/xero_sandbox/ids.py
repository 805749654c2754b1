"""Where every id comes from: a seeded source, so that one seed tells one story."""

from __future__ import annotations

import random
import string
import uuid

_TOKEN_DIGITS = string.ascii_letters + string.digits + "-_"


class Ids:
    """A deterministic source of ids.

    Two sources with one seed give the same ids in the same order. It can be pickled, so that a
    saved sandbox goes on without ever giving an id twice.
    """

    def __init__(self, seed: int | str) -> None:
        """Start the source at ``seed``."""
        # Not for secrets: a sandbox's tokens guard nothing, and repeatability is the point.
        self._random = random.Random(seed)

    def uuid(self) -> str:
        """Return the next GUID, lower case with dashes, version 4."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, characters: int = 43) -> str:
        """Return the next opaque token of URL-safe characters."""
        return "".join(self._random.choices(_TOKEN_DIGITS, k=characters))
