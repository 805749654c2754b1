"""What a monitoring system asks: every organisation's standing as Prometheus metrics.

The truth is in the database, so any one process can answer for all of them, and a restart forgets
nothing. The number of queries is fixed, however many organisations there are. Labels name firms and
organisations by their keys; no client, matter or amount is ever told.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from counterfoil.posting import limits
from counterfoil.posting.explain import UNKNOWN
from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State
from counterfoil.web.models import (
    AuditHead,
    Connection,
    Counter,
    DocumentFinding,
    Drift,
    Firm,
    Limits,
    Organisation,
    Posting,
    Request,
)
from counterfoil.web.store.limits import value_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    Labels = tuple[str, str]

Label = TypeVar("Label", bound=tuple[str, ...])
OF = ("firm", "organisation")


def metrics(now: dt.datetime) -> bytes:
    """Return the metrics of all firms in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Standings(now))
    return generate_latest(registry)


class _Standings(Collector):
    """The gauges at one moment; ages are whole seconds, never below nil."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        labels = _labels()
        build = {(version("counterfoil"),): 1}
        yield _gauge("counterfoil_build", "The version that answers.", ("version",), build)
        yield self._postings(labels)
        yield self._connections(labels)
        yield self._overdue(labels)
        yield self._unknown(labels)
        yield self._calls_left(labels)
        yield self._blocked(labels)
        yield _drifted(labels)
        yield _unexplained(labels)
        yield _audit()

    def _postings(self, labels: dict[int, Labels]) -> Metric:
        counts = {(*label, str(state)): 0 for label in labels.values() for state in State}
        for row in Counter.objects.values_list("organisation_id", "state", "count"):
            counts[*labels[row[0]], row[1]] = row[2]
        return _gauge("counterfoil_postings", "Postings by state.", (*OF, "state"), counts)

    def _connections(self, labels: dict[int, Labels]) -> Metric:
        states = dict.fromkeys(labels, ConnectionState.NEVER.value)
        states |= dict(Connection.objects.values_list("organisation_id", "state"))
        return _gauge(
            "counterfoil_connection",
            "1 for the state that the connection to Xero is in, 0 for the others.",
            (*OF, "state"),
            {
                (*labels[key], str(each)): int(each == state)
                for key, state in states.items()
                for each in ConnectionState
            },
        )

    def _overdue(self, labels: dict[int, Labels]) -> Metric:
        """Say for how long the oldest thing has been due; nil while nothing is."""
        postings = Posting.objects.filter(state=State.READY).values_list("organisation_id")
        asked = Request.objects.filter(look_up_at__isnull=False).values_list("organisation_id")
        ages = dict.fromkeys(labels.values(), 0)
        for rows in (postings.annotate(Min("due_at")), asked.annotate(Min("look_up_at"))):
            for key, since in rows:
                ages[labels[key]] = max(ages[labels[key]], self._age(since))
        return _gauge(
            "counterfoil_overdue_seconds",
            "How long the oldest posting or look-up that is due has waited.",
            OF,
            ages,
        )

    def _unknown(self, labels: dict[int, Labels]) -> Metric:
        rows = Request.objects.filter(look_up_at__isnull=False).values_list("organisation_id")
        ages = dict.fromkeys(labels.values(), 0)
        ages |= {labels[key]: self._age(since) for key, since in rows.annotate(Min("frozen_at"))}
        return _gauge(
            "counterfoil_unknown_seconds",
            "How long ago the oldest request left whose fate is still being looked up.",
            OF,
            ages,
        )

    def _calls_left(self, labels: dict[int, Labels]) -> Metric:
        rows = {row.organisation_id: value_of(row) for row in Limits.objects.all()}
        current = {key: limits.current(row, self._now) for key, row in rows.items()}
        return _gauge(
            "counterfoil_calls_left_today",
            "Calls that Xero's limit of the day still allows.",
            OF,
            {labels[key]: max(0, row.day_limit - row.day_used) for key, row in current.items()},
        )

    def _blocked(self, labels: dict[int, Labels]) -> Metric:
        rows = Limits.objects.filter(blocked_until__gt=self._now)
        blocked = rows.values_list("organisation_id", "blocked_by", "blocked_until")
        return _gauge(
            "counterfoil_blocked_seconds",
            "How long Xero's limits keep us from calling, by the limit; absent when they do not.",
            (*OF, "limit"),
            {(*labels[key], by): -self._age(until) for key, by, until in blocked},
        )

    def _age(self, since: dt.datetime | None) -> int:
        return int((self._now - since).total_seconds()) if since else 0


def _labels() -> dict[int, Labels]:
    rows = Organisation.objects.values_list("id", "key", "firm__key", "firm_id")
    return {key: (firm or str(number), name) for key, name, firm, number in rows}


def _drifted(labels: dict[int, Labels]) -> Metric:
    rows = Drift.objects.values_list("organisation_id").annotate(Count("id"))
    found = dict.fromkeys(labels.values(), 0) | {labels[key]: count for key, count in rows}
    what = "What differs in Xero from what was posted, as last read back."
    return _gauge("counterfoil_drifted", what, OF, found)


def _unexplained(labels: dict[int, Labels]) -> Metric:
    refusals = DocumentFinding.objects.filter(code=UNKNOWN).values_list("organisation_id")
    found = dict.fromkeys(labels.values(), 0)
    found |= {labels[key]: count for key, count in refusals.annotate(Count("id"))}
    what = "Refusals by Xero whose words the catalogue of messages does not have."
    return _gauge("counterfoil_unexplained", what, OF, found)


def _audit() -> Metric:
    heads = dict(AuditHead.objects.values_list("firm_id", "sequence"))
    firms = Firm.objects.values_list("id", "key")
    return _gauge(
        "counterfoil_audit_entries",
        "The length of a firm's audit chain; it never becomes shorter.",
        ("firm",),
        {(key or str(number),): heads.get(number, 0) for number, key in firms},
    )


def _gauge(name: str, what: str, labels: tuple[str, ...], values: Mapping[Label, int]) -> Metric:
    gauge = GaugeMetricFamily(name, what, labels=labels)
    for label, value in values.items():
        gauge.add_metric(label, value)
    return gauge
