"""What a person decides on pages: bills credited and billed anew, contacts of the same name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from counterfoil.core.documents import Key
from counterfoil.core.findings import error
from counterfoil.posting.errors import XeroUnavailable
from counterfoil.posting.losing import Loss
from counterfoil.posting.rebill_orders import Rebilling
from counterfoil.web.models import Counter, Dependency, Event, Link, Posting
from counterfoil.web.services import rebilling
from tests.web.cast import As, Cast, a_document, a_finding, a_posting

B1 = Key("bill", "b-1")
NOON = dt.datetime(2026, 5, 4, 12, 0, tzinfo=dt.UTC)
DAYS = (dt.date(2026, 7, 1), dt.date(2026, 7, 2))
STEPS = ("Credit the invoice INV-1: INV-1-CN1, 110.00", "Post bill b-1 anew as INV-1-R2")


@pytest.fixture
def ordered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A bill at its second revision that cannot be stated; what was ordered about it."""
    bill = a_document(cast.organisation, "b-1")
    type(bill).objects.filter(pk=bill.pk).update(revision=2)
    update = a_posting(bill, "held", "revision:2")
    Link.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        posting=a_posting(bill, "posted"),
        xero_id="x-1",
        source="answer",
        linked_at=NOON,
    )
    a_finding(bill, "revision_barred", posting=update)
    dry_runs: list[bool] = []

    def rebill(_: object, keys: list[Key], *, dry_run: bool, **__: object) -> list[Rebilling]:
        dry_runs.append(dry_run)
        return [Rebilling(key, STEPS, planned=not dry_run, days=DAYS) for key in keys]

    monkeypatch.setattr(rebilling, "rebill", rebill)
    return dry_runs


def test_what_crediting_and_billing_anew_would_do_is_shown_and_done_after_a_yes(
    cast: Cast, signed_in: As, ordered: list[bool]
) -> None:
    bob = signed_in("bob")
    page = bob.get("/rebill/bill/b-1/").content.decode()
    assert all(step in page for step in STEPS)
    assert "dated 1 Jul 2026, what is billed anew 2 Jul 2026" in page
    assert ordered == [True]
    answer = bob.post("/rebill/bill/b-1/", {"revision": "2"}, follow=True)
    assert "It is being credited and billed anew" in answer.content.decode()
    assert ordered == [True, False]


def test_a_yes_to_an_earlier_revision_orders_nothing(
    cast: Cast, signed_in: As, ordered: list[bool]
) -> None:
    page = signed_in("bob").post("/rebill/bill/b-1/", {"revision": "1"}).content.decode()
    assert STEPS[0] in page
    assert ordered == [True]


