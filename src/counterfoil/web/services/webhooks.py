"""The webhooks of a firm: added with a secret that is shown once, listed, tried out, removed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from counterfoil.web.models import AuditHead, Delivery, Organisation, Webhook
from counterfoil.web.store.noting import note
from counterfoil.web.webhooks import addresses, noticing, signing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from django.db.models import QuerySet

    from counterfoil.web.models import Firm
    from counterfoil.web.webhooks.deciding import Event

MOST_WEBHOOKS = 10
"""Webhooks of a firm."""
MOST_SHOWN = 100
"""Messages of a webhook that are listed."""


class CannotAdd(Exception):
    """The webhook cannot be added; the message says why."""


@dataclass(frozen=True, slots=True)
class Added:
    """A new webhook with its secret, which is not shown again."""

    row: Webhook
    secret: str

    def __repr__(self) -> str:
        return f"Added({self.row})"


def add(firm: Firm, url: str, events: Collection[Event], *, actor: str, now: dt.datetime) -> Added:
    """Add a webhook: it is told what happens from now on, and sent a ping. Raises ``CannotAdd``."""
    why = addresses.fault(url, loopback=settings.COUNTERFOIL.webhooks_to_loopback)
    if why:
        raise CannotAdd(why)
    with transaction.atomic():
        if standing(firm).count() >= MOST_WEBHOOKS:
            raise CannotAdd(f"A firm has at most {MOST_WEBHOOKS} webhooks. Remove one first.")
        head = AuditHead.objects.filter(firm=firm).first()
        row = Webhook.objects.create(
            firm=firm,
            name=secrets.token_hex(8),
            url=url,
            events=sorted(str(event) for event in events),
            read_to=head.sequence if head else 0,
            created_at=now,
            created_by=actor,
        )
        ping(row, now=now)
        note(firm, "webhook added", f"{row.name}: {url}", actor=actor, now=now)
    return Added(row, signing.secret_of(row.name))


def remove(firm: Firm, name: str, *, actor: str, now: dt.datetime) -> Webhook | None:
    """Remove a webhook: what was not sent is not sent any more. None if there is none."""
    with transaction.atomic():
        row = standing(firm).select_for_update(of=("self",)).filter(name=name).first()
        if row is None:
            return None
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        Delivery.objects.filter(webhook=row, due_at__isnull=False).update(
            due_at=None, trouble="The webhook was removed."
        )
        note(firm, "webhook removed", f"{row.name}: {row.url}", actor=actor, now=now)
    return row


def ping(webhook: Webhook, *, now: dt.datetime) -> Delivery:
    """Write a message down that only tries the address out."""
    organisation = Organisation.objects.filter(firm=webhook.firm_id).order_by("pk")[0]
    return noticing.write_down(webhook, organisation, "ping", [], now=now)


def standing(firm: Firm) -> QuerySet[Webhook]:
    """Return the webhooks of a firm that were not removed, the oldest first."""
    found = Webhook.objects.filter(firm=firm, removed_at=None).select_related("firm")
    return found.order_by("pk")


@dataclass(frozen=True, slots=True)
class Shown:
    """A webhook and how it goes: messages that wait, the last that was taken, the last trouble."""

    row: Webhook
    waiting: int
    taken_at: dt.datetime | None
    trouble: str


def shown(firm: Firm) -> list[Shown]:
    """Return the webhooks of a firm and how each goes."""
    return [_shown(row) for row in standing(firm)]


def _shown(row: Webhook) -> Shown:
    mine = Delivery.objects.filter(webhook=row).order_by("-pk")
    tried = mine.filter(tries__gt=0).first()
    taken = mine.filter(taken_at__isnull=False).first()
    return Shown(
        row,
        mine.filter(due_at__isnull=False).count(),
        taken.taken_at if taken else None,
        tried.trouble if tried else "",
    )


def deliveries(webhook: Webhook) -> list[Delivery]:
    """Return the newest messages of a webhook."""
    return list(Delivery.objects.filter(webhook=webhook).order_by("-pk")[:MOST_SHOWN])
