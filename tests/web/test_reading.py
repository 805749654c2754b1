"""Who only looks changes nothing: every page by GET, and all that the database holds."""

from __future__ import annotations

from typing import Final

from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counterfoil.web.models import Document, Joining, Membership, Proposal, Role, Webhook
from counterfoil.web.services import joining, people
from tests.web.cast import As, Cast, person
from tests.web.test_access import ARGUMENTS, EVERY, bill
from tests.web.test_trust_pages import firm

__all__ = ["bill", "firm"]

SESSION: Final = "django_session"
"""When somebody was last there, what is to be told them once, the way back of a consent."""
WITHOUT: Final = {"api_nothing": "every address of the API that is none"}
MONTH: Final = "?account=TRUST1&month=2026-10"
QUERIES: Final = {"trust_month": MONTH, "trust_paper": MONTH}
NOT_THERE: Final = {
    "mapping_create",
    "mapping_create_bank",
    "metrics",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_view_recovery_codes",
    "reports_paper",
}
"""Pages of which this firm has nothing to show: no Xero, no second factor, no month issued."""
Held = dict[str, list[tuple[object, ...]]]


def held() -> Held:
    """Every row of every table, but those of sessions."""
    found: Held = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != SESSION:
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                found[table] = cursor.fetchall()
    return found


def real(cast: Cast) -> dict[str, dict[str, object]]:
    """What the addresses name, so that each page finds what it is about."""
    now, bob = timezone.now(), cast.people["bob"]
    fresh = person("erin", cast.firm, Role.BOOKKEEPER, now)
    fresh.set_unusable_password()
    fresh.save()
    name, token = people.invitation(Membership.objects.get(user=fresh))
    asked = Joining.objects.create(
        firm=cast.firm, user=cast.people["charlie"], role="staff", created_at=now
    )
    proposed = Proposal.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        what="undo a bill",
        path="/documents/",
        form={},
        permission="post",
        asker=bob,
        asked_at=now,
    )
    hook = Webhook.objects.create(
        firm=cast.firm, name="ab12", url="https://m.example.com", read_to=0, created_at=now
    )
    member = Membership.objects.get(user=bob).pk
    proof = joining.proof(cast.people["charlie"])
    return {
        **{name: dict(given) for name, given in ARGUMENTS.items()},
        "people_change": {"member": member},
        "second_decide": {"pk": proposed.pk},
        "people_joining": {"pk": asked.pk},
        "programs_remove_webhook": {"name": hook.name},
        "join": {"token": joining.token(asked)},
        "join_mail": {"token": joining.token(asked)},
        "welcome": {"name": name, "token": token},
        "prove": {"name": proof[0], "token": proof[1]},
        "enter": {"kind": "bill"},
        "actionstep_hook": {"secret": "made-up"},
    }


def test_looking_at_any_page_changes_nothing_but_the_session(
    firm: Cast, bill: Document, signed_in: As
) -> None:
    """As an owner who is signed in, and as nobody where a page is for whoever comes."""
    named = real(firm)
    alice, nobody = signed_in("alice"), Client()
    answered: set[str] = set()
    before = held()
    for page in sorted(EVERY.keys() - WITHOUT.keys()):
        address = reverse(page, kwargs=named.get(page))
        for client in (alice, nobody):
            status = client.get(f"{address}{QUERIES.get(page, '')}").status_code
            answered |= (
                {page} if status in ({200, 302, 405} if client is alice else {200}) else set()
            )
            after = held()
            assert {table for table in after if after[table] != before[table]} == set(), page
        assert SESSION_KEY in alice.session, f"{page} signed the owner out"
    assert EVERY.keys() - WITHOUT.keys() - answered == NOT_THERE
