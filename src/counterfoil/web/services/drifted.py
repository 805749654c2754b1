"""What read-backs have found, as it stands until it is put right."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from counterfoil.core.findings import Finding, Severity
from counterfoil.posting.drift.catalogue import TAKEN_OUT
from counterfoil.posting.records import OURS
from counterfoil.web.models import Drift, ReadBack
from counterfoil.xero.read import UNPAGED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from counterfoil.posting.drift import shown
    from counterfoil.posting.records import PostingKey
    from counterfoil.web.models import Document, Organisation

MOST_LISTED = 2_000
"""Documents that drifted, as far as they are listed, the latest first."""
ALWAYS_WHOLE = frozenset({"Contacts", "Accounts", *UNPAGED})
"""What every reading takes in whole, so that what was found there before is told anew."""


@dataclass(frozen=True, slots=True)
class Reading:
    """When it was, up to which Xero time, when the next one is due, and the ids that it read.

    ``read`` is None for everything.
    """

    at: dt.datetime
    mark: dt.datetime
    due_at: dt.datetime
    read: Collection[str] | None


def standing(organisation: Organisation) -> QuerySet[Drift]:
    """Return what stands, the longest known first."""
    rows = Drift.objects.filter(organisation=organisation)
    return rows.select_related("posting__document").order_by("found_at", "pk")


def of_document(document: Document) -> list[Finding]:
    """Return what drifted of a document's objects, as findings beside its own."""
    rows = Drift.objects.filter(posting__document=document).order_by("found_at", "pk")
    return [Finding(Severity(row.severity), row.code, row.message, row.fix) for row in rows]


def of_postings(documents: Mapping[int, int]) -> dict[int, list[Finding]]:
    """Return what drifted, by document; each of these postings stands with its document's row."""
    rows = Drift.objects.filter(posting__in=documents.keys()).exclude(severity=Severity.NOTE)
    found: defaultdict[int, list[Finding]] = defaultdict(list)
    for row in rows.order_by("found_at", "pk"):
        assert row.posting_id is not None, "it was asked for by its posting"
        finding = Finding(Severity(row.severity), row.code, row.message, row.fix)
        found[documents[row.posting_id]].append(finding)
    return dict(found)


def documents(organisation: Organisation) -> list[int]:
    """Return the rows of documents that something has drifted of; the latest ``MOST_LISTED``."""
    rows = Drift.objects.filter(organisation=organisation, posting__isnull=False)
    rows = rows.exclude(severity=Severity.NOTE).exclude(posting__kind__in=OURS)
    found = rows.order_by("-posting__document").values_list("posting__document", flat=True)
    return list(found.distinct()[:MOST_LISTED])


def since(findings: Iterable[Finding], made: int) -> str:
    """Say how a posted document stands in Xero since others were at it; empty if they were not.

    ``findings`` are what drifted of it, ``made`` is how many objects it became there.
    """
    codes = [one.code for one in findings]
    gone = [code for code in codes if code in TAKEN_OUT]
    if not gone:
        return "Changed in Xero since" if codes else ""
    said = "Voided" if all("voided" in code for code in gone) else "Deleted"
    return f"{said} in Xero since" if len(gone) >= made else f"{said} in part in Xero since"


@transaction.atomic
def keep(
    organisation: Organisation,
    drifts: Sequence[shown.Drift],
    reading: Reading,
    postings: Mapping[PostingKey, int],
) -> None:
    """Replace what was found on everything that this reading has looked at."""
    rows = Drift.objects.filter(organisation=organisation)
    if reading.read is None:
        rows.delete()
    else:
        known = rows.values_list("pk", "resource", "read_from")
        stale = [pk for pk, name, id_ in known if name in ALWAYS_WHOLE or id_ in reading.read]
        rows.filter(pk__in=stale).delete()
    once = {(one.read_from, one.xero_id, one.code): one for one in drifts}
    Drift.objects.bulk_create(
        _row(organisation, one, postings, reading.at) for one in once.values()
    )
    _move_mark(organisation, reading)


def _move_mark(organisation: Organisation, reading: Reading) -> None:
    new = {"mark": reading.mark, "read_at": reading.at, "due_at": reading.due_at}
    if reading.read is None:
        new["full_at"] = reading.at
    owner = {"firm_id": organisation.firm_id}
    ReadBack.objects.update_or_create(organisation=organisation, defaults={**owner, **new})


def _row(
    organisation: Organisation,
    drift: shown.Drift,
    postings: Mapping[PostingKey, int],
    now: dt.datetime,
) -> Drift:
    return Drift(
        firm_id=organisation.firm_id,
        organisation=organisation,
        posting_id=None if drift.posting is None else postings.get(drift.posting),
        resource=drift.resource,
        xero_id=drift.xero_id,
        read_from=drift.read_from,
        name=drift.name,
        severity=drift.finding.severity,
        code=drift.code,
        message=drift.finding.message,
        fix=drift.finding.fix,
        found_at=now,
    )
