"""A later revision that Xero does not let be stated in place: why, and what is done instead.

The firm says in its mapping (``paid_revisions``) whether a person is asked, or the bill is credited
and billed anew, or everything is taken back and posted anew, by itself (architecture.md, rule 11).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from counterfoil.core.findings import error, holds
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.xero_documents import Invoice
from counterfoil.posting.corrections import entry_of
from counterfoil.posting.daybook import barred_anew
from counterfoil.posting.going_back import existing, refusals, resting_barred, way_back
from counterfoil.posting.intake import revised_by
from counterfoil.posting.rebilling import entry_of as entry_of_rebill
from counterfoil.posting.rebilling import first_open_day, rebill
from counterfoil.posting.rebills import REBILLABLE, Rebill, earlier_of
from counterfoil.posting.records import Outcome
from counterfoil.posting.states import State
from counterfoil.posting.undoing import closed_days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from counterfoil.core.conversion import Conversion
    from counterfoil.core.correction import Correctable
    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry, Posting
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Found

REBILL, REPOST = "rebill", "repost"
"""What the setting ``paid_revisions`` may want to happen by itself."""


class Barred(NamedTuple):
    """A document whose revision is barred, what Xero holds of it, and why.

    ``edit`` says what somebody has edited in Xero that would be lost with its object, if anything.
    """

    document: Document
    found: Found
    finding: Finding
    edit: Callable[[], Finding | None]


class Firm(Protocol):
    """What the firm has, and who writes down what it wants by itself."""

    @property
    def caller(self) -> Caller:
        """Who calls Xero."""
        ...

    @property
    def shelf(self) -> Shelf:
        """Chart and mapping."""
        ...

    @property
    def actor(self) -> str:
        """Who stands in the audit trail."""
        ...


def barred(
    document: Document, element: Correctable, found: Found, today: Lookup, *, drafted: bool
) -> Finding | None:
    """Say what keeps a revision from being stated where the earlier one stands, if anything."""
    filed_to = today.mapping.settings.tax_filed_to
    first = min(date for date in (found.date, document.date) if date is not None)
    billed = isinstance(element, Invoice) and isinstance(document, REBILLABLE)
    if filed_to is not None and first <= filed_to:
        return _tax_filed(first, filed_to, billed=billed)
    locked_to = today.chart.organisation.locked_to
    if not drafted and locked_to is not None and first <= locked_to:
        return _locked(first, locked_to, billed=billed)
    return _settled(found.settled, billed=billed) if found.settled else None


def what_follows(posting: Posting, case: Barred, firm: Firm) -> tuple[Outcome, ...] | None:
    """Begin what the firm wants instead; None puts the revision off until that is done.

    Held with the choices where nothing is wanted by itself, or Xero does not allow it; and where an
    edit in Xero would be lost by it, unless a person has chosen that.
    """
    wanted = firm.shelf.mapping().settings.paid_revisions
    entry: Entry | tuple[Finding, ...] = ()
    if wanted == REBILL:
        entry = _rebilled(posting, case, firm)
    elif wanted == REPOST and case.finding.code == SETTLED:
        entry = _reposted(posting, case, firm)
    if isinstance(entry, tuple):
        return (Outcome(posting.key, State.HELD, findings=(case.finding, *entry)),)
    edit = case.edit()
    if edit is not None and posting.choice != edit.about:
        return (Outcome(posting.key, State.HELD, findings=(edit,)),)
    firm.caller.outbox.receive([entry], actor=firm.actor, now=firm.caller.clock.now())
    return None


def _rebilled(posting: Posting, case: Barred, firm: Firm) -> Entry | tuple[Finding, ...]:
    """Plan to credit it and bill it anew, where it is a bill."""
    of = firm.caller.outbox.postings([case.document.key])
    (made,) = (one for one in of if one.key == revised_by(posting.key))
    plan = planned_rebill(case.document, made, case.found, firm.shelf, firm.caller.outbox)
    return entry_of_rebill(plan) if isinstance(plan, Rebill) else ()


def planned_rebill(
    document: Document, made: Posting, found: Found, shelf: Shelf, outbox: Outbox
) -> Rebill | Finding:
    """Plan to credit and re-bill what was read, on the first day that is open."""
    mapping = shelf.mapping()
    number = number_in_xero(document, mapping.settings) or ""
    plan = rebill(document, made, found, number, first_open_day(shelf.chart(), mapping))
    if isinstance(plan, Rebill):
        return replace(plan, earlier=earlier_of(document, outbox))
    return plan


def _reposted(posting: Posting, case: Barred, firm: Firm) -> Entry | tuple[Finding, ...]:
    """Plan to take everything back and post it anew, if Xero allows every step of it.

    And if all of it could be posted again, beside the newest revision; otherwise say what could
    not.
    """
    caller, key = firm.caller, case.document.key
    name = f"{key}#{posting.key.part}"
    way = way_back(key, name, caller.outbox, firm.shelf, again=True)
    if way.correction is None:
        return ()
    standing = {
        step: caller.read(caller.target.read_standing(one))
        for step, one in existing(way, caller.target, caller.outbox).items()
    }
    ids = {one for there in standing.values() for one in there.on_it}
    if refusals(way, standing, caller.outbox.linked(ids), closed_days(firm.shelf)):
        return ()
    documents = list(dict.fromkeys(tie.posting.key.document for tie in way.ties))
    stuck = barred_anew(documents, caller.outbox, firm.shelf)
    if stuck:
        return tuple(resting_barred(of, finding) for of, finding in stuck.items())
    return entry_of(way.correction, case.found.link.number, case.document.date)


def is_planable(conversion: Conversion) -> bool:
    """Tell whether a bill would go to Xero as an invoice as it is now."""
    invoices = [one for one in conversion.planned if isinstance(one.element, Invoice)]
    return bool(invoices) and not holds(conversion.findings)


SETTLED = "revision_barred"
"""The code of the finding that money, credit or a bank statement lies on what was revised."""
LOCKED, TAX_FILED = "revision_in_locked_period", "revision_after_tax_filed"
BARRED = frozenset({SETTLED, LOCKED, TAX_FILED})
"""The codes of all findings that a revision is not stated where the earlier one stands."""
ANEW = "credit it and bill it anew in one step: counterfoil rebill"
IN_PRACTICE = "credit it in the practice system and enter a new one"


def _locked(date: dt.date, locked_to: dt.date, *, billed: bool) -> Finding:
    return error(
        LOCKED,
        f"A later revision arrived of what is dated {date}, and Xero is locked up to and "
        f"including {locked_to}: nothing in a locked period is changed.",
        "Choose: move the lock date in Xero for as long as it takes, then retry, and it is "
        f"updated; or {ANEW if billed else IN_PRACTICE}, under a date that is open.",
        "revision",
        "lock_date",
    )


def _tax_filed(date: dt.date, filed_to: dt.date, *, billed: bool) -> Finding:
    return error(
        TAX_FILED,
        f"A later revision arrived. Xero's document is not updated in place: {date} lies in the "
        f"time up to {filed_to}, of which tax was filed.",
        f"Credit and bill anew, both under a date after that day: "
        f"{'counterfoil rebill does it in one step' if billed else IN_PRACTICE}.",
        "revision",
        "setting:tax_filed_to",
    )


def _settled(why: str, *, billed: bool) -> Finding:
    left = "number, reference, due date, contact, and the lines' texts, accounts and tracking"
    only = f", and more than {left} would change" if billed else ""
    return error(
        SETTLED,
        "A later revision arrived, and Xero's document is not updated in place, because "
        f"{why}{only}.",
        "Choose: take that off in Xero, then retry, and it is updated; or take it all back and "
        f"post it anew in one step: counterfoil repost; or {ANEW if billed else IN_PRACTICE}.",
        "revision",
    )
