"""Curing a problem where it is shown: a choice goes into the mapping, what it frees is retried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.posting.daybook import reconvert
from counterfoil.posting.shelf import NotReady
from counterfoil.web.services.offers import offers, written
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from counterfoil.web.models import Organisation
    from counterfoil.web.services.offers import Choice, Offer

MOST_AT_ONCE = 1_000
"""Documents that a cure looks at again at once; the workers' next rounds take no more of it."""


@dataclass(frozen=True, slots=True)
class Cures:
    """What there is to choose for each cause, by what it is about.

    Most causes share their choices, so these stand in ``lists`` once, each under a name; ``named``
    says which are whose.
    """

    offers: Mapping[str, Offer]
    named: Mapping[str, str]
    lists: Mapping[str, tuple[Choice, ...]]


def cures(abouts: Iterable[str], shelf: DatabaseShelf) -> Cures:
    """Return what there is to choose for what problems are about; nothing for no mapping's."""
    try:
        mapping, chart = shelf.mapping(), shelf.chart()
    except NotReady:
        return Cures({}, {}, {})
    found = offers(abouts, mapping, chart)
    names: dict[tuple[Choice, ...], str] = {}
    for one in found.values():
        names.setdefault(one.choices, f"choices-{len(names) + 1}")
    named = {about: names[one.choices] for about, one in found.items()}
    return Cures(found, named, {name: choices for choices, name in names.items()})


def apply(
    organisation: Organisation, about: str, value: str, *, actor: str, now: dt.datetime
) -> int | None:
    """Put a choice into the mapping and look again at what waited for it.

    Returns how many documents were looked at; None if the choice is not one of those offered.
    """
    shelf = DatabaseShelf(organisation, actor=actor)
    offered = cures([about], shelf).offers.get(about)
    chosen = offered.value_of(value) if offered is not None else None
    if chosen is None:
        return None
    save_mapping(organisation, written(shelf.mapping(), about, chosen), actor=actor, now=now)
    outbox = outbox_of(organisation)
    held = outbox.held_by({about})[:MOST_AT_ONCE]
    reconvert(held, outbox, DatabaseShelf(organisation, actor=actor), actor=actor, now=now)
    return len(held)
