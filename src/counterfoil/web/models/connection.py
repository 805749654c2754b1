"""What ties an organisation to Xero: the grant, the chart, the mapping, contacts, limits."""

from __future__ import annotations

from django.db import models

from counterfoil.posting.records import ConnectionState
from counterfoil.web.models.people import Business, Organisation


class Connection(Business):
    """The grant of an organisation.

    The tokens are ciphertext bound to the organisation and their column. ``generation`` grows with
    each new pair; ``refresh_until`` is the refresh lease, empty when free. ``permissions`` are
    those of the Xero user behind it, as they were last read (``services.permissions``).
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="connection"
    )
    state = models.CharField(max_length=16, default=ConnectionState.NEVER.value)
    generation = models.PositiveIntegerField(default=0)
    tenant_name = models.CharField(max_length=255, blank=True, default="")
    connection_id = models.CharField(max_length=64, blank=True, default="")
    since = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    connected_by = models.CharField(max_length=255, blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    access_token = models.BinaryField(default=b"")
    refresh_token = models.BinaryField(default=b"")
    refresh_until = models.DateTimeField(null=True)
    permissions = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in ConnectionState]),
                name="connection_state",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.state}"


class ChartVersion(Business):
    """The chart of an organisation as it was read: Xero's raw replies, by file name, as JSON."""

    version = models.PositiveIntegerField()
    read_at = models.DateTimeField()
    actor = models.CharField(max_length=255)
    replies = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="chart_version")
        ]

    def __str__(self) -> str:
        return f"chart {self.version}"


class MappingVersion(Business):
    """A mapping as somebody saved it: the mapping file's JSON."""

    version = models.PositiveIntegerField()
    saved_at = models.DateTimeField()
    actor = models.CharField(max_length=255)
    content = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="mapping_version")
        ]

    def __str__(self) -> str:
        return f"mapping {self.version}"


class PracticeAccount(Business):
    """What the practice calls one of its accounts, as its chart of accounts says.

    ``type`` is the practice's own word, such as Income. It is read only to propose where a code
    goes, and to show beside it; nothing is posted by it.
    """

    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="practice_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ContactMirror(Business):
    """A contact as Xero had it when last read."""

    contact_id = models.CharField(max_length=64)
    number = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=500)
    folded = models.CharField(max_length=500)
    status = models.CharField(max_length=32)
    merged_to = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "contact_id"], name="contact_once")
        ]
        indexes = [
            models.Index(fields=["organisation", "number"], name="contact_number"),
            models.Index(fields=["organisation", "folded"], name="contact_folded"),
        ]

    def __str__(self) -> str:
        return self.name


class Lease(Business):
    """Who drains an organisation. Its row is also the gate that every move of a posting locks."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="lease"
    )
    holder = models.CharField(max_length=255, blank=True, default="")
    fence = models.PositiveBigIntegerField(default=0)
    beat = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.holder or 'free'} #{self.fence}"


class Limits(Business):
    """The shared count of calls to an organisation; ``in_flight`` is a list of slots."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="limits"
    )
    minute_from = models.DateTimeField(null=True)
    minute_used = models.PositiveIntegerField(default=0)
    day_from = models.DateTimeField(null=True)
    day_used = models.PositiveIntegerField(default=0)
    day_limit = models.PositiveIntegerField(default=5000)
    in_flight = models.JSONField(default=list)
    blocked_until = models.DateTimeField(null=True)
    blocked_by = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        verbose_name_plural = "limits"

    def __str__(self) -> str:
        return f"{self.minute_used} this minute, {self.day_used} today"
