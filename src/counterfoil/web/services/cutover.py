"""Cutting over: from which day on the firm posts, and what Xero holds of the time before.

Documents from before the start date are taken to be in Xero already. A firm that comes from another
bridge has them tied to what that one has posted, as far as the two are proved equal (``adopting``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from counterfoil.core.documents import Key
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.states import UNSENT, State
from counterfoil.web import models
from counterfoil.web.office import office_of
from counterfoil.web.shelf import DatabaseShelf, save_mapping
from counterfoil.web.store import outbox_of
from counterfoil.web.store.base import chunks
from counterfoil.xero import adopting

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from counterfoil.web.models import Organisation
    from counterfoil.xero.adopting import Adopted


@dataclass(frozen=True, slots=True)
class Begun:
    """What a start date did: and how many documents are from before it."""

    start: dt.date
    prior: int


def begin(organisation: Organisation, start: dt.date, *, actor: str, now: dt.datetime) -> Begun:
    """Set the day from which on the firm posts; what is unsent is planned anew by it.

    Raises ``shelf.NoMapping`` and ``shelf.NoChart`` before anything is changed.
    """
    shelf = DatabaseShelf(organisation, actor=actor)
    mapping = shelf.mapping()
    shelf.chart()
    settings = replace(mapping.settings, start_date=start)
    save_mapping(organisation, replace(mapping, settings=settings), actor=actor, now=now)
    replan(organisation, start, actor=actor, now=now)
    return Begun(start, _postings(organisation, State.PRIOR).values("document").distinct().count())


def replan(
    organisation: Organisation, start: dt.date | None, *, actor: str, now: dt.datetime
) -> None:
    """Convert again what is unsent and does not stand as the start date has it.

    It is told from the documents alone, not from where the day was before: whoever moved it may
    have died in between.
    """
    prior = Q(postings__state=State.PRIOR.value)
    if start is None:
        concerned = prior
    else:
        others = [state.value for state in UNSENT - {State.PRIOR}]
        concerned = prior & Q(date__gte=start) | Q(postings__state__in=others, date__lt=start)
    found = models.Document.objects.filter(concerned, organisation=organisation)
    keys = [Key(*row) for row in found.distinct().values_list("kind", "source_id")]
    outbox, shelf = outbox_of(organisation), DatabaseShelf(organisation, actor=actor)
    for some in chunks(keys):
        reconvert(some, outbox, shelf, actor=actor, now=now)


def adopt(
    organisation: Organisation, *, actor: str, now: dt.datetime, dry_run: bool = False
) -> Adopted:
    """Match the documents from before the start with what Xero holds, and tie what is equal.

    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer`` before anything is tied.
    """
    with office_of(organisation, clicking=True) as office:
        return adopting.adopt(office, actor=actor, now=now, dry_run=dry_run)


def _postings(organisation: Organisation, state: State) -> QuerySet[models.Posting]:
    return models.Posting.objects.filter(organisation=organisation, state=state.value)
