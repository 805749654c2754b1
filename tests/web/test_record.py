"""The record of who did what, searched, exported and verified."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.posting.records import Entry, Intent, Summary
from counterfoil.web.models import DayCount, Organisation, Work
from counterfoil.web.services import record
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast


def take(organisation: Organisation, name: str, actor: str, now: dt.datetime) -> None:
    entry = Entry(
        Key("bill", name),
        1,
        hashlib.sha256(b"{}").hexdigest(),
        b"{}",
        Summary(f"INV-{name}", dt.date(2026, 7, 1)),
        "",
        (),
        (Intent("", Act.CREATE, "Invoices", 1),),
        1,
        1,
    )
    outbox_of(organisation).receive([entry], actor=actor, now=now)


@pytest.fixture
def three(cast: Cast, now: dt.datetime) -> Cast:
    for name, actor in (("a", "user:ann"), ("b", "user:bob"), ("c", "user:ann")):
        take(cast.organisation, name, actor, now)
    return cast


def test_the_newest_stands_first_and_pages_end_where_entries_do(three: Cast) -> None:
    seen, before = [], None
    for _ in range(9):
        found = record.find(three.firm, record.Search(), before, most=2)
        seen += [event.sequence for event in found.events]
        before = found.before
        if before is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == {1, 2, 3}


def test_it_is_searched_by_person_and_document(three: Cast) -> None:
    by_ann = record.find(three.firm, record.Search(actor="ann")).events
    assert {event.actor for event in by_ann} == {"user:ann"}
    of_b = record.find(three.firm, record.Search(document="INV-b")).events
    assert {event.posting.source_id for event in of_b if event.posting} == {"b"}


def test_the_export_is_safe_to_open(three: Cast, now: dt.datetime, signed_in: As) -> None:
    take(three.organisation, "d", "=HYPERLINK(1)", now)
    answer = signed_in("dora").get("/audit/export/")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined] # a streaming answer
    assert text.startswith("entry,place,time,actor")
    assert "'=HYPERLINK(1)" in text


def test_an_inspector_gets_the_days_asked_for(three: Cast, now: dt.datetime, signed_in: As) -> None:
    answer = signed_in("dora").get("/audit/record.zip", {"since": "2020-01-01", "until": ""})
    body = io.BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined] # as above
    with zipfile.ZipFile(body) as archive:
        assert "The whole chain was verified" in archive.read("README.txt").decode()
        assert archive.read("entries.csv").count(b"\r\n") == 4
        assert b"bill:b" in archive.read("events.csv")


def test_an_auditor_verifies_the_chain(three: Cast, signed_in: As) -> None:
    page = signed_in("dora").post("/audit/verify/", follow=True).content.decode()
    assert Work.objects.get().state == "done"
    assert "The record is whole: 3 entries" in page


def test_what_a_state_gains_is_counted_by_the_day(three: Cast, now: dt.datetime) -> None:
    (row,) = DayCount.objects.all()
    assert (row.day, row.state, row.count) == (now.date(), "ready", 3)
