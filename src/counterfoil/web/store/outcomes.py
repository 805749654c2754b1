"""Outcomes as sets: links inserted, states moved by id lists, whoever waited set free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting.outbox import Overtaken
from counterfoil.posting.overwriting import STATED
from counterfoil.posting.records import made
from counterfoil.posting.states import DONE_WITH, State, may_move
from counterfoil.web import models, sql
from counterfoil.web.store import rows
from counterfoil.web.store.base import by_kind, chunks
from counterfoil.web.store.insert import insert
from counterfoil.web.store.planning import keep_needs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.posting.records import Outcome, PostingKey
    from counterfoil.web.store.base import Base
    from counterfoil.web.store.journal import Journal
    from counterfoil.web.store.rows import Row

UNDECIDED = frozenset({State.READY, State.UNKNOWN})
LINK_COLUMNS = (
    "firm_id",
    "organisation_id",
    "posting_id",
    "xero_id",
    "number",
    "status",
    "sub_total",
    "total_tax",
    "total",
    "source",
    "linked_at",
)

WAITING_FOR = """
    SELECT d.posting_id FROM web_dependency d JOIN web_posting p ON p.id = d.posting_id
    WHERE d.organisation_id = %s AND d.needs_kind = %s AND d.needs_id IN %s
      AND p.state = 'waiting'"""
MOVE = """
    UPDATE web_posting
    SET state = %s, due_at = %s, tries = tries + %s, batch_most = COALESCE(%s, batch_most)"""
UNTIE = ", request_id = NULL"
OF_THESE = " WHERE id IN %s"
MADE = """
    SELECT l.xero_id, p.kind, p.source_id, p.part
    FROM web_link l JOIN web_posting p ON p.id = l.posting_id
    WHERE l.organisation_id = %s AND l.xero_id IN %s AND p.act = 'create'
      AND NOT (p.state = 'withdrawn' AND p.choice = 'unlinked')"""
FREE = "UPDATE web_posting SET state = 'ready', due_at = %s WHERE id IN %s"


class _Change(NamedTuple):
    """What an outcome does to a posting's row; equal changes are one UPDATE."""

    state: State
    due_at: dt.datetime | None
    batch_most: int | None
    untied: bool


def check(outcomes: Sequence[Outcome], found: dict[PostingKey, Row]) -> None:
    """Raise ValueError for the first outcome whose move is not legal."""
    for outcome in outcomes:
        before = found[outcome.posting].state
        if not may_move(before, outcome.state):
            msg = f"{outcome.posting}: no move from {before} to {outcome.state}"
            raise ValueError(msg)


def check_ties(store: Base, outcomes: Sequence[Outcome]) -> None:
    """Raise Overtaken where an object would be tied that another posting has made its own."""
    wanted = list(made(outcomes))
    taken: dict[str, tuple[str, str, str]] = {}
    for ids in chunks({xero_id for xero_id, _ in wanted}):
        for xero_id, *whose in sql.select(store.using, MADE, (store.organisation_id, ids)):
            taken[str(xero_id)] = (str(whose[0]), str(whose[1]), str(whose[2]))
    for xero_id, key in wanted:
        if taken.setdefault(xero_id, key[:3]) != key[:3]:
            msg = f"{key}: {xero_id} is tied to {taken[xero_id]}"
            raise Overtaken(msg)


