"""What all documents with lines have in common: lines, tax and rounding, as in rounding.md.

The steps must stand in this order: sums are checked before anything is derived from them; lines
are shaped before taxes, because Xero taxes the line that is posted; the balance comes last,
because it is what all the rest leaves over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.convert.plain import plain_lines
from counterfoil.core.findings import Finding, error, holds, warning
from counterfoil.core.lookup import Direction
from counterfoil.core.mapping import Lines, Tax
from counterfoil.core.money import amount_text
from counterfoil.core.rounding import rounding
from counterfoil.core.source_checks import Item, check_sums, check_taxes
from counterfoil.core.summarise import draft_lines
from counterfoil.core.tax import Taxed, source_taxes, xero_taxes
from counterfoil.core.xero_arithmetic import summed
from counterfoil.core.xero_documents import AmountsAre, LineItem, Totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.core.documents import Line, Lined
    from counterfoil.core.lookup import Lookup


class Terms(NamedTuple):
    """What a resource of Xero asks of lines, beyond what they say.

    ``carries_tax`` tells whether a line may carry the source's tax, and ``zero_lines`` whether it
    may be nil: on bank transactions Xero insists on its own tax and refuses zero lines
    (facts: Xero API sections 7 and 12).
    """

    direction: Direction
    carries_tax: bool = True
    zero_lines: bool = True


ON_BANK: Final = Terms(Direction.BY_CLASS, carries_tax=False, zero_lines=False)
"""The terms of bank transactions."""


class Posted(NamedTuple):
    """A document's lines as they go to Xero, with the sums that Xero will compute."""

    amounts_are: AmountsAre
    lines: tuple[LineItem, ...]
    expected: Totals


def posted_lines(
    document: Lined, lookup: Lookup, terms: Terms, *, turned: bool
) -> tuple[Posted | None, tuple[Finding, ...]]:
    """Translate the lines; ``turned`` posts them with all signs turned."""
    if not turned and terms.carries_tax and terms.zero_lines:
        plain = plain_lines(document, lookup, terms.direction)
        if plain is not None:
            return _plainly(plain, document), ()
    return explained_lines(document, lookup, terms, turned=turned)


def explained_lines(
    document: Lined, lookup: Lookup, terms: Terms, *, turned: bool
) -> tuple[Posted | None, tuple[Finding, ...]]:
    """Translate the lines of any document, step by step, with all that is found on the way."""
    findings = list(check_sums(document))
    items = look_up_lines(document.lines, lookup, terms.direction, findings)
    if turned:
        items = [_turned(item) for item in items]
    tax = -document.tax if turned else document.tax
    if len(items) == len(document.lines):
        findings += check_taxes(items, tax, inclusive=document.tax_inclusive)
    if holds(findings):
        return None, tuple(findings)
    total = -document.total if turned else document.total
    figures = Figures(tax, total, document.tax_inclusive)
    return post_items(items, figures, lookup, terms, findings), tuple(findings)


def _plainly(taxed: Sequence[Taxed], document: Lined) -> Posted:
    """Post lines that leave nothing to round, because every one holds the source's tax."""
    predicted = _predicted(taxed, inclusive=document.tax_inclusive)
    assert predicted.total == document.total, "the document's total in Xero equals the source's"
    amounts_are = AmountsAre.INCLUSIVE if document.tax_inclusive else AmountsAre.EXCLUSIVE
    return Posted(amounts_are, tuple([_line_item(each) for each in taxed]), predicted)


def look_up_lines(
    lines: Sequence[Line], lookup: Lookup, direction: Direction, findings: list[Finding]
) -> list[Item]:
    """Look every line up; the list is shorter than the lines where one has nowhere to go."""
    items: list[Item] = []
    for place, line in enumerate(lines):
        target, faults = lookup.line(line.account, line.tax_code, direction)
        tracking, more_faults = lookup.tracking(line.tracking)
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
    return items


def _turned(item: Item) -> Item:
    """The same line with its signs turned; quantities have none to turn."""
    return item._replace(
        total=-item.total,
        tax=None if item.tax is None else -item.tax,
        unit_price=None if item.unit_price is None else -item.unit_price,
    )


class Figures(NamedTuple):
    """What the source says of a whole document, with the signs that it posts with."""

    tax: int
    total: int
    inclusive: bool


def post_items(
    items: Sequence[Item],
    figures: Figures,
    lookup: Lookup,
    terms: Terms,
    findings: list[Finding],
) -> Posted | None:
    """Shape lines, settle their taxes and carry the balance (rounding.md steps 3 to 6)."""
    settings = lookup.mapping.settings
    tax, total, inclusive = figures
    taxed = _taxed(items, figures, lookup, terms)
    predicted = _predicted(taxed, inclusive=inclusive)
    balance = total - predicted.total
    difference = tax - predicted.total_tax
    if settings.tax is Tax.SOURCE:
        findings += tax_difference(difference)
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


def _taxed(items: Sequence[Item], figures: Figures, lookup: Lookup, terms: Terms) -> list[Taxed]:
    settings = lookup.mapping.settings
    tax, _, inclusive = figures
    drafts = draft_lines(items, settings.lines)
    if settings.tax is Tax.XERO:
        taxed = xero_taxes(drafts, inclusive=inclusive)
    else:
        taxed = source_taxes(
            drafts, tax, settings.lines, inclusive=inclusive, carries_tax=terms.carries_tax
        )
    return taxed if terms.zero_lines else [each for each in taxed if each.draft.amount]


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


def tax_difference(difference: int) -> tuple[Finding, ...]:
    """Report tax that Xero cannot hold: the source's less Xero's, in hundredths."""
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
