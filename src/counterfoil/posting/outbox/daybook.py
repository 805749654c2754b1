"""The outbox's side of the daybook: what is taken in, planned, and told of documents."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from counterfoil.posting.intake import Barred, none_barred

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.core.xero_documents import Symbol
    from counterfoil.posting.records import Entry, PostingKey, Receipt
    from counterfoil.posting.states import State


class Daybook(Protocol):
    """Documents, their revisions, and the postings that are planned of them."""

    def receive(
        self,
        entries: Sequence[Entry],
        *,
        actor: str,
        now: dt.datetime,
        barred: Barred = none_barred,
    ) -> list[Receipt]:
        """Take documents into the daybook and plan their postings; answers in the same order.

        ``barred`` is asked first, in the same transaction and behind the gate: what it names is
        refused with the finding that it gives, and no contact comes in for that alone. It may read
        the daybook and sees everything that came before; of two that hand in the same at one
        moment, the second sees what the first has brought.

        Same revision and fingerprint: unchanged. An older revision: kept if new to us, counted as
        unchanged. Same revision with other content, or a number that another document has in its
        number space: refused with a finding (``revision_conflict``, ``number_taken``). A newer
        revision while everything of the old one is unsent withdraws the old postings and plans
        anew, each with the highest attempt of the document + 1; otherwise it is kept and counted as
        revised, its postings stay with the revision they were planned from (the *working* one), and
        the document gets the finding ``changed_after_posting``. An entry of kind ``contact`` whose
        id is known is always unchanged. A READY posting that is withdrawn while tied to a request
        unties the request's other READY members: without it the request cannot be sent again.

        Of a document that was unlinked nothing is planned: what Xero still holds of it would be
        there twice. The newer revision waits for ``replan`` with ``anew``.

        A posting starts HELD if its entry has an error finding, otherwise WAITING if a symbol it
        needs is not there yet, otherwise READY and due at once. A symbol is there when the object
        of its document is POSTED or, where a document becomes several objects without a main one
        (part ``""``), when all of its postings are.
        """
        ...

    def replan(
        self, entries: Sequence[Entry], *, actor: str, now: dt.datetime, anew: bool = False
    ) -> None:
        """Store the findings and plans of a new conversion of known documents.

        Touches only postings that are HELD, WAITING, READY without a request, or REFUSED; their
        state is computed as at intake and ``tries`` and ``batch_most`` start afresh. Intents that
        are new are added; such postings that the plan no longer has are withdrawn. A correction,
        which no plan has, becomes READY instead. Entries whose fingerprint is not the working
        revision's are ignored. To a document whose last attempt was unlinked, in whole or in part,
        nothing is added, unless ``anew`` says that a person wants it.
        """
        ...

    def overtaken(self, keys: Collection[Key] | None) -> dict[Key, bytes]:
        """Return the newest bodies of documents whose postings are of an earlier revision.

        Of all such documents of ``intake.REVISABLE`` kinds where ``keys`` is None.
        """
        ...

    def revise(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one, and plan its update of what Xero holds.

        For entries of newest revisions that ``intake.may_revise``; others are left alone. The
        update is a posting of its own: act ``update``, part ``revision:<number>``, READY. Updates
        of revisions before that did not leave are withdrawn. Returns what was taken.
        """
        ...

    def renew(self, entries: Sequence[Entry], *, actor: str, now: dt.datetime) -> tuple[Key, ...]:
        """Let the newest revision be the working one where nothing of the earlier one stands.

        For entries of newest revisions that are not worked with, of documents which
        ``intake.may_renew``; others are left alone. The postings that stand are withdrawn, and the
        newest revision is planned as at intake, under the next attempt. Returns what was taken.
        """
        ...

    def overwrite(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Let HELD revisions overwrite the edits in Xero that they are held for: READY.

        A person's choice, about these edits alone (``overwriting``); the event has them in its
        detail. Others are left alone; returns how many were let go.
        """
        ...

    def bodies(self, keys: Collection[Key]) -> dict[Key, bytes]:
        """Return the canonical bodies of the working revisions that are known."""
        ...

    def bodies_of(self, kind: str) -> dict[Key, bytes]:
        """Return the canonical bodies of all documents of a kind, in the order they came.

        For kinds of which there are few: a firm closes its period once a month.
        """
        ...

    def findings(self, keys: Collection[Key]) -> dict[Key, tuple[Finding, ...]]:
        """Return what is found about these documents.

        First the findings of the last conversion, then those of the last outcome of each posting,
        in the order of ``postings``.
        """
        ...

    def needing(self, symbols: Collection[Symbol]) -> dict[Symbol, tuple[PostingKey, ...]]:
        """Return which postings need these, in the order of their keys.

        Withdrawn postings do not count; symbols that nobody needs are left out.
        """
        ...

    def standing_in(self, states: Collection[State], kind: str | None = None) -> tuple[Key, ...]:
        """Return the documents with a posting in one of these states, in the order they came.

        Of this kind only, where one is named.
        """
        ...

    def held_by(self, about: Collection[str] | None) -> tuple[Key, ...]:
        """Return the documents with a HELD posting, in the order in which they came.

        With ``about``: those with a HELD, WAITING or DRAFTED one and a finding (of either sort) on
        one of these codes.
        """
        ...
