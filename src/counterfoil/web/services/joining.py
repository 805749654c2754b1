"""Joining a firm with an account that is there already.

Whoever made that account, another firm perhaps, may know its password. So two things are asked for:
the firm's own link, which it gives to the person it means, and being signed in with the account.
Who has the link and cannot sign in proves by mail that the address is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.db import transaction

from counterfoil.web.models import Joining, Membership
from counterfoil.web.services import people
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Firm, User

SALT: Final = "counterfoil.web.services.joining"
LASTS: Final = 3 * 24 * 60 * 60
"""Seconds for which a link works; it works once."""


class _Proofs(PasswordResetTokenGenerator):
    """Tokens that are only ever mailed; they die with the password, the sign-in, or three days."""

    key_salt = "counterfoil.web.services.joining.proof"


_proofs = _Proofs()


def waiting(firm: Firm) -> list[Joining]:
    """Return who was asked to join the firm and has not, by address."""
    return list(Joining.objects.filter(firm=firm).select_related("user").order_by("user__email"))


def token(joining: Joining) -> str:
    """Return the part of the link by which this person joins this firm, and nobody else any."""
    return signing.dumps([joining.pk, joining.created_at.isoformat()], salt=SALT)


def found(text: str) -> Joining | None:
    """Return whom a link is for; None if it has served, is too old, or was never made."""
    try:
        pk, made = signing.loads(text, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    row = Joining.objects.filter(pk=pk).select_related("firm", "user").first()
    return row if row is not None and row.created_at.isoformat() == made else None


@transaction.atomic
def join(joining: Joining, *, now: dt.datetime) -> Membership:
    """Make a member of somebody who opened their link and is signed in as who it is for."""
    firm, user, role = joining.firm, joining.user, joining.role
    joining.delete()
    member, _ = Membership.objects.get_or_create(
        firm=firm, user=user, defaults={"role": role, "created_at": now}
    )
    note(firm, "person joined", user.email, actor=f"user:{user.email}", now=now)
    return member


@transaction.atomic
def ask_no_more(joining: Joining, *, actor: str, now: dt.datetime) -> None:
    """Take back what somebody was asked; their link is dead from then on."""
    firm, email = joining.firm, joining.user.email
    joining.delete()
    note(firm, "person not asked any more", email, actor=actor, now=now)


def proof(user: User) -> tuple[str, str]:
    """Return the two parts of an address that proves whose an account is: to be mailed only."""
    return people.name_in_link(user), _proofs.make_token(user)


def proven(name: str, text: str) -> User | None:
    """Return whose mailbox an address came from; None if it has served or was never mailed."""
    user = people.user_named(name)
    return user if user is not None and _proofs.check_token(user, text) else None
