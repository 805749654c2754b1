"""Every address, as every role, of one's own firm and of another: no page may be forgotten."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from counterfoil.web.access import Permission, allows
from counterfoil.web.models import Document, Draft, Report, Work
from counterfoil.web.services import entering
from tests.web.cast import ROLES, As, Cast, a_document

PUBLIC = {
    "actionstep_hook",
    "setup",
    "no_firm",
    "welcome",
    "join",
    "join_mail",
    "prove",
    "health_live",
    "health_ready",
    "metrics",
    "api",
    "api_nothing",
}
"""Pages without a role; their own tests say who they are for."""
ALLAUTH = ("account_", "mfa_")
ARGUMENTS: dict[str, dict[str, str | int]] = {
    "document": {"kind": "bill", "source_id": "b-1001"},
    "mapping_download": {"form": "json"},
    "mapping_create": {"name": "trust_liability"},
    "people_change": {"member": 0},
    "second_decide": {"pk": 0},
    "people_joining": {"pk": 0},
    "programs_revoke_key": {"name": "00"},
    "programs_remove_webhook": {"name": "00"},
    "undo": {"kind": "bill", "source_id": "b-1001"},
    "rebill": {"kind": "bill", "source_id": "b-1001"},
    "unlink": {"kind": "bill", "source_id": "b-1001"},
    "relink": {"kind": "bill", "source_id": "b-1001"},
    "accept": {"kind": "bill", "source_id": "b-1001"},
    "draft": {"pk": 4712},
    "import_report": {"pk": 4713},
    "enter": {"kind": "bank_statement"},
    "work": {"pk": 4711},
    "work_stop": {"pk": 4711},
}


def named(patterns: list[URLPattern | URLResolver]) -> dict[str, URLPattern]:
    found: dict[str, URLPattern] = {}
    for pattern in patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "api":
            continue  # it knows keys and no people: tests/web/api/test_access.py walks it
        if isinstance(pattern, URLResolver):
            found |= named(pattern.url_patterns)
        else:
            assert pattern.name, f"{pattern} has no name"
            found[pattern.name] = pattern
    return found


EVERY = named(get_resolver().url_patterns)
PAGES = sorted(name for name in EVERY if name not in PUBLIC and not name.startswith(ALLAUTH))


def permission_of(name: str) -> Permission:
    permission = getattr(EVERY[name].callback, "permission", None)
    assert isinstance(permission, Permission), f"{name} does not say who may open it"
    return permission


def answers(client: Client, name: str) -> set[int]:
    """The status of both a read and a form without content, at the page's address."""
    address = reverse(name, kwargs=ARGUMENTS.get(name))
    return {client.get(address).status_code, client.post(address).status_code}


@pytest.fixture
def bill(cast: Cast) -> Document:
    Draft.objects.create(
        pk=4712,
        firm=cast.firm,
        organisation=cast.organisation,
        kind="bill",
        title="INV-1001",
        author="user:alice@example.com",
        saved_at=timezone.now(),
    )
    Report.objects.create(
        pk=4713,
        firm=cast.firm,
        organisation=cast.organisation,
        name="Marsh.csv",
        content=b"Date,Number,Client\n1/7/2026,INV-1001,Ng Family\n",
        actor="user:alice@example.com",
        kept_at=timezone.now(),
    )
    Work.objects.create(
        pk=4711,
        firm=cast.firm,
        organisation=cast.organisation,
        kind="import",
        title="month.jsonl of Marsh",
        actor="user:alice@example.com",
        begun_at=timezone.now(),
        beat_at=timezone.now(),
    )
    return a_document(cast.organisation, "b-1001", number="INV-1001", party="Ng Family Trust")


@pytest.mark.parametrize("who", [*ROLES, "charlie", "nobody"])
def test_every_page_opens_for_those_who_may_and_for_nobody_else(
    who: str, cast: Cast, bill: Document, signed_in: As
) -> None:
    client = Client() if who == "nobody" else signed_in(who)
    for name in PAGES:
        statuses = answers(client, name)
        if who == "nobody":
            assert statuses <= {302, 405}, name
            there = client.get(reverse(name, kwargs=ARGUMENTS.get(name)))
            assert there["Location"].startswith("/account/login/"), name
        elif who == "charlie" and name in ARGUMENTS:
            assert statuses <= {404, 405}, name
        elif allows(ROLES.get(who, "owner"), permission_of(name)):
            assert 403 not in statuses, name
        else:
            assert statuses - {405} == {403}, name


TAKING_BACK = {
    "void": {"voids": "bill:b-1001"},
    "reversal": {"reverses": "receipt:r-1"},
}
ENTERED = {
    "id": "hand-9",
    "number": "T-9",
    "date": "2026-07-01",
    "reason": "Entered twice",
    "memo": "",
}


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("kind", [*TAKING_BACK, "bank_transfer"])
def test_what_is_entered_is_handed_in_by_bookkeepers_and_kept_as_a_draft_for_staff(
    who: str, kind: str, cast: Cast, bill: Document, signed_in: As
) -> None:
    Draft.objects.all().delete()
    a_document(cast.organisation, "r-1", kind="receipt")
    transfer = {"from_bank_account": "A", "to_bank_account": "B", "amount": "10.00"}
    typed = {**ENTERED, **TAKING_BACK.get(kind, transfer), "do": "approve"}
    shown = entering.judge(cast.organisation, kind, typed).naming
    answer = signed_in(who).post(f"/enter/{kind}/", {**typed, "naming": shown})
    may = allows(ROLES[who], Permission.POST)
    drafted = allows(ROLES[who], Permission.ENTER) and not may
    assert answer.status_code == (302 if may or drafted else 403), answer.context["judged"]
    assert Document.objects.filter(kind=kind).exists() == may
    assert Draft.objects.filter(kind=kind).exists() == drafted


def test_no_page_of_another_firm_shows_what_is_ours(
    cast: Cast, bill: Document, signed_in: As
) -> None:
    charlie = signed_in("charlie")
    for name in PAGES:
        answer = charlie.get(reverse(name, kwargs=ARGUMENTS.get(name)), follow=True)
        for secret in ("INV-1001", "Ng Family", "Marsh", "alice@example.com"):
            assert secret.encode() not in answer.getvalue(), name


def test_nothing_is_kept_by_shared_caches_and_no_script_is_inline(signed_in: As) -> None:
    answer = signed_in("alice").get("/")
    assert "no-store" in answer["Cache-Control"]
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert b"style=" not in answer.content
    assert all(b" src=" in tag for tag in re.findall(rb"<script[^>]*>", answer.content))
    assert b"></script>" in answer.content
