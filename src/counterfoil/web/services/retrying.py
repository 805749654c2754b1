"""Trying again what is stuck: converted anew if held, sent anew if refused."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import transaction

from counterfoil.core.documents import Key
from counterfoil.posting import fed_payments
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.errors import Ended
from counterfoil.posting.records import CONTACT, ConnectionState
from counterfoil.posting.states import State
from counterfoil.posting.target import UnreadableAnswer
from counterfoil.web import seconds
from counterfoil.web.models import Connection, Posting
from counterfoil.web.office import office_of
from counterfoil.web.services import approving, chart
from counterfoil.web.services.naming import corrections_of, documents_named
from counterfoil.web.services.naming_anew import name_anew
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of
from counterfoil.web.store.noting import note

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.posting.records import PostingKey
    from counterfoil.web.models import Organisation

GOES = (State.READY, State.SENDING)
CONTACT_CHOICES = MappingProxyType(
    {
        "adopt": "It is taken as the contact of the same name; what waited for it goes on.",
        "separate": "A contact of its own is made for it; what waited for it goes on.",
    }
)
"""What a person may say of a party that has the name of a contact in Xero, and what then is."""
OTHER_MONEY = "said to be other money"
"""What the event is called that a person has said so."""
STUCK = (State.HELD, State.REFUSED, State.UNKNOWN)


def keys_named(organisation: Organisation, name: str) -> list[Key]:
    """Return the keys of the documents with this id, and of their unfinished corrections."""
    named = documents_named(organisation, name)
    rows = [one for row in named for one in (row, *corrections_of(row))]
    return [Key(row.kind, row.source_id) for row in rows]


def stuck(organisation: Organisation) -> list[Key]:
    """Return the documents with a posting that waits for a person or a look-up."""
    rows = Posting.objects.filter(organisation=organisation, state__in=STUCK).order_by("pk")
    return list(dict.fromkeys(Key(*row) for row in rows.values_list("kind", "source_id")))


def sendable(organisation: Organisation) -> int:
    """Count what the next post sends: a change of mapping or chart may have freed it before."""
    return Posting.objects.filter(organisation=organisation, state__in=GOES).count()


def held_contacts(organisation: Organisation, parties: Collection[str]) -> list[PostingKey]:
    """Return the held postings of these parties' contacts; of all parties if none is named."""
    rows = Posting.objects.filter(organisation=organisation, kind=CONTACT, state=State.HELD)
    if parties:
        rows = rows.filter(source_id__in=parties)
    keys = {Key(CONTACT, source_id) for source_id in rows.values_list("source_id", flat=True)}
    held = outbox_of(organisation).postings(keys)
    return [posting.key for posting in held if posting.state is State.HELD]


def decide_contacts(
    organisation: Organisation,
    parties: Collection[str],
    choice: str,
    *,
    actor: str,
    now: dt.datetime,
) -> int:
    """Record for held contacts a choice of ``CONTACT_CHOICES``; returns how many it freed.

    Without parties it is for all of them.
    """
    held = held_contacts(organisation, parties)
    return outbox_of(organisation).choose(held, choice, actor=actor, now=now)


def read_anew(
    organisation: Organisation, keys: Sequence[Key], *, actor: str, now: dt.datetime
) -> str:
    """Read from Xero what stuck documents may rest on: accounts, tax rates, currencies, locks.

    Whoever has cured something in Xero and tries again is not to be told of yesterday's chart.
    Returns why it could not be read, in words; nothing if it was, or if none of these is stuck.
    """
    rests = Posting.objects.filter(
        organisation=organisation,
        state__in=(State.HELD, State.REFUSED),
        kind__in={key.kind for key in keys},
        source_id__in={key.id for key in keys},
    )
    connection = Connection.objects.filter(organisation=organisation).first()
    if connection is None or not rests.exists():
        return ""
    if connection.state != ConnectionState.CONNECTED:
        return f"Xero could not be asked, because the connection is gone{_AS_LAST_READ}"
    try:
        chart.look_again(organisation, actor=actor, now=now)
    except chart.TROUBLE as trouble:
        return f"Xero could not be asked ({trouble}){_AS_LAST_READ}"
    return ""


_AS_LAST_READ = ": what was changed there since the chart was last read is not known here yet."


def retry(
    organisation: Organisation,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    anew: bool = False,
    overwrite: bool = False,
    other_money: bool = False,
) -> int:
    """Let these documents go on where they can; returns how many postings were moved.

    Held and refused ones are converted with today's chart and mapping first. ``anew`` posts what
    was unlinked once more; ``overwrite`` lets revisions overwrite what they are held for, that
    somebody has edited in Xero; ``other_money`` says that these are other money than the payments
    on other bills in Xero which they are held for. Raises ``seconds.Needed``.
    """
    if overwrite:
        seconds.must(organisation.firm, "overwrite what was edited in Xero")
    if anew:
        seconds.must(organisation.firm, "post anew what was unlinked")
    outbox = outbox_of(organisation)
    if overwrite:
        outbox.overwrite([one.key for one in outbox.postings(keys)], actor=actor, now=now)
    approved = _approved(organisation, keys, actor=actor, now=now)
    shelf = DatabaseShelf(organisation, actor=actor)
    if other_money:
        _say_other_money(organisation, keys, shelf, actor=actor, now=now)
    reconvert(keys, outbox, shelf, actor=actor, now=now, anew=anew)
    name_anew(organisation, shelf, now=now)
    postings = outbox.postings(keys)
    refused = [p.key for p in postings if p.state in {State.REFUSED, State.UNKNOWN}]
    moved = outbox.retry(refused, actor=actor, now=now)
    moved += approved
    return moved + sum(posting.state in {State.READY, State.WAITING} for posting in postings)


def _say_other_money(
    organisation: Organisation,
    keys: Sequence[Key],
    shelf: DatabaseShelf,
    *,
    actor: str,
    now: dt.datetime,
) -> None:
    """Record a person's word, first in the firm's chain, and let what was held for it go on."""
    outbox = outbox_of(organisation)
    held = fed_payments.held_for(keys, outbox)
    with transaction.atomic():
        for key, named in held.items():
            told = f"{key}: {' '.join(one.message for one in named)}"
            note(organisation.firm, OTHER_MONEY, told, actor=actor, now=now, at=organisation)
    fed_payments.is_other_money([*held], outbox, shelf, actor=actor, now=now)


def _approved(
    organisation: Organisation, keys: Sequence[Key], *, actor: str, now: dt.datetime
) -> int:
    """Look whether drafts among these were approved in Xero; none while Xero cannot be asked."""
    drafts = Posting.objects.filter(
        organisation=organisation,
        state=State.DRAFTED,
        kind__in={key.kind for key in keys},
        source_id__in={key.id for key in keys},
    )
    if not drafts.exists():
        return 0
    try:
        with office_of(organisation, clicking=True) as office:
            return approving.look_again(keys, office, actor=actor, now=now)
    except (Ended, UnreadableAnswer):
        return 0
