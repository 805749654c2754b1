"""Ties to Xero's objects that people cut and make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.posting import intake
from counterfoil.posting.records import TOGETHER, UNLINKED
from counterfoil.posting.states import TIED, UNDER_WAY, State
from counterfoil.web.store import outcomes, rows
from counterfoil.web.store.base import by_kind, chunks, writes
from counterfoil.web.store.journal import Journal
from counterfoil.web.store.looking_up import LookingUp
from counterfoil.web.store.outcomes import Settling
from counterfoil.web.store.planning import Plan
from counterfoil.web.waking import wake_after_commit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.posting.records import Outcome, PostingKey
    from counterfoil.web.store.rows import Row


class Tying(LookingUp):
    """The part of the port that unlinks and relinks."""

    @writes
    def unlink(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Cut the ties of POSTED and MISMATCHED postings."""
        self._gate()
        asked = list(dict.fromkeys(postings))
        found = rows.find(self, asked) | self._updates(asked)
        cut = [found[key] for key in asked if _may_be_cut(key, found)]
        journal = Journal(self, actor, now, self._audit_key)
        self._withdraw_corrections(cut, found, journal, now)
        links = self.links([row.key for row in cut])
        for ids in chunks(row.id for row in cut):
            withdrawn = rows.postings_of(self).filter(id__in=ids)
            withdrawn.update(state=State.WITHDRAWN.value, choice=UNLINKED)
        rows.drop_findings(self, [row.id for row in cut])
        said: rows.Findings = []
        for row in cut:
            link = links.get(row.key)
            detail = link.xero_id if link else ""
            journal.moved(row.id, "unlinked", row.state, State.WITHDRAWN, detail=detail)
            said += rows.finding_rows(self, row.document, row.id, [intake.unlinked(link)])
        rows.keep_findings(self, said)
        journal.close()
        return len(cut)

    def _updates(self, keys: Sequence[PostingKey]) -> dict[PostingKey, Row]:
        """Return the updates of these postings' documents."""
        found: dict[PostingKey, Row] = {}
        for kind, ids in by_kind((key.kind, key.id) for key in keys):
            updates = rows.postings_of(self).filter(kind=kind, source_id__in=ids, act=Act.UPDATE)
            found.update((row.key, row) for row in rows.fetch(updates))
        return found

    def _withdraw_corrections(
        self,
        cut: Sequence[Row],
        found: dict[PostingKey, Row],
        journal: Journal,
        now: dt.datetime,
    ) -> None:
        plan = Plan(self, journal, now)
        for row in cut:
            for beside in _beside(row.key, found):
                plan.withdraw(beside)
        plan.write()

    @writes
    def relink(self, told: Sequence[Outcome], *, actor: str, now: dt.datetime) -> int:
        """Tie postings to objects that Xero holds already."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        found = rows.find(self, [outcome.posting for outcome in told])
        taken = set(self.linked([o.link.xero_id for o in told if o.link is not None]))
        tied: list[Outcome] = []
        for outcome in told:
            assert outcome.link is not None
            row = found.get(outcome.posting)
            if row is None or outcome.link.xero_id in taken or not self._may_be_tied(row):
                continue
            if outcome.link.source != TOGETHER:
                taken.add(outcome.link.xero_id)
            tied.append(outcome)
        outcomes.check(tied, found)
        journal = Journal(self, actor, now, self._audit_key)
        Settling(self, journal, now, what="relinked", names_object=True).apply(tied, found)
        for ids in chunks(found[outcome.posting].id for outcome in tied):
            rows.postings_of(self).filter(id__in=ids).update(choice="", request=None)
        journal.close()
        return len(tied)

    def _may_be_tied(self, row: Row) -> bool:
        if row.state is State.WITHDRAWN:
            same = rows.postings_of(self).filter(
                document_id=row.document, part=row.key.part, act=row.key.act.value
            )
            anew = same.exclude(state=State.WITHDRAWN.value).exists()
            return row.unlinked and not anew
        return row.state in intake.TIEABLE and (row.state is not State.READY or row.request is None)


def _may_be_cut(key: PostingKey, found: dict[PostingKey, Row]) -> bool:
    row = found.get(key)
    under_way = any(beside.state in UNDER_WAY for beside in _beside(key, found))
    return row is not None and row.state in TIED and not under_way


def _beside(key: PostingKey, found: dict[PostingKey, Row]) -> list[Row]:
    """Return what states the object of a posting anew: its correction, and later revisions."""
    return [
        row
        for one, row in sorted(found.items())
        if one.act is Act.UPDATE
        and one != key
        and intake.revised_by(one) == key.of(Act.CREATE)
        and row.state is not State.WITHDRAWN
    ]
