"""Bills that are named by their numbers, as reports name them: found here, or once they come.

A report knows no ids. What it pays stands in the daybook under the id of whatever source brought
the bill; the number leads there, as another name does (``other_names``). A bill that has not come
is waited for where all that is to be posted waits with it; of the rest it is said what to do.

A bill that was open when the books began is here as an opening bill, and to whatever pays it a bill
like any other: an id that no bill has leads to the opening bill that has it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from counterfoil.core.documents import Bill, Key, OpeningBill, OpeningSupplierBill, SupplierBill
from counterfoil.core.findings import Finding, Severity, error
from counterfoil.core.numbering import by_number, number_named, prefix_of
from counterfoil.core.outline import names, outline
from counterfoil.posting.shelf import NotReady
from counterfoil.web.models import Document as Record
from counterfoil.web.models import DocumentFinding
from counterfoil.web.services.other_names import Other
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store.base import by_kind, chunks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.core.reader import Read
    from counterfoil.posting.shelf import Shelf
    from counterfoil.web.models import Organisation

NOT_RECEIVED: Final = "not_received"
"""The code of the finding that a document waits for another one."""
_MEANT: Final = {
    Bill.kind: (Bill.kind, OpeningBill.kind),
    SupplierBill.kind: (SupplierBill.kind, OpeningSupplierBill.kind),
}
"""The kinds that a bill named by its number may be of."""
_OPENED: Final = {Bill.kind: OpeningBill.kind, SupplierBill.kind: OpeningSupplierBill.kind}
"""The kinds of what was open when the books began."""


def named(documents: Iterable[Document]) -> set[Key]:
    """Return the bills that these documents name by their numbers."""
    keys = (key for document in documents for key in names(document))
    return {key for key in keys if number_named(key.id) is not None}


def found(organisation: Organisation, keys: Collection[Key], shelf: Shelf) -> dict[Key, list[Key]]:
    """Return which documents of the daybook have these numbers; of a supplier's, of that one."""
    answers: dict[Key, list[Key]] = defaultdict(list)
    wanted: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in keys:
        number, _ = number_named(key.id) or ("", "")
        for kind in _MEANT[key.kind]:
            for before in {"", prefix(kind, shelf)}:
                wanted[kind, before + number].append(key)
    for some in chunks({number for _, number in wanted}):
        # Kinds are looked at here: asked for them, the database would read every bill.
        rows = Record.objects.filter(organisation=organisation, number__in=some).order_by("pk")
        for kind, name, number, party in rows.values_list("kind", "source_id", "number", "party"):
            for key in wanted.get((kind, number), ()):
                _, whose = number_named(key.id) or ("", "")
                if whose in {"", party}:
                    answers[key].append(Key(kind, name))
    return answers


def prefix(kind: str, shelf: Shelf) -> str:
    """Return what stands before the numbers of a kind in Xero; nothing without a mapping."""
    try:
        return prefix_of(kind, shelf.mapping().settings)
    except NotReady:
        return ""


def others(organisation: Organisation, keys: Collection[Key], shelf: Shelf) -> list[Other]:
    """Return what bills are called here that are named by number, or were open at the start."""
    numbers = {key for key in keys if number_named(key.id) is not None}
    by_numbers = found(organisation, numbers, shelf) if numbers else {}
    leading = [(key, here[0]) for key, here in by_numbers.items() if len(here) == 1]
    leading += _opened(organisation, set(keys) - numbers)
    return [Other(key, here, 0, 0) for key, here in leading]


def _opened(organisation: Organisation, keys: Collection[Key]) -> Iterator[tuple[Key, Key]]:
    """Yield the opening bills that ids of bills lead to, where no bill has the id."""
    pairs = {key: Key(_OPENED[key.kind], key.id) for key in keys if key.kind in _OPENED}
    here = set[Key]()
    for kind, ids in by_kind({*pairs, *pairs.values()}):
        rows = Record.objects.filter(organisation=organisation, kind=kind, source_id__in=ids)
        here |= {Key(kind, name) for name in rows.values_list("source_id", flat=True)}
    return ((key, opened) for key, opened in pairs.items() if opened in here and key not in here)


def any_opened(organisation: Organisation) -> bool:
    """Tell whether anything was open when the books began."""
    rows = Record.objects.filter(organisation=organisation, kind__in=_OPENED.values())
    return rows.exists()


def waited_for(organisation: Organisation, documents: Iterable[Document]) -> set[Key]:
    """Return how bills that have come may be named, as far as something waits for that."""
    came = set[Key]()
    for one in documents:
        if isinstance(one, OpeningBill):
            came.add(Key(Bill.kind, one.id))
        elif isinstance(one, OpeningSupplierBill):
            came.add(Key(SupplierBill.kind, one.id))
        if isinstance(one, Bill | OpeningBill):
            came.add(Key(Bill.kind, by_number(one.number)))
        elif isinstance(one, SupplierBill | OpeningSupplierBill):
            came.add(Key(SupplierBill.kind, by_number(one.number, one.supplier.name)))
    if not came:
        return came
    by_text = {str(key): key for key in came}
    # Named in full, so that an index leads to it: every file of bills asks this.
    waiting = DocumentFinding.objects.filter(
        organisation=organisation, severity=Severity.WARNING.value, code=NOT_RECEIVED
    )
    return {
        by_text[about]
        for some in chunks(by_text)
        for about in waiting.filter(about__in=some).values_list("about", flat=True)
    }


def judged(
    reads: Sequence[Read], organisations: Mapping[str, Organisation], default: str
) -> list[Read]:
    """Refuse documents whose bills several have the number of, or that cannot wait for theirs."""
    documents = [read.document for read in reads if read.document is not None]
    if not named(documents):
        return list(reads)
    answers: list[Read] = []
    for read in reads:
        document = read.document
        place = organisations.get(document.organisation or default) if document else None
        refused = _refused(document, place) if document and place else None
        answers.append(
            read
            if refused is None
            else read._replace(document=None, findings=(*read.findings, refused))
        )
    return answers


def _refused(document: Document, organisation: Organisation) -> Finding | None:
    keys = named([document])
    rows = Record.objects.filter(organisation=organisation)
    if not keys or rows.filter(kind=document.kind, source_id=document.id).exists():
        return None
    here = found(organisation, keys, DatabaseShelf(organisation))
    for key in sorted(keys):
        several = here.get(key, [])
        if len(several) > 1:
            return _several(key, several)
        if not several and not _may_wait(document):
            return _not_here(key)
    return None


def _may_wait(document: Document) -> bool:
    """Tell whether a document can be told again once its bill has come.

    Trust is never revised, and of what is posted in several parts one could have left by then.
    """
    return not document.once_only and len(outline(document)) == 1


def _said(key: Key) -> str:
    return f"{key.kind.replace('_', ' ')} {key.id}"


def _several(key: Key, here: Iterable[Key]) -> Finding:
    return error(
        "bill_not_clear",
        f"The {_said(key)} may be {' or '.join(map(str, here))}.",
        "Name the bill by its id, as in allocation.bill, or correct the number.",
        "allocations",
    )


def _not_here(key: Key) -> Finding:
    return error(
        "bill_not_here",
        f"The {_said(key)} is not in the daybook.",
        "Import the bill first, then this report again; or correct the number.",
        "allocations",
    )
