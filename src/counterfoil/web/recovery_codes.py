"""Recovery codes, kept as passwords are: who reads the database comes in with none of them.

Allauth keeps a seed that its codes are derived from, so that it can show them again. Here each code
is drawn by itself, shown once, and kept as a salted hash that takes time (OWASP ASVS 5.0, 6.5.2).
Between being drawn and being shown, which is one redirect, they lie sealed in the session.
"""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.utils import decrypt, encrypt
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from counterfoil.web import crypto

if TYPE_CHECKING:
    from counterfoil.web.models import User

MANY: Final = 10
"""Codes of a person."""
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Figures and letters without those that are read for another (I, L, O) or spell a word (U)."""
LONG, GROUP = 12, 4
"""Characters of a code, 60 random bits, and of each of its groups."""
HASHES: Final = "hashes"
"""Under this name an authenticator keeps what is left of its codes."""
DRAWN: Final = "recovery codes just drawn"
"""Under this name a session keeps them, sealed, until they are shown."""
UNSEEN: Final = "****"
"""What stands for a code that nobody can show again."""

_MISREAD: Final = str.maketrans("ILO", "110", " -\u2013")
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{{LONG}}}|[0-9]{{8}}")
"""A code of ours, or one of the eight figures that allauth drew before."""


class Codes(RecoveryCodes):  # type: ignore[misc] # allauth ships no types
    """One person's recovery codes: allauth's seam, with hashes in place of the seed."""

    instance: Authenticator
    _shown: tuple[str, ...] = ()

    @classmethod
    def activate(cls, user: User) -> Codes:
        """Draw codes for a person who has none, and keep them for the page that shows them."""
        kind = Authenticator.Type.RECOVERY_CODES
        kept = Authenticator.objects.filter(user_id=user.pk, type=kind).first()
        if kept is None:
            codes = [draw() for _ in range(MANY)]
            kept = Authenticator.objects.create(user=user, type=kind, data=_hashed(codes))
            if context.request is not None:
                context.request.session[DRAWN] = encrypt(" ".join(codes))
        return cls(kept)

    def generate_codes(self) -> list[str]:
        """Return as many as there were: allauth counts them."""
        return [UNSEEN] * MANY

    def get_unused_codes(self) -> list[str]:
        """Return the codes if they were drawn just now, and else only how many are left."""
        return list(self._shown) or [UNSEEN] * len(_left(self.instance))

    @property
    def did_view(self) -> bool:
        """Whether they were shown already."""
        return context.request is None or DRAWN not in context.request.session

    def mark_as_viewed(self) -> None:
        """Take them out of the session, to be shown this once."""
        if not self.did_view:
            self._shown = tuple(decrypt(context.request.session.pop(DRAWN)).split())

    @transaction.atomic
    def validate_code(self, code: str) -> bool:
        """Tell whether a code is one of those that are left; it is not left any more then."""
        typed = as_drawn(code)
        if not typed:
            return False
        row = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
        left = _left(row)
        used = next((one for one in left if check_password(typed, one)), None)
        if used is None:
            return False
        row.data = {HASHES: [one for one in left if one != used]}
        row.save(update_fields=["data"])
        self.instance = row
        return True


def draw() -> str:
    """Draw a code as it is shown, such as ``7K2M-9QXB-04TD``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LONG))
    return "-".join(letters[at : at + GROUP] for at in range(0, LONG, GROUP))


def as_drawn(typed: str) -> str:
    """Return what somebody typed as it was drawn, without dashes; nothing for what is no code.

    A code of the authenticator app is none, and is not hashed ten times to find that out.
    """
    read = typed.strip().upper().translate(_MISREAD)
    return read if _SHAPE.fullmatch(read) else ""


def _hashed(codes: list[str]) -> dict[str, list[str]]:
    # Each takes a quarter of a second, and lets the others go on meanwhile.
    with ThreadPoolExecutor() as pool:
        return {HASHES: list(pool.map(make_password, map(as_drawn, codes)))}


def _left(row: Authenticator) -> list[str]:
    """Return the hashes of the codes that are left, hashing those that allauth derived."""
    if HASHES not in row.data:
        row.data = _hashed(RecoveryCodes(row).get_unused_codes())
        row.save(update_fields=["data"])
    hashes: list[str] = row.data[HASHES]
    return hashes


def hash_old() -> int:
    """Hash what is still kept in allauth's way; return of how many people that was.

    Whose seed no key opens keeps it: the key may come back.
    """
    done = 0
    of_codes = Authenticator.objects.filter(type=Authenticator.Type.RECOVERY_CODES)
    for number in of_codes.values_list("pk", flat=True):
        with transaction.atomic():
            row = of_codes.select_for_update().filter(pk=number).first()
            if row is not None and HASHES not in row.data:
                done += _could_hash(row)
    return done


def _could_hash(row: Authenticator) -> bool:
    try:
        _left(row)
    except (crypto.KeyMissing, crypto.Tampered):
        return False
    return True


def take_over() -> None:
    """Put these codes in the place of allauth's, which has no setting for it."""
    auth.RecoveryCodes = flows.RecoveryCodes = Codes
