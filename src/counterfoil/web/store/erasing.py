"""Taking a whole firm's rows away, behind the closed gates of all its organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connections

from counterfoil.web import models, sql
from counterfoil.web.store.base import Base

if TYPE_CHECKING:
    from django.db.models import Model

GONE: Final[tuple[type[Model], ...]] = (
    models.RequestMember,
    models.Answer,
    models.Dependency,
    models.DocumentFinding,
    models.Drift,
    models.Link,
    models.Posting,
    models.Request,
    models.Told,
    models.Delivery,
    models.Webhook,
    models.ApiKey,
    models.OtherName,
    models.Revision,
    models.Document,
    models.KnownName,
    models.TrustPaper,
    models.TrustIssue,
    models.ContactMirror,
    models.ChartVersion,
    models.MappingVersion,
    models.PracticeAccount,
    models.Counter,
    models.DayCount,
    models.ReadBack,
    models.Reconciled,
    models.Limits,
    models.Connection,
    models.Draft,
    models.Proposal,
    models.Work,
    models.Report,
    models.Layout,
    models.ActionstepBill,
    models.ActionstepDivision,
    models.ActionstepName,
    models.Actionstep,
    models.Joining,
    models.Membership,
)
"""Tables of which nothing stays."""
KEPT: Final[tuple[type[Model], ...]] = (
    models.Firm,
    models.Organisation,
    models.Lease,
    models.AuditEntry,
    models.AuditHead,
    models.Event,
)
"""Tables of which rows stay, without a name or text in them; of events the last alone."""
WHOSE: Final[dict[type[Model], str]] = {
    models.RequestMember: "request_id IN (SELECT id FROM web_request WHERE firm_id = %s)",
    models.ActionstepBill: "actionstep_id = %s",
    models.ActionstepDivision: "actionstep_id = %s",
    models.ActionstepName: "actionstep_id = %s",
}
"""Whose a row is where it has no column for the firm."""


class Gate(Base):
    """The gate of an organisation that is about to go."""

    def close(self) -> None:
        """Lock the gate until the end of the transaction, and end whatever lease there is."""
        self._gate()
        change = "UPDATE web_lease SET holder = '', fence = fence + 1 WHERE organisation_id = %s"
        sql.change(self.using, change, (self.organisation_id,))


def take_away(firm: int, using: str) -> int:
    """Delete a firm's rows, in the caller's transaction; return how many there were.

    In SQL: with Django every row of a large firm would be read first. Its documents' bodies are
    overwritten in SQLite's file and not only marked as free.
    """
    if connections[using].vendor == "sqlite":
        sql.select(using, "PRAGMA secure_delete = ON")
    return sum(
        sql.change(
            using,
            f"DELETE FROM {table._meta.db_table} WHERE {WHOSE.get(table, 'firm_id = %s')}",  # noqa: S608, SLF001 -- names of ours; Django's documented way
            (firm,),
        )
        for table in GONE
    )
