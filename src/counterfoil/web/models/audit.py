"""The record that cannot be altered unseen: events, and the chain over their commits."""

from __future__ import annotations

from django.db import models

from counterfoil.web.models.people import Business, Firm


class AuditEntry(models.Model):
    """One link of a firm's chain: what one commit wrote.

    ``events_sha256`` is over the commit's event rows in order; ``mac`` is an HMAC over this row
    and the one before it, with a key that the database does not hold.
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveBigIntegerField()
    organisation_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    events = models.PositiveIntegerField()
    events_sha256 = models.BinaryField()
    mac = models.BinaryField()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["firm", "sequence"], name="audit_sequence")]

    def __str__(self) -> str:
        return f"{self.firm_id}/{self.sequence}"


class AuditHead(models.Model):
    """The newest link of a firm's chain; ``mailed`` is the one that was mailed last."""

    firm = models.OneToOneField(Firm, models.PROTECT, primary_key=True, related_name="audit_head")
    sequence = models.PositiveBigIntegerField(default=0)
    mac = models.BinaryField(default=b"")
    mailed = models.PositiveBigIntegerField(default=0)
    mailed_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.firm_id}/{self.sequence}"


class Event(Business):
    """One move of one posting, or one act on the connection, with time and actor.

    ``sequence`` and ``position`` name its audit entry and its place in it. ``witness`` is the
    SHA-256 of the bytes it speaks of (a revision), or the seal of a call (``sealing``), so that the
    chain covers them too and still verifies when bodies have been erased.
    """

    sequence = models.PositiveBigIntegerField()
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=255)
    what = models.CharField(max_length=32)
    posting = models.ForeignKey("Posting", models.PROTECT, related_name="events", null=True)
    before = models.CharField(max_length=12, blank=True, default="")
    after = models.CharField(max_length=12, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    witness = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "sequence", "position"], name="event_position")
        ]

    def __str__(self) -> str:
        return self.what
