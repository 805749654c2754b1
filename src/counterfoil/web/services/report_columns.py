"""A report kept aside while a person says what its columns are, and what it would become so far."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.core.documents import KINDS, number_of
from counterfoil.core.findings import Finding, error
from counterfoil.core.outline import headline
from counterfoil.core.writer import canonical
from counterfoil.sources.layouts.guess import Wish, likely_kind
from counterfoil.sources.layouts.layout import (
    LONGEST_NAME,
    SYSTEM,
    Dates,
    Decimals,
    faults_of,
    field_at,
    fields_of,
    is_system,
    to_json,
)
from counterfoil.sources.layouts.tables import NotATable
from counterfoil.web.models import Layout as Saved
from counterfoil.web.models import Report
from counterfoil.web.services import entering, layouts
from counterfoil.web.services.entry_fields import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from counterfoil.core.documents import Document
    from counterfoil.sources.files.numbered import Numbered
    from counterfoil.sources.layouts.layout import Layout
    from counterfoil.web.models import Organisation
    from counterfoil.web.services.layouts import Preview

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a report that is kept aside; a larger one is imported once its layout is saved."""
SHOWN: Final = 10
"""Remarks on the rest of a report that are shown."""
KEPT_FOR: Final = dt.timedelta(days=1)
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody has said of a report, as it was typed.

    ``columns`` are None where the headings are to be guessed: nobody has looked at them for this
    kind. In it each heading stands with its field, nothing for one that is not used.
    """

    name: str = ""
    kind: str = ""
    columns: Pairs | None = None
    always: Pairs = ()
    only: tuple[str, str] = ("", "")
    dates: str = ""
    decimals: str = ""
    system: str = SYSTEM


class Column(NamedTuple):
    """A heading with the first texts under it, and the field that it stands for."""

    heading: str
    samples: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it would be, or what keeps the row from being one.

    ``row`` is where it stands: a row's number, with its sheet before it where there are several.
    """

    row: str
    document: Document | None
    findings: Sequence[Finding]

    @property
    def number(self) -> str:
        """Its number, if its kind has one."""
        return (number_of(self.document) if self.document else None) or ""

    @property
    def head(self) -> tuple[str, str, int | None]:
        """The party, the matters and the amount."""
        return headline(self.document) if self.document else ("", "", None)

    @property
    def every(self) -> list[tuple[str, str]]:
        """Each of its fields by path, with what stands in it."""
        return list(_flat(json.loads(canonical(self.document)), "")) if self.document else []


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of a report shows: what was said and guessed, what comes of it, and faults."""

    said: Said
    preview: Preview
    faults: Sequence[Finding]

    @property
    def layout(self) -> Layout | None:
        """The layout that this would be; None for a file that is no report."""
        return self.preview.guess.layout if self.preview.guess else None

    @property
    def columns(self) -> list[Column]:
        """The headings in the order of the report."""
        guess = self.preview.guess
        if guess is None:
            return []
        said = dict(self.said.columns or ())
        found = {heading: name for name, heading in guess.layout.columns.items()} | said
        headings = dict.fromkeys(each for each in guess.headings if each)
        return [Column(each, guess.samples[each], found.get(each, "")) for each in headings]

    @property
    def always(self) -> list[tuple[str, str]]:
        """What is the same in every row; what is still missing; and room for one more."""
        said = [pair for pair in self.said.always if any(pair)]
        named = {name for name, _ in said}
        return [*said, *((name, "") for name in self.missing if name not in named), ("", "")]

    def offered(self, organisation: Organisation) -> list[tuple[str, str, tuple[str, ...]]]:
        """Return the same with the practice's codes that each may be, where they are known."""
        codes = entering.offers(organisation).by_name
        return [(name, text, codes.get(name.rpartition(".")[2], ())) for name, text in self.always]

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields that the documents need and no column fills."""
        known = fields_of(self.said.kind) if self.said.kind else {}
        found = (_lacks(finding) for shown in self.documents for finding in shown.findings)
        return tuple(dict.fromkeys(each for each in found if each in known))

    @property
    def documents(self) -> list[Shown]:
        """The first documents as they would be."""
        return [_shown(numbered) for numbered in self.preview.documents]

    @property
    def remarks(self) -> Sequence[Finding]:
        """The first few things to look at in the rest of the report."""
        return self.preview.remarks[:SHOWN]

    @property
    def rows(self) -> list[Shown]:
        """These documents without what is asked for once, for all rows."""
        asked = self.missing
        return [
            replace(one, findings=[each for each in one.findings if _lacks(each) not in asked])
            for one in self.documents
        ]

    @property
    def asked(self) -> dict[str, str]:
        """What only a person can answer, by the field that answers it."""
        guess = self.preview.guess
        return {each.about: each.said for each in guess.questions} if guess else {}

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields that a column may be, with their names for people."""
        known = fields_of(self.said.kind) if self.said.kind else {}
        return [(name, label(name)) for name in known]

    @property
    def mark(self) -> str:
        """What the layout is known by: saved is only what was shown."""
        # Columns that were guessed and those that were typed stand in another order.
        told = json.dumps(json.loads(to_json(self.layout)), sort_keys=True) if self.layout else ""
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def label(name: str) -> str:
    """Name a field for people."""
    return LABELS.get(name) or name.replace(".", ": ").replace("_", " ").capitalize()


