"""Whose tax stands on each posted line (rounding.md steps 1 and 4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.mapping import Lines
from counterfoil.core.money import apportion
from counterfoil.core.source_checks import tax_weights
from counterfoil.core.summarise import Draft, single
from counterfoil.core.xero_arithmetic import tax_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.source_checks import Item


class Taxed(NamedTuple):
    """A line with the tax that Xero will hold on it; ``sent`` where it is not Xero's own."""

    draft: Draft
    tax: int
    sent: int | None


def xero_taxes(drafts: Sequence[Draft], *, inclusive: bool) -> list[Taxed]:
    """Let Xero's own tax stand on every line."""
    return [_own(draft, inclusive=inclusive) for draft in drafts]


def source_taxes(
    drafts: Sequence[Draft], tax: int, lines: Lines, *, inclusive: bool
) -> list[Taxed]:
    """Let the source's tax stand wherever Xero can hold it.

    A line that cannot carry its tax is posted as its source lines singly. What still remains is
    the difference between the source's tax and the sum of those returned.
    """
    settled: list[Taxed] = []
    for draft in _shared(drafts, tax, inclusive=inclusive):
        taxed = _settle(draft, inclusive=inclusive)
        if taxed is not None:
            settled.append(taxed)
            continue
        settled += (
            _settle(part, inclusive=inclusive) or _own(part, inclusive=inclusive)
            for part in _singly(draft, lines, inclusive=inclusive)
        )
    return settled


def may_carry(draft: Draft, tax: int) -> bool:
    """Whether TaxAmount may be sent on this line (rounding.md step 4)."""
    amount = draft.amount
    return (
        draft.is_plain and tax * amount >= 0 and abs(tax) <= abs(amount) and draft.target.rate != 0
    )


def _own(draft: Draft, *, inclusive: bool) -> Taxed:
    return Taxed(draft, tax_on(draft.amount, draft.target.rate, inclusive=inclusive), None)


def _settle(draft: Draft, *, inclusive: bool) -> Taxed | None:
    """Return the line with the source's tax on it, or None where Xero cannot hold that."""
    assert draft.tax is not None, "the tax was shared out before"
    if tax_on(draft.amount, draft.target.rate, inclusive=inclusive) == draft.tax:
        return Taxed(draft, draft.tax, None)
    if may_carry(draft, draft.tax):
        return Taxed(draft, draft.tax, draft.tax)
    return None


def _singly(draft: Draft, lines: Lines, *, inclusive: bool) -> list[Draft]:
    """Post a line's source lines one by one, each 1 × its total.

    The older bridge's lines stay as they are: their point is what 4 × 2 decimals give.
    """
    if lines is Lines.ITEMISED_2DP:
        return [draft]
    singles = [single(item) for item in draft.items]
    assert draft.tax is not None
    return _shared(singles, draft.tax, inclusive=inclusive)


def _shared(drafts: Sequence[Draft], tax: int, *, inclusive: bool) -> list[Draft]:
    """Share the document's tax over lines that have none of their own."""
    if all(draft.tax is not None for draft in drafts):
        return list(drafts)
    net = [(_net(draft.items), draft.target.rate) for draft in drafts]
    weights, unit = tax_weights(net, inclusive=inclusive)
    taxed = [i for i, (_, rate) in enumerate(net) if rate] or list(range(len(net)))
    order = sorted(range(len(taxed)), key=lambda i: _rank(drafts[taxed[i]]))
    shares = dict(zip(taxed, apportion(tax, [weights[i] for i in taxed], unit, order), strict=True))
    return [replace(draft, tax=shares.get(i, 0)) for i, draft in enumerate(drafts)]


def _net(items: Sequence[Item]) -> int:
    return sum(item.total for item in items)


def _rank(draft: Draft) -> tuple[str, str, tuple[tuple[str, str], ...], int, str]:
    """Who is served first among equals: the smaller account code, then never by line order."""
    return (
        draft.target.code,
        draft.target.tax_type,
        draft.tracking,
        draft.amount,
        draft.description,
    )
