"""Letting people in, their roles, letting them go."""

import dataclasses
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from counterfoil.web.models import Event, Joining, Membership, Role, User
from counterfoil.web.services import people
from tests.web.cast import BACKEND, PASSWORD, As, Cast

NEW = {"email": "Erin@example.com", "role": "bookkeeper"}


CHARLIE = {"email": "charlie@example.com", "role": "staff"}


def invite(owner: Client, whom: dict[str, str] = NEW) -> str:
    """Let Erin in, or somebody else; returns the path of their link."""
    answer = owner.post("/people/let-in/", whom)
    return urlsplit(str(answer.context["invitation"])).path


@pytest.fixture
def mail_server(settings: Settings) -> None:
    settings.COUNTERFOIL = dataclasses.replace(
        settings.COUNTERFOIL, mail_url="smtp://mail.example.com", mail_from="books@example.com"
    )


def role_of(cast: Cast, name: str) -> str | None:
    member = Membership.objects.filter(firm=cast.firm, user__email=f"{name}@example.com").first()
    return member.role if member else None


def set_role(owner: Client, cast: Cast, name: str, role: str) -> None:
    member = Membership.objects.get(user=cast.people[name])
    owner.post(f"/people/{member.pk}/", {"role": role})


def test_the_owner_lets_somebody_in_who_chooses_a_password(cast: Cast, signed_in: As) -> None:
    link = invite(signed_in("alice"))
    erin = Client()
    assert b"erin@example.com" in erin.get(link).content
    assert erin.post(link, {"password": PASSWORD})["Location"] == "/account/login/"
    erin.post("/account/login/", {"login": "erin@example.com", "password": PASSWORD})
    assert get_user(erin) == User.objects.get(email="erin@example.com")
    assert role_of(cast, "erin") == Role.BOOKKEEPER


def test_an_invitation_works_once(cast: Cast, signed_in: As) -> None:
    link = invite(signed_in("alice"))
    Client().post(link, {"password": PASSWORD})
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"password": "another long one"}).status_code == 404


@pytest.mark.parametrize("link", ["/welcome/MQ/abc-def/", "/welcome/zz/abc-def/"])
def test_an_invitation_that_was_never_made_is_refused(cast: Cast, link: str) -> None:
    assert Client().get(link).status_code == 404


def test_a_weak_password_is_refused(cast: Cast, signed_in: As) -> None:
    link = invite(signed_in("alice"))
    assert b"errorlist" in Client().post(link, {"password": "short"}).content


def test_nobody_can_sign_in_before_choosing_a_password(cast: Cast, signed_in: As) -> None:
    invite(signed_in("alice"))
    answer = Client().post("/account/login/", {"login": "erin@example.com", "password": ""})
    assert answer.status_code == 200


def test_who_has_an_account_joins_by_the_firms_link_signed_in_with_it(
    cast: Cast, signed_in: As
) -> None:
    link = invite(signed_in("alice"), CHARLIE)
    assert link.startswith("/join/")
    charlie = signed_in("charlie")
    assert charlie.post("/work-in/", {"firm": "marsh"}).status_code == 404
    assert b"Sign in as charlie@example.com" in Client().get(link).content
    assert Client().post(link).status_code == 200
    assert b"You are signed in as bob@example.com" in signed_in("bob").post(link).content
    assert role_of(cast, "charlie") is None
    assert charlie.post(link)["Location"] == "/"
    assert b"Marsh &amp; Lowe" in charlie.get("/").content
    assert role_of(cast, "charlie") == Role.STAFF
    assert charlie.get(link).status_code == 404


def test_no_other_firm_gets_a_link_that_sets_the_password_of_somebody_let_in_elsewhere(
    cast: Cast, signed_in: As
) -> None:
    first = invite(signed_in("alice"))
    second = invite(signed_in("charlie"))
    assert (first.split("/")[1], second.split("/")[1]) == ("welcome", "join")
    assert Client().post(first, {"password": PASSWORD})["Location"] == "/account/login/"
    erin = Client()
    erin.force_login(User.objects.get(email="erin@example.com"), backend=BACKEND)
    assert erin.post("/work-in/", {"firm": "other"}).status_code == 404
    erin.post(second)
    assert erin.post("/work-in/", {"firm": "other"}).status_code == 302


