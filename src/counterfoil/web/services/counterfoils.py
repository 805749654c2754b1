"""The counterfoils of an organisation, by the ids that Xero shows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Min, Q

from counterfoil.core.conversion import Act
from counterfoil.core.documents import (
    Bill,
    CreditNote,
    OpeningTrust,
    Receipt,
    SupplierPayment,
    WriteOff,
)
from counterfoil.posting.drift.compare import PREPAID
from counterfoil.posting.drift.shown import Kept
from counterfoil.posting.drift.strangers import pattern
from counterfoil.posting.intake import REVISION
from counterfoil.posting.records import CONTACT, MADE, OURS, PostingKey
from counterfoil.posting.states import State
from counterfoil.web.models import Document, Link, Posting, Request, RequestMember
from counterfoil.web.store.base import chunks
from counterfoil.xero.decode import read_shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from counterfoil.posting.drift.shown import Shown
    from counterfoil.web.models import Organisation

IN_XERO = (State.POSTED, State.MISMATCHED, State.DRAFTED)
IN_FLIGHT = (State.SENDING, State.UNKNOWN)
ENDING = (Act.VOID, Act.DELETE, Act.DEALLOCATE)
ALLOCATABLE = PREPAID | {"CreditNotes"}
NUMBERED = (Bill.kind, CreditNote.kind, WriteOff.kind)
"""Kinds whose own numbers Xero's sales documents bear."""


