"""Documents that take an earlier one back, where it is known what the earlier one became.

Money that moved moves back: bank transactions, transfers and journals get their opposite, under the
new document's own date. What was applied is taken off: payments and allocations are deleted, which
is Xero's own way, because amounts there cannot be negative. Papers are voided (documents.md,
*Undoing*). A file knows nothing of what was posted, so that there all of it is ``needs_history``.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Act, Conversion, Planned
from counterfoil.core.convert.dishonour import KEEP, dishonoured, is_dishonour
from counterfoil.core.convert.history import needs_history
from counterfoil.core.convert.opposite import opposite
from counterfoil.core.documents import (
    Bill,
    Journal,
    LaterAllocation,
    Receipt,
    Reversal,
    SupplierBill,
    SupplierPayment,
    TrustDocument,
    Unallocation,
    Void,
    number_of,
    undone_key,
)
from counterfoil.core.findings import Finding, error
from counterfoil.core.mapping import NEXT_DAY
from counterfoil.core.numbering import as_numbered
from counterfoil.core.outline import names, resource_of
from counterfoil.core.takings import taken_off
from counterfoil.core.xero_documents import (
    Allocation,
    BankTransaction,
    CreditNote,
    Invoice,
    ManualJournal,
    Payment,
    Symbol,
    Undone,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from counterfoil.core.conversion import Books
    from counterfoil.core.documents import AnyAllocation, Document, Key
    from counterfoil.core.lookup import Lookup

    Translator = Callable[[Document, Books, Lookup], Conversion]
    Undoing = Reversal | Void | Unallocation

MOVE_LOCK = "Move the lock date in Xero for as long as it takes, then retry."
_GIVE_UP = "give this up with counterfoil discard, and "


def convert_undoing(
    document: Undoing, books: Books, lookup: Lookup, translate: Translator
) -> Conversion:
    """Return what takes an earlier document back; ``translate`` says what that one became."""
    key = undone_key(document)
    assert key is not None
    if books.drawn is None:
        return Conversion((), (_unknown(document, key),))
    target = books.referenced.get(key)
    if target is None:
        return Conversion((), (_not_received(document, key),))
    if isinstance(document, Unallocation):
        return _unallocated(document, target, books, lookup, translate)
    numbered = as_numbered(target, lookup.mapping.settings)
    became = translate(numbered, books, lookup)
    planned = tuple(
        each for one in became.planned for each in _taken_back(one, document, numbered, lookup)
    )
    findings = [*_in_time(document, target), *_open(document, target, planned, lookup)]
    if isinstance(document, Reversal) and is_dishonour(document, numbered, lookup):
        assert isinstance(numbered, Receipt)
        shown = dishonoured(document, numbered, became, lookup)
        planned, findings = (*planned, *shown.planned), [*findings, *shown.findings]
    if not became.planned:
        findings += [one for one in became.findings if one.severity == "error"]
    return Conversion(planned, tuple(findings))


def _taken_back(
    one: Planned, document: Reversal | Void, target: Document, lookup: Lookup
) -> Iterator[Planned]:
    """Yield what undoes one thing that the earlier document became."""
    element, whose = one.element, Symbol(*target.key)
    match element:
        case Payment():
            yield _ended(one, Act.DELETE, target)
        case Allocation():
            yield _ended(one, Act.DEALLOCATE, target)
        case Invoice() | CreditNote():
            yield _ended(one, Act.VOID, target)
        case ManualJournal() if isinstance(target, Journal):
            yield _ended(one, Act.VOID, target)
        case _ if isinstance(document, Reversal):
            back = opposite(element, document, target, lookup)
            contact = (element.contact,) if isinstance(element, BankTransaction) else ()
            needs = (whose, *(ref for ref in contact if isinstance(ref, Symbol)))
            yield Planned(one.part, Act.CREATE, back, needs)
        case _:
            raise AssertionError("what is voided never moved money")


def _ended(one: Planned, act: Act, target: Document) -> Planned:
    """Plan the end of one object.

    It waits for whatever of its own document goes before it. That it needs what the object lay on
    tells whoever wants to use that again what is about to set it free.
    """
    assert not isinstance(one.element, Undone)
    element = one.element
    source = element.source if isinstance(element, Allocation) else None
    assert source is None or isinstance(source, Symbol)
    undone = Undone(Symbol(*target.key), one.part, resource_of(element), source)
    if isinstance(element, Allocation):
        undone = Undone(undone.document, one.part, undone.resource, source, element.source_type)
    return Planned(one.part, act, undone, (undone.document, *_rests_on(one, target)))


def _rests_on(one: Planned, target: Document) -> Iterator[Symbol]:
    """Yield what the object lay on; of clients' money, of which not all is posted, what it did."""
    if isinstance(target, TrustDocument):
        yield from one.needs
    else:
        yield from (Symbol(*key) for key in names(target))


def _unallocated(
    document: Unallocation, of: Document, books: Books, lookup: Lookup, translate: Translator
) -> Conversion:
    """Return the deletion of each allocation that is named, once it is found which it was."""
    assert books.drawn is not None
    drawn = {one.key: one for one in (of, *books.drawn.get(of.key, ()))}
    planned: list[Planned] = []
    findings: list[Finding] = []
    named = zip(document.allocations, _applying(document, of, drawn), strict=True)
    for place, (wanted, key) in enumerate(named):
        source = None if key is None else drawn[key]
        ended = None if source is None else _off(wanted, source, translate(source, books, lookup))
        if ended is None:
            findings.append(_not_found(of, wanted, f"allocations[{place}]"))
        else:
            planned.append(_renamed(ended, f"{place + 1:02}"))
    findings += _open(document, of, tuple(planned), lookup)
    return Conversion(tuple(planned), tuple(findings))


