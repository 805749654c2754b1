"""One seed, one story: the firm's documents go to Xero while everything that can fail fails."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from counterfoil.core.documents import Key
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.shelf import FixedShelf
from counterfoil.posting.states import State
from counterfoil.xero.target import XeroTarget
from tests.simulation import firm as firms
from tests.simulation import ledger, source, verdict
from tests.simulation.daybook_keys import keys_of
from tests.simulation.faults import HEART, struck
from tests.simulation.firm import ARRIVAL_SECONDS
from tests.simulation.kept import Kept
from tests.simulation.machines import Machines
from tests.simulation.month import every_kind
from tests.simulation.network import Network
from tests.simulation.order import out_of_order
from tests.simulation.people import People
from tests.simulation.trouble import Trouble, drawn
from tests.simulation.wire import Wire
from tests.simulation.world import EPOCH, EPOCHS, World
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.records import Receipt
    from counterfoil.posting.target import Target
    from xero_sandbox.books.organisation import Organisation

LOOK_SECONDS = 5.0
"""How long apart it is asked whether all is done: in a database, each time costs two queries."""
TROUBLE_SECONDS = 3_600.0
"""How long faults strike; afterwards everything must settle."""
END_SECONDS = 40 * 3_600.0
"""Liveness: by then the queue must have drained, a limit of a whole day included."""
WRONGS = (
    "lost",
    "twice",
    "foreign",
    "off",
    "early",
    "unsettled",
    "unwritten",
    "unproved",
    "resent",
    "limits",
    "refresh",
    "unfenced",
    "unlawful",
    "mislinked",
    "silent",
    "broken",
)
"""What can be wrong at the end, in one word each."""
MANY = 10
MOST_FAULTS = 0.85
FEWEST_FAULTS = 20
"""A story with fewer shows little: nearly every call fails until so many have struck."""
CALM_SECONDS = 2 * ARRIVAL_SECONDS
"""How long a story may take its time with them: then all but what comes last has come."""
BILLS = 3
"""Bills in a story; the other kinds come with them, to some sixty documents."""
KEY_SWITCHES: tuple[KeyInProcess, ...] = get_args(KeyInProcess)
"""What Xero does with a key that it is still working on is not documented: each is played."""

Month = Callable[[random.Random, int], list[dict[str, Any]]]
"""Makes a story's documents, so many bills among them."""


@dataclass
class Ending:
    """How a story ended.

    ``complaints`` must be empty, and so must ``unsettled``. ``facts`` counts what had to stand in
    Xero, ``unheard`` the writes that Xero applied and nobody was told so.
    """

    seed: int
    complaints: list[str]
    unsettled: dict[str, int]
    documents: int
    facts: int
    faults: Counter[str]
    unheard: int
    seconds: float
    story: World = field(repr=False)

    @property
    def told(self) -> list[str]:
        """The story in words."""
        return self.story.story

    @property
    def struck(self) -> int:
        """How many faults struck."""
        return struck(self.faults)

    @property
    def good(self) -> bool:
        return not self.wrong.total()

    @property
    def wrong(self) -> Counter[str]:
        """Count what is wrong by the words of ``WRONGS``."""
        unsettled = {"unsettled": sum(self.unsettled.values())}
        said = Counter(line.partition(":")[0] for line in self.complaints)
        return said + Counter(unsettled)


