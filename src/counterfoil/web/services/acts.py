"""What a person does to documents, one or many at once, and the words for what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.posting import discarding, holding
from counterfoil.web.services import retrying
from counterfoil.web.shelf import DatabaseShelf
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.web.models import Organisation
    from counterfoil.web.store import DjangoOutbox

MOST_AT_ONCE = 1_000
"""Documents that one click takes; more are left to the next click."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks what of which documents; ``why`` is that person's reason, where one is asked for."""

    organisation: Organisation
    keys: Sequence[Key]
    actor: str
    now: dt.datetime
    why: str = ""

    @property
    def outbox(self) -> DjangoOutbox:
        """The organisation's outbox."""
        return outbox_of(self.organisation)

    @property
    def shelf(self) -> DatabaseShelf:
        """What the organisation's documents are converted with, for whoever asks."""
        return DatabaseShelf(self.organisation, actor=self.actor)


@dataclass(frozen=True, slots=True)
class Act:
    """A thing that can be done to documents.

    ``do`` returns how many it met. ``did`` says so, with one form for one and one for many, ``{n}``
    in it; ``met_none`` why nothing happened. ``label`` is on the button.
    ``reads_anew``: what the documents rest on is read from Xero first.
    ``one_by_one``: only whoever has read what is found about a document may decide.
    """

    label: str
    do: Callable[[Order], int]
    did: tuple[str, str]
    met_none: str
    asks_why: bool = False
    one_by_one: bool = False
    reads_anew: bool = False

    def words(self, met: int) -> str:
        """Say what came of it."""
        return self.did[met > 1].format(n=f"{met:,}") if met else self.met_none


def _retry(order: Order) -> int:
    return retrying.retry(order.organisation, order.keys, actor=order.actor, now=order.now)


def _overwrite(order: Order) -> int:
    return retrying.retry(
        order.organisation, order.keys, actor=order.actor, now=order.now, overwrite=True
    )


def _other_money(order: Order) -> int:
    return retrying.retry(
        order.organisation, order.keys, actor=order.actor, now=order.now, other_money=True
    )


def _hold(order: Order) -> int:
    return holding.hold(
        order.keys, order.outbox, order.shelf, order.why, actor=order.actor, now=order.now
    )


def _release(order: Order) -> int:
    return holding.release(order.keys, order.outbox, order.shelf, actor=order.actor, now=order.now)


def _give_up(order: Order) -> int:
    return discarding.give_up(
        order.keys, order.outbox, order.shelf, actor=order.actor, now=order.now
    )


ACTS = MappingProxyType(
    {
        "retry": Act(
            "Try again",
            _retry,
            ("{n} posting goes on.", "{n} postings go on."),
            "Looked at again: what stands in the way still does.",
            reads_anew=True,
        ),
        "overwrite": Act(
            "Overwrite what Xero has",
            _overwrite,
            ("{n} posting goes on.", "{n} postings go on."),
            "Nothing is held for what was edited in Xero.",
            one_by_one=True,
        ),
        "other_money": Act(
            "It is another receipt: post ours",
            _other_money,
            ("{n} posting goes on.", "{n} postings go on."),
            "Nothing is held for a payment on another bill.",
            one_by_one=True,
        ),
        "hold": Act(
            "Hold",
            _hold,
            ("{n} document is kept back.", "{n} documents are kept back."),
            "Nothing was kept back: all of it is in Xero already, or on its way.",
            asks_why=True,
        ),
        "release": Act(
            "Release",
            _release,
            ("{n} document is released.", "{n} documents are released."),
            "Nobody keeps any of these back.",
        ),
        "give_up": Act(
            "Discard",
            _give_up,
            ("{n} document is done with.", "{n} documents are done with."),
            "Nothing was discarded: something of it is in Xero already, or on its way.",
            one_by_one=True,
        ),
    }
)
"""By the names under which pages and addresses know them, in the order of the buttons."""
