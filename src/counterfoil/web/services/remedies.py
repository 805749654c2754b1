"""Where the fix of a problem is: what can be chosen, created, changed or set for what it is about.

A finding names what it is about as the mapping does (``special:write_off``), so that the way to the
fix follows from that, whatever the finding says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from counterfoil.posting.shelf import NotReady
from counterfoil.web.services import curing
from counterfoil.web.services.creating import WANTED
from counterfoil.web.services.offers import is_filled, offer, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from counterfoil.core.chart import Chart
    from counterfoil.core.mapping import Mapping as PracticeMapping
    from counterfoil.web.services.curing import Cures
    from counterfoil.web.services.offers import Choice, Offer
    from counterfoil.web.shelf import DatabaseShelf

SETTING: Final = "setting:"
OF_SETTINGS: Final = frozenset({"lock_date", "start_date"})
"""What findings are about that a setting decides."""
READ_AGAIN: Final = frozenset(
    {"account", "bank_account", "trust_account", "special", "tax_code", "tracking", "currency"}
)
"""Sections whose faults may be mended in Xero, so that the chart is read again then."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to offer beside a problem.

    ``cure`` may be chosen at once from the list named ``choices``. ``create`` is the special
    account that Xero can be given, ``bank`` the trust account whose bank account it can. ``change``
    is the place of the mapping that says something else already; ``mapping`` tells that it stands
    somewhere in the mapping, ``settings`` that a setting decides it, ``connection`` that Xero was
    never asked, and ``refresh`` that what was mended in Xero is to be read.
    """

    cure: Offer | None = None
    choices: str = ""
    create: str = ""
    bank: str = ""
    change: str = ""
    mapping: bool = False
    settings: bool = False
    connection: bool = False
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Remedies:
    """The remedies by what problems are about, and the lists that their choices stand in."""

    by_about: Mapping[str, Remedy]
    lists: Mapping[str, tuple[Choice, ...]]


def remedies(abouts: Iterable[str], shelf: DatabaseShelf) -> Remedies:
    """Return what to offer for each thing that problems are about."""
    wanted = list(dict.fromkeys(abouts))
    try:
        mapping, chart = shelf.mapping(), shelf.chart()
    except NotReady:
        return Remedies({about: _general(about) for about in wanted}, {})
    places = [about for about in wanted if not is_filled(mapping, about)]
    cures = curing.cures(places, shelf)
    found = {about: _remedy(about, mapping, chart, cures) for about in wanted}
    return Remedies(found, cures.lists)


def _general(about: str) -> Remedy:
    """Return what can be said without a mapping and a chart."""
    section = about.partition(":")[0]
    return Remedy(
        mapping=about == "mapping",
        connection=about == "chart",
        settings=about.startswith(SETTING) or about in OF_SETTINGS,
        refresh=section in READ_AGAIN,
    )


def _remedy(about: str, mapping: PracticeMapping, chart: Chart, cures: Cures) -> Remedy:
    section, _, name = about.partition(":")
    general = _general(about)
    chosen = value_at(mapping, about)
    create = name if section == "special" and name in WANTED and not chosen else ""
    place = about if chosen and offer(about, mapping, chart) else ""
    cure = cures.offers.get(about)
    elsewhere = section in READ_AGAIN - {"currency"} and not (place or cure)
    return Remedy(
        cure,
        cures.named.get(about, ""),
        create,
        name if section == "trust_account" and not chosen else "",
        place,
        general.mapping or elsewhere,
        general.settings,
        general.connection,
        general.refresh,
    )
