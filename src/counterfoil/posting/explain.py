"""Xero's messages in plain words: what happened, the likely cause, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error
from counterfoil.posting.catalogue import CATALOGUE, TAKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.posting.catalogue import Explanation


def explain(messages: Iterable[str]) -> tuple[Finding, ...]:
    """Return a finding for each message, with Xero's own text in it; unknown ones are kept whole.

    Messages are compared without regard to case, quotes, final full stops and the two spellings of
    *authorised* (facts: Xero API section 21).
    """
    return tuple(_explain(message) for message in dict.fromkeys(messages))


def is_taken(messages: Iterable[str]) -> bool:
    """Tell whether a number or name is refused because it is already there."""
    return any(pattern in fold(message) for message in messages for pattern in TAKEN)


def is_expired(messages: Iterable[str]) -> bool:
    """Tell whether a 401 is only about the token's age, which a person cannot cure."""
    return any("tokenexpired" in fold(message) for message in messages)


def fold(message: str) -> str:
    """Return a message as it is compared."""
    plain = message.casefold().replace("authorized", "authorised")
    return "".join(c for c in plain if c not in "'\"`\u2018\u2019").strip().rstrip(".")


def _explain(message: str) -> Finding:
    known = _find(fold(message))
    if known is None:
        return error(
            "refused_by_xero",
            f"Xero refused this: {message}",
            "Correct what Xero names, then retry. If its words do not help, tell support.",
            about="xero:unknown",
        )
    return error(
        known.code, f"{known.cause} Xero said: {message}", known.fix, about=f"xero:{known.code}"
    )


def _find(folded: str) -> Explanation | None:
    return next((known for known in CATALOGUE if known.matches(folded)), None)
