"""Problems by cause."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.test import Client
from django.utils import timezone

from counterfoil.core.mapping import Special, TrustAccount
from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_plain
from counterfoil.posting.daybook import take_in
from counterfoil.posting.errors import XeroUnavailable
from counterfoil.web import office
from counterfoil.web.models import (
    Connection,
    Counter,
    Document,
    DocumentFinding,
    Event,
    Organisation,
    Posting,
)
from counterfoil.web.services import curing
from counterfoil.web.services import problems as causes
from counterfoil.web.services.problems import problems
from counterfoil.web.shelf import DatabaseShelf, save_mapping, store_chart
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast, a_document, a_finding, a_posting


def test_documents_with_the_same_cause_are_one_problem(cast: Cast) -> None:
    for n in range(3):
        a_finding(a_document(cast.organisation, f"b-{n}"), "account_not_mapped", "account:4-1200")
    (problem,) = problems(cast.organisation)
    assert (problem.code, problem.about, problem.documents) == (
        "account_not_mapped",
        "account:4-1200",
        3,
    )


def test_a_document_counts_once_however_often_the_cause_meets_it(cast: Cast) -> None:
    bill = a_document(cast.organisation, "b-1")
    for path in ("lines[0]", "lines[1]"):
        a_finding(bill, "account_not_mapped", "account:4-1200", path=path)
    assert [problem.documents for problem in problems(cast.organisation)] == [1]


def test_what_holds_documents_stands_before_what_only_warns(cast: Cast) -> None:
    for n in range(2):
        a_finding(a_document(cast.organisation, f"b-{n}"), "renamed", severity="warning")
    a_finding(a_document(cast.organisation, "b-9"), "wrong_sum")
    assert [problem.code for problem in problems(cast.organisation)] == ["wrong_sum", "renamed"]


def test_notes_and_other_firms_problems_are_not_shown(cast: Cast) -> None:
    a_finding(a_document(cast.organisation, "b-1"), "rounded", severity="note")
    a_finding(a_document(cast.other, "b-1"), "wrong_sum")
    assert problems(cast.organisation) == ()


def test_each_cause_has_its_fix_and_leads_to_its_documents(cast: Cast, signed_in: As) -> None:
    bill = a_document(cast.organisation, "b-1")
    a_finding(bill, "account_not_mapped", "account:4-1200", fix="Choose where 4-1200 goes.")
    bob = signed_in("bob")
    page = bob.get("/problems/").content.decode()
    assert "Choose where 4-1200 goes." in page
    assert "code=account_not_mapped&amp;about=account%3A4-1200" in page
    leaf = bob.get("/documents/?code=account_not_mapped&about=account%3A4-1200").context["leaf"]
    assert [row.document for row in leaf.rows] == [bill]


def test_no_problem_is_said_too(cast: Cast, signed_in: As) -> None:
    assert b"No problems." in signed_in("carol").get("/problems/").content


CHART = Path(__file__).parents[1] / "golden" / "chart"


@pytest.fixture
def unmapped(cast: Cast, now: dt.datetime) -> Cast:
    """A firm whose one bill waits for account 4-9 to be mapped."""
    organisation = cast.organisation
    replies = {path.stem: path.read_bytes() for path in CHART.glob("*.json")}
    store_chart(organisation, replies, actor="test", now=now)
    mapping, faults = read_mapping((CHART.parent / "mapping.json").read_bytes())
    assert mapping is not None, faults
    save_mapping(organisation, mapping, actor="test", now=now)
    line = {"description": "Advice", "account": "4-9", "tax_code": "GST", "total": "100.00"}
    client = {"id": "c-1", "name": "Ng Family Trust"}
    bill = {"kind": "bill", "id": "b-1", "number": "INV-1", "date": "2026-07-01", "client": client}
    read = read_plain({**bill, "lines": [line], "tax": "10.00", "total": "110.00"})
    assert read.document is not None, read.findings
    shelf = DatabaseShelf(organisation)
    take_in([read.document], outbox_of(organisation), shelf, actor="test", now=now)
    return cast


def test_an_account_is_mapped_where_it_is_missed_and_what_waited_goes_on(
    unmapped: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    page = bob.get("/problems/").content.decode()
    assert "Where does 4-9 go in Xero?" in page
    choices = re.findall(r'<option value="([^"]+)">', page)
    assert page.count("<datalist") == 1
    assert [one for one in choices if one.startswith("200 ")]
    answer = bob.post("/problems/cure/", {"about": "account:4-9", "value": "200"}, follow=True)
    assert "1 document that waited for it had another look" in answer.content.decode()
    assert DatabaseShelf(unmapped.organisation).mapping().accounts["4-9"] == "200"
    assert not DocumentFinding.objects.filter(about="account:4-9").exists()


@pytest.mark.parametrize(
    ("about", "value"),
    [("account:4-9", "no such account"), ("setting:x", "200"), ("account:", "200"), ("", "")],
)
def test_what_is_not_offered_is_not_mapped(
    unmapped: Cast, signed_in: As, about: str, value: str
) -> None:
    bob = signed_in("bob")
    bob.post("/problems/cure/", {"about": about, "value": value})
    assert "4-9" not in DatabaseShelf(unmapped.organisation).mapping().accounts


def remedies_of(cast: Cast, signed_in: As, code: str, about: str, **fields: object) -> str:
    """What the page offers beside one problem."""
    a_finding(a_document(cast.organisation, f"x-{code}"), code, about, **fields)
    page = signed_in("bob").get("/problems/").content.decode()
    return page.partition(f"{code}!")[2].partition("</li>")[0]


def test_an_account_that_was_never_chosen_is_chosen_or_created_in_place(
    unmapped: Cast, signed_in: As
) -> None:
    shelf = DatabaseShelf(unmapped.organisation)
    bare = replace(shelf.mapping(), special=Special(trust_liability="805"))
    save_mapping(unmapped.organisation, bare, actor="test", now=timezone.now())
    offered = remedies_of(unmapped, signed_in, "account_not_chosen", "special:write_off")
    assert "Which account is the write-off account?" in offered
    assert "Create it in Xero for me" not in offered, "nothing is created without a connection"
    connect(unmapped.organisation)
    page = signed_in("bob").get("/problems/").content.decode()
    assert 'href="/mapping/create/write_off/"' in page
    signed_in("bob").post("/problems/cure/", {"about": "special:write_off", "value": "404"})
    assert DatabaseShelf(unmapped.organisation).mapping().special.write_off == "404"


@pytest.mark.parametrize(
    ("code", "about", "way"),
    [
        (
            "trust_and_office_share_account",
            "trust_account:TRUST1",
            'href="/mapping/change/?place=trust_account%3ATRUST1"',
        ),
        ("account_archived", "special:prepayments", "/mapping/change/?place=special%3Aprepayments"),
        (
            "tax_type_not_in_xero",
            "tax_code:GST",
            'href="/mapping/?place=tax_code%3AGST#tax-sales-gst-',
        ),
        ("basis_not_accrual", "setting:accounting_basis", 'href="/mapping/settings/"'),
        ("locked", "lock_date", 'href="/mapping/settings/"'),
        ("currency_not_enabled", "currency:NZD", "Refresh chart of accounts"),
    ],
)
def test_each_cause_leads_to_where_it_is_put_right(
    code: str, about: str, way: str, unmapped: Cast, signed_in: As
) -> None:
    connect(unmapped.organisation)
    offered = remedies_of(unmapped, signed_in, code, about)
    assert way in offered
    assert "Try again" in offered


def test_without_a_mapping_the_way_leads_to_it(cast: Cast, signed_in: As) -> None:
    assert 'href="/mapping/"' in remedies_of(cast, signed_in, "no_mapping", "mapping")
    assert 'href="/connection/"' in remedies_of(cast, signed_in, "no_chart", "chart")


def test_a_choice_that_was_not_taken_stays_in_its_field(unmapped: Cast, signed_in: As) -> None:
    answer = signed_in("bob").post("/problems/cure/", {"about": "account:4-9", "value": "Sails"})
    assert answer.status_code == 422
    assert 'value="Sails" aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("read", [causes.READ, 1])
def test_a_message_with_one_documents_date_says_that_it_is_one_documents(
    read: int, cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "READ", read)
    for n in (1, 2):
        bill = a_document(cast.organisation, f"b-{n}")
        a_finding(bill, "dated", "lock_date", message=f"The date 2026-10-0{n} is locked.")
        a_finding(bill, "alike", "account:4", message="The same for all.")
    found = {one.code: one.varies for one in problems(cast.organisation)}
    assert found == {"dated": True, "alike": False}
    page = signed_in("dora").get("/problems/").content.decode()
    assert page.count("One of them says, and the others alike:") == 1


def test_clients_money_on_the_offices_account_is_named_as_the_cause_and_nothing_else(
    unmapped: Cast, now: dt.datetime
) -> None:
    shelf = DatabaseShelf(unmapped.organisation)
    mixed = {"TRUST1": TrustAccount("090", "general", "AU-NSW")}
    mapping = replace(shelf.mapping(), trust_accounts=mixed)
    save_mapping(unmapped.organisation, mapping, actor="test", now=now)
    moved = {"trust_account": "TRUST1", "bank_account": "OFFICE", "amount": "74.80"}
    named = {"kind": "trust_office_transfer", "id": "to-1", "number": "TO-1"}
    way = {"date": "2026-07-01", "direction": "to_trust", "memo": "Floated."}
    read = read_plain({**named, **way, **moved})
    assert read.document is not None, read.findings
    take_in([read.document], outbox_of(unmapped.organisation), shelf, actor="test", now=now)
    codes = set(DocumentFinding.objects.filter(document__source_id="to-1").values_list("code"))
    assert ("trust_and_office_share_account",) in codes
    assert ("outgoing_sums_off",) not in codes


def test_who_may_not_map_sees_no_choice(unmapped: Cast, signed_in: As) -> None:
    assert b"Where does 4-9 go" not in signed_in("carol").get("/problems/").content


def test_more_than_a_thousand_documents_are_not_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "MOST_COUNTED", 2)
    monkeypatch.setattr(causes, "READ", 1)
    for n in range(4):
        bill = a_document(cast.organisation, f"b-{n}")
        a_finding(bill, "account_not_mapped", "account:4-9")
        a_finding(bill, "tax_code_not_mapped", f"tax_code:{n % 2}")
    a_finding(a_document(cast.organisation, "b-9"), "wrong_sum")
    found = {(one.code, one.about): one.counted for one in problems(cast.organisation)}
    assert found == {
        ("account_not_mapped", "account:4-9"): "2+",
        ("tax_code_not_mapped", "tax_code:0"): "2",
        ("tax_code_not_mapped", "tax_code:1"): "2",
        ("wrong_sum", ""): "1",
    }


def test_an_edit_in_xero_is_overwritten_by_who_has_read_of_it_and_may_post(
    cast: Cast, signed_in: As
) -> None:
    bill = a_document(cast.organisation, "b-1")
    update = a_posting(bill, "held", "revision:2")
    Posting.objects.filter(pk=update.pk).update(act="update")
    organisation = cast.organisation
    Counter.objects.create(firm=cast.firm, organisation=organisation, state="held", count=1)
    a_finding(bill, "edited_in_xero", "edit:1", posting=update)
    a_finding(a_document(cast.organisation, "b-2"), "wrong_sum")
    assert b"Overwrite what Xero has" not in signed_in("carol").get("/problems/").content
    bob = signed_in("bob")
    assert bob.get("/problems/").content.count(b"Overwrite what Xero has") == 1
    edit = {"code": "edited_in_xero", "overwrite": "1"}
    for about in ("edit:2", ""):
        bob.post("/problems/retry/", {**edit, "about": about})
        update.refresh_from_db()
        assert update.choice == ""
    bob.post("/problems/retry/", {**edit, "about": "edit:1"})
    update.refresh_from_db()
    assert (update.state, update.choice) == ("ready", "edit:1")
    assert Event.objects.get(what="chose overwrite").detail == "edited_in_xero!"


def test_the_button_stands_beside_the_document_and_never_beside_many(
    cast: Cast, signed_in: As
) -> None:
    bill = a_document(cast.organisation, "b-1")
    update = a_posting(bill, "held", "revision:2")
    a_finding(bill, "edited_in_xero", "edit:1", posting=update)
    a_document(cast.organisation, "b-2")
    bob = signed_in("bob")
    assert b"Overwrite what Xero has" in bob.get("/documents/bill/b-1/").content
    assert b"Overwrite what Xero has" not in bob.get("/documents/").content
    many = {"act": "overwrite", "which": ["bill:b-1", "bill:b-2"]}
    assert b"decided one by one" in bob.post("/act/", many, follow=True).content
    update.refresh_from_db()
    assert update.choice == ""


def test_another_receipt_than_that_on_another_bill_is_said_on_its_page_and_recorded(
    unmapped: Cast, signed_in: As
) -> None:
    held = Document.objects.get(source_id="b-1")
    asked = Posting.objects.get(source_id="b-1")
    a_finding(held, "already_applied_in_xero", "already_paid_in_xero", posting=asked)
    more = {"severity": "note", "message": "100.00 on INV-2 (p-1).", "posting": asked}
    a_finding(held, "payment_on_another_bill", "payment:p-1", **more)
    bob, says = signed_in("bob"), "It is another receipt: post ours"
    assert says in bob.get("/documents/bill/b-1/").content.decode()
    bob.post("/act/", {"act": "other_money", "which": "bill:b-1"})
    event = Event.objects.get(what="said to be other money")
    assert (event.actor, event.detail) == (
        "user:bob@example.com",
        "bill:b-1: 100.00 on INV-2 (p-1).",
    )
    kept = DocumentFinding.objects.get(code="other_money_in_xero")
    assert (kept.about, kept.posting) == ("payment:p-1", None)
    assert says not in bob.get("/documents/bill/b-1/").content.decode()


def connect(organisation: Organisation, state: str = "connected") -> None:
    Connection.objects.create(
        firm=organisation.firm,
        organisation=organisation,
        state=state,
        generation=1,
        since=timezone.now(),
    )


def locked(replies: dict[str, bytes], until: str | None) -> dict[str, bytes]:
    told = json.loads(replies["Organisation"])
    told["Organisations"][0]["PeriodLockDate"] = f"{until}T00:00:00" if until else None
    return {**replies, "Organisation": json.dumps(told).encode()}


@pytest.fixture
def behind_the_lock(unmapped: Cast, now: dt.datetime) -> dict[str, bytes]:
    """A bill that is held by Xero's lock date alone; the replies that Xero gives without one."""
    organisation = unmapped.organisation
    replies = {path.stem: path.read_bytes() for path in CHART.glob("*.json")}
    store_chart(organisation, locked(replies, "2026-12-31"), actor="test", now=now)
    curing.apply(organisation, "account:4-9", "200", actor="test", now=now)
    assert DocumentFinding.objects.filter(code="period_locked").exists()
    return locked(replies, None)


