"""People of a firm: letting them in, their roles, letting them go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from counterfoil.web import sessions
from counterfoil.web.models import Firm, Joining, Membership, Role, User
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt


class LastOwner(Exception):
    """A firm must keep an owner."""

    def __init__(self) -> None:
        super().__init__("A firm must keep an owner. Make somebody else an owner first.")


class AlreadyIn(Exception):
    """The person belongs to the firm already."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} belongs to the firm already.")


class ElsewhereToo(Exception):
    """The person belongs to other firms: one firm may not take their way in away."""

    def __init__(self, email: str) -> None:
        super().__init__(
            f"{email} belongs to other firms too; their password and second factor are not yours. "
            "Whoever looks after the server can help."
        )


class _Invitations(PasswordResetTokenGenerator):
    """Tokens that die with the first password, the first sign-in, or three days.

    A token is bound to the one membership for which it was made: it sets no password while the
    person belongs to another firm, whose books it would open to whoever was shown it.
    """

    key_salt = "counterfoil.web.services.people.invitation"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        belongs = Membership.objects.filter(user_id=user.pk).order_by("pk")
        bound = ",".join(map(str, belongs.values_list("pk", flat=True)))
        return f"{super()._make_hash_value(user, timestamp)}:{bound}"


_invitations = _Invitations()
TAKEN = ("password taken", "second factor taken")
"""The events by which somebody loses a way in at another one's word; their detail is who."""


def members(firm: Firm) -> list[Membership]:
    """Return who belongs to the firm, by address."""
    return list(Membership.objects.filter(firm=firm).select_related("user").order_by("user__email"))


@transaction.atomic
def let_in(
    firm: Firm, email: str, role: Role, *, actor: str, now: dt.datetime
) -> Membership | Joining:
    """Give somebody a role in the firm; makes their account if they have none.

    Who had an account before, under whatever name and password, joins by a link of the firm's own
    (``joining``). Raises ``AlreadyIn``.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    user = user or User.objects.create_user(address, None, created_at=now)
    if Membership.objects.filter(firm=firm, user=user).exists():
        raise AlreadyIn(address)
    Joining.objects.filter(firm=firm, user=user).delete()
    kind = Membership if _is_new(user) else Joining
    made = kind.objects.create(firm=firm, user=user, role=role, created_at=now)
    asked = "person let in" if isinstance(made, Membership) else "person asked to join"
    note(firm, asked, f"{address}, {role.label}", actor=actor, now=now)
    return made


def _is_new(user: User) -> bool:
    """Tell whether nobody has a way in under this address, so that a first password may be set."""
    return not comes_in_already(user) and not Membership.objects.filter(user=user).exists()


def comes_in_already(user: User) -> bool:
    """Tell whether somebody can sign in with what they have: a password, or single sign-on."""
    if user.has_usable_password():
        return True
    if not apps.is_installed("allauth.socialaccount"):
        return False
    # Imported here: where no identity provider is set the app is not installed.
    from allauth.socialaccount.models import SocialAccount  # noqa: PLC0415 -- as said above

    return bool(SocialAccount.objects.filter(user=user).exists())


def has_come_in(user: User) -> bool:
    """Tell whether somebody has taken their account: they have signed in, or could by now."""
    return user.last_login is not None or comes_in_already(user)


def belongs_elsewhere(membership: Membership) -> bool:
    """Tell whether the person belongs to another firm too."""
    others = Membership.objects.filter(user_id=membership.user_id).exclude(pk=membership.pk)
    return others.exists()


def invitation(membership: Membership) -> tuple[str, str]:
    """Return the two parts of an invitation's address; it works once, for three days.

    Raises ``ElsewhereToo``: with the link a firm would hold the key to another firm's books.
    """
    user = membership.user
    if belongs_elsewhere(membership):
        raise ElsewhereToo(user.email)
    return name_in_link(user), _invitations.make_token(user)


def invited(name: str, token: str) -> User | None:
    """Return whom an invitation is for; None if it was used, is too old, or was never made."""
    user = user_named(name)
    if user is None or user.has_usable_password() or not _invitations.check_token(user, token):
        return None
    return user


def name_in_link(user: User) -> str:
    """Return the part of a link that says whose it is; it proves nothing."""
    return urlsafe_base64_encode(str(user.pk).encode())


def user_named(name: str) -> User | None:
    """Return whose link it says it is; None for what is no such name."""
    try:
        return User.objects.filter(pk=int(force_str(urlsafe_base64_decode(name)))).first()
    except ValueError:
        return None


@transaction.atomic
def forget_password(membership: Membership, *, actor: str, now: dt.datetime) -> None:
    """Take somebody's password away, which ends their sessions; then invite them anew.

    Raises ``ElsewhereToo``.
    """
    user = membership.user
    if belongs_elsewhere(membership):
        raise ElsewhereToo(user.email)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    note(membership.firm, TAKEN[0], user.email, actor=actor, now=now)


@transaction.atomic
def choose_password(user: User, password: str, *, now: dt.datetime) -> None:
    """Set the password that whoever holds a link has chosen; each firm has it in its record."""
    user.set_password(password)
    user.save(update_fields=["password"])
    for membership in Membership.objects.filter(user=user).select_related("firm").order_by("pk"):
        note(membership.firm, "password chosen", "by a link", actor=f"user:{user.email}", now=now)


@transaction.atomic
def forget_factor(membership: Membership, *, actor: str, now: dt.datetime) -> None:
    """Take away the second factor of somebody who lost it, and end their sessions.

    Their password is asked for as before, and a new factor wherever one is demanded. Raises
    ``ElsewhereToo``.
    """
    if belongs_elsewhere(membership):
        raise ElsewhereToo(membership.user.email)
    reset_factor(membership.user, actor=actor, now=now)


@transaction.atomic
def reset_factor(user: User, *, actor: str, now: dt.datetime) -> int:
    """Do so at the word of whoever looks after the server; return how many ways in that were.

    Each firm that the person belongs to has it in its record.
    """
    gone: int = Authenticator.objects.filter(user=user).delete()[0]
    sessions.end_others(user, None)
    for membership in Membership.objects.filter(user=user).select_related("firm").order_by("pk"):
        note(membership.firm, TAKEN[1], user.email, actor=actor, now=now)
    return gone


@transaction.atomic
def set_role(membership: Membership, role: Role, *, actor: str, now: dt.datetime) -> None:
    """Change a role. Raises ``LastOwner``."""
    if role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    told = f"{membership.user.email}, {role.label}"
    note(membership.firm, "role changed", told, actor=actor, now=now)


@transaction.atomic
def let_go(membership: Membership, *, actor: str, now: dt.datetime) -> None:
    """End somebody's membership; their account and what they did stay. Raises ``LastOwner``."""
    _keep_an_owner(membership)
    firm, email = membership.firm, membership.user.email
    membership.delete()
    note(firm, "person let go", email, actor=actor, now=now)


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(firm_id=membership.firm_id, role=Role.OWNER)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner
