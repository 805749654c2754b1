"""The daybook: documents as they were received, each revision kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from counterfoil.core.findings import Severity
from counterfoil.web.models.people import Business


class Document(Business):
    """A document's identity and its newest revision, as lists show it.

    ``source_id`` is the practice's own stable id. ``amount`` is in hundredths. ``working`` is the
    revision that its postings were planned from: an older one where something of it was sent. Its
    state is not here: it is the worst of its postings.
    """

    kind = models.CharField(max_length=32)
    source_id = models.CharField(max_length=255)
    revision = models.PositiveIntegerField()
    working = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    number_space = models.CharField(max_length=100, blank=True, default="")
    number = models.CharField(max_length=255, blank=True, default="")
    date = models.DateField(null=True)
    party = models.CharField(max_length=500, blank=True, default="")
    matter = models.CharField(max_length=500, blank=True, default="")
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    chart_version = models.PositiveIntegerField()
    mapping_version = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "source_id"], name="document_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "number_space", "number"],
                condition=~Q(number_space=""),
                name="document_number_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-date", "-id"], name="document_by_date"),
            models.Index(fields=["organisation", "number"], name="document_by_number"),
            models.Index(fields=["organisation", "party"], name="document_by_party"),
            models.Index(fields=["organisation", "matter"], name="document_by_matter"),
            models.Index(fields=["organisation", "kind", "-date", "-id"], name="document_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.source_id}"


class KnownName(Business):
    """The name of a client or matter, once for all the documents that bear it.

    Whoever searches for a part of a name reads these and not a million documents. ``folded`` is
    the name in the form in which names are compared.
    """

    name = models.CharField(max_length=500)
    folded = models.CharField(max_length=500)
    matter = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "matter", "name"], name="name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Revision(Business):
    """One revision of a document, never changed.

    ``body`` is its canonical JSON and ``fingerprint`` the SHA-256 of that; after its retention the
    body is erased and the fingerprint stays.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="revisions", db_index=False)
    revision = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    body = models.BinaryField(null=True)
    received_at = models.DateTimeField()
    actor = models.CharField(max_length=255)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "revision"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"revision {self.revision}"


class OtherName(Business):
    """An id under which a document came as well, from another source than the one that has it here.

    It is written down before the daybook takes what came, so that neither can be there without the
    other: it holds once the document has the revision ``became`` with this ``fingerprint``, and
    says nothing till then. ``revision`` is the number that the other source gave; ``client`` the id
    by which it calls the client, where that is the same client by name.
    """

    kind = models.CharField(max_length=32)
    source_id = models.CharField(max_length=255)
    revision = models.PositiveIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="other_names")
    became = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    client = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "kind",
                    "source_id",
                    "revision",
                    "document",
                    "became",
                    "fingerprint",
                ],
                name="other_name_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.source_id}"


class DocumentFinding(Business):
    """What is known to be wrong with a document; ``position`` keeps the order of finding.

    Without a posting it was found when the document was last converted; with one it was said of
    that posting by a later step.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="findings")
    posting = models.ForeignKey("Posting", models.PROTECT, related_name="findings", null=True)
    position = models.PositiveIntegerField()
    severity = models.CharField(max_length=8)
    code = models.CharField(max_length=64)
    message = models.TextField()
    fix = models.TextField(blank=True, default="")
    path = models.TextField(blank=True, default="")
    about = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=[severity.value for severity in Severity]),
                name="finding_severity",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "about", "document"],
                condition=~Q(about=""),
                name="finding_about",
            ),
            models.Index(fields=["organisation", "code", "document"], name="finding_code"),
            models.Index(
                fields=["organisation", "severity", "code", "about", "document"],
                name="finding_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.severity} {self.code}"
