"""How a receipt's allocations become money and credit: told from the document alone.

A negative allocation names a negative bill, which stands in Xero as a credit note. Its credit goes
to the receipt's positive bills in listed order, and payments cover what remains (documents.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.parts import bill_part, set_off_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.documents import AnyAllocation, Key
    from counterfoil.core.trade import Settling


class Offset(NamedTuple):
    """Credit of a negative bill applied to a positive one, in hundredths."""

    source: Key
    invoice: Key
    amount: int

    @property
    def part(self) -> str:
        """The posting's name within its document."""
        return set_off_part(self.source, self.invoice)


class Paid(NamedTuple):
    """Money for one bill, in the bill's currency and, where that is another one, the bank's."""

    invoice: Key
    amount: int
    bank_amount: int | None

    @property
    def part(self) -> str:
        """The posting's name within its document."""
        return bill_part(self.invoice)


class Applied(NamedTuple):
    """A receipt's money and credit, and what of the money goes to no bill."""

    offsets: tuple[Offset, ...]
    payments: tuple[Paid, ...]
    unapplied: int


def apply(document: Settling) -> Applied:
    """Part a receipt or supplier payment into set-offs, payments and what is unapplied."""
    allocations = document.allocations
    unapplied = document.amount - sum(in_bank(each) for each in allocations)
    owed = {each.invoice: each.amount for each in allocations if each.amount > 0}
    offsets = tuple(_set_off(allocations, owed))
    payments = tuple(
        Paid(each.invoice, owed[each.invoice], each.bank_amount)
        for each in allocations
        if owed.get(each.invoice, 0) > 0
    )
    used = sum(offset.amount for offset in offsets)
    assert sum(paid.amount for paid in payments) + used == sum(
        each.amount for each in allocations if each.amount > 0
    ), "each bill gets what was allocated to it"
    return Applied(offsets, payments, unapplied)


def in_bank(allocation: AnyAllocation) -> int:
    """Return what an allocation takes of the money, in the bank account's currency."""
    return allocation.amount if allocation.bank_amount is None else allocation.bank_amount


def _set_off(allocations: Sequence[AnyAllocation], owed: dict[Key, int]) -> Iterator[Offset]:
    """Take the credit of each negative allocation off what is ``owed``, in listed order."""
    for each in allocations:
        credit = -each.amount
        for invoice, left in owed.items():
            taken = min(credit, left)
            if taken > 0:
                owed[invoice] = left - taken
                credit -= taken
                yield Offset(each.invoice, invoice, taken)
