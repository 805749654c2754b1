"""The mapping on its page: proposals, what a change touches, its history, accounts created."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from counterfoil.core.chart import Account, AccountClass
from counterfoil.core.mapping import TaxCode, TrustAccount
from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_plain
from counterfoil.posting.daybook import take_in
from counterfoil.posting.target import Call
from counterfoil.web.models import (
    Connection,
    DocumentFinding,
    Event,
    Organisation,
    PracticeAccount,
)
from counterfoil.web.services import looking_again, mapping_desk
from counterfoil.web.services.mapping_desk import Row
from counterfoil.web.services.offers import Choice, Offer, offer, written
from counterfoil.web.shelf import DatabaseShelf, MappingMoved, save_mapping, store_chart
from counterfoil.web.store import outbox_of
from counterfoil.web.templatetags import fixes
from counterfoil.xero import create
from tests.web.cast import As, Cast, a_document, a_finding
from tests.web.test_connection import connect
from xero_sandbox.testing import running_sandbox

GOLDEN = Path(__file__).parents[1] / "golden"


def hand_in(
    organisation: Organisation, now: dt.datetime, *accounts: str, name: str = "b-1"
) -> None:
    """Hand in a bill with one line on each of these accounts of the practice."""
    lines = [
        {"description": "Advice", "account": code, "tax_code": "GST", "total": "100.00"}
        for code in accounts
    ]
    client = {"id": "c-1", "name": "Ng Family Trust"}
    number = f"INV-{name}"
    bill = {"kind": "bill", "id": name, "number": number, "date": "2026-07-01", "client": client}
    tax, total = f"{10 * len(lines)}.00", f"{110 * len(lines)}.00"
    read = read_plain({**bill, "lines": lines, "tax": tax, "total": total})
    assert read.document is not None, read.findings
    shelf = DatabaseShelf(organisation)
    take_in([read.document], outbox_of(organisation), shelf, actor="test", now=now)


@pytest.fixture
def charted(cast: Cast, now: dt.datetime) -> Cast:
    """A firm with a chart of Xero's, and no mapping yet."""
    replies = {path.stem: path.read_bytes() for path in (GOLDEN / "chart").glob("*.json")}
    store_chart(cast.organisation, replies, actor="test", now=now)
    return cast


@pytest.fixture
def mapped(charted: Cast, now: dt.datetime) -> Cast:
    mapping, faults = read_mapping((GOLDEN / "mapping.json").read_bytes())
    assert mapping is not None, faults
    save_mapping(charted.organisation, mapping, actor="user:alice@example.com", now=now)
    return charted


def unmapped(organisation: Organisation) -> list[Row]:
    sheet = mapping_desk.sheet(organisation)
    assert sheet is not None
    return [row for section in sheet.sections for row in section.unmapped]


def test_a_firm_without_a_mapping_begins_with_its_basis_and_accepts_what_is_proposed(
    charted: Cast, signed_in: As, now: dt.datetime
) -> None:
    bob = signed_in("bob")
    hand_in(charted.organisation, now, "200", "9-99")
    bob.post("/mapping/basis/", {"basis": "accrual"})
    sales, odd, tax = unmapped(charted.organisation)
    assert (sales.place, sales.proposed, sales.reason) == (
        "account:200",
        "200 Legal Fees",
        "the same number",
    )
    assert (odd.place, odd.proposed) == ("account:9-99", "")
    assert (tax.place, tax.proposed) == ("tax_sales:GST", "GST on Income")
    page = bob.get("/mapping/").content.decode()
    assert 'value="200 Legal Fees"' in page
    both = {
        "to:account:200": "200 Legal Fees",
        "to:account:9-99": "260",
        "to:tax_sales:GST": "OUTPUT",
    }
    bob.post("/mapping/choose/", {**both, "accept": "account:200"})
    assert DatabaseShelf(charted.organisation).mapping().accounts == {"200": "200"}
    bob.post("/mapping/choose/", both)
    assert unmapped(charted.organisation) == []
    assert outbox_of(charted.organisation).counts().keys() == {"ready", "waiting"}


