"""Pausing: nothing leaves by itself until a person lets it, and everybody in the firm sees it.

A firm's first mapping pauses it by itself, so that nothing of it leaves before somebody has looked
at what would be posted. Nobody has paused it then: ``paused_by`` is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from counterfoil.web.models import Counter, Organisation
from counterfoil.web.services.standing import GOES_ON, IN_XERO
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt


def pause(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Let no worker begin another turn; what is on its way is settled first."""
    rows = Organisation.objects.filter(Q(paused_at=None) | Q(paused_by=""), pk=organisation.pk)
    with transaction.atomic():
        if rows.update(paused_at=now, paused_by=actor):
            note(organisation.firm, "posting paused", organisation.key, actor=actor, now=now)


def until_looked_at(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Pause a firm that begins: of which nothing is in Xero, and that nobody has paused."""
    states = [str(state) for state in IN_XERO]
    if Counter.objects.filter(organisation=organisation, state__in=states, count__gt=0).exists():
        return
    rows = Organisation.objects.filter(pk=organisation.pk, paused_at=None)
    with transaction.atomic():
        if rows.update(paused_at=now, paused_by=""):
            what = "posting paused until looked at"
            note(organisation.firm, what, organisation.key, actor=actor, now=now)


def go_on(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Let the workers go on."""
    _let_go(Q(paused_at__isnull=False), organisation, actor, now)


def looked_at(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Let a firm that begins go on; what a person has paused stays so."""
    _let_go(Q(paused_at__isnull=False, paused_by=""), organisation, actor, now)


def _let_go(which: Q, organisation: Organisation, actor: str, now: dt.datetime) -> None:
    with transaction.atomic():
        rows = Organisation.objects.filter(which, pk=organisation.pk)
        if rows.update(paused_at=None, paused_by=""):
            note(organisation.firm, GOES_ON, organisation.key, actor=actor, now=now)


def paused(organisation_id: int) -> bool:
    """Tell whether an organisation is paused, by asking the database."""
    return Organisation.objects.filter(pk=organisation_id, paused_at__isnull=False).exists()


def begins(organisation_id: int) -> bool:
    """Tell whether an organisation is paused until somebody has looked at what would go."""
    rows = Organisation.objects.filter(pk=organisation_id, paused_at__isnull=False, paused_by="")
    return rows.exists()