def _applying(
    document: Unallocation, of: Document, drawn: Mapping[Key, Document]
) -> tuple[Key | None, ...]:
    """Return who applied what is named, place by place; what others took off before is gone."""
    applied = [one for one in drawn.values() if isinstance(one, LaterAllocation)]
    offs = [one for one in drawn.values() if isinstance(one, Unallocation)]
    before = takewhile(lambda one: one.key != document.key, offs)
    return taken_off(of, applied, (*before, document))[document.key]


def _renamed(planned: Planned, part: str) -> Planned:
    """Name a part by its place: two documents may have applied the same credit to one bill."""
    return Planned(part, planned.act, planned.element, planned.needs)


def _off(wanted: AnyAllocation, source: Document, became: Conversion) -> Planned | None:
    """Return the deletion of what a document applied to a bill, each of which it names once."""
    bill = Symbol(*wanted.invoice)
    for one in became.planned:
        if isinstance(one.element, Allocation) and one.element.invoice == bill:
            return _ended(one, Act.DEALLOCATE, source)
    return None


def _in_time(document: Reversal | Void, target: Document) -> Iterator[Finding]:
    if document.date < target.date:
        yield error(
            "undone_before_it_happened",
            f"This is dated {document.date}, before the {_title(target)} of {target.date} that it "
            "takes back.",
            "Correct the date of one of the two.",
            "date",
        )


def _open(
    document: Undoing, target: Document, planned: tuple[Planned, ...], lookup: Lookup
) -> Iterator[Finding]:
    """Say where what would end lies in a period that is locked, or of which tax was filed."""
    if not any(one.act in ENDING for one in planned):
        return
    if lookup.mapping.settings.lock_date == NEXT_DAY:
        return  # It may stand in Xero under a later day: its reading tells (``posting.undoing``).
    instead = _instead(document, target, lookup)
    locked_to = lookup.chart.organisation.locked_to
    if locked_to is not None and target.date <= locked_to:
        yield error(
            "undo_in_locked_period",
            f"The {_title(target)} is dated {target.date}, and Xero is locked up to and including "
            f"{locked_to}: nothing in a locked period is voided or deleted.",
            f"{MOVE_LOCK} Or {instead}",
            "date",
            "lock_date",
        )
    filed = lookup.mapping.settings.tax_filed_to
    if isinstance(document, Void) and filed is not None and target.date <= filed:
        yield error(
            "undo_after_tax_filed",
            f"Tax was filed up to and including {filed}, and the {_title(target)} is dated "
            f"{target.date}: voiding it would change a return that was handed in.",
            f"{instead[0].upper()}{instead[1:]}",
            "date",
            "setting:tax_filed_to",
        )


def _instead(document: Undoing, target: Document, lookup: Lookup) -> str:
    """Say what to do where the earlier document stays as it is in Xero.

    The way back is given up first: held it still counts, and what is recorded in its place would
    count beside it.
    """
    match document, target:
        case Reversal(), Receipt():
            if is_dishonour(document, target, lookup):
                return KEEP
            return _kept("a withdrawal of the money and a bill for what the client owes")
        case Reversal(), SupplierPayment():
            return _kept("a deposit of the money and a supplier bill for what the firm owes")
        case Unallocation(), _:
            return "leave the allocation: give this up with counterfoil discard."
        case _, Bill() | SupplierBill():
            return _GIVE_UP + "credit the bill under a date that is open."
        case _:
            return _GIVE_UP + "record the opposite in the practice under a date that is open."


def _kept(instead: str) -> str:
    return (
        "keep the payment: give this up with counterfoil discard first, since it counts as long "
        f"as it is held, and then record in the practice {instead} again, both under a date that "
        "is open and to one account, which then ends at nil."
    )


def _title(target: Document) -> str:
    return f"{target.kind.replace('_', ' ')} {number_of(target) or target.id}"


def _path(document: Undoing) -> str:
    match document:
        case Reversal():
            return "reverses"
        case Void():
            return "voids"
        case Unallocation():
            return "of"


def _unknown(document: Undoing, key: Key) -> Finding:
    return needs_history(
        f"What this undoes ({key}) must be known as it was posted, and a file does not tell.",
        "Import and post it: the daybook knows what was sent before.",
        _path(document),
        str(key),
    )


def _not_received(document: Undoing, key: Key) -> Finding:
    return error(
        "undone_not_received",
        f"The {key.kind.replace('_', ' ')} {key.id}, which this takes back, has not been received.",
        "Send it, or correct the id that names it; this one is then looked at again.",
        _path(document),
        str(key),
    )


def _not_found(of: Document, wanted: AnyAllocation, path: str) -> Finding:
    later = isinstance(of, Receipt | SupplierPayment | LaterAllocation)
    fix = "Name the amount that was applied: Xero takes an allocation off whole or not at all."
    if later:
        fix += " Money that paid a bill at once is a payment: reverse it, and record it anew."
    return error(
        "allocation_not_found",
        f"Of the {_title(of)} exactly this amount was not applied to {wanted.invoice.id}.",
        fix,
        path,
        str(of.key),
    )
