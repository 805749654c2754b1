"""Bills under one number: what Actionstep tells, held against what other sources have brought.

One bill of Actionstep's is one document. It is tied to a document that is here already only where
nothing speaks against their being the same: that one stands, is a bill of the same sign, number,
currency and total, its client is called no other name, and no other bill of Actionstep's is it.
Anything else is said in words, for a person to settle; never is it passed over. Numbers that differ
in nothing but capitals are asked about, for nobody says whether Xero tells them apart.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Upper

from counterfoil.core.documents import Bill, CreditNote, Key, OpeningBill, WriteOff
from counterfoil.core.identity import number_space
from counterfoil.core.money import amount_text
from counterfoil.core.numbering import number_in_xero
from counterfoil.posting.shelf import NotReady
from counterfoil.posting.states import State
from counterfoil.posting.taken_back import undoers_of
from counterfoil.sources.actionstep.bills import DELETED, ID_PREFIX, same_name
from counterfoil.web.models import ActionstepBill, ActionstepName, Organisation, Posting
from counterfoil.web.models import Document as Record
from counterfoil.web.services import numbered
from counterfoil.web.services.same_paper import newest_of
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from counterfoil.core.documents import Document, Party
    from counterfoil.core.mapping import Settings
    from counterfoil.core.reader import Read
    from counterfoil.posting.shelf import Shelf

GONE_AFTER = 2
"""Sweeps in a row that a bill is missing from before that is told: one alone may be a slip."""
_KINDS = (Bill, OpeningBill, CreditNote, WriteOff)
"""Kinds that share spaces of numbers with bills."""
_GONE = Q(status=DELETED) | Q(missed__gte=GONE_AFTER)
_TWO = "If they are two bills, give one of them a number of its own."


@dataclass(frozen=True, slots=True)
class Holder:
    """A document that has a number; ``stands`` unless it was taken back.

    ``tied`` is the bill of Actionstep's, not deleted there, that it was found to be.
    """

    document: Bill | OpeningBill | CreditNote | WriteOff
    organisation: Organisation
    stands: bool
    tied: ActionstepBill | None


def alike(one: str, other: str) -> bool:
    """Tell whether two numbers are one, or differ in nothing but capitals."""
    return one.casefold() == other.casefold()


def in_capitals(name: str, numbers: Collection[str]) -> Q:
    """Return what rows have one of these numbers, whatever its capitals.

    ``name`` is the field's. SQLite knows capitals of ASCII alone, so the number itself counts, too.
    """
    return Q(upper__in={one.upper() for one in numbers}) | Q(**{f"{name}__in": set(numbers)})


def known(firm: int, numbers: Collection[str]) -> list[ActionstepBill]:
    """Return Actionstep's bills of these numbers that are documents here, in any organisation."""
    rows = ActionstepBill.objects.filter(actionstep=firm).exclude(source_id="")
    found = rows.annotate(upper=Upper("number")).filter(in_capitals("number", numbers))
    return list(found.select_related("organisation"))


def surely_another(total: int, name: str, other_total: int, other_name: str) -> bool:
    """Tell whether two bills of one number in two organisations are two: nothing is the same."""
    return total != other_total and bool(name and other_name) and not same_name(name, other_name)


