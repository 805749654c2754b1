"""Where the credit of a re-billing lies: on the old invoice what that owes, the rest on the new.

How much that is shows when it is sent, not when it was ordered: receipts come and go meanwhile. And
when what had paid the old invoice is taken back, the old invoice owes that again, so that the
credit is taken off and applied once more, the old invoice first. Nothing that the practice takes
back is then left owed twice, or nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.conversion import ENDING, Act
from counterfoil.core.documents import Key, undone_key
from counterfoil.core.findings import error
from counterfoil.core.money import amount_text
from counterfoil.core.outline import names
from counterfoil.core.xero_documents import Symbol, Undone
from counterfoil.posting.acting import later
from counterfoil.posting.bodies import read_back
from counterfoil.posting.corrections import Correction, Step, entry_of, read_correction
from counterfoil.posting.rebills import OLD, REBILLABLE, applies, credit_of, name_of, read_rebill
from counterfoil.posting.records import CORRECTION, OURS, REBILL, Outcome
from counterfoil.posting.states import DONE_WITH, TIED, State
from counterfoil.posting.target import Existing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.rebills import Rebill
    from counterfoil.posting.records import Due, Entry, PostingKey
    from counterfoil.posting.target import Settled, Standing

TIES = frozenset({"Payments", "Allocations"})
"""What lies on an invoice."""


class Weighed(NamedTuple):
    """What of some postings is to be sent, the sums of it, and what became of the others."""

    dues: tuple[Due, ...]
    sums: dict[PostingKey, int]
    outcomes: tuple[Outcome, ...]


def weighed(dues: Sequence[Due], caller: Caller) -> Weighed:
    """Read what invoices owe and credits have left, for the steps of re-billings among these.

    A credit is not made where somebody has paid the old invoice since it was ordered: that money
    would count as paid on the new one. Of what finds nothing to apply nothing is sent. Raises what
    ends a drain.
    """
    ours = [due for due in dues if due.posting.key.kind == REBILL]
    if not ours:
        return Weighed(tuple(dues), {}, ())
    if ours[0].posting.key.part == "":
        held = tuple(_paid_since(ours, caller))
        return _without(dues, {}, held)
    return _applied(dues, ours, caller)


def _without(dues: Sequence[Due], sums: dict[PostingKey, int], told: Sequence[Outcome]) -> Weighed:
    done = {one.posting for one in told}
    return Weighed(tuple(d for d in dues if d.posting.key not in done), sums, tuple(told))


def _paid_since(dues: Sequence[Due], caller: Caller) -> Iterator[Outcome]:
    settled = _settled((read_rebill(due.body).was.xero_id for due in dues), caller)
    ids = {one.xero_id for each in settled.values() for one in each.by}
    linked = caller.outbox.linked(ids)
    for due in dues:
        one = read_rebill(due.body)
        there = settled.get(one.was.xero_id)
        strange = [by for by in there.by if by.xero_id not in linked] if there else []
        if there is not None and strange and there.due < one.owed:
            listed = ", ".join(f"{amount_text(by.amount or 0)} ({by.xero_id})" for by in strange)
            yield Outcome(due.posting.key, State.HELD, findings=(_paid_meanwhile(one, listed),))


def _applied(dues: Sequence[Due], ours: Sequence[Due], caller: Caller) -> Weighed:
    """Say how much of each credit goes where; those of one batch share what an invoice owes."""
    wanted = [(due, read_rebill(due.body)) for due in ours]
    now = caller.outbox.ids({Symbol(*one.of) for _, one in wanted})
    aims = {
        due.posting.key: one.was.xero_id if due.posting.key.part == OLD else now[Symbol(*one.of)]
        for due, one in wanted
        if due.posting.key.part == OLD or Symbol(*one.of) in now
    }
    owed = {xero_id: one.due for xero_id, one in _settled(aims.values(), caller).items()}
    left: dict[Key, int] = {}
    sums: dict[PostingKey, int] = {}
    told: list[Outcome] = []
    for due, one in wanted:
        key = due.posting.key
        if key not in aims:
            told.append(later(due.posting, caller))
            continue
        there = owed.get(aims[key], 0)
        credit = credit_of(one, key.part)
        if there and credit not in left:
            left[credit] = _left(credit, caller)
        amount = min(left[credit], there) if there else 0
        if amount <= 0:
            told.append(Outcome(key, State.POSTED))
            continue
        sums[key] = amount
        left[credit] -= amount
        owed[aims[key]] -= amount
    return _without(dues, sums, told)


def _settled(invoices: Iterable[str], caller: Caller) -> dict[str, Settled]:
    ids = list(dict.fromkeys(invoices))
    return caller.read(caller.target.read_settled(ids)) if ids else {}


def _left(of: Key, caller: Caller) -> int:
    """Return what Xero says that the credit of a re-billing has left."""
    own = Symbol(*of)
    credit = caller.outbox.ids([own]).get(own)
    found = caller.read(caller.target.read_object("CreditNotes", credit)) if credit else None
    return 0 if found is None or found.shown is None else found.shown.due or 0


def _paid_meanwhile(one: Rebill, listed: str) -> Finding:
    return error(
        "rebill_paid_meanwhile",
        f"Since this was ordered somebody, or the bank feed, has entered money in Xero on "
        f"{one.was.number}: {listed}. Nothing was credited yet.",
        "If it was entered there by mistake, remove it there; otherwise record it in the practice "
        "system as a receipt, and tie that: counterfoil relink RECEIPT, with the payment's id. "
        f"Then go on with: counterfoil rebill {one.of.id}",
        "revision",
    )


class Followed(NamedTuple):
    """What may leave, whether credits move after it, and what is held because they may not."""

    dues: tuple[Due, ...]
    moving: bool
    held: tuple[Outcome, ...]


def follow(
    dues: Sequence[Due],
    caller: Caller,
    locked_to: dt.date | None,
    *,
    actor: str,
    now: dt.datetime,
) -> Followed:
    """Have credits applied anew where these postings take off what lies on a re-billed invoice.

    Written down before anything leaves, as a correction that is carried out after them. Where a
    credit that has to move lies behind Xero's lock nothing leaves at all. Raises what ends a drain.
    """
    ending: dict[Key, list[Due]] = {}
    for due in dues:
        if due.posting.key.act in ENDING and due.posting.resource in TIES:
            ending.setdefault(due.posting.key.document, []).append(due)
    entries: list[Entry] = []
    held: list[Outcome] = []
    for by, of in ending.items():
        orders = list(_after(of, caller))
        barred = _behind_lock(orders, locked_to, caller) if locked_to else None
        if barred is None:
            entries += (_waiting(order, by) for order in orders)
        else:
            held += (Outcome(due.posting.key, State.HELD, findings=(barred,)) for due in of)
    if entries:
        caller.outbox.receive(entries, actor=actor, now=now)
    stay = {one.posting for one in held}
    left = tuple(due for due in dues if due.posting.key not in stay)
    return Followed(left, bool(entries), tuple(held))


def _waiting(order: Correction, by: Key) -> Entry:
    entry = entry_of(order, "", None)
    waiting = (replace(one, needs=(*one.needs, Symbol(*by))) for one in entry.intents)
    return replace(entry, intents=tuple(waiting))


def _behind_lock(
    orders: Iterable[Correction], locked_to: dt.date, caller: Caller
) -> Finding | None:
    """Say which credit could not be taken off any more, if any: read in Xero, as it lies there."""
    for one in (step.undone for order in orders for step in order.steps):
        made = [
            posting.key
            for posting in caller.outbox.postings([Key(*one.document)])
            if posting.key.part == one.part and posting.state in TIED
        ]
        source = one.source or one.document
        credit = caller.outbox.ids([source]).get(source)
        for link in caller.outbox.links(made).values() if credit else ():
            tie = Existing("Allocations", link.xero_id, f"CreditNotes/{credit}")
            there = caller.read(caller.target.read_standing(tie))
            if not there.ended and there.date is not None and there.date <= locked_to:
                return _credit_locked(there.date, locked_to)
    return None


def _credit_locked(date: dt.date, locked_to: dt.date) -> Finding:
    return error(
        "rebill_credit_locked",
        "This lies on a bill that was credited and billed anew, so that the credit would have to "
        f"move with it. That was applied on {date}, and Xero is locked up to and including "
        f"{locked_to}: nothing of this was sent.",
        "Move the lock date in Xero for as long as it takes, then retry; or give this up with "
        "counterfoil discard, and record the opposite movement under a date that is open.",
        "date",
        "lock_date",
    )


def _after(dues: Sequence[Due], caller: Caller) -> Iterator[Correction]:
    """Yield what is to be done once all that a document takes off has gone."""
    outbox = caller.outbox
    taken = {key for due in dues for key in _taken(due) if key.kind not in OURS}
    known = outbox.bodies(taken) if taken else {}
    named = {name for body in known.values() for name in names(read_back(body))}
    kinds = {one.kind for one in REBILLABLE}
    chains = _chains({name for name in taken | named if name.kind in kinds}, outbox)
    if not chains:
        return
    postings = [one for one in outbox.postings(taken | named) if one.resource in TIES]
    links = outbox.links([one.key for one in postings if one.state in TIED])
    payments = {link.xero_id for key, link in links.items() if key.act is Act.CREATE}
    credited = len(payments) < len(links)
    settled = _settled((one.was.xero_id for chain in chains for one in chain), caller)
    for chain in chains:
        concerned = _concerned(chain, settled, payments, credited=credited)
        yield from _orders(concerned, outbox)


def taken_off(bill: Key, outbox: Outbox, standing: Callable[[Existing], Standing]) -> list[Entry]:
    """Return what applies a bill's credits anew of which an allocation is gone from Xero."""
    for place, one in enumerate(chain := next(iter(_chains({bill}, outbox)), ())):
        live = [p.key for p in outbox.postings([one.key]) if p.state in TIED]
        links = outbox.links([key for key in live if applies(key.part)])
        credits_ = {key: Symbol(*credit_of(one, key.part)) for key in links}
        ids = outbox.ids(credits_.values())
        ties = (
            Existing("Allocations", link.xero_id, f"CreditNotes/{ids.get(credits_[key], '')}")
            for key, link in links.items()
        )
        if any(standing(tie).ended for tie in ties):
            orders = _orders(chain[place:], outbox)
            return [entry_of(order, "", None) for order in orders]
    return []