def test_what_xero_does_not_have_is_refused_by_name(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-9")
    page = signed_in("bob").post("/mapping/choose/", {"to:account:4-9": "777"}, follow=True)
    assert "Xero has no “777” that 4-9 can go to." in page.content.decode()
    assert [row.place for row in unmapped(mapped.organisation)] == ["account:4-9"]


def field(page: str, place: str) -> str:
    found = re.search(f'<input name="to:{place}"[^>]*value="([^"]*)"', page)
    assert found, place
    return found[1]


@pytest.mark.parametrize("begun", ["", "?from=begin"])
def test_mapping_one_code_keeps_what_was_typed_for_the_others(
    begun: str, mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "7-1", "7-2", "7-3", "7-4")
    bob = signed_in("bob" if not begun else "alice")
    typed = {"to:account:7-1": "Disbursements Recovered", "to:account:7-2": "Legal", "accept": ""}
    cleared = {"to:account:7-3": "", "to:account:7-4": "no such"}
    there = f"/mapping/choose/{begun}"
    bob.post(there, {**typed, **cleared, "accept": "account:7-1"})
    page = bob.get("/mapping/").content.decode()
    assert DatabaseShelf(mapped.organisation).mapping().accounts["7-1"] == "260"
    assert [field(page, f"account:7-{n}") for n in (2, 3, 4)] == ["Legal", "", "no such"]
    assert "can go to" not in page
    bob.post(there, {**typed, **cleared})
    page = bob.get("/mapping/").content.decode()
    assert [field(page, f"account:7-{n}") for n in (2, 3, 4)] == ["Legal", "", "no such"]
    assert "Xero has no “no such” that 7-4 can go to. Choose one from the list." in page
    assert page.count("aria-invalid") == 2
    assert "no such" not in bob.get("/mapping/").content.decode()


def test_a_name_that_two_accounts_have_is_not_guessed() -> None:
    accounts = tuple(
        Account(code, code, "Legal", "REVENUE", AccountClass.REVENUE, "ACTIVE")
        for code in ("200", "210")
    )
    choices = tuple(Choice(f"{one.code}", f"{one.code} Legal", one) for one in accounts)
    assert Offer("account", "4", "?", choices).value_of("Legal") is None
    assert Offer("account", "4", "?", choices[:1]).value_of(" legal ") == "200"


def test_tracking_that_xero_does_not_have_says_what_to_do_there(
    mapped: Cast, now: dt.datetime
) -> None:
    section = mapping_desk.Section("tracking", "Tracking", (), (), ())
    assert "add one there, under Tracking categories" in section.missing
    done = mapping_desk.choose(
        mapped.organisation,
        {"tracking:planet/Mars": "Mars", "tracking:": "x"},
        actor="test",
        now=now,
    )
    assert set(done.refused) == {"tracking:planet/Mars", "tracking:"}


def test_an_old_page_overwrites_nothing_that_a_colleague_has_mapped_meanwhile(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-9")
    alice, bob = signed_in("alice"), signed_in("bob")
    alice.post("/mapping/choose/", {"to:account:4-9": "260"})
    told = bob.post("/mapping/choose/", {"to:account:4-9": "200"}, follow=True).content.decode()
    assert "Nothing was changed for 4-9" in told
    assert "codes are mapped" not in told
    assert 'href="/mapping/change/?place=account%3A4-9"' in told
    cure = {"about": "account:4-9", "value": "200"}
    assert "Nothing was changed for 4-9" in (
        bob.post("/problems/cure/", cure, follow=True).content.decode()
    )
    there = "/mapping/change/?place=account:4-9"
    assert "Look again" in bob.post(there, {"to": "200", "before": "404"}).content.decode()
    assert DatabaseShelf(mapped.organisation).mapping().accounts["4-9"] == "260"
    bob.post(there, {"to": "200", "before": "260"})
    assert DatabaseShelf(mapped.organisation).mapping().accounts["4-9"] == "200"


def test_a_change_that_was_made_from_an_older_mapping_is_not_saved(
    mapped: Cast, now: dt.datetime
) -> None:
    before = DatabaseShelf(mapped.organisation).mapping()
    first, second = (written(before, place, "260") for place in ("account:4-8", "account:4-9"))
    version = before.version
    save_mapping(mapped.organisation, first, actor="test", now=now, made_from=version)
    with pytest.raises(MappingMoved):
        save_mapping(mapped.organisation, second, actor="test", now=now, made_from=version)


def test_more_than_a_page_can_wait_for_is_looked_at_again_as_long_work(
    mapped: Cast, signed_in: As, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(mapped.organisation, now, "4-9")
    hand_in(mapped.organisation, now, "4-9", name="b-2")
    monkeypatch.setattr(looking_again, "MOST_AT_ONCE", 1)
    cure = {"about": "account:4-9", "value": "260"}
    page = signed_in("bob").post("/problems/cure/", cure, follow=True).content.decode()
    assert "2 documents that waited have been looked at again." in page
    assert outbox_of(mapped.organisation).held_by(None) == ()


def test_the_fix_of_a_tax_code_fills_only_the_side_that_waits(
    charted: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(charted.organisation, now, "200")
    signed_in("bob").post("/mapping/basis/", {"basis": "accrual"})
    signed_in("bob").post("/problems/cure/", {"about": "tax_code:GST", "value": "OUTPUT"})
    mapping = DatabaseShelf(charted.organisation).mapping()
    assert mapping.tax_codes["GST"] == TaxCode("OUTPUT", None)


def test_names_of_the_practices_accounts_make_proposals_better(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-9")
    chart = b"Account Number,Account Name,Type\n4-9,Disbursements recovered,Income\n,Total,\n"
    bob = signed_in("bob")
    bob.post("/mapping/names/", {"chart": SimpleUploadedFile("chart.csv", chart)})
    assert PracticeAccount.objects.get().name == "Disbursements recovered"
    (row,) = unmapped(mapped.organisation)
    assert (row.name, row.proposed, row.reason) == (
        "Disbursements recovered",
        "260 Disbursements Recovered",
        "the same name",
    )
    answer = bob.post(
        "/mapping/names/", {"chart": SimpleUploadedFile("x.csv", b"Alpha,Beta,Gamma\n1,2,3\n")}
    )
    assert answer.status_code == 422
    assert b"head them Code and Name" in answer.content


def test_accounts_without_a_code_have_a_list_of_their_own_with_the_fix(
    mapped: Cast, signed_in: As
) -> None:
    page = signed_in("dora").get("/mapping/").content.decode()
    there = page.partition('id="without-code"')[2].partition("</section>")[0]
    assert "enter a code; then refresh" in there


def test_a_change_says_what_it_touches_before_it_is_made_and_stands_in_the_history(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    hand_in(mapped.organisation, now, "4-1000")
    bob = signed_in("bob")
    asked = bob.get("/mapping/change/", {"place": "tax_sales:GST", "to": "INPUT"})
    impact = asked.context["impact"]
    assert (impact.used, impact.posted, len(impact.held)) == (1, 0, 1)
    assert "does not allow tax type INPUT" in asked.content.decode()
    harmless = bob.get("/mapping/change/", {"place": "account:4-1000", "to": "260"})
    assert "none would be held by it" in harmless.content.decode()
    assert DatabaseShelf(mapped.organisation).mapping().accounts["4-1000"] == "200"
    bob.post("/mapping/change/?place=account:4-1000", {"to": "260"})
    history = signed_in("dora").get("/mapping/history/").context["versions"]
    assert [one.row.actor for one in history] == ["user:bob@example.com", "user:alice@example.com"]
    (change,) = history[0].changes
    assert (change.what, change.before, change.after) == ("accounts · 4-1000", "200", "260")


@pytest.mark.parametrize("place", ["", "account:", "planet:mars", "special:no_tax"])
def test_what_is_no_place_of_a_mapping_is_not_found(
    mapped: Cast, signed_in: As, place: str
) -> None:
    assert signed_in("bob").get("/mapping/change/", {"place": place}).status_code == 404


@pytest.fixture(scope="module")
def xero() -> Iterator[str]:
    with running_sandbox(limits=False) as url:
        yield url


@pytest.fixture
def connected(cast: Cast, signed_in: As, settings: Settings, xero: str) -> Cast:
    settings.COUNTERFOIL = dataclasses.replace(
        settings.COUNTERFOIL,
        url="http://localhost:8000",
        xero_base_url=xero,
        xero_client_id="counterfoil-tests",
        xero_client_secret="a-secret-of-the-tests",
    )
    connect(signed_in("alice"))
    signed_in("bob").post("/mapping/basis/", {"basis": "accrual", "trust": "on"})
    return cast


def test_an_account_is_created_in_xero_after_a_yes_and_xeros_refusal_is_told(
    connected: Cast, signed_in: As
) -> None:
    bob, there = signed_in("bob"), "/mapping/create/trust_liability/"
    assert 'value="815"' in bob.get(there).content.decode()
    refused = bob.post(there, {"code": "200", "name": "Trust Liability"})
    assert refused.status_code == 422
    assert "Please enter a unique Code" in refused.content.decode()
    assert "Choose another code: this one is taken" in refused.content.decode()
    assert (
        "document"
        not in refused.content.decode().partition('role="alert"')[2].partition("</div>")[0]
    )
    assert 'value="Trust Liability"' in refused.content.decode()
    bob.post(there, {"code": "815", "name": "Trust Liability"})
    shelf = DatabaseShelf(connected.organisation)
    assert shelf.mapping().special.trust_liability == "815"
    account = shelf.chart().by_code["815"]
    assert (account.name, account.type, account.takes_payments) == (
        "Trust Liability",
        "CURRLIAB",
        True,
    )
    event = Event.objects.get(what="account created")
    assert (event.actor, event.detail) == ("user:bob@example.com", "815 Trust Liability")


def test_a_consent_without_the_permission_to_create_loses_no_connection(
    connected: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    barred = Call("GET", "/Reports/AgedPayablesByContact")
    monkeypatch.setattr(create, "account", lambda _new, _key: barred)
    answer = signed_in("bob").post(
        "/mapping/create/paid_by_firm/", {"code": "616", "name": "Paid by Firm"}
    )
    assert "may not create accounts" in answer.content.decode()
    assert Connection.objects.get(organisation=connected.organisation).state == "connected"


def test_the_bank_of_a_trust_account_is_created_in_xero_after_a_yes(
    connected: Cast, signed_in: As
) -> None:
    bob, there = signed_in("bob"), "/mapping/create-bank/?account=TRUST1"
    a_finding(
        a_document(connected.organisation, "tr-1", kind="trust_receipt"),
        "trust_account_not_mapped",
        "trust_account:TRUST1",
    )
    for page in ("/mapping/", "/problems/"):
        assert f'href="{there}"' in bob.get(page).content.decode()
    assert "Bank account TRUST1" in bob.get(there).content.decode()
    assert bob.post(there, {"name": "Trust Account TRUST1"}).status_code == 422
    bob.post(there, {"name": "Trust Account TRUST1", "number": "062-000 12345678"})
    shelf = DatabaseShelf(connected.organisation)
    target = shelf.mapping().trust_accounts["TRUST1"].xero
    account = shelf.chart().by_id[target.removeprefix("id:")]
    assert (account.name, account.type) == ("Trust Account TRUST1", "BANK")
    assert Event.objects.get(what="account created").detail == "Trust Account TRUST1"
    assert bob.get(there).status_code == 404, "it goes somewhere now"
    taken = "/mapping/create-bank/?account=TRUST2"
    refused = bob.post(taken, {"name": "Trust Account TRUST1", "number": "062-000 999"})
    assert "Xero has an account named Trust Account TRUST1 already." in refused.content.decode()
    assert "TRUST2" not in shelf.mapping().trust_accounts


def test_each_trust_account_may_have_a_liability_of_its_own_chosen_in_its_row(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    before = DatabaseShelf(mapped.organisation).mapping()
    accounts = {"TRUST1": TrustAccount("T91"), "TRUST2": TrustAccount("T92")}
    special = dataclasses.replace(before.special, trust_liability={"TRUST1": "805"})
    several = dataclasses.replace(before, trust_accounts=accounts, special=special)
    save_mapping(mapped.organisation, several, actor="test", now=now)
    a_finding(a_document(mapped.organisation, "tr-1"), "x", "special:trust_liability/TRUST2")
    bob, there = signed_in("bob"), "/mapping/change/?place=special%3Atrust_liability%2FTRUST2"
    page = bob.get("/mapping/").content.decode()
    assert "Trust Liability of TRUST2" in page
    assert f'href="{there}"' in page
    row = fixes.anchor("special:trust_liability/TRUST2")
    assert page.count(f'id="{row}"') == 1
    way = f'href="/mapping/{fixes.row("special:trust_liability/TRUST2")}"'
    assert way in page, "what stands in the way leads to its row"
    assert way in bob.get("/documents/bill/tr-1/").content.decode()
    assert "Which account is the trust liability of TRUST2?" in bob.get(there).content.decode()
    bob.post(there, {"to": "805"})
    chosen = DatabaseShelf(mapped.organisation).mapping().special.trust_liability
    assert chosen == {"TRUST1": "805", "TRUST2": "805"}


def test_no_bank_account_is_proposed_for_two_of_the_practices() -> None:
    rows = [
        Row("trust_account:T1", "T1", "", 1, proposed="T10 Trust", reason="alike"),
        Row("trust_account:T2", "T2", "", 1, proposed="T10 Trust", reason="alike"),
        Row("trust_account:T3", "T3", "", 1, chosen="T20 Trust"),
        Row("trust_account:T4", "T4", "", 1, proposed="T20 Trust", reason="alike"),
        Row("trust_account:T5", "T5", "", 1, proposed="T30 Trust", reason="alike"),
    ]
    apart = mapping_desk._told_apart(rows)
    assert [row.proposed for row in apart] == ["", "", "", "", "T30 Trust"]
    assert [row.reason for row in apart] == ["", "", "", "", "alike"]


def test_a_rate_for_both_sides_of_a_tax_code_leaves_the_side_that_has_one(mapped: Cast) -> None:
    before = DatabaseShelf(mapped.organisation).mapping()
    half = written(before, "tax_sales:NEW", "OUTPUT")
    assert written(half, "tax_code:NEW", "BASEXCLUDED").tax_codes["NEW"] == TaxCode(
        "OUTPUT", "BASEXCLUDED"
    )


def test_the_fix_of_one_cause_frees_all_that_waited_for_it(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    for name in ("b-1", "b-2", "b-3"):
        hand_in(mapped.organisation, now, "9-99", name=name)
    cure = {"about": "account:9-99", "value": "260"}
    page = signed_in("bob").post("/problems/cure/", cure, follow=True).content.decode()
    assert "3 documents that waited for it had another look." in page
    left = DocumentFinding.objects.filter(about="account:9-99")
    assert list(left) == []


def test_the_basis_given_in_the_first_run_pauses_until_somebody_has_looked(
    mapped: Cast, signed_in: As
) -> None:
    organisation = mapped.organisation
    assert organisation.paused_at is None, "there is a mapping, and somebody let posting go on"
    signed_in("alice").post("/mapping/basis/?from=begin", {"basis": "accrual", "trust": "on"})
    organisation.refresh_from_db()
    assert organisation.paused_at is not None


def test_a_bank_of_another_trust_account_is_neither_offered_nor_taken(
    mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    organisation = mapped.organisation
    before = DatabaseShelf(organisation).mapping()
    free = dataclasses.replace(before, trust_accounts={}, bank_accounts={})
    save_mapping(organisation, free, actor="test", now=now)
    chart = DatabaseShelf(organisation).chart()
    every = offer("trust_account:NEW", free, chart)
    assert every is not None
    bank = every.choices[0]
    accounts = {"TRUST1": TrustAccount(bank.value)}
    save_mapping(
        organisation, dataclasses.replace(free, trust_accounts=accounts), actor="test", now=now
    )
    a_finding(a_document(organisation, "tr-1"), "not_mapped", "trust_account:NEW")
    bob, cure = signed_in("bob"), {"about": "trust_account:NEW", "value": bank.label}
    offered = bob.get("/problems/").content.decode()
    assert f'<option value="{bank.label}">' not in offered
    answer = bob.post("/problems/cure/", cure)
    said = f"“{bank.label}” is TRUST1&#x27;s already: NEW needs a bank account of its own."
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert DatabaseShelf(organisation).mapping().trust_accounts == accounts
    sheet = mapping_desk.sheet(organisation)
    assert sheet is not None
    (trust,) = [one for one in sheet.sections if one.name == "trust_account"]
    assert [row.gone for row in trust.mapped] == [False], "its own is no other's"
