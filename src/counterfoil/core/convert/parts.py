"""Part of a bill taken back: an amount apportioned over the bill's account and tax groups.

A write-off names an amount, tax included, and not where it belongs; the bill's own lines say that
(interfaces.md, write_off). Taking back the whole bill gives the bill's own sums, group by group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.convert.billing import look_up_lines
from counterfoil.core.money import in_proportion, nearest
from counterfoil.core.readiness import at
from counterfoil.core.source_checks import Item
from counterfoil.core.summarise import summary
from counterfoil.core.tax import rank, shares
from counterfoil.core.trade import trade_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Lined
    from counterfoil.core.findings import Finding
    from counterfoil.core.lookup import Lookup
    from counterfoil.core.summarise import Draft


class Part(NamedTuple):
    """One group's share of the amount: tax included, and the tax in it, in hundredths."""

    draft: Draft
    tax_code: str
    amount: int
    tax: int

    def item(self, *, inclusive: bool) -> Item:
        """The share as a source line on the group's own account."""
        draft = self.draft
        total = self.amount if inclusive else self.amount - self.tax
        return Item(draft.description, total, self.tax, None, None, draft.target, draft.tracking)


def parts_of(
    bill: Lined, amount: int, lookup: Lookup, findings: list[Finding], path: str
) -> list[Part]:
    """Apportion ``amount`` over a bill of a total above nil, by gross and largest remainder.

    Empty where a line of the bill has nowhere to go; the findings then say so at ``path``, the
    field that names the bill.
    """
    faults: list[Finding] = []
    items = look_up_lines(bill.lines, lookup, trade_of(bill).direction, faults)
    findings += dict.fromkeys(at(path, tuple(faults)))
    if len(items) < len(bill.lines):
        return []
    groups = _groups(bill, items)
    drafts = [summary(group) for group in groups.values()]
    taxes = shares(drafts, bill.tax, inclusive=bill.tax_inclusive)
    gross = [
        draft.amount + (0 if bill.tax_inclusive else tax)
        for draft, tax in zip(drafts, taxes, strict=True)
    ]
    order = sorted(range(len(drafts)), key=lambda i: rank(drafts[i]))
    codes = [code for code, _, _ in groups]
    amounts = in_proportion(amount, gross, order)
    return list(_parts(drafts, codes, amounts, gross, taxes))


Group = tuple[str, int, tuple[tuple[str, str], ...]]


def _groups(bill: Lined, items: list[Item]) -> dict[Group, list[Item]]:
    groups: dict[Group, list[Item]] = {}
    for line, item in zip(bill.lines, items, strict=True):
        name = (line.tax_code, item.target.slot, item.tracking)
        groups.setdefault(name, []).append(item)
    return groups


def _parts(
    drafts: list[Draft], codes: list[str], amounts: list[int], gross: list[int], taxes: list[int]
) -> Iterator[Part]:
    """Yield the shares that are not nil, each with its part of the group's tax."""
    for draft, code, amount, whole, tax in zip(drafts, codes, amounts, gross, taxes, strict=True):
        if amount:
            # A share has the sign of its group, so that both may lose it.
            yield Part(draft, code, amount, nearest(abs(amount) * tax, abs(whole)))