@dataclass(slots=True)
class Settling:
    """Outcomes on their way into the tables, in the caller's transaction."""

    store: Base
    journal: Journal
    now: dt.datetime
    witness: str = ""
    what: str = "settled"
    names_object: bool = False

    def apply(self, outcomes: Sequence[Outcome], found: dict[PostingKey, Row]) -> None:
        """Write what each outcome says; ``found`` are the rows as they stood before."""
        self._move(outcomes, found)
        self._link(outcomes, found)
        self._say(outcomes, found)
        self._forget_drift(outcomes, found)
        beside = {
            **self._plan_beside([o.posting for o in outcomes if o.correct], Act.UPDATE, found),
            **self._plan_beside([o.posting for o in outcomes if o.raced], Act.RELINK, found),
        }
        again = self._plan_again(outcomes, found)
        planned_from = self._working({found[key].document for key in again})
        for outcome in outcomes:
            row = found[outcome.posting]
            named = outcome.link.xero_id if self.names_object and outcome.link else ""
            self.journal.moved(row.id, self.what, row.state, outcome.state, self.witness, named)
            if outcome.posting in beside:
                number, before = beside[outcome.posting]
                self.journal.moved(number, "planned", before, State.READY, self.witness)
            if outcome.posting in again:
                number = again[outcome.posting]
                witness = planned_from[row.document]
                self.journal.moved(number, "planned", None, State.WAITING, witness)
        done = [o.posting for o in outcomes if o.state in DONE_WITH]
        self._free_waiting({Symbol(key.kind, key.id) for key in done})

    def _forget_drift(self, outcomes: Sequence[Outcome], found: dict[PostingKey, Row]) -> None:
        """Forget what had drifted of objects that were ended or stated anew here."""
        ours = models.Drift.objects.using(self.store.using).filter(
            organisation=self.store.organisation_id
        )
        ended = [found[o.posting].id for o in outcomes if o.state is State.WITHDRAWN]
        for some in chunks(ended):
            ours.filter(posting__in=some).delete()
        updates = [o for o in outcomes if o.posting.act is Act.UPDATE and o.state is State.POSTED]
        for some in chunks({found[one.posting].document for one in updates}):
            ours.filter(posting__document__in=some, code__in=STATED).delete()

    def _move(self, outcomes: Sequence[Outcome], found: dict[PostingKey, Row]) -> None:
        changes: dict[_Change, list[int]] = {}
        for outcome in outcomes:
            ready = outcome.state is State.READY
            due = (outcome.due_at or self.now) if ready else None
            untied = ready and not outcome.same_request
            change = _Change(outcome.state, due, outcome.batch_most, untied)
            changes.setdefault(change, []).append(found[outcome.posting].id)
        for change, numbers in changes.items():
            statement = MOVE + (UNTIE if change.untied else "") + OF_THESE
            again = int(change.state in UNDECIDED)
            for ids in chunks(numbers):
                values = change.state.value, change.due_at, again, change.batch_most or None, ids
                sql.change(self.store.using, statement, values)

    def _link(self, outcomes: Sequence[Outcome], found: dict[PostingKey, Row]) -> None:
        insert(
            self.store.using,
            models.Link,
            LINK_COLUMNS,
            (
                (
                    self.store.firm_id,
                    self.store.organisation_id,
                    found[outcome.posting].id,
                    outcome.link.xero_id,
                    outcome.link.number,
                    outcome.link.status,
                    *rows.sums(outcome.link.totals),
                    outcome.link.source,
                    self.now,
                )
                for outcome in outcomes
                if outcome.link is not None
            ),
            replacing="posting_id",
        )

    def _say(self, outcomes: Sequence[Outcome], found: dict[PostingKey, Row]) -> None:
        rows.drop_findings(self.store, [found[outcome.posting].id for outcome in outcomes])
        said: rows.Findings = []
        for outcome in outcomes:
            row = found[outcome.posting]
            said += rows.finding_rows(self.store, row.document, row.id, outcome.findings)
        rows.keep_findings(self.store, said)

    def _plan_beside(
        self, asked: Sequence[PostingKey], act: Act, found: dict[PostingKey, Row]
    ) -> dict[PostingKey, tuple[int, State | None]]:
        """Plan an act beside each of these; one that was planned before begins anew.

        Returns by the postings' own keys the rows of the acts, with the states they had.
        """
        if not asked:
            return {}
        known = rows.find(self.store, [key.of(act) for key in asked])
        again = {key: known[key.of(act)] for key in asked if key.of(act) in known}
        for ids in chunks(row.id for row in again.values()):
            rows.postings_of(self.store).filter(id__in=ids).update(
                state=State.READY.value, due_at=self.now, tries=0
            )
        wanted = [key for key in asked if key not in again]
        fresh = (
            rows.posting_row(
                self.store,
                found[key].document,
                key.of(act),
                (found[key].resource, found[key].stage),
                State.READY,
                self.now,
            )
            for key in wanted
        )
        numbers = insert(self.store.using, models.Posting, rows.POSTING_COLUMNS, fresh)
        made = {key: (number, None) for key, number in zip(wanted, numbers, strict=True)}
        return {**made, **{key: (row.id, row.state) for key, row in again.items()}}

    def _plan_again(
        self, outcomes: Sequence[Outcome], found: dict[PostingKey, Row]
    ) -> dict[PostingKey, int]:
        """Plan acts anew, waiting; return the new rows by the postings' keys."""
        wanted = [outcome for outcome in outcomes if outcome.again]
        if not wanted:
            return {}
        olds = [found[outcome.posting] for outcome in wanted]
        attempts = rows.attempts(self.store, {old.document for old in olds})
        fresh = []
        for old in olds:
            attempts[old.document] += 1
            key = old.key._replace(attempt=attempts[old.document])
            to = old.resource, old.stage
            fresh.append(
                rows.posting_row(self.store, old.document, key, to, State.WAITING, self.now)
            )
        numbers = insert(self.store.using, models.Posting, rows.POSTING_COLUMNS, fresh)
        needs = needs_of(self.store, [old.id for old in olds])
        waits = [
            (number, (*needs.get(old.id, ()), *outcome.again))
            for outcome, old, number in zip(wanted, olds, numbers, strict=True)
        ]
        keep_needs(self.store, waits)
        return {one.posting: number for one, number in zip(wanted, numbers, strict=True)}

    def _working(self, documents: Collection[int]) -> dict[int, str]:
        """Return the fingerprints of working revisions, from which acts are planned anew."""
        fingerprints: dict[int, str] = {}
        for ids in chunks(documents):
            revisions = models.Revision.objects.using(self.store.using).filter(
                document_id__in=ids, revision=F("document__working")
            )
            fingerprints.update(revisions.values_list("document_id", "fingerprint"))
        return fingerprints

    def _free_waiting(self, posted: Collection[Symbol]) -> None:
        """Set free what waits for nothing more; in portions, as all bills may wait for contacts."""
        for waiting in chunks(sorted(self._waiting_for(posted))):
            free = sorted(set(waiting) - lacking(self.store, waiting))
            for ids in chunks(free):
                sql.change(self.store.using, FREE, (self.now, ids))
            for number in free:
                self.journal.moved(number, "freed", State.WAITING, State.READY)

    def _waiting_for(self, posted: Collection[Symbol]) -> set[int]:
        waiting: set[int] = set()
        for kind, ids in by_kind(posted):
            values = self.store.organisation_id, kind, ids
            waiting.update(n for (n,) in sql.select(self.store.using, WAITING_FOR, values))
        return waiting


