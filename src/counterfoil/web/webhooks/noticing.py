"""From events to messages: what happened to documents since a webhook was last looked after."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.db.models import F
from ninja import Field, Schema

from counterfoil.web.api import described
from counterfoil.web.api.shapes import DocumentOut
from counterfoil.web.models import AuditHead, Delivery, Document, Event, Organisation, Told, Webhook
from counterfoil.web.services import whereabouts
from counterfoil.web.store.base import chunks
from counterfoil.web.webhooks import deciding

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from counterfoil.web.services.whereabouts import Whereabouts

MOST_COMMITS = 50
"""Entries of the audit chain read at a time; one holds what one transaction did."""
A_MESSAGE = 100
"""Documents told by one message."""


class ToldOut(DocumentOut):
    """A document, as the API shows it, and what there is to tell of it."""

    event: Literal["posted", "stuck"]


class Message(Schema):
    """What a webhook receives."""

    type: Literal["documents", "ping"]
    timestamp: str
    firm: str
    documents: list[ToldOut] = Field(default_factory=list)


def behind() -> Iterable[Webhook]:
    """Return the webhooks whose firm's chain has grown since they were looked after."""
    standing = Webhook.objects.filter(removed_at=None).select_related("firm")
    return standing.filter(firm__audit_head__sequence__gt=F("read_to")).order_by("pk")


def notice(webhook: Webhook, *, now: dt.datetime) -> bool:
    """Write down what there is to tell of the next commits; tell whether there may be more.

    Messages, what was told, and how far was read are one transaction; of two processes that notice
    the same, one finds that the other was first and writes nothing.
    """
    head = AuditHead.objects.get(firm=webhook.firm_id).sequence
    upto = min(head, webhook.read_to + MOST_COMMITS)
    messages = [
        (organisation, part)
        for organisation, documents in _touched(webhook, upto)
        for part in _parts(_news(webhook, organisation, documents))
    ]
    with transaction.atomic():
        mine = Webhook.objects.filter(pk=webhook.pk, read_to=webhook.read_to)
        if not mine.update(read_to=upto):
            return False
        for organisation, part in messages:
            _write(webhook, organisation, part, now)
    webhook.read_to = upto
    return upto < head


def _touched(webhook: Webhook, upto: int) -> Iterator[tuple[Organisation, list[int]]]:
    """Return the documents that moved into a state worth telling, by organisation."""
    moves = Event.objects.filter(
        firm=webhook.firm_id,
        sequence__gt=webhook.read_to,
        sequence__lte=upto,
        posting__isnull=False,
        after__in=[state.value for state in deciding.TELLING],
    )
    found = moves.values_list("organisation_id", "posting__document_id").distinct()
    touched: dict[int, list[int]] = {}
    for organisation, document in found:
        touched.setdefault(organisation, []).append(document)
    for one in Organisation.objects.filter(pk__in=list(touched)).order_by("pk"):
        yield one, sorted(touched[one.pk])


def _news(
    webhook: Webhook, organisation: Organisation, numbers: Sequence[int]
) -> Iterator[tuple[Whereabouts, deciding.Event]]:
    """Return the documents of which something is to be told that was not told before."""
    for some in chunks(numbers):
        told = dict(
            Told.objects.filter(webhook=webhook, document__in=some).values_list(
                "document_id", "event"
            )
        )
        rows = list(Document.objects.filter(pk__in=some).order_by("pk"))
        for found in whereabouts.of(organisation, rows):
            event = deciding.event_of(found.document.kind, found.state)
            if event is None or str(event) not in webhook.events:
                continue
            if told.get(found.document.pk) != _mark(event, found.document):
                yield found, event


def _mark(event: deciding.Event, document: Document) -> str:
    """Return what is remembered of a message: posted again in another revision is news."""
    return f"{event}/{document.working}"


def _parts(
    news: Iterable[tuple[Whereabouts, deciding.Event]],
) -> Iterator[list[tuple[Whereabouts, deciding.Event]]]:
    part = []
    for one in news:
        part.append(one)
        if len(part) == A_MESSAGE:
            yield part
            part = []
    if part:
        yield part


def _write(
    webhook: Webhook,
    organisation: Organisation,
    part: Sequence[tuple[Whereabouts, deciding.Event]],
    now: dt.datetime,
) -> None:
    owner = {"firm_id": webhook.firm_id, "organisation": organisation, "webhook": webhook}
    documents = [
        ToldOut(event=event.value, **described.document(found).model_dump())
        for found, event in part
    ]
    write_down(webhook, organisation, "documents", documents, now=now)
    Told.objects.bulk_create(
        (
            Told(**owner, document=found.document, event=_mark(event, found.document))
            for found, event in part
        ),
        update_conflicts=True,
        unique_fields=["webhook", "document"],
        update_fields=["event"],
    )


def write_down(
    webhook: Webhook,
    organisation: Organisation,
    kind: Literal["documents", "ping"],
    documents: list[ToldOut],
    *,
    now: dt.datetime,
) -> Delivery:
    """Write a message down, due at once; its bytes are the same at every try."""
    message = Message(
        type=kind, timestamp=now.isoformat(), firm=webhook.firm.key, documents=documents
    )
    return Delivery.objects.create(
        firm_id=webhook.firm_id,
        organisation=organisation,
        webhook=webhook,
        name=secrets.token_hex(16),
        body=message.model_dump_json().encode(),
        made_at=now,
        due_at=now,
    )
