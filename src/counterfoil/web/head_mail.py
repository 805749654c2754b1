"""The head of each firm's audit chain, mailed once a day to somebody who keeps it elsewhere.

A chain proves that nothing in it was altered, but not that whoever has the server and its key did
not write it anew from an earlier day on. A head in a mailbox that they cannot reach does.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings

from counterfoil.web import beside as besides
from counterfoil.web import mail
from counterfoil.web.audit import moment
from counterfoil.web.models import AuditEntry, AuditHead

if TYPE_CHECKING:
    import contextlib
    import datetime as dt
    import threading
    from collections.abc import Callable

PAUSE_SECONDS = 300.0
JOIN_SECONDS = 5.0
TEXT = """\
{firm}: entry {sequence} of {at}

Seal: {mac}

Keep this mail. Every entry of the record up to this one is bound by its seal; if the record is ever
in doubt, the entry of this number in it (counterfoil audit export, entries.csv) has to have this
seal.
"""
_LOG = logging.getLogger(__name__)


def turn(now: dt.datetime) -> int:
    """Mail each head that is due today (UTC); return how many were taken by the mail server.

    A head that has not moved since it was mailed is not mailed again. What the server does not take
    is tried again at the next turn.
    """
    if not (settings.COUNTERFOIL.audit_mail and mail.configured()):
        return 0
    today = now.date()
    due = AuditHead.objects.filter(sequence__gt=0).exclude(mailed_on=today).select_related("firm")
    return sum(_mailed(head, today) for head in due if head.sequence != head.mailed)


def _mailed(head: AuditHead, today: dt.date) -> bool:
    """Mail one head, unless another process has begun to."""
    mine = AuditHead.objects.filter(pk=head.pk, mailed_on=head.mailed_on)
    if not mine.update(mailed_on=today, mailed=head.sequence):
        return False
    entry = AuditEntry.objects.get(firm=head.firm, sequence=head.sequence)
    said = {"sequence": head.sequence, "at": moment(entry.at), "mac": bytes(head.mac).hex()}
    subject = f"Counterfoil: the record of {head.firm}, {today:%d %B %Y}"
    why = mail.send(settings.COUNTERFOIL.audit_mail, subject, TEXT.format(firm=head.firm, **said))
    if why:
        _LOG.warning("The head of the audit chain was not mailed. %s", why)
        back = {"mailed_on": head.mailed_on, "mailed": head.mailed}
        AuditHead.objects.filter(pk=head.pk, mailed_on=today).update(**back)
    return not why


def beside(
    told: threading.Event, clock: Callable[[], dt.datetime]
) -> contextlib.AbstractContextManager[None]:
    """Mail what is due beside the block: a mail server may take its time."""
    return besides.beside(
        told, "mailing", lambda: turn(clock()), pause=PAUSE_SECONDS, join=JOIN_SECONDS
    )