def _shown(numbered: Numbered) -> Shown:
    row = numbered.place or str(numbered.line)
    return Shown(row, numbered.read.document, numbered.read.findings)


def _lacks(finding: Finding) -> str:
    """Return the field that a document lacks by this; nothing if it is about something else."""
    return field_at(finding.path.rpartition(", ")[2]) if finding.code == "missing_field" else ""


def _flat(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from _flat(inside, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from _flat(inside, f"{path}[{place}]")
    elif path not in {"kind", "revision"}:
        yield path, str(value)


def keep(
    organisation: Organisation, name: str, content: bytes, *, actor: str, now: dt.datetime
) -> Report:
    """Keep a report aside until it is imported, for a day at most."""
    return Report.objects.create(
        firm=organisation.firm,
        organisation=organisation,
        name=name[:255],
        content=content,
        actor=actor,
        kept_at=now,
    )


def let_go(now: dt.datetime) -> None:
    """Delete what was kept aside for longer than a day, of every firm."""
    Report.objects.filter(kept_at__lt=now - KEPT_FOR).delete()


def kept(organisation: Organisation, pk: int) -> Report | None:
    """Return a report that was kept aside; None once it is gone."""
    return Report.objects.filter(organisation=organisation, pk=pk).first()


def sheet(report: Report, said: Said) -> Sheet:
    """Show what a report would become by what was said, and guess what was not."""
    content = bytes(report.content)
    try:
        kind = said.kind if said.kind in KINDS else likely_kind(io.BytesIO(content), report.name)
    except NotATable as fault:
        return Sheet(replace(said, kind=""), layouts.Preview(None, (), ()), (fault.finding,))
    said = replace(said, kind=kind, name=said.name or _name_of(report))
    preview = layouts.preview(io.BytesIO(content), _wish(said), report.firm)
    return Sheet(said, preview, (*_contradictions(said), *preview.faults, *_nothing(preview)))


def _name_of(report: Report) -> str:
    return "".join(filter(str.isprintable, PurePath(report.name).stem))[:LONGEST_NAME]


def _wish(said: Said) -> Wish:
    known = fields_of(said.kind)
    columns = {field: heading for heading, field in said.columns or () if field in known}
    unused = frozenset(heading for heading, field in said.columns or () if not field)
    taken = columns if said.columns is not None else {}
    values = {
        field: text for field, text in said.always if field in known and text and field not in taken
    }
    heading, text = said.only
    return Wish(
        # A name that is at fault stands in the way of saving, not of looking.
        "",
        said.kind,
        columns,
        values,
        {heading: text} if heading and text else {},
        Dates(said.dates) if said.dates in list(Dates) else None,
        Decimals(said.decimals) if said.decimals in list(Decimals) else None,
        unused,
        said.system if is_system(said.system) else SYSTEM,
    )


def _contradictions(said: Said) -> Iterator[Finding]:
    """Find what was said twice, or by halves."""
    fields = [field for _, field in said.columns or () if field]
    for field in _twice(fields):
        headings = " and ".join(heading for heading, one in said.columns or () if one == field)
        yield error(
            "duplicate_key",
            f"{headings} are both said to be {label(field)}.",
            "Choose it for one of them, and something else for the others.",
        )
    for field in _twice([field for field, text in said.always if field and text]):
        yield error(
            "duplicate_key",
            f"{label(field)} is there twice among what is the same in every row.",
            "Leave one of them empty.",
        )
    for field in dict.fromkeys(field for field, text in said.always if text and field in fields):
        yield error(
            "duplicate_key",
            f"{label(field)} is both a column and the same in every row.",
            "Empty its text, or choose something else for the column.",
        )
    if any(text and not field for field, text in said.always):
        yield error(
            "missing_field",
            "A text that is the same in every row is not said to be anything.",
            "Choose beside it what it is, or empty it.",
        )
    if len([each for each in said.only if each]) == 1:
        yield error(
            "missing_field",
            "Which rows count is said by halves.",
            "Give both the column and its text, or neither.",
        )


def _twice(names: Iterable[str]) -> list[str]:
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _nothing(preview: Preview) -> Iterator[Finding]:
    if preview.guess is not None and not preview.documents:
        yield error(
            "no_documents",
            "No row of the report is a document by this.",
            "A row needs a number or a date, and an amount: look at which columns these are.",
        )


def against(sheet: Sheet, organisation: Organisation, *, shown: str, replacing: bool) -> list[str]:
    """Return what stands against saving a layout; ``shown`` is the mark of what was looked at."""
    said, found = sheet.said, sheet.layout
    if found is None or sheet.faults or not sheet.preview.sure:
        return ["Something is left to choose or to put right. Nothing is saved yet."]
    if shown != sheet.mark:
        return ["What you chose has changed what is read. Look at it, and save it then."]
    wanted = replace(found, name=said.name, system=said.system)
    faults = [f"{one.message} {one.fix}" for one in faults_of(wanted)]
    there = Saved.objects.filter(firm=organisation.firm, name=said.name).exists()
    if there and not replacing:
        faults.append(
            f"There is a layout {said.name} already. Tick that it is replaced, or rename."
        )
    return faults


def confirm(sheet: Sheet, report: Report, *, actor: str, now: dt.datetime) -> Layout:
    """Save what ``against`` has nothing against; return it."""
    assert sheet.layout is not None
    layout = replace(sheet.layout, name=sheet.said.name)
    layouts.save(report.firm, layout, actor=actor, now=now)
    return layout


def choices(sheet: Sheet) -> Mapping[str, list[tuple[str, str]]]:
    """Return in which ways dates and amounts may be read, the one that was found first."""
    found, asked = sheet.layout, sheet.asked
    dates = [
        (Dates.DAY_FIRST.value, "Day first: 03/04/2026 is 3 April 2026"),
        (Dates.MONTH_FIRST.value, "Month first: 03/04/2026 is 4 March 2026"),
    ]
    decimals = [
        (Decimals.POINT.value, "Point before the cents: 1,234.50"),
        (Decimals.COMMA.value, "Comma before the cents: 1.234,50"),
    ]
    if found is None:
        return {"dates": dates, "decimals": decimals}
    day = "Choose" if "dates" in asked else _found(dates, found.dates)
    mark = "Choose" if "decimals" in asked else _found(decimals, found.decimals)
    return {"dates": [("", day), *dates], "decimals": [("", mark), *decimals]}


def _found(ways: list[tuple[str, str]], value: str | None) -> str:
    if value is None:
        return "The report does not show it: ask once one does"
    words = dict(ways)[value].partition(":")[0]
    return f"As the report shows: {words[0].lower()}{words[1:]}"