class Numbers:
    """The documents of a firm that have the numbers of bills which are about to come."""

    def __init__(self, firm: int, bills: Collection[Bill]) -> None:
        self._found: defaultdict[str, list[Holder]] = defaultdict(list)
        self._settings: dict[int, Settings | None] = {}
        self._homes: dict[int, str] = {}
        self._claimed: dict[tuple[int, str, tuple[str, ...]], str] = {}
        if bills:
            for organisation in Organisation.objects.filter(firm=firm).order_by("pk"):
                self._look(organisation, {one.number for one in bills})

    def judged(self, bill: Bill, place: Organisation, *, taken: bool) -> Holder | str | None:
        """Return the document that a bill is, words where that is not clear, None for a new one.

        ``taken`` says that the bill is here itself, under another number till now.
        """
        here = [one for one in self._alike(bill, place) if one.document.key != bill.key]
        here.sort(key=lambda one: one.document.number != bill.number)
        if here:
            against = _against(bill, here[0], self._home(place), taken=taken)
            return against or self._claim(bill, place) or here[0]
        if not taken and (words := self._elsewhere(bill, place)):
            return words
        return self._claim(bill, place)

    def _claim(self, bill: Bill, place: Organisation) -> str | None:
        """Note that a bill takes its number now; say so where another one has just done that."""
        name = place.pk, bill.number.casefold(), number_space(bill)
        first = self._claimed.setdefault(name, bill.id)
        return None if first == bill.id else _twin(bill, first)

    def _look(self, organisation: Organisation, numbers: Collection[str]) -> None:
        shelf = DatabaseShelf(organisation)
        try:
            self._settings[organisation.pk] = shelf.mapping().settings
        except NotReady:
            self._settings[organisation.pk] = None
        prefix = numbered.prefix(Bill.kind, shelf)
        rows = _rows(organisation, {before + one for one in numbers for before in ("", prefix)})
        stands = dict(rows)
        gone = undoers_of(stands, outbox_of(organisation)) if stands else {}
        ties = tied_to(organisation, {key.id for key in stands})
        tied = {one.source_id: one for one in ties.exclude(_GONE)}
        for key, document in newest_of(organisation, list(stands)).items():
            if isinstance(document, _KINDS):
                tie = tied.get(key.id) if key.kind == Bill.kind else None
                holder = Holder(document, organisation, stands[key] and key not in gone, tie)
                self._found[document.number.casefold()].append(holder)

    def _alike(self, bill: Bill, place: Organisation) -> list[Holder]:
        return [
            one
            for some in self._found.values()
            for one in some
            if one.organisation.pk == place.pk
            and number_space(one.document) == number_space(bill)
            and self._one_number(bill, one.document, place)
        ]

    def _one_number(self, bill: Bill, other: Document, place: Organisation) -> bool:
        """Compare what the practice calls two bills; of other kinds what Xero would."""
        if isinstance(other, Bill):
            return alike(bill.number, other.number)
        settings = self._settings.get(place.pk)
        mine, theirs = (number_in_xero(one, settings) or "" for one in (bill, other))
        return alike(mine, theirs)

    def _elsewhere(self, bill: Bill, place: Organisation) -> str:
        """Say which other organisation has a file's bill of this number; empty where none has."""
        for one in self._found.get(bill.number.casefold(), ()):
            other = one.document
            if (
                one.organisation.pk == place.pk
                or not isinstance(other, Bill)
                or not one.stands
                or one.tied
                or other.id.startswith(ID_PREFIX)
                or number_space(other) != number_space(bill)
                or surely_another(bill.total, bill.client.name, other.total, called(other.client))
            ):
                continue
            return (
                f"Its number {bill.number} is in {one.organisation.key} already, as {other.key}, "
                f"and this bill goes to {place.key}. If they are one, undo it in "
                f"{one.organisation.key}, or send the bill's division there. {_TWO}"
            )
        return ""

    def _home(self, organisation: Organisation) -> str:
        if organisation.pk not in self._homes:
            self._homes[organisation.pk] = home_currency(DatabaseShelf(organisation))
        return self._homes[organisation.pk]


def home_currency(shelf: Shelf) -> str:
    """Return the currency of what names none; empty before Xero's chart was read."""
    try:
        return shelf.chart().organisation.base_currency
    except NotReady:
        return ""


def books_of(organisations: Iterable[Organisation]) -> str:
    """Return the currency of organisations' books; empty where they have two, or it is unknown."""
    homes = {home_currency(DatabaseShelf(one)) for one in organisations}
    return homes.pop() if len(homes) == 1 else ""


def tied_to(organisation: Organisation, ids: Collection[str]) -> QuerySet[ActionstepBill]:
    """Return Actionstep's bills that were found to be documents of other sources."""
    return ActionstepBill.objects.filter(
        organisation=organisation, source_id__in=ids, elsewhere=True
    )


def look_again(organisation: Organisation, documents: Iterable[Document]) -> None:
    """Have what came under a tie held against Actionstep's bill with the next pull."""
    ids = [one.id for one in documents if isinstance(one, Bill) and one.revision > 1]
    if ids:
        tied_to(organisation, ids).update(waits=True)


def release(organisation: Organisation, source_id: str) -> None:
    """Untie a document from bills that are not in Actionstep any more: another one is it now."""
    gone = tied_to(organisation, [source_id]).filter(_GONE)
    gone.update(source_id="", elsewhere=False, paid_changed_at=None)


def _rows(organisation: Organisation, numbers: Collection[str]) -> list[tuple[Key, bool]]:
    """Return the documents of these numbers, and whether something of each stands."""
    stand = Posting.objects.filter(document=OuterRef("pk")).exclude(state=State.WITHDRAWN.value)
    rows: QuerySet[Record] = Record.objects.filter(
        organisation=organisation, kind__in=[one.kind for one in _KINDS]
    )
    found = rows.annotate(upper=Upper("number"), stands=Exists(stand))
    told = found.filter(in_capitals("number", numbers)).order_by("pk")
    return [
        (Key(kind, name), stands)
        for kind, name, stands in told.values_list("kind", "source_id", "stands")
    ]


def _against(bill: Bill, holder: Holder, home: str, *, taken: bool) -> str:
    """Say what speaks against a bill's being the document that has its number; empty if nothing."""
    other = holder.document
    if other.id.startswith(ID_PREFIX):
        return _twin(bill, other.id)
    here = f"Its number {bill.number} is here already, as {other.key}"
    if not isinstance(other, Bill):
        before = (
            " Bills from before the books were begun here are left out by counterfoil actionstep "
            "rule --from."
            if isinstance(other, OpeningBill)
            else ""
        )
        return f"{here}. Give one of the two a number of its own.{before}"
    if other.number != bill.number:
        return (
            f"Its number {bill.number} is here as {other.number}, of {other.key}: nobody says "
            f"whether Xero tells the two apart. If they are one bill, write its number alike in "
            f"both. {_TWO}"
        )
    if taken:
        return f"{here}, and is a bill of its own here. Give one of the two another number."
    return _fallen_or_tied(holder, here) or _differs(bill, other, here, home)


