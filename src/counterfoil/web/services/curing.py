"""Curing a problem where it is shown: a choice goes into the mapping, what it frees is retried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.daybook import reconvert
from counterfoil.posting.shelf import NotReady
from counterfoil.web.services.offers import offer, written
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt

    from counterfoil.web.models import Organisation
    from counterfoil.web.services.offers import Offer

MOST_AT_ONCE = 1_000
"""Documents that a cure looks at again at once; the workers' next rounds take no more of it."""


def cure(about: str, shelf: DatabaseShelf) -> Offer | None:
    """Return what there is to choose for what a problem is about; None if it is no mapping's."""
    try:
        return offer(about, shelf.mapping(), shelf.chart())
    except NotReady:
        return None


def apply(
    organisation: Organisation, about: str, value: str, *, actor: str, now: dt.datetime
) -> int | None:
    """Put a choice into the mapping and look again at what waited for it.

    Returns how many documents were looked at; None if the choice is not one of those offered.
    """
    shelf = DatabaseShelf(organisation, actor=actor)
    offered = cure(about, shelf)
    if offered is None or value not in {choice.value for choice in offered.choices}:
        return None
    save_mapping(organisation, written(shelf.mapping(), about, value), actor=actor, now=now)
    outbox = outbox_of(organisation)
    held = outbox.held_by({about})[:MOST_AT_ONCE]
    reconvert(held, outbox, DatabaseShelf(organisation, actor=actor), actor=actor, now=now)
    return len(held)
