"""The bills that Actionstep tells of, into the daybook; and what is said of each beside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Bill, Key
from counterfoil.core.findings import holds
from counterfoil.core.money import amount_text
from counterfoil.core.reader import Read
from counterfoil.core.writer import canonical
from counterfoil.posting.records import Taken
from counterfoil.sources.actionstep.bills import (
    ID_PREFIX,
    NOT_BILLED,
    STATES,
    Header,
    Name,
    as_before,
    bill_of,
    same_name,
)
from counterfoil.web.models import Document
from counterfoil.web.services import other_names, under_number
from counterfoil.web.services.actionstep import rule_of
from counterfoil.web.services.naming_anew import name_anew
from counterfoil.web.services.other_names import newest
from counterfoil.web.services.receiving import organisations_of, receive
from counterfoil.web.services.under_number import Holder, Numbers, alike, called, home_currency
from counterfoil.web.shelf import DatabaseShelf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from counterfoil.web.models import Actionstep, ActionstepBill, Organisation

AT_A_TIME = 200


@dataclass
class Outcome:
    """What became of the bills that were looked at, and how many cannot be taken in."""

    taken: Counter[Taken] = field(default_factory=Counter)
    troubled: int = 0


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
    waiting = list(_to_take(row, some, organisations, outcome))
    ready: dict[str, list[tuple[ActionstepBill, Bill]]] = {}
    numbers = Numbers(row.firm_id, [document for _, _, document in waiting])
    for bill, place, document in waiting:
        found = numbers.judged(document, place, taken=bool(bill.source_id))
        if isinstance(found, str):
            _troubled(bill, found, outcome)
        elif found is not None:
            _tie(bill, found)
        else:
            ready.setdefault(place.key, []).append((bill, document))
    for key, pairs in ready.items():
        reads = [Read(Bill.kind, one.id, one, ()) for _, one in pairs]
        results = receive(reads, organisations, key, actor=actor, now=now)
        for (bill, document), result in zip(pairs, results, strict=True):
            outcome.taken[result.taken] += result.taken is not Taken.REFUSED
            if result.taken is not Taken.REFUSED:
                _done(bill, organisations[key], document.id)
            else:
                words = " ".join(f"{one.message} {one.fix}" for one in result.findings)
                _troubled(bill, words, outcome)


def _to_take(
    row: Actionstep,
    some: list[ActionstepBill],
    organisations: dict[str, Organisation],
    outcome: Outcome,
) -> Iterator[tuple[ActionstepBill, Organisation, Bill]]:
    """Yield the bills of which there is something to take in; of the others note what is said."""
    divisions = {
        one.row_id: one.organisation for one in row.divisions.select_related("organisation")
    }
    for bill in some:
        place = bill.organisation or _place(bill, divisions, organisations)
        document = None if _left_alone(row, bill) else _document(row, bill, place)
        if isinstance(document, str):
            _troubled(bill, document, outcome)
        elif document is None or place is None:
            _done(bill)
            _note_difference(bill)
        else:
            yield bill, place, document


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


def _no_state(bill: ActionstepBill) -> str:
    return (
        f'has the state "{bill.status or "none"}" in Actionstep, which its API does not name '
        f"({', '.join(STATES)}): whether it is owed is not certain. Look at it there. It is read "
        "again with every pull; bring it by a file, or undo it here, if that is right."
    )


def _document(
    row: Actionstep, bill: ActionstepBill, place: Organisation | None
) -> Bill | str | None:
    """Return the document to take in, words where there can be none, None for nothing new."""
    if bill.status not in STATES:
        return _no_state(bill)
    if place is None:
        return _unmapped(bill)
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

    Lines stay as long as they come to what Actionstep says. Where those that a file brought
    (``lined``) do not, the bill waits for the file of the new total (``actionstep_hints``); others
    are made anew, by the rule of the day.
    """
    if lined and (base.total, base.tax) != (told.total, told.tax):
        return None
    told = replace(as_before(base, told, lined=lined), revision=base.revision)
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


def _tie(bill: ActionstepBill, holder: Holder) -> None:
    """Tie a bill to the document that another source has brought of it."""
    organisation, name = holder.organisation, holder.document.id
    under_number.release(organisation, name)
    found = Document.objects.get(organisation=organisation, kind=Bill.kind, source_id=name)
    bill.elsewhere = True
    other_names.note_there(organisation, Key(Bill.kind, f"{ID_PREFIX}{bill.row_id}"), found)
    _done(bill, organisation, name)
    _note_difference(bill)


def _done(
    bill: ActionstepBill, organisation: Organisation | None = None, source_id: str = ""
) -> None:
    bill.organisation = organisation or bill.organisation
    bill.source_id = source_id or bill.source_id
    bill.waits, bill.trouble = False, ""
    bill.save(update_fields=["organisation", "source_id", "elsewhere", "waits", "trouble"])


def _troubled(bill: ActionstepBill, words: str, outcome: Outcome) -> None:
    """Keep why a bill is not taken in, or not changed; it is looked at again with every pull."""
    outcome.troubled += 1
    bill.trouble = words
    bill.save(update_fields=["trouble"])


def _note_difference(bill: ActionstepBill) -> None:
    """Keep that a bill is something else here; it is looked at with every pull till then."""
    if bill.organisation is None or bill.status in NOT_BILLED:
        return
    base = newest(bill.organisation, bill.source_id)
    words = None if base is None else _difference(bill, base)
    if words:
        bill.waits, bill.trouble = True, words
        bill.save(update_fields=["waits", "trouble"])


def _difference(bill: ActionstepBill, base: Bill) -> str:
    """Say in what a bill differs from the document that it is; empty where it does not."""
    if bill.status not in STATES:
        return _no_state(bill)
    if (base.total, base.tax) != (bill.total, bill.tax):
        return (
            f"comes to {amount_text(bill.total)} with {amount_text(bill.tax)} tax in Actionstep, "
            f"and to {amount_text(base.total)} with {amount_text(base.tax)} tax here. Export the "
            "file of its lines anew."
        )
    if not alike(base.number, bill.number):
        return (
            f"has this number in Actionstep, and {base.number} here. Bring both to one number: "
            f"change it there, or send {base.key} anew under it."
        )
    assert bill.organisation is not None, "a bill with a document has its organisation"
    if bill.currency and bill.currency != base.currency:
        home = base.currency or home_currency(DatabaseShelf(bill.organisation))
        if bill.currency != home:
            return (
                f"is in {bill.currency} in Actionstep, and in {home or 'no currency'} here. "
                "Correct it where it is wrong."
            )
    return _other_head(bill, base)


def _other_head(bill: ActionstepBill, base: Bill) -> str:
    """Say whether a bill is to another client there, or of another day; empty where it is not."""
    words: list[str] = []
    told = _names(bill.actionstep, "participants", [bill.client]).get(bill.client)
    ours = called(base.client)
    if (
        told
        and ours
        and base.client.id != f"{ID_PREFIX}{told.id}"
        and not same_name(ours, told.name)
    ):
        words.append(f"is to {told.name} in Actionstep, and to {ours} here.")
    if bill.date and bill.date != base.date:
        words.append(f"is of {bill.date} in Actionstep, and of {base.date} here.")
    if not words:
        return ""
    return (
        f"{' It '.join(words)} Correct it where it is wrong: there, or by a revision from the "
        f"source of {base.key}. If they are two bills, give one of them a number of its own."
    )
