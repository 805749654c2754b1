"""Which contact a party becomes."""

from __future__ import annotations

from counterfoil.core.xero_documents import Contact
from counterfoil.posting.contacts import Adopt, Ask, Create, Match, Matcher, fold_name
from counterfoil.posting.records import MirrorContact

SMITH = Contact("c-1", "Smith Pty Ltd")


def mirrored(contact_id: str, name: str, number: str = "", **more: str) -> MirrorContact:
    return MirrorContact(contact_id, name, fold_name(name), number, **more)


def match(*mirror: MirrorContact, ours: tuple[str, ...] = (), choice: str = "") -> Match:
    return Matcher(mirror, set(ours)).match(SMITH, "c-1", choice)


def adopted(found: Match) -> str:
    assert isinstance(found, Adopt)
    return found.link.xero_id


def asked(found: Match) -> str:
    assert isinstance(found, Ask)
    return found.finding.code


def created(found: Match) -> str:
    assert isinstance(found, Create)
    return found.contact.name


def test_a_party_that_xero_does_not_know_is_created() -> None:
    assert created(match(mirrored("x-1", "Jones"))) == "Smith Pty Ltd"


def test_the_contact_that_carries_the_partys_id_is_the_party_whatever_its_name() -> None:
    assert adopted(match(mirrored("x-1", "Smith Holdings", "c-1"))) == "x-1"


def test_a_contact_of_the_same_name_waits_for_a_persons_yes() -> None:
    same = mirrored("x-1", "SMITH  pty ltd")

    assert asked(match(same)) == "contact_same_name"
    assert adopted(match(same, choice="adopt")) == "x-1"
    assert created(match(same, choice="separate")) == "Smith Pty Ltd (c-1)"


def test_two_parties_of_ours_with_one_name_are_told_apart_without_asking() -> None:
    other = mirrored("x-1", "Smith Pty Ltd", "c-9")

    assert created(match(other, ours=("x-1",))) == "Smith Pty Ltd (c-1)"


def test_two_new_parties_with_one_name_are_told_apart_within_a_claim() -> None:
    matcher = Matcher((), ())

    first = matcher.match(SMITH, "c-1", "")
    second = matcher.match(Contact("c-2", "Smith Pty Ltd"), "c-2", "")

    assert [created(first), created(second)] == ["Smith Pty Ltd", "Smith Pty Ltd (c-2)"]


def test_a_merged_contact_is_followed() -> None:
    gone = mirrored("x-1", "Smith", "c-1", status="ARCHIVED", merged_to="x-2")

    assert adopted(match(gone, mirrored("x-2", "Smith & Sons"))) == "x-2"
    assert adopted(match(gone)) == "x-2"


def test_an_archived_contact_is_a_finding() -> None:
    gone = mirrored("x-1", "Smith", "c-1", status="ARCHIVED")

    assert asked(match(gone)) == "contact_archived"


def test_an_archived_contact_of_the_same_name_does_not_stand_in_the_way() -> None:
    assert created(match(mirrored("x-1", "Smith Pty Ltd", status="ARCHIVED"))) == "Smith Pty Ltd"


def test_a_name_told_apart_stays_within_xeros_length() -> None:
    long = Contact("c-1", "S" * 255)

    found = Matcher((mirrored("x-1", "S" * 255),), ("x-1",)).match(long, "c-1", "")

    assert created(found) == "S" * 249 + " (c-1)"
