"""The cast: a firm with one person of each role, and Charlie, who owns another firm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client

from counterfoil.web.models import Firm, Membership, Organisation, Role, User

PASSWORD = "seven quiet ledgers"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROLES = {
    "alice": Role.OWNER,
    "bob": Role.BOOKKEEPER,
    "carol": Role.STAFF,
    "dora": Role.AUDITOR,
}

As = Callable[[str], Client]


@dataclass(frozen=True)
class Cast:
    """Two firms, each with one organisation, and their people."""

    firm: Firm
    organisation: Organisation
    other: Organisation
    people: dict[str, User]


def assemble(now: dt.datetime) -> Cast:
    """Alice owns Marsh & Lowe, Bob keeps its books, Carol works there, Dora audits it."""
    firm = Firm.objects.create(key="marsh", name="Marsh & Lowe", created_at=now)
    other = Firm.objects.create(key="other", name="Other Lawyers", created_at=now)
    people = {name: person(name, firm, role, now) for name, role in ROLES.items()}
    people["charlie"] = person("charlie", other, Role.OWNER, now)
    return Cast(
        firm,
        Organisation.objects.create(firm=firm, key="main", created_at=now),
        Organisation.objects.create(firm=other, key="main", created_at=now),
        people,
    )


def person(name: str, firm: Firm, role: Role, now: dt.datetime) -> User:
    user = User.objects.create_user(f"{name}@example.com", PASSWORD, created_at=now)
    Membership.objects.create(firm=firm, user=user, role=role, created_at=now)
    return user
