"""Secrets at rest: AES-256-GCM, each ciphertext bound to its organisation and column.

A ciphertext is the key's id, a nonce of 12 bytes, and the sealed text. The organisation, the column
and the key id are the associated data: a token copied into another organisation's row, or into
another column, does not open. The first key seals and all of them open, so that keys rotate while
workers run. The keys are never in the database: they come from ``COUNTERFOIL_SECRET_KEYS`` or lie
in a file of the data folder that only its owner may read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SETTING = "COUNTERFOIL_SECRET_KEYS"
KEY_FILE = "secret-keys"
KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 8
FEWEST_BYTES = 8
"""Different bytes that 32 random ones always have; a key of noughts is a placeholder."""


class KeyMissing(Exception):
    """The key that sealed a secret is not here; the message says where keys are looked for."""


class Tampered(Exception):
    """A sealed secret was altered, or moved from another organisation or column."""


class BadKeys(ValueError):
    """The keys as given cannot be used; the message names what a key should be."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of 32 bytes; ``id`` is derived from it, so that nobody has to number keys."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> bytes:
        """The first eight bytes of a hash of the key: tells keys apart and reveals nothing."""
        return hashlib.sha256(b"counterfoil key id" + self.secret).digest()[:ID_BYTES]


@dataclass(frozen=True, slots=True)
class Cipher:
    """Seals with the first key, opens with any. The keys never show in ``repr``."""

    keys: tuple[Key, ...] = field(repr=False)

    def seal(self, text: str, organisation: int, column: str) -> bytes:
        """Encrypt a text for one column of one organisation; an empty text stays empty."""
        if not text:
            return b""
        key, nonce = self.keys[0], secrets.token_bytes(NONCE_BYTES)
        bound = _bound(organisation, column, key.id)
        return key.id + nonce + AESGCM(key.secret).encrypt(nonce, text.encode(), bound)

    def open(self, sealed: bytes, organisation: int, column: str) -> str:
        """Decrypt what ``seal`` made for the same place. Raises ``KeyMissing`` or ``Tampered``."""
        sealed = bytes(sealed)
        if not sealed:
            return ""
        key = self._key(sealed[:ID_BYTES])
        nonce, rest = sealed[ID_BYTES : ID_BYTES + NONCE_BYTES], sealed[ID_BYTES + NONCE_BYTES :]
        try:
            return (
                AESGCM(key.secret)
                .decrypt(nonce, rest, _bound(organisation, column, key.id))
                .decode()
            )
        except (InvalidTag, ValueError) as error:
            raise Tampered(f"the sealed {column} of organisation {organisation}") from error

    def sealed_anew(self, sealed: bytes, organisation: int, column: str) -> bytes:
        """Return what the first key makes of what any key sealed for this place."""
        return self.seal(self.open(sealed, organisation, column), organisation, column)

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether a ciphertext was sealed with the first key, or is empty."""
        return not sealed or bytes(sealed[:ID_BYTES]) == self.keys[0].id

    @property
    def oldest(self) -> Key:
        """The last of the keys: new ones are put in front of the others."""
        return self.keys[-1]

    def derive(self, purpose: str, key: Key | None = None) -> bytes:
        """Return a key of 32 bytes for another purpose, from one of these keys: the oldest.

        Another may be named, as the one that has sealed the audit chain wherever it stands now.
        """
        return hmac.digest((key or self.oldest).secret, purpose.encode(), "sha256")

    def _key(self, key_id: bytes) -> Key:
        for key in self.keys:
            if key.id == key_id:
                return key
        raise KeyMissing(
            f"The key {key_id.hex()} that sealed this secret is not among the keys in {SETTING} or "
            f"in the file {KEY_FILE} of the data folder. Put it back, or connect to Xero again."
        )


def _bound(organisation: int, column: str, key_id: bytes) -> bytes:
    return b"\x00".join((b"counterfoil", str(organisation).encode(), column.encode(), key_id))


def load(environ: Mapping[str, str], home: Path) -> Cipher:
    """Return the cipher of this installation; makes the key file on first use.

    Raises ``BadKeys`` naming the setting.
    """
    given = environ.get(SETTING, "").strip()
    return parse(given or _kept(home))


def parse(text: str) -> Cipher:
    """Read keys, the newest first, separated by commas or white space."""
    words = text.replace(",", " ").split()
    if not words:
        raise BadKeys(_shape())
    return Cipher(tuple(Key(_decoded(word)) for word in words))


def new_key() -> str:
    """Draw a key, as it is written in the setting and in the file."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _decoded(word: str) -> bytes:
    try:
        secret = base64.b64decode(word, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKeys(_shape()) from error
    if len(secret) != KEY_BYTES or len(set(secret)) < FEWEST_BYTES:
        raise BadKeys(_shape())
    return secret


def _shape() -> str:
    return (
        f"{SETTING} should be one or several keys, the newest first, separated by commas, each "
        f"{KEY_BYTES} random bytes in base64, such as `openssl rand -base64 {KEY_BYTES}` prints"
    )


def _kept(home: Path) -> str:
    """Return the text of the key file; made whole or not at all, for its owner only."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / KEY_FILE
    if not path.exists():
        draft = path.with_name(f"{KEY_FILE}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text("utf-8")
