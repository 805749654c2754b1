"""The chart and the mapping of an organisation, every version kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from counterfoil.core.issued_months import IssuedMonth
from counterfoil.core.mapping_file import mapping_to_json, read_mapping
from counterfoil.core.zones import day_at
from counterfoil.posting.shelf import NoChart, NoMapping, zone_of
from counterfoil.web import papers, seconds
from counterfoil.web.models import ChartVersion, MappingVersion, Organisation, TrustIssue
from counterfoil.xero.decode.chart import read_chart

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

    from counterfoil.core import chart as charts
    from counterfoil.core.chart import Chart
    from counterfoil.core.mapping import Mapping as PracticeMapping

__all__ = [
    "REPLIES",
    "DatabaseShelf",
    "MappingMoved",
    "NoChart",
    "NoMapping",
    "chart_of",
    "mapping_of",
    "newest_chart_version",
    "save_mapping",
    "store_chart",
]

REPLIES = ("Accounts", "TaxRates", "Organisation", "TrackingCategories", "Currencies")
"""The names under which Xero's replies are kept; the last two may be missing."""


class DatabaseShelf:
    """The newest chart and mapping of an organisation (``posting.shelf.Shelf``).

    ``actor`` is who new versions are recorded under, ``clock`` what they are dated by.
    """

    def __init__(
        self,
        organisation: Organisation,
        *,
        actor: str = "poster",
        clock: Callable[[], dt.datetime] = timezone.now,
    ) -> None:
        self._organisation = organisation
        self._actor = actor
        self._clock = clock
        self._chart: Chart | None = None
        self._mapping: PracticeMapping | None = None

    def chart(self) -> Chart:
        """Return the chart as it was last read. Raises ``NoChart``."""
        version = newest_chart_version(self._organisation)
        if version is None:
            raise NoChart
        if self._chart is None or self._chart.version != version:
            self._chart = chart_of(self._versions().get(version=version))
        return self._chart

    def mapping(self) -> PracticeMapping:
        """Return the firm's mapping. Raises ``NoMapping``."""
        newest = MappingVersion.objects.filter(organisation=self._organisation)
        row = newest.order_by("-version").first()
        if row is None:
            raise NoMapping
        if self._mapping is None or self._mapping.version != row.version:
            self._mapping = mapping_of(row)
        return self._mapping

    def issued_months(self) -> list[IssuedMonth]:
        """Return the newest issue of each trust month that was issued."""
        rows = TrustIssue.objects.filter(organisation=self._organisation).order_by("issue")
        zone = zone_of(self)
        newest = {
            (account, end): IssuedMonth(account, end, issue, day_at(at, zone))
            for account, end, issue, at in rows.values_list(
                "trust_account", "end", "issue", "issued_at"
            )
        }
        return list(newest.values())

    def store_organisation(self, organisation: charts.Organisation) -> None:
        """Keep the organisation as just read; the chart's version grows if it changed."""
        if organisation == self.chart().organisation:
            return
        newest = self._versions().order_by("-version")[0]
        replies = json.loads(newest.replies) | {"Organisation": _reply(organisation)}
        _store(self._organisation, replies, actor=self._actor, now=self._clock())

    def _versions(self) -> QuerySet[ChartVersion]:
        return ChartVersion.objects.filter(organisation=self._organisation)


def newest_chart_version(organisation: Organisation) -> int | None:
    """Return the number of the newest chart, None before the first reading."""
    versions = ChartVersion.objects.filter(organisation=organisation).order_by("-version")
    return versions.values_list("version", flat=True).first()


def chart_of(row: ChartVersion) -> Chart:
    """Return the chart that a row's replies describe."""
    replies = {name: text.encode() for name, text in json.loads(row.replies).items()}
    return read_chart(
        accounts=replies["Accounts"],
        tax_rates=replies["TaxRates"],
        organisation=replies["Organisation"],
        tracking=replies.get("TrackingCategories"),
        currencies=replies.get("Currencies"),
        version=row.version,
    )


