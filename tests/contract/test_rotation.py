"""Keys change while eight workers post, refresh their tokens, and lose replies: nothing is lost."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import cast

import pytest

from counterfoil.posting.caller import Caller
from counterfoil.posting.errors import XeroUnavailable
from counterfoil.posting.outbox import FenceLost
from counterfoil.posting.records import ConnectionState
from counterfoil.posting.states import State
from counterfoil.posting.target import Courier, Fresh, Refused, Target
from counterfoil.web import audit, crypto, models, verifying
from counterfoil.web.store import DjangoOutbox
from tests.contract import scene, stores
from tests.contract.stores import AUDIT_KEY, NOON, together
from tests.contract.test_connection import GRANT

WORKERS, ROUNDS, DOCUMENTS = 8, 4, 24
OLD, NEW, LAST = (crypto.new_key() for _ in range(3))
BEFORE, SINCE = crypto.parse(f"{OLD} {NEW} {LAST}"), crypto.parse(f"{NEW} {OLD} {LAST}")
AFTERWARDS = crypto.parse(f"{NEW} {LAST}")


class Xero:
    """Gives each pair once; whoever did not hear of it may use the one before again.

    Two in five replies are lost on their way (facts: Xero API, refresh tokens and their grace).
    """

    def __init__(self) -> None:
        self.current, self.before = GRANT.refresh_token, ""
        self.refreshed = self.lost = 0
        self.strange: list[str] = []
        self._chance = random.Random(7)
        self._alone = threading.Lock()

    def refresh(self, refresh_token: str, *, now: dt.datetime) -> Fresh | Refused:
        with self._alone:
            if refresh_token not in {self.current, self.before}:
                self.strange.append(refresh_token)
                return Refused("invalid_grant", dead=True)
            self.before = refresh_token
            self.refreshed += 1
            self.current = f"refresh-{self.refreshed + 1}"
            if self._chance.random() < 0.4:
                self.lost += 1
                return Refused("no answer", dead=False)
            access = f"access-{self.refreshed + 1}"
            return Fresh(access, self.current, now + dt.timedelta(minutes=30))


class Clock:
    """Stands still: a token ends here because it was refused, and not by time."""

    def now(self) -> dt.datetime:
        return NOON

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 200)


class Chance:
    """No call leaves: no name is asked for."""

    def name(self) -> str:
        return ""

    def jitter(self) -> float:
        return 0.0


class Worker:
    """One of eight; half-way it is started again, with the new key in front."""

    def __init__(self, organisation: int, alias: str, xero: Xero, name: str) -> None:
        self._at, self._xero, self._name = (organisation, alias), xero, name

    def __call__(self) -> int:
        return sum(self._round(BEFORE if n < ROUNDS / 2 else SINCE) for n in range(ROUNDS))

    def _round(self, keys: crypto.Cipher) -> int:
        organisation, alias = self._at
        box = DjangoOutbox(organisation, AUDIT_KEY, keys, alias)
        caller = Caller(
            outbox=box,
            target=cast("Target", None),
            courier=cast("Courier", None),
            authority=self._xero,
            clock=Clock(),
            chance=Chance(),
        )
        try:
            caller.grant(stale=caller.grant().generation)
        except XeroUnavailable:
            return 0
        return self._post(box)

    def _post(self, box: DjangoOutbox) -> int:
        """Post one document, if it is this worker's turn; another may take the turn away."""
        lease = box.take_lease(self._name, box.lease(), now=NOON)
        try:
            due = box.due(lease, now=NOON, most=1) if lease else ()
            if not lease or not due:
                return 0
            frozen = scene.request(f"{self._name}-{due[0].posting.key.id}", due, NOON)
            box.freeze(lease, [frozen], now=NOON)
            told = [scene.posted(frozen.members[0])]
            box.settle(lease, frozen.request_id, scene.OK, told, now=NOON)
        except FenceLost:
            return 0
        return 1


@pytest.fixture
def organisation(alias: str) -> int:
    made = stores.new_organisation(alias)
    box = DjangoOutbox(made, AUDIT_KEY, BEFORE, alias)
    box.connect(GRANT, actor="ann", now=NOON)
    entries = [scene.entry("contact", f"c{n}") for n in range(DOCUMENTS)]
    box.receive(entries, actor="import", now=NOON)
    return made


def test_keys_change_under_eight_workers_and_the_old_one_can_go(
    organisation: int, alias: str
) -> None:
    xero = Xero()
    workers = [Worker(organisation, alias, xero, f"w{n}") for n in range(WORKERS)]

    def rotate() -> int:
        box = DjangoOutbox(organisation, AUDIT_KEY, SINCE, alias)
        return sum(box.reseal() for _ in range(ROUNDS * 5))

    calls: list[Callable[[], int]] = [*workers, rotate]
    said = together(alias, calls)
    assert [one for one in said if isinstance(one, Exception)] == []
    assert (xero.strange, xero.refreshed > ROUNDS, xero.lost > 0) == ([], True, True)
    DjangoOutbox(organisation, AUDIT_KEY, SINCE, alias).reseal()
    box = DjangoOutbox(organisation, AUDIT_KEY, AFTERWARDS, alias)
    grant = box.grant()
    assert grant.state is ConnectionState.CONNECTED
    assert grant.refresh_token in {xero.current, xero.before}
    finish(box)
    links = models.Link.objects.using(alias).filter(organisation_id=organisation)
    assert Counter(links.values_list("xero_id", flat=True)).most_common(1)[0][1] == 1
    assert box.counts() == {State.POSTED: DOCUMENTS}
    assert isinstance(verifying.verify(box.firm_id, AUDIT_KEY, alias), audit.Head)


def finish(box: DjangoOutbox) -> None:
    """Let what lost its turn be settled as found in Xero, and post the rest."""
    lease = scene.leased(box, NOON, "the last")
    box.recover(lease, due_at=NOON, now=NOON)
    for looked in box.lookups_due(lease, now=NOON):
        told = [scene.posted(member) for member in looked.members]
        box.settle(lease, looked.request_id, None, told, now=NOON)
    while box.due(lease, now=NOON, most=50):
        scene.post_all_due(box, lease, NOON)
