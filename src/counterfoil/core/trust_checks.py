"""Every rule of trust accounting over a firm's documents: the sums, the law and the bills.

This is what a reconciliation, the list of problems and intake ask (facts: trust accounting, section
3.2; the list is ``trust_rules``). Documents are entered in the order of the days on which they were
recorded; the books are kept in the order of dates, and judged at the end of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.jurisdictions import Jurisdiction, jurisdiction
from counterfoil.core.mapping import DORMANT_DAYS, FirmMoney
from counterfoil.core.trust import Noted, TrustBooks, is_trust
from counterfoil.core.trust_bills import TrustBills
from counterfoil.core.trust_findings import OVERDRAWN
from counterfoil.core.trust_law import TrustLaw
from counterfoil.core.trust_times import SHORT_WHEN_RECORDED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Mapping as PracticeMapping


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which rules a firm's trust accounts live, by trust account, and what it chose."""

    places: Mapping[str, Jurisdiction] = field(default_factory=dict)
    firm: Mapping[str, FirmMoney] = field(default_factory=dict)
    dormant_days: int = DORMANT_DAYS
    bill_notice_days: int = 0


def terms_of(mapping: PracticeMapping) -> Terms:
    """Return the terms that a mapping sets."""
    accounts = mapping.trust_accounts
    return Terms(
        {code: jurisdiction(account.jurisdiction) for code, account in accounts.items()},
        {code: account.firm for code, account in accounts.items() if account.firm is not None},
        mapping.settings.trust_dormant_days,
        mapping.settings.bill_notice_days,
    )


class Checked(NamedTuple):
    """The books as they stand, and everything that was found."""

    books: TrustBooks
    noted: tuple[Noted, ...]


@dataclass
class TrustChecks:
    """The checks, fed document by document.

    ``began`` is the day on which the daybook began; what is dated before it was brought over, and
    nobody knows when it was recorded first.
    """

    terms: Terms = field(default_factory=Terms)
    began: dt.date | None = None
    _documents: list[Document] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the judges."""
        terms = self.terms
        self._law = TrustLaw(
            terms.places, terms.firm, began=self.began, dormant_days=terms.dormant_days
        )
        self._bills = TrustBills(terms.bill_notice_days)

    def enter(self, document: Document, recorded: dt.date | None = None) -> None:
        """Take a document in; ``recorded`` is the day on which that happened, where it is known."""
        self._bills.enter(document)
        if self._law.enter(document, recorded) and is_trust(document):
            self._documents.append(document)

    def close(self, as_of: dt.date) -> Checked:
        """Keep the books and return what is wrong, up to a date; to be asked once."""
        books = TrustBooks(self.terms.places)
        books.keep(self._documents)
        others = (*self._law.close(as_of), *self._bills.noted())
        return Checked(books, (*books.noted, *_once(others, books)))


def check(
    documents: Iterable[tuple[Document, dt.date | None]], terms: Terms, as_of: dt.date
) -> Checked:
    """Check documents, each with the day on which it was recorded, in that order."""
    checks = TrustChecks(terms)
    for document, recorded in documents:
        checks.enter(document, recorded)
    return checks.close(as_of)


def _once(noted: Iterable[Noted], books: TrustBooks) -> Iterator[Noted]:
    """Leave out what was short when it was recorded where the books tell it by its dates, too."""
    told = {one.finding.about for one in books.noted if one.finding.code == OVERDRAWN}
    for one in noted:
        if one.finding.code != SHORT_WHEN_RECORDED or one.finding.about not in told:
            yield one
