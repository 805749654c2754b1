"""Taking documents in: the daybook's rows, and the postings that are planned from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import intake
from counterfoil.posting.intake import Step
from counterfoil.posting.records import Receipt, Taken
from counterfoil.posting.states import UNSENT, State
from counterfoil.web import models
from counterfoil.web.store import daybook, rows
from counterfoil.web.store.base import READY, Base, by_kind, chunks, reads, writes
from counterfoil.web.store.journal import Journal
from counterfoil.web.store.planning import Plan
from counterfoil.web.waking import wake_after_commit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from counterfoil.core.findings import Finding
    from counterfoil.posting.intake import Barred, Decision
    from counterfoil.posting.records import Entry, Intent
    from counterfoil.web.store.daybook import Kept
    from counterfoil.web.store.rows import Row

REPLANNED = UNSENT
"""The states that a new conversion may change, as long as no request is tied to the posting."""


class Intake(Base):
    """The part of the port that fills the daybook."""

    @writes
    def receive(
        self,
        entries: Sequence[Entry],
        *,
        actor: str,
        now: dt.datetime,
        barred: Barred = intake.none_barred,
    ) -> list[Receipt]:
        """Take documents into the daybook and plan their postings."""
        self._gate()
        against = barred()
        journal = Journal(self, actor, now, self._audit_key)
        wake_after_commit(self.organisation_id, self.using)
        receipts = [
            receipt
            for run in _runs(intake.admitted(entries, against))
            for receipt in _Reception(self, run, journal, actor, now).receive()
        ]
        journal.close()
        return intake.answered(entries, receipts, against)

    @writes
    def replan(
        self, entries: Sequence[Entry], *, actor: str, now: dt.datetime, anew: bool = False
    ) -> None:
        """Store the findings and plans of a new conversion of known documents."""
        self._gate()
        journal = Journal(self, actor, now, self._audit_key)
        wake_after_commit(self.organisation_id, self.using)
        for run in _runs(entries):
            _replan(self, run, journal, now, anew=anew)
        journal.close()

    def bodies(self, keys: Collection[Key]) -> dict[Key, bytes]:
        """Return the canonical bodies of the working revisions that are known."""
        found: dict[Key, bytes] = {}
        for kind, ids in by_kind(keys):
            query = models.Revision.objects.using(self.using).filter(
                document__organisation_id=self.organisation_id,
                document__kind=kind,
                document__source_id__in=ids,
                revision=F("document__working"),
            )
            for name, body in query.exclude(body=None).values_list("document__source_id", "body"):
                found[Key(kind, name)] = bytes(body or b"")
        return found

    def bodies_of(self, kind: str) -> dict[Key, bytes]:
        """Return the canonical bodies of all documents of a kind, in the order they came."""
        query = models.Revision.objects.using(self.using).filter(
            document__organisation_id=self.organisation_id,
            document__kind=kind,
            revision=F("document__working"),
            body__isnull=False,
        )
        rows_ = query.order_by("document_id").values_list("document__source_id", "body")
        return {Key(kind, name): bytes(body or b"") for name, body in rows_}

    @reads
    def findings(self, keys: Collection[Key]) -> dict[Key, tuple[Finding, ...]]:
        """Return what is found about these documents."""
        found: dict[Key, tuple[Finding, ...]] = {}
        for kind, ids in by_kind(keys):
            documents = dict(
                models.Document.objects.using(self.using)
                .filter(organisation_id=self.organisation_id, kind=kind, source_id__in=ids)
                .values_list("id", "source_id")
            )
            said = _said(self, documents)
            found.update(
                (Key(kind, name), said.get(number, ())) for number, name in documents.items()
            )
        return found

    def standing_in(self, states: Collection[State], kind: str | None = None) -> tuple[Key, ...]:
        """Return the documents with a posting in one of these states, in the order they came."""
        wanted = [state.value for state in states]
        documents = models.Document.objects.using(self.using).filter(
            Exists(rows.postings_of(self).filter(document_id=OuterRef("id"), state__in=wanted)),
            organisation_id=self.organisation_id,
        )
        if kind is not None:
            documents = documents.filter(kind=kind)
        found = documents.order_by("id").values_list("kind", "source_id")
        return tuple(Key(*name) for name in found)

    def held_by(self, about: Collection[str] | None) -> tuple[Key, ...]:
        """Return the documents with a HELD posting, in the order in which they came."""
        stuck = ["held"] if about is None else ["held", "waiting", "drafted"]
        documents = models.Document.objects.using(self.using).filter(
            Exists(rows.postings_of(self).filter(document_id=OuterRef("id"), state__in=stuck)),
            organisation_id=self.organisation_id,
        )
        if about is not None:
            # From the few findings about these to their documents: the other way round would look
            # at every document that came in, once for each file's part.
            found = models.DocumentFinding.objects.using(self.using).filter(
                organisation_id=self.organisation_id, about__in=list(about)
            )
            documents = documents.filter(id__in=found.values("document_id"))
        return tuple(
            Key(kind, name)
            for kind, name in documents.order_by("id").values_list("kind", "source_id")
        )


def _runs(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut entries into runs that name no document twice, so that each run is one set."""
    run: list[Entry] = []
    seen: set[Key] = set()
    for entry in entries:
        if entry.key in seen:
            yield run
            run, seen = [], set()
        run.append(entry)
        seen.add(entry.key)
    if run:
        yield run


