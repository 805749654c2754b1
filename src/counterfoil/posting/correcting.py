"""The one correction of what landed with another total (rounding.md, step 7).

A correction is a posting of its own, planned when its object was found to differ. Once it is due
the object is read, because an act whose effect is visible is never sent again (architecture.md,
rule 10), and only then is it stated anew, with one more read if the answer is lost.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.correction import Correctable, Standing, correction
from counterfoil.core.findings import error, holds
from counterfoil.core.lookup import lookup
from counterfoil.core.xero_documents import BankTransaction, resolve, symbols
from counterfoil.posting.acting import Amendment, Amendments, Judged, each
from counterfoil.posting.barring import SETTLED, Barred, barred, what_follows
from counterfoil.posting.bodies import read_back
from counterfoil.posting.claim import convert_all
from counterfoil.posting.corrections import going_back
from counterfoil.posting.editing import may_be_edited
from counterfoil.posting.intake import is_revision, revised_by
from counterfoil.posting.landing import UNAPPROVED, landed, with_object
from counterfoil.posting.overwriting import Statement, account_ids, edited
from counterfoil.posting.rebilling import as_rebilled, is_open
from counterfoil.posting.rebills import rebills_of
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.posting.void_numbers import as_called, kept

if TYPE_CHECKING:
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


def amend(dues: Sequence[Due], caller: Caller, shelf: Shelf, *, actor: str) -> Amendments:
    """Read each object that is to be corrected, and say what follows.

    What a revision may not be stated in is credited and billed anew, or taken back and posted anew,
    where the firm wants that by itself; then that is written down, in the name of ``actor``, and
    the revision waits for it. Raises what ends a drain; nothing else is written down here.
    """
    made = {due.posting.key: revised_by(due.posting.key) for due in dues}
    links = caller.outbox.links(list(made.values()))
    conversions = convert_all(dues, caller.outbox, shelf)
    today = lookup(shelf.mapping(), shelf.chart())
    rebills = rebills_of([read_back(due.body) for due in dues], caller.outbox)
    taken = kept([due.posting.key.document for due in dues], caller.outbox)
    leaving = going_back(caller.outbox)

    def judge(due: Due) -> Judged | None:
        posting, link = due.posting, links[made[due.posting.key]]
        if posting.key.document in leaving:
            return None
        document, planned = read_back(due.body), conversions[posting.key.document]
        rebilled = rebills.get(document.key)
        if rebilled is not None and is_open(rebilled.key, caller.outbox):
            return None
        if rebilled is not None and posting.key.attempt > rebilled.attempt:
            document = as_rebilled(document, rebilled, None)
        numbers = taken.get(document.key, frozenset())
        document = as_called(document, numbers, today.mapping.settings)
        try:
            found = caller.read(caller.target.read_object(posting.resource, link.xero_id))
            case = _Case(document, planned, link, found)
            return _judged(posting, case, _Firm(caller, shelf, today, actor))
        except UnreadableAnswer:
            return None

    return each(dues, judge, caller)


class _Case(NamedTuple):
    """A document, what it is planned to become, the link of its object and what Xero holds."""

    document: Document
    planned: Conversion
    link: Link
    found: Found | None


class _Firm(NamedTuple):
    """What the firm has, and who writes down what it wants by itself."""

    caller: Caller
    shelf: Shelf
    today: Lookup
    actor: str


def _judged(posting: Posting, case: _Case, firm: _Firm) -> Judged | None:
    found = case.found
    if found is None or found.link.totals is None:
        return _held(posting, _gone())
    errors = tuple(finding for finding in case.planned.findings if holds((finding,)))
    element = _element(case.planned)
    if errors or element is None:
        return _held(posting, *errors)
    if is_revision(posting.key):
        return _revised(posting, _Differing(case, element, found), firm)
    return _corrected(posting, _Differing(case, element, found), firm.caller, firm.today)


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


def _revised(posting: Posting, differing: _Differing, firm: _Firm) -> Judged | None:
    """State an object as the later revision has it, as long as nothing ties its sums down.

    On what is paid, only what has no bearing on money is stated anew. What somebody has edited in
    Xero meanwhile is overwritten, or lost with its object, only where a person has chosen that.
    """
    case, element, found = differing
    caller, today = firm.caller, firm.today
    drafted = found.link.status in UNAPPROVED
    bar = barred(case.document, element, found, today, drafted=drafted)
    ids = caller.outbox.ids(symbols(element))
    if any(symbol not in ids for symbol in symbols(element)):
        return None  # Its contact is on its way.
    whole = resolve(element, ids)
    assert isinstance(whole, Correctable)
    if not isinstance(whole, BankTransaction):  # Approving a draft is for people in Xero.
        whole = replace(whole, draft=drafted)
    shape = caller.target.amend(whole, found.link.xero_id, found.line_ids)
    (anew,), shown = caller.target.stated(posting.resource, shape.body), found.shown
    if shown is None:
        return None
    statement = Statement(posting, case.link, anew, whole.expected.total, shown)
    unmoved = whole.expected == found.link.totals and may_be_edited(anew, shown)
    if bar is not None and not (bar.code == SETTLED and unmoved):
        replacing = statement._replace(replaces=True)
        ask = partial(edited, replacing, account_ids(today), caller)
        return what_follows(posting, Barred(case.document, found, bar, ask), firm)
    edit = edited(statement, account_ids(today), caller)
    if edit is not None and posting.choice != edit.about:
        return _held(posting, edit)
    return Amendment(posting, shape, whole.expected)


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
