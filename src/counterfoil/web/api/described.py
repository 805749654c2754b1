"""How values of the product look in the API, and how the format of documents is described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.money import amount_text
from counterfoil.core.schema import schema
from counterfoil.web.api.answers import findings_out
from counterfoil.web.api.shapes import (
    AlertOut,
    ConnectionOut,
    DocumentOut,
    LinkOut,
    PostingOut,
    ReconciledOut,
    StatusOut,
)
from counterfoil.web.models import Link
from counterfoil.web.services import alerts as alarms
from counterfoil.web.services import firm_standing
from counterfoil.web.services import standing as standings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.web.models import Firm, Organisation, Posting, Reconciled
    from counterfoil.web.services.alerts import Alert
    from counterfoil.web.services.standing import Standing
    from counterfoil.web.services.whereabouts import Whereabouts

FORMAT = "The format is described in `docs/documents.md`, field by field for each kind."


def one_document() -> dict[str, object]:
    """Return how OpenAPI describes a body of one document."""
    return _body({"$ref": "#/components/schemas/Document"})


def batch() -> dict[str, object]:
    """Return how OpenAPI describes a body of many documents."""
    return _body(
        {"type": "array", "maxItems": 1_000, "items": {"$ref": "#/components/schemas/Document"}}
    )


def _body(schema: dict[str, object]) -> dict[str, object]:
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "description": FORMAT, "content": content}}


def components() -> dict[str, object]:
    """Return the schemas of documents, as OpenAPI keeps them: one for each kind."""
    whole = schema()
    kinds = whole["$defs"]
    assert isinstance(kinds, dict)
    named = {f"Document_{kind}": described for kind, described in kinds.items()}
    either = [{"$ref": f"#/components/schemas/{name}"} for name in named]
    return {"Document": {"title": whole["title"], "oneOf": either}, **named}


def document(found: Whereabouts) -> DocumentOut:
    """Return a document as the API shows it."""
    row = found.document
    return DocumentOut(
        organisation=found.organisation.key,
        kind=row.kind,
        id=row.source_id,
        other_ids=list(found.other_ids),
        revision=row.revision,
        number=row.number,
        date=row.date,
        amount=_text(row.amount),
        currency=row.currency,
        received_at=row.received_at,
        state=found.state.value,
        findings=findings_out(found.findings),
        postings=[_posting(one) for one in found.postings],
    )


def _posting(row: Posting) -> PostingOut:
    return PostingOut(
        part=row.part,
        act=row.act,
        resource=row.resource,
        state=row.state,
        due_at=row.due_at,
        link=_link(row),
    )


def _link(row: Posting) -> LinkOut | None:
    try:
        link = row.link
    except Link.DoesNotExist:
        return None
    return LinkOut(
        xero_id=link.xero_id,
        number=link.number,
        status=link.status,
        total=_text(link.total),
        linked_at=link.linked_at,
    )


def _text(amount: int | None) -> str | None:
    return None if amount is None else amount_text(amount)


def status(organisation: Organisation, now: dt.datetime) -> StatusOut:
    """Return how things stand with an organisation."""
    found = standings.standing(organisation, now)
    connectors = standings.connectors(organisation.firm_id)
    return _status(found, alarms.alerts(found, connectors))


def status_of_firm(firm: Firm, now: dt.datetime) -> StatusOut:
    """Return how things stand with all organisations of a firm, taken together."""
    each = firm_standing.each(firm.pk, now)
    said = firm_standing.alerts(each, standings.connectors(firm.pk))
    return _status(firm_standing.together(list(each.values())), [alert for _, alert in said])


def _reconciled(row: Reconciled) -> ReconciledOut:
    return ReconciledOut(
        as_of=row.day,
        at=row.at,
        xero_asked=row.asked,
        agrees=row.agrees,
        differences=row.differences,
    )


def _status(found: Standing, alerts: Iterable[Alert]) -> StatusOut:
    return StatusOut(
        connection=ConnectionOut(
            state=found.connection.value,
            since=found.since,
            tenant_name=found.tenant_name or None,
        ),
        counts={str(state): n for state, n in found.counts.items()},
        oldest_due=found.oldest_due,
        calls_left_today=found.calls_left_today,
        restored_until=found.restored_until,
        reconciled=None if found.reconciled is None else _reconciled(found.reconciled),
        alerts=[
            AlertOut(code=one.code, weight=one.weight.value, what=one.what, detail=one.detail)
            for one in alerts
        ],
    )
