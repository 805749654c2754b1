"""What the outbox keeps, judged: links, fences, moves, and what nobody was told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING, Act
from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State, may_move

if TYPE_CHECKING:
    from collections.abc import Iterator

    from counterfoil.core.documents import Key
    from counterfoil.posting.records import PostingKey
    from tests.simulation.story import Story

TELL_WITHIN_SECONDS = 2 * 3_600.0
"""So long may a posting be unknown without a word to anybody."""
UNDER_A_LEASE = frozenset({"sending", "sending again", "settled", "recovered", "freed"})
"""Moves that only the holder of the organisation's lease may make."""
TIES = frozenset({"relinked", "accepted"})
"""What people do that lets others go on: so they may free what waited."""


class Kept:
    """Watches a story's outbox while it goes on, and judges it at the end."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._unknown_since: dict[PostingKey, float] = {}
        self._told: set[PostingKey] = set()
        self.complaints: list[str] = []

    def put_back(self) -> None:
        """The store came back from a copy: what is unknown in it has been so only since now."""
        self._unknown_since.clear()

    def watch(self) -> None:
        """Look whether anything is unknown, or being sent, for long and in silence."""
        outbox, now = self._story.outbox, self._story.world.elapsed
        counts = outbox.counts()
        if not counts.get(State.UNKNOWN) and not counts.get(State.SENDING):
            self._unknown_since.clear()
            return
        told = outbox.grant().state is not ConnectionState.CONNECTED
        told = told or outbox.limits().blocked_until is not None
        found = outbox.postings(self._story.keys())
        doubtful = {p.key for p in found if p.state in {State.UNKNOWN, State.SENDING}}
        # While the alert bar says that posting stands still, everybody knows.
        since = {key: now if told else self._unknown_since.get(key, now) for key in doubtful}
        self._unknown_since = since
        late = {key for key, at in since.items() if now - at > TELL_WITHIN_SECONDS} - self._told
        said = outbox.findings({key.document for key in late})
        for key in sorted(late):
            self._told.add(key)
            if not said.get(key.document):
                self.complaints.append(f"silent: nobody is told that {key} is unknown")

    def judge(self) -> list[str]:
        """Return everything that is wrong with what was kept."""
        return [*self.complaints, *self._events(), *self._links()]

    def _events(self) -> Iterator[str]:
        holder, person = "", ""
        for event in self._story.outbox.events():
            if event.what == "lease taken":
                holder = event.actor
            if event.what in TIES:
                person = event.actor
            freed = event.what == "freed" and event.actor == person
            if event.what in UNDER_A_LEASE and event.actor != holder and not freed:
                yield f"unfenced: {event.actor} {event.what} {event.posting} under {holder}'s lease"
            if event.before and event.after and not may_move(event.before, event.after):
                yield f"unlawful: {event.posting} from {event.before} to {event.after}"

    def _links(self) -> Iterator[str]:
        """Yield what is posted without a link, with somebody else's, or with a stranger's."""
        story = self._story
        # A correction makes nothing: its object is that of the posting it corrects.
        postings = [
            posting
            for posting in story.outbox.postings(story.keys())
            if posting.state is State.POSTED and posting.key.act is not Act.UPDATE
        ]
        links = story.outbox.links([posting.key for posting in postings])
        ids = Counter(link.xero_id for link in links.values())
        names, numbers = names_in_xero(story), self._numbers()
        for posting in postings:
            link = links.get(posting.key)
            if link is None and posting.key.act in ENDING:
                continue  # What it was to end had never come to be.
            if link is None:
                yield f"mislinked: {posting.key} has no link"
            elif ids[link.xero_id] > 1:
                yield f"mislinked: {posting.key} shares the object {link.xero_id}"
            elif posting.resource != "Allocations" and posting.key.act not in ENDING:
                wanted = numbers.get(posting.key.document)
                if wanted is not None and names.get(link.xero_id) not in wanted:
                    yield f"mislinked: {posting.key} to {names.get(link.xero_id)}"

    def _numbers(self) -> dict[Key, tuple[str, ...]]:
        found: dict[Key, tuple[str, ...]] = {}
        for key, document in self._story.raw().items():
            found[key] = (str(document.get("number", "")),)
        return found


def names_in_xero(story: Story) -> dict[str, str]:
    """Return what each object in Xero is called: by number, reference or narration."""
    books = story.organisation
    names = {one.document_id: one.number for one in books.documents.values()}
    for transaction in books.bank_transactions.values():
        names[transaction.transaction_id] = transaction.reference
        if transaction.document_id:
            first = (transaction.lines[0].description or "").split(" ")[0]
            names[transaction.document_id] = first
    names.update((one.payment_id, one.reference) for one in books.payments.values())
    names.update((one.transfer_id, one.reference) for one in books.bank_transfers.values())
    for journal in books.journals.values():
        names[journal.journal_id] = journal.narration.partition(" | ")[0]
    return names


__all__ = ["Kept", "names_in_xero"]
