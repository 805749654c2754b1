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


def reconcile(organisation: Organisation, now: dt.datetime) -> Reconciled | None:
    """Reconcile the end of yesterday and keep what it came to; None where nothing is set up yet."""
    day = local_time.today(organisation, now) - DAY
    try:
        found = reconciliation(organisation, day, lightly=True)
    except NotReady:
        return None
    return _keep(organisation, found, now)


def when_needed(organisation: Organisation, now: dt.datetime) -> Reconciled | None:
    """Reconcile once more if a bank statement came in since, or has never been looked at."""
    statements = Revision.objects.filter(
        organisation=organisation, document__kind=BankStatement.kind
    )
    came = statements.order_by("-pk").values_list("received_at", flat=True).first()
    last = kept(organisation).values_list("at", flat=True).first()
    if came is None or (last is not None and last >= came):
        return None
    return reconcile(organisation, now)


def kept(organisation: Organisation) -> QuerySet[Reconciled]:
    """Return what was kept, the newest day first."""
    return Reconciled.objects.filter(organisation=organisation).order_by("-day")


def _keep(organisation: Organisation, found: Reconciliation, now: dt.datetime) -> Reconciled:
    told = list(differences(found))
    row, _ = Reconciled.objects.update_or_create(
        organisation=organisation,
        day=found.as_of,
        defaults={
            "firm_id": organisation.firm_id,
            "at": now,
            "asked": any(row.xero_other is not None for row in found.controls),
            "count": len(told),
            "differences": told[:MOST_KEPT],
        },
    )
    return row
