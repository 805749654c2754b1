"""Xero's messages in plain words: what happened, the likely cause, what to do, and where."""

from __future__ import annotations

import hashlib
import re
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.findings import Finding, error
from counterfoil.posting.catalogue import CATALOGUE, OVERPAID, TAKEN, TOGETHER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.posting.catalogue import Explanation, Together

UNKNOWN: Final = "refused_by_xero"
"""The code of a refusal whose words the catalogue does not have; it is counted by it."""
MOST_TOGETHER: Final = 20
"""Messages that one finding repeats."""
_NUMBERED: Final = re.compile(r"(?:^|\s)#\d+:\s+")
"""How bridges string Xero's messages together: ``#1: … #2: …``."""
_DIGITS: Final = re.compile(r"\d+")


class _Known(NamedTuple):
    message: str
    explanation: Explanation


def explain(messages: Iterable[str]) -> tuple[Finding, ...]:
    """Return findings for messages, with Xero's own text in them; unknown ones are kept whole.

    Messages that tell more together than each become one finding; every other has its own. They are
    compared without regard to case, quotes, final full stops and the two spellings of *authorised*
    (facts: Xero API section 21).
    """
    told = list(dict.fromkeys(chain.from_iterable(map(_split, messages))))
    known = [_Known(each, found) for each in told if (found := _find(fold(each))) is not None]
    findings: list[Finding] = []
    for together in TOGETHER:
        if all(any(one.explanation.code in some for one in known) for some in together.codes):
            codes = frozenset().union(*together.codes)
            findings.append(_told_together(together, [k for k in known if _is_of(k, codes)]))
            known = [one for one in known if not _is_of(one, codes)]
    alone = {one.message for one in known}
    unknown = [each for each in told if _find(fold(each)) is None]
    by_message = {one.message: one.explanation for one in known}
    findings += (_told(each, by_message[each]) for each in told if each in alone)
    return (*findings, *map(_unknown, unknown))


def is_taken(messages: Iterable[str]) -> bool:
    """Tell whether a number or name is refused because it is already there."""
    return any(pattern in fold(message) for message in messages for pattern in TAKEN)


def is_expired(messages: Iterable[str]) -> bool:
    """Tell whether a 401 is only about the token's age, which a person cannot cure."""
    return any("tokenexpired" in fold(message) for message in messages)


def is_overpaid(messages: Iterable[str]) -> bool:
    """Tell whether a payment is refused because nothing, or less, is owed any more."""
    return any(pattern in fold(message) for message in messages for pattern in OVERPAID)


def fold(message: str) -> str:
    """Return a message as it is compared."""
    plain = message.casefold().replace("authorized", "authorised")
    return "".join(c for c in plain if c not in "'\"`\u2018\u2019").strip().rstrip(".")


def _split(message: str) -> Iterator[str]:
    """Take a string of numbered messages apart; what stands before the first is no message."""
    parts = _NUMBERED.split(message)
    yield from (part.strip() for part in parts[1:]) if len(parts) > 1 else (message,)


def _is_of(one: _Known, codes: frozenset[str]) -> bool:
    return one.explanation.code in codes


def _told_together(together: Together, known: Sequence[_Known]) -> Finding:
    said = " | ".join(one.message for one in known[:MOST_TOGETHER])
    fix = f"{together.fix} {together.step.text}".strip()
    message = f"{together.cause} Xero said: {said}"
    return error(together.code, message, fix, about=f"xero:{together.code}")


def _told(message: str, known: Explanation) -> Finding:
    fix = f"{known.fix} {known.step.text}".strip()
    return error(known.code, f"{known.cause} Xero said: {message}", fix, about=f"xero:{known.code}")


def _unknown(message: str) -> Finding:
    """Keep words that nobody foresaw; the same words with other figures are one problem."""
    words = hashlib.sha256(_DIGITS.sub("#", fold(message)).encode()).hexdigest()
    return error(
        UNKNOWN,
        f"Xero refused this: {message}",
        "Correct what Xero names, then press Retry on the document's page. If its words do not "
        "help, tell support: the catalogue of messages does not have them yet.",
        about=f"xero:unknown:{words[:12]}",
    )


def _find(folded: str) -> Explanation | None:
    return next((known for known in CATALOGUE if known.matches(folded)), None)
