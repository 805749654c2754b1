"""A turn of the webhooks: notice what happened, send what is due, write down what came of it."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from django.db.models import Q

from counterfoil.web import beside as besides
from counterfoil.web.models import Delivery, Webhook
from counterfoil.web.webhooks import deciding, noticing, sending

if TYPE_CHECKING:
    import contextlib
    import threading
    from collections.abc import Callable, Iterator

    Clock = Callable[[], dt.datetime]

TURN_SECONDS = 20.0
"""After which a turn begins no other message."""
HELD_SECONDS = 60
"""How long a message belongs to who sends it; longer than a try can take."""
KEPT = dt.timedelta(days=30)
"""How long a message is kept after it was written down."""
PAUSE_SECONDS = 2.0


def turn(clock: Clock) -> int:
    """Look after every webhook once; return how many messages were sent, taken or not."""
    for webhook in noticing.behind():
        while noticing.notice(webhook, now=clock()):
            pass
    _forget(clock())
    end = time.monotonic() + TURN_SECONDS
    sent = 0
    while time.monotonic() < end:
        delivery = _claim(clock())
        if delivery is None:
            break
        trouble = sending.send(delivery, now=clock())
        _settle(delivery, trouble, clock())
        sent += 1
    return sent


def due(now: dt.datetime) -> Iterator[Delivery]:
    """Return what may be sent now, the oldest first: not to an address that rests."""
    rested = Q(webhook__rest_until=None) | Q(webhook__rest_until__lte=now)
    free = Q(held_until=None) | Q(held_until__lte=now)
    found = Delivery.objects.filter(rested, free, due_at__lte=now, webhook__removed_at=None)
    return found.select_related("webhook").order_by("due_at", "pk").iterator(chunk_size=1)


def _claim(now: dt.datetime) -> Delivery | None:
    """Take a message that is due, so that no other process sends it at the same time."""
    for delivery in due(now):
        free = Q(held_until=None) | Q(held_until__lte=now)
        mine = Delivery.objects.filter(free, pk=delivery.pk, due_at=delivery.due_at)
        if mine.update(held_until=now + dt.timedelta(seconds=HELD_SECONDS)):
            return delivery
    return None


def _settle(delivery: Delivery, trouble: str, now: dt.datetime) -> None:
    tries = delivery.tries + 1
    Delivery.objects.filter(pk=delivery.pk).update(
        tries=tries,
        due_at=deciding.next_try(tries, now) if trouble else None,
        held_until=None,
        taken_at=None if trouble else now,
        trouble=trouble[:200],
    )
    rest = now + deciding.REST if trouble else None
    Webhook.objects.filter(pk=delivery.webhook_id).update(rest_until=rest)


def _forget(now: dt.datetime) -> None:
    """Delete what is old and done, in portions; what still waits stays."""
    old = Delivery.objects.filter(due_at=None, made_at__lt=now - KEPT).order_by("pk")
    numbers = list(old.values_list("pk", flat=True)[:500])
    if numbers:
        Delivery.objects.filter(pk__in=numbers).delete()


def beside(told: threading.Event) -> contextlib.AbstractContextManager[None]:
    """Deliver beside the block; a receiver that answers slowly must not hold up posting."""
    return besides.beside(
        told, "webhooks", lambda: turn(_now), pause=PAUSE_SECONDS, join=sending.SECONDS
    )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