def store_chart(
    organisation: Organisation, replies: Mapping[str, bytes], *, actor: str, now: dt.datetime
) -> Chart:
    """Keep Xero's replies as the newest chart, unless they say what the newest says already.

    ``replies`` are named as in ``REPLIES``. Raises ``xero.decode.loose.Unreadable`` for replies
    that are no chart; nothing is kept then.
    """
    texts = {name: replies[name].decode() for name in REPLIES if name in replies}
    fresh = chart_of(ChartVersion(version=0, replies=json.dumps(texts)))
    newest = ChartVersion.objects.filter(organisation=organisation).order_by("-version").first()
    if newest is not None and chart_of(newest) == fresh:
        newest.read_at = now
        newest.save(update_fields=["read_at"])
        return chart_of(newest)
    return chart_of(_store(organisation, texts, actor=actor, now=now))


def _reply(organisation: charts.Organisation) -> str:
    """Write an organisation as Xero would, with the fields that the chart keeps."""
    lock, year_end = organisation.period_lock_date, organisation.end_of_year_lock_date
    year_ends = organisation.year_end
    fields = {
        "OrganisationID": organisation.organisation_id,
        "Name": organisation.name,
        "BaseCurrency": organisation.base_currency,
        "CountryCode": organisation.country,
        "PeriodLockDate": f"{lock}T00:00:00" if lock else None,
        "EndOfYearLockDate": f"{year_end}T00:00:00" if year_end else None,
        "Timezone": organisation.timezone,
        "FinancialYearEndMonth": year_ends[0] if year_ends else None,
        "FinancialYearEndDay": year_ends[1] if year_ends else None,
    }
    return json.dumps({"Organisations": [fields]})


@transaction.atomic
def _store(
    organisation: Organisation, texts: Mapping[str, str], *, actor: str, now: dt.datetime
) -> ChartVersion:
    return ChartVersion.objects.create(
        firm_id=organisation.firm_id,
        organisation=organisation,
        version=(newest_chart_version(organisation) or 0) + 1,
        read_at=now,
        actor=actor,
        replies=json.dumps(texts),
    )


def mapping_of(row: MappingVersion) -> PracticeMapping:
    """Return the mapping of a row; it was checked when it was saved."""
    mapping, faults = read_mapping(row.content.encode())
    assert mapping is not None, faults
    return replace(mapping, version=row.version)


class MappingMoved(Exception):
    """The mapping that a change was made from is not the newest any more: read it again."""


@transaction.atomic
def save_mapping(
    organisation: Organisation,
    mapping: PracticeMapping,
    *,
    actor: str,
    now: dt.datetime,
    made_from: int | None = None,
) -> MappingVersion:
    """Keep a mapping as the newest, unless it says what the newest says already.

    Who changed where money goes, and what it became, is in the chain with the version itself.
    ``made_from`` is the version that a change of a few places was made from, so that it takes
    nothing back that somebody else has changed since: raises ``MappingMoved`` for another. Raises
    ``seconds.Needed`` where the firm wants two people for a change.
    """
    content = mapping_to_json(mapping).decode()
    # Who changes it at the same time waits here, and then finds what this has saved.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    newest = MappingVersion.objects.filter(organisation=organisation).order_by("-version").first()
    if made_from is not None and (newest is None or newest.version != made_from):
        raise MappingMoved
    if newest is not None and newest.content == content:
        return newest
    if newest is not None and seconds.remaps(json.loads(newest.content), json.loads(content)):
        seconds.must(organisation.firm, "change where something goes in the mapping")
    row = MappingVersion.objects.create(
        firm_id=organisation.firm_id,
        organisation=organisation,
        version=newest.version + 1 if newest else 1,
        saved_at=now,
        actor=actor,
        content=content,
    )
    # The stores ask the shelf for the firm's time zone.
    from counterfoil.web.store.noting import note  # noqa: PLC0415 -- as said above

    said = papers.version(row.version)
    witness = papers.sha256(content.encode())
    note(
        organisation.firm,
        papers.MAPPING,
        said,
        actor=actor,
        now=now,
        witness=witness,
        at=organisation,
    )
    return row
