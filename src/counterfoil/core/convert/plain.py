"""The plain case in one pass over the lines, because nearly every bill is one.

Plain is a document that posts summarised with the source's tax, whose sums and taxes agree, and
about which nothing is found. Anything else is None here and goes the long road, which explains; on
plain documents the two are equal (a property test says so).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.core.mapping import Lines, Tax
from counterfoil.core.source_checks import line_tax_agrees, tax_weights
from counterfoil.core.summarise import Draft, summed_up
from counterfoil.core.tax import Taxed, settle, shares
from counterfoil.core.xero_arithmetic import HIGHEST_AMOUNT

if TYPE_CHECKING:
    from counterfoil.core.documents import Lined
    from counterfoil.core.lookup import Direction, Lookup, Place


@dataclass(slots=True)
class _Group:
    """Source lines that become one: their amounts and taxes, and how many of them have a tax."""

    description: str
    lines: int = 0
    total: int = 0
    tax: int = 0
    with_tax: int = 0


def plain_lines(document: Lined, lookup: Lookup, direction: Direction) -> list[Taxed] | None:
    """Return the posted lines of a plain document with their taxes; None for any other."""
    settings = lookup.mapping.settings
    if settings.lines is not Lines.SUMMARISED or settings.tax is not Tax.SOURCE:
        return None
    groups = _groups(document, lookup, direction)
    if not groups or not _total_agrees(document, groups) or not _tax_agrees(document, groups):
        return None
    drafts = [_draft(place, group) for place, group in groups.items()]
    inclusive = document.tax_inclusive
    taxed: list[Taxed] = []
    for draft, share in zip(drafts, shares(drafts, document.tax, inclusive=inclusive), strict=True):
        settled = settle(draft, share, inclusive=inclusive, carries_tax=True)
        if settled is None:
            return None
        taxed.append(settled)
    return taxed


def _groups(document: Lined, lookup: Lookup, direction: Direction) -> dict[Place, _Group] | None:
    groups: dict[Place, _Group] = {}
    inclusive = document.tax_inclusive
    places = lookup.places(direction)
    for line in document.lines:
        name = line.account, line.tax_code, line.tracking
        place = places.get(name) or lookup.place(name, direction)
        if place is None or abs(line.total) > HIGHEST_AMOUNT:
            return None
        group = groups.get(place)
        if group is None:
            group = groups[place] = _Group(line.description)
        group.lines += 1
        group.total += line.total
        if line.tax is not None:
            if not line_tax_agrees(line.total, line.tax, place.target.rate, inclusive=inclusive):
                return None
            group.tax += line.tax
            group.with_tax += 1
    return groups


def _total_agrees(document: Lined, groups: dict[Place, _Group]) -> bool:
    net = sum([group.total for group in groups.values()])
    return document.total == (net if document.tax_inclusive else net + document.tax)


def _tax_agrees(document: Lined, groups: dict[Place, _Group]) -> bool:
    """Hold the document's tax against its lines' taxes, or against Xero's rates."""
    with_tax = sum([group.with_tax for group in groups.values()])
    if with_tax:
        taxes = sum([group.tax for group in groups.values()])
        return with_tax == len(document.lines) and taxes == document.tax
    taxed = [(place.target.rate, group) for place, group in groups.items() if place.target.rate]
    weights, unit = tax_weights(
        [(group.total, rate) for rate, group in taxed], inclusive=document.tax_inclusive
    )
    lines = sum([group.lines for _, group in taxed])
    return abs(document.tax * unit - sum(weights)) <= lines * unit


def _draft(place: Place, group: _Group) -> Draft:
    tax = group.tax if group.with_tax else None
    return summed_up(place.target, place.tracking, group.description, group.lines, group.total, tax)
