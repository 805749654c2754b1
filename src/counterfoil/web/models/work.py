"""What people are in the middle of: long work that goes on while they watch, and drafts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from counterfoil.web.models.people import Business

WORK_STATES = ["running", "done", "stopped", "broken"]


class Work(Business):
    """Something long that somebody began on a page: an import, a drain, an undoing.

    ``done`` of ``total`` steps are behind it (a total of 0 is not known); ``result`` is what its
    page shows. ``beat_at`` grows while it lives: one that has stopped beating died with its
    process. ``stop`` asks it to end after the step that it is at.
    """

    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=255)
    actor = models.CharField(max_length=255)
    state = models.CharField(max_length=8, default="running")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    stop = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WORK_STATES), name="work_state")
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="work_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Draft(Business):
    """A document that somebody has begun to enter; nothing of it is in the daybook.

    ``fields`` are the form as it was typed, faults included, so that it can be gone on with.
    """

    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=255, blank=True, default="")
    fields = models.JSONField(default=dict)
    author = models.CharField(max_length=255)
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="draft_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class Proposal(Business):
    """What one person asked for and a second decides: the form of a page as it was sent.

    ``path`` is the form's address with its query, ``form`` the values by field, ``permission`` what
    whoever asked needed for it.
    """

    what = models.CharField(max_length=255)
    path = models.CharField(max_length=2000)
    form = models.JSONField(default=dict)
    permission = models.CharField(max_length=16)
    state = models.CharField(max_length=8, default="open")
    asker = models.ForeignKey("web.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decider = models.ForeignKey("web.User", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "approved", "refused"]), name="proposal_state"
            )
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="proposal_open")]

    def __str__(self) -> str:
        return f"{self.what}: {self.state}"