def _missing(
    entry: Entry,
    intent: Intent,
    posted: Collection[tuple[str, str]],
    done: Collection[tuple[str, Act]],
) -> list[Symbol]:
    """Return what an intent waits for; of its own document, what goes before it."""
    own = intake.own_missing(entry, intent, done)
    return [*own, *(one for one in intent.needs if one != Symbol(*entry.key) and one not in posted)]


def posted_needs(store: Base, entries: Iterable[Entry]) -> set[tuple[str, str]]:
    """Return what these entries need that is in Xero."""
    needs = {symbol for entry in entries for intent in entry.intents for symbol in intent.needs}
    return rows.there(store, needs)


def plan_all(
    plan: Plan,
    entry: Entry,
    document: int,
    attempt: int,
    posted: Collection[tuple[str, str]],
) -> None:
    """Plan every posting of an entry, of which nothing stands yet."""
    for place, intent in enumerate(entry.intents):
        state = intake.initial_state(entry, _missing(entry, intent, posted, ()))
        note = "" if place else entry.note
        plan.add(entry.key, document, intent, attempt, state, entry.fingerprint, note)


class _Reception:
    """One run of entries on its way in: decided one by one, written as a set."""

    def __init__(
        self, store: Base, run: list[Entry], journal: Journal, actor: str, now: dt.datetime
    ) -> None:
        self._store, self._run, self._actor, self._now = store, run, actor, now
        self._kept = daybook.kept(store, (entry.key for entry in run))
        self._holders = daybook.number_holders(store, run)
        self._held = {key: name for name, key in self._holders.items()}
        self._posted = posted_needs(store, run)
        self._plan = Plan(store, journal, now)
        self._findings: rows.Findings = []

    def receive(self) -> list[Receipt]:
        """Decide on each entry and write what follows."""
        decisions = [self._decide(entry) for entry in self._run]
        added = self._write_documents(decisions)
        for entry, decision in zip(self._run, decisions, strict=True):
            self._follow(entry, decision, added)
        self._plan.write()
        rows.keep_findings(self._store, self._findings)
        return [
            Receipt(entry.key, taken.taken, taken.finding if taken.taken is Taken.REFUSED else None)
            for entry, taken in zip(self._run, decisions, strict=True)
        ]

    def _decide(self, entry: Entry) -> Decision:
        kept = self._kept.get(entry.key)
        holder = self._holders.get((entry.number_space, entry.summary.number))
        if not entry.number_space or holder == entry.key:
            holder = None
        decision = intake.decide(entry, kept.known if kept else None, holder)
        if decision.step in {Step.ADD, Step.REPLACE, Step.KEEP_NEW}:
            self._hold_number(entry)
        return decision

    def _hold_number(self, entry: Entry) -> None:
        """Give the entry its number within this run, and free the one that it had."""
        if not entry.number_space:
            return
        name = entry.number_space, entry.summary.number
        had = self._held.pop(entry.key, None)
        if had is not None:
            del self._holders[had]
        self._holders[name], self._held[entry.key] = entry.key, name

    def _write_documents(self, decisions: list[Decision]) -> dict[Key, int]:
        """Write documents and revisions; return the row numbers of the new ones.

        Changed rows first: the number that one of them gives up may be a new one's.
        """
        pairs = list(zip(self._run, decisions, strict=True))
        for entry, decision in pairs:
            if decision.step in {Step.REPLACE, Step.KEEP_NEW}:
                self._change_document(entry, decision)
        fresh = [entry for entry, decision in pairs if decision.step is Step.ADD]
        numbers = daybook.add_documents(self._store, fresh, self._now)
        added = {entry.key: number for entry, number in zip(fresh, numbers, strict=True)}
        number = {key: one.id for key, one in self._kept.items()} | added
        told = [
            (entry, number[entry.key])
            for entry, decision in pairs
            if decision.step is not Step.NOTHING
        ]
        daybook.add_revisions(self._store, told, actor=self._actor, now=self._now)
        daybook.note_names(self._store, (entry for entry, _ in told))
        return added

    def _change_document(self, entry: Entry, decision: Decision) -> None:
        columns = daybook.document_columns(entry)
        if decision.step is Step.REPLACE:
            columns |= {
                "working": entry.revision,
                "chart_version": entry.chart_version,
                "mapping_version": entry.mapping_version,
            }
        documents = models.Document.objects.using(self._store.using)
        documents.filter(pk=self._kept[entry.key].id).update(**columns)

    def _follow(self, entry: Entry, decision: Decision, added: dict[Key, int]) -> None:
        self._plan_by(entry, decision, added)
        kept = self._kept.get(entry.key)
        if intake.only_recorded(entry, decision, unlinked=kept is not None and kept.unlinked):
            self._plan.note(intake.RECEIVED, intake.received(entry), entry.fingerprint)

    def _plan_by(self, entry: Entry, decision: Decision, added: dict[Key, int]) -> None:
        if decision.step is Step.ADD:
            self._plan_all(entry, added[entry.key], 1)
        elif decision.step is Step.REPLACE:
            kept = self._kept[entry.key]
            for row in kept.current:
                self._plan.withdraw(row)
                self._untie_companions(row)
            _forget(self._store, [kept.id])
            if kept.unlinked:
                self._findings += rows.finding_rows(self._store, kept.id, None, entry.findings)
            else:
                self._plan_all(entry, kept.id, kept.next_attempt)
        elif decision.step is Step.KEEP_NEW:
            self._say_changed(entry, self._kept[entry.key].id)

    def _untie_companions(self, row: Row) -> None:
        """Free the rest of a request that cannot be sent again, because a member is gone."""
        if row.state is not State.READY or row.request is None:
            return
        tied = rows.postings_of(self._store).filter(state=READY, request_id=row.request)
        done = self._plan.done
        for companion in rows.fetch(tied):
            if companion.id not in done:
                self._plan.untie(companion)

    def _plan_all(self, entry: Entry, document: int, attempt: int) -> None:
        plan_all(self._plan, entry, document, attempt, self._posted)
        self._findings += rows.finding_rows(self._store, document, None, entry.findings)

    def _say_changed(self, entry: Entry, document: int) -> None:
        finding = intake.changed_after_posting(entry)
        said = models.DocumentFinding.objects.using(self._store.using).filter(
            document_id=document, posting=None
        )
        said.filter(code=finding.code).delete()
        last = said.order_by("-position").values_list("position", flat=True).first()
        start = 0 if last is None else last + 1
        self._findings += rows.finding_rows(self._store, document, None, [finding], start)


