"""The shapes of what the API answers, which its OpenAPI description shows."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from ninja import Field, Schema

from counterfoil.core.findings import Severity


class FindingOut(Schema):
    """What is wrong, where in the document, and what to do."""

    severity: Severity
    code: str
    message: str
    fix: str
    path: str = Field(description="The field, as lines[2].total; empty for the whole.")


class Refusal(Schema):
    """Why a request was refused."""

    findings: list[FindingOut]


class TakenOut(Schema):
    """What became of one document."""

    position: int = Field(description="Its place in the batch, from 0.")
    kind: str | None
    id: str | None
    revision: int | None
    taken: Literal["new", "revised", "unchanged", "refused"]
    known_as: str | None = Field(
        default=None,
        description="Its id in the daybook, where another source had brought it under that.",
    )
    findings: list[FindingOut]


class BatchOut(Schema):
    """What became of a batch: a refused document keeps no other one out."""

    new: int
    revised: int
    unchanged: int
    refused: int
    documents: list[TakenOut]


class LinkOut(Schema):
    """Where a posting is in Xero."""

    xero_id: str
    number: str
    status: str
    total: str | None = Field(description="Xero's own, as decimal text.")
    linked_at: dt.datetime


class PostingOut(Schema):
    """One intended act on one Xero object."""

    part: str
    act: str
    resource: str
    state: str
    due_at: dt.datetime | None
    link: LinkOut | None


class DocumentOut(Schema):
    """A document as the daybook has it. Its state is the worst of its postings'."""

    organisation: str
    kind: str
    id: str
    other_ids: list[str] = Field(
        default=[], description="Ids under which other sources brought the same document."
    )
    revision: int
    number: str
    date: dt.date | None
    amount: str | None
    currency: str
    received_at: dt.datetime
    state: str
    findings: list[FindingOut]
    postings: list[PostingOut]


class DocumentsOut(Schema):
    """A page of documents, the newest date first."""

    documents: list[DocumentOut]
    next: str | None = Field(description="Give it as after= for the next page; null at the end.")


class ConnectionOut(Schema):
    """The connection to Xero."""

    state: Literal["never", "connected", "lost", "disconnected"]
    since: dt.datetime | None
    tenant_name: str | None


class AlertOut(Schema):
    """What everybody in the firm has to know."""

    code: str
    weight: Literal["stopped", "careful"]
    what: str
    detail: str


class ReconciledOut(Schema):
    """What the reconciliation of a day's end came to, which runs by itself once a day."""

    as_of: dt.date
    at: dt.datetime
    xero_asked: bool = Field(description="Whether Xero's side was known.")
    agrees: bool = Field(description="Xero was asked, and nothing was left to explain.")
    differences: list[str] = Field(description="What nothing explains, in words; most of it.")


class StatusOut(Schema):
    """How things stand with an organisation; as `counterfoil status --json`, and the alerts."""

    connection: ConnectionOut
    counts: dict[str, int] = Field(description="Postings by state.")
    oldest_due: dt.datetime | None
    calls_left_today: int | None
    restored_until: dt.datetime | None = Field(
        description="Until then the mark of a restored backup holds."
    )
    reconciled: ReconciledOut | None = Field(description="The newest nightly reconciliation.")
    alerts: list[AlertOut]