def _taken(due: Due) -> set[Key]:
    """Return what a posting takes back, and what that posting's own document names."""
    key = due.posting.key
    if key.kind == CORRECTION:
        return {Key(*read_correction(due.body).step(key.part).undone.document)}
    document = read_back(due.body)
    of = undone_key(document)
    return {*names(document), *([of] if of else ())}


def _chains(bills: Collection[Key], outbox: Outbox) -> list[tuple[Rebill, ...]]:
    """Return the re-billings of each of these bills that has any, the earliest first."""
    revisions = {key: read_back(body).revision for key, body in outbox.bodies(bills).items()}
    wanted = [
        name_of(key, revision) for key, last in revisions.items() for revision in range(2, last + 1)
    ]
    found: dict[Key, list[Rebill]] = {}
    for body in outbox.bodies(wanted).values() if wanted else ():
        one = read_rebill(body)
        found.setdefault(one.of, []).append(one)
    return [tuple(sorted(of, key=lambda one: one.revision)) for _, of in sorted(found.items())]


def _concerned(
    chain: Sequence[Rebill],
    settled: Mapping[str, Settled],
    payments: Collection[str],
    *,
    credited: bool,
) -> Sequence[Rebill]:
    """Return the first re-billing on whose old invoice something of this lies, and all after it.

    The invoice that it made then owes more too, and is the old one of the next. Xero lists no
    credit beside an invoice's payments, so that one may lie on any (``credited``).
    """
    for place, one in enumerate(chain):
        there = settled.get(one.was.xero_id)
        if credited or (there and any(by.xero_id in payments for by in there.by)):
            return chain[place:]
    return ()


def _orders(concerned: Iterable[Rebill], outbox: Outbox) -> Iterator[Correction]:
    """Yield what takes these credits off, to be applied anew.

    A credit that is still on its way reads anyhow what is owed then.
    """
    for one in concerned:
        standing = [
            posting
            for posting in outbox.postings([one.key])
            if applies(posting.key.part) and posting.state is not State.WITHDRAWN
        ]
        if not standing or any(posting.state not in DONE_WITH for posting in standing):
            continue
        attempt = max(posting.key.attempt for posting in standing)
        undone = (
            Undone(
                Symbol(*one.key),
                posting.key.part,
                "Allocations",
                Symbol(*credit_of(one, posting.key.part)),
            )
            for posting in standing
        )
        steps = tuple(Step(Act.DEALLOCATE, each) for each in undone)
        yield Correction(f"{one.of}#R{one.revision}-{attempt}", one.of, again=True, steps=steps)
