"""Later revisions of what stands in Xero, in the outbox in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.posting import intake
from counterfoil.posting.memory.intake import Intake
from counterfoil.posting.memory.tying import Tying
from counterfoil.posting.overwriting import EDITED
from counterfoil.posting.plan import BATCH_MOST
from counterfoil.posting.records import Posting
from counterfoil.posting.states import UNSENT, State

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import Entry, PostingKey


class Revising(Intake, Tying):
    """Updating in place, and planning anew."""

    def overtaken(self, keys: Collection[Key] | None) -> dict[Key, bytes]:
        """Return the newest bodies of documents whose postings are of an earlier revision."""
        return {
            key: one.latest.body
            for key, one in self._documents.items()
            if (key.kind in intake.REVISABLE if keys is None else key in keys)
            and one.latest is not None
            and one.newest > one.working.revision
        }

    def revise(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one, and plan its update."""
        return tuple(entry.key for entry in entries if self._revise(entry, actor, now))

    def _revise(self, entry: Entry, actor: str, now: dt.datetime) -> bool:
        document = self._documents.get(entry.key)
        if document is None or document.newest == document.working.revision:
            return False
        standing = [self._postings[key] for key in self._current(entry.key)]
        newest = document.revisions[document.newest] == entry.fingerprint
        if not newest or not intake.may_revise(entry, standing):
            return False
        updates = [one for one in standing if one.key.act is Act.UPDATE]
        self._withdraw([one.key for one in updates if one.state in UNSENT], actor, now)
        document.working, document.findings = entry, entry.findings
        (made,) = (one for one in standing if one.key.act is not Act.UPDATE)
        part = f"{intake.REVISION}{entry.revision}"
        key = made.key._replace(part=part, act=Act.UPDATE)
        self._postings[key] = Posting(
            key, State.READY, made.resource, made.stage, due_at=now, batch_most=BATCH_MOST
        )
        self._of[entry.key].append(key)
        self._needs[key] = ()
        self._event(now, actor, "planned", key, None, State.READY)
        return True

    def overwrite(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Let HELD revisions overwrite the edits in Xero that they are held for."""
        known = [key for key in dict.fromkeys(postings) if key in self._postings]
        held = [key for key in known if self._postings[key].state is State.HELD]
        edits = {key: f for key in held for f in self._found.get(key, ()) if f.code == EDITED}
        for key, edit in edits.items():
            self._restart(key, State.READY, actor, "chose overwrite", now)
            self._events[-1] = replace(self._events[-1], detail=edit.message)
            self._postings[key] = replace(self._postings[key], choice=edit.about)
        return len(edits)

    def renew(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one where nothing of the earlier one stands."""
        return tuple(entry.key for entry in entries if self._renew(entry, actor, now))

    def _renew(self, entry: Entry, actor: str, now: dt.datetime) -> bool:
        document = self._documents.get(entry.key)
        if document is None or document.newest == document.working.revision:
            return False
        current = self._current(entry.key)
        newest = document.revisions[document.newest] == entry.fingerprint
        if not newest or not intake.may_renew([self._postings[key] for key in current]):
            return False
        self._withdraw(current, actor, now)
        document.working, document.findings = entry, entry.findings
        self._plan(entry, actor, now)
        return True
