"""Under which keys the daybook has raw documents and their parties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from counterfoil.core.documents import Key
from counterfoil.posting.records import CONTACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PARTIES = ("client", "supplier", "payer", "payee", "party")


def keys_of(documents: Iterable[dict[str, Any]]) -> set[Key]:
    """Return every key that these documents may have brought into being."""
    keys: set[Key] = set()
    for document in documents:
        keys.add(Key(document["kind"], document["id"]))
        keys.update(Key(CONTACT, party) for party in _parties(document))
    return keys


def _parties(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, held in value.items():
            if name in PARTIES and isinstance(held, dict):
                yield held["id"]
            yield from _parties(held)
    elif isinstance(value, list):
        for held in value:
            yield from _parties(held)