def test_an_account_that_was_planted_opens_no_other_firm_to_who_planted_it(
    cast: Cast, signed_in: As, mail_server: None, mailoutbox: list[EmailMessage]
) -> None:
    charlie = signed_in("charlie")
    Client().post(invite(charlie), {"password": PASSWORD})
    planter = Client()
    planter.force_login(User.objects.get(email="erin@example.com"), backend=BACKEND)
    link = invite(signed_in("alice"))
    assert role_of(cast, "erin") is None
    assert b"Marsh" not in planter.get("/people/").content
    erin = Client()
    assert erin.post(f"{link}mail/")["Location"] == link
    proof = next(word for word in mailoutbox[-1].body.split() if "/prove/" in word)
    assert mailoutbox[-1].to == ["erin@example.com"]
    assert erin.post(urlsplit(proof).path, {"password": "ten quiet ledgers"}).status_code == 302
    assert planter.get("/people/").status_code == 302
    assert Client().get(urlsplit(proof).path).status_code == 404
    erin.post(
        f"/account/login/?next={link}",
        {"login": "erin@example.com", "password": "ten quiet ledgers"},
    )
    erin.post(link)
    assert role_of(cast, "erin") == Role.BOOKKEEPER


def test_without_a_mail_server_nobody_proves_an_address(cast: Cast, signed_in: As) -> None:
    link = invite(signed_in("alice"), CHARLIE)
    assert b"COUNTERFOIL_MAIL_URL" in Client().get(link).content
    assert Client().post(f"{link}mail/").status_code == 404


def test_who_is_asked_no_more_cannot_join_and_a_new_link_ends_no_older_one_of_theirs(
    cast: Cast, signed_in: As
) -> None:
    alice, charlie = signed_in("alice"), signed_in("charlie")
    link = invite(alice, CHARLIE)
    assert b"has not joined yet" in alice.get("/people/").content
    asked = Joining.objects.get()
    manage = f"/people/joining/{asked.pk}/"
    assert charlie.post(manage, {"do": "none"}).status_code == 404
    assert urlsplit(alice.post(manage, {"do": "link"}).context["invitation"]).path[:6] == "/join/"
    assert charlie.get(link).status_code == 200
    alice.post(manage, {"do": "none"})
    assert charlie.post(link).status_code == 404
    assert charlie.post("/join/abc:def:ghi/").status_code == 404


def test_the_first_firms_link_serves_though_another_firm_tried(cast: Cast, signed_in: As) -> None:
    link = invite(signed_in("alice"))
    invite(signed_in("charlie"))
    assert Client().post(link, {"password": PASSWORD})["Location"] == "/account/login/"


def test_a_link_sets_no_password_while_its_person_belongs_to_another_firm_too(
    cast: Cast, signed_in: As
) -> None:
    link = invite(signed_in("alice"))
    erin = User.objects.get(email="erin@example.com")
    other = Membership.objects.create(firm=cast.other.firm, user=erin, role=Role.STAFF)
    assert Client().get(link).status_code == 404
    assert Client().post(link, {"password": PASSWORD}).status_code == 404
    erin.refresh_from_db()
    assert not erin.has_usable_password()
    other.delete()
    assert Client().get(link).status_code == 200


