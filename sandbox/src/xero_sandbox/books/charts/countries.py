"""Which chart a country starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books.charts import au, nz, uk, us, world

if TYPE_CHECKING:
    from xero_sandbox.books.charts import Chart

BY_COUNTRY: dict[str, Chart] = {
    "AU": au.CHART,
    "NZ": nz.CHART,
    "UK": uk.CHART,
    "GB": uk.CHART,
    "US": us.CHART,
    "GLOBAL": world.CHART,
}


class UnknownCountryError(ValueError):
    """A country for which there is no starting chart."""

    def __init__(self, country: str) -> None:
        """Name the country and those that exist."""
        known = ", ".join(BY_COUNTRY)
        super().__init__(f"There is no starting chart for {country!r}; there are {known}.")


def chart_of(country: str) -> Chart:
    """Return the starting chart of a country; raises ``UnknownCountryError``."""
    chart = BY_COUNTRY.get(country.upper())
    if chart is None:
        raise UnknownCountryError(country)
    return chart
