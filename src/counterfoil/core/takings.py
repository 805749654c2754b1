"""What documents take from one another, summed: a bill can be settled once, a credit used once.

One document cannot tell whether what it names is still there: receipts, credits, write-offs,
payments from trust, later allocations and refunds have to be added up, in the order in which they
came. Whoever came first has it; who finds nothing left is told who took it. In hundredths of the
currency of what is taken from.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import (
    CreditNote,
    LaterAllocation,
    Lined,
    Receipt,
    Refund,
    Reversal,
    SupplierCredit,
    SupplierPayment,
    TrustBillPayment,
    TrustOfficeTransfer,
    TrustPayment,
    Unallocation,
    Void,
    WriteOff,
    number_of,
)
from counterfoil.core.findings import error
from counterfoil.core.money import amount_text
from counterfoil.core.references import credit_left, worth_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from collections.abc import Mapping as ReadOnly

    from counterfoil.core.documents import AnyAllocation, Document, Key
    from counterfoil.core.findings import Finding

BEYOND: Final = "beyond_what_is_left"
STILL_USED: Final = "still_settled"
SHORT: Final = frozenset({BEYOND, STILL_USED})
"""The codes of findings that others have left too little."""
INSTEAD: Final = "Reverse or unallocate that first; or leave it, and credit it instead."
MONEY_WENT_ON: Final = (
    "Reverse or unallocate that first, if it was a mistake. Where the money truly went on, as a "
    "refund does, keep the receipt: give this up with counterfoil discard, since it counts as long "
    "as it is held, and record in the practice a withdrawal on the day the bank took the money "
    "back, and a bill for what the client owes, both to the practice's account for dishonoured "
    "receipts, which then ends at nil."
)
"""What to do about a receipt whose money was used before its bank took it back."""
NAMED_MOST = 5
"""Documents named in one finding; a bill paid in a hundred parts need not list them all."""


class Taking(NamedTuple):
    """An amount that a document takes from a bill or a credit, and the field that says so."""

    source: Key
    amount: int
    path: str


def takings(document: Document) -> Iterator[Taking]:
    """Yield what a document takes from others."""
    match document:
        case Receipt() | SupplierPayment() | CreditNote() | SupplierCredit() | TrustBillPayment():
            yield from _allocated(document.allocations)
        case WriteOff(bill=bill, amount=amount):
            yield Taking(bill, amount, "amount")
        case TrustPayment(supplier_bill=bill, amount=amount) if bill is not None:
            yield Taking(bill, amount, "amount")
        case LaterAllocation(of=of, allocations=allocations):
            yield Taking(of, sum(one.amount for one in allocations), "of")
            yield from _allocated(allocations)
        case Refund(of=of, amount=amount):
            yield Taking(of, amount, "amount")
        case _:
            return


def given_back(document: Document, target: Document) -> Iterator[Taking]:
    """Yield what a document that takes ``target`` back sets free, as takings below nil.

    A void leaves nothing of what it voids to take from, a reversal nothing of the credit that a
    receipt left.
    """
    match document:
        case Reversal() | Void():
            path = "reverses" if isinstance(document, Reversal) else "voids"
            for one in takings(target):
                yield Taking(one.source, -one.amount, path)
            if left := has(target):
                yield Taking(target.key, left, path)
        case Unallocation(of=of, allocations=allocations):
            yield Taking(of, -sum(one.amount for one in allocations), "of")
            for one in _allocated(allocations):
                yield one._replace(amount=-one.amount)
        case _:
            return


def taken_off(
    of: Document, applied: Iterable[LaterAllocation], offs: Iterable[Unallocation]
) -> dict[Key, tuple[Key | None, ...]]:
    """Return whose allocation each of these takes off a bill, place by place; None if nobody's.

    All are of one credit, ``of``, in the order in which they came: the same amount may have been
    applied to the same bill, taken off it, and applied once more. The first that is left is meant.
    """
    own = (of,) if isinstance(of, CreditNote | SupplierCredit) else ()
    left: dict[tuple[Key, int], list[Key]] = defaultdict(list)
    for one in (*own, *applied):
        for each in one.allocations:
            left[each.invoice, each.amount].append(one.key)
    return {
        off.key: tuple(
            standing.pop(0) if (standing := left[each.invoice, each.amount]) else None
            for each in off.allocations
        )
        for off in offs
    }


def _allocated(allocations: Iterable[AnyAllocation]) -> Iterator[Taking]:
    """A negative amount takes the credit of the negative bill that it names."""
    for place, one in enumerate(allocations):
        yield Taking(one.invoice, abs(one.amount), f"allocations[{place}].amount")


def taken_by_costs(
    document: TrustOfficeTransfer, known: ReadOnly[Key, Document]
) -> Iterator[Taking]:
    """Yield what a transfer of costs pays where trust is not posted: its payments' bills."""
    for place, key in enumerate(document.payments):
        payment = known.get(key)
        if isinstance(payment, TrustBillPayment):
            yield from (one._replace(path=f"payments[{place}]") for one in takings(payment))


