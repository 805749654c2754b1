"""Which contact a party becomes: pure decisions over the mirror of Xero's contacts.

A contact that carries the party's id as ContactNumber is the party. One that only has the same name
is adopted after a person's yes and not before; a clash among our own parties, or a person's no,
makes ``Name (id)`` (documents.md, Contacts).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from counterfoil.core.findings import Finding, error
from counterfoil.posting.records import Link

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from counterfoil.core.xero_documents import Contact
    from counterfoil.posting.records import MirrorContact

NAME_MOST = 255
"""Characters of a contact's name in Xero, at most."""
SAME_NAME = "contact_same_name"
"""The code of the question whether a party is the contact of the same name."""
MERGES_MOST = 10
"""Merges followed from one contact to the next, at most."""


@dataclass(frozen=True, slots=True)
class Create:
    """The contact is to be created, under this name."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class Adopt:
    """The party is this existing contact."""

    link: Link


@dataclass(frozen=True, slots=True)
class Ask:
    """A person decides; the finding says what about."""

    finding: Finding


Match = Create | Adopt | Ask


class Matcher:
    """Matches the parties of one claim, one after another.

    ``mirror`` holds the contacts with one of their numbers or folded names; ``ours`` the ids among
    them that are parties of ours.
    """

    def __init__(self, mirror: Sequence[MirrorContact], ours: Collection[str]) -> None:
        """Index the mirror."""
        self._by_id = {contact.contact_id: contact for contact in mirror}
        self._by_number = {contact.number: contact for contact in mirror if contact.number}
        self._by_name = {c.folded: c for c in mirror if c.status == "ACTIVE" and not c.merged_to}
        self._ours = ours
        self._named: set[str] = set()

    def match(self, contact: Contact, party_id: str, choice: str) -> Match:
        """Decide on one party. ``choice`` is a person's answer: adopt, separate or nothing."""
        same_number = self._by_number.get(contact.number)
        if same_number is not None:
            return self._adopt(same_number)
        same_name = self._by_name.get(fold_name(contact.name))
        if same_name is not None and same_name.contact_id not in self._ours:
            if choice == "adopt":
                return Adopt(Link(same_name.contact_id, same_name.number, source="person"))
            if choice != "separate":
                return Ask(_same_name(contact.name, party_id))
        if same_name is not None or fold_name(contact.name) in self._named:
            contact = _told_apart(contact, party_id)
        self._named.add(fold_name(contact.name))
        return Create(contact)

    def _adopt(self, found: MirrorContact) -> Match:
        for _ in range(MERGES_MOST):
            if not found.merged_to:
                break
            kept = self._by_id.get(found.merged_to)
            if kept is None:
                return Adopt(Link(found.merged_to, found.number, source="mirror"))
            found = kept
        if found.status != "ACTIVE":
            return Ask(_archived(found.name))
        return Adopt(Link(found.contact_id, found.number, source="mirror"))


def fold_name(name: str) -> str:
    """Return a name as Xero compares it: without regard to case and runs of blanks."""
    return " ".join(name.casefold().split())


def folded_names(contacts: Collection[Contact]) -> set[str]:
    """Return the folded names of contacts to be."""
    return {fold_name(contact.name) for contact in contacts}


def _told_apart(contact: Contact, party_id: str) -> Contact:
    tail = f" ({party_id})"
    return replace(contact, name=contact.name[: NAME_MOST - len(tail)] + tail)


def _same_name(name: str, party_id: str) -> Finding:
    return error(
        SAME_NAME,
        f"Xero already has a contact named {name}, and nothing tells whether it is this party.",
        f"Say whether it is the same ('counterfoil contacts adopt {party_id}') or another "
        f"('counterfoil contacts separate {party_id}').",
        "name",
        f"contact:{party_id}",
    )


def _archived(name: str) -> Finding:
    return error(
        "contact_archived",
        f"The contact {name} is archived in Xero and cannot be used.",
        "Restore the contact in Xero, then retry.",
        "name",
        "contact_archived",
    )
