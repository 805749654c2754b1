"""The documents of an organisation with what Xero holds of them, as a reconciliation takes them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING
from counterfoil.core.documents import Key, undone_key
from counterfoil.core.pipeline import MOVED_TO_OPEN_DAY
from counterfoil.posting.bodies import read_back
from counterfoil.posting.intake import GIVEN_UP
from counterfoil.posting.practice_sums import OPENINGS, Entered, Stood
from counterfoil.posting.rebills import REBILLABLE, read_rebill
from counterfoil.posting.records import CORRECTION, OURS, REBILL
from counterfoil.posting.shelf import NoMapping
from counterfoil.posting.states import State
from counterfoil.posting.taken_back import UNDONE_TWICE
from counterfoil.web import sql
from counterfoil.web.local_time import zone_of
from counterfoil.web.models import Document as DocumentRow
from counterfoil.web.models import DocumentFinding, RequestMember, Revision
from counterfoil.web.services.sent import earlier_in_xero
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of
from counterfoil.web.store.base import chunks
from counterfoil.xero.decode import read_elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from counterfoil.core.documents import Document
    from counterfoil.posting.readback import InXero
    from counterfoil.posting.rebills import Rebill
    from counterfoil.web.models import Organisation

IN_XERO = (State.POSTED.value, State.MISMATCHED.value)
AT_A_TIME = 500
NEWEST = """
    SELECT r.id, d.id, r.body, r.received_at FROM web_revision r
    JOIN web_document d ON d.id = r.document_id AND d.revision = r.revision
    WHERE r.organisation_id = %s AND d.kind NOT IN %s AND r.body IS NOT NULL AND r.id > %s
    ORDER BY r.id LIMIT %s"""
LINKS = """
    SELECT p.document_id, p.part, l.xero_id, l.total, p.attempt, p.act, p.state FROM web_posting p
    JOIN web_link l ON l.posting_id = p.id WHERE p.document_id IN %s AND p.state IN %s"""
TAKEN_BACK = """
    SELECT l.xero_id FROM web_link l JOIN web_posting p ON p.id = l.posting_id
    WHERE l.organisation_id = %s AND l.xero_id IN %s AND p.state = 'posted' AND p.act IN %s
      AND p.kind <> %s"""
POSTED = """
    SELECT p.document_id, l.xero_id, l.total, d.date FROM web_posting p
    JOIN web_link l ON l.posting_id = p.id JOIN web_document d ON d.id = p.document_id
    WHERE p.organisation_id = %s AND p.state IN %s AND p.kind NOT IN %s AND p.act NOT IN %s"""
ENDS = [act.value for act in ENDING]
OPENED = tuple(each.kind for each in OPENINGS)
SIX_DECIMALS = Decimal("0.000001")
EARLIEST_DAY = dt.timedelta(hours=12)
"""How far the clocks furthest west are behind Greenwich."""
Linked = tuple[str, str, int | None, int]
"""The part of a document, the id of what it became in Xero, the total posted, and the attempt."""
Earlier = Mapping[Key, tuple[tuple[Stood, ...], int]]
"""By bills that were credited and billed anew: what stood before, up to which attempt."""


def given_up(organisation: Organisation) -> frozenset[int]:
    """Return the rows of what a person was done with while it was held: it counts for nothing."""
    return _found(organisation, GIVEN_UP)


def _found(organisation: Organisation, code: str) -> frozenset[int]:
    rows = DocumentFinding.objects.filter(organisation=organisation, code=code)
    return frozenset(rows.values_list("document", flat=True))


class Daybook:
    """The documents of an organisation with what is linked, as it was posted or as Xero has it.

    Read in SQL, by portions: of a hundred thousand rows Django's own objects would take longer than
    the reading of the documents in them.
    """

    def __init__(
        self, organisation: Organisation, held: Mapping[str, InXero] | None = None
    ) -> None:
        self._organisation = organisation
        self._held = held
        self._earlier = _earlier(organisation)
        self._dated = _dated(organisation, self._earlier)
        self._start = _start(organisation)
        self._sent = earlier_in_xero(organisation)
        self._given_up = given_up(organisation)
        self._twice = _found(organisation, UNDONE_TWICE)
        self._zone = zone_of(organisation)

    def all(self) -> Iterator[Entered]:
        """Yield the newest revisions in the order they came."""
        after = 0
        while rows := sql.select(
            "default", NEWEST, (self._organisation.pk, list(OURS), after, AT_A_TIME)
        ):
            links, gone = _links(self._organisation, [row[1] for row in rows])
            documents = {
                number: read_back(bytes(body))
                for _, number, body, _ in rows
                if number not in self._given_up
            }
            of = _taken_back(self._organisation, documents.values())
            for _, number, _, received in rows:
                if number not in documents:
                    continue
                linked, document = links.get(number, ()), documents[number]
                day = _day_of(received, self._zone)
                entered = self._as_sent(number, self._entered(number, document, linked, day))
                undone = gone.get(number, frozenset())
                key = undone_key(document)
                yield (
                    replace(
                        entered,
                        undone=undone,
                        of=of.get(key) if key else None,
                        twice=number in self._twice and not linked,
                    )
                    if undone or key
                    else entered
                )
            after = rows[-1][0]

    def _as_sent(self, number: int, one: Entered) -> Entered:
        sent = self._sent.get(number)
        if sent is None or not one.totals:
            return one
        # Xero's day is told where it is not that of what was sent.
        dated = None if one.dated == sent.document.date else one.dated
        return replace(one, sent=sent.document, going=sent.going, dated=dated)

    def _entered(
        self,
        number: int,
        document: Document,
        links: Iterable[Linked],
        recorded: dt.date,
    ) -> Entered:
        earlier, attempt = self._earlier.get(document.key, ((), 0))
        # Of an opening bill only what was still owed counts, and that stood there before.
        tied = () if isinstance(document, OPENINGS) else links
        links = [one for one in tied if one[3] > attempt]
        dated = self._dated.get(number)
        prior = self._start is not None and document.date < self._start
        if self._held is None:
            totals = {part: total for part, _, total, _ in links}
            ids = {part: xero_id for part, xero_id, _, _ in links}
            return Entered(
                document, totals, frozenset(), dated, recorded, prior, ids, earlier=earlier
            )
        ended: set[str] = set()
        days: dict[str, dt.date] = {}
        totals, ids = {}, {}
        for part, xero_id, posted, _ in links:
            there = self._held.get(xero_id)
            if there is None or not there.counts:
                ended.add(part)
                continue
            totals[part] = posted if there.total is None or posted is None else there.total
            ids[part] = xero_id
            if there.date is not None:
                days[part] = there.date
        return Entered(
            document,
            totals,
            frozenset(ended),
            dated,
            recorded,
            prior,
            ids,
            earlier=earlier,
            days=days,
        )

    def differs_from(self, held: Mapping[str, InXero]) -> bool:
        """Tell whether anything that was posted stands in Xero otherwise than it was sent."""
        rows = sql.select(
            "default", POSTED, (self._organisation.pk, list(IN_XERO), [*OURS, *OPENED], ENDS)
        )
        for document, xero_id, total, date in rows:
            there = held.get(xero_id)
            if there is None or not there.counts:
                return True
            day = self._dated.get(document) or _day(date)
            if there.date not in {None, day} or (
                total is not None and there.total not in {None, total}
            ):
                return True
        return False


def _day(value: dt.date | str | None) -> dt.date | None:
    """SQLite keeps days as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def recorded_on(received: dt.datetime, zone: dt.tzinfo | None) -> dt.date:
    """Return the day on which something was received, by the firm's own calendar.

    Where its zone is not known, by the calendar that is latest on Earth: nobody is to be told late
    by the server's.
    """
    return received.astimezone(zone).date() if zone else (received - EARLIEST_DAY).date()


