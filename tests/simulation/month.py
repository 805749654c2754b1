"""A month of the simulated firm: every kind of document that there is, in random order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation import office, trust, undone
from tests.simulation.firm import documents

if TYPE_CHECKING:
    import random

BESIDE = (
    office.written_off,
    office.paid_ahead,
    office.credited,
    office.turned,
    office.foreign,
    office.supplied,
    office.banked,
    trust.entrusted,
    trust.paid_from_trust,
    trust.supplier_paid_from_trust,
    trust.beside_the_ledgers,
    trust.recorded,
)
THREADS = (*BESIDE, *undone.THREADS)
UNDONE_THREADS = 1
"""Ways back in one story: each takes as many steps as what it takes back."""
BILLS_A_THREAD = 6


def every_kind(chance: random.Random, bills: int) -> list[dict[str, Any]]:
    """The plain documents of so many bills, and beside them some of every other kind."""
    made = documents(chance, bills)
    for n in range(-(-bills // BILLS_A_THREAD)):
        for thread in (*BESIDE, *chance.sample(undone.THREADS, UNDONE_THREADS)):
            made += thread(chance, n)
    chance.shuffle(made)
    return made
