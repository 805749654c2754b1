"""What Actionstep tells of bills that are here, and nothing is done about by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from counterfoil.core.documents import Bill, Key
from counterfoil.core.money import amount_text
from counterfoil.core.reader import read_json
from counterfoil.core.takings import takings
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.states import State
from counterfoil.sources.actionstep.bills import CLOSED, DELETED, DRAFT, OPEN
from counterfoil.web.models import Document, Posting
from counterfoil.web.services.under_number import GONE_AFTER
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from counterfoil.web.models import Actionstep, ActionstepBill

HINTS_MOST = 100
"""Hints of each sort that a page shows, of the oldest bills; how many more there are is said."""
SETTLED_MOST = 1_000
"""Bills with a change in what is paid that one pull looks at again, the oldest change first."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that Actionstep tells of a bill and that nothing is done about by itself."""

    bill: ActionstepBill
    words: str


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints, and how many there are more."""

    shown: tuple[Hint, ...]
    more: int


def hints(row: Actionstep, most: int | None = HINTS_MOST) -> Hints:
    """Return what Actionstep tells of bills here and a person has to see to.

    ``most`` is how many of each sort; None for all of them. A change of what is paid has no date,
    no method and no bank: it is never made a receipt.
    """
    shown: list[Hint] = []
    more = 0
    for bills, words in _told(row):
        shown += [Hint(bill, words or bill.trouble) for bill in bills[:most]]
        more += 0 if most is None else max(0, bills.count() - most)
    paid = _changed(row).exclude(status=DELETED).order_by("pk")
    count = looked = 0
    for hint in _unpaid(paid):
        looked += 1
        if hint is None:
            continue
        if count == most:
            more += paid.count() - looked + 1
            break
        shown.append(hint)
        count += 1
    return Hints(tuple(shown), more)


def _told(row: Actionstep) -> Iterator[tuple[QuerySet[ActionstepBill], str]]:
    """Yield bills, and what there is to say of each; empty words for its own trouble."""
    known = row.bills.exclude(source_id="").select_related("organisation").order_by("pk")
    yield (
        known.filter(status=DELETED),
        "was deleted in Actionstep. Undo it here if that is right.",
    )
    yield (
        known.filter(status=DRAFT, elsewhere=False),
        (
            "is a draft again in Actionstep. What it becomes is taken in when it is approved anew; "
            "undo it here if it was given up."
        ),
    )
    yield (
        known.filter(missed__gte=GONE_AFTER),
        "is not in Actionstep any more. Undo it here if that is right.",
    )
    yield known.exclude(trouble=""), ""
    yield (
        _taken_back(known.filter(status__in=(OPEN, CLOSED), missed__lt=GONE_AFTER)),
        (
            "was taken back here, and stands in Actionstep. If it is not owed, delete it there; if "
            "it is, post it again here, or bill it in Actionstep under another number."
        ),
    )


def _taken_back(known: QuerySet[ActionstepBill]) -> QuerySet[ActionstepBill]:
    """Return the bills of whose documents nothing stands."""
    stand = Posting.objects.filter(document=OuterRef("pk")).exclude(state=State.WITHDRAWN.value)
    gone = Document.objects.filter(
        ~Exists(stand),
        organisation=OuterRef("organisation"),
        kind=Bill.kind,
        source_id=OuterRef("source_id"),
    )
    return known.filter(Exists(gone))


def _unpaid(bills: QuerySet[ActionstepBill]) -> Iterator[Hint | None]:
    """Yield for each bill what it is paid by here and there; None where that is the same."""
    for bill in bills.iterator():
        applied = _applied(bill)
        if applied == abs(bill.paid):
            yield None
            continue
        yield Hint(
            bill,
            f"is paid by {amount_text(bill.paid)} in Actionstep, and by "
            f"{amount_text(applied)} here. Enter or import the receipt: Actionstep tells "
            "neither its date nor its bank.",
        )


def _changed(row: Actionstep) -> QuerySet[ActionstepBill]:
    bills = row.bills.exclude(source_id="").exclude(paid_changed_at=None)
    return bills.select_related("organisation")


def settle(row: Actionstep) -> None:
    """Look no more at bills of which the documents here say as much as Actionstep."""
    for bill in _changed(row).order_by("paid_changed_at")[:SETTLED_MOST]:
        if _applied(bill) == abs(bill.paid):
            bill.paid_changed_at = None
            bill.save(update_fields=["paid_changed_at"])


def _applied(bill: ActionstepBill) -> int:
    """Return what documents of the daybook take from a bill."""
    assert bill.organisation is not None, "a bill with a document has its organisation"
    key = Key(Bill.kind, bill.source_id)
    outbox = outbox_of(bill.organisation)
    keys = {one.document for of in outbox.needing({Symbol(*key)}).values() for one in of}
    bodies = outbox.bodies(keys - {key}).values()
    documents = [found for body in bodies if (found := read_json(body).document) is not None]
    return sum(one.amount for each in documents for one in takings(each) if one.source == key)
