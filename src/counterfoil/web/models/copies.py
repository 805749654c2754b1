"""Month-end papers of trust accounts, kept exactly as they were issued."""

from __future__ import annotations

from django.db import models

from counterfoil.web.models.people import Business


class TrustIssue(Business):
    """A month end of a trust account as it was issued; what is issued again gets the next number.

    ``sha256`` is over the names and hashes of its papers, and stands in the audit chain as the
    witness of the event that issued it. ``differs`` says what is not as in the issue before.
    """

    trust_account = models.CharField(max_length=255)
    end = models.DateField()
    issue = models.PositiveIntegerField()
    agrees = models.BooleanField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    actor = models.CharField(max_length=255)
    differs = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "trust_account", "end", "issue"], name="trust_issue_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.trust_account} {self.end:%Y-%m} issue {self.issue}"


class TrustPaper(Business):
    """One file of an issue, byte for byte."""

    issue = models.ForeignKey(TrustIssue, models.PROTECT, related_name="papers", db_index=False)
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue", "name"], name="trust_paper_once")]

    def __str__(self) -> str:
        return self.name
