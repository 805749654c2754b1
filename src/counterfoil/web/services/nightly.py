"""The reconciliation that runs by itself once a day, beside the read-back, and is kept.

Both sides are held against each other as of the end of the day before: by then the practice has
recorded what it will, and Xero is asked for one report. What was changed there is told by the
read-back, object by object. A bank statement that comes in is not left lying for a day.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from counterfoil.core.documents import BankStatement
from counterfoil.posting.explained import differences
from counterfoil.posting.shelf import NotReady
from counterfoil.web import local_time
from counterfoil.web.models import Reconciled, Revision
from counterfoil.web.services.reconciling import reconciliation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from counterfoil.posting.reconcile import Reconciliation
    from counterfoil.web.models import Organisation

MOST_KEPT = 50
"""Differences of a day that are kept in words."""
DAY = dt.timedelta(days=1)
AGAIN = dt.timedelta(hours=1)
"""How long it is until Xero is asked once more for a night on which it could not be."""
LATE = dt.timedelta(days=4)
"""Where both sides were last compared before that, everybody is told."""


def reconcile(organisation: Organisation, now: dt.datetime) -> Reconciled | None:
    """Reconcile the end of yesterday and keep what it came to; None where nothing is set up yet."""
    day = local_time.today(organisation, now) - DAY
    try:
        found = reconciliation(organisation, day, lightly=True)
    except NotReady:
        return None
    return _keep(organisation, found, now)


def when_needed(organisation: Organisation, now: dt.datetime) -> Reconciled | None:
    """Reconcile if a night was missed, or if a bank statement came in since it last was."""
    if _is_missed(organisation, now):
        return reconcile(organisation, now)
    statements = Revision.objects.filter(
        organisation=organisation, document__kind=BankStatement.kind
    )
    came = statements.order_by("-pk").values_list("received_at", flat=True).first()
    last = kept(organisation).values_list("at", flat=True).first()
    if came is None or (last is not None and last >= came):
        return None
    return reconcile(organisation, now)


def _is_missed(organisation: Organisation, now: dt.datetime) -> bool:
    """Whether yesterday's end was never reconciled, or an hour ago without Xero."""
    day = local_time.today(organisation, now) - DAY
    if local_time.here(organisation, organisation.created_at).date() > day:
        return False
    last = kept(organisation).first()
    if last is None or last.day < day:
        return True
    return not last.asked and last.at <= now - AGAIN


def telling(organisation: Organisation) -> Reconciled | None:
    """Return the newest night; where it could tell nothing without Xero, the last that asked."""
    newest = kept(organisation).first()
    if newest is None or newest.asked or newest.count:
        return newest
    return kept(organisation).filter(asked=True).first() or newest


def is_late(night: Reconciled | None, today: dt.date) -> bool:
    """Whether the night that tells something is the last that asked Xero, days ago."""
    return night is not None and night.asked and night.day < today - LATE


def kept(organisation: Organisation) -> QuerySet[Reconciled]:
    """Return what was kept, the newest day first."""
    return Reconciled.objects.filter(organisation=organisation).order_by("-day")


def _keep(organisation: Organisation, found: Reconciliation, now: dt.datetime) -> Reconciled:
    told, asked = list(differences(found)), any(r.xero_other is not None for r in found.controls)
    before = kept(organisation).filter(day=found.as_of).first()
    count = len(told)
    if before is not None and before.asked and not asked:
        # What Xero has shown stays told until Xero can be asked again.
        more = [one for one in told if one not in before.differences]
        told, asked, count = [*before.differences, *more], True, before.count + len(more)
    row, _ = Reconciled.objects.update_or_create(
        organisation=organisation,
        day=found.as_of,
        defaults={
            "firm_id": organisation.firm_id,
            "at": now,
            "asked": asked,
            "count": count,
            "differences": told[:MOST_KEPT],
        },
    )
    return row