def _forget(store: Base, documents: Iterable[int]) -> None:
    """Forget what the last conversion of these documents found."""
    for ids in chunks(documents):
        models.DocumentFinding.objects.using(store.using).filter(
            document_id__in=ids, posting=None
        ).delete()


def _replan(
    store: Base, run: list[Entry], journal: Journal, now: dt.datetime, *, anew: bool
) -> None:
    kept = daybook.kept(store, (entry.key for entry in run))
    known = [
        (entry, kept[entry.key])
        for entry in run
        if entry.key in kept and kept[entry.key].working_fingerprint == entry.fingerprint
    ]
    posted = posted_needs(store, (entry for entry, _ in known))
    ended = rows.taken_back(store, [document.id for _, document in known])
    plan = Plan(store, journal, now)
    for entry, document in known:
        gone = () if anew else ended.get(document.id, ())
        adds = anew or not document.unlinked
        _replan_one(plan, entry, document, posted, gone if adds else None)
    if anew:
        left = [
            row.id
            for _, document in known
            for row in document.postings
            if row.state is State.WITHDRAWN
        ]
        rows.drop_findings(store, left)
    _forget(store, (document.id for _, document in known))
    plan.write()
    found = [
        row
        for entry, document in known
        for row in rows.finding_rows(store, document.id, None, entry.findings)
    ]
    rows.keep_findings(store, found)
    _stamp(store, known)


