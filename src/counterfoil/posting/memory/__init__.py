"""The outbox in memory: the twin that the databases are proved equal to.

Simulation and tests run on it. Every method either does all that it says or raises before it has
changed anything, as a transaction would.
"""

from __future__ import annotations

from counterfoil.posting.memory.restoring import Restoring
from counterfoil.posting.memory.revising import Revising
from counterfoil.posting.memory.standing import Standing

__all__ = ["MemoryOutbox"]


class MemoryOutbox(Revising, Restoring, Standing):
    """``outbox.Outbox`` in dictionaries; see there for what each method promises."""