def _fallen_or_tied(holder: Holder, here: str) -> str:
    if not holder.stands:
        return (
            f"{here}, which was taken back; Xero keeps its number. If this bill is owed, give it "
            "another number in Actionstep; if it is not, delete it there."
        )
    if holder.tied is not None:
        return (
            f"{here}, which is bill {holder.tied.number} of Actionstep's, with the id "
            f"{holder.tied.row_id} there. Give this one a number of its own in Actionstep, or "
            "delete there the one that is not owed."
        )
    return ""


def _differs(bill: Bill, other: Bill, here: str, home: str) -> str:
    fix = (
        "If they are one, correct it where it is wrong: in Actionstep, or by a revision from the "
        f"source of {other.key}. {_TWO}"
    )
    mine, theirs = (one.currency or home for one in (bill, other))
    if mine != theirs:
        said = [one or "no currency" for one in (mine, theirs)]
        return f"{here}, in {said[1]}; Actionstep says {said[0]}. {fix}"
    if bill.total != other.total:
        return (
            f"{here}, of {amount_text(other.total)}; Actionstep says {amount_text(bill.total)}. "
            f"{fix}"
        )
    name = called(other.client)
    if name and not same_name(name, bill.client.name):
        return f"{here}, to {name}; Actionstep says to {bill.client.name}. {fix}"
    return ""


def _twin(bill: Bill, other: str) -> str:
    return (
        f"Actionstep has two bills under the number {bill.number}: this one, and the one with the "
        f"id {other.removeprefix(ID_PREFIX)}, which is here. Give one of the two another number in "
        "Actionstep, or delete there the one that is not owed."
    )


def called(client: Party) -> str:
    """Return what a client is called; empty where only a code is told, as LEDES 1998B has it."""
    return "" if client.name == client.id else client.name


def by_home(
    reads: Sequence[Read], organisations: Mapping[str, Organisation], default: str
) -> list[str]:
    """Return for each document the key of the organisation that it goes to if it names none.

    That is ``default``. Where it is empty, the lines of a bill go where Actionstep's bill of that
    number is, as long as there is one place only.
    """
    bills = {
        one.id: one
        for read in reads
        if isinstance(one := read.document, Bill) and not one.organisation
    }
    if default or not bills or not organisations:
        return [default] * len(reads)
    firm = next(iter(organisations.values())).firm_id
    keys = {one.pk: key for key, one in organisations.items()}
    rows = known(firm, {one.number for one in bills.values()})
    homes = {
        name: {keys[pk] for row in _of(one, rows) if (pk := row.organisation_id) in keys}
        for name, one in bills.items()
    }
    return [
        next(iter(found))
        if isinstance(read.document, Bill) and len(found := homes.get(read.document.id, ())) == 1
        else default
        for read in reads
    ]


def abroad(
    bill: Bill, organisation: Organisation, rows: Iterable[ActionstepBill]
) -> Organisation | None:
    """Return the other organisation that has a file's bill as one of Actionstep's, if one has.

    A bill that is here already is none of another organisation's, nor is one that has nothing but
    its number in common with Actionstep's.
    """
    others = [one for one in _of(bill, rows) if one.organisation_id != organisation.pk]
    if (
        not others
        or Record.objects.filter(
            organisation=organisation, kind=Bill.kind, source_id=bill.id
        ).exists()
    ):
        return None
    for one in others:
        names = ActionstepName.objects.filter(
            actionstep=one.actionstep_id, resource="participants", row_id=one.client
        )
        theirs = names.values_list("name", flat=True).first() or ""
        if not surely_another(bill.total, called(bill.client), one.total, theirs):
            return one.organisation
    return None


def _of(bill: Bill, rows: Iterable[ActionstepBill]) -> list[ActionstepBill]:
    """Return those of Actionstep's bills that have a bill's number, and its sign."""
    return [
        one
        for one in rows
        if alike(one.number, bill.number) and (one.total < 0) == (bill.total < 0)
    ]


def of_one_number(bill: Bill, rows: Iterable[ActionstepBill]) -> ActionstepBill | None:
    """Return the bill of Actionstep's that a file's is; the one whose number is equal first."""
    found = sorted(_of(bill, rows), key=lambda one: one.number != bill.number)
    return found[0] if found else None


def stands(organisation: Organisation, key: Key) -> bool:
    """Tell whether something of a document stands: it was not taken back."""
    standing = Posting.objects.filter(
        organisation=organisation, document__kind=key.kind, document__source_id=key.id
    ).exclude(state=State.WITHDRAWN.value)
    return standing.exists() and key not in undoers_of([key], outbox_of(organisation))
