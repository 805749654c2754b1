"""Between rows and the frozen values of ``records``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from counterfoil.core.conversion import Act
from counterfoil.core.findings import Finding, Severity
from counterfoil.core.xero_documents import Totals
from counterfoil.posting import records
from counterfoil.posting.records import PostingKey
from counterfoil.posting.states import State
from counterfoil.web import models
from counterfoil.web.store.base import by_kind, chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from counterfoil.core.xero_documents import Symbol
    from counterfoil.web.store.base import Base


class Row(NamedTuple):
    """A posting's row. ``request`` is the row number of its request, ``request_key`` its key."""

    id: int
    document: int
    key: PostingKey
    state: State
    resource: str
    stage: int
    due_at: dt.datetime | None
    batch_most: int
    tries: int
    choice: str
    request: int | None
    request_key: str | None

    @property
    def free(self) -> bool:
        """Whether it may be claimed or decided on without a call."""
        return self.state is State.READY and self.request is None


COLUMNS = (
    "id",
    "document_id",
    "kind",
    "source_id",
    "part",
    "act",
    "attempt",
    "state",
    "resource",
    "stage",
    "due_at",
    "batch_most",
    "tries",
    "choice",
    "request_id",
    "request__key",
)


def postings_of(store: Base) -> QuerySet[models.Posting]:
    """Return the organisation's postings."""
    return models.Posting.objects.using(store.using).filter(organisation_id=store.organisation_id)


def fetch(query: QuerySet[models.Posting], most: int | None = None) -> list[Row]:
    """Read postings in the order in which they came, at most so many."""
    return [
        Row(v[0], v[1], PostingKey(v[2], v[3], v[4], Act(v[5]), v[6]), State(v[7]), *v[8:])
        for v in query.order_by("id").values_list(*COLUMNS)[:most]
    ]


def find(store: Base, keys: Collection[PostingKey]) -> dict[PostingKey, Row]:
    """Read the postings of these names, of those that exist."""
    wanted = set(keys)
    found: dict[PostingKey, Row] = {}
    for kind, ids in by_kind((key.kind, key.id) for key in keys):
        rows = fetch(postings_of(store).filter(kind=kind, source_id__in=ids))
        found.update((row.key, row) for row in rows if row.key in wanted)
    return found


def posting(row: Row) -> records.Posting:
    """Return the posting that a row holds."""
    return records.Posting(
        row.key,
        row.state,
        row.resource,
        row.stage,
        row.due_at,
        row.batch_most,
        row.tries,
        row.choice,
        row.request_key,
        row.id,
    )


def posted(store: Base, symbols: Collection[Symbol]) -> dict[tuple[str, str], int]:
    """Return which posting made the object of each symbol, of those that are posted."""
    made: dict[tuple[str, str], int] = {}
    for kind, ids in by_kind(symbols):
        rows = postings_of(store).filter(
            kind=kind,
            source_id__in=ids,
            part="",
            act=Act.CREATE.value,
            state=State.POSTED.value,
        )
        for name, number in rows.order_by("-id").values_list("source_id", "id"):
            made[kind, name] = number
    return made


def finding(row: models.DocumentFinding) -> Finding:
    """Return the finding that a row holds."""
    return Finding(Severity(row.severity), row.code, row.message, row.fix, row.path, row.about)


def finding_rows(
    store: Base,
    document: int,
    posting_id: int | None,
    findings: Iterable[Finding],
    start: int = 0,
) -> list[models.DocumentFinding]:
    """Return the rows of findings, in their order."""
    return [
        models.DocumentFinding(
            firm_id=store.firm_id,
            organisation_id=store.organisation_id,
            document_id=document,
            posting_id=posting_id,
            position=position,
            severity=found.severity.value,
            code=found.code,
            message=found.message,
            fix=found.fix,
            path=found.path,
            about=found.about,
        )
        for position, found in enumerate(findings, start)
    ]


def drop_findings(store: Base, postings: Collection[int]) -> None:
    """Forget what was said of these postings."""
    for ids in chunks(postings):
        models.DocumentFinding.objects.using(store.using).filter(posting_id__in=ids).delete()


def totals(sub_total: int | None, total_tax: int | None, total: int | None) -> Totals | None:
    """Return three sums; None where the resource has none."""
    if sub_total is None or total_tax is None or total is None:
        return None
    return Totals(sub_total, total_tax, total)


def sums(value: Totals | None) -> dict[str, int | None]:
    """Return the three columns of totals."""
    if value is None:
        return {"sub_total": None, "total_tax": None, "total": None}
    return {"sub_total": value.sub_total, "total_tax": value.total_tax, "total": value.total}


def frozen(store: Base, requests: Collection[models.Request]) -> tuple[records.Frozen, ...]:
    """Return requests as they were written down, with their members in order."""
    members: dict[int, list[tuple[PostingKey, Totals | None]]] = {r.pk: [] for r in requests}
    for ids in chunks(members):
        rows = models.RequestMember.objects.using(store.using).filter(request_id__in=ids)
        for v in rows.order_by("request_id", "position").values_list(
            "request_id",
            "posting__kind",
            "posting__source_id",
            "posting__part",
            "posting__act",
            "posting__attempt",
            "sub_total",
            "total_tax",
            "total",
        ):
            key = PostingKey(v[1], v[2], v[3], Act(v[4]), v[5])
            members[v[0]].append((key, totals(*v[6:])))
    return tuple(_frozen(request, members[request.pk]) for request in requests)


def _frozen(
    request: models.Request, members: list[tuple[PostingKey, Totals | None]]
) -> records.Frozen:
    return records.Frozen(
        request_id=request.key,
        resource=request.resource,
        method=request.method,
        path=request.path,
        query=tuple((name, value) for name, value in request.query),
        body=bytes(request.body or b""),
        sha256=request.sha256,
        members=tuple(key for key, _ in members),
        expected=tuple(expected for _, expected in members),
        frozen_at=request.frozen_at,
        xero_time=request.xero_time,
        ambiguous=request.ambiguous,
        lookups=request.lookups,
        rechecking=request.rechecking,
    )
