"""The bills that Actionstep tells of, into the daybook; and what is said of each beside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Bill, Key
from counterfoil.core.findings import holds
from counterfoil.core.money import amount_text
from counterfoil.core.reader import Read, read_json
from counterfoil.core.takings import takings
from counterfoil.core.writer import canonical
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.records import Taken
from counterfoil.sources.actionstep.bills import (
    DELETED,
    DRAFT,
    ID_PREFIX,
    NOT_BILLED,
    Header,
    Name,
    bill_of,
)
from counterfoil.web.models import Document
from counterfoil.web.services import other_names
from counterfoil.web.services.actionstep import rule_of
from counterfoil.web.services.naming_anew import name_anew
from counterfoil.web.services.other_names import newest
from counterfoil.web.services.receiving import organisations_of, receive
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.web.models import Actionstep, ActionstepBill, Organisation

AT_A_TIME = 200
GONE_AFTER = 2
"""Sweeps in a row that a bill is missing from before that is told: one alone may be a slip."""
HINTS_MOST = 100
"""Hints of each sort that are shown; the newest bills first."""
SETTLED_MOST = 1_000
"""Bills with a change in what is paid that one pull looks at again, the oldest change first."""


@dataclass
class Outcome:
    """What became of the bills that were looked at, and how many cannot be taken in."""

    taken: Counter[Taken] = field(default_factory=Counter)
    troubled: int = 0


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that Actionstep tells of a bill and that nothing is done about by itself."""

    bill: ActionstepBill
    words: str


def take_in_waiting(row: Actionstep, *, actor: str, now: dt.datetime) -> Outcome:
    """Look at every bill that was read and not looked at yet; each is whole or not at all."""
    outcome, last = Outcome(), 0
    while True:
        waiting = row.bills.filter(waits=True, pk__gt=last).order_by("pk")[:AT_A_TIME]
        some = list(waiting.select_related("organisation"))
        if not some:
            break
        _take_in(row, some, outcome, actor, now)
        last = some[-1].pk
    for organisation in organisations_of(row.firm_id).values():
        name_anew(organisation, DatabaseShelf(organisation, actor=actor), now=now)
    return outcome


def _take_in(
    row: Actionstep, some: list[ActionstepBill], outcome: Outcome, actor: str, now: dt.datetime
) -> None:
    organisations = organisations_of(row.firm_id)
    divisions = {
        one.row_id: one.organisation for one in row.divisions.select_related("organisation")
    }
    ready: dict[str, list[tuple[ActionstepBill, Bill]]] = {}
    for bill in some:
        if _left_alone(row, bill):
            _done(bill)
            _note_difference(bill)
            continue
        place = bill.organisation or _place(bill, divisions, organisations)
        if place is None:
            _troubled(bill, _unmapped(bill), outcome)
            continue
        document = _document(row, bill, place)
        if isinstance(document, str):
            _troubled(bill, document, outcome)
        elif document is not None:
            ready.setdefault(place.key, []).append((bill, document))
        else:
            _done(bill)
            _note_difference(bill)
    for key, pairs in ready.items():
        reads = [Read(Bill.kind, one.id, one, ()) for _, one in pairs]
        results = receive(reads, organisations, key, actor=actor, now=now)
        for (bill, document), result in zip(pairs, results, strict=True):
            outcome.taken[result.taken] += result.taken is not Taken.REFUSED
            if result.taken is not Taken.REFUSED:
                _done(bill, organisations[key], document.id)
            elif not _met(bill, organisations[key]):
                words = " ".join(f"{one.message} {one.fix}" for one in result.findings)
                _troubled(bill, words, outcome)


def _left_alone(row: Actionstep, bill: ActionstepBill) -> bool:
    """Tell whether a bill is none of ours: no bill yet, none any more, too old, or elsewhere."""
    if bill.elsewhere or bill.status in NOT_BILLED:
        return True
    old = row.start is not None and bill.date is not None and bill.date < row.start
    return old and not bill.source_id


def _place(
    bill: ActionstepBill,
    divisions: dict[str, Organisation | None],
    organisations: dict[str, Organisation],
) -> Organisation | None:
    """Return where a bill goes: its division's organisation, or the only one that there is."""
    mapped = divisions.get(bill.division)
    if mapped is not None or len(organisations) > 1:
        return mapped
    return next(iter(organisations.values()), None)


def _unmapped(bill: ActionstepBill) -> str:
    return (
        f"Division {bill.division or '(none)'} goes to no Xero organisation. Say which: "
        "counterfoil actionstep division"
    )


def _document(row: Actionstep, bill: ActionstepBill, place: Organisation) -> Bill | str | None:
    """Return the document to take in, words where there can be none, None for nothing new."""
    names = _names(row, "participants", [bill.client])
    if bill.client not in names:
        return (
            "Actionstep does not show the contact that is billed to the user who connected. Let a "
            "user connect who may see every contact."
        )
    matters = _names(row, "actions", bill.matters)
    read = bill_of(
        _header(bill),
        names[bill.client],
        [matters.get(one, Name(one, "")) for one in bill.matters],
        rule_of(row),
    )
    if not isinstance(read.document, Bill):
        return " ".join(f"{one.message} {one.fix}" for one in read.findings if holds((one,)))
    base = newest(place, read.document.id) if bill.source_id else None
    if base is None:
        return read.document
    lined = any(one.here == base.key for one in other_names.of(place, [base.key]))
    return _revised(base, read.document, lined=lined)


