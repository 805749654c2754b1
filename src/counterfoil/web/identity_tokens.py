"""The identity provider's tokens: who signed them, for whom, when, and for which sign-in.

Allauth takes a token that came straight from the provider's endpoint without looking at its
signature, as OpenID Connect allows, and goes without a token where none comes. Here there has to be
one, and it is verified whole (OpenID Connect Core, sections 3.1.3.7 and 5.3.2; ASVS 9.1.1 to
9.1.3).
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

import jwt
from django.utils.crypto import constant_time_compare, salted_hmac

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Signatures by a key that only the provider has; none, and those by a shared secret, are not."""
NEEDED: Final = ("iss", "aud", "sub", "exp", "iat", "nonce")
CLOCKS_APART: Final = 60
"""Seconds that the provider's clock and ours may be apart."""
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")

Claims = dict[str, Any]


class Untrusted(Exception):
    """A provider or a token that is not believed; the message says why, for the log."""


def known(config: Claims, issuer: str) -> Claims:
    """Return what a provider says of itself, if it is the one that was configured.

    Its endpoints have to be reached by https, unless the provider itself is not, as on this
    machine. Raises ``Untrusted``.
    """
    if str(config.get("issuer", "")).rstrip("/") != issuer:
        raise Untrusted(f"{issuer} says that it is {config.get('issuer')}.")
    for name in ENDPOINTS:
        there = urlsplit(str(config.get(name, "")))
        if there.scheme != "https" and there.netloc != urlsplit(issuer).netloc:
            raise Untrusted(f"The {name} of {issuer} is not reached by https.")
    return config


def nonce_of(state: str) -> str:
    """Return the nonce of a sign-in, which only this server can tell from its state.

    The state belongs to the session and serves once, so that the token does as well.
    """
    return salted_hmac("counterfoil.web.identity_tokens", state, algorithm="sha256").hexdigest()


def verified(token: str, keys: Claims, *, issuer: str, audience: str, nonce: str) -> Claims:
    """Return what a token says; ``keys`` is the provider's own key set. Raises ``Untrusted``."""
    try:
        key = _key(token, keys)
        said: Claims = jwt.decode(
            token,
            key=key,
            algorithms=[key.algorithm_name],
            issuer=issuer,
            audience=audience,
            leeway=CLOCKS_APART,
            options={"require": list(NEEDED)},
        )
    except jwt.PyJWTError as fault:
        raise Untrusted(f"The identity token does not hold: {fault}") from fault
    if not constant_time_compare(str(said["nonce"]), nonce):
        raise Untrusted("The identity token was made for another sign-in.")
    if said.get("azp", audience) != audience:
        raise Untrusted("The identity token was made for another program.")
    return said


def _key(token: str, keys: Claims) -> jwt.PyJWK:
    """Return the provider's key that a token names, for the algorithm that it names.

    Whatever else its header says, such as where keys are, is not looked at.
    """
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise Untrusted(f"The identity token is signed with {algorithm}, which proves nothing.")
    named = [
        one
        for one in keys.get("keys", ())
        if one.get("use", "sig") == "sig"
        and one.get("alg", algorithm) == algorithm
        and ("kid" not in header or one.get("kid") == header["kid"])
    ]
    if len(named) != 1:
        raise Untrusted("The identity token is signed with a key that the provider does not have")
    return jwt.PyJWK.from_dict(named[0], algorithm=algorithm)
