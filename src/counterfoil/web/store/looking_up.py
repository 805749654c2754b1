"""What is looked up, and what people ask to be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.posting.records import CONTACT, UNLINKED, Link, PostingKey
from counterfoil.posting.states import ACCEPTABLE, UNDER_WAY, UNSENT, State
from counterfoil.web import models, sql
from counterfoil.web.store import rows
from counterfoil.web.store.base import chunks, reads, writes
from counterfoil.web.store.journal import Journal
from counterfoil.web.store.outcomes import Settling, lacking
from counterfoil.web.store.planning import Plan
from counterfoil.web.store.sending import Sending
from counterfoil.web.waking import wake_after_commit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.posting.records import Frozen, Lease, Outcome
    from counterfoil.web.store.rows import Row


LOOK_UPS_DUE = """
    SELECT id FROM web_request
    WHERE organisation_id = %s AND look_up_at IS NOT NULL AND look_up_at <= %s ORDER BY id"""
FIRST_READY = """
    SELECT due_at FROM web_posting
    WHERE organisation_id = %s AND state = 'ready' AND due_at IS NOT NULL
    ORDER BY due_at LIMIT 1"""
FIRST_LOOK_UP = """
    SELECT look_up_at FROM web_request
    WHERE organisation_id = %s AND look_up_at IS NOT NULL ORDER BY look_up_at LIMIT 1"""


class LookingUp(Sending):
    """The part of the port that finds out, and starts again."""

    @reads
    def lookups_due(self, lease: Lease, *, now: dt.datetime) -> tuple[Frozen, ...]:
        """Return requests whose look-up is due."""
        self._still_ours(lease)
        found = sql.select(self.using, LOOK_UPS_DUE, (self.organisation_id, now))
        return self._frozen(number for (number,) in found)

    @reads
    def links(self, postings: Collection[PostingKey]) -> dict[PostingKey, Link]:
        """Return the links of these postings."""
        keys = {row.id: key for key, row in rows.find(self, postings).items()}
        found: dict[PostingKey, Link] = {}
        for ids in chunks(keys):
            links = models.Link.objects.using(self.using).filter(posting_id__in=ids)
            found.update((keys[link.posting_id], _link(link)) for link in links)
        return found

    @reads
    def stated(self, postings: Collection[PostingKey]) -> tuple[Frozen, ...]:
        """Return the requests that had one of these as a member, in the order of their writing."""
        requests: set[int] = set()
        for ids in chunks(row.id for row in rows.find(self, postings).values()):
            members = models.RequestMember.objects.using(self.using).filter(posting_id__in=ids)
            requests.update(members.values_list("request_id", flat=True))
        return self._frozen(requests)

    def linked(self, xero_ids: Collection[str]) -> dict[str, PostingKey]:
        """Return which of these Xero ids are already tied to a posting."""
        found: dict[str, PostingKey] = {}
        for ids in chunks(set(xero_ids)):
            links = models.Link.objects.using(self.using).filter(
                organisation_id=self.organisation_id, xero_id__in=ids
            )
            links = links.exclude(posting__state=State.WITHDRAWN.value, posting__choice=UNLINKED)
            for v in links.order_by("id").values_list(
                "xero_id",
                "posting__kind",
                "posting__source_id",
                "posting__part",
                "posting__act",
                "posting__attempt",
            ):
                found[v[0]] = PostingKey(v[1], v[2], v[3], Act(v[4]), v[5])
        return found

    @reads
    def next_due(self) -> dt.datetime | None:
        """Return when the next posting or look-up is due."""
        found = [
            sql.moment(at)
            for statement in (FIRST_READY, FIRST_LOOK_UP)
            for (at,) in sql.select(self.using, statement, (self.organisation_id,))
        ]
        return min((due for due in found if due is not None), default=None)

    @writes
    def choose(
        self, postings: Sequence[PostingKey], choice: str, *, actor: str, now: dt.datetime
    ) -> int:
        """Record an answer about contacts of the same name; HELD ones become READY."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        found = rows.find(self, [key for key in postings if key.kind == CONTACT])
        held = [r for r in _as_asked(postings, found) if r.state is State.HELD]
        journal = Journal(self, actor, now, self._audit_key)
        plan = Plan(self, journal, now)
        for row in held:
            plan.restart(row, State.READY, f"chose {choice}")
        plan.write()
        for ids in chunks(row.id for row in held):
            rows.postings_of(self).filter(id__in=ids).update(choice=choice)
        journal.close()
        return len(held)

    @writes
    def retry(self, postings: Sequence[PostingKey], *, actor: str, now: dt.datetime) -> int:
        """Move REFUSED postings to READY (or WAITING), and make UNKNOWN ones due for look-up."""
        self._gate()
        wake_after_commit(self.organisation_id, self.using)
        asked = _as_asked(postings, rows.find(self, postings))
        refused = [row for row in asked if row.state is State.REFUSED]
        unknown = [row for row in asked if row.state is State.UNKNOWN]
        lacks = lacking(self, [row.id for row in refused])
        journal = Journal(self, actor, now, self._audit_key)
        plan = Plan(self, journal, now)
        for row in refused:
            plan.restart(row, State.WAITING if row.id in lacks else State.READY, "retried")
        plan.write()
        for ids in chunks({row.request for row in unknown if row.request is not None}):
            idle = self._requests().filter(id__in=ids, look_up_at=None)
            idle.update(look_up_at=now)
        journal.close()
        return len(refused) + len(unknown)

    @writes
    def accept(self, outcomes: Sequence[Outcome], *, actor: str, now: dt.datetime) -> int:
        """Take MISMATCHED objects as Xero holds them."""
        self._gate()
        wanted = [o.posting for o in outcomes]
        found = rows.find(self, [*wanted, *(key.of(Act.UPDATE) for key in wanted)])
        taken = [outcome for outcome in outcomes if _acceptable(outcome.posting, found)]
        journal = Journal(self, actor, now, self._audit_key)
        plan = Plan(self, journal, now)
        for outcome in taken:
            beside = found.get(outcome.posting.of(Act.UPDATE))
            if beside is not None and beside.state in UNSENT:
                plan.withdraw(beside)
        plan.write()
        Settling(self, journal, now, what="accepted").apply(taken, found)
        journal.close()
        return len(taken)


def _acceptable(key: PostingKey, found: dict[PostingKey, Row]) -> bool:
    row, beside = found.get(key), found.get(key.of(Act.UPDATE))
    under_way = beside is not None and beside.state in UNDER_WAY
    return row is not None and row.state in ACCEPTABLE and not under_way


def _as_asked(asked: Sequence[PostingKey], found: dict[PostingKey, Row]) -> list[Row]:
    return [found[key] for key in dict.fromkeys(asked) if key in found]


def _link(row: models.Link) -> Link:
    return Link(
        row.xero_id,
        row.number,
        row.status,
        rows.totals(row.sub_total, row.total_tax, row.total),
        row.source,
    )
