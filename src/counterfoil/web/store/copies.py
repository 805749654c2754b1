"""Month-end papers: written once with their event, and never changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from counterfoil.web import models
from counterfoil.web.store.base import Base, writes
from counterfoil.web.store.journal import Journal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

EVENT: Final = "trust_month_issued"


class Issue(NamedTuple):
    """What is issued: the papers by name, and what is said about them."""

    trust_account: str
    end: dt.date
    number: int
    papers: Mapping[str, bytes]
    agrees: bool
    differs: str


def sealed(papers: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over the names and hashes of papers: what the audit chain binds."""
    told = "".join(f"{name} {_sha256(papers[name])}\n" for name in sorted(papers))
    return _sha256(told.encode())


def event_detail(trust_account: str, end: dt.date, number: int) -> str:
    """Return what the event of an issue says."""
    return f"{trust_account} {end:%Y-%m} issue {number}"


class Copies(Base):
    """The part of the store that keeps what was issued."""

    @writes
    def keep_issue(self, issue: Issue, *, actor: str, now: dt.datetime) -> None:
        """Keep papers as they are, with an event that bears their hash.

        Raises django.db.IntegrityError where another issue took the number meanwhile.
        """
        self._gate()
        row = models.TrustIssue.objects.using(self.using).create(
            **self._owner,
            trust_account=issue.trust_account,
            end=issue.end,
            issue=issue.number,
            agrees=issue.agrees,
            sha256=sealed(issue.papers),
            issued_at=now,
            actor=actor,
            differs=issue.differs,
        )
        models.TrustPaper.objects.using(self.using).bulk_create(
            models.TrustPaper(
                **self._owner, issue=row, name=name, sha256=_sha256(content), content=content
            )
            for name, content in issue.papers.items()
        )
        journal = Journal(self, actor, now, self._audit_key)
        detail = event_detail(issue.trust_account, issue.end, issue.number)
        journal.note(EVENT, detail, row.sha256)
        journal.close()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
