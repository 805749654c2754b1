"""Bills that two sources know meet under their number: one document, never two.

Actionstep tells a bill's total, a file its lines. What the file brings becomes the next revision of
the bill that came from Actionstep, with that bill's id, client and matter; so it is posted once,
whichever came first. Where the two do not come to the same cent the newcomer is refused. What names
the file's bill by its id, as receipts do, names Actionstep's from then on (``naming_anew``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.documents import Bill, Key
from counterfoil.core.findings import Finding, error, warning
from counterfoil.core.outline import names
from counterfoil.core.writer import canonical
from counterfoil.sources.actionstep.bills import (
    DIFFERS,
    ID_PREFIX,
    names_none,
    same_name,
    with_lines,
)
from counterfoil.web.models import ActionstepBill, OtherName
from counterfoil.web.services import numbered, other_names, under_number
from counterfoil.web.services.naming_anew import Renaming
from counterfoil.web.services.other_names import Other, newest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation


@dataclass(frozen=True, slots=True)
class Met:
    """What is to be taken in for a document, or why it is refused.

    ``bill`` is Actionstep's where the document brings the lines of one; ``other`` says then what
    the document was called, and ``remarks`` what there is to look at though it is taken.
    """

    document: Document
    refused: Finding | None = None
    bill: ActionstepBill | None = None
    other: Other | None = None
    remarks: tuple[Finding, ...] = ()


def meet(documents: Sequence[Document], organisation: Organisation, shelf: Shelf) -> list[Met]:
    """Return for each document what is to be taken in; most are what they were."""
    bills = ActionstepBill.objects.filter(actionstep=organisation.firm_id).exclude(source_id="")
    others_there = bills.exists() or OtherName.objects.filter(organisation=organisation).exists()
    by_others = numbered.named(documents) or numbered.any_opened(organisation)
    if not others_there and not by_others:
        return [Met(document) for document in documents]
    numbers = {one.number for one in documents if isinstance(one, Bill) and not _own(one)}
    rows = under_number.known(organisation.firm_id, numbers)
    keys = {one.key for one in documents} | {key for one in documents for key in names(one)}
    keys |= {Key(Bill.kind, one.source_id) for one in rows}
    others = other_names.of(organisation, keys)
    meeting = _Meeting(organisation, shelf, rows, others)
    met = [meeting.met(one) if isinstance(one, Bill) else Met(one) for one in documents]
    came = [one.other for one in met if one.other is not None]
    by_numbers = numbered.others(organisation, keys - {one.key for one in documents}, shelf)
    renaming = Renaming(organisation, [*others, *came, *by_numbers], documents)
    return [
        one if one.other or one.refused else replace(one, document=renaming.told(one.document))
        for one in met
    ]


def keep_names(met: Sequence[Met], organisation: Organisation) -> None:
    """Write down whose lines bills are about to have, before the daybook takes them."""
    pairs = [(one.other, one.document) for one in met if one.other is not None]
    if pairs:
        other_names.note(organisation, pairs)


def settle(met: Sequence[Met]) -> None:
    """Forget what stood against bills that have their lines now."""
    bills = [one.bill.pk for one in met if one.bill is not None]
    if bills:
        ActionstepBill.objects.filter(pk__in=bills).update(trouble="")


def _own(document: Document) -> bool:
    return document.id.startswith(ID_PREFIX)


class _Meeting:
    """The bills of one intake, held against those of Actionstep."""

    def __init__(
        self,
        organisation: Organisation,
        shelf: Shelf,
        rows: Sequence[ActionstepBill],
        others: Sequence[Other],
    ) -> None:
        self._organisation = organisation
        self._shelf = shelf
        self._rows = rows
        self._bills = [
            one for one in rows if one.organisation_id == organisation.pk and not one.elsewhere
        ]
        self._others = others
        self._here = {one.name: one.here for one in others}
        self._lines = {one.here: one for one in others}
        """Whose lines a bill has: the newest name wins, for they come in that order."""

    def met(self, brought: Bill) -> Met:
        """Say what is to be taken in for a bill."""
        if _own(brought):
            return Met(brought)
        bill = under_number.of_one_number(brought, self._bills)
        key = self._here.get(brought.key)
        if key is not None and (bill is None or bill.source_id != key.id):
            return Met(brought, _renumbered(brought, key))
        if bill is None:
            abroad = under_number.abroad(brought, self._organisation, self._rows)
            return Met(brought, _of_another_organisation(brought, abroad) if abroad else None)
        if bill.number != brought.number:
            return Met(brought, _in_capitals(brought, bill))
        base = newest(self._organisation, bill.source_id)
        return Met(brought) if base is None else self._met(brought, bill, base)

    def _met(self, brought: Bill, bill: ActionstepBill, base: Bill) -> Met:
        # What Actionstep says now counts, not what it said when the lines came.
        told = replace(
            base,
            total=bill.total,
            tax=bill.tax,
            due_date=base.due_date if bill.due_date else None,
            matter=base.matter if bill.matters else None,
            memo=base.memo if len(bill.matters) > 1 else None,
        )
        home = under_number.home_currency(self._shelf)
        joined = with_lines(told, brought, home)
        if isinstance(joined, Finding):
            return Met(brought, joined)
        if canonical(joined) != canonical(base):
            if again := self._again(brought):
                return again
            if refused := _not_this_one(self._lines.get(base.key), bill, brought, base):
                return Met(brought, refused)
            if not under_number.stands(self._organisation, base.key):
                return Met(brought, _taken_back(brought))
            joined = replace(joined, revision=base.revision + 1)
        return _joined(joined, brought, bill, home)

    def _again(self, brought: Bill) -> Met | None:
        """Return what was made of these same lines under this name and number before."""
        for one in self._others:
            if (one.name, one.revision) == (brought.key, brought.revision):
                kept = other_names.told(self._organisation, one.here, one.became)
                if isinstance(kept, Bill) and _same_lines(kept, brought):
                    return Met(kept, other=one)
        return None


def _same_lines(kept: Bill, brought: Bill) -> bool:
    mine, theirs = ((one.total, one.tax, one.lines, one.exchange_rate) for one in (kept, brought))
    return mine == theirs


def _joined(joined: Bill, brought: Bill, bill: ActionstepBill, home: str) -> Met:
    alike = same_name(joined.client.name, brought.client.name)
    client = brought.client.id if alike else ""
    other = Other(brought.key, joined.key, brought.revision, joined.revision, client)
    remarks = () if alike else _of_another(joined, brought)
    return Met(joined, None, bill, other, (*remarks, *_beside_the_lines(joined, brought, home)))


def _renumbered(brought: Bill, key: Key) -> Finding:
    return error(
        "number_changed",
        f"{brought.key} is in the daybook as {key}, whose number in Actionstep is another than "
        f"{brought.number}.",
        "Bring both to one number: change it in Actionstep and pull it, or export this anew. A "
        "bill that is another one needs an id of its own.",
        "number",
    )


def _in_capitals(brought: Bill, bill: ActionstepBill) -> Finding:
    return error(
        DIFFERS,
        f"Bill {brought.number} is {bill.number} in Actionstep: nobody says whether Xero tells the "
        "two apart.",
        "If they are one bill, write its number alike in both. If they are two, give one of them a "
        "number of its own.",
        "number",
    )


def _taken_back(brought: Bill) -> Finding:
    return error(
        "number_taken",
        f"Bill {brought.number} came from Actionstep and was taken back; Xero keeps its number.",
        "If it is owed, bill it under another number in Actionstep and here; if it is not, leave "
        "this one out.",
        "number",
        f"number:{brought.number}",
    )


def _of_another_organisation(brought: Bill, place: Organisation) -> Finding:
    return error(
        "bill_of_another_organisation",
        f"Bill {brought.number} is in {place.key}, where Actionstep's bill of that number went.",
        f"Bring it to {place.key}: a file that is imported without --organisation finds its way by "
        "itself. If it is another bill, give it a number of its own.",
        "organisation",
    )


def _of_another(base: Bill, brought: Bill) -> tuple[Finding, ...]:
    """Warn that two sources bill two clients under one number, as far as both tell names."""
    if brought.client.name == brought.client.id:
        return ()  # LEDES 1998B tells the client's code, which says nothing beside a name
    words = (
        f"Bill {base.number} is to {base.client.name} in Actionstep, and here to "
        f"{brought.client.name}. The lines were taken, and the bill stays Actionstep's client's."
    )
    return (
        warning(
            "client_differs_from_actionstep",
            words,
            "Look whether it is the same bill. If it is not, correct the number or the client "
            "where it is wrong.",
            "client",
        ),
    )


def _beside_the_lines(base: Bill, brought: Bill, home: str) -> Iterator[Finding]:
    """Warn of another day, and of a currency that the file had no way of telling."""
    if brought.date != base.date:
        yield warning(
            "date_differs_from_actionstep",
            f"Bill {base.number} is of {base.date} in Actionstep, and here of {brought.date}. The "
            "lines were taken, and the bill stays of Actionstep's day.",
            "Look whether it is the same bill. If it is not, correct the number where it is wrong; "
            "if it is, correct the day where that is.",
            "date",
        )
    if base.currency and home and base.currency != home and names_none(brought):
        yield warning(
            "currency_not_told",
            f"Bill {base.number} is in {base.currency} in Actionstep, and this form cannot say in "
            "which currency it is. The lines were taken to be in the bill's.",
            "See that they are. LEDES 98BI V2 and CSV tell the currency.",
            "currency",
        )


def _not_this_one(
    lines: Other | None, bill: ActionstepBill, brought: Bill, base: Bill
) -> Finding | None:
    """Say why other lines than the ones that are there are not taken, if they are not."""
    if lines is None or (base.total, base.tax) != (bill.total, bill.tax):
        return None
    if lines.name != brought.key:
        return error(
            "number_taken",
            f"Bill {brought.number} has its lines from {lines.name.id} already.",
            "Bring the lines of a bill from one source: leave this one out.",
            "number",
            f"number:{brought.number}",
        )
    if brought.revision <= lines.revision:
        return error(
            "revision_conflict",
            f"{brought.key} revision {brought.revision} was received before with other content.",
            "Send the change under the next revision number; a file that knows none, such as "
            "LEDES, with import --corrected.",
            "revision",
        )
    return None
