"""Whose tax stands on each posted line (rounding.md steps 1 and 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.mapping import Lines
from counterfoil.core.money import apportion
from counterfoil.core.source_checks import tax_weights
from counterfoil.core.summarise import Draft, single
from counterfoil.core.xero_arithmetic import tax_on

if TYPE_CHECKING:
    from collections.abc import Sequence


class Taxed(NamedTuple):
    """A line with the tax that Xero will hold on it; ``sent`` where it is not Xero's own."""

    draft: Draft
    tax: int
    sent: int | None


def xero_taxes(drafts: Sequence[Draft], *, inclusive: bool) -> list[Taxed]:
    """Let Xero's own tax stand on every line."""
    return [_own(draft, inclusive=inclusive) for draft in drafts]


def source_taxes(
    drafts: Sequence[Draft], tax: int, lines: Lines, *, inclusive: bool, carries_tax: bool = True
) -> list[Taxed]:
    """Let the source's tax stand wherever Xero can hold it.

    A line that cannot carry its tax is posted as its source lines singly. What still remains is
    the difference between the source's tax and the sum of those returned. Where ``carries_tax`` is
    false Xero's own tax stands on every line.
    """
    settled: list[Taxed] = []
    for draft, share in zip(drafts, shares(drafts, tax, inclusive=inclusive), strict=True):
        taxed = settle(draft, share, inclusive=inclusive, carries_tax=carries_tax)
        if taxed is None:
            settled += _singly(draft, share, lines, inclusive=inclusive, carries_tax=carries_tax)
        else:
            settled.append(taxed)
    return settled


def may_carry(draft: Draft, tax: int) -> bool:
    """Whether TaxAmount may be sent on this line (rounding.md step 4)."""
    amount = draft.amount
    return (
        draft.is_plain and tax * amount >= 0 and abs(tax) <= abs(amount) and draft.target.rate != 0
    )


def shares(drafts: Sequence[Draft], tax: int, *, inclusive: bool) -> list[int]:
    """Return each line's part of the source's tax: its own, or shared by largest remainder."""
    own = [draft.tax for draft in drafts if draft.tax is not None]
    if len(own) == len(drafts):
        return own
    taxed = [i for i, draft in enumerate(drafts) if draft.target.rate] or list(range(len(drafts)))
    net = [(drafts[i].net, drafts[i].target.rate) for i in taxed]
    weights, unit = tax_weights(net, inclusive=inclusive)
    order = sorted(range(len(taxed)), key=lambda i: rank(drafts[taxed[i]]))
    shared = [0] * len(drafts)
    for place, share in zip(taxed, apportion(tax, weights, unit, order), strict=True):
        shared[place] = share
    return shared


def _own(draft: Draft, *, inclusive: bool) -> Taxed:
    return Taxed(draft, tax_on(draft.amount, draft.target.rate, inclusive=inclusive), None)


def settle(draft: Draft, tax: int, *, inclusive: bool, carries_tax: bool) -> Taxed | None:
    """Return the line with the source's tax on it, or None where Xero cannot hold that."""
    if tax_on(draft.amount, draft.target.rate, inclusive=inclusive) == tax:
        return Taxed(draft, tax, None)
    if carries_tax and may_carry(draft, tax):
        return Taxed(draft, tax, tax)
    return None


def _singly(
    draft: Draft, tax: int, lines: Lines, *, inclusive: bool, carries_tax: bool
) -> list[Taxed]:
    """Post a line's source lines one by one, each 1 × its total.

    The older bridge's lines stay as they are: their point is what 4 × 2 decimals give.
    """
    if lines is Lines.ITEMISED_2DP:
        return [_own(draft, inclusive=inclusive)]
    singles = [single(item) for item in draft.items]
    return [
        settle(each, share, inclusive=inclusive, carries_tax=carries_tax)
        or _own(each, inclusive=inclusive)
        for each, share in zip(singles, shares(singles, tax, inclusive=inclusive), strict=True)
    ]


def rank(draft: Draft) -> tuple[str, str, tuple[tuple[str, str], ...], int, str]:
    """Who is served first among equals: the smaller account code, then never by line order."""
    return (
        draft.target.code,
        draft.target.tax_type,
        draft.tracking,
        draft.amount,
        draft.description,
    )
