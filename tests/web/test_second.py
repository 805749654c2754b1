"""Two people for what is costly: one asks, another agrees, and only then it is done."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from counterfoil import cli
from counterfoil.core.documents import Key
from counterfoil.core.mapping import Mapping, Settings
from counterfoil.core.mapping_file import mapping_to_json
from counterfoil.web import seconds
from counterfoil.web.access import ALLOWED, Permission
from counterfoil.web.models import Document, Event, Membership, Proposal, Work
from counterfoil.web.seconds import Asked, Needed
from counterfoil.web.services import proposing, rebilling, retrying, undoing, watched
from counterfoil.web.shelf import save_mapping
from tests.cli.scene import json_lines
from tests.web.cast import As, Cast, a_document

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
TWO = {"which": ["bill:b-1", "bill:b-2"], "sure": "1"}


@pytest.fixture
def strict(cast: Cast) -> Cast:
    """A firm that wants two people, with two bills."""
    cast.firm.two_people = True
    cast.firm.save()
    for name in ("b-1", "b-2"):
        a_document(cast.organisation, name)
    return cast


def decide(client: Client, do: str) -> None:
    client.post(f"/second/{Proposal.objects.latest('pk').pk}/", {"do": do})


def undone() -> int:
    return Work.objects.filter(kind="undo").count()


@pytest.mark.parametrize(
    ("asked", "by", "why"),
    [
        (Asked(1, NOW, "open", still_may=True), 2, ""),
        (Asked(1, NOW, "open", still_may=True), 1, "yourself"),
        (Asked(1, NOW, "approved", still_may=True), 2, "already"),
        (Asked(1, NOW, "open", still_may=False), 2, "any more"),
        (Asked(1, NOW, "open", still_may=True, taken="bob"), 2, "two people"),
        (Asked(1, NOW - seconds.LASTS, "open", still_may=True), 2, "week"),
    ],
)
def test_another_person_agrees_within_a_week_while_the_first_still_may(
    asked: Asked, by: int, why: str
) -> None:
    said = seconds.why_not(asked, by, NOW)
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize(
    ("before", "after", "remaps"),
    [
        ({"a": {"200": "4000"}}, {"a": {"200": "4000", "201": "4001"}}, False),
        ({"a": {"200": "4000"}}, {"a": {"200": "4001"}}, True),
        ({"a": {"200": "4000"}}, {"a": {}}, True),
        ({"a": {"200": "4000"}}, {}, True),
        ({"a": None}, {"a": "4000"}, False),
        ({"a": "4000"}, {"a": {}}, True),
    ],
)
def test_what_goes_elsewhere_is_remapped_and_what_is_added_is_not(
    before: dict[str, object], after: dict[str, object], remaps: bool
) -> None:
    assert seconds.remaps(before, after) == remaps


def test_a_firm_that_wants_nobody_else_is_asked_for_nobody(cast: Cast) -> None:
    seconds.must(cast.firm, "void several")
    cast.firm.two_people = True
    with pytest.raises(Needed, match="void several"):
        seconds.must(cast.firm, "void several")
    with seconds.given():
        seconds.must(cast.firm, "void several")
        assert seconds.agreed()
    assert not seconds.agreed()


def test_what_was_filled_in_is_kept_and_not_what_the_page_says_of_itself(
    strict: Cast, signed_in: As
) -> None:
    bob = signed_in("bob")
    mark = f"{strict.firm.pk}.{strict.organisation.pk}"
    of_the_page = {"csrfmiddlewaretoken": "any", "shown-for": mark, "go-over": "1"}
    page = bob.post("/undo-many/", {**TWO, **of_the_page}, follow=True).content
    assert b"Asked for. Another bookkeeper or owner has to agree" in page
    kept = Proposal.objects.get()
    assert (kept.form, kept.permission) == ({"which": TWO["which"], "sure": ["1"]}, "post")


def test_undoing_several_waits_until_another_person_agrees(strict: Cast, signed_in: As) -> None:
    bob, alice = signed_in("bob"), signed_in("alice")
    answer = bob.post("/undo-many/", TWO)
    assert answer["Location"] == "/second/"
    assert undone() == 0
    decide(bob, "agree")
    assert undone() == 0
    page = alice.get("/second/").content.decode()
    assert "bob@example.com" in page
    assert "bill:b-1" in page
    decide(alice, "agree")
    assert Work.objects.get(kind="undo").actor == "user:alice@example.com"
    decide(alice, "agree")
    assert undone() == 1
    told = Event.objects.filter(what__startswith="second person").values_list("what", "actor")
    assert set(told) == {
        ("second person asked", "user:bob@example.com"),
        ("second person agreed", "user:alice@example.com"),
    }


def test_an_owner_does_not_become_the_second_person_by_a_password(
    strict: Cast, signed_in: As, now: dt.datetime
) -> None:
    """Who takes a bookkeeper's password gets the link, and could agree in that one's name."""
    alice, bob = signed_in("alice"), Membership.objects.get(user=strict.people["bob"])
    alice.post("/undo-many/", TWO)
    page = alice.post(f"/people/{bob.pk}/", {"role": "password"})
    link = urlsplit(page.context["invitation"]).path
    Client().post(link, {"password": "nine slow herons at dusk"})
    chosen = Event.objects.get(what="password chosen")
    assert chosen.actor == "user:bob@example.com"
    strict.people["bob"].refresh_from_db()
    as_bob = signed_in("bob")
    decide(as_bob, "agree")
    assert undone() == 0
    assert "bob@example.com was taken away" in as_bob.get("/second/").content.decode()
    Event.objects.filter(what="password taken").update(at=now - seconds.LASTS)
    decide(as_bob, "agree")
    assert undone() == 1


def test_what_is_refused_or_taken_back_is_not_done(strict: Cast, signed_in: As) -> None:
    bob, alice = signed_in("bob"), signed_in("alice")
    for who in (bob, alice):
        bob.post("/undo-many/", TWO)
        decide(who, "refuse")
        decide(alice, "agree")
    assert undone() == 0
    assert set(Proposal.objects.values_list("state", flat=True)) == {"refused"}


def test_what_somebody_asked_for_dies_with_their_right(strict: Cast, signed_in: As) -> None:
    signed_in("bob").post("/undo-many/", TWO)
    Membership.objects.filter(user=strict.people["bob"]).update(role="auditor")
    decide(signed_in("alice"), "agree")
    assert undone() == 0


def test_staff_agree_to_nothing_and_another_firm_sees_nothing(strict: Cast, signed_in: As) -> None:
    signed_in("bob").post("/undo-many/", TWO)
    pk = Proposal.objects.get().pk
    assert signed_in("carol").post(f"/second/{pk}/", {"do": "agree"}).status_code == 403
    assert signed_in("charlie").post(f"/second/{pk}/", {"do": "agree"}).status_code == 404
    assert b"bill:b-1" not in signed_in("charlie").get("/second/").content


def test_undoing_one_takes_one_person_and_posting_it_anew_two(
    strict: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "undo", lambda *_, **__: [])
    monkeypatch.setattr(undoing, "together", lambda _, keys: [keys])
    bob = signed_in("bob")
    bob.post("/undo/bill/b-1/", {})
    assert undone() == 1
    bob.post("/undo/bill/b-1/", {"again": "1"})
    assert (undone(), Proposal.objects.get().what) == (1, "post anew what is in Xero")


def test_a_mapping_grows_by_one_person_and_is_changed_by_two(
    strict: Cast, now: dt.datetime
) -> None:
    first = Mapping("main", Settings("accrual"), accounts={"200": "4000"})
    more = Mapping("main", Settings("accrual"), accounts={"200": "4000", "201": "4001"})
    other = Mapping("main", Settings("accrual"), accounts={"200": "4009", "201": "4001"})
    for mapping in (first, more):
        save_mapping(strict.organisation, mapping, actor="user:bob@example.com", now=now)
    with pytest.raises(Needed):
        save_mapping(strict.organisation, other, actor="user:bob@example.com", now=now)
    with seconds.given():
        assert save_mapping(strict.organisation, other, actor="a", now=now).version == 3


def test_a_file_that_changes_the_mapping_is_refused_in_words(
    strict: Cast, signed_in: As, now: dt.datetime
) -> None:
    first = Mapping("main", Settings("accrual"), accounts={"200": "4000"})
    other = Mapping("main", Settings("accrual"), accounts={"200": "4009"})
    save_mapping(strict.organisation, first, actor="user:bob@example.com", now=now)
    file = SimpleUploadedFile("mapping.json", mapping_to_json(other))
    answer = signed_in("bob").post("/mapping/upload/", {"file": file}, follow=True)
    assert answer.redirect_chain == [("/mapping/", 302)]
    assert b"wants two people to change where something goes" in answer.content
    assert not Proposal.objects.exists()


VOIDS = json_lines(
    *(
        {
            "kind": "void",
            "id": f"v-{n}",
            "date": "2026-06-20",
            "voids": {"kind": "bill", "id": f"b-{n}"},
            "reason": "billed twice",
        }
        for n in (1, 2)
    )
)


def taken_in() -> int:
    return Document.objects.filter(kind="void").count()


def test_a_file_that_takes_several_back_waits_for_another_person(
    strict: Cast, signed_in: As
) -> None:
    bob, alice = signed_in("bob"), signed_in("alice")
    bob.post("/import/", {"file": SimpleUploadedFile("voids.jsonl", VOIDS)})
    kept = Proposal.objects.get()
    assert kept.form["which"] == [f"void:v-{n} takes back bill:b-{n}" for n in (1, 2)]
    assert kept.permission == "post"
    page = alice.get("/second/").content.decode()
    assert "kept file: voids.jsonl" in page
    assert "void:v-1 takes back bill:b-1" in page
    decide(bob, "agree")
    assert taken_in() == 0
    decide(alice, "agree")
    assert taken_in() == 2
    assert Work.objects.get(kind="import").actor == "user:alice@example.com"


def test_staff_ask_nobody_for_what_they_may_not_do(strict: Cast, signed_in: As) -> None:
    signed_in("carol").post("/import/", {"file": SimpleUploadedFile("voids.jsonl", VOIDS)})
    assert (taken_in(), Proposal.objects.count()) == (0, 0)


def test_a_file_that_takes_one_back_takes_one_person(strict: Cast, signed_in: As) -> None:
    one = VOIDS.splitlines(keepends=True)[0]
    signed_in("bob").post("/import/", {"file": SimpleUploadedFile("void.jsonl", one)})
    assert taken_in() == 1


def test_a_file_too_large_to_keep_is_refused_in_words(
    strict: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "LARGEST", 10)
    file = SimpleUploadedFile("voids.jsonl", VOIDS)
    answer = signed_in("bob").post("/import/", {"file": file}, follow=True)
    assert answer.redirect_chain == [("/import/", 302)]
    assert b"cannot be kept for a second person" in answer.content
    assert (taken_in(), Proposal.objects.count()) == (0, 0)


def test_a_watched_folder_refuses_what_takes_two_people(strict: Cast, tmp_path: Path) -> None:
    (tmp_path / "voids.jsonl").write_bytes(VOIDS)
    folder = watched.Folder(tmp_path, strict.organisation, meant=True)
    assert list(folder.look(actor="cli", now=NOW)) == []
    (handled,) = folder.look(actor="cli", now=NOW)
    assert handled.moved_to is not None
    told = next((tmp_path / "refused").glob("*.report.txt")).read_text("utf-8")
    assert "wants two people to take several documents back by a file" in told
    assert taken_in() == 0


def test_what_was_asked_for_is_shown_field_by_field(
    strict: Cast, signed_in: As, now: dt.datetime
) -> None:
    order = ("/mapping/change/?place=account:200", {"to": ["4009 Fees"]}, "map")
    people = strict.people
    proposing.propose(strict.organisation, people["bob"], "change it", order, now=now)
    page = signed_in("alice").get("/second/").content.decode()
    assert "place: account:200" in page
    assert "to: 4009 Fees" in page


def test_the_services_refuse_whoever_is_alone(strict: Cast, now: dt.datetime) -> None:
    where, one, other = strict.organisation, Key("bill", "b-1"), Key("bill", "b-2")
    alone = (
        lambda: undoing.undo(where, [one], again=True, actor="cli", now=now),
        lambda: undoing.undo(where, [one, other], actor="cli", now=now),
        lambda: rebilling.rebill(where, [one], actor="cli", now=now),
        lambda: retrying.retry(where, [one], anew=True, actor="cli", now=now),
        lambda: retrying.retry(where, [one], overwrite=True, actor="cli", now=now),
    )
    for act in alone:
        with pytest.raises(Needed):
            act()


def test_the_command_line_says_that_it_takes_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def alone() -> None:
        raise Needed("post anew what is in Xero")

    monkeypatch.setattr(cli, "command", lambda: alone)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "wants two people to post anew what is in Xero" in capsys.readouterr().err


def test_a_firm_wants_two_people_once_it_has_them_and_one_alone_cannot_end_it(
    cast: Cast, signed_in: As
) -> None:
    alice = signed_in("alice")
    bob = Membership.objects.get(user=cast.people["bob"])
    Membership.objects.filter(pk=bob.pk).update(role="staff")
    assert b"Let a second" in alice.post("/people/two/", {"two": "1"}, follow=True).content
    Membership.objects.filter(pk=bob.pk).update(role="bookkeeper")
    alice.post("/people/two/", {"two": "1"})
    cast.firm.refresh_from_db()
    assert cast.firm.two_people
    alice.post("/people/two/", {})
    cast.firm.refresh_from_db()
    assert cast.firm.two_people
    decide(signed_in("bob"), "agree")
    cast.firm.refresh_from_db()
    assert not cast.firm.two_people


def test_who_may_agree_is_who_may_post() -> None:
    assert (
        tuple(role for role, may in ALLOWED.items() if Permission.POST in may) == proposing.POSTING
    )
