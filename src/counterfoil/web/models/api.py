"""Who may use the intake API, and who is told by it: vendors, keys, webhooks and deliveries."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from counterfoil.web.models.daybook import Document
from counterfoil.web.models.people import Business, Firm, Vendor


class ApiKey(models.Model):
    """A key to the API, of one firm or of one vendor.

    ``public`` names it and may be shown; of the secret only ``digest`` is kept, its SHA-256 in
    hexadecimal. A secret of 256 random bits needs no slow hash: there is nothing to guess.
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="api_keys", null=True)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="api_keys", null=True)
    public = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=255)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(firm__isnull=False, vendor__isnull=True)
                | Q(firm__isnull=True, vendor__isnull=False),
                name="api_key_owner",
            )
        ]

    def __str__(self) -> str:
        return self.public


class Webhook(models.Model):
    """An address that is told what becomes of a firm's documents.

    ``name`` is random and names it outside; its secret is derived from that, and kept nowhere.
    ``read_to`` is the audit entry up to which events were turned into deliveries. ``rest_until``
    spares an address that has just failed.
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="webhooks")
    name = models.CharField(max_length=32, unique=True)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    read_to = models.PositiveBigIntegerField()
    rest_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=255)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Delivery(Business):
    """One message to a webhook, as it was written down before it left.

    ``due_at`` is when it is tried next; empty once it was taken, or given up. ``held_until``
    keeps a second process from sending it at the same time. ``trouble`` says why the last try
    failed.
    """

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries", db_index=False)
    name = models.CharField(max_length=32, unique=True)
    body = models.BinaryField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["webhook", "due_at"], condition=Q(due_at__isnull=False), name="delivery_due"
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class Told(Business):
    """What a webhook was last told of a document, so that it is told of changes only.

    ``event`` is what was told and of which revision, such as ``posted/2``.
    """

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="+", db_index=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", db_index=False)
    event = models.CharField(max_length=16)

    class Meta:
        verbose_name_plural = "told"
        constraints = [models.UniqueConstraint(fields=["webhook", "document"], name="told_once")]

    def __str__(self) -> str:
        return self.event
