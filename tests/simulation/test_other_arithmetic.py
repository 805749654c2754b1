"""A Xero that rounds ties the other way: every total is right in the end, whatever fails."""

from __future__ import annotations

import pytest

from counterfoil.core.conversion import Act
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.records import CORRECTION
from counterfoil.posting.states import State
from tests.simulation import verdict
from tests.simulation.corrected import without_taxes
from tests.simulation.story import WRONGS, Story

PROTOCOL = set(WRONGS) - {"lost", "foreign", "twice", "off"}
"""What must hold of how things were done; what stands in Xero is compared without its tax."""


@pytest.mark.parametrize("seed", [3, 5, 7, 9])
def test_every_total_is_made_good_once(seed: int) -> None:
    outbox = MemoryOutbox()
    story = Story(seed, bills=18, store=lambda: outbox)
    organisation = story.sandbox.state.organisations[story.firm.tenant_id]
    organisation.settings.arithmetic = "ties_to_even"
    ending = story.play()
    now = story.world.now()
    there = without_taxes(verdict.actual(story.firm, now))
    assert verdict.differences(without_taxes(verdict.expected(story.judged)), there) == []
    assert not any(ending.wrong[name] for name in PROTOCOL)
    stated = [e for e in outbox.events() if e.posting and e.posting.act is Act.UPDATE]
    corrected = {e.after for e in stated if e.posting and e.posting.kind != CORRECTION}
    assert corrected >= {State.READY, State.SENDING, State.POSTED}
