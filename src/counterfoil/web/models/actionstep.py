"""A firm's Actionstep: the grant, how far it was read, and what it said."""

from __future__ import annotations

from django.db import models

from counterfoil.web.models.people import Firm, Organisation


class Actionstep(models.Model):
    """The connection of a firm to its Actionstep.

    The tokens are ciphertext bound to the firm and their column. ``place`` is where a pull goes on,
    as ``services.actionstep_pull`` writes it; ``begun_at`` and ``swept_at`` are when the last whole
    pull, and the last whole sweep, began. ``busy_until`` is the lease of whoever pulls: a refresh
    token works once, so one process at a time may use it. ``rule`` says where bills without lines
    go; bills dated before ``start`` are left alone. ``told_at`` is set by a hook until the next
    pull.
    """

    firm = models.OneToOneField(
        Firm, models.PROTECT, primary_key=True, related_name="actionstep", db_index=False
    )
    connected = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    since = models.DateTimeField(null=True)
    connected_by = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(max_length=64, blank=True, default="")
    state_until = models.DateTimeField(null=True)
    orgkey = models.CharField(max_length=255, blank=True, default="")
    endpoint = models.CharField(max_length=500, blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    access_token = models.BinaryField(default=b"")
    refresh_token = models.BinaryField(default=b"")
    start = models.DateField(null=True)
    rule = models.JSONField(default=dict)
    place = models.JSONField(null=True)
    begun_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    pulled_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    trouble = models.TextField(blank=True, default="")
    there = models.JSONField(default=dict)
    hook_secret = models.CharField(max_length=64, blank=True, default="")
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.firm_id} {self.orgkey}"


class ActionstepName(models.Model):
    """What a contact (``participants``) or matter (``actions``) is called."""

    actionstep = models.ForeignKey(Actionstep, models.CASCADE, related_name="names", db_index=False)
    resource = models.CharField(max_length=20)
    row_id = models.CharField(max_length=64)
    name = models.CharField(max_length=500, blank=True, default="")
    number = models.CharField(max_length=255, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actionstep", "resource", "row_id"], name="actionstep_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ActionstepDivision(models.Model):
    """A division of the practice, and the Xero organisation that its bills go to.

    It has no name of its own: ``contact`` is the firm's own contact record, which has one.
    """

    actionstep = models.ForeignKey(
        Actionstep, models.CASCADE, related_name="divisions", db_index=False
    )
    row_id = models.CharField(max_length=64)
    contact = models.CharField(max_length=64, blank=True, default="")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actionstep", "row_id"], name="actionstep_division_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.name}".strip()

    @property
    def name(self) -> str:
        """What the division's contact record is called; empty where that was not read."""
        found = ActionstepName.objects.filter(
            actionstep=self.actionstep_id, resource="participants", row_id=self.contact
        )
        return found.values_list("name", flat=True).first() or ""


class ActionstepBill(models.Model):
    """A bill as Actionstep last told it, and the document that it is here.

    Amounts are in hundredths. ``organisation`` and ``source_id`` name the document: one of ours, or
    the one that another source had brought under the same number (``elsewhere``). Whose lines it
    has is told by the document's ``OtherName``. ``waits`` while what was read has not been looked
    at; ``missed`` counts the sweeps in a row in which it was not there.
    """

    actionstep = models.ForeignKey(Actionstep, models.CASCADE, related_name="bills", db_index=False)
    row_id = models.CharField(max_length=64)
    status = models.CharField(max_length=32, blank=True, default="")
    number = models.CharField(max_length=255, blank=True, default="")
    date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    currency = models.CharField(max_length=10, blank=True, default="")
    total = models.BigIntegerField(default=0)
    net = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    due = models.BigIntegerField(default=0)
    client = models.CharField(max_length=64, blank=True, default="")
    matters = models.JSONField(default=list)
    division = models.CharField(max_length=64, blank=True, default="")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    source_id = models.CharField(max_length=255, blank=True, default="")
    elsewhere = models.BooleanField(default=False)
    trouble = models.TextField(blank=True, default="")
    paid_changed_at = models.DateTimeField(null=True)
    waits = models.BooleanField(default=True)
    missed = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actionstep", "row_id"], name="actionstep_bill_once")
        ]
        indexes = [
            models.Index(fields=["actionstep", "waits"], name="actionstep_bill_waits"),
            models.Index(fields=["organisation", "number"], name="actionstep_bill_number"),
        ]

    def __str__(self) -> str:
        return f"bill {self.number}"
