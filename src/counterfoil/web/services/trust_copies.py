"""Month ends of trust accounts: issued, kept byte for byte, listed, and fetched again."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Prefetch

from counterfoil.reports.trust_pdf import Issued, trust_month_pdf
from counterfoil.reports.trust_tables import tables
from counterfoil.web import local_time
from counterfoil.web.models import Event, TrustIssue, TrustPaper
from counterfoil.web.services.reconciling import trust_documents
from counterfoil.web.services.trust_reporting import month_among, month_of
from counterfoil.web.store import copies_of
from counterfoil.web.store.copies import EVENT, Issue, event_detail, sealed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from counterfoil.core.trust_month import TrustMonth
    from counterfoil.web.models import Organisation

PAPER: Final = "month-end.pdf"
RUNNING: Final = frozenset({"cash-book.csv", "ledgers.csv"})
MOST_LISTED: Final = 240
"""Month ends on one page: ten years of two accounts."""
MOST_DIFFERENCES: Final = 100
"""Rows of one table that are told as different; the two copies have all of them."""


class Kept(NamedTuple):
    """A month end that is kept. ``whole`` tells whether its bytes are those that were issued."""

    trust_account: str
    end: dt.date
    issue: int
    agrees: bool
    sha256: str
    issued_at: dt.datetime
    actor: str
    differs: str
    papers: Mapping[str, bytes]
    whole: bool


def issue_month(
    organisation: Organisation,
    trust_account: str,
    end: dt.date,
    *,
    by: str,
    actor: str,
    now: dt.datetime,
) -> tuple[Kept, bool]:
    """Issue the month that ends on ``end`` and keep it; the second value tells whether it is new.

    Where nothing differs from the last issue, that one stands.
    """
    month = month_of(organisation, trust_account, end)
    before = kept(organisation, trust_account, end)
    last = before[-1] if before else None
    fresh = tables(month)
    if last is not None and all(last.papers.get(name) == fresh[name] for name in fresh):
        return last, False
    number = last.issue + 1 if last else 1
    differs = "\n".join(_differences(last.papers, fresh)) if last else ""
    issued = Issued(number, differs)
    prepared = local_time.here(organisation, now)
    paper = trust_month_pdf(month, organisation.firm.name, prepared, by, issued)
    whole = Issue(
        trust_account, end, number, {**fresh, PAPER: paper}, agrees=month.agrees, differs=differs
    )
    copies_of(organisation).keep_issue(whole, actor=actor, now=now)
    return kept(organisation, trust_account, end)[-1], True


class Outdated(NamedTuple):
    """The newest issue of a month that the books do not bear out any more, and what differs."""

    issue: int
    issued_at: dt.datetime
    differs: tuple[str, ...]


def outdated(organisation: Organisation, month: TrustMonth) -> Outdated | None:
    """Tell whether the copy on file of a month says what the books say now.

    None where nothing differs, or the month was never issued.
    """
    rows = TrustIssue.objects.filter(
        organisation=organisation, trust_account=month.trust_account, end=month.end
    )
    last = rows.order_by("-issue").first()
    if last is None:
        return None
    papers = {one.name: bytes(one.content) for one in last.papers.exclude(name=PAPER)}
    differs = tuple(_differences(papers, tables(month)))
    return Outdated(last.issue, last.issued_at, differs) if differs else None


def outdated_months(organisation: Organisation) -> dict[tuple[str, dt.date], Outdated]:
    """Return the months whose newest copy the books do not bear out any more."""
    rows = TrustIssue.objects.filter(organisation=organisation)
    months = sorted(set(rows.values_list("trust_account", "end")))
    documents = tuple(trust_documents(organisation)) if months else ()
    found = {
        (account, end): outdated(organisation, month_among(organisation, documents, account, end))
        for account, end in months
    }
    return {name: one for name, one in found.items() if one is not None}


def kept(
    organisation: Organisation, trust_account: str = "", end: dt.date | None = None
) -> tuple[Kept, ...]:
    """Return what is kept of month ends, in the order of accounts, months and issues."""
    rows = TrustIssue.objects.filter(organisation=organisation).prefetch_related("papers")
    if trust_account:
        rows = rows.filter(trust_account=trust_account)
    if end is not None:
        rows = rows.filter(end=end)
    witnessed = _witnessed(organisation)
    return tuple(_kept(row, witnessed) for row in rows.order_by("trust_account", "end", "issue"))


class Listed(NamedTuple):
    """A month end in the list of those that are kept: what people choose by, without its bytes."""

    trust_account: str
    end: dt.date
    issue: int
    agrees: bool
    issued_at: dt.datetime
    actor: str
    differs: str
    names: tuple[str, ...]


def listed(organisation: Organisation) -> tuple[Listed, ...]:
    """Return the newest month ends that are kept; their papers are not read for it."""
    names = TrustPaper.objects.only("pk", "name", "issue_id").order_by("name")
    rows = TrustIssue.objects.filter(organisation=organisation)
    newest = rows.order_by("-end", "trust_account", "-issue")[:MOST_LISTED]
    return tuple(
        Listed(
            row.trust_account,
            row.end,
            row.issue,
            row.agrees,
            row.issued_at,
            row.actor,
            row.differs,
            tuple(paper.name for paper in row.papers.all()),
        )
        for row in newest.prefetch_related(Prefetch("papers", names))
    )


def _witnessed(organisation: Organisation) -> dict[str, str]:
    """Return the hashes that the audit chain holds, by what the events say."""
    events = Event.objects.filter(organisation=organisation, what=EVENT)
    return dict(events.values_list("detail", "witness"))


def _kept(row: TrustIssue, witnessed: Mapping[str, str]) -> Kept:
    papers = {paper.name: bytes(paper.content) for paper in row.papers.order_by("name")}
    detail = event_detail(row.trust_account, row.end, row.issue)
    return Kept(
        row.trust_account,
        row.end,
        row.issue,
        row.agrees,
        row.sha256,
        row.issued_at,
        row.actor,
        row.differs,
        papers,
        whole=sealed(papers) == row.sha256 == witnessed.get(detail),
    )


def _differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """Name the rows that an issue has and the one before has not, and the reverse."""
    for name, content in after.items():
        old, new = _rows(name, before.get(name, b"")), _rows(name, content)
        told = [f"{name}: not any more {row}" for row in (old - new).elements()]
        told += [f"{name}: now {row}" for row in (new - old).elements()]
        yield from told[:MOST_DIFFERENCES]
        if len(told) > MOST_DIFFERENCES:
            yield f"{name}: and {len(told) - MOST_DIFFERENCES:,} rows more"


def _rows(name: str, content: bytes) -> Counter[str]:
    """Count the rows of a table, each as people read it.

    Of books with a running balance without it: one entry more would change every row below.
    """
    rows = csv.reader(io.StringIO(content.decode()))
    last = -1 if name in RUNNING else None
    return Counter(", ".join(cell for cell in row[:last] if cell) for row in rows)
