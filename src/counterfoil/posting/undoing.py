"""Taking back what is in Xero: voids, deletions, allocations taken off, and numbers given up.

What a posting takes back is named by its document, a reversal or void of the practice's or a
person's correction; its Xero id is that of the posting which made it. When it has ended that
posting is withdrawn with it, so that nothing rests on it any more and nothing makes it again
unasked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.conversion import ENDING, Act
from counterfoil.core.documents import Key, Receipt, SupplierPayment
from counterfoil.core.findings import error, warning
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting.acting import Amendment, Amendments, Judged, each
from counterfoil.posting.claim import convert_all, planned_for
from counterfoil.posting.corrections import Correction, read_correction
from counterfoil.posting.dishonours import with_returned
from counterfoil.posting.intake import revised_by
from counterfoil.posting.landing import UNAPPROVED
from counterfoil.posting.records import CORRECTION, TOGETHER, Link, Outcome
from counterfoil.posting.restoring import unsure
from counterfoil.posting.seeking import Search, anew_there, first_sought
from counterfoil.posting.states import TIED, UNDER_WAY, State
from counterfoil.posting.target import Existing, UnreadableAnswer
from counterfoil.posting.void_numbers import stays_with_the_void, still_taken

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Due, Posting, PostingKey, Restored
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Standing


STILL_TO_GO = frozenset({State.READY, State.WAITING})
"""States in which nothing has left yet that could have come to be."""


class Closed(NamedTuple):
    """Up to which days, with them, Xero is locked and tax was filed; None where it is not."""

    locked_to: dt.date | None
    filed_to: dt.date | None


class Ground(NamedTuple):
    """What taking back is judged by, beside the object itself.

    ``search`` is there while a restore is minded: what looks never sent is sought in Xero first.
    """

    closed: Closed
    search: Search | None


class Task(NamedTuple):
    """What a posting takes back. ``number`` is the one to give instead, where that is the act.

    ``again``: what must be there before it is posted anew; empty where it is not.
    """

    undone: Undone
    number: str = ""
    again: tuple[Symbol, ...] = ()


def undo(
    dues: Sequence[Due], caller: Caller, shelf: Shelf, restored: Restored | None = None
) -> Amendments:
    """Read each object that is to be taken back, and say what follows.

    ``restored`` is the mark of a restore that is still to be minded. Raises what ends a drain;
    nothing is written down here.
    """
    tasks = _tasks(dues, caller.outbox, shelf)
    search = Search(caller, shelf, restored) if restored else None
    ground = Ground(closed_days(shelf), search)

    def judge(due: Due) -> Judged | None:
        task = tasks[due.posting.key]
        if isinstance(task, Outcome):
            return (task,)
        try:
            judged = _judged(due.posting, task, caller, ground)
            return with_returned(judged, due.posting.key.document, caller.outbox)
        except UnreadableAnswer:
            return None

    return each(dues, judge, caller)


def _tasks(dues: Sequence[Due], outbox: Outbox, shelf: Shelf) -> dict[PostingKey, Task | Outcome]:
    """Return what each posting takes back, or what keeps it from being told."""
    tasks: dict[PostingKey, Task | Outcome] = {}
    theirs = [due for due in dues if due.posting.key.kind != CORRECTION]
    conversions = convert_all(theirs, outbox, shelf)
    for due in dues:
        key = due.posting.key
        if key.kind == CORRECTION:
            tasks[key] = _step(key, read_correction(due.body))
            continue
        planned = planned_for(due.posting, conversions[key.document])
        if isinstance(planned, Outcome):
            tasks[key] = planned
        else:
            assert isinstance(planned, Undone)
            tasks[key] = Task(planned)
    return tasks


def _step(key: PostingKey, correction: Correction) -> Task:
    step = correction.step(key.part)
    again = (Symbol(*key.document),) if correction.again else ()
    return Task(step.undone, step.number, again)


def closed_days(shelf: Shelf) -> Closed:
    """Return the days that bar taking back, of today's chart and mapping."""
    return Closed(shelf.chart().organisation.locked_to, shelf.mapping().settings.tax_filed_to)


def _judged(posting: Posting, task: Task, caller: Caller, ground: Ground) -> Judged | None:
    made = _made(task.undone, caller.outbox)
    if made is None:
        return (Outcome(posting.key, State.POSTED),)
    return _of(posting, made, task, caller, ground)


def _of(
    posting: Posting, made: Posting, task: Task, caller: Caller, ground: Ground
) -> Judged | None:
    """Judge what takes back what a posting made, or was to make."""
    updates = tuple(_updates(made.key, caller.outbox))
    corrects = posting.key.kind == CORRECTION
    # What the practice took back before it could go need not go; a correction's may be anew.
    if _is_tied(made) or (corrects and made.state in STILL_TO_GO) or any(map(_is_tied, updates)):
        return None
    link = caller.outbox.links([made.key]).get(made.key)
    if link is None or made.state not in TIED:
        search = ground.search
        if search and unsure(made, search.mark, caller.outbox):
            first = first_sought(posting, made, search)
            if first is not None:
                return first
        withdrawn = _withdrawn(made.key, posting.key, task.again, caller.outbox)
        return (Outcome(posting.key, State.POSTED), *withdrawn)
    existing = _existing(task.undone, link, caller)
    if existing is None:
        return (Outcome(posting.key, State.HELD, findings=(_no_credit(),)),)
    if link.source == TOGETHER:
        return _shared(posting, task, made, existing, caller)
    return _read(posting, made, task, existing, caller, ground)


