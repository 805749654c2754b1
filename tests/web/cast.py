"""The cast: a firm with one person of each role, and Charlie, who owns another firm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from counterfoil.web.models import (
    Document,
    DocumentFinding,
    Firm,
    KnownName,
    Membership,
    Organisation,
    Posting,
    Role,
    User,
)

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


def a_document(organisation: Organisation, source_id: str, **fields: object) -> Document:
    """A bill in the daybook, as it stands without postings and findings."""
    given = {
        "kind": "bill",
        "number": source_id.upper(),
        "date": dt.date(2026, 5, 4),
        "amount": 110_00,
        "currency": "AUD",
        **fields,
    }
    for name, matter in ((given.get("party"), False), (given.get("matter"), True)):
        if isinstance(name, str):
            kept = KnownName.objects.filter(organisation=organisation, name=name, matter=matter)
            if not kept.exists():
                KnownName.objects.create(
                    firm=organisation.firm,
                    organisation=organisation,
                    name=name,
                    folded=name.casefold(),
                    matter=matter,
                )
    return Document.objects.create(
        firm=organisation.firm,
        organisation=organisation,
        source_id=source_id,
        revision=1,
        working=1,
        fingerprint="0" * 64,
        chart_version=1,
        mapping_version=1,
        received_at=timezone.now(),
        **given,
    )


def a_posting(document: Document, state: str, part: str = "") -> Posting:
    return Posting.objects.create(
        firm=document.firm,
        organisation=document.organisation,
        document=document,
        kind=document.kind,
        source_id=document.source_id,
        part=part,
        act="create",
        attempt=1,
        resource="Invoices",
        stage=1,
        state=state,
        batch_most=50,
    )


def a_finding(document: Document, code: str, about: str = "", **fields: object) -> DocumentFinding:
    given = {"severity": "error", "message": f"{code}!", "fix": "Mend it.", **fields}
    return DocumentFinding.objects.create(
        firm=document.firm,
        organisation=document.organisation,
        document=document,
        position=0,
        code=code,
        about=about,
        **given,
    )
