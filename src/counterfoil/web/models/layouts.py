"""The layouts of reports that a firm has confirmed, and reports kept while one is made."""

from __future__ import annotations

from django.db import models

from counterfoil.web.models.people import Business, Firm


class Layout(models.Model):
    """What the columns of one report are, under a name of the firm's own.

    ``content`` is as ``sources.layouts.layout.to_json`` writes it.
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="layouts", db_index=False)
    name = models.CharField(max_length=60)
    content = models.TextField()
    saved_at = models.DateTimeField()
    actor = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "name"], name="layout_once")]

    def __str__(self) -> str:
        return self.name


class Report(Business):
    """A report that was handed in and waits for somebody to say what its columns are.

    It goes as soon as it is imported or thrown away; one that is older than a day goes when the
    firm hands in the next.
    """

    name = models.CharField(max_length=255)
    content = models.BinaryField()
    actor = models.CharField(max_length=255)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["firm", "kept_at"], name="report_oldest")]

    def __str__(self) -> str:
        return self.name