def test_why_nothing_can_be_credited_is_said_and_no_button_shown(
    cast: Cast, signed_in: As, ordered: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Rebilling(B1, refused=error("gone_from_xero", "It is gone.", "Unlink it."))
    monkeypatch.setattr(rebilling, "rebill", lambda *_, **__: [refused])
    page = signed_in("bob").get("/rebill/bill/b-1/").content.decode()
    assert "It is gone." in page
    assert "Credit it and bill it anew" not in page


def test_without_xero_the_document_is_shown_with_the_reason(
    cast: Cast, signed_in: As, ordered: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> list[Rebilling]:
        raise XeroUnavailable("no answer came")

    monkeypatch.setattr(rebilling, "rebill", unreachable)
    answer = signed_in("bob").get("/rebill/bill/b-1/", follow=True)
    assert answer.redirect_chain == [("/documents/bill/b-1/", 302)]
    assert "Xero could not be asked what it holds: no answer came" in answer.content.decode()


def test_the_choices_of_a_barred_revision_are_buttons_of_its_document(
    cast: Cast, signed_in: As, ordered: list[bool]
) -> None:
    page = signed_in("bob").get("/documents/bill/b-1/").content.decode()
    assert 'href="/rebill/bill/b-1/">Credit and bill anew' in page
    assert 'href="/undo/bill/b-1/?again=1">Undo and post anew' in page
    assert "Credit and bill anew" not in read(signed_in("carol"), "/documents/bill/b-1/")
    assert "buttons on each document's own page" in read(signed_in("bob"), "/problems/")


def read(browser: Client, place: str) -> str:
    return browser.get(place).content.decode()


@pytest.fixture
def asked(cast: Cast) -> Posting:
    """A contact of which a person has to say who it is, and a bill that waits for it."""
    contact = a_document(cast.organisation, "c-1", kind="contact", party="Ng Family Trust")
    held = a_posting(contact, "held")
    Counter.objects.create(firm=cast.firm, organisation=cast.organisation, state="held", count=1)
    a_finding(contact, "contact_same_name", "contact:c-1", posting=held)
    waiting = a_posting(a_document(cast.organisation, "b-2"), "waiting")
    Dependency.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        posting=waiting,
        position=0,
        needs_kind="contact",
        needs_id="c-1",
    )
    return held


@pytest.mark.parametrize("place", ["/problems/", "/documents/bill/b-2/", "/documents/contact/c-1/"])
def test_whether_a_party_is_a_contact_of_xeros_is_asked_where_it_is_met(
    cast: Cast, signed_in: As, asked: Posting, place: str
) -> None:
    assert "It is the same contact" in signed_in("bob").get(place).content.decode()
    assert "It is the same contact" not in signed_in("carol").get(place).content.decode()


@pytest.mark.parametrize("choice", ["adopt", "separate"])
def test_the_answer_about_a_contact_frees_it(
    cast: Cast, signed_in: As, asked: Posting, choice: str
) -> None:
    said = {"party": "c-1", "choice": choice, "document": "bill:b-2"}
    answer = signed_in("bob").post("/contacts/decide/", said)
    assert answer["Location"] == "/documents/bill/b-2/"
    asked.refresh_from_db()
    assert (asked.state, asked.choice) == ("ready", choice)
    assert Event.objects.filter(what=f"chose {choice}", actor="user:bob@example.com").exists()


@pytest.mark.parametrize("said", [{"choice": "both"}, {"choice": "adopt", "party": ""}])
def test_no_answer_frees_no_contact(
    cast: Cast, signed_in: As, asked: Posting, said: dict[str, str]
) -> None:
    answer = signed_in("bob").post("/contacts/decide/", {"party": "c-1", **said})
    assert answer["Location"] == "/problems/"
    asked.refresh_from_db()
    assert asked.state == "held"


def test_another_firms_contact_is_not_decided_about(
    cast: Cast, signed_in: As, asked: Posting
) -> None:
    signed_in("charlie").post("/contacts/decide/", {"party": "c-1", "choice": "adopt"})
    asked.refresh_from_db()
    assert asked.state == "held"


def test_the_empty_list_leads_to_the_import(cast: Cast, signed_in: As) -> None:
    assert '<a href="/import/">Import a file</a>' in read(signed_in("bob"), "/documents/")
    assert "Import a file" not in read(signed_in("dora"), "/documents/")


def test_an_edit_that_is_lost_is_shown_and_a_later_one_is_shown_again(
    cast: Cast, signed_in: As, ordered: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    loss = Loss(B1, "INV-1", "account: line 1 200 became 260", "edit:abc", known=True)
    given: list[object] = []

    def rebill(*_: object, dry_run: bool, given_up: object = (), **__: object) -> list[Rebilling]:
        given.append(given_up)
        refused = None if dry_run else error("edited_in_xero", "Edited.", "Use a command.")
        return [Rebilling(B1, STEPS, refused, days=DAYS, lost=(loss,))]

    monkeypatch.setattr(rebilling, "rebill", rebill)
    bob = signed_in("bob")
    page = bob.get("/rebill/bill/b-1/").content.decode()
    assert "account: line 1 200 became 260" in page
    assert 'name="given_up" value="edit:abc"' in page
    yes = {"revision": "2", "given_up": "edit:old"}
    again = bob.post("/rebill/bill/b-1/", yes).content.decode()
    assert "account: line 1 200 became 260" in again
    assert "Use a command" not in again
    assert given == [[], ["edit:old"], ()]
