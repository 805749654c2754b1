"""The plain case in few passes over the lines, because nearly every bill is one.

Plain is a document that posts summarised with the source's tax, whose sums and taxes agree, and
about which nothing is found. Anything else is None here and goes the long road, which explains; on
plain documents the two are equal (a property test says so).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.mapping import Lines, Tax
from counterfoil.core.source_checks import line_tax_agrees, tax_weights
from counterfoil.core.summarise import Draft, summed_up
from counterfoil.core.tax import Taxed, settle, shares
from counterfoil.core.xero_arithmetic import HIGHEST_AMOUNT

if TYPE_CHECKING:
    from counterfoil.core.documents import Line, Lined
    from counterfoil.core.lookup import Direction, Lookup, Place

    Groups = dict[Place, list[Line]]


def plain_lines(document: Lined, lookup: Lookup, direction: Direction) -> list[Taxed] | None:
    """Return the posted lines of a plain document with their taxes; None for any other."""
    settings = lookup.mapping.settings
    if settings.lines is not Lines.SUMMARISED or settings.tax is not Tax.SOURCE:
        return None
    groups = _groups(document, lookup, direction)
    if not groups or not _total_agrees(document) or not _tax_agrees(document, groups):
        return None
    inclusive = document.tax_inclusive
    drafts = [_draft(place, lines) for place, lines in groups.items()]
    taxed: list[Taxed] = []
    for draft, share in zip(drafts, shares(drafts, document.tax, inclusive=inclusive), strict=True):
        settled = settle(draft, share, inclusive=inclusive, carries_tax=True)
        if settled is None:
            return None
        taxed.append(settled)
    return taxed


def _groups(document: Lined, lookup: Lookup, direction: Direction) -> Groups | None:
    groups: Groups = {}
    places = lookup.places(direction)
    for line in document.lines:
        name = line.account, line.tax_code, line.tracking
        place = places.get(name) or lookup.place(name, direction)
        if place is None:
            return None
        if place in groups:
            groups[place].append(line)
        else:
            groups[place] = [line]
    return groups


def _total_agrees(document: Lined) -> bool:
    totals = [line.total for line in document.lines]
    if max(totals) > HIGHEST_AMOUNT or min(totals) < -HIGHEST_AMOUNT:
        return False
    net = sum(totals)
    return document.total == (net if document.tax_inclusive else net + document.tax)


def _tax_agrees(document: Lined, groups: Groups) -> bool:
    """Hold the lines' taxes against Xero's rates and the document's tax; or that alone."""
    taxes = [line.tax for line in document.lines if line.tax is not None]
    if not taxes:
        return _whole_tax_agrees(document, groups)
    if len(taxes) != len(document.lines) or sum(taxes) != document.tax:
        return False
    inclusive = document.tax_inclusive
    return all(
        line_tax_agrees(line.total, line.tax or 0, place.target.rate, inclusive=inclusive)
        for place, lines in groups.items()
        for line in lines
    )


def _whole_tax_agrees(document: Lined, groups: Groups) -> bool:
    """Weigh group by group what the long road weighs line by line: the sums are the same."""
    taxed = [(place.target.rate, lines) for place, lines in groups.items() if place.target.rate]
    net = [(sum([line.total for line in lines]), rate) for rate, lines in taxed]
    weights, unit = tax_weights(net, inclusive=document.tax_inclusive)
    most = unit * sum([len(lines) for _, lines in taxed])
    return abs(document.tax * unit - sum(weights)) <= most


def _draft(place: Place, lines: list[Line]) -> Draft:
    first = lines[0]
    total = sum([line.total for line in lines])
    tax = None if first.tax is None else sum([line.tax or 0 for line in lines])
    return summed_up(place.target, place.tracking, first.description, len(lines), total, tax)
