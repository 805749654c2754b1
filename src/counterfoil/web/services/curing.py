"""Curing a problem where it is shown: a choice goes into the mapping, what it frees is retried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from counterfoil.posting.shelf import NotReady
from counterfoil.web.services import mapping_desk, practice_codes
from counterfoil.web.services.looking_again import look_again
from counterfoil.web.services.offers import is_filled, offers
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from counterfoil.web.models import Organisation, Work
    from counterfoil.web.services.offers import Choice, Offer


@dataclass(frozen=True, slots=True)
class Cured:
    """What a cure came to: how many documents are looked at again, and the work that does it.

    ``work`` is None if it is done. Nothing was changed where there is something else: ``there`` is
    what the place says by now because somebody else has filled it meanwhile, ``refused`` why the
    choice is none.
    """

    looked: int = 0
    work: Work | None = None
    there: str = ""
    refused: str = ""


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


def _side(organisation: Organisation, shelf: DatabaseShelf, about: str) -> str:
    """Return the place that a choice fills: of a tax code's two sides the one that waits.

    A rate of one side must not be guessed for the other. Where both wait, the sales are first, and
    the purchases are asked about then; where neither is met in the newest documents, both are
    filled.
    """
    section, _, code = about.partition(":")
    if section != "tax_code":
        return about
    uses, mapping = practice_codes.in_use(organisation), shelf.mapping()
    sides = (f"tax_sales:{code}", f"tax_purchases:{code}")
    return next((one for one in sides if one in uses and not is_filled(mapping, one)), about)


def apply(
    organisation: Organisation, about: str, value: str, *, actor: str, now: dt.datetime
) -> Cured | None:
    """Put a choice into the mapping and look again at all that waited for it.

    Returns None if there is nothing to choose for that.
    """
    shelf = DatabaseShelf(organisation, actor=actor)
    offered = cures([about], shelf).offers.get(about)
    if offered is None or not value.strip():
        return None
    place = _side(organisation, shelf, about)
    chosen = offered.value_of(value) or value
    said = mapping_desk.put(organisation, {place: chosen}, actor=actor, now=now)
    if place in said.refused:
        return Cured(refused=said.refused[place])
    if there := said.filled.get(place, ""):
        return Cured(there=there)
    held = outbox_of(organisation).held_by({about})
    return Cured(len(held), look_again(organisation, held, actor=actor, now=now))
