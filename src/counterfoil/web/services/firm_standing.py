"""How things stand with all organisations of a firm, so that no one's trouble is out of sight."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.posting.records import ConnectionState
from counterfoil.web.models import Organisation
from counterfoil.web.services import alerts as alarms
from counterfoil.web.services import standing as standings
from counterfoil.web.services.alerts import Weight
from counterfoil.web.services.standing import Standing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from counterfoil.posting.states import State
    from counterfoil.web.services.alerts import Alert

GRAVEST_FIRST = (
    ConnectionState.LOST,
    ConnectionState.DISCONNECTED,
    ConnectionState.CONNECTED,
    ConnectionState.NEVER,
)
Standings = dict[Organisation, Standing]


def each(firm_id: int, now: dt.datetime) -> Standings:
    """Return how things stand with each organisation of a firm."""
    organisations = Organisation.objects.filter(firm_id=firm_id).order_by("pk")
    return {one: standings.standing(one, now) for one in organisations}


def alerts(
    found: Mapping[Organisation, Standing], connectors: Sequence[str]
) -> list[tuple[Organisation, Alert]]:
    """Return what everybody in the firm has to know, what stops posting before the rest.

    Where there are several organisations each alert begins with the name of its own.
    """
    said = [
        (one, _named(alert, one) if len(found) > 1 else alert)
        for one, standing in found.items()
        for alert in alarms.alerts(standing, connectors)
    ]
    return sorted(said, key=lambda pair: pair[1].weight is not Weight.STOPPED)


def _named(alert: Alert, organisation: Organisation) -> Alert:
    return replace(alert, what=f"{organisation}: {alert.what}")


def together(found: Sequence[Standing]) -> Standing:
    """Return the standing of several organisations as one.

    The connection is the one that is worst off; what is counted is summed up, of times the one
    that matters first stands, and of calls the fewest that any has left.
    """
    worst = min(found, key=lambda one: GRAVEST_FIRST.index(one.connection))
    due = [one.oldest_due for one in found if one.oldest_due is not None]
    left = [one.calls_left_today for one in found if one.calls_left_today is not None]
    restored = [one.restored_until for one in found if one.restored_until is not None]
    nights = [one.reconciled for one in found if one.reconciled is not None]
    return Standing(
        worst.connection,
        worst.since,
        worst.tenant_name,
        counts=_sums(found),
        oldest_due=min(due, default=None),
        calls_left_today=min(left, default=None),
        restored_until=max(restored, default=None),
        # What does not agree first, and of these the newest night.
        reconciled=max(nights, key=lambda one: (not one.agrees, one.day), default=None),
    )


def _sums(found: Sequence[Standing]) -> dict[State, int]:
    sums: Counter[State] = Counter()
    for one in found:
        sums.update(one.counts)
    return dict(sums)
