"""Every rule of trust accounting over a firm's documents: the sums, the law and the bills.

This is what a reconciliation, the list of problems and intake ask (facts: trust accounting, section
3.2; the list is ``trust_rules``). Documents are entered in the order of the days on which they were
recorded; the books are kept in the order of dates, and judged at the end of each.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.documents import BankStatement
from counterfoil.core.jurisdictions import ANYWHERE, Jurisdiction, jurisdiction
from counterfoil.core.mapping import DORMANT_DAYS, FirmMoney
from counterfoil.core.trust import Noted, TrustBook, TrustBooks, is_trust
from counterfoil.core.trust_bank import judged
from counterfoil.core.trust_bills import TrustBills
from counterfoil.core.trust_findings import OVERDRAWN
from counterfoil.core.trust_law import TrustLaw
from counterfoil.core.trust_statement import month_by_month
from counterfoil.core.trust_times import SHORT_WHEN_RECORDED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Mapping as PracticeMapping
    from counterfoil.core.trust_statement import Statement


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
    """The books as they stand, everything that was found, and the bank's side of each account."""

    books: TrustBooks
    noted: tuple[Noted, ...]
    banks: Mapping[str, Statement | None]


@dataclass
class TrustChecks:
    """The checks, fed document by document.

    ``began`` is the day on which the daybook began; what is dated before it was brought over, and
    nobody knows when it was recorded first.
    """

    terms: Terms = field(default_factory=Terms)
    began: dt.date | None = None
    _documents: list[Document] = field(default_factory=list)
    _statements: dict[str, list[BankStatement]] = field(default_factory=lambda: defaultdict(list))

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
        if not self._law.enter(document, recorded):
            return
        if is_trust(document):
            self._documents.append(document)
        if isinstance(document, BankStatement) and document.trust_account is not None:
            self._statements[document.trust_account].append(document)

    def close(self, as_of: dt.date) -> Checked:
        """Keep the books and return what is wrong, up to a date; to be asked once."""
        books = TrustBooks(self.terms.places)
        books.keep(self._documents)
        banks = {
            code: month_by_month(book.entries, self._statements[code], book.openings, as_of)
            for code, book in (*books.books.items(), *self._without_books(books))
        }
        of_banks = (noted for code in banks for noted in self._of_bank(code, books, banks[code]))
        others = (*self._law.close(as_of), *self._bills.noted(), *of_banks)
        return Checked(
            books,
            (*books.noted, *_once(others, books)),
            {code: months[-1] if months else None for code, months in banks.items()},
        )

    def _without_books(self, books: TrustBooks) -> Iterator[tuple[str, TrustBook]]:
        """Yield accounts of which there are statements and no movement."""
        for code in self._statements:
            if code not in books.books:
                yield code, TrustBook()

    def _of_bank(
        self, code: str, books: TrustBooks, months: Sequence[Statement]
    ) -> Iterator[Noted]:
        place = self.terms.places.get(code, ANYWHERE)
        book = books.books.get(code, TrustBook())
        yield from judged(code, place, book, months, self._statements[code])


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