def _replan_one(
    plan: Plan,
    entry: Entry,
    document: Kept,
    posted: Collection[tuple[str, str]],
    ended: Collection[tuple[str, Act]] | None,
) -> None:
    current = {(row.key.part, row.key.act): row for row in document.current}
    planned = {(intent.part, intent.act) for intent in entry.intents}
    _drop(plan, [row for name, row in current.items() if name not in planned and _replannable(row)])
    done = {name for name, row in current.items() if row.state is State.POSTED}
    fresh = []
    for intent in entry.intents:
        old = current.get((intent.part, intent.act))
        state = intake.initial_state(entry, _missing(entry, intent, posted, done))
        if old is None:
            fresh.append((intent, state))
        elif _replannable(old):
            plan.restart(old, state, "replanned", intent.needs)
    for intent, state in fresh:
        if ended is not None and (intent.part, intent.act) not in ended:
            attempt = document.next_attempt
            plan.add(entry.key, document.id, intent, attempt, state, entry.fingerprint)


def _drop(plan: Plan, open_still: list[Row]) -> None:
    """Withdraw what the plan no longer has; a correction, which no plan has, begins anew."""
    for row in open_still:
        if row.key.act is not Act.UPDATE:
            plan.withdraw(row)
    for row in open_still:
        if row.key.act is Act.UPDATE:
            plan.restart(row, State.READY, "replanned")


def _replannable(row: Row) -> bool:
    tied = row.state is State.READY and row.request is not None
    return row.state in REPLANNED and not tied


def _stamp(store: Base, known: Iterable[tuple[Entry, Kept]]) -> None:
    """Keep the versions of chart and mapping that the documents were converted with."""
    by_version: dict[tuple[int, int], list[int]] = {}
    for entry, document in known:
        versions = entry.chart_version, entry.mapping_version
        by_version.setdefault(versions, []).append(document.id)
    for (chart, mapping), numbers in by_version.items():
        for ids in chunks(numbers):
            models.Document.objects.using(store.using).filter(pk__in=ids).update(
                chart_version=chart, mapping_version=mapping
            )


def _said(store: Base, documents: Collection[int]) -> dict[int, tuple[Finding, ...]]:
    """Return the findings of documents: of the conversion first, then posting by posting."""
    said: dict[int, list[tuple[tuple[object, ...], Finding]]] = {}
    for ids in chunks(documents):
        found = models.DocumentFinding.objects.using(store.using).filter(document_id__in=ids)
        for row in found.select_related("posting").order_by("position"):
            at = row.posting
            order = (0,) if at is None else (1, at.part, at.act, at.attempt)
            said.setdefault(row.document_id, []).append((order, rows.finding(row)))
    return {
        document: tuple(finding for _, finding in sorted(of, key=lambda pair: pair[0]))
        for document, of in said.items()
    }
