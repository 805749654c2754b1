"""Layouts of reports: guessed, shown with what they would read, confirmed, kept for the firm."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from counterfoil.core.findings import Finding, error
from counterfoil.sources.layouts.guess import Guess, Wish, guess
from counterfoil.sources.layouts.layout import Layout, faults_of, from_json, to_json
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.layouts.tables import NotATable
from counterfoil.web import models

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.sources.files.numbered import Numbered

SHOWN = 5
"""Documents of a preview."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A guess, the first documents that it would read, and what stands against keeping it."""

    guess: Guess | None
    documents: Sequence[Numbered]
    faults: Sequence[Finding]

    @property
    def sure(self) -> bool:
        """Whether nothing is left to ask."""
        return self.guess is not None and not self.faults and not self.guess.open


def preview(stream: BinaryIO, wish: Wish) -> Preview:
    """Guess the layout of a report and show what it would read; nothing is kept."""
    asked = Layout(wish.name or "preview", wish.kind, wish.columns, wish.values, wish.only)
    faults = faults_of(asked)
    if faults:
        return Preview(None, (), faults)
    start = stream.tell()
    try:
        found = guess(stream, wish)
    except NotATable as fault:
        return Preview(None, (), (fault.finding,))
    stream.seek(start)
    documents = tuple(islice(Reading(stream, found.layout), SHOWN))
    return Preview(found, documents, ())


def save(firm: models.Firm, layout: Layout, *, actor: str, now: dt.datetime) -> list[Finding]:
    """Keep a layout under its name, in place of one that has it; or say what is wrong with it."""
    faults = faults_of(layout)
    if not faults:
        models.Layout.objects.update_or_create(
            firm=firm,
            name=layout.name,
            defaults={"content": to_json(layout), "saved_at": now, "actor": actor},
        )
    return faults


def named(firm: models.Firm, name: str) -> Layout | None:
    """Return a firm's layout; None if it has none of that name."""
    row = models.Layout.objects.filter(firm=firm, name=name).first()
    return None if row is None else from_json(row.name, row.content)


def all_of(firm: models.Firm) -> list[Layout]:
    """Return a firm's layouts by name."""
    rows = models.Layout.objects.filter(firm=firm).order_by("name")
    return [from_json(row.name, row.content) for row in rows]


def unknown(firm: models.Firm, name: str) -> Finding:
    """Say that there is no such layout."""
    names = ", ".join(each.name for each in all_of(firm)) or "none yet"
    return error(
        "layout_unknown",
        f"The firm has no layout {name} (it has: {names}).",
        "Make it with counterfoil layout save.",
    )