def _read(
    posting: Posting,
    made: Posting,
    task: Task,
    existing: Existing,
    caller: Caller,
    ground: Ground,
) -> Judged:
    """Read the object, and decide by what is read."""
    act = posting.key.act
    standing = caller.read(caller.target.read_standing(existing))
    if standing.ended:
        # What a repost finds posted anew is its own work of after the copy: it is looked for, and
        # adopted, when the document's turn comes again.
        search = None if task.again else ground.search
        anew = anew_there(made, search) if search else None
        if anew is not None:
            return (Outcome(posting.key, State.HELD, findings=(anew,)),)
        told = Outcome(posting.key, State.POSTED, _ended(act, existing, standing))
        return with_taken_back((told,), caller.outbox)
    if act is Act.UPDATE and standing.number == task.number:
        return (Outcome(posting.key, State.POSTED),)
    prepaid = prepaid_stays() if is_prepaid(task.undone) else None
    barred = prepaid or bars(act, existing.resource, standing, ground.closed)
    if barred is not None:
        return (Outcome(posting.key, State.HELD, findings=(barred,)),)
    if act is Act.UPDATE:
        return Amendment(posting, caller.target.renumber(existing, task.number))
    # Xero voids what counts; a draft, which does not, is deleted.
    ending = Act.DELETE if standing.status in UNAPPROVED else act
    there = existing._replace(credit=standing.credit or existing.credit)
    return Amendment(posting, caller.target.end(ending, there))


def _shared(
    posting: Posting, task: Task, made: Posting, existing: Existing, caller: Caller
) -> Judged:
    """Leave to a person a payment that is other receipts' too; follow where it is gone."""
    standing = caller.read(caller.target.read_standing(existing))
    if not standing.ended:
        return (Outcome(posting.key, State.HELD, findings=(shared_payment(),)),)
    ended = _ended(posting.key.act, existing, standing)
    withdrawn = _withdrawn(made.key, posting.key, task.again, caller.outbox)
    return (Outcome(posting.key, State.POSTED, ended), *withdrawn)


def shared_payment() -> Finding:
    """Say that a payment in Xero is of several receipts, and what the choices are."""
    return error(
        "undo_shared_payment",
        "In Xero this money is part of one payment, which a person has tied to several receipts: "
        "deleting it would take the others back with it.",
        "Delete the payment in Xero by hand, then retry; what else it was for is posted anew by "
        "counterfoil repost, or taken back likewise. Or leave it, and refund in the practice.",
        about="shared",
    )


def _made(undone: Undone, outbox: Outbox) -> Posting | None:
    """Return the posting that made the object, or was to; None if nothing of it stands."""
    made = [
        posting
        for posting in outbox.postings({Key(*undone.document)})
        if posting.key.part == undone.part
        and posting.key.act in {Act.CREATE, Act.ALLOCATE}
        and posting.state is not State.WITHDRAWN
    ]
    return max(made, key=lambda one: one.key.attempt, default=None)


def _existing(undone: Undone, link: Link, caller: Caller) -> Existing | None:
    if undone.source is None:
        return Existing(undone.resource, link.xero_id)
    credit = caller.outbox.ids([undone.source]).get(undone.source)
    if credit is None:
        return None
    path = caller.target.credit(undone.source_type, credit)
    return Existing(undone.resource, link.xero_id, path)


def _ended(act: Act, existing: Existing, standing: Standing) -> Link | None:
    """Return the link of a posting that ended an object; a new number ends nothing."""
    if act not in ENDING:
        return None
    status = standing.status or "DELETED"
    return Link(existing.xero_id, standing.number, status, source="look-up")


def bars(act: Act, resource: str, standing: Standing, closed: Closed) -> Finding | None:
    """Say what in Xero forbids an act on an object, before Xero is asked."""
    date, (locked_to, filed_to) = standing.date, closed
    if locked_to is not None and date is not None and date <= locked_to:
        return in_locked_period(date, locked_to)
    taxed = act is Act.VOID or (act is Act.DELETE and resource == "BankTransactions")
    if taxed and filed_to is not None and date is not None and date <= filed_to:
        return _tax_filed(date, filed_to)
    if standing.reconciled and act is not Act.UPDATE:
        return error(
            "undo_reconciled",
            "In Xero this is reconciled with a bank statement line, and so cannot be taken back.",
            "Unreconcile it in Xero and retry; or leave it, and record the opposite today.",
            about="reconciled",
        )
    if standing.settled and act is Act.VOID:
        return error(
            "undo_settled",
            "In Xero money or credit that did not come from here still lies on this document.",
            "Take it off in Xero and retry; or credit the document instead of voiding it.",
            about="settled",
        )
    return None


