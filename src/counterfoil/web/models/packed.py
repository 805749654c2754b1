"""Bytes that are kept for ten years: compressed on their way in, whole on their way out.

Requests and answers are JSON that says the same names over and over; packed they take a sixth of
the room. A body that was written before there was packing is read as it stands.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

MARK = b"\x00z"
"""What packed bytes begin with; no JSON does, and what does so by itself is packed for it."""
WORTH_IT = 256
"""Shorter bodies gain nothing."""
LEVEL = 3


def packed(body: bytes) -> bytes:
    """Return the form in which a body is kept."""
    body = bytes(body)
    if len(body) < WORTH_IT and not body.startswith(MARK):
        return body
    return MARK + zlib.compress(body, LEVEL)


def unpacked(kept: bytes) -> bytes:
    """Return a body as it was. Raises ``ValueError`` where the packed bytes are damaged."""
    kept = bytes(kept)
    if not kept.startswith(MARK):
        return kept
    try:
        return zlib.decompress(kept[len(MARK) :])
    except zlib.error as damage:
        raise ValueError("what was kept is damaged") from damage


class PackedField(models.BinaryField):  # type: ignore[type-arg]
    """A ``BinaryField`` that packs. To the database it is the same column as before."""

    def from_db_value(self, value: bytes | None, *_: object) -> bytes | None:
        """Return the body whole."""
        return None if value is None else unpacked(value)

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401 -- Django's signature
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 -- Django's signature
    ) -> Any:  # noqa: ANN401 -- Django's signature
        """Return the body as it is kept."""
        kept = None if value is None else packed(value)
        return super().get_db_prep_value(kept, connection, prepared)

    def deconstruct(self) -> Any:  # noqa: ANN401 -- Django's signature
        """Stand in migrations as the column that it is."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs
