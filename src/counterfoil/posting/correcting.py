"""The one correction of what landed with another total (rounding.md, step 7).

A correction is a posting of its own, planned when its object was found to differ. Once it is due
the object is read, because an act whose effect is visible is never sent again (architecture.md,
rule 10), and only then is it stated anew, with one more read if the answer is lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.correction import Correctable, Standing, correction
from counterfoil.core.findings import error, holds
from counterfoil.core.lookup import lookup
from counterfoil.core.xero_documents import BankTransaction, resolve, symbols
from counterfoil.posting.acting import Amendment, Amendments, Judged, each
from counterfoil.posting.claim import convert_all
from counterfoil.posting.daybook import read_back
from counterfoil.posting.decide import UNAPPROVED, landed, with_object
from counterfoil.posting.intake import is_revision, revised_by
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.conversion import Conversion
    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.xero_documents import Totals
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Due, Link, Posting
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Found


def amend(dues: Sequence[Due], caller: Caller, shelf: Shelf) -> Amendments:
    """Read each object that is to be corrected, and say what follows.

    Raises what ends a drain; nothing is written down here.
    """
    made = {due.posting.key: revised_by(due.posting.key) for due in dues}
    links = caller.outbox.links(list(made.values()))
    conversions = convert_all(dues, caller.outbox, shelf)
    today = lookup(shelf.mapping(), shelf.chart())

    def judge(due: Due) -> Judged | None:
        posting, link = due.posting, links[made[due.posting.key]]
        document, planned = read_back(due.body), conversions[posting.key.document]
        try:
            found = caller.read(caller.target.read_object(posting.resource, link.xero_id))
        except UnreadableAnswer:
            return None
        return _judged(posting, _Case(document, planned, link, found), caller, today)

    return each(dues, judge, caller)


class _Case(NamedTuple):
    """A document, what it is planned to become, the link of its object and what Xero holds."""

    document: Document
    planned: Conversion
    link: Link
    found: Found | None


def _judged(posting: Posting, case: _Case, caller: Caller, today: Lookup) -> Judged | None:
    found = case.found
    if found is None or found.link.totals is None:
        return _held(posting, _gone())
    errors = tuple(finding for finding in case.planned.findings if holds((finding,)))
    element = _element(case.planned)
    if errors or element is None:
        return _held(posting, *errors)
    if is_revision(posting.key):
        return _revised(posting, _Differing(case, element, found), caller, today)
    return _corrected(posting, _Differing(case, element, found), caller, today)


class _Differing(NamedTuple):
    """A case in which there is something to correct, and what Xero holds of it."""

    case: _Case
    element: Correctable
    found: Found


def _corrected(posting: Posting, differing: _Differing, caller: Caller, today: Lookup) -> Judged:
    case, element, found = differing
    assert found.link.totals is not None
    if _agrees(found.link.totals, element.expected, case.link.totals):
        return with_object(landed(posting.key, found.link, None))
    if found.settled:
        return _held(posting, _settled(found.settled))
    standing = Standing(found.link.totals, found.amounts)
    corrected = correction(case.document, element, standing, today.of(case.document.kind))
    if corrected.element is None:
        return _held(posting, *corrected.findings)
    ids = caller.outbox.ids(symbols(corrected.element))
    whole = resolve(corrected.element, ids)
    assert isinstance(whole, Correctable)
    shape = caller.target.amend(whole, found.link.xero_id, found.line_ids)
    return Amendment(posting, shape, whole.expected)


def _revised(
    posting: Posting, differing: _Differing, caller: Caller, today: Lookup
) -> Judged | None:
    """State an object as the later revision has it, as long as nothing ties its sums down.

    Stating the same twice changes nothing, so that the object is not compared first.
    """
    case, element, found = differing
    filed_to = today.mapping.settings.tax_filed_to
    first = min(date for date in (found.date, case.document.date) if date is not None)
    if filed_to is not None and first <= filed_to:
        return _held(posting, _tax_filed(first, filed_to))
    drafted = found.link.status in UNAPPROVED
    locked_to = today.chart.organisation.locked_to
    if not drafted and locked_to is not None and first <= locked_to:
        return _held(posting, _locked(first, locked_to))
    if found.settled:
        return _held(posting, _choices(found.settled))
    ids = caller.outbox.ids(symbols(element))
    if any(symbol not in ids for symbol in symbols(element)):
        return None  # Its contact is on its way.
    whole = resolve(element, ids)
    assert isinstance(whole, Correctable)
    if not isinstance(whole, BankTransaction):  # Approving a draft is for people in Xero.
        whole = replace(whole, draft=drafted)
    shape = caller.target.amend(whole, found.link.xero_id, found.line_ids)
    return Amendment(posting, shape, whole.expected)


def _locked(date: dt.date, locked_to: dt.date) -> Finding:
    return error(
        "revision_in_locked_period",
        f"A later revision arrived of what is dated {date}, and Xero is locked up to and "
        f"including {locked_to}: nothing in a locked period is changed.",
        "Move the lock date in Xero for as long as it takes, then retry, and it is updated; or "
        "credit it in the practice system and enter a new one under a date that is open.",
        "revision",
        "lock_date",
    )


def _tax_filed(date: dt.date, filed_to: dt.date) -> Finding:
    return error(
        "revision_after_tax_filed",
        f"A later revision arrived. Xero's document is not updated in place: {date} lies in the "
        f"time up to {filed_to}, of which tax was filed.",
        "Credit it in the practice system and enter a new one, both under a date after that day.",
        "revision",
        "setting:tax_filed_to",
    )


def _choices(why: str) -> Finding:
    return error(
        "revision_barred",
        f"A later revision arrived, and Xero's document is not updated in place, because {why}.",
        "Choose: take that off in Xero, then retry, and it is updated; or take it all back and "
        "post it anew in one step: counterfoil repost; or credit it in the practice system and "
        "enter a new one. Where only texts, dates or the contact differ, Xero lets you edit those "
        "there.",
        "revision",
    )


def _element(planned: Conversion) -> Correctable | None:
    for one in planned.planned:
        if one.part == "" and isinstance(one.element, Correctable):
            return one.element
    return None


def _agrees(now: Totals, sent: Totals, before: Totals | None) -> bool:
    """Tell whether Xero holds what was sent, or what a correction of ours was to make of it."""
    if before is None:
        return now == sent
    moved = sent.total - before.total
    ours = before._replace(sub_total=before.sub_total + moved, total=sent.total)
    return now in {sent, ours}


def _held(posting: Posting, *findings: Finding) -> tuple[Outcome, ...]:
    return (Outcome(posting.key, State.HELD, findings=findings),)


def _gone() -> Finding:
    return error(
        "gone_from_xero",
        "Xero does not show this document any more, so that its total cannot be corrected.",
        "Look for it in Xero; restore it there, or enter it anew in the practice system.",
    )


def _settled(why: str) -> Finding:
    return error(
        "correction_barred",
        f"Xero's total differs and is not corrected from here, because {why}.",
        "Undo that in Xero, then retry; or accept the document as it stands there.",
        "total",
    )
