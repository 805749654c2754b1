"""The beginning: a firm, its organisation, its first owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare

from counterfoil.web import home
from counterfoil.web.models import Firm, Membership, Organisation, Role, User

if TYPE_CHECKING:
    import datetime as dt

DEFAULT_FIRM = "main"
DEFAULT_FIRM_NAME = "My firm"
DEFAULT_ORGANISATION = "main"


class AlreadySetUp(Exception):
    """Somebody has an account: the first owner cannot be made again."""


def wanted() -> bool:
    """Tell whether nobody has an account yet."""
    return not User.objects.exists()


def code() -> str:
    """Return the code that proves that somebody can read the server's terminal; made once."""
    return settings.COUNTERFOIL.setup_code or home.kept(settings.COUNTERFOIL.home, home.SETUP_CODE)


def proves(given: str) -> bool:
    """Tell whether the code is right, in the same time whether it is or not."""
    return constant_time_compare(given.strip(), code())


@transaction.atomic
def first_owner(firm_name: str, email: str, password: str, *, now: dt.datetime) -> User:
    """Make the first account, its firm and the firm's organisation.

    A firm that commands made before anybody signed in is taken over and renamed. Raises
    ``AlreadySetUp``.
    """
    if not wanted():
        raise AlreadySetUp
    organisation = default_organisation(now=now)
    firm = organisation.firm
    firm.name = firm_name
    firm.save(update_fields=["name"])
    user = User.objects.create_user(email, password, created_at=now)
    Membership.objects.create(firm=firm, user=user, role=Role.OWNER, created_at=now)
    transaction.on_commit(lambda: home.forget(settings.COUNTERFOIL.home, home.SETUP_CODE))
    return user


def new_organisation(firm: Firm, key: str, *, now: dt.datetime) -> Organisation:
    """Make another organisation of a firm; ``key`` names it in files and on the command line."""
    return Organisation.objects.create(firm=firm, key=key, created_at=now)


@transaction.atomic
def default_organisation(*, now: dt.datetime) -> Organisation:
    """Return the only organisation, made with its firm if there is none."""
    organisations = Organisation.objects.filter(firm__erased_at=None)
    found = organisations.select_related("firm").order_by("pk").first()
    if found is not None:
        return found
    firm = Firm.objects.filter(erased_at=None).order_by("pk").first() or Firm.objects.create(
        key=DEFAULT_FIRM, name=DEFAULT_FIRM_NAME, created_at=now
    )
    return Organisation.objects.create(firm=firm, key=DEFAULT_ORGANISATION, created_at=now)