def is_prepaid(undone: Undone) -> bool:
    """Tell whether this is money beyond what was owed, which Xero lets no program delete."""
    settles = undone.document.kind in {Receipt.kind, SupplierPayment.kind}
    return settles and undone.resource == "BankTransactions"


def prepaid_stays() -> Finding:
    """Say that money beyond what was owed cannot be taken out from here, and what can be done."""
    return error(
        "undo_prepaid",
        "Xero lets no program delete money that was received or paid beyond what was owed.",
        "Delete it in Xero by hand, then try this again; or leave it there, and in the practice "
        "reverse the document, which pays the rest back, or apply the rest to a bill by an "
        "allocation of its own.",
        about="prepaid",
    )


def in_locked_period(date: dt.date, locked_to: dt.date) -> Finding:
    """Say that something lies behind Xero's lock, and what the choices are."""
    return error(
        "undo_in_locked_period",
        f"This is dated {date}, and Xero is locked up to and including {locked_to}: nothing in a "
        "locked period is voided or deleted.",
        "Move the lock date in Xero for as long as it takes, then retry; or credit the document, "
        "or record the opposite movement, under a date that is open.",
        "date",
        "lock_date",
    )


def _tax_filed(date: dt.date, filed_to: dt.date) -> Finding:
    return error(
        "undo_after_tax_filed",
        f"This is dated {date}, and tax was filed up to and including {filed_to}: taking it back "
        "would change a return that was handed in.",
        "Leave it, and credit it in the practice system under a date after that day; money is "
        "taken back by the opposite movement, under such a date.",
        "date",
        "setting:tax_filed_to",
    )


def _no_credit() -> Finding:
    return error(
        "credit_gone",
        "The credit that this allocation draws on is not in Xero as far as is known here.",
        "Look at the credit in Xero; if the allocation is gone with it there is nothing to do.",
    )


def with_taken_back(outcomes: Sequence[Outcome], outbox: Outbox) -> tuple[Outcome, ...]:
    """Withdraw, beside each act that ended an object, the posting that had made it."""
    ended = {
        outcome.link.xero_id: outcome.posting
        for outcome in outcomes
        if outcome.state is State.POSTED and outcome.posting.act in ENDING and outcome.link
    }
    if not ended:
        return tuple(outcomes)
    tied = outbox.linked(ended)
    bodies = outbox.bodies({by.document for by in ended.values() if by.kind == CORRECTION})
    again = {
        key: (Symbol(*key),) if read_correction(body).again else () for key, body in bodies.items()
    }
    withdrawn = (
        outcome
        for xero_id, made in sorted(tied.items())
        if made.act not in ENDING
        for outcome in _withdrawn(
            made, ended[xero_id], again.get(ended[xero_id].document, ()), outbox
        )
    )
    return (*outcomes, *_with_numbers(withdrawn, outcomes, outbox))


def _with_numbers(
    withdrawn: Iterable[Outcome], outcomes: Iterable[Outcome], outbox: Outbox
) -> Iterator[Outcome]:
    """Note what is void under its own number: it keeps that, and nothing anew can bear it."""
    voided = {one.link.xero_id: one.link for one in outcomes if one.link is not None}
    for outcome in withdrawn:
        before = outbox.links([outcome.posting]).get(outcome.posting)
        if (
            before is None
            or (ended := voided.get(before.xero_id)) is None
            or not still_taken(before, ended)
        ):
            yield outcome
            continue
        said = (stays_with_the_void(before.number),) if outcome.again else outcome.findings
        yield replace(outcome, link=replace(before, status=ended.status), findings=said)


def _withdrawn(
    made: PostingKey, by: PostingKey, again: tuple[Symbol, ...], outbox: Outbox
) -> Iterator[Outcome]:
    """Withdraw what made an object, and whatever stated it anew: later revisions, corrections."""
    only_here = by.kind == CORRECTION and not again
    findings = (_taken_back(),) if only_here else ()
    yield Outcome(made, State.WITHDRAWN, findings=findings, again=again)
    for update in _updates(made, outbox):
        if not _is_tied(update):
            yield Outcome(update.key, State.WITHDRAWN)


def _updates(made: PostingKey, outbox: Outbox) -> Iterator[Posting]:
    """Yield what states anew the object that a posting made."""
    for posting in outbox.postings({made.document}):
        updates = posting.key.act is Act.UPDATE and revised_by(posting.key) == made
        if updates and posting.state is not State.WITHDRAWN:
            yield posting


def _is_tied(posting: Posting) -> bool:
    """Tell whether a posting is under way, or its request may be sent again as it is."""
    resumable = posting.state is State.READY and posting.request_id is not None
    return posting.state in UNDER_WAY or resumable


def _taken_back() -> Finding:
    return warning(
        "taken_back",
        "This was taken back out of Xero by hand; the practice system still has it.",
        "Void or reverse it in the practice system too; or post it anew: counterfoil retry --anew.",
    )
