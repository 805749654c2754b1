"""What a read-back found in Xero, and when the next one is due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from counterfoil.core.findings import Severity
from counterfoil.web.models.outbox import Posting
from counterfoil.web.models.people import Business, Organisation


class ReadBack(Business):
    """When an organisation was last read back and when it is next.

    ``mark`` is the Xero time up to which it was read; ``full_at`` when everything was read, not
    only what had changed.
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="read_back"
    )
    mark = models.DateTimeField(null=True)
    full_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"due {self.due_at:%Y-%m-%d %H:%M}"


class Reconciled(Business):
    """What the reconciliation of a day's end came to, which runs by itself beside the read-back.

    ``differences`` say in words what is not explained, most of them; ``count`` is how many there
    are. ``asked`` tells whether Xero's side was known.
    """

    day = models.DateField()
    at = models.DateTimeField()
    asked = models.BooleanField()
    count = models.PositiveIntegerField()
    differences = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "day"], name="reconciled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"

    @property
    def agrees(self) -> bool:
        """Whether both sides were known, and nothing was left to explain."""
        return self.asked and not self.count


class Drift(Business):
    """One thing that differs in Xero, until a later read-back no longer finds it.

    ``read_from`` is the object that showed it: reading that again replaces what was found.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="drifts", null=True)
    resource = models.CharField(max_length=32)
    xero_id = models.CharField(max_length=64)
    read_from = models.CharField(max_length=64)
    name = models.CharField(max_length=500, blank=True, default="")
    severity = models.CharField(max_length=8)
    code = models.CharField(max_length=64)
    message = models.TextField()
    fix = models.TextField(blank=True, default="")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "read_from", "xero_id", "code"], name="drift_once"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=[severity.value for severity in Severity]),
                name="drift_severity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