class Counterfoils:
    """Looks counterfoils up; bodies of requests are read once for each of its lives."""

    def __init__(self, organisation: Organisation) -> None:
        """Look nothing up yet."""
        self._organisation = organisation
        # An opening bill may be tied to its invoice; that is still what others entered there.
        links = Link.objects.filter(organisation=organisation)
        self._links = links.exclude(posting__kind__startswith="opening_")
        self._sent: dict[int, tuple[Shown, ...]] = {}
        self._patterns: frozenset[str] | None = None

    def resources(self) -> set[str]:
        """Return the resources that something of ours is linked in."""
        linked = self._links.filter(posting__state__in=IN_XERO)
        return set(linked.values_list("posting__resource", flat=True).distinct())

    def prepaid(self) -> frozenset[str]:
        """Return the resources that show what became of money beyond what was owed, if any was.

        Both, because the setting that chooses between them may have been another one before.
        """
        kinds = (Receipt.kind, SupplierPayment.kind)
        prepaid = Q(posting__resource="BankTransactions", posting__kind__in=kinds)
        found = self._links.filter(prepaid, posting__state__in=IN_XERO).exists()
        return PREPAID if found else frozenset()

    def ids(self, resource: str) -> set[str]:
        """Return the ids of everything of ours in a resource, as far as we have not ended it."""
        linked = self._links.filter(posting__resource=resource, posting__state__in=IN_XERO)
        ended = linked.filter(posting__act__in=ENDING).values_list("xero_id", flat=True)
        made = linked.exclude(posting__act__in=ENDING).values_list("xero_id", flat=True)
        return set(made) - set(ended)

    def linked(self, ids: Collection[str]) -> frozenset[str]:
        """Return which of these ids are of objects of ours."""
        found: set[str] = set()
        for some in chunks(set(ids) - {""}):
            rows = self._links.filter(xero_id__in=some, posting__state__in=IN_XERO)
            found.update(rows.values_list("xero_id", flat=True))
        return frozenset(found)

    def of(self, ids: Collection[str]) -> dict[str, Kept]:
        """Return the counterfoils of these objects, by id."""
        linked: list[Link] = []
        for some in chunks(set(ids) - {""}):
            rows = self._links.filter(xero_id__in=some, posting__state__in=IN_XERO)
            linked += rows.select_related("posting__document").order_by("pk")
        ended = {one.xero_id for one in linked if one.posting.act in ENDING}
        newest = {one.xero_id: one for one in linked if one.posting.act not in ENDING}
        # What somebody else entered and was tied to us is not in the words that we may have sent.
        sent = self._sent_of([one.posting for one in newest.values() if one.source in MADE])
        return {
            xero_id: _kept(one, sent.get(one.posting_id), ended=xero_id in ended)
            for xero_id, one in newest.items()
        }

    def drafts(self, ids: Collection[str]) -> dict[str, PostingKey]:
        """Return which of these objects went to Xero as drafts and are still taken for such."""
        found: dict[str, PostingKey] = {}
        for some in chunks(set(ids)):
            rows = self._links.filter(xero_id__in=some, posting__state=State.DRAFTED)
            found.update((one.xero_id, _key(one.posting)) for one in rows.select_related("posting"))
        return found

    def allocated(self, credits_: Iterable[Shown]) -> dict[str, tuple[Kept, ...]]:
        """Return the allocations that we made of these credits, by the credit's id."""
        paths = {
            f"/{one.resource}/{one.xero_id}/Allocations": one.xero_id
            for one in credits_
            if one.resource in ALLOCATABLE
        }
        of_credit: dict[int, str] = {}
        for some in chunks(paths):
            members = RequestMember.objects.filter(
                organisation=self._organisation,
                request__path__in=some,
                posting__state__in=IN_XERO,
                posting__link__isnull=False,
            ).values_list("posting_id", "request__path")
            of_credit.update((posting, paths[path]) for posting, path in members)
        credit_of: dict[str, str] = {}
        for postings in chunks(of_credit):
            made = self._links.filter(posting_id__in=postings)
            for xero_id, posting in made.values_list("xero_id", "posting_id"):
                credit_of[xero_id] = of_credit[posting]
        found: dict[str, list[Kept]] = defaultdict(list)
        for xero_id, kept in self.of(credit_of).items():
            found[credit_of[xero_id]].append(kept)
        return {credit_id: tuple(some) for credit_id, some in found.items()}

    def contacts(self, ids: Collection[str]) -> dict[str, Kept]:
        """Return the parties that became these contacts, by ContactID."""
        found: dict[str, Kept] = {}
        for some in chunks(set(ids)):
            rows = self._links.filter(xero_id__in=some, posting__kind=CONTACT)
            rows = rows.filter(posting__state__in=IN_XERO).select_related("posting__document")
            found.update((one.xero_id, _kept(one, None, ended=False)) for one in rows)
        return found

    def waiting(self, names: Collection[str]) -> dict[tuple[str, str], Kept]:
        """Return documents with one of these numbers that are not in Xero as far as we know."""
        found: dict[tuple[str, str], Kept] = {}
        for some in chunks(set(names) - {""}):
            rows = Posting.objects.filter(
                organisation=self._organisation, document__number__in=some, link__isnull=True
            ).exclude(state=State.WITHDRAWN)
            for row in rows.exclude(kind__in=OURS).select_related("document"):
                number = row.document.number
                found[row.resource, number] = Kept(_key(row), row.resource, number, "")
        return found

    def recorded(self, names: Collection[str]) -> set[str]:
        """Return which of these are numbers of openings, which others enter in Xero."""
        found: set[str] = set()
        for some in chunks(set(names) - {""}):
            rows = self._openings().filter(number__in=some)
            found.update(rows.values_list("number", flat=True))
        return found

    def patterns(self) -> frozenset[str]:
        """Return how the practice's numbers of sales documents are built."""
        if self._patterns is None:
            rows = Document.objects.filter(organisation=self._organisation, kind__in=NUMBERED)
            built = {pattern(number) for number in rows.values_list("number", flat=True)}
            self._patterns = frozenset(built - {""})
        return self._patterns

    def history(self) -> dt.date | None:
        """Return the last day of what stood in Xero before the firm began to post.

        Of several trust accounts the one that was opened first counts: an opening that came later
        is known by its number, and must not hide what others entered meanwhile.
        """
        trust = self._openings().filter(kind=OpeningTrust.kind)
        opened: dt.date | None = trust.aggregate(first=Min("date"))["first"]
        if opened is not None:
            return opened
        posted = self._links.exclude(posting__kind__in=OURS)
        first: dt.date | None = posted.aggregate(first=Min("posting__document__date"))["first"]
        return None if first is None else first - dt.timedelta(days=1)

    def in_flight(self) -> frozenset[str]:
        """Return what is on its way: numbers and references, and ids of what it settles."""
        rows = Request.objects.filter(
            organisation=self._organisation, tied__state__in=IN_FLIGHT, body__isnull=False
        ).distinct()
        found: set[str] = set()
        for resource, path, body in rows.values_list("resource", "path", "body"):
            for one in read_shown(resource, bytes(body or b"")).rows:
                found |= {one.name, one.document_id}
            found.update(path.split("/"))
        return frozenset(found - {""})

    def _openings(self) -> QuerySet[Document]:
        rows = Document.objects.filter(organisation=self._organisation)
        return rows.filter(kind__startswith="opening_")

    def _sent_of(self, postings: Sequence[Posting]) -> Mapping[int, Shown]:
        """Return what was sent last for these postings; erased bodies are left out.

        A correction is a posting of its own whose object is that of the one it corrects.
        """
        stands_for = {row.pk: row.pk for row in postings} | self._corrections(postings)
        places: dict[int, tuple[int, int]] = {}
        for some in chunks(stands_for):
            members = RequestMember.objects.filter(posting_id__in=some)
            for posting, *place in members.values_list("posting_id", "request_id", "position"):
                of = stands_for[posting]
                places[of] = max(places.get(of, (0, 0)), (place[0], place[1]))
        self._read({request for request, _ in places.values()})
        return {
            posting: self._sent[request][place]
            for posting, (request, place) in places.items()
            if place < len(self._sent.get(request, ()))
        }

    def _corrections(self, postings: Sequence[Posting]) -> dict[int, int]:
        made = {(row.document_id, row.part): row.pk for row in postings}
        found: dict[int, int] = {}
        for some in chunks({document for document, _ in made}):
            rows = Posting.objects.filter(
                document_id__in=some, act=Act.UPDATE, state=State.POSTED
            ).values_list("pk", "document_id", "part")
            for pk, document, name in rows:
                part = "" if name.startswith(REVISION) else name
                if (document, part) in made:
                    found[pk] = made[document, part]
        return found

    def _read(self, requests: set[int]) -> None:
        for some in chunks(requests - self._sent.keys()):
            rows = Request.objects.filter(pk__in=some, body__isnull=False)
            for pk, resource, body in rows.values_list("pk", "resource", "body"):
                self._sent[pk] = read_shown(resource, bytes(body or b"")).rows

    def forget(self) -> None:
        """Let go of the bodies that were read, so that memory does not grow with pages."""
        self._sent.clear()


def _kept(link: Link, sent: Shown | None, *, ended: bool) -> Kept:
    row = link.posting
    number = row.document.number
    draft = row.state == State.DRAFTED
    xero_id = link.xero_id
    return Kept(_key(row), row.resource, number, xero_id, link.total, sent, ended, draft)


def _key(row: Posting) -> PostingKey:
    return PostingKey(row.kind, row.source_id, row.part, Act(row.act), row.attempt)
