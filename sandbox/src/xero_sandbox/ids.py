"""Where every id comes from: a seeded source, so that one seed tells one story."""

from __future__ import annotations

import random
import uuid


class Ids:
    """A deterministic source of ids.

    Two sources with one seed give the same ids in the same order. The state can be read and
    set, so that a saved sandbox goes on without ever giving an id twice.
    """

    def __init__(self, seed: int | str) -> None:
        """Start the source at ``seed``."""
        # Not for secrets: a sandbox's tokens guard nothing, and repeatability is the point.
        self._random = random.Random(seed)  # noqa: S311
        self._bits = self._random.getrandbits

    def uuid(self) -> str:
        """Return the next GUID, lower case with dashes, version 4."""
        return str(uuid.UUID(int=self._bits(128), version=4))

    def token(self, characters: int = 43) -> str:
        """Return the next opaque token of URL-safe characters."""
        digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return "".join(digits[self._bits(6)] for _ in range(characters))
