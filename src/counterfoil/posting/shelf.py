"""Where the engine finds today's chart and mapping, and the reader and translator of documents."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from counterfoil.core import zones
from counterfoil.core.findings import error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from counterfoil.core.chart import Chart, Organisation
    from counterfoil.core.findings import Finding
    from counterfoil.core.issued_months import IssuedMonth
    from counterfoil.core.mapping import Mapping


class NotReady(Exception):
    """There is no chart or no mapping yet; ``finding`` says what to do about it."""

    def __init__(self, finding: Finding) -> None:
        """Carry the finding that documents get until then."""
        super().__init__(f"{finding.message} {finding.fix}")
        self.finding = finding


class NoChart(NotReady):
    """The organisation's chart was never read."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            error(
                "no_chart",
                "The chart of accounts was never read.",
                "Connect to Xero; the document is then looked at again.",
                about="chart",
            )
        )


class NoMapping(NotReady):
    """Nobody has said where the practice's accounts go in Xero."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            error(
                "no_mapping",
                "There is no mapping from the practice's accounts to Xero's yet.",
                "Import a mapping; the document is then looked at again.",
                about="mapping",
            )
        )


class Shelf(Protocol):
    """The newest chart and mapping of an organisation."""

    def chart(self) -> Chart:
        """Return the chart as it was last read. Raises ``NoChart``."""
        ...

    def mapping(self) -> Mapping:
        """Return the firm's mapping to the organisation. Raises ``NoMapping``."""
        ...

    def issued_months(self) -> Sequence[IssuedMonth]:
        """Return the newest issue of each trust month that was issued."""
        ...

    def store_organisation(self, organisation: Organisation) -> None:
        """Keep the organisation as just read; the chart's version grows if it changed."""
        ...


def zone_of(shelf: Shelf) -> ZoneInfo | None:
    """Return the time zone of the firm, as far as its mapping or Xero has said it."""
    chosen = in_xero = None
    with suppress(NotReady):
        chosen = shelf.mapping().settings.time_zone
    with suppress(NotReady):
        in_xero = None if chosen else shelf.chart().organisation.timezone
    return zones.zone_of(chosen, in_xero)


class FixedShelf:
    """A shelf in memory, for tests and simulation."""

    def __init__(self, chart: Chart, mapping: Mapping, issued: Sequence[IssuedMonth] = ()) -> None:
        """Put one chart and one mapping on it, and the trust months that were issued."""
        self._chart = chart
        self._mapping = mapping
        self._issued = issued

    def issued_months(self) -> Sequence[IssuedMonth]:
        """Return the trust months that were issued."""
        return self._issued

    def chart(self) -> Chart:
        """Return the chart."""
        return self._chart

    def mapping(self) -> Mapping:
        """Return the mapping."""
        return self._mapping

    def store_organisation(self, organisation: Organisation) -> None:
        """Keep the organisation as just read."""
        if organisation != self._chart.organisation:
            self._chart = self._chart.with_organisation(organisation)