def lacking(store: Base, postings: Collection[int]) -> set[int]:
    """Return which of these postings wait for something that is not there yet."""
    needs = needs_of(store, postings)
    own: dict[int, tuple[Key, int]] = {}
    for some in chunks(needs):
        found = rows.postings_of(store).filter(id__in=some)
        for number, kind, name, stage in found.values_list("id", "kind", "source_id", "stage"):
            if (kind, name) in needs[number]:
                needs[number].remove(Symbol(kind, name))
                own[number] = Key(kind, name), stage
    begun = rows.begun(store, own)
    there = rows.there(store, {need for of in needs.values() for need in of})
    missing = {n for n, of in needs.items() if any(need not in there for need in of)}
    return missing | (own.keys() - begun)


def needs_of(store: Base, postings: Collection[int]) -> dict[int, list[Symbol]]:
    """Return what each of these postings needs; those that need nothing are left out."""
    needs: dict[int, list[Symbol]] = {}
    for ids in chunks(postings):
        found = models.Dependency.objects.using(store.using).filter(posting_id__in=ids)
        ordered = found.order_by("posting_id", "position")
        for number, kind, name in ordered.values_list("posting_id", "needs_kind", "needs_id"):
            needs.setdefault(number, []).append(Symbol(kind, name))
    return needs
