"""REST hooks: Actionstep calls when a contact or matter changed, and is believed in nothing.

A call is unsigned, may be lost, doubled or made up, and is disabled by any answer but 200 (facts:
Actionstep API section 6). So its body is not read: it lets the next pull come sooner, which reads
back what is true. There is no event for bills; those are found by pulling.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError

from counterfoil.sources.actionstep import decode, wire
from counterfoil.web import database
from counterfoil.web.models import Actionstep

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.sources.actionstep.client import Client

_log = logging.getLogger(__name__)

TROUBLE = (OperationalError, InterfaceError)
"""What a database says that is locked or down."""
PATH = "/hooks/actionstep/"
RESOURCE = "resthooks"
EVENTS = ("ActionCreated", "ActionUpdated", "ParticipantCreated", "ParticipantUpdated")


def told(secret: str, *, now: dt.datetime) -> bool:
    """Note that something changed; False for a secret that is nobody's.

    One row is written for a storm of calls, and nothing for those that come before the next pull.
    Nor is anything where the database has no time: any answer but 200 would disable the hook, and
    what it told of is found by the next pull all the same.
    """
    try:
        with database.impatient():
            rows = Actionstep.objects.filter(hook_secret=secret, connected=True)
            if not secret or not rows.exists():
                return False
            rows.filter(told_at=None).update(told_at=now)
    except TROUBLE as trouble:
        _log.warning("A hook of Actionstep's was not written down: %s", trouble)
    return True


def ensure(row: Actionstep, client: Client) -> None:
    """Register the hooks that are not there, or were disabled; where there are none, go without."""
    target = target_of(row)
    if not target:
        return
    try:
        # The newest first: those that were disabled stay in the list.
        found = client.page(RESOURCE, 1, {"sort": "-id"}).rows
        active = {
            decode.text(one, "eventName")
            for one in found
            if decode.text(one, "targetUrl") == target and decode.text(one, "status") == "Active"
        }
        for event in EVENTS:
            if event not in active:
                client.create(RESOURCE, {"eventName": event, "targetUrl": target})
        there: bool | None = True
    except wire.NotThere:
        there = False
    except (wire.NotGranted, wire.Unreadable):
        there = None
    row.there = {**row.there, RESOURCE: there}
    Actionstep.objects.filter(pk=row.pk).update(there=row.there)


def target_of(row: Actionstep) -> str:
    """Return where hooks of a firm lead; empty where Actionstep could not reach this server."""
    configuration = settings.COUNTERFOIL
    reachable = configuration.secure or configuration.actionstep_base_url.startswith("http://")
    if not reachable or not row.hook_secret:
        return ""
    return f"{configuration.url}{PATH}{row.hook_secret}/"