class Story:
    """Two workers, one organisation, one seed; at the latest it ends at ``until`` seconds.

    ``trouble`` is drawn from the seed where none is given.
    """

    def __init__(
        self,
        seed: int,
        *,
        bills: int = BILLS,
        month: Month = every_kind,
        store: Callable[[], Outbox] = MemoryOutbox,
        target: Target | None = None,
        trouble: Trouble | None = None,
        until: float = END_SECONDS,
    ) -> None:
        self.seed = seed
        self.until = until
        self._look_at = 0.0
        chance = random.Random(seed)
        self.trouble = drawn(chance, TROUBLE_SECONDS) if trouble is None else trouble
        wild = "9 clocks" in self.trouble.on
        self.world = World(seed, chance.choice(EPOCHS) if wild else EPOCH)
        self.batch_most = chance.choice([*[1] * 7, 2, 3, 10, 50])
        if self.trouble.on and self.batch_most >= MANY:
            # Few calls meet few faults, unless most calls do.
            self.trouble = replace(self.trouble, faults=MOST_FAULTS)
        self.sandbox = Sandbox(seed=seed, key_in_process=chance.choice(KEY_SWITCHES))
        self.firm = firms.Firm(self.sandbox, self.world.now())
        self.wire = Wire(self.world, 2 * self.trouble.skew + 5.0, wild=wild)
        self.network = Network(
            self.world, self.sandbox, firms.API, self.wire, self._fault_rate, self.trouble.on
        )
        self.outbox = store()
        self.unapplied = "prepayment" if seed % 2 else "overpayment"
        mapping = firms.mapping(self.unapplied)
        self.shelf = FixedShelf(self.firm.chart(self.world.now()), mapping)
        self.target = target or XeroTarget()
        self.documents = month(chance, bills)
        # A copy of before a revision came cannot tell whether Xero holds the older one; then the
        # documents have one version each. Stores other than memory have tests of their own.
        put_back = "8 restore" in self.trouble.on and isinstance(self.outbox, MemoryOutbox)
        if not put_back:
            self.trouble = replace(self.trouble, on=self.trouble.on - {"8 restore"})
        several = self.trouble.revised and not put_back
        self.alternatives = source.alternatives(chance) if several else []
        self.judged: list[dict[str, Any]] = []
        self.refused: list[Receipt] = []
        self.secrets: set[str] = set()
        self.kept = Kept(self)
        self.machines = Machines(self, chance)
        self.people = People(self)

    @property
    def organisation(self) -> Organisation:
        """The firm's organisation as the sandbox keeps it."""
        return self.sandbox.state.organisations[self.firm.tenant_id]

    def troubled(self) -> bool:
        """Tell whether faults still strike."""
        return self.world.elapsed < self.trouble.seconds or self._too_quiet()

    def _too_quiet(self) -> bool:
        wanted = self.trouble.faults and HEART in self.trouble.on
        return bool(wanted) and self.network.struck < FEWEST_FAULTS

    def _fault_rate(self) -> float:
        if not self.troubled():
            return 0.0
        late = self.world.elapsed > CALM_SECONDS
        if not late or not self._too_quiet():
            return self.trouble.faults
        # What comes last cannot be done without calls, and none of them gets through.
        return 1.0 if self.people.all_sent else MOST_FAULTS

    def keys(self) -> set[Key]:
        """Return the keys of everything that was ever sent to the intake, and of its parties."""
        return self._keys

    @cached_property
    def _keys(self) -> set[Key]:
        return keys_of(self._everything())

    def raw(self) -> dict[Key, dict[str, Any]]:
        """Return the raw documents of which there is one version only."""
        return {Key(one["kind"], one["id"]): one for one in self.documents}

    def recorded(self) -> list[dict[str, Any]]:
        """Return the documents as the practice has them in the end, of one version each."""
        return self.documents

    def _everything(self) -> list[dict[str, Any]]:
        return [*self.documents, *(one for several in self.alternatives for one in several)]

    def play(self) -> Ending:
        """Play the story to its end and judge it."""
        self.people.begin()
        self.machines.begin()
        self.world.run(self.until, self._done)
        ending = self._judge()
        self.world.end()
        return ending

    def _done(self) -> bool:
        if self.world.elapsed < self._look_at:
            return False
        self._look_at = self.world.elapsed + LOOK_SECONDS
        if self.world.elapsed <= self.trouble.seconds or self.unsettled():
            return False
        return self.people.all_sent and self.outbox.next_due() is None

    def unsettled(self) -> dict[str, int]:
        """Count what is neither posted nor withdrawn, by its state."""
        counts = self.outbox.counts()
        settled = {State.POSTED, State.WITHDRAWN}
        return {state.value: n for state, n in counts.items() if state not in settled}

    def _judge(self) -> Ending:
        now = self.world.now() + dt.timedelta(hours=49)
        self.firm.forget_token()
        found = verdict.actual(self.firm, now)
        chosen, unsaid = source.stands(self, found)
        documents = self.judged = [*self.recorded(), *chosen]
        wanted = verdict.expected(documents)
        balances = ledger.balances(self.firm)
        complaints = [
            *verdict.differences(wanted, found),
            *ledger.off(documents, balances, unapplied=self.unapplied),
            *out_of_order(self.firm),
            *self.wire.complaints,
            *self.machines.complaints,
            *self.kept.judge(),
            *unsaid,
        ]
        return Ending(
            self.seed,
            complaints,
            self.unsettled(),
            len(documents),
            wanted.total(),
            Counter(self.network.faults),
            self.network.unheard,
            self.world.elapsed,
            self.world,
        )
