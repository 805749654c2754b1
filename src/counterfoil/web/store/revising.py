"""Later revisions of what stands in Xero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.posting import intake
from counterfoil.posting.overwriting import EDITED
from counterfoil.posting.records import Intent
from counterfoil.posting.states import UNSENT, State
from counterfoil.web import models
from counterfoil.web.store import daybook, rows
from counterfoil.web.store.base import chunks, writes
from counterfoil.web.store.intake import plan_all, posted_needs
from counterfoil.web.store.journal import Journal
from counterfoil.web.store.planning import Plan
from counterfoil.web.store.tying import Tying
from counterfoil.web.waking import wake_after_commit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.posting.records import Entry, Posting, PostingKey
    from counterfoil.web.store.daybook import Kept


class Revising(Tying):
    """The part of the port that updates in place."""

    def overtaken(self, keys: Collection[Key] | None) -> dict[Key, bytes]:
        """Return the newest bodies of documents whose postings are of an earlier revision."""
        revisions = models.Revision.objects.using(self.using).filter(
            document__organisation_id=self.organisation_id,
            document__working__lt=F("document__revision"),
            revision=F("document__revision"),
            body__isnull=False,
        )
        found: dict[Key, bytes] = {}
        if keys is None:
            said = models.DocumentFinding.objects.using(self.using).filter(
                organisation_id=self.organisation_id, code=intake.CHANGED_AFTER_POSTING
            )
            kinds = revisions.filter(document__kind__in=sorted(intake.REVISABLE))
            some = [kinds.filter(document_id__in=said.values("document_id"))]
        else:
            ids = sorted({key.id for key in keys})
            some = [revisions.filter(document__source_id__in=chunk) for chunk in chunks(ids)]
        for query in some:
            for kind, name, body in query.values_list(
                "document__kind", "document__source_id", "body"
            ):
                if keys is None or Key(kind, name) in keys:
                    found[Key(kind, name)] = bytes(body or b"")
        return found

    @writes
    def revise(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one, and plan its update."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        kept = daybook.kept(self, (entry.key for entry in entries))
        taken = [(entry, kept[entry.key]) for entry in entries if _may(entry, kept.get(entry.key))]
        journal = Journal(self, actor, now, self._audit_key)
        plan = Plan(self, journal, now)
        for entry, document in taken:
            _plan(plan, entry, document)
        plan.write()
        for entry, document in taken:
            self._work_with(entry, document)
        journal.close()
        return tuple(entry.key for entry, _ in taken)

    @writes
    def overwrite(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Let HELD revisions overwrite the edits in Xero that they are held for."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        found = rows.find(self, postings)
        asked = (found[key] for key in dict.fromkeys(postings) if key in found)
        held = {row.id: row for row in asked if row.state is State.HELD}
        said = self._edits(held)
        journal = Journal(self, actor, now, self._audit_key)
        plan = Plan(self, journal, now)
        chosen = [row for row in held.values() if row.id in said]
        for row in chosen:
            plan.restart(row, State.READY, "chose overwrite", detail=said[row.id].message)
        plan.write()
        for row in chosen:
            rows.postings_of(self).filter(pk=row.id).update(choice=said[row.id].about)
        journal.close()
        return len(chosen)

    def _edits(self, postings: Collection[int]) -> dict[int, models.DocumentFinding]:
        """Return the findings of these postings that something was edited in Xero."""
        of = models.DocumentFinding.objects.using(self.using).filter(code=EDITED)
        return {
            posting: one
            for ids in chunks(postings)
            for one in of.filter(posting_id__in=ids)
            if (posting := one.posting_id) is not None
        }

    @writes
    def renew(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one where nothing of the earlier one stands."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        kept = daybook.kept(self, (entry.key for entry in entries))
        taken = [
            (entry, kept[entry.key]) for entry in entries if _may_renew(entry, kept.get(entry.key))
        ]
        journal = Journal(self, actor, now, self._audit_key)
        plan = Plan(self, journal, now)
        posted = posted_needs(self, (entry for entry, _ in taken))
        for entry, document in taken:
            for row in document.current:
                plan.withdraw(row)
            plan_all(plan, entry, document.id, document.next_attempt, posted)
        plan.write()
        for entry, document in taken:
            self._work_with(entry, document)
        journal.close()
        return tuple(entry.key for entry, _ in taken)

    def _work_with(self, entry: Entry, document: Kept) -> None:
        models.Document.objects.using(self.using).filter(pk=document.id).update(
            working=entry.revision,
            chart_version=entry.chart_version,
            mapping_version=entry.mapping_version,
        )
        said = models.DocumentFinding.objects.using(self.using)
        said.filter(document_id=document.id, posting=None).delete()
        rows.keep_findings(self, rows.finding_rows(self, document.id, None, entry.findings))


def _may(entry: Entry, document: Kept | None) -> bool:
    standing = _standing(entry, document)
    return standing is not None and intake.may_revise(entry, standing)


def _may_renew(entry: Entry, document: Kept | None) -> bool:
    standing = _standing(entry, document)
    return standing is not None and intake.may_renew(standing)


def _standing(entry: Entry, document: Kept | None) -> list[Posting] | None:
    """Return what stands of a document; None unless the entry is its newest, not worked with."""
    if document is None or document.working == document.newest:
        return None
    if document.revisions[document.newest] != entry.fingerprint:
        return None
    return [rows.posting(row) for row in document.current]


def _plan(plan: Plan, entry: Entry, document: Kept) -> None:
    for row in document.current:
        if row.key.act is Act.UPDATE and row.state in UNSENT:
            plan.withdraw(row)
    (made,) = (row for row in document.current if row.key.act is not Act.UPDATE)
    intent = Intent(f"{intake.REVISION}{entry.revision}", Act.UPDATE, made.resource, made.stage)
    attempt = made.key.attempt
    plan.add(entry.key, document.id, intent, attempt, State.READY, entry.fingerprint)