def test_a_link_dies_with_the_membership_that_it_was_for(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    link = invite(alice)
    member = Membership.objects.get(user__email="erin@example.com")
    alice.post(f"/people/{member.pk}/", {"role": "none"})
    theirs = invite(signed_in("charlie"))
    assert Client().get(link).status_code == 404
    assert theirs.startswith("/welcome/")
    assert Client().get(theirs).status_code == 200


def test_who_belongs_to_two_firms_has_no_invitation(cast: Cast, signed_in: As) -> None:
    charlie = cast.people["charlie"]
    charlie.set_unusable_password()
    charlie.save()
    member = Membership.objects.create(firm=cast.firm, user=charlie, role=Role.STAFF)
    with pytest.raises(people.ElsewhereToo):
        people.invitation(member)


def test_who_signs_in_by_single_sign_on_is_asked_to_join_and_gets_no_password(
    cast: Cast, signed_in: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(signed_in("alice"))
    monkeypatch.setattr(people, "comes_in_already", lambda _: True)
    assert invite(signed_in("charlie")).startswith("/join/")


def test_nobody_is_let_in_twice(cast: Cast, signed_in: As) -> None:
    answer = signed_in("alice").post(
        "/people/let-in/", {"email": "bob@example.com", "role": "owner"}
    )
    assert answer.status_code == 422
    assert role_of(cast, "bob") == Role.BOOKKEEPER


def test_the_owner_changes_roles_and_lets_people_go(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    set_role(alice, cast, "bob", "auditor")
    set_role(alice, cast, "carol", "none")
    assert role_of(cast, "bob") == Role.AUDITOR
    assert role_of(cast, "carol") is None
    assert User.objects.filter(email="carol@example.com").exists()


@pytest.mark.parametrize("role", ["staff", "none"])
def test_a_firm_keeps_an_owner(cast: Cast, signed_in: As, role: str) -> None:
    set_role(signed_in("alice"), cast, "alice", role)
    assert role_of(cast, "alice") == Role.OWNER


def test_another_firms_people_cannot_be_changed(cast: Cast, signed_in: As) -> None:
    set_role(signed_in("charlie"), cast, "bob", "none")
    assert role_of(cast, "bob") == Role.BOOKKEEPER


def test_everybody_sees_who_is_in_and_only_owners_change_it(cast: Cast, signed_in: As) -> None:
    page = signed_in("carol").get("/people/").content
    assert b"alice@example.com" in page
    assert b"Let somebody in" not in page


def test_somebody_with_two_firms_goes_over_from_one_to_the_other(cast: Cast, signed_in: As) -> None:
    charlie = signed_in("charlie")
    charlie.post(invite(signed_in("alice"), CHARLIE))
    charlie.post("/work-in/", {"firm": "other"})
    assert b"Let somebody in" in charlie.get("/people/").content
    charlie.post("/work-in/", {"firm": "marsh"})
    page = charlie.get("/people/").content
    assert b"People of Marsh &amp; Lowe" in page
    assert b"Let somebody in" not in page


def test_nobody_goes_over_to_a_firm_that_is_not_theirs(cast: Cast, signed_in: As) -> None:
    charlie = signed_in("charlie")
    assert charlie.post("/work-in/", {"firm": "marsh"}).status_code == 404
    assert b"Other Lawyers" in charlie.get("/").content


def test_a_lost_password_is_replaced_by_a_link_from_the_owner(cast: Cast, signed_in: As) -> None:
    bob = signed_in("bob")
    member = Membership.objects.get(user=cast.people["bob"])
    answer = signed_in("alice").post(f"/people/{member.pk}/", {"role": "password"})
    assert bob.get("/").status_code == 302
    link = urlsplit(answer.context["invitation"]).path
    answer = Client().post(link, {"password": "eight quiet ledgers"})
    assert answer["Location"] == "/account/login/"
    assert role_of(cast, "bob") == Role.BOOKKEEPER


def test_one_firm_cannot_take_the_password_of_anothers_owner(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    signed_in("charlie").post(invite(alice, CHARLIE))
    member = Membership.objects.get(user=cast.people["charlie"], firm=cast.firm)
    alice.post(f"/people/{member.pk}/", {"role": "password"})
    cast.people["charlie"].refresh_from_db()
    assert cast.people["charlie"].check_password(PASSWORD)


def test_an_invitation_is_mailed_where_there_is_a_server_and_shown_in_any_case(
    cast: Cast, signed_in: As, mail_server: None, mailoutbox: list[EmailMessage]
) -> None:
    link = invite(signed_in("alice"))
    (letter,) = mailoutbox
    assert letter.to == ["erin@example.com"]
    assert "Marsh & Lowe" in letter.subject
    assert link in letter.body


def test_a_mail_that_does_not_leave_is_told_beside_the_link(
    cast: Cast, signed_in: As, settings: Settings
) -> None:
    settings.COUNTERFOIL = dataclasses.replace(settings.COUNTERFOIL, mail_url="smtp://localhost:1")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 1
    page = signed_in("alice").post("/people/let-in/", NEW).content.decode()
    assert "The mail server did not take it" in page
    assert "/welcome/" in page


def test_who_let_whom_in_and_out_stands_in_the_record(cast: Cast, signed_in: As) -> None:
    alice = signed_in("alice")
    invite(alice)
    set_role(alice, cast, "carol", "auditor")
    set_role(alice, cast, "bob", "none")
    told = Event.objects.order_by("sequence").values_list("what", "actor", "detail")
    assert list(told) == [
        ("person let in", "user:alice@example.com", "erin@example.com, Bookkeeper"),
        ("role changed", "user:alice@example.com", "carol@example.com, Auditor"),
        ("person let go", "user:alice@example.com", "bob@example.com"),
    ]
