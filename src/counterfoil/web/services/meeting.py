"""Bills that two sources know meet under their number: one document, never two.

Actionstep tells a bill's total, a file its lines. What the file brings becomes the next revision of
the bill that came from Actionstep, with that bill's id, client and matter; so it is posted once,
whichever came first. Where the two do not come to the same cent the newcomer is refused. What names
the file's bill by its id, as receipts do, names Actionstep's from then on.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from counterfoil.core.documents import Bill, Key
from counterfoil.core.findings import Finding, error
from counterfoil.core.reader import read_json
from counterfoil.core.writer import canonical
from counterfoil.sources.actionstep.bills import ID_PREFIX, with_lines
from counterfoil.web.models import ActionstepBill, Revision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.web.models import Organisation


@dataclass(frozen=True, slots=True)
class Met:
    """What is to be taken in for a document, or why it is refused.

    ``bill`` is Actionstep's where the document brings the lines of one; ``brought`` is the
    document then.
    """

    document: Document
    refused: Finding | None = None
    bill: ActionstepBill | None = None
    brought: Bill | None = None


def meet(documents: Sequence[Document], organisation: Organisation) -> list[Met]:
    """Return for each document what is to be taken in; most are what they were."""
    bills = ActionstepBill.objects.filter(organisation=organisation, elsewhere=False)
    if not bills.exclude(source_id="").exists():
        return [Met(document) for document in documents]
    others = [one for one in documents if isinstance(one, Bill) and not _own(one)]
    numbers = {one.number for one in others}
    known = {one.number: one for one in bills.filter(number__in=numbers).exclude(source_id="")}
    names = {
        Key(Bill.kind, one.lines_from): Key(Bill.kind, one.source_id)
        for one in bills.exclude(lines_from="").only("lines_from", "source_id")
    }
    return [_met(one, organisation, known, names) for one in documents]


def keep(met: Met) -> None:
    """Note whose lines a bill has now; to be called once they are in the daybook."""
    if met.bill is None or met.brought is None:
        return
    ActionstepBill.objects.filter(pk=met.bill.pk).update(
        lines_from=met.brought.id, lines_revision=met.brought.revision, trouble=""
    )


def newest(organisation: Organisation, source_id: str) -> Bill | None:
    """Return the newest revision of a bill in the daybook; None where there is none to read."""
    row = (
        Revision.objects.filter(
            organisation=organisation, document__kind=Bill.kind, document__source_id=source_id
        )
        .order_by("-revision")
        .first()
    )
    if row is None or row.body is None:
        return None
    document = read_json(bytes(row.body)).document
    return document if isinstance(document, Bill) else None


def _own(document: Document) -> bool:
    return document.id.startswith(ID_PREFIX)


def _met(
    document: Document,
    organisation: Organisation,
    known: Mapping[str, ActionstepBill],
    names: Mapping[Key, Key],
) -> Met:
    if not isinstance(document, Bill) or _own(document):
        return Met(renamed(document, names) if names else document)
    bill = known.get(document.number)
    base = None if bill is None else newest(organisation, bill.source_id)
    if bill is None or base is None:
        return Met(document)
    # What Actionstep says now counts, not what it said when the lines came.
    told = replace(base, total=bill.total, tax=bill.tax)
    joined = with_lines(told, document)
    if isinstance(joined, Finding):
        return Met(document, joined)
    if canonical(joined) == canonical(base):
        return Met(joined, None, bill, document)
    if refused := _not_this_one(bill, document, base):
        return Met(document, refused)
    return Met(replace(joined, revision=base.revision + 1), None, bill, document)


def _not_this_one(bill: ActionstepBill, brought: Bill, base: Bill) -> Finding | None:
    """Say why other lines than the ones that are there are not taken, if they are not."""
    if not bill.lines_from or (base.total, base.tax) != (bill.total, bill.tax):
        return None
    if bill.lines_from != brought.id:
        return error(
            "number_taken",
            f"Bill {brought.number} has its lines from {bill.lines_from} already.",
            "Bring the lines of a bill from one source: leave this one out.",
            "number",
            f"number:{brought.number}",
        )
    if brought.revision <= bill.lines_revision:
        return error(
            "revision_conflict",
            f"{brought.key} revision {brought.revision} was received before with other content.",
            "Send the change under the next revision number; a file that knows none, such as "
            "LEDES, with import --corrected.",
            "revision",
        )
    return None


def renamed(value: Document, names: Mapping[Key, Key]) -> Document:
    """Return a document that names bills as they are named here."""
    return cast("Document", _renamed(value, names))


def _renamed(value: object, names: Mapping[Key, Key]) -> object:
    if isinstance(value, Key):
        return names.get(value, value)
    if isinstance(value, tuple):
        each = tuple(_renamed(one, names) for one in value)
        return value if each == value else each
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
        found = {name: (_renamed(held, names), held) for name, held in fields}
        changed = {name: new for name, (new, held) in found.items() if new is not held}
        return replace(value, **changed) if changed else value
    return value