@lru_cache(maxsize=16)
def _day_of(received: dt.datetime, zone: dt.tzinfo | None) -> dt.date:
    """Return that day for a time as the database gives it; what came together has one time."""
    return recorded_on(sql.moment(received) or received, zone)


def _earlier(organisation: Organisation) -> Earlier:
    """Return what stood in Xero before bills were credited and billed anew."""
    found: dict[Key, tuple[tuple[Stood, ...], int]] = {}
    bodies = outbox_of(organisation).bodies_of(REBILL)
    members = RequestMember.objects.filter(
        organisation=organisation, posting__kind=REBILL, posting__part=""
    )
    posted = members.filter(posting__state__in=IN_XERO).select_related("posting", "request")
    for member in posted.order_by("request_id") if bodies else ():
        one = read_rebill(bodies[Key(REBILL, member.posting.source_id)])
        credited = _sent_on(member)
        if credited is not None and one.was.totals is not None:
            rate = _rate_then(organisation, one)
            stood = Stood(one.was.totals.total, one.dated, credited, rate)
            before, attempt = found.get(one.of, ((), 0))
            found[one.of] = ((*before, stood), max(attempt, one.attempt))
    return found


def _rate_then(organisation: Organisation, one: Rebill) -> Decimal | None:
    """Return what one of the old invoice's currency was worth: as the practice had said it then.

    Xero's own rate has six decimals, and the other way up.
    """
    there = one.credit.currency_rate
    if there is None or there == 1:
        return None
    bodies = Revision.objects.filter(
        document__organisation=organisation,
        document__kind=one.of.kind,
        document__source_id=one.of.id,
        revision__lt=one.revision,
        body__isnull=False,
    ).order_by("-revision")
    for body in bodies.values_list("body", flat=True):
        document = read_back(bytes(body or b""))
        assert isinstance(document, REBILLABLE)
        said = document.exchange_rate
        if said and abs(1 / said - there) <= SIX_DECIMALS:
            return said
    return 1 / there


