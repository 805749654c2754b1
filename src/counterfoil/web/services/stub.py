"""The counterfoil of one document: what came in, what left, what came back, and when."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import warning
from counterfoil.posting.behind import why_behind
from counterfoil.posting.contacts import SAME_NAME
from counterfoil.posting.records import CONTACT
from counterfoil.posting.states import IN_XERO, State
from counterfoil.web.models import (
    Answer,
    Dependency,
    Document,
    DocumentFinding,
    Event,
    Link,
    Posting,
    RequestMember,
    Revision,
)
from counterfoil.web.services import daybook, drifted, other_names
from counterfoil.web.services import naming as naming_of
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of
from counterfoil.xero import pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.web.models import Organisation

MOST_EVENTS = 500
"""Events that are told, the latest; the audit has them all."""
MOST_NAMING = 100
FIGURES = frozenset({"amount", "balance", "bank_amount", "quantity", "tax", "total", "unit_price"})
"""Fields that hold a figure and are set flush right."""
ERASED = "(erased after its retention; its SHA-256 is kept)"


class Line(msgspec.Struct, frozen=True, rename="pascal"):
    """A line as it was sent; figures are exact."""

    description: str = ""
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    line_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    account_code: str = ""
    tax_type: str = ""


class Lines(msgspec.Struct, frozen=True, rename="pascal"):
    """What of an element has lines."""

    line_items: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """One call that carried a posting, with its element of the body and what came back."""

    member: RequestMember
    element: str
    lines: tuple[Line, ...]
    answers: tuple[tuple[Answer, str], ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """One posting of the document: what it waits for, its link, its calls.

    ``address`` is where Xero shows what it is tied to, if Xero does.
    """

    posting: Posting
    state: State
    needs: tuple[Dependency, ...]
    link: Link | None
    sent: tuple[Sent, ...]
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a list field, such as lines, with one column for each field in use.

    A column is its field and whether it holds figures; so is a cell.
    """

    name: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[tuple[str, bool], ...], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A revision as the practice recorded it: single fields, then its lists."""

    revision: Revision
    fields: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Stub:
    """Everything that is kept of a document."""

    document: Document
    state: State
    source: Source | None
    findings: tuple[DocumentFinding | Finding, ...]
    slips: tuple[Slip, ...]
    events: tuple[Event, ...]
    revisions: tuple[Revision, ...]
    undone: str = ""
    """The kind of document that has taken it back in Xero; mostly nothing."""
    other_ids: tuple[str, ...] = ()
    """Those under which other sources brought it."""
    drifted: tuple[Finding, ...] = ()
    """What others have done to it in Xero since; it is among the findings too."""

    @property
    def since(self) -> str:
        """How it stands in Xero since others were at it there; mostly nothing."""
        slips = [slip for slip in self.slips if slip.link and slip.state in IN_XERO]
        made = sum(slip.posting.act in {Act.CREATE, Act.ALLOCATE} for slip in slips)
        return drifted.since(self.drifted, made) if slips else ""

    @property
    def in_xero(self) -> bool:
        """Whether all that is planned of it is in Xero."""
        return bool(self.slips) and all(
            slip.state in {*IN_XERO, State.WITHDRAWN} for slip in self.slips
        )


def find(organisation: Organisation, kind: str, source_id: str) -> Stub | None:
    """Return what is kept of a document of this organisation; None if there is none."""
    document = other_names.document_here(organisation, kind, source_id)
    if document is None:
        return None
    postings = list(
        Posting.objects.filter(document=document)
        .select_related("link")
        .order_by("part", "act", "attempt")
    )
    revisions = tuple(Revision.objects.filter(document=document).order_by("-revision"))
    drift = tuple(drifted.of_document(document))
    return Stub(
        document=document,
        state=daybook.worst(State(posting.state) for posting in postings),
        source=_source(revisions[0]) if revisions else None,
        findings=(
            *DocumentFinding.objects.filter(document=document).order_by("position", "pk"),
            *_behind(organisation, document),
            *_standing_still(document),
            *drift,
        ),
        slips=tuple(_slip(posting) for posting in postings),
        events=tuple(
            Event.objects.filter(posting__document=document)
            .select_related("posting")
            .order_by("-sequence", "-position")[:MOST_EVENTS][::-1]
        ),
        revisions=revisions,
        undone=daybook.undone_by([document]).get(Key(kind, document.source_id), ""),
        other_ids=other_names.ids_of([document.pk]).get(document.pk, ()),
        drifted=drift,
    )


def asked_of(found: Stub) -> list[DocumentFinding]:
    """Return the questions about contacts of the same name that a document waits for, or is."""
    document = found.document
    needs = [need for slip in found.slips for need in slip.needs if need.needs_kind == CONTACT]
    parties = {need.needs_id for need in needs}
    if document.kind == CONTACT:
        parties.add(document.source_id)
    asked = DocumentFinding.objects.filter(
        organisation=document.organisation,
        code=SAME_NAME,
        document__kind=CONTACT,
        document__source_id__in=parties,
    )
    return list(asked.select_related("document").order_by("pk")) if parties else []


def _standing_still(document: Document) -> Iterator[DocumentFinding | Finding]:
    """Yield why a correction of this document does not go on, and what makes it."""
    for one in naming_of.corrections_of(document):
        stuck = Posting.objects.filter(document=one, state__in=[State.REFUSED, State.HELD])
        said = DocumentFinding.objects.filter(posting__in=stuck).order_by("position", "pk")
        if said:
            yield warning(
                "correction_stands_still",
                "Taking this back in Xero has come to a halt on the way; what is done stays done.",
                "Solve what is said of it here, then: counterfoil retry, with this document's id; "
                "it goes on with the next post.",
            )
            yield from said


def _behind(organisation: Organisation, document: Document) -> tuple[Finding, ...]:
    """Say why Xero holds an earlier revision, where it does."""
    if document.revision == document.working:
        return ()
    key = Key(document.kind, document.source_id)
    return why_behind(key, outbox_of(organisation), DatabaseShelf(organisation))


def _slip(posting: Posting) -> Slip:
    link = Link.objects.filter(posting=posting).first()
    return Slip(
        posting=posting,
        state=State(posting.state),
        needs=tuple(Dependency.objects.filter(posting=posting).order_by("position")),
        link=link,
        sent=tuple(
            _sent(member)
            for member in RequestMember.objects.filter(posting=posting)
            .select_related("request")
            .order_by("request__frozen_at", "pk")
        ),
        address=_address(posting, link) if link is not None else "",
    )


def _address(posting: Posting, link: Link) -> str:
    sandbox: str | None = settings.COUNTERFOIL.xero_base_url
    sales = "supplier" not in posting.kind
    return pages.address(posting.resource, link.xero_id, sales=sales, sandbox=sandbox)


def naming(document: Document) -> tuple[daybook.Row, ...]:
    """Return the documents whose postings need this one: payments, credits and the like."""
    needing = Dependency.objects.filter(
        organisation=document.organisation, needs_kind=document.kind, needs_id=document.source_id
    )
    found = Document.objects.filter(
        pk__in=needing.order_by("posting").values("posting__document")[:MOST_NAMING]
    ).exclude(pk=document.pk)
    return daybook.rows_of(list(found.order_by("-date", "-pk")))


def _sent(member: RequestMember) -> Sent:
    answers = Answer.objects.filter(request=member.request).order_by("at", "pk")
    element = element_at(member.request.body, member.position)
    return Sent(
        member,
        element,
        lines_of(element),
        tuple((answer, element_at(answer.body, member.position)) for answer in answers),
    )


def element_at(body: bytes | memoryview | None, position: int) -> str:
    """Return the element of a batch at a position, laid out for reading, its figures untouched.

    A body that is no batch, such as a page of HTML, is returned as it came.
    """
    if body is None:
        return ERASED
    exact = bytes(body)
    try:
        fields = msgspec.json.decode(exact, type=dict[str, msgspec.Raw])
        for value in fields.values():
            if bytes(value).lstrip().startswith(b"["):
                listed = msgspec.json.decode(value, type=list[msgspec.Raw])
                if position < len(listed):
                    return _laid_out(bytes(listed[position]))
        return _laid_out(exact)
    except msgspec.DecodeError:
        return exact.decode("utf-8", "replace")


def lines_of(element: str) -> tuple[Line, ...]:
    """Return the lines of an element; none for what has no lines."""
    try:
        return msgspec.json.decode(element, type=Lines).line_items
    except msgspec.DecodeError:
        return ()


def _laid_out(value: bytes) -> str:
    return msgspec.json.format(value, indent=2).decode()


def _source(revision: Revision) -> Source:
    if revision.body is None:
        return Source(revision, (("body", ERASED),), ())
    fields = msgspec.json.decode(bytes(revision.body), type=dict[str, object])
    tables = tuple(
        _table(name, value)
        for name, value in fields.items()
        if isinstance(value, list) and value and isinstance(value[0], dict)
    )
    listed = {table.name for table in tables}
    plain = tuple((name, text) for name, text in flat(fields) if name not in listed)
    return Source(revision, plain, tables)


def flat(fields: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested fields as rows of name and text: ``client.name`` is the name of the client."""
    rows: list[tuple[str, str]] = []
    for name, value in fields.items():
        if isinstance(value, dict):
            rows += flat(value, f"{prefix}{name}.")
        elif not (isinstance(value, list) and value and isinstance(value[0], dict)):
            rows.append((f"{prefix}{name}", _text(value)))
    return rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return str(value)


def _table(name: str, records: Sequence[object]) -> Table:
    rows = [dict(flat(record)) for record in records if isinstance(record, dict)]
    used = tuple(dict.fromkeys(name for row in rows for name, text in row.items() if text))
    columns = tuple((name, name in FIGURES) for name in used)
    return Table(
        name,
        columns,
        tuple(tuple((row.get(name, ""), figure) for name, figure in columns) for row in rows),
    )
