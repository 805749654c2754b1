"""Documents into the outbox in memory, and what people decide about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.xero_documents import Symbol
from counterfoil.posting import intake
from counterfoil.posting.intake import Barred, Known, Step
from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import (
    CONTACT,
    Entry,
    Intent,
    LookUp,
    Posting,
    PostingKey,
    Receipt,
    Taken,
)
from counterfoil.posting.states import UNSENT, State

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from counterfoil.core.findings import Finding


from counterfoil.posting.memory.base import Rows, StoredDocument

REPLANNED = UNSENT


class Intake(Rows):
    """Receiving, planning, planning anew."""

    def receive(
        self,
        entries: Sequence[Entry],
        *,
        actor: str,
        now: dt.datetime,
        barred: Barred = intake.none_barred,
    ) -> list[Receipt]:
        """Take documents into the daybook and plan their postings."""
        against = barred()
        receipts = [self._receive(entry, actor, now) for entry in intake.admitted(entries, against)]
        return intake.answered(entries, receipts, against)

    def _receive(self, entry: Entry, actor: str, now: dt.datetime) -> Receipt:
        known = self._known(entry.key)
        decision = intake.decide(entry, known, self._number_holder(entry))
        document = self._documents.get(entry.key)
        unlinked = self._unlinked(entry.key)
        if decision.step is Step.ADD:
            self._documents[entry.key] = StoredDocument(entry.revision, entry, {}, entry.findings)
            self._plan(entry, actor, now)
        elif decision.step is Step.REPLACE and document is not None:
            self._withdraw(self._current(entry.key), actor, now)
            document.newest, document.working = entry.revision, entry
            document.findings = entry.findings
            if not unlinked:
                self._plan(entry, actor, now)
        elif decision.step is Step.KEEP_NEW and document is not None:
            document.newest, document.latest = entry.revision, entry
            document.findings = (
                *(f for f in document.findings if f.code != intake.CHANGED_AFTER_POSTING),
                intake.changed_after_posting(entry),
            )
        if intake.only_recorded(entry, decision, unlinked=unlinked):
            self._event(now, actor, intake.RECEIVED, None, None, None, intake.received(entry))
        if decision.step is not Step.NOTHING:
            self._documents[entry.key].revisions[entry.revision] = entry.fingerprint
            self._hold_number(entry, decision.taken)
        finding = decision.finding if decision.taken is Taken.REFUSED else None
        return Receipt(entry.key, decision.taken, finding)

    def _known(self, key: Key) -> Known | None:
        document = self._documents.get(key)
        if document is None:
            return None
        states = [self._postings[posting].state for posting in self._of.get(key, ())]
        return Known(document.newest, document.revisions, states)

    def _number_holder(self, entry: Entry) -> Key | None:
        holder = self._numbers.get((entry.number_space, entry.summary.number))
        return holder if entry.number_space and holder != entry.key else None

    def _hold_number(self, entry: Entry, taken: Taken) -> None:
        if not entry.number_space or taken is Taken.UNCHANGED:
            return
        for name in [name for name, key in self._numbers.items() if key == entry.key]:
            del self._numbers[name]
        self._numbers[entry.number_space, entry.summary.number] = entry.key

    def _plan(self, entry: Entry, actor: str, now: dt.datetime) -> None:
        attempt = 1 + max((key.attempt for key in self._of.get(entry.key, ())), default=0)
        for place, intent in enumerate(entry.intents):
            key = PostingKey(entry.key.kind, entry.key.id, intent.part, intent.act, attempt)
            state = intake.initial_state(entry, self._lacks(entry, intent))
            due = now if state is State.READY else None
            self._postings[key] = Posting(
                key, state, intent.resource, intent.stage, due, BATCH_MOST
            )
            self._of.setdefault(entry.key, []).append(key)
            self._needs[key] = intent.needs
            note = "" if place else entry.note
            self._event(now, actor, "planned", key, None, state, note)

    def _lacks(self, entry: Entry, intent: Intent) -> tuple[Symbol, ...]:
        """Return what an intent waits for; of its own document, what goes before it."""
        done = {
            (key.part, key.act)
            for key in self._current(entry.key)
            if self._postings[key].state is State.POSTED
        }
        others = [symbol for symbol in intent.needs if symbol != Symbol(*entry.key)]
        own = intake.own_missing(entry, intent, done)
        return (*own, *self._missing(others, entry.key, intent.stage))

    def replan(
        self, entries: Sequence[Entry], *, actor: str, now: dt.datetime, anew: bool = False
    ) -> None:
        """Store the findings and plans of a new conversion of known documents."""
        for entry in entries:
            document = self._documents.get(entry.key)
            if document is not None and document.working.fingerprint == entry.fingerprint:
                document.working, document.findings = entry, entry.findings
                if anew:
                    self._forget_withdrawn(entry.key)
                self._replan(entry, actor, now, anew=anew)

    def _unlinked(self, key: Key) -> bool:
        """Tell whether a person has cut a tie of the document's last attempt."""
        return intake.is_unlinked(self._postings[posting] for posting in self._of.get(key, ()))

    def _forget_withdrawn(self, key: Key) -> None:
        for posting in self._of.get(key, ()):
            if self._postings[posting].state is State.WITHDRAWN:
                self._found.pop(posting, None)

    def _replan(self, entry: Entry, actor: str, now: dt.datetime, *, anew: bool) -> None:
        current = {(key.part, key.act): key for key in self._current(entry.key)}
        planned = {(intent.part, intent.act) for intent in entry.intents}
        open_still = [k for name, k in current.items() if name not in planned]
        open_still = [key for key in open_still if self._replannable(key)]
        self._withdraw([k for k in open_still if k.act is not Act.UPDATE], actor, now)
        for correction in open_still:
            if correction.act is Act.UPDATE:
                self._restart(correction, State.READY, actor, "replanned", now)
        known = current.keys() | (set() if anew else self._taken_back(entry.key))
        fresh = tuple(i for i in entry.intents if (i.part, i.act) not in known)
        if not anew and self._unlinked(entry.key):
            fresh = ()
        for intent in entry.intents:
            key = current.get((intent.part, intent.act))
            if key is not None and self._replannable(key):
                self._needs[key] = intent.needs
                state = intake.initial_state(entry, self._lacks(entry, intent))
                self._restart(key, state, actor, "replanned", now)
        if fresh:
            self._plan(replace(entry, intents=fresh), actor, now)

    def _taken_back(self, key: Key) -> set[tuple[str, Act]]:
        """Return what was in Xero and was taken back: it is not planned again by itself."""
        gone = [p for p in self._of.get(key, ()) if self._postings[p].state is State.WITHDRAWN]
        return {(posting.part, posting.act) for posting in gone if posting in self._links}

    def _replannable(self, key: PostingKey) -> bool:
        posting = self._postings[key]
        tied = posting.state is State.READY and posting.request_id is not None
        return posting.state in REPLANNED and not tied

    def _restart(
        self, key: PostingKey, state: State, actor: str, what: str, now: dt.datetime
    ) -> None:
        self._found.pop(key, None)
        due = now if state is State.READY else None
        self._move(
            key,
            state,
            actor,
            what,
            now,
            due_at=due,
            tries=0,
            batch_most=BATCH_MOST,
            request_id=None,
        )

    def bodies(self, keys: Collection[Key]) -> dict[Key, bytes]:
        """Return the canonical bodies of the working revisions that are known."""
        return {k: self._documents[k].working.body for k in keys if k in self._documents}

    def bodies_of(self, kind: str) -> dict[Key, bytes]:
        """Return the canonical bodies of all documents of a kind, in the order they came."""
        return {k: one.working.body for k, one in self._documents.items() if k.kind == kind}

    def findings(self, keys: Collection[Key]) -> dict[Key, tuple[Finding, ...]]:
        """Return what is found about these documents."""
        return {key: self._findings(key) for key in keys if key in self._documents}

    def standing_in(self, states: Collection[State], kind: str | None = None) -> tuple[Key, ...]:
        """Return the documents with a posting in one of these states, in the order they came."""
        return tuple(
            key
            for key in self._documents
            if kind in {None, key.kind}
            and any(self._postings[posting].state in states for posting in self._of.get(key, ()))
        )

    def held_by(self, about: Collection[str] | None) -> tuple[Key, ...]:
        """Return the documents with a HELD posting, in the order in which they came."""
        stuck = {State.HELD} if about is None else {State.HELD, State.WAITING, State.DRAFTED}
        return tuple(
            key
            for key in self._documents
            if any(self._postings[p].state in stuck for p in self._of.get(key, ()))
            and (about is None or any(f.about in about for f in self._findings(key)))
        )

    def choose(
        self, postings: Sequence[PostingKey], choice: str, *, actor: str, now: dt.datetime
    ) -> int:
        """Record an answer about contacts of the same name; HELD ones become READY."""
        asked = dict.fromkeys(postings)
        chosen = [k for k in asked if k in self._postings and k.kind == CONTACT]
        held = [k for k in chosen if self._postings[k].state is State.HELD]
        for key in held:
            self._restart(key, State.READY, actor, f"chose {choice}", now)
            self._postings[key] = replace(self._postings[key], choice=choice)
        return len(held)

    def retry(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Move REFUSED postings to READY (or WAITING), and make UNKNOWN ones due for look-up."""
        known = [key for key in dict.fromkeys(postings) if key in self._postings]
        refused = [key for key in known if self._postings[key].state is State.REFUSED]
        for key in refused:
            stage = self._postings[key].stage
            missing = self._missing(self._needs[key], key.document, stage)
            state = State.WAITING if missing else State.READY
            self._restart(key, state, actor, "retried", now)
        unknown = [key for key in known if self._postings[key].state is State.UNKNOWN]
        asked = {self._postings[key].request_id for key in unknown}
        for request in self._requests.values():
            if request.look_up is None and request.frozen.request_id in asked:
                request.look_up = LookUp(now, request.frozen.lookups)
        return len(refused) + len(unknown)