def _revised(base: Bill, told: Bill, *, lined: bool) -> Bill | None:
    """Return the next revision of a bill, None where nothing of it has changed.

    Lines that a file brought (``lined``) stay as long as they come to what Actionstep says; where
    they do not, the bill waits for the file of the new total (``hints``).
    """
    if lined:
        if (base.total, base.tax) != (told.total, told.tax):
            return None
        told = replace(told, lines=base.lines, tax_inclusive=base.tax_inclusive)
    told = replace(told, revision=base.revision)
    return None if canonical(told) == canonical(base) else replace(told, revision=base.revision + 1)


def _header(bill: ActionstepBill) -> Header:
    return Header(
        bill.row_id,
        bill.status,
        bill.number,
        bill.date,
        bill.due_date,
        bill.currency,
        bill.total,
        bill.net,
        bill.tax,
        bill.paid,
        bill.due,
        bill.client,
        tuple(bill.matters),
        bill.division,
    )


def _names(row: Actionstep, resource: str, ids: list[str]) -> dict[str, Name]:
    found = row.names.filter(resource=resource, row_id__in=ids).exclude(name="", number="")
    return {one.row_id: Name(one.row_id, one.name, one.number, one.email) for one in found}


def _met(bill: ActionstepBill, organisation: Organisation) -> bool:
    """Tie a bill to the document that another source has brought under its number, if one has.

    Two bills of Actionstep's under one number are two, and so is one here whose number was changed
    to another's: those are for a person.
    """
    found = Document.objects.filter(
        organisation=organisation, kind=Bill.kind, number=bill.number
    ).first()
    if found is None or found.source_id.startswith(ID_PREFIX) or bill.source_id:
        return False
    bill.elsewhere = True
    other_names.note_there(organisation, Key(Bill.kind, f"{ID_PREFIX}{bill.row_id}"), found)
    _done(bill, organisation, found.source_id)
    _note_difference(bill)
    return True


def _done(
    bill: ActionstepBill, organisation: Organisation | None = None, source_id: str = ""
) -> None:
    bill.organisation = organisation or bill.organisation
    bill.source_id = source_id or bill.source_id
    bill.waits, bill.trouble = False, ""
    bill.save(update_fields=["organisation", "source_id", "elsewhere", "waits", "trouble"])


def _troubled(bill: ActionstepBill, words: str, outcome: Outcome) -> None:
    """Keep why a bill is not taken in; it is looked at again with every pull."""
    outcome.troubled += 1
    bill.trouble = words
    bill.save(update_fields=["trouble"])


def hints(row: Actionstep) -> Iterator[Hint]:
    """Yield what Actionstep tells of bills here and a person has to see to.

    A change of what is paid has no date, no method and no bank: it is never made a receipt.
    """
    known = row.bills.exclude(source_id="").select_related("organisation").order_by("-pk")
    for bill in known.filter(status=DELETED)[:HINTS_MOST]:
        yield Hint(bill, "was deleted in Actionstep. Undo it here if that is right.")
    for bill in known.filter(status=DRAFT, elsewhere=False)[:HINTS_MOST]:
        yield Hint(
            bill,
            "is a draft again in Actionstep. What it becomes is taken in when it is approved anew; "
            "undo it here if it was given up.",
        )
    for bill in known.filter(missed__gte=GONE_AFTER)[:HINTS_MOST]:
        yield Hint(bill, "is not in Actionstep any more. Undo it here if that is right.")
    for bill in known.exclude(trouble="")[:HINTS_MOST]:
        yield Hint(bill, bill.trouble)
    for bill in known.exclude(status=DELETED).exclude(paid_changed_at=None)[:HINTS_MOST]:
        applied = _applied(bill)
        if applied != abs(bill.paid):
            yield Hint(
                bill,
                f"is paid by {amount_text(bill.paid)} in Actionstep, and by "
                f"{amount_text(applied)} here. Enter or import the receipt: Actionstep tells "
                "neither its date nor its bank.",
            )


def settle(row: Actionstep) -> None:
    """Look no more at bills of which the documents here say as much as Actionstep."""
    changed = row.bills.exclude(source_id="").exclude(paid_changed_at=None)
    for bill in changed.select_related("organisation").order_by("paid_changed_at")[:SETTLED_MOST]:
        if _applied(bill) == abs(bill.paid):
            bill.paid_changed_at = None
            bill.save(update_fields=["paid_changed_at"])


def _note_difference(bill: ActionstepBill) -> None:
    """Keep that a bill comes to something else here; it is looked at with every pull till then."""
    if bill.organisation is None or bill.status in NOT_BILLED:
        return
    base = newest(bill.organisation, bill.source_id)
    if base is None or (base.total, base.tax) == (bill.total, bill.tax):
        return
    bill.waits = True
    bill.trouble = (
        f"comes to {amount_text(bill.total)} with {amount_text(bill.tax)} tax in Actionstep, and "
        f"to {amount_text(base.total)} with {amount_text(base.tax)} tax here. Export the file of "
        "its lines anew."
    )
    bill.save(update_fields=["waits", "trouble"])


def _applied(bill: ActionstepBill) -> int:
    """Return what documents of the daybook take from a bill."""
    assert bill.organisation is not None, "a bill with a document has its organisation"
    key = Key(Bill.kind, bill.source_id)
    outbox = outbox_of(bill.organisation)
    keys = {one.document for of in outbox.needing({Symbol(*key)}).values() for one in of}
    bodies = outbox.bodies(keys - {key}).values()
    documents = [found for body in bodies if (found := read_json(body).document) is not None]
    return sum(one.amount for each in documents for one in takings(each) if one.source == key)
