"""The outbox: postings, what they wait for, the calls that carried them, and what came back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from counterfoil.core.conversion import Act
from counterfoil.posting.states import State
from counterfoil.web.models.daybook import Document
from counterfoil.web.models.packed import PackedField
from counterfoil.web.models.people import Business

STATES = [state.value for state in State]


class Posting(Business):
    """One intended act on one Xero object, as it stands (``records.Posting``).

    ``kind`` and ``source_id`` are the document's: a posting is found by its own name without a
    join. ``request`` is the call that it is tied to now; ``RequestMember`` keeps every one.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=32)
    source_id = models.CharField(max_length=255)
    part = models.CharField(max_length=300, blank=True, default="")
    act = models.CharField(max_length=12)
    attempt = models.PositiveIntegerField()
    resource = models.CharField(max_length=32)
    stage = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)
    batch_most = models.PositiveIntegerField()
    tries = models.PositiveIntegerField(default=0)
    choice = models.CharField(max_length=16, blank=True, default="")
    request = models.ForeignKey(
        "Request", models.PROTECT, related_name="tied", null=True, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "source_id", "part", "act", "attempt"],
                name="posting_once",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="posting_state"),
            models.CheckConstraint(
                condition=Q(act__in=[act.value for act in Act]), name="posting_act"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "unknown"]) | Q(request__isnull=False),
                name="posting_sent_names_its_request",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "stage", "resource", "id"],
                condition=Q(state="ready", request__isnull=True),
                name="posting_to_send",
            ),
            models.Index(
                fields=["organisation", "due_at"], condition=Q(state="ready"), name="posting_due"
            ),
            models.Index(
                fields=["organisation", "request"],
                condition=Q(state="ready", request__isnull=False),
                name="posting_to_send_again",
            ),
            models.Index(fields=["organisation", "state", "document"], name="posting_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.source_id} {self.act} #{self.attempt}"


class Dependency(Business):
    """An object that must be in Xero before a posting may be sent."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="needs")
    position = models.PositiveIntegerField()
    needs_kind = models.CharField(max_length=32)
    needs_id = models.CharField(max_length=255)

    class Meta:
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "needs_kind", "needs_id", "posting"], name="dependency_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.needs_kind}:{self.needs_id}"


class Request(Business):
    """One HTTP call as it was written down before it left (``records.Frozen``).

    ``key`` is the idempotency key; ``query`` a JSON list of pairs. After its retention the body is
    erased and its SHA-256 stays. ``seal`` is what its events bear witness of (``sealing``); empty
    where an earlier version wrote it down, whose events have the SHA-256 of the body. ``fence`` is
    that of the lease under which it was last sent; ``look_up_at`` says when its fate is next
    looked up.
    """

    key = models.CharField(max_length=128)
    resource = models.CharField(max_length=32)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    query = models.JSONField(default=list)
    body = PackedField(null=True)
    sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, blank=True, default="")
    frozen_at = models.DateTimeField()
    xero_time = models.DateTimeField()
    fence = models.PositiveBigIntegerField()
    ambiguous = models.BooleanField(default=False)
    lookups = models.PositiveIntegerField(default=0)
    rechecking = models.BooleanField(default=False)
    look_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="request_once")]
        indexes = [
            models.Index(
                fields=["organisation", "look_up_at"],
                condition=Q(look_up_at__isnull=False),
                name="request_look_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class RequestMember(Business):
    """A posting's place in a request, with the totals predicted for it (hundredths)."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="members", db_index=False)
    position = models.PositiveIntegerField()
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="memberships")
    sub_total = models.BigIntegerField(null=True)
    total_tax = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="member_position")
        ]

    def __str__(self) -> str:
        return f"{self.request_id}[{self.position}]"


class Answer(Business):
    """What came back for a request, kept whole; ``late`` when its sender had lost the lease.

    ``seal`` is as a request's.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="answers")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    body = PackedField(null=True)
    sha256 = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, blank=True, default="")
    correlation_id = models.CharField(max_length=128, blank=True, default="")
    late = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.status)


class Link(Business):
    """The tie between a posting and its Xero object; totals are Xero's own, in hundredths."""

    posting = models.OneToOneField(Posting, models.PROTECT, related_name="link")
    xero_id = models.CharField(max_length=64)
    number = models.CharField(max_length=255, blank=True, default="")
    status = models.CharField(max_length=32, blank=True, default="")
    sub_total = models.BigIntegerField(null=True)
    total_tax = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    source = models.CharField(max_length=16)
    linked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "xero_id"], name="link_xero_id")]

    def __str__(self) -> str:
        return self.xero_id


class Counter(Business):
    """How many postings are in a state; kept by the moves themselves."""

    state = models.CharField(max_length=12)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "state"], name="counter_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="counter_state"),
            models.CheckConstraint(condition=Q(count__gte=0), name="counter_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.state}: {self.count}"


class DayCount(Business):
    """How many postings a state gained on a day (UTC), or lost; kept by the moves themselves."""

    day = models.DateField()
    state = models.CharField(max_length=12)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "day", "state"], name="day_count_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="day_count_state"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}: {self.count}"
