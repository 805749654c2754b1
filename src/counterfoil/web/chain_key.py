"""Which of the keys seals the record: the one that has, wherever it stands among the others.

A key added in the wrong place, or a record opened with other keys, would put entries into a chain
that no later verification could tell from a forger's. So the chains are held against each key
before anything is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings

from counterfoil.web import audit, crypto
from counterfoil.web.models import AuditHead

if TYPE_CHECKING:
    from counterfoil.web.crypto import Cipher, Key

MOST_HEADS: Final = 20
"""Firms whose chains are looked at: one that somebody has altered must not stop the others."""

_known: dict[tuple[Cipher, str], Key] = {}
"""The key that each cipher's record was found to be sealed with; asked once in a process."""


def sealing(cipher: Cipher, using: str = "default") -> Key:
    """Return the key that has sealed the record; the oldest where there is no record yet.

    Raises ``crypto.KeyMissing`` where none of the keys has.
    """
    if (cipher, using) not in _known:
        found = sealed_with(cipher, using)
        if found is None:
            return cipher.oldest
        _known[cipher, using] = found
    return _known[cipher, using]


def verifying_key(cipher: Cipher, using: str = "default") -> bytes:
    """Return what to read the record with; where no key fits, whoever adds to it is refused."""
    try:
        key = sealing(cipher, using)
    except crypto.KeyMissing:
        key = cipher.oldest
    return cipher.derive(audit.PURPOSE, key)


def sealed_with(cipher: Cipher, using: str) -> Key | None:
    """Return the key that has sealed a chain; None where none has an entry, or its key is lost.

    Raises ``crypto.KeyMissing`` where no key has.
    """
    heads = AuditHead.objects.using(using).filter(sequence__gt=0).order_by("-sequence")[:MOST_HEADS]
    chains = list(heads.values_list("firm", "sequence"))
    for key in reversed(cipher.keys):
        derived = cipher.derive(audit.PURPOSE, key)
        if any(audit.has_sealed(derived, firm, newest, using) for firm, newest in chains):
            return key
    if chains and not settings.COUNTERFOIL.key_lost:
        raise crypto.KeyMissing(audit.OTHER_KEY)
    return None
