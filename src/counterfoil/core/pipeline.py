"""The passes that turn a document into postings, and why they run in this order.

1. What forbids everything: the accounting basis, another organisation. One cause, said once.
2. What the document says about itself: currency and date. These need no mapping, and stay true
   when the mapping changes.
3. Its translation by kind: sums before lines, lines before taxes, taxes before the balance.
4. A last look at what clients' money would become in Xero, with other eyes (rules X1 to X5).
5. Judgement: a document with one error plans nothing, because half a document in Xero is worse
   than none.

A pass returns what it found and never stops the next one, so that a bookkeeper sees all faults of
a document at once; only what needs the result of a failed step is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from counterfoil.core.conversion import Conversion
from counterfoil.core.convert.table import translate
from counterfoil.core.currency import check_currency
from counterfoil.core.documents import (
    KINDS,
    BankTransfer,
    Bill,
    CreditNote,
    Journal,
    Lined,
    Receipt,
    Refund,
    Reversal,
    SupplierBill,
    SupplierCredit,
    SupplierPayment,
    TrustDocument,
    TrustOfficeTransfer,
    Unallocation,
    Void,
    WriteOff,
)
from counterfoil.core.findings import Finding, error, holds, note, warning
from counterfoil.core.lookup import lookup
from counterfoil.core.mapping import NEXT_DAY
from counterfoil.core.money import DECIMALS
from counterfoil.core.numbering import as_numbered
from counterfoil.core.outline import RECORDED
from counterfoil.core.source_checks import check_decimals
from counterfoil.core.trust_outgoing import outgoing
from counterfoil.core.xero_documents import CreditNote as XeroCreditNote
from counterfoil.core.xero_documents import Invoice, ManualJournal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.conversion import Books, Planned
    from counterfoil.core.documents import Document
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.mapping import Settings

DRAFTABLE: Final = (Bill, CreditNote, WriteOff, SupplierBill, SupplierCredit, Journal)
"""What becomes something that Xero keeps as a draft, locked period or not (facts: section 18)."""
DRAFT: Final = "draft"
BEFORE_START: Final = "before_start"
"""The code of the finding that a document is from before the firm began to post."""
DRAFTED: Final = "posted_as_draft"
"""The code of the finding that a document goes to Xero as a draft."""
MOVED_TO_OPEN_DAY: Final = "posted_on_next_open_day"
"""The code of the finding that a document stands in Xero under a later day than its own."""


def convert(document: Document, books: Books) -> Conversion:
    """Return what a document becomes in Xero, or why it cannot become anything yet.

    The document has passed ``form_rules.check``, as every document has that was read: its signs,
    its splits and its allocations agree with each other.
    """
    found = lookup(books.mapping, books.chart).of(document.kind)
    if is_before_start(document, books.mapping.settings) and not _stays_here(document, found):
        return Conversion((), (_before_start(found),))
    document = as_numbered(document, books.mapping.settings)
    findings = [*found.basis, *_organisation(document, found)]
    locked_to = _locked_to(document, found)
    if locked_to is not None:
        document, fact = _behind_the_lock(document, locked_to, found)
        findings.append(fact)
    findings += _itself(document, found)
    translated = translate(document, books, found)
    findings += translated.findings
    if not holds(findings):
        # The last look is at what would leave; what is held has its cause named already.
        findings += outgoing(document, translated.planned, found)
    planned = () if holds(findings) else translated.planned
    if any(finding.code == DRAFTED for finding in findings):
        planned = tuple(map(_as_draft, planned))
    return Conversion(planned, tuple(findings))


def _as_draft(planned: Planned) -> Planned:
    """Return a posting whose object is made as a draft, where Xero knows drafts of it."""
    element = planned.element
    if isinstance(element, Invoice | XeroCreditNote | ManualJournal):
        return replace(planned, element=replace(element, draft=True))
    return planned


def is_before_start(document: Document, settings: Settings) -> bool:
    """Tell whether a document is from before the day on which the firm begins to post."""
    start = settings.start_date
    return start is not None and document.date < start


def _before_start(lookup: Lookup) -> Finding:
    return note(
        BEFORE_START,
        f"This is from before {lookup.mapping.settings.start_date}, when posting begins, and is "
        "taken to be in Xero already.",
        path="date",
        about="start_date",
    )


def _organisation(document: Document, lookup: Lookup) -> Iterator[Finding]:
    ours = lookup.mapping.organisation
    if document.organisation not in (None, ours):
        yield error(
            "other_organisation",
            f"The document is for organisation {document.organisation}; this mapping is for "
            f"{ours}.",
            "Convert it with the mapping of its own organisation.",
            "organisation",
        )


def _itself(document: Document, lookup: Lookup) -> Iterator[Finding]:
    yield from check_currency(document, lookup)
    currency = document.currency or lookup.chart.organisation.base_currency
    if currency in DECIMALS:
        yield from check_decimals(list(_amounts(document)), currency)


def _behind_the_lock(
    document: Document, locked_to: dt.date, lookup: Lookup
) -> tuple[Document, Finding]:
    """Hold a document that Xero's lock shuts out, or move it to the day after the lock.

    It moves only where the firm chose that; trust documents never move.
    """
    setting = lookup.mapping.settings.lock_date
    if setting == DRAFT and isinstance(document, DRAFTABLE):
        return document, _drafted(document, locked_to)
    if _is_trust(document) or setting != NEXT_DAY:
        return document, _held(document, locked_to, setting)
    opened = locked_to + dt.timedelta(days=1)
    moved = note(
        MOVED_TO_OPEN_DAY,
        f"Xero is locked up to and including {locked_to}; dated {document.date}, this posts on "
        f"{opened}.",
        path="date",
        about="lock_date",
    )
    return replace(document, date=opened), moved


def _drafted(document: Document, locked_to: dt.date) -> Finding:
    return warning(
        DRAFTED,
        f"The date {document.date} lies in a period that Xero has locked up to and including "
        f"{locked_to}, so that this goes to Xero as a draft, which counts nowhere.",
        "Have it approved in Xero, where whoever may move the lock date does so for as long as it "
        "takes; what waits for it goes on then. Or date the document later in the practice system.",
        "date",
        "lock_date",
    )


def _held(document: Document, locked_to: dt.date, setting: str) -> Finding:
    fix = "Move the lock date in Xero for as long as it takes to post this"
    if _is_trust(document):
        fix += "; trust documents are never re-dated."
    else:
        fix += f", or date the document after {locked_to} in the practice system."
    if setting == DRAFT and not document.once_only:
        fix += " Xero has no drafts of money, only of documents and journals."
    return error(
        "period_locked",
        f"The date {document.date} lies in a locked period: Xero is locked up to and including "
        f"{locked_to}.",
        fix,
        "date",
        "lock_date",
    )


def _is_trust(document: Document) -> bool:
    """Whether a document moves clients' money, or moves it back: that is never re-dated."""
    if isinstance(document, Reversal):
        return KINDS[document.reverses.kind].once_only
    return document.once_only


def _locked_to(document: Document, lookup: Lookup) -> dt.date | None:
    """Return the lock date that a document lies behind; None where it lies behind none."""
    locked_to = lookup.chart.organisation.locked_to
    if locked_to is None or document.date > locked_to or _stays_here(document, lookup):
        return None
    return locked_to


def _stays_here(document: Document, lookup: Lookup) -> bool:
    """Whether a document never reaches Xero, so that Xero's lock dates do not bind it."""
    if isinstance(document, TrustDocument) and not lookup.mapping.settings.post_trust:
        return not isinstance(document, TrustOfficeTransfer)
    # What ends something posts nothing under its own day: the day of what it ends counts.
    return isinstance(document, (*RECORDED, Void, Unallocation))


def _amounts(document: Document) -> Iterator[int]:
    match document:
        case Lined():
            yield from (document.total, document.tax)
            yield from (line.total for line in document.lines)
        case Journal():
            yield from (line.amount for line in document.lines)
        case (
            Receipt() | SupplierPayment() | WriteOff() | Refund() | BankTransfer() | TrustDocument()
        ):
            yield document.amount