def _sent_on(member: RequestMember) -> dt.date | None:
    """Return the day under which something was sent."""
    element = read_elements(member.request.resource, bytes(member.request.body or b""))
    return element[member.position].date


def _dated(organisation: Organisation, earlier: Earlier) -> dict[int, dt.date]:
    """Return the days under which documents were sent that are not their own, by document."""
    moved = DocumentFinding.objects.filter(organisation=organisation, code=MOVED_TO_OPEN_DAY)
    rebilled = DocumentRow.objects.filter(
        organisation=organisation,
        kind__in={key.kind for key in earlier},
        source_id__in={key.id for key in earlier},
    )
    numbers = [*moved.values_list("document_id", flat=True), *rebilled.values_list("pk", flat=True)]
    documents = sorted(set(numbers))
    found: dict[int, dt.date] = {}
    for some in chunks(documents):
        members = RequestMember.objects.filter(
            posting__document__in=some, posting__act="create"
        ).select_related("posting", "request")
        for member in members.order_by("request_id"):
            sent = _sent_on(member)
            if sent is not None:
                found[member.posting.document_id] = sent
    return found


def _links(
    organisation: Organisation, documents: list[int]
) -> tuple[dict[int, list[Linked]], dict[int, frozenset[str]]]:
    """Return what is linked, by document, and the parts that count for nothing any more.

    Those were taken back in Xero by a later document, or are how that one did it. What a person
    took back without a document of the practice's is just not there.
    """
    found: dict[int, list[Linked]] = {}
    withdrawn: list[tuple[int, str, str]] = []
    gone: dict[int, set[str]] = defaultdict(set)
    states = [*IN_XERO, State.WITHDRAWN.value]
    for document, part, xero_id, total, attempt, act, state in sql.select(
        "default", LINKS, (documents, states)
    ):
        if state == State.WITHDRAWN:
            withdrawn.append((document, part, xero_id))
        elif act in ENDS:
            gone[document].add(part)
        else:
            found.setdefault(document, []).append((part, xero_id, total, attempt))
    ids = [xero_id for _, _, xero_id in withdrawn]
    values = (organisation.pk, ids, ENDS, CORRECTION)
    ended = {one for (one,) in sql.select("default", TAKEN_BACK, values)} if ids else set()
    for document, part, xero_id in withdrawn:
        if xero_id in ended:
            gone[document].add(part)
    return found, {document: frozenset(parts) for document, parts in gone.items()}


def _taken_back(organisation: Organisation, documents: Iterable[Document]) -> dict[Key, Document]:
    """Return what these documents take back."""
    keys = {key for key in map(undone_key, documents) if key is not None}
    bodies = outbox_of(organisation).bodies(keys) if keys else {}
    return {key: read_back(body) for key, body in bodies.items()}


def _start(organisation: Organisation) -> dt.date | None:
    """Return the day on which the firm began to post, if it said one."""
    try:
        return DatabaseShelf(organisation).mapping().settings.start_date
    except NoMapping:
        return None
