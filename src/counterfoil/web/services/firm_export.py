"""All that a firm has here, as one zip file that it takes along.

Documents are JSON Lines that ``import`` reads back, every revision in the order received; the
record is whole and looks itself through without this program (``export_check``). No secret is in
it: tokens, keys and passwords belong to this installation.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from django.db import transaction

from counterfoil.core.mapping_file import mapping_to_csv
from counterfoil.posting.records import OURS
from counterfoil.web import audit, sql
from counterfoil.web.models import (
    ApiKey,
    ChartVersion,
    ContactMirror,
    Draft,
    Layout,
    MappingVersion,
    Membership,
    Organisation,
    Posting,
    Revision,
    TrustIssue,
    Webhook,
)
from counterfoil.web.services import auditing, export_check, inspection, record
from counterfoil.web.services.zipping import Zipped, as_name
from counterfoil.web.shelf import mapping_of
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.web.audit import Break, Head
    from counterfoil.web.models import Firm

AT_A_TIME: Final = 2_000
EVENTS = """
    SELECT sequence, {} FROM web_event WHERE firm_id = %s ORDER BY sequence, position"""
READ_ME = """\
All that {firm} had in Counterfoil, written out on {now}.

{verdict}

python verify.py says whether everything here is whole; it needs Python and nothing else.
sha256sum --check MANIFEST.sha256 does the same for the files alone.

firm.json            the firm, its people and their roles, its organisations, where the record ends
layouts/             how its reports are read
organisations/NAME/
  documents.jsonl    every revision of every document, in the order received. To take them in again:
                     counterfoil import documents.jsonl --organisation NAME
                     Bank statements, entries of clients' money and openings are among them.
  mapping.csv        the mapping in force; mappings/ has every one that was, and chart.json what
                     Xero's chart of accounts was when it was last read
  postings.csv       what was made of each document: its state, and the object in Xero
  contacts.csv       the contacts of the Xero organisation
  drafts.jsonl       what somebody had begun to enter and nobody had approved
  trust/             month ends of trust accounts, byte for byte as they were issued
record/
  entries.csv        the chain: one line for each commit, bound to the one before by its seal
  events.jsonl       who did what and when, one line for each entry: organisation, time, person or
                     program, what, posting, state before and after, detail, and the SHA-256 of
                     what it speaks of
  requests.csv, answers.csv, postings.csv, bodies/
                     every call to Xero and what came back; bodies are named by their SHA-256. One
                     that is not here was let go when its keeping time was over.
