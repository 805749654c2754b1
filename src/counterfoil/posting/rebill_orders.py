"""A person orders that bills be credited in Xero and billed anew.

What follows from it is decided in ``rebilling``; here the bill's invoice is read from Xero, the
steps are said, and they are written down for the next drain, which any later one resumes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.amounts import money_text
from counterfoil.core.conversion import Act, Books
from counterfoil.core.documents import Key
from counterfoil.core.findings import error
from counterfoil.core.pipeline import convert
from counterfoil.posting import rebill_credit
from counterfoil.posting.barring import is_planable, planned_rebill
from counterfoil.posting.bodies import named, read_back
from counterfoil.posting.corrections import going_back
from counterfoil.posting.daybook import revise
from counterfoil.posting.intake import is_revision
from counterfoil.posting.losing import lost_of, not_given_up, refusal, with_note
from counterfoil.posting.rebilling import as_rebilled, entry_of, is_open
from counterfoil.posting.rebills import REBILLABLE, Rebill, name_of, read_rebill
from counterfoil.posting.records import OURS, REBILL, Taken
from counterfoil.posting.states import IN_XERO, UNDER_WAY, UNFINISHED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.posting.losing import Loss
    from counterfoil.posting.office import Office
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Entry, Posting


TAKEN_OFF = "Apply anew what the credit has left, which was taken off in Xero"
"""The one step that is left of a re-billing which is done."""


@dataclass(frozen=True, slots=True)
class Rebilling:
    """What is to become of one bill.

    ``steps`` are in the order in which they are sent, in words, and ``days`` are the dates of
    the credit and of what is billed anew. ``refused`` says why there are
    none. ``planned``: they stand in the daybook. ``resumed``: they stood there before and are not
    finished yet. ``under_way``: Xero's answer about the bill is not known yet, or it is being taken
    back. ``lost`` is what somebody has edited in Xero that the new invoice will not have.
    """

    of: Key
    steps: tuple[str, ...] = ()
    refused: Finding | None = None
    planned: bool = False
    resumed: bool = False
    under_way: bool = False
    days: tuple[dt.date, dt.date] | None = None
    lost: tuple[Loss, ...] = ()


def under_way(outbox: Outbox) -> set[Key]:
    """Return the bills whose re-billing has begun and is not handed over yet."""
    names = [one for one in outbox.standing_in(UNFINISHED, REBILL) if is_open(one, outbox)]
    return {read_rebill(body).of for body in outbox.bodies(names).values()}


def rebill(
    office: Office,
    key: Key,
    *,
    actor: str,
    now: dt.datetime,
    dry_run: bool = False,
    given_up: Collection[str] | None = (),
) -> Rebilling:
    """Plan what credits a bill and bills it anew as its newest revision has it.

    Its invoice is read from Xero first. ``given_up`` names the edits there that may be lost, None
    is whatever there are. Raises ``posting.errors.Ended`` and
    ``posting.target.UnreadableAnswer``; then nothing was planned.
    """
    outbox = office.outbox
    document = None if key.kind in OURS else _newest(key, outbox)
    if document is None:
        return Rebilling(key, refused=_no_invoice())
    postings = outbox.postings([key])
    begun = name_of(key, document.revision)
    if is_open(begun, outbox):
        if not dry_run:
            _resumed(office, key, begun, actor=actor, now=now)
        return Rebilling(key, resumed=True)
    if any(posting.state in UNDER_WAY for posting in postings) or key in going_back(outbox):
        return Rebilling(key, under_way=True)
    made = _made(document, postings, overtaken=key in outbox.overtaken({key}))
    plan, losses = _planned(office, document, made) if made else (_no_invoice(), ())
    if isinstance(plan, Rebill) and not dry_run:
        kept = [refusal(one, "rebill") for one in not_given_up(losses, given_up)]
        plan = kept[0] if kept else plan
    if not isinstance(plan, Rebill):
        again = [] if made else _applied_anew(office, key)
        outbox.receive([] if dry_run else again, actor=actor, now=now)
        done = Rebilling(key, (TAKEN_OFF,), planned=not dry_run)
        return done if again else Rebilling(key, refused=plan, lost=losses)
    steps = tuple(_words(plan))
    if not dry_run:
        # In this order: an update in place that is planned next meets the re-billing, and waits.
        entry = with_note(entry_of(plan), losses)
        (receipt,) = outbox.receive([entry], actor=actor, now=now)
        if receipt.taken is Taken.REFUSED:  # Somebody ordered it in the same moment.
            return Rebilling(key, resumed=True)
        revise({key}, outbox, office.shelf, actor=actor, now=now, wanted=True)
    days = (plan.credit.date, as_rebilled(document, plan, None).date)
    return Rebilling(key, steps, planned=not dry_run, days=days, lost=losses)


def _resumed(office: Office, key: Key, begun: Key, *, actor: str, now: dt.datetime) -> None:
    """Let go on what it was held for: each step reads in Xero whether that is settled."""
    outbox = office.outbox
    entry = entry_of(read_rebill(outbox.bodies([begun])[begun]))
    outbox.replan([entry], actor=actor, now=now)
    revise({key}, outbox, office.shelf, actor=actor, now=now, wanted=True)


def _applied_anew(office: Office, key: Key) -> list[Entry]:
    target = office.caller.target
    return rebill_credit.taken_off(
        key, office.outbox, lambda one: office.patiently(lambda: target.read_standing(one))
    )


def _newest(key: Key, outbox: Outbox) -> Document | None:
    """Return the newest revision; None if what it said is not kept any more."""
    bodies = outbox.bodies([key]) | outbox.overtaken({key})
    return read_back(bodies[key]) if key in bodies else None


def _made(document: Document, postings: Sequence[Posting], *, overtaken: bool) -> Posting | None:
    """Return the posting that made the invoice which the newest revision is not stated in yet.

    ``overtaken``: the postings are of an earlier one. Otherwise the newest is what was posted,
    unless an update in place is still to state it.
    """
    if not isinstance(document, REBILLABLE) or document.revision == 1:
        return None
    made = [
        one
        for one in postings
        if (one.key.part, one.key.act) == ("", Act.CREATE) and one.state in IN_XERO
    ]
    open_still = any(one.state in UNFINISHED for one in postings if is_revision(one.key))
    return made[-1] if made and (overtaken or open_still) else None


def _planned(
    office: Office, document: Document, made: Posting
) -> tuple[Rebill | Finding, tuple[Loss, ...]]:
    """Return the plan, or why there is none, and what somebody's edits lose by it."""
    link = office.outbox.links([made.key])[made.key]
    target = office.caller.target
    found = office.patiently(lambda: target.read_object(made.resource, link.xero_id))
    if found is None:
        return _gone(), ()
    plan = planned_rebill(document, made, found, office.shelf, office.outbox)
    if not isinstance(plan, Rebill):
        return plan, ()
    known = named([document], office.outbox)
    books = Books(office.shelf.chart(), office.shelf.mapping(), known, {})
    anew = as_rebilled(document, plan, None)
    if not is_planable(convert(anew, books)):
        return _not_postable(), ()
    loss = lost_of(office, made, link, found)
    return plan, () if loss is None else (loss,)


