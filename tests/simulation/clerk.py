"""A person who orders corrections, one after the other, and whose click may die like any process.

Each order is given once everything before it is settled. Whoever saw no answer clicks again; and
after an answer everything is clicked twice more, at once and when all is settled: of those clicks
nothing may come.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from counterfoil.core.reader import read_json
from counterfoil.posting import rebill_orders, undo_orders
from counterfoil.posting.caller import Caller
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.errors import Ended
from counterfoil.posting.going_back import together
from counterfoil.posting.records import CORRECTION, REBILL
from counterfoil.posting.states import State
from counterfoil.posting.undo_orders import Order
from counterfoil.posting.unlinking import plan_unlinking
from counterfoil.xero import adopting, relinking
from tests.simulation.faulty import FaultyOutbox
from tests.simulation.network import Authority, Courier
from tests.simulation.people import People
from tests.simulation.world import Chance, Clock, Crash

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from counterfoil.core.documents import Key
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Answer, Call
    from tests.simulation.corrected import Act, Case, Document
    from tests.simulation.story import Story

T = TypeVar("T")

LOOK_SECONDS = 5.0
ROUND_SECONDS = 65.0
"""Within so long an idle worker has begun anew, also one that died just now."""
AGAIN_SECONDS = 6.0
"""So long a person waits for an answer before the next click: less than an idle worker pauses, so
that this click still meets what the first one may have ordered."""
QUIET = frozenset({State.HELD, State.PRIOR, State.WAITING, State.MISMATCHED})
"""What may be left over while nothing goes on by itself."""
NAME = "ann"


@dataclass(frozen=True, slots=True)
class Desk:
    """What a click is carried out with."""

    outbox: Outbox
    shelf: Shelf
    caller: Caller

    def patiently(self, begin: Callable[[], Generator[Call, Answer, T]]) -> T:
        return self.caller.read(begin())


class Clerk(People):
    """Everybody of a calm story; its acts come one by one when the documents are posted.

    ``begun``: the first has come, and only from then on does anything strike. ``shown`` keeps the
    numbers of the orders that were shown, by document, ``cut`` the ids of ties.
    """

    def __init__(self, story: Story, case: Case, strikes: Callable[[str], str]) -> None:
        super().__init__(story)
        self.reposted = True
        self.begun = False
        self.shown: dict[Key, int] = {}
        self.cut: dict[Key, list[str]] = {}
        self._strikes = strikes
        self._acts = list(case.acts)
        self._trusting = case.trusting
        self._clicks = 0

    def _send_last(self, documents: list[Document]) -> None:
        del documents
        self._next()

    def _next(self) -> None:
        """Give the next order, once everything before it is settled."""
        if not self.story.unsettled().keys() <= QUIET:
            self.world.at(LOOK_SECONDS, self._next)
        elif self._acts:
            self.begun = True
            self._click(self._acts[0])
        else:
            # A click that died may have left something to a worker which has nothing else to do.
            self.world.at(ROUND_SECONDS, self._leave)

    def _leave(self) -> None:
        self.all_sent = True

    def _click(self, act: Act) -> None:
        self.world.spawn(lambda: self._clicked(act))

    def _clicked(self, act: Act) -> None:
        """Click until it is answered."""
        try:
            act(self, self._desk(self._strikes))
        except (Crash, Ended) as trouble:
            self.world.tell("the click has no answer: %r", trouble)
            self.world.at(AGAIN_SECONDS, lambda: self._click_again(act))
            return
        self.world.spawn(lambda: act(self, self._desk(_nothing)), after=1.0)
        self.world.at(LOOK_SECONDS, lambda: self._at_last(act))

    def _click_again(self, act: Act) -> None:
        """Click once more, unless this person leaves alone what is found to be ordered."""
        if self._trusting and self.story.outbox.standing_in(frozenset(State), REBILL):
            self._at_last(act)
        else:
            self._click(act)

    def _at_last(self, act: Act) -> None:
        """Click once more when it is done."""
        if not self.story.unsettled().keys() <= QUIET:
            self.world.at(LOOK_SECONDS, lambda: self._at_last(act))
            return
        del self._acts[0]
        ordered = self.story.outbox.standing_in(frozenset(State))
        self.corrections = {key for key in ordered if key.kind in {CORRECTION, REBILL}}
        if not self._trusting:
            self.world.spawn(lambda: act(self, self._desk(_nothing)))
        self.world.at(LOOK_SECONDS, self._next)

    def _desk(self, strikes: Callable[[str], str]) -> Desk:
        """Take a seat: a process of its own, with points of its own."""
        story = self.story
        self._clicks += 1
        name = f"click/{self._clicks}"
        outbox = FaultyOutbox(story.outbox, self.world, story.wire, name, strikes, _stop)
        port = cast("Outbox", outbox)
        caller = Caller(
            outbox=port,
            target=story.target,
            courier=Courier(story.network, name, outbox.point),
            authority=Authority(story.network, story.sandbox, name),
            clock=Clock(self.world, lambda: 0.0),
            chance=Chance(self.world),
            clicking=True,
        )
        return Desk(port, story.shelf, caller)

    # What can be ordered.

    def undo(self, desk: Desk, keys: tuple[Key, ...], *, again: bool) -> None:
        """Look at what it would do, then do it: the click bears the number that was shown."""
        now = self.world.now()
        if not self.shown.keys() >= set(keys):
            undo_orders.undo(desk, keys[:1], Order(NAME, now, again=again, dry_run=True))
            self.shown |= undo_orders.next_turns(keys, desk.outbox)
        for group in together(keys, desk.outbox):
            undo_orders.undo(desk, group, Order(NAME, now, again=again, turns=self.shown))

    def rebill(self, desk: Desk, key: Key) -> None:
        rebill_orders.rebill(desk, key, actor=NAME, now=self.world.now())

    def unlink(self, desk: Desk, key: Key) -> None:
        """Cut a document's ties with those of what lies on it, and keep the ids."""
        plan = plan_unlinking([key], desk.outbox)
        for tie in reversed(plan.ties):
            ids = self.cut.setdefault(tie.posting.key.document, [])
            ids += {tie.link.xero_id} - set(ids)
        if not plan.under_way and plan.ties:
            cut = [tie.posting.key for tie in plan.ties]
            desk.outbox.unlink(cut, actor=NAME, now=self.world.now())

    def relink(self, desk: Desk, ids: dict[Key, list[str]]) -> None:
        """Tie documents to objects in Xero, one after the other, each proved equal."""
        for key, several in ids.items():
            for one in several:
                relinking.relink(desk, key, one, actor=NAME, now=self.world.now())

    def adopt(self, desk: Desk) -> None:
        adopting.adopt(desk, actor=NAME, now=self.world.now())

    def retry(self, desk: Desk, keys: tuple[Key, ...], *, anew: bool) -> None:
        now = self.world.now()
        reconvert(keys, desk.outbox, desk.shelf, actor=NAME, now=now, anew=anew)

    def send_anew(self, desk: Desk, documents: tuple[Document, ...]) -> None:
        """The practice sends documents through a process that may die."""
        read = [read_json(json.dumps(one)).document for one in documents]
        known = [one for one in read if one is not None]
        assert len(known) == len(documents)
        take_in(known, desk.outbox, desk.shelf, actor="practice", now=self.world.now())


def _nothing(where: str) -> str:
    del where
    return ""


def _stop() -> None:
    """A click ends by itself."""
