"""Pausing: a person keeps the workers from posting, and everybody in the firm sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from counterfoil.web.models import Organisation
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt


def pause(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Let no worker begin another turn; what is on its way is settled first."""
    rows = Organisation.objects.filter(pk=organisation.pk, paused_at=None)
    with transaction.atomic():
        if rows.update(paused_at=now, paused_by=actor):
            note(organisation.firm, "posting paused", organisation.key, actor=actor, now=now)


def go_on(organisation: Organisation, *, actor: str, now: dt.datetime) -> None:
    """Let the workers go on."""
    rows = Organisation.objects.filter(pk=organisation.pk, paused_at__isnull=False)
    with transaction.atomic():
        if rows.update(paused_at=None, paused_by=""):
            note(organisation.firm, "posting goes on", organisation.key, actor=actor, now=now)


def paused(organisation_id: int) -> bool:
    """Tell whether an organisation is paused, by asking the database."""
    return Organisation.objects.filter(pk=organisation_id, paused_at__isnull=False).exists()