def _words(plan: Rebill) -> list[str]:
    """Say the steps as people do."""
    credit, total = plan.credit, plan.credit.expected.total
    said = [f"Credit the invoice {plan.was.number}: {credit.number}, {money_text(total)}"]
    if plan.owed:
        said.append(f"Apply {money_text(plan.owed)} of it to {plan.was.number}")
    bill = f"{plan.of.kind.replace('_', ' ')} {plan.of.id}"
    said.append(f"Post {bill} anew as {plan.number}")
    if plan.rest:
        left = money_text(total - plan.owed)
        said.append(f"Apply what the credit has left, {left}, to {plan.number}")
    number = plan.credit.number.removesuffix(f"-CR{plan.revision}")
    said += (
        f"Apply what {number}-CR{revision} still has left, if anything, to {plan.number}"
        for revision in plan.earlier
    )
    return said


def _no_invoice() -> Finding:
    return error(
        "nothing_to_rebill",
        "Xero holds no invoice of this that an earlier revision made, or it holds the newest one.",
        "Nothing to do: what was changed goes to Xero with counterfoil post.",
        "revision",
    )


def _gone() -> Finding:
    return error(
        "gone_from_xero",
        "Xero does not show this document any more, so that there is nothing to credit.",
        "Unlink it, then post it again: counterfoil retry --anew.",
    )


def _not_postable() -> Finding:
    return error(
        "rebill_held",
        "As it is now it could not be posted, so that nothing is credited.",
        "See why with counterfoil show; most often an account or a tax code is not mapped.",
    )