def answering(replies: dict[str, bytes] | Exception) -> object:
    """Xero's office, in which a chart is read or cannot be."""

    @contextlib.contextmanager
    def opened(*_: object, **__: object) -> Iterator[Mock]:
        room = Mock()
        room.caller.read.side_effect = lambda _: _said(replies)
        yield room

    return opened


def _said(replies: dict[str, bytes] | Exception) -> dict[str, bytes]:
    if isinstance(replies, Exception):
        raise replies
    return replies


def try_again(cast: Cast, browser: Client) -> str:
    finding = DocumentFinding.objects.get(code="period_locked")
    cause = {"code": finding.code, "about": finding.about}
    return browser.post("/problems/retry/", cause, follow=True).content.decode()


def test_what_was_cured_in_xero_goes_on_when_it_is_tried_again(
    unmapped: Cast,
    behind_the_lock: dict[str, bytes],
    signed_in: As,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect(unmapped.organisation)
    monkeypatch.setattr(office, "office_of", answering(behind_the_lock))
    page = try_again(unmapped, signed_in("bob"))
    assert re.search("postings? goe?s? ?on", page)
    assert "stands in the way" not in page
    assert not DocumentFinding.objects.filter(code="period_locked").exists()


def test_the_documents_own_page_reads_xero_first_too(
    unmapped: Cast,
    behind_the_lock: dict[str, bytes],
    signed_in: As,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect(unmapped.organisation)
    monkeypatch.setattr(office, "office_of", answering(behind_the_lock))
    signed_in("bob").post("/act/", {"act": "retry", "which": "bill:b-1"})
    assert not DocumentFinding.objects.filter(code="period_locked").exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("connected", "Xero could not be asked (no answer came): what was changed"),
        ("lost", "Xero could not be asked, because the connection is gone: what was changed"),
    ],
)
def test_without_xero_it_is_said_that_its_chart_may_be_old(
    unmapped: Cast,
    behind_the_lock: dict[str, bytes],
    signed_in: As,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    words: str,
) -> None:
    connect(unmapped.organisation, state)
    unreachable = answering(XeroUnavailable("no answer came"))
    monkeypatch.setattr(office, "office_of", unreachable)
    page = try_again(unmapped, signed_in("bob"))
    assert words in page
    assert "this still stands in the way" not in page
    assert DocumentFinding.objects.filter(code="period_locked").exists()


