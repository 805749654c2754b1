"""What bills and credit notes have in common: lines, tax and rounding, in the order of rounding.md.

The steps must stand in this order: sums are checked before anything is derived from them; lines
are shaped before taxes, because Xero taxes the line that is posted; the balance comes last,
because it is what all the rest leaves over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error, holds, warning
from counterfoil.core.mapping import Lines, Tax
from counterfoil.core.money import amount_text
from counterfoil.core.rounding import rounding
from counterfoil.core.source_checks import Item, check_sums, check_taxes
from counterfoil.core.summarise import draft_lines
from counterfoil.core.tax import Taxed, source_taxes, xero_taxes
from counterfoil.core.texts import joined
from counterfoil.core.xero_arithmetic import summed
from counterfoil.core.xero_documents import AmountsAre, LineItem, Totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Billing
    from counterfoil.core.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Posted:
    """A bill's lines as they go to Xero, with the sums that Xero will compute."""

    amounts_are: AmountsAre
    lines: tuple[LineItem, ...]
    expected: Totals


def posted_lines(
    document: Billing, lookup: Lookup, *, turned: bool
) -> tuple[Posted | None, tuple[Finding, ...]]:
    """Translate the lines; ``turned`` posts them with all signs turned."""
    findings = list(check_sums(document))
    items = _items(document, lookup, findings, turned=turned)
    tax = -document.tax if turned else document.tax
    if len(items) == len(document.lines):
        findings += check_taxes(items, tax, inclusive=document.tax_inclusive)
    if holds(findings):
        return None, tuple(findings)
    total = -document.total if turned else document.total
    posted = _post(items, tax, total, lookup, findings, inclusive=document.tax_inclusive)
    return posted, tuple(findings)


def reference(document: Billing) -> str:
    """The matters' numbers, the document's own first, joined by ", "."""
    matters = [line.matter for line in document.lines if line.matter is not None]
    if document.matter is not None:
        matters.insert(0, document.matter)
    return joined([matter.number for matter in matters])


def _items(
    document: Billing, lookup: Lookup, findings: list[Finding], *, turned: bool
) -> list[Item]:
    """Look every line up; the list is shorter than the lines where one has nowhere to go."""
    items: list[Item] = []
    for place, line in enumerate(document.lines):
        target, faults = lookup.line(line.account, line.tax_code)
        tracking, more_faults = lookup.tracking(line.tracking)
        if faults or more_faults:
            findings += (
                replace(finding, path=f"lines[{place}].{finding.path}")
                for finding in (*faults, *more_faults)
            )
        if target is not None:
            items.append(
                Item(
                    line.description,
                    line.total,
                    line.tax,
                    line.quantity,
                    line.unit_price,
                    target,
                    tracking,
                )
            )
    return [_turned(item) for item in items] if turned else items


def _turned(item: Item) -> Item:
    """The same line with its signs turned; quantities have none to turn."""
    return item._replace(
        total=-item.total,
        tax=None if item.tax is None else -item.tax,
        unit_price=None if item.unit_price is None else -item.unit_price,
    )


def _post(
    items: Sequence[Item],
    tax: int,
    total: int,
    lookup: Lookup,
    findings: list[Finding],
    *,
    inclusive: bool,
) -> Posted | None:
    settings = lookup.mapping.settings
    drafts = draft_lines(items, settings.lines)
    if settings.tax is Tax.XERO:
        taxed = xero_taxes(drafts, inclusive=inclusive)
    else:
        taxed = source_taxes(drafts, tax, settings.lines, inclusive=inclusive)
    predicted = _predicted(taxed, inclusive=inclusive)
    balance = total - predicted.total
    difference = tax - predicted.total_tax
    if settings.tax is Tax.SOURCE:
        findings += _tax_difference(difference)
        if settings.lines is not Lines.ITEMISED_2DP:
            findings += _unexplained(balance, 0 if inclusive else difference)
    rounded = rounding(balance, items, lookup)
    findings += rounded.findings
    if holds(findings):
        return None
    lines = [_line_item(each) for each in taxed]
    if rounded.line is not None:
        lines.append(rounded.line)
        predicted = _with_untaxed(predicted, balance)
    assert predicted.total == total, "the document's total in Xero equals the source's"
    amounts_are = AmountsAre.INCLUSIVE if inclusive else AmountsAre.EXCLUSIVE
    return Posted(amounts_are, tuple(lines), predicted)


def _predicted(taxed: Sequence[Taxed], *, inclusive: bool) -> Totals:
    amounts = tax = 0
    for draft, line_tax, _ in taxed:
        amounts += draft.amount
        tax += line_tax
    return summed(amounts, tax, inclusive=inclusive)


def _with_untaxed(totals: Totals, amount: int) -> Totals:
    return Totals(totals.sub_total + amount, totals.total_tax, totals.total + amount)


def _line_item(taxed: Taxed) -> LineItem:
    draft = taxed.draft
    return LineItem(
        draft.description,
        draft.quantity,
        draft.unit_amount,
        draft.target.ref,
        draft.target.tax_type,
        taxed.sent,
        draft.tracking,
    )


def _tax_difference(difference: int) -> tuple[Finding, ...]:
    if difference == 0:
        return ()
    cents = abs(difference)
    more = "less" if difference > 0 else "more"
    return (
        warning(
            "tax_difference",
            f"Xero will hold {cents} {'cent' if cents == 1 else 'cents'} {more} tax than the tax "
            "invoice says, because it cannot carry this tax on these lines.",
            "Nothing needs to be done for the total; adjust the tax in the return if it matters.",
            "tax",
        ),
    )


def _unexplained(balance: int, explained: int) -> tuple[Finding, ...]:
    """A balance that the tax does not explain is a fault of this program, and held as one."""
    if balance == explained:
        return ()
    return (
        error(
            "balance_unexplained",
            f"The posted lines miss the total by {amount_text(balance)}, of which the tax explains "
            f"{amount_text(explained)}. This is a fault of Counterfoil, not of the document.",
            "Please report it with this document; nothing was posted.",
            "total",
        ),
    )
