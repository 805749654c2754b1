"""Which key seals what, and sealing everything anew with the newest while workers run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db import transaction

from counterfoil.web.crypto import ID_BYTES
from counterfoil.web.models import Actionstep, Connection, Organisation
from counterfoil.web.services.actionstep import ACCESS, REFRESH
from counterfoil.web.sign_in import SecondFactor, sealed_bytes
from counterfoil.web.store import cipher, outbox_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = ("secret", "seed")
"""What a second factor keeps: an authenticator app's secret, the seed of recovery codes."""


def in_use() -> Counter[str]:
    """Count the secrets that each key has sealed, by the key's id in hexadecimal digits."""
    return Counter(sealed[:ID_BYTES].hex() for sealed in _sealed())


def _sealed() -> Iterator[bytes]:
    for rows in (Connection.objects, Actionstep.objects):
        for pair in rows.order_by("pk").values_list("access_token", "refresh_token"):
            yield from (bytes(token) for token in pair if token)
    for row in Authenticator.objects.order_by("pk"):
        yield from filter(None, (sealed_bytes(row.data.get(name, "")) for name in SECRETS))


def reseal() -> int:
    """Seal what an older key sealed with the newest; return how many rows that were.

    Each row is locked on its own, so that a refresh meanwhile is neither lost nor undone. Raises
    ``crypto.KeyMissing`` at the first row that no key opens; those before it are done.
    """
    organisations = Organisation.objects.filter(connection__isnull=False).order_by("pk")
    done = [outbox_of(one).reseal() for one in organisations]
    done += [_tokens(number) for number in Actionstep.objects.values_list("pk", flat=True)]
    done += [_factor(number) for number in Authenticator.objects.values_list("pk", flat=True)]
    return sum(done)


@transaction.atomic(durable=True)
def _tokens(number: int) -> bool:
    row = Actionstep.objects.select_for_update().get(pk=number)
    keys, tokens = cipher(), ((ACCESS, row.access_token), (REFRESH, row.refresh_token))
    if all(keys.is_current(bytes(sealed)) for _, sealed in tokens):
        return False
    row.access_token, row.refresh_token = (
        keys.sealed_anew(bytes(sealed), row.firm_id, column) for column, sealed in tokens
    )
    row.save(update_fields=["access_token", "refresh_token"])
    return True


@transaction.atomic(durable=True)
def _factor(number: int) -> bool:
    row, seam = Authenticator.objects.select_for_update().get(pk=number), SecondFactor()
    old = {
        name: kept
        for name in SECRETS
        if (kept := row.data.get(name)) and not _current(sealed_bytes(kept))
    }
    row.data |= {name: seam.encrypt(seam.decrypt(kept)) for name, kept in old.items()}
    if old:
        row.save(update_fields=["data"])
    return bool(old)


def _current(sealed: bytes) -> bool:
    return bool(sealed) and cipher().is_current(sealed)