def test_the_first_run_shows_the_money_and_leads_to_bills_that_wait_for_new_clients(
    unmapped: Cast, signed_in: As
) -> None:
    connect(unmapped.organisation)
    a_posting(a_document(unmapped.organisation, "b-2", amount=1_234_50), "waiting")
    a_posting(a_document(unmapped.organisation, "c-9", kind="contact", amount=None), "ready")
    alice = signed_in("alice")
    alice.post("/begin/", {"later": "mapping"})
    page = alice.get("/begin/").content.decode()
    assert ">1,234.50" in page
    (address,) = re.findall(r'href="(/documents/\?state=[^"]*)"', page)
    assert "B-2" in alice.get(address).content.decode()


def test_the_first_run_goes_on_with_what_is_mapped_and_leaves_the_rest_held(
    unmapped: Cast, signed_in: As
) -> None:
    connect(unmapped.organisation)
    alice = signed_in("alice")
    assert "Go on without the rest" not in alice.get("/begin/").content.decode()
    a_posting(a_document(unmapped.organisation, "b-2"), "ready")
    assert "1 posting could go already" in alice.get("/begin/").content.decode()
    alice.post("/begin/", {"later": "mapping"})
    page = alice.get("/begin/").content.decode()
    assert "That is right: post it" in page
    assert '?state=ready"' in page
    assert '?state=waiting"' not in page
    assert Posting.objects.filter(state="held").exists()
