"""Trust months that were issued: what comes in afterwards with a date that they cover.

An issued month end is kept byte for byte, so what comes late makes the books say another thing than
the report on file. The law asks that this is shown and not hidden: a new report that says what
differs, or an adjustment under a day of its own (rule T12).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import Reversal, TrustDocument, TrustTransfer
from counterfoil.core.findings import error, warning
from counterfoil.core.trust_outline import trust_account_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from counterfoil.core.documents import Document, Key
    from counterfoil.core.findings import Finding

ISSUED_CHANGED: Final = "issued_month_changed"
"""The code of the finding; it stays with a document, because it depends on when that came."""


class IssuedMonth(NamedTuple):
    """The newest issue of a month of a trust account; ``on`` is the day it was issued."""

    trust_account: str
    end: dt.date
    issue: int
    on: dt.date


def after_issue(
    documents: Iterable[Document],
    issued: Collection[IssuedMonth],
    reversed_: Mapping[Key, Document],
    *,
    hold: bool,
) -> dict[Key, tuple[Finding, ...]]:
    """Find trust documents that come after a month was issued which their date falls into.

    A month's books carry on into every later one, so that these have changed too. ``reversed_``
    are the documents that reversals name; ``hold`` is what the firm has set.
    """
    found: dict[Key, tuple[Finding, ...]] = {}
    for document in documents:
        accounts = _accounts_of(document, reversed_)
        over = sorted(
            (one for one in issued if one.trust_account in accounts and document.date <= one.end),
            key=lambda one: (one.end, one.trust_account),
        )
        if over:
            found[document.key] = (_finding(document, over, hold=hold),)
    return found


def _accounts_of(document: Document, reversed_: Mapping[Key, Document]) -> frozenset[str]:
    match document:
        case Reversal(reverses=key):
            of = reversed_.get(key)
            return frozenset() if of is None else _accounts_of(of, {})
        case TrustTransfer():
            return frozenset({document.from_.trust_account, document.to.trust_account})
        case TrustDocument():
            return frozenset({trust_account_of(document)})
        case _:
            return frozenset()


def _finding(document: Document, over: list[IssuedMonth], *, hold: bool) -> Finding:
    first = over[0]
    later = f", and {len(over) - 1} issued after it" if len(over) > 1 else ""
    say = error if hold else warning
    return say(
        ISSUED_CHANGED,
        f"It is dated {document.date}, and {first.end:%B %Y} of {first.trust_account} was issued "
        f"on {first.on} (issue {first.issue}) before it came: the report on file{later} does not "
        "say any more what the books say. It is kept as it was issued.",
        "Choose: issue the month anew (counterfoil trust issue), which keeps the old report beside "
        "the new one and says in that what differs; or take this back and record the movement "
        "under today's date, naming this one. What was reported is never overwritten (rule T12).",
        "date",
        f"issued:{first.trust_account}:{first.end}",
    )
