"""The RS256 key that signs tokens, and the two kinds of token it signs."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Claims = dict[str, str | int | list[str]]

_BITS = 2048
_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key as PEM text with the id under which JWKS publishes its public half."""

    pem: bytes
    key_id: str

    def __repr__(self) -> str:
        """Show the id only."""
        return f"SigningKey({self.key_id!r})"


@cache
def process_key() -> SigningKey:
    """Return one key per process: making it costs far more than all else at the start."""
    private = generate_private_key(_EXPONENT, _BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SigningKey(pem, hashlib.sha256(pem).hexdigest()[:32].upper())


def sign(key: SigningKey, claims: Mapping[str, str | int | list[str]], kind: str) -> str:
    """Return ``claims`` as a signed JWT; ``kind`` is its ``typ`` header ("JWT" or "at+jwt")."""
    headers = {"kid": key.key_id, "typ": kind}
    return jwt.encode(dict(claims), _private(key.pem), algorithm="RS256", headers=headers)


def jwks(key: SigningKey) -> dict[str, list[dict[str, str]]]:
    """Return the key set that OIDC discovery points to."""
    numbers = _private(key.pem).public_key().public_numbers()
    entry = {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": key.key_id,
        "n": _base64url(numbers.n),
        "e": _base64url(numbers.e),
    }
    return {"keys": [entry]}


def half_hash(token: str) -> str:
    """Return the ``at_hash`` of an access token: the left half of its SHA-256."""
    digest = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@cache
def _private(pem: bytes) -> RSAPrivateKey:
    # Only keys made above get here, and those are RSA.
    return cast("RSAPrivateKey", load_pem_private_key(pem, password=None))


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
