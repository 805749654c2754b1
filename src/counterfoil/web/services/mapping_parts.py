"""A part of the mapping's sheet: a firm with hundreds of codes sees some of them at a time."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from counterfoil.web.services.mapping_changes import Change, Version
    from counterfoil.web.services.mapping_desk import Row, Sheet


def mapped(sheet: Sheet | None) -> list[Row]:
    """Return every row that goes somewhere, in the order of the page."""
    return [row for section in sheet.sections for row in section.mapped] if sheet else []


def unmapped(sheet: Sheet | None) -> list[Row]:
    """Return every row that goes nowhere yet, in the order of the page."""
    return [row for section in sheet.sections for row in section.unmapped] if sheet else []


def with_only(sheet: Sheet, rows: Iterable[Row]) -> Sheet:
    """Return the sheet with these rows and no others."""
    places = {row.place for row in rows}
    sections = (
        replace(
            one,
            mapped=tuple(row for row in one.mapped if row.place in places),
            unmapped=tuple(row for row in one.unmapped if row.place in places),
        )
        for one in sheet.sections
    )
    return replace(sheet, sections=tuple(sections))


def lines(versions: Sequence[Version]) -> list[tuple[Version, Change | None]]:
    """Return one line for each change of each version; a version without any has one, too."""
    return [(version, change) for version in versions for change in version.changes or (None,)]


def versions_of(found: Iterable[tuple[Version, Change | None]]) -> list[Version]:
    """Return the versions of some of these lines, each with those changes that are among them."""
    return [
        replace(pairs[0][0], changes=tuple(change for _, change in pairs if change is not None))
        for pairs in (list(same) for _, same in groupby(found, key=lambda pair: pair[0].row.pk))
    ]
