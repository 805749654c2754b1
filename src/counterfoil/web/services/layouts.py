"""Layouts of reports: guessed, shown with what they would read, confirmed, kept for the firm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from django.db import transaction

from counterfoil.core.findings import Finding, error
from counterfoil.sources.layouts.guess import Guess, Wish, guess
from counterfoil.sources.layouts.layout import Layout, faults_of, from_json, to_json
from counterfoil.sources.layouts.left_out import sheets_in_words
from counterfoil.sources.layouts.reader import Reading
from counterfoil.sources.layouts.tables import NotATable
from counterfoil.web import models
from counterfoil.web.services.under_number import books_of
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.sources.files.numbered import Numbered

SHOWN = 5
"""Documents of a preview."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A guess, the first documents that it would read, and what stands against keeping it.

    ``remarks`` are what a look at the whole report found, ``sheets`` says which sheets are read.
    """

    guess: Guess | None
    documents: Sequence[Numbered]
    faults: Sequence[Finding]
    remarks: Sequence[Finding] = ()
    sheets: Sequence[str] = ()

    @property
    def sure(self) -> bool:
        """Whether nothing is left to ask or to put right, so that the layout may be kept."""
        asked = self.guess is None or bool(self.faults or self.guess.open)
        whole = all(numbered.read.document is not None for numbered in self.documents)
        return not asked and whole and bool(self.documents)


class Saved(NamedTuple):
    """A layout with when and by whom it was saved."""

    layout: Layout
    at: dt.datetime
    actor: str


def preview(stream: BinaryIO, wish: Wish, firm: models.Firm) -> Preview:
    """Guess the layout of a report and show what it would read; nothing is kept."""
    asked = Layout(wish.name or "preview", wish.kind, wish.columns, wish.values, wish.only)
    asked = replace(asked, system=wish.system)
    faults = faults_of(asked)
    if faults:
        return Preview(None, (), faults)
    start = stream.tell()
    try:
        found = guess(stream, wish)
    except NotATable as fault:
        return Preview(None, (), (fault.finding,))
    stream.seek(start)
    books = books_of(models.Organisation.objects.filter(firm=firm))
    reading = Reading(stream, found.layout, books=books)
    documents = tuple(islice(reading, SHOWN))
    shown = {finding for each in documents for finding in each.read.findings}
    remarks = [one for one in reading.remarks if one not in shown]
    sheets = tuple(sheets_in_words(reading.sheets, reading.left_out))
    return Preview(found, documents, (), remarks, sheets)


@transaction.atomic
def save(firm: models.Firm, layout: Layout, *, actor: str, now: dt.datetime) -> list[Finding]:
    """Keep a layout under its name, in place of one that has it; or say what is wrong with it."""
    faults = faults_of(layout)
    if not faults:
        models.Layout.objects.update_or_create(
            firm=firm,
            name=layout.name,
            defaults={"content": to_json(layout), "saved_at": now, "actor": actor},
        )
        note(firm, "layout saved", layout.name, actor=actor, now=now)
    return faults


@transaction.atomic
def remove(firm: models.Firm, name: str, *, actor: str, now: dt.datetime) -> bool:
    """Remove a layout; False if there is none of that name. What was read by it stays."""
    removed, _ = models.Layout.objects.filter(firm=firm, name=name).delete()
    if removed:
        note(firm, "layout removed", name, actor=actor, now=now)
    return bool(removed)


def named(firm: models.Firm, name: str) -> Layout | None:
    """Return a firm's layout; None if it has none of that name."""
    row = models.Layout.objects.filter(firm=firm, name=name).first()
    return None if row is None else from_json(row.name, row.content)


def all_of(firm: models.Firm) -> list[Layout]:
    """Return a firm's layouts by name."""
    return [saved.layout for saved in saved_of(firm)]


def saved_of(firm: models.Firm) -> list[Saved]:
    """Return a firm's layouts by name, each with when and by whom it was saved."""
    rows = models.Layout.objects.filter(firm=firm).order_by("name")
    return [Saved(from_json(row.name, row.content), row.saved_at, row.actor) for row in rows]


def unknown(firm: models.Firm, name: str) -> Finding:
    """Say that there is no such layout."""
    names = ", ".join(each.name for each in all_of(firm)) or "none yet"
    return error(
        "layout_unknown",
        f"The firm has no layout {name} (it has: {names}).",
        "Make it with counterfoil layout show --save.",
    )
