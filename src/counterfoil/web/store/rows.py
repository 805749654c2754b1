"""Between rows and the frozen values of ``records``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.findings import Finding, Severity
from counterfoil.core.xero_documents import Totals
from counterfoil.posting import records
from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import UNLINKED, PostingKey
from counterfoil.posting.states import DECIDABLE, FINDABLE, UNDER_WAY, State
from counterfoil.web import models, sql
from counterfoil.web.store.base import by_kind, chunks
from counterfoil.web.store.insert import insert

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import Outcome
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
        """Whether it may be claimed."""
        return self.state is State.READY and self.request is None

    def decidable(self, outcome: Outcome) -> bool:
        """Whether it may be decided on without a call: free, found to differ, or refused.

        What is taken back, or found in Xero after all, may be in any state but under way, or tied
        to a request.
        """
        if outcome.state is State.WITHDRAWN:
            tied = self.state is State.READY and self.request is not None
            return not tied and self.state not in UNDER_WAY
        found = outcome.state is State.POSTED and outcome.link is not None
        if found and self.state in FINDABLE:
            return True
        return self.free or self.state in DECIDABLE

    @property
    def unlinked(self) -> bool:
        """Whether a person has cut its tie, and nobody has tied it anew."""
        return self.state is State.WITHDRAWN and self.choice == UNLINKED


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


POSTING_COLUMNS = (
    "firm_id",
    "organisation_id",
    "document_id",
    "kind",
    "source_id",
    "part",
    "act",
    "attempt",
    "resource",
    "stage",
    "state",
    "due_at",
    "batch_most",
    "tries",
    "choice",
)
"""The columns of a posting that is new, in the order of ``posting_row``."""


def posting_row(
    store: Base,
    document: int,
    key: PostingKey,
    to: tuple[str, int],
    state: State,
    now: dt.datetime,
) -> tuple[object, ...]:
    """Return the row of a posting that is new, ``to`` a resource in its stage."""
    due = now if state is State.READY else None
    return (
        store.firm_id,
        store.organisation_id,
        document,
        key.kind,
        key.id,
        key.part,
        key.act.value,
        key.attempt,
        *to,
        state.value,
        due,
        BATCH_MOST,
        0,
        "",
    )


def postings_of(store: Base) -> QuerySet[models.Posting]:
    """Return the organisation's postings."""
    return models.Posting.objects.using(store.using).filter(organisation_id=store.organisation_id)


SELECT = """
    SELECT p.id, p.document_id, p.kind, p.source_id, p.part, p.act, p.attempt, p.state, p.resource,
           p.stage, p.due_at, p.batch_most, p.tries, p.choice, p.request_id, r.key
    FROM web_posting p LEFT JOIN web_request r ON r.id = p.request_id
    WHERE p.organisation_id = %s AND """
"""The same columns, for a condition on ``p``."""
NAMED = "p.kind = %s AND p.source_id IN %s ORDER BY p.id"
"""The condition that asks for the postings of documents of one kind."""
MEMBERS = """
    SELECT m.request_id, p.kind, p.source_id, p.part, p.act, p.attempt,
           m.sub_total, m.total_tax, m.total
    FROM web_requestmember m JOIN web_posting p ON p.id = m.posting_id
    WHERE m.request_id IN %s ORDER BY m.request_id, m.position"""
ACTS = {act.value: act for act in Act}
STATES = {state.value: state for state in State}


def fetch(query: QuerySet[models.Posting]) -> list[Row]:
    """Read postings in the order in which they came."""
    return [_row(values) for values in query.order_by("id").values_list(*COLUMNS)]


def select(store: Base, condition: str, values: Sequence[object]) -> list[Row]:
    """Read postings by a condition in SQL, for what is asked with every batch."""
    found = sql.select(store.using, SELECT + condition, (store.organisation_id, *values))
    return [_row(each) for each in found]


def _row(values: sql.Values) -> Row:
    number, document, kind, name, part, act, attempt, state, resource, stage, due_at, *rest = values
    key = PostingKey(kind, name, part, ACTS[act], attempt)
    return Row(number, document, key, STATES[state], resource, stage, sql.moment(due_at), *rest)


def find(store: Base, keys: Collection[PostingKey]) -> dict[PostingKey, Row]:
    """Read the postings of these names, of those that exist."""
    wanted = set(keys)
    found: dict[PostingKey, Row] = {}
    for kind, ids in by_kind((key.kind, key.id) for key in keys):
        rows = select(store, NAMED, (kind, ids))
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
        )
        # Not a condition of the query: SQLite would walk everything that is posted.
        for name, number, state in rows.order_by("-id").values_list("source_id", "id", "state"):
            if state == State.POSTED:
                made[kind, name] = number
    return made


