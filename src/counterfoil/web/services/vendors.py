"""What a vendor may do for its firms: set them up, hand them over to their owners, list them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from counterfoil.web.models import Firm, Joining, Membership, Role
from counterfoil.web.services import joining, people, setup
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from counterfoil.web.models import Vendor


class HasOwner(Exception):
    """The firm is in its owner's hands, and they let people in themselves."""

    def __init__(self) -> None:
        super().__init__("The firm has an owner already, who lets people in on the page People.")


@dataclass(frozen=True, slots=True)
class Handover:
    """Where a firm's owner goes to connect it; ``invited`` if they first choose a password."""

    url: str
    invited: bool


@transaction.atomic
def set_up(
    vendor: Vendor, name: str, title: str, *, actor: str, now: dt.datetime
) -> tuple[Firm, bool]:
    """Return the vendor's firm of this name, and whether it was made just now."""
    found = find(vendor, name)
    if found is not None:
        return found, False
    firm = Firm.objects.create(key=key_of(vendor, name), name=title, vendor=vendor, created_at=now)
    setup.new_organisation(firm, setup.DEFAULT_ORGANISATION, now=now)
    note(firm, "firm set up", f"{title}, by {vendor.name}", actor=actor, now=now)
    return firm, True


@transaction.atomic
def hand_over(firm: Firm, email: str, *, actor: str, now: dt.datetime) -> Handover:
    """Make somebody the firm's first owner, and return where they connect it to Xero.

    For an owner who was named before it gives a new address. Somebody else takes their place as
    long as they never came in, for a vendor may have mistyped; then the address that was told
    before leads nowhere. Once an owner has come in, the firm is handed over. Who had an account
    before gets no address that sets a password, and one at which they join the firm once they are
    signed in. Raises ``HasOwner``.
    """
    address = email.strip().lower()
    owners = Membership.objects.filter(firm=firm, role=Role.OWNER).select_related("user")
    member: Membership | Joining | None = owners.filter(user__email=address).first()
    if member is None:
        _take_back(firm, owners, actor, now)
        Joining.objects.filter(firm=firm).delete()
        member = people.let_in(firm, address, Role.OWNER, actor=actor, now=now)
    note(firm, "connect address made", f"for {address}", actor=actor, now=now)
    path, invited = _way_in(member)
    return Handover(f"{settings.COUNTERFOIL.url}{path}", invited=invited)


def _take_back(firm: Firm, owners: QuerySet[Membership], actor: str, now: dt.datetime) -> None:
    """Let go of owners who were only named. Raises ``HasOwner`` where one of them has come in."""
    if any(people.has_come_in(owner.user) for owner in owners):
        raise HasOwner
    for owner in owners:
        owner.delete()
        note(firm, "owner named anew", f"not {owner.user.email}", actor=actor, now=now)


def _way_in(member: Membership | Joining) -> tuple[str, bool]:
    if isinstance(member, Joining):
        return reverse("join", args=[joining.token(member)]), False
    if people.belongs_elsewhere(member) or member.user.has_usable_password():
        return reverse("connection"), False
    return reverse("welcome", args=people.invitation(member)), True


def find(vendor: Vendor, name: str) -> Firm | None:
    """Return a firm of the vendor by the vendor's name of it."""
    return Firm.objects.filter(vendor=vendor, key=key_of(vendor, name)).first()


def firms(vendor: Vendor, after: str, most: int) -> list[Firm]:
    """Return the vendor's firms by name, those that follow ``after``."""
    found: QuerySet[Firm] = Firm.objects.filter(vendor=vendor).order_by("key")
    if after:
        found = found.filter(key__gt=key_of(vendor, after))
    return list(found[:most])


def key_of(vendor: Vendor, name: str) -> str:
    """Return the key under which a firm stands; a vendor's own key has no dash."""
    return f"{vendor.key}-{name}"


def name_of(vendor: Vendor, firm: Firm) -> str:
    """Return the vendor's own name of a firm."""
    return firm.key.removeprefix(f"{vendor.key}-")