"""


EXPORTED: Final = "firm exported"
"""The event that says who took everything along; it is in the export, too."""


def write(firm: Firm, to: IO[bytes], *, actor: str, now: dt.datetime) -> Head | Break:
    """Write everything of a firm, as of one moment; return what was found of its chain."""
    with transaction.atomic():
        note(firm, EXPORTED, "", actor=actor, now=now)
    verdict = auditing.verified(firm)
    with Zipped(to) as archive, sql.snapshot("default"):
        said = READ_ME.format(
            firm=firm, now=audit.moment(now), verdict=inspection.in_words(verdict)
        )
        archive.put("README.txt", [said.encode()])
        archive.put(export_check.NAME, [Path(export_check.__file__).read_bytes()])
        archive.put("firm.json", [_json(_about(firm, verdict, now))])
        for layout in Layout.objects.filter(firm=firm).order_by("name"):
            archive.put(f"layouts/{as_name(layout.name)}.json", [layout.content.encode()])
        for organisation in Organisation.objects.filter(firm=firm).order_by("pk"):
            _put_organisation(archive, organisation)
        _put_record(archive, firm, now)
        archive.put_manifest()
    return verdict


def _about(firm: Firm, verdict: Head | Break, now: dt.datetime) -> dict[str, object]:
    members = Membership.objects.filter(firm=firm).select_related("user").order_by("pk")
    keys = ApiKey.objects.filter(firm=firm, revoked_at=None).order_by("pk")
    webhooks = Webhook.objects.filter(firm=firm, removed_at=None).order_by("pk")
    return {
        "firm": firm.pk,
        "name": firm.name,
        "key": firm.key,
        "made": audit.moment(firm.created_at),
        "exported": audit.moment(now),
        "two_people": firm.two_people,
        "people": [
            {"email": one.user.email, "name": one.user.name, "role": one.role} for one in members
        ],
        "organisations": [
            {"number": one.pk, "name": one.key, "title": one.name, "xero": one.tenant_id}
            for one in Organisation.objects.filter(firm=firm).order_by("pk")
        ],
        "programs": [{"name": one.name, "may": one.scopes} for one in keys],
        "webhooks": [{"address": one.url, "events": one.events} for one in webhooks],
        "record": {"entries": verdict.sequence, "fault": getattr(verdict, "why", "")},
    }


def _put_organisation(archive: Zipped, organisation: Organisation) -> None:
    folder = f"organisations/{as_name(organisation.key)}/"
    archive.put(f"{folder}documents.jsonl", _documents(organisation))
    versions = MappingVersion.objects.filter(organisation=organisation).order_by("version")
    for row in versions:
        archive.put(f"{folder}mappings/{row.version}.json", [row.content.encode()])
        if row == versions.last():
            archive.put(f"{folder}mapping.csv", [mapping_to_csv(mapping_of(row)).encode()])
    chart = ChartVersion.objects.filter(organisation=organisation).order_by("version").last()
    if chart is not None:
        archive.put(f"{folder}chart.json", [chart.replies.encode()])
    archive.put(f"{folder}postings.csv", _postings(organisation))
    archive.put(f"{folder}contacts.csv", _contacts(organisation))
    drafts = Draft.objects.filter(organisation=organisation).order_by("pk")
    fields = ("kind", "title", "fields", "author")
    archive.put(f"{folder}drafts.jsonl", (_json(one) for one in drafts.values(*fields)))
    for issue in TrustIssue.objects.filter(organisation=organisation).order_by("pk"):
        there = f"trust/{as_name(issue.trust_account)}/{issue.end:%Y-%m}/issue-{issue.issue}/"
        for paper in issue.papers.order_by("name"):
            archive.put(f"{folder}{there}{paper.name}", [bytes(paper.content)])


def _documents(organisation: Organisation) -> Iterator[bytes]:
    rows = Revision.objects.filter(organisation=organisation, body__isnull=False)
    bodies = rows.exclude(document__kind__in=OURS).order_by("pk").values_list("body", flat=True)
    for body in bodies.iterator(AT_A_TIME):
        yield bytes(body or b"") + b"\n"


def _postings(organisation: Organisation) -> Iterator[bytes]:
    columns = {
        "kind": "kind",
        "document": "source_id",
        "part": "part",
        "act": "act",
        "attempt": "attempt",
        "state": "state",
        "resource": "resource",
        "xero_id": "link__xero_id",
        "number": "link__number",
        "status": "link__status",
        "total_in_cents": "link__total",
        "linked_at": "link__linked_at",
    }
    rows = Posting.objects.filter(organisation=organisation).order_by("pk")
    return record.written(tuple(columns), rows.values_list(*columns.values()).iterator(AT_A_TIME))


def _contacts(organisation: Organisation) -> Iterator[bytes]:
    columns = ("contact_id", "number", "name", "status", "merged_to")
    rows = ContactMirror.objects.filter(organisation=organisation).order_by("pk")
    return record.written(columns, rows.values_list(*columns).iterator(AT_A_TIME))


def _put_record(archive: Zipped, firm: Firm, now: dt.datetime) -> None:
    span = (firm.pk, dt.datetime.min.replace(tzinfo=dt.UTC), now + dt.timedelta(days=366))
    inspection.put_chain(archive, span, "record/")
    archive.put("record/events.jsonl", _events(firm))
    ours = Revision.objects.filter(firm=firm, document__kind__in=OURS, body__isnull=False)
    for fingerprint, body in ours.order_by("pk").values_list("fingerprint", "body"):
        name = f"record/bodies/{fingerprint}"
        if not archive.has(name):
            archive.put(name, [bytes(body or b"")])
    gone = Revision.objects.filter(firm=firm, body__isnull=True).order_by("pk")
    erased = gone.values_list("fingerprint", flat=True)
    archive.put("record/erased-revisions.txt", (f"{one}\n".encode() for one in erased))


def _events(firm: Firm) -> Iterator[bytes]:
    """Yield the events of each entry as one line, just as the entry's hash is over them."""
    columns = (sql.in_words("default", one) if one == "at" else one for one in audit.COLUMNS)
    rows = sql.stream("default", EVENTS.format(", ".join(columns)), (firm.pk,))
    for sequence, group in groupby(rows, key=itemgetter(0)):
        events = json.dumps([row[1:] for row in group], separators=(",", ":"))
        yield f'{{"entry":{sequence},"events":{events}}}\n'.encode("ascii")


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=None) + "\n").encode()