def there(store: Base, symbols: Collection[Symbol]) -> set[tuple[str, str]]:
    """Return which symbols are there: their object, or all objects of a document without one."""
    mains: dict[tuple[str, str], list[bool]] = {}
    parts: dict[tuple[str, str], list[bool]] = {}
    for kind, ids in by_kind(symbols):
        rows = postings_of(store).filter(kind=kind, source_id__in=ids)
        for name, part, act, state in rows.values_list("source_id", "part", "act", "state"):
            if state != State.WITHDRAWN:
                main = part == "" and act == Act.CREATE
                of = mains if main else parts
                of.setdefault((kind, name), []).append(state == State.POSTED)
    several = {name for name, posted in parts.items() if name not in mains and all(posted)}
    return {name for name, posted in mains.items() if any(posted)} | several


def attempts(store: Base, documents: Collection[int]) -> dict[int, int]:
    """Return the highest attempt of each of these documents."""
    rows = postings_of(store).filter(document_id__in=documents)
    return dict(rows.values_list("document_id").annotate(highest=Max("attempt")))


def taken_back(store: Base, documents: Iterable[int]) -> dict[int, set[tuple[str, Act]]]:
    """Return which parts and acts of documents were in Xero and were taken back."""
    found: dict[int, set[tuple[str, Act]]] = {}
    for some in chunks(documents):
        gone = postings_of(store).filter(document_id__in=some, state=State.WITHDRAWN.value)
        rows = gone.filter(link__isnull=False).values_list("document_id", "part", "act")
        for document, part, act in rows:
            found.setdefault(document, set()).add((part, Act(act)))
    return found


def begun(store: Base, waiting: Mapping[int, tuple[Key, int]]) -> set[int]:
    """Return which postings have everything of their document done that goes before them.

    ``waiting`` are the document and the stage of each.
    """
    open_stages: dict[Key, int] = {}
    for kind, ids in by_kind({key for key, _ in waiting.values()}):
        rows = postings_of(store).filter(kind=kind, source_id__in=ids)
        done = (State.POSTED.value, State.WITHDRAWN.value)
        for name, stage in rows.exclude(state__in=done).values_list("source_id", "stage"):
            key = Key(kind, name)
            open_stages[key] = min(open_stages.get(key, stage), stage)
    return {n for n, (key, stage) in waiting.items() if open_stages.get(key, stage) >= stage}


def finding(row: models.DocumentFinding) -> Finding:
    """Return the finding that a row holds."""
    return Finding(Severity(row.severity), row.code, row.message, row.fix, row.path, row.about)


FINDING_COLUMNS = (
    "firm_id",
    "organisation_id",
    "document_id",
    "posting_id",
    "position",
    "severity",
    "code",
    "message",
    "fix",
    "path",
    "about",
)
DROP_FINDINGS = "DELETE FROM web_documentfinding WHERE posting_id IN %s"
Findings = list[tuple[object, ...]]
"""Rows of findings on their way into the table."""


def finding_rows(
    store: Base,
    document: int,
    posting_id: int | None,
    findings: Iterable[Finding],
    start: int = 0,
) -> Findings:
    """Return the rows of findings, in their order."""
    return [
        (
            store.firm_id,
            store.organisation_id,
            document,
            posting_id,
            position,
            found.severity.value,
            found.code,
            found.message,
            found.fix,
            found.path,
            found.about,
        )
        for position, found in enumerate(findings, start)
    ]


def keep_findings(store: Base, findings: Findings) -> None:
    """Write findings."""
    insert(store.using, models.DocumentFinding, FINDING_COLUMNS, findings)


def drop_findings(store: Base, postings: Collection[int]) -> None:
    """Forget what was said of these postings."""
    for ids in chunks(postings):
        sql.change(store.using, DROP_FINDINGS, (ids,))


def totals(sub_total: int | None, total_tax: int | None, total: int | None) -> Totals | None:
    """Return three sums; None where the resource has none."""
    if sub_total is None or total_tax is None or total is None:
        return None
    return Totals(sub_total, total_tax, total)


def sums(value: Totals | None) -> tuple[int | None, int | None, int | None]:
    """Return the three columns of totals."""
    if value is None:
        return None, None, None
    return value.sub_total, value.total_tax, value.total


def frozen(store: Base, requests: Collection[models.Request]) -> tuple[records.Frozen, ...]:
    """Return requests as they were written down, with their members in order."""
    members: dict[int, list[tuple[PostingKey, Totals | None]]] = {r.pk: [] for r in requests}
    for ids in chunks(members):
        for request, kind, name, part, act, attempt, *sums in sql.select(
            store.using, MEMBERS, (ids,)
        ):
            key = PostingKey(kind, name, part, ACTS[act], attempt)
            members[request].append((key, totals(*sums)))
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