def has(source: Document) -> int:
    """Return what a document has to give, before what others took of it."""
    if isinstance(source, Lined) and not isinstance(source, CreditNote | SupplierCredit):
        return abs(worth_of(source))
    return max(0, credit_left(source))


class Sums:
    """What has been taken so far, document by document in the order in which they came."""

    def __init__(self, sources: ReadOnly[Key, Document]) -> None:
        """Begin with nothing taken; ``sources`` are the bills and credits that are known."""
        self._sources = sources
        self._taken: dict[Key, dict[Key, tuple[str, int]]] = defaultdict(dict)

    def take(self, key: Key, who: str, wanted: Iterable[Taking]) -> None:
        """Let a document, named as ``title`` does, have what it takes."""
        for source, amount in _by_source(wanted).items():
            self._taken[source][key] = who, amount

    def forget(self, key: Key) -> None:
        """Set free whatever a document took: it was taken back."""
        for taken in self._taken.values():
            taken.pop(key, None)

    def short(
        self, key: Key, wanted: Sequence[Taking], *, besides: Collection[Key] = ()
    ) -> tuple[Finding, ...]:
        """Say where others have left less than a document takes.

        What is too much by itself is found on the document alone. ``besides`` are others that do
        not count, because they only give back what this one takes.
        """
        paths = {one.source: one.path for one in reversed(wanted)}
        return tuple(
            finding
            for source, amount in _by_source(wanted).items()
            for finding in self._short({key, *besides}, source, amount, paths[source])
        )

    def _short(
        self, left_out: Collection[Key], named: Key, amount: int, path: str
    ) -> Iterator[Finding]:
        source = self._sources.get(named)
        if amount <= 0:
            return  # What gives back is never short.
        others = {by: one for by, one in self._taken[named].items() if by not in left_out}
        if source is None or not others:
            return
        left = has(source) - sum(taken for _, taken in others.values())
        if amount > left and path in {"voids", "reverses"}:
            yield _still_used(
                source, tuple(who for who, taken in others.values() if taken > 0), path
            )
        elif amount > left:
            yield _beyond(source, amount, max(0, left), tuple(others.values()), path)


def _by_source(wanted: Iterable[Taking]) -> dict[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for one in wanted:
        sums[one.source] += one.amount
    return sums


def title(document: Document) -> str:
    """Name a document in the middle of a sentence."""
    return f"{document.kind.replace('_', ' ')} {number_of(document) or document.id}"


def _beyond(
    source: Document, amount: int, left: int, others: tuple[tuple[str, int], ...], path: str
) -> Finding:
    named = ", ".join(f"{amount_text(taken)} by {who}" for who, taken in others[:NAMED_MOST])
    more = f" and {len(others) - NAMED_MOST} more" if len(others) > NAMED_MOST else ""
    return error(
        BEYOND,
        f"{amount_text(amount)} is taken from {title(source)}, which had "
        f"{amount_text(has(source))}; taken before: {named}{more}. {amount_text(left)} is left.",
        f"Take at most {amount_text(left)} here, or correct one of the others; this one is then "
        "looked at again.",
        path,
        str(source.key),
    )


def _still_used(source: Document, users: tuple[str, ...], path: str) -> Finding:
    named = ", ".join(users[:NAMED_MOST])
    return error(
        STILL_USED,
        f"The {title(source)} cannot be taken back while money or credit rests on it: {named}.",
        MONEY_WENT_ON if isinstance(source, Receipt) else INSTEAD,
        path,
        str(source.key),
    )
