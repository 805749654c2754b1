"""What stands in Xero and nothing of ours is tied to: most of it is nobody's business but Xero's.

Three things are: a document with the number of one that waits here, a bill that bears a number as
the practice gives them, and any entry on a trust account.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.posting.drift.catalogue import finding
from counterfoil.posting.drift.compare import PREPAID
from counterfoil.posting.drift.shown import Drift, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.xero_documents import AccountRef
    from counterfoil.posting.drift.shown import Shown

_DIGITS = re.compile(r"\d+")
SALES = frozenset({"ACCREC", "ACCRECCREDIT"})
"""What bears the practice's own numbers; suppliers give theirs."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What strangers are judged by.

    ``waiting`` are documents of ours that are not in Xero, by resource and number; ``recorded``
    the numbers of openings, which others enter, and of what of ours is still on its way.
    ``patterns`` is asked only when it is needed.
    ``trust`` names trust accounts by AccountID, ``codes`` gives ids for codes. What is dated on or
    before ``history`` stood there before the firm began to post.
    """

    waiting: Mapping[tuple[str, str], Kept] = field(default_factory=dict)
    recorded: Collection[str] = ()
    patterns: Callable[[], Collection[str]] = frozenset
    trust: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    history: dt.date | None = None


def strangers(found: Iterable[Shown], ground: Ground) -> Iterator[Drift]:
    """Yield what others entered that concerns us, of objects that nothing of ours is linked to."""
    for one in found:
        # The halves of a bank transfer and the credit of prepaid money are shown elsewhere whole.
        if one.counts and not one.type.endswith("-TRANSFER") and one.resource not in PREPAID:
            yield from _stranger(one, ground)


def pattern(number: str) -> str:
    """Return how a number is built: ``INV-#`` for ``INV-0042``; empty for one without digits."""
    built = _DIGITS.sub("#", number)
    return built if built != number else ""


def _stranger(found: Shown, ground: Ground) -> Iterator[Drift]:
    if found.name and found.name in ground.recorded:
        return
    ours = ground.waiting.get((found.resource, found.name))
    if ours is not None:
        words = finding("same_number_in_xero", ours.name)
        yield Drift(words, found.resource, found.xero_id, found.xero_id, ours.number, ours.posting)
        return
    if _is_history(found, ground):
        return
    on = next((ground.trust[one] for one in _touched(found, ground) if one in ground.trust), None)
    if on is not None:
        amount = "" if found.total is None else f"{money_text(found.total)} "
        day = "" if found.date is None else f" on {found.date:%d %b %Y}"
        yield _of(found, "trust_entry_not_ours", f"{amount}on {on}{day}")
    elif found.type in SALES and _looks_like_ours(found.number, ground):
        yield _of(found, "number_not_ours", "")


def _looks_like_ours(number: str, ground: Ground) -> bool:
    built = pattern(number)
    return bool(built) and built in ground.patterns()


def _of(found: Shown, code: str, details: str) -> Drift:
    name = found.name or "An entry without a number"
    said = finding(code, name, details)
    return Drift(said, found.resource, found.xero_id, found.xero_id, found.name)


def _is_history(found: Shown, ground: Ground) -> bool:
    if ground.history is None or found.date is None:
        return False
    return found.date <= ground.history


def _touched(found: Shown, ground: Ground) -> Iterator[str]:
    """Yield the accounts that an object moves."""
    for account in (found.account, found.to_account, *(line.account for line in found.lines)):
        known = _id(account, ground)
        if known is not None:
            yield known


def _id(account: AccountRef, ground: Ground) -> str | None:
    return account.account_id or ground.codes.get(account.code or "")
