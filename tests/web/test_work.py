"""Long work: files handed in on a page, and how far anything is."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from counterfoil.posting.poster import Drained, Poster
from counterfoil.web import local_time
from counterfoil.web.models import Document, Event, Organisation, Work
from counterfoil.web.services import layouts, long_work, pausing, working
from tests.cli.scene import bill, json_lines
from tests.fuzz.files import LAYOUT, REPORT
from tests.web.cast import As, Cast, a_document, a_posting

BILL = {
    "kind": "bill",
    "id": "b-1",
    "number": "INV-1",
    "date": "2026-07-01",
    "client": {"id": "c-1", "name": "Ng Family Trust"},
    "lines": [{"description": "Advice", "account": "4-1000", "tax_code": "GST", "total": "600.00"}],
    "tax": "60.00",
    "total": "660.00",
}


def hand_in(client: Client, *documents: object) -> str:
    lines = "".join(f"{json.dumps(document)}\n" for document in documents)
    file = SimpleUploadedFile("month.jsonl", lines.encode())
    return client.post("/import/", {"file": file}, follow=True).content.decode()


def test_a_file_is_taken_in_and_each_refused_row_has_its_line(cast: Cast, signed_in: As) -> None:
    page = hand_in(signed_in("carol"), BILL, {**BILL, "id": "b-2", "totl": "1"})
    assert Document.objects.filter(kind="bill").count() == 1
    row = Work.objects.get()
    assert (row.state, row.result["refused_count"]) == ("done", 1)
    assert '<td class="money">2</td>' in page
    assert "totl" in page


VOID = {
    "kind": "void",
    "id": "v-1",
    "date": "2026-07-02",
    "voids": {"kind": "bill", "id": "b-1"},
    "reason": "Entered twice",
}


def test_what_takes_a_document_back_is_refused_in_a_file_of_staff_and_taken_from_a_bookkeeper(
    cast: Cast, signed_in: As
) -> None:
    page = hand_in(signed_in("carol"), BILL, VOID)
    assert "takes another document back, which staff may not do" in page
    assert not Document.objects.filter(kind="void").exists()
    hand_in(signed_in("bob"), VOID)
    assert Document.objects.filter(kind="void").exists()


def test_staff_bring_no_revision_of_what_is_posted_and_a_bookkeeper_does(
    cast: Cast, signed_in: As
) -> None:
    hand_in(signed_in("carol"), BILL)
    kept = Document.objects.get(source_id="b-1")
    first, later = ({**BILL, "revision": n, "due_date": f"2026-08-0{n}"} for n in (2, 3))
    hand_in(signed_in("carol"), first)
    kept.postings.update(state="posted")
    page = hand_in(signed_in("carol"), first, later)
    assert "revision 3 would change it there, which staff may not do" in page
    kept.refresh_from_db()
    assert (kept.revision, Work.objects.latest("pk").result["refused_count"]) == (2, 1)
    hand_in(signed_in("bob"), later)
    kept.refresh_from_db()
    assert kept.revision == 3


def test_an_auditor_hands_nothing_in(cast: Cast, signed_in: As) -> None:
    assert signed_in("dora").get("/import/").status_code == 403
    assert b"Import" not in signed_in("dora").get("/").content


def test_work_that_is_stopped_says_so(cast: Cast, now: dt.datetime) -> None:
    def do(progress: working.Progress) -> dict[str, object]:
        working.ask_to_stop(cast.organisation, Work.objects.get().pk)
        return {"stopped": progress.stopped}

    working.begin(cast.organisation, "post", "Posting", do, actor="user:bob", now=now)
    row = Work.objects.get()
    assert (row.state, row.result) == ("stopped", {"stopped": True})


def test_work_that_cannot_be_done_says_why(cast: Cast, now: dt.datetime) -> None:
    def do(progress: working.Progress) -> dict[str, object]:
        raise working.Trouble("Xero could not be read.")

    working.begin(cast.organisation, "drift", "Reading", do, actor="user:bob", now=now)
    assert Work.objects.get().result == {"why": "Xero could not be read."}


def test_work_whose_process_died_is_called_broken_off(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    long_ago = now - dt.timedelta(hours=1)
    row = Work.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        kind="import",
        title="month.jsonl",
        actor="user:carol@example.com",
        begun_at=long_ago,
        beat_at=long_ago,
    )
    page = signed_in("carol").get(f"/long-work/{row.pk}/").content.decode()
    assert "Broken off" in page
    assert "hx-get" not in page


def test_a_pause_is_told_to_everybody(cast: Cast, signed_in: As) -> None:
    signed_in("bob").post("/pause/")
    assert pausing.paused(cast.organisation.pk)
    assert b"bob@example.com has paused posting" in signed_in("dora").get("/").content
    signed_in("bob").post("/pause/", {"go_on": "1"})
    assert Organisation.objects.get(pk=cast.organisation.pk).paused_at is None
    told = Event.objects.order_by("sequence").values_list("what", "actor")
    assert list(told) == [
        ("posting paused", "user:bob@example.com"),
        ("posting goes on", "user:bob@example.com"),
    ]


def test_nothing_is_posted_at_once_while_posting_is_paused(
    cast: Cast, now: dt.datetime, signed_in: As
) -> None:
    a_posting(a_document(cast.organisation, "b-1"), "ready")
    bob = signed_in("bob")
    assert b"Post all that is due" in bob.get("/documents/bill/b-1/").content
    pausing.pause(cast.organisation, actor="user:alice@example.com", now=now)
    assert b"Post all that is due" not in bob.get("/documents/bill/b-1/").content
    # A tab that was open before has the button still.
    assert b"Nothing was sent: posting is paused." in bob.post("/post-now/", follow=True).content
    assert not Work.objects.exists()
    # Whoever pauses between the press and the first call is heeded as well.
    begun = long_work.post_now(cast.organisation, actor="user:bob@example.com", now=now)
    assert Work.objects.get(pk=begun.pk).result == {"calls": 0, "why": long_work.PAUSED}


def test_the_end_of_the_days_limit_is_told_by_the_firms_clocks(
    cast: Cast, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = dt.datetime(2026, 7, 1, 20, 41, tzinfo=dt.UTC)
    ended = Drained(0, "day", "Xero's day limit", until)
    monkeypatch.setattr(Poster, "drain", lambda _: ended)
    monkeypatch.setattr(local_time, "zone_of", lambda _: ZoneInfo("Australia/Sydney"))
    begun = long_work.post_now(cast.organisation, actor="user:bob@example.com", now=now)
    assert "until 02 Jul 2026, 06:41 AEST" in Work.objects.get(pk=begun.pk).result["why"]


def test_a_report_is_read_by_a_layout_that_the_firm_has_kept(
    signed_in: As, cast: Cast, now: dt.datetime
) -> None:
    assert "What the file is" not in signed_in("bob").get("/import/").content.decode()
    assert layouts.save(cast.firm, LAYOUT, actor="test", now=now) == []
    bob = signed_in("bob")
    assert "Report: receipts" in bob.get("/import/").content.decode()
    file = SimpleUploadedFile("trust.csv", REPORT)
    bob.post("/import/", {"file": file, "layout": "receipts"}, follow=True)
    assert set(Document.objects.values_list("kind", "number")) == {("trust_receipt", "TR-1")}


def test_a_correction_is_for_those_who_may_post(signed_in: As) -> None:
    bodies = [json_lines(bill("1", net=net)) for net in ("100.00", "120.00", "130.00")]
    for name, body in zip(("bob", "bob", "carol"), bodies, strict=True):
        file = SimpleUploadedFile("bills.jsonl", body)
        signed_in(name).post("/import/", {"file": file, "corrects": "on"}, follow=True)
    assert Document.objects.get().revision == 2


def test_nobody_holds_up_the_others_with_many_pieces_of_work(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    made = {"firm": cast.firm, "organisation": cast.organisation, "kind": "import"}
    for _ in range(working.MOST_AT_ONCE):
        Work.objects.create(**made, actor="user:bob@example.com", begun_at=now, beat_at=now)
    assert "are going on already" in hand_in(signed_in("bob"), BILL)
    assert not Document.objects.filter(kind="bill").exists()
    hand_in(signed_in("carol"), BILL)
    assert Document.objects.filter(kind="bill").exists()
    Work.objects.filter(actor="user:bob@example.com").update(beat_at=now - 2 * working.SILENT)
    assert "are going on already" not in hand_in(signed_in("bob"), BILL)
