"""Webhooks of a firm, for programs: added, listed, tried out, removed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

from django.http import HttpResponse
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from counterfoil.web.api.answers import answer, not_found, unreadable
from counterfoil.web.api.guard import Needs, Request
from counterfoil.web.api.shapes import Refusal
from counterfoil.web.services import webhooks
from counterfoil.web.services.api_keys import Scope
from counterfoil.web.webhooks.deciding import Event

if TYPE_CHECKING:
    from counterfoil.web.api.guard import Caller
    from counterfoil.web.models import Delivery, Webhook

router = Router(tags=["webhooks"])


class WebhookIn(Schema):
    """A webhook to add."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=500)] = Field(description="https, on a public host.")
    events: Annotated[list[Event], Field(min_length=1, max_length=10)] = Field(
        default_factory=lambda: list(Event), description="What to be told; both if left out."
    )


class WebhookOut(Schema):
    """A webhook, and how it goes."""

    name: str
    url: str
    events: list[Event]
    created_at: dt.datetime
    waiting: int = Field(description="Messages that were not taken yet.")
    taken_at: dt.datetime | None = Field(description="When one was last taken.")
    trouble: str = Field(description="Why the last try failed; empty if it did not.")


class WebhookMade(Schema):
    """A new webhook with its secret, which is not told again."""

    name: str
    url: str
    events: list[Event]
    secret: str = Field(description="As Standard Webhooks has it: whsec_ and base64.")


class WebhooksOut(Schema):
    """The webhooks of the firm."""

    webhooks: list[WebhookOut]


class DeliveryOut(Schema):
    """A message to a webhook."""

    id: str
    made_at: dt.datetime
    tries: int
    due_at: dt.datetime | None = Field(description="When it is tried next, if it is.")
    taken_at: dt.datetime | None
    trouble: str


class DeliveriesOut(Schema):
    """The newest messages of a webhook, newest first."""

    deliveries: list[DeliveryOut]


@router.get(
    "/webhooks",
    auth=Needs(Scope.WEBHOOKS),
    response={200: WebhooksOut},
    summary="List webhooks",
    url_name="webhooks",
)
def listed(request: Request) -> HttpResponse:
    """List the firm's webhooks, and how each goes."""
    return answer(WebhooksOut(webhooks=[_out(one) for one in webhooks.shown(request.auth.firm)]))


@router.post(
    "/webhooks",
    auth=Needs(Scope.WEBHOOKS),
    response={201: WebhookMade, 422: Refusal},
    summary="Add a webhook",
    url_name="webhook_add",
)
def add(request: Request, given: WebhookIn) -> HttpResponse:
    """Add a webhook; it is told what happens from now on, and sent a ping at once."""
    caller = request.auth
    try:
        added = webhooks.add(
            caller.firm, given.url, given.events, actor=caller.actor, now=caller.now
        )
    except webhooks.CannotAdd as refusal:
        words = "Give a public https address."
        raise unreadable("webhook_refused", str(refusal), words, "url") from None
    made = WebhookMade(
        name=added.row.name, url=added.row.url, events=added.row.events, secret=added.secret
    )
    return answer(made, 201)


@router.delete(
    "/webhooks/{name}",
    auth=Needs(Scope.WEBHOOKS),
    response={204: None, 404: Refusal},
    summary="Remove a webhook",
    url_name="webhook_remove",
)
def remove(request: Request, name: str) -> HttpResponse:
    """Remove a webhook; what was not sent is not sent any more."""
    caller = request.auth
    if webhooks.remove(caller.firm, name, actor=caller.actor, now=caller.now) is None:
        raise not_found("such webhook")
    return HttpResponse(status=204)


@router.post(
    "/webhooks/{name}/ping",
    auth=Needs(Scope.WEBHOOKS),
    response={202: DeliveryOut, 404: Refusal},
    summary="Try a webhook out",
    url_name="webhook_ping",
)
def ping(request: Request, name: str) -> HttpResponse:
    """Send a message without documents, to see whether it arrives."""
    row = _found(request.auth, name)
    return answer(_delivery(webhooks.ping(row, now=request.auth.now)), 202)


@router.get(
    "/webhooks/{name}/deliveries",
    auth=Needs(Scope.WEBHOOKS),
    response={200: DeliveriesOut, 404: Refusal},
    summary="See what was sent",
    url_name="webhook_deliveries",
)
def deliveries(request: Request, name: str) -> HttpResponse:
    """List the newest hundred messages of a webhook: when they were taken, or why not."""
    found = webhooks.deliveries(_found(request.auth, name))
    return answer(DeliveriesOut(deliveries=[_delivery(one) for one in found]))


def _found(caller: Caller, name: str) -> Webhook:
    row = webhooks.standing(caller.firm).filter(name=name).first()
    if row is None:
        raise not_found("such webhook")
    return row


def _out(shown: webhooks.Shown) -> WebhookOut:
    return WebhookOut(
        name=shown.row.name,
        url=shown.row.url,
        events=shown.row.events,
        created_at=shown.row.created_at,
        waiting=shown.waiting,
        taken_at=shown.taken_at,
        trouble=shown.trouble,
    )


def _delivery(row: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.name,
        made_at=row.made_at,
        tries=row.tries,
        due_at=row.due_at,
        taken_at=row.taken_at,
        trouble=row.trouble,
    )
