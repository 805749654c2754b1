"""What day and time it is where a firm is.

Pages, papers and whatever is judged by today go by the firm's own clock. The command line's times,
the API and all that programs read say UTC.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache

from counterfoil.core import zones
from counterfoil.web.models import ChartVersion, MappingVersion
from counterfoil.web.shelf import mapping_of
from counterfoil.xero.decode.chart import read_organisation

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation


def zone_of(organisation: Organisation) -> ZoneInfo | None:
    """Return the time zone of a firm's organisation, as far as its mapping or Xero has said it."""
    return zone_in("default", organisation.pk)


def zone_in(using: str, organisation_id: int) -> ZoneInfo | None:
    """Return the same in any database.

    Every page asks, so that mapping and chart are read once for each version of theirs.
    """
    rows = _Rows(
        MappingVersion.objects.using(using).filter(organisation=organisation_id),
        ChartVersion.objects.using(using).filter(organisation=organisation_id),
    )
    mapping, chart = _newest(rows.mappings, "saved_at"), _newest(rows.charts, "read_at")
    key = f"zone-{mapping}-{chart}"
    name = cache.get_or_set(key, lambda: _name(rows), timeout=None)
    return zones.named(name)


def here(organisation: Organisation, moment: dt.datetime) -> dt.datetime:
    """Return a moment as the clocks of the firm show it; as Greenwich's where no zone is known."""
    return moment.astimezone(zone_of(organisation) or dt.UTC)


def today(organisation: Organisation, now: dt.datetime) -> dt.date:
    """Return which day it is where the firm is."""
    return here(organisation, now).date()


class _Rows(NamedTuple):
    """Where the zone stands: the versions of a mapping and of a chart."""

    mappings: QuerySet[MappingVersion]
    charts: QuerySet[ChartVersion]


def _newest(rows: QuerySet[MappingVersion] | QuerySet[ChartVersion], moment: str) -> str:
    """Name the newest version, so that no other one is ever called so."""
    row, at = rows.order_by("-version").values_list("pk", moment).first() or (0, None)
    return f"{row}-{at.timestamp() if at else 0}"


def _name(rows: _Rows) -> str:
    """Return the zone's name, empty where none is known."""
    mapping = rows.mappings.order_by("-version").first()
    chart = rows.charts.order_by("-version").first()
    found = zones.zone_of(
        mapping_of(mapping).settings.time_zone if mapping else None,
        _in_xero(chart) if chart else None,
    )
    return found.key if found else ""


def _in_xero(chart: ChartVersion) -> str | None:
    reply: str = json.loads(chart.replies)["Organisation"]
    return read_organisation(reply.encode()).timezone
