"""Where the engine finds today's chart and mapping, and the reader and translator of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from counterfoil.core.chart import Chart, Organisation
    from counterfoil.core.mapping import Mapping


class Shelf(Protocol):
    """The newest chart and mapping of an organisation."""

    def chart(self) -> Chart:
        """Return the chart as it was last read."""
        ...

    def mapping(self) -> Mapping:
        """Return the firm's mapping to the organisation."""
        ...

    def store_organisation(self, organisation: Organisation) -> None:
        """Keep the organisation as just read; the chart's version grows if it changed."""
        ...


class FixedShelf:
    """A shelf in memory, for tests and simulation."""

    def __init__(self, chart: Chart, mapping: Mapping) -> None:
        """Put one chart and one mapping on it."""
        self._chart = chart
        self._mapping = mapping

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
