"""The durable store: the outbox port on SQLite and PostgreSQL."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from counterfoil.web import crypto
from counterfoil.web.chain_key import sealing, verifying_key
from counterfoil.web.store.copies import Copies
from counterfoil.web.store.outbox import DjangoOutbox

if TYPE_CHECKING:
    from pathlib import Path

    from counterfoil.web.crypto import Cipher
    from counterfoil.web.models import Organisation

__all__ = ["Copies", "DjangoOutbox", "cipher", "copies_of", "derived", "outbox_of"]


def cipher() -> Cipher:
    """Return this installation's cipher; its keys are read once per process."""
    return _keys(os.environ.get(crypto.SETTING, ""), settings.COUNTERFOIL.home)


@cache
def _keys(given: str, home: Path) -> Cipher:
    return crypto.load({crypto.SETTING: given}, home)


def derived(purpose: str) -> bytes:
    """Return a key for another purpose, from the key that has sealed this installation's record.

    Raises ``crypto.KeyMissing`` where none of the keys here has: nothing may be added to a record
    under another one, which could never be told from a forgery.
    """
    return cipher().derive(purpose, sealing(cipher()))


def outbox_of(organisation: Organisation, using: str = "default") -> DjangoOutbox:
    """Return the outbox of an organisation, with this installation's keys."""
    keys = cipher()
    return DjangoOutbox(organisation.pk, verifying_key(keys, using), keys, using)


def copies_of(organisation: Organisation, using: str = "default") -> Copies:
    """Return what keeps an organisation's month ends, with this installation's keys."""
    keys = cipher()
    return Copies(organisation.pk, verifying_key(keys, using), keys, using)
