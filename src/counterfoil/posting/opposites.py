"""The opposite of a part of a document, which goes once that part itself is in Xero.

A reversal waits for the document that it takes back, and that is in Xero as soon as its own part
is. Money that left the bank beside it is a part of its own: sent at the same moment, it may yet be
refused. Its opposite is put off until that is there, whoever has to see to it, and done with where
somebody has given that up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Reversal, undone_key
from counterfoil.core.parts import RETURNED
from counterfoil.posting.acting import later
from counterfoil.posting.bodies import read_back
from counterfoil.posting.records import Outcome
from counterfoil.posting.restoring import unsure
from counterfoil.posting.states import TIED, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from counterfoil.posting.caller import Caller
    from counterfoil.posting.records import Due, Posting, Restored


def early(dues: Sequence[Due], caller: Caller, mark: Restored | None) -> tuple[Outcome, ...]:
    """Return what becomes of opposites whose part is not in Xero; those left out may go."""
    ours = [due for due in dues if _is_opposite(due.posting)]
    of = {due.posting.key: undone_key(read_back(due.body)) for due in ours}
    found = caller.outbox.postings({key for key in of.values() if key}) if ours else ()
    # In the order of attempts, so that the newest of each part is what counts.
    made = {(one.key.document, one.key.part): one for one in found if one.key.act is Act.CREATE}
    told: list[Outcome] = []
    for due in ours:
        key = of[due.posting.key]
        part = made.get((key, due.posting.key.part)) if key else None
        if part is not None and part.state not in TIED:
            given_up = part.state is State.WITHDRAWN and not (
                mark and unsure(part, mark, caller.outbox)
            )
            told.append(
                Outcome(due.posting.key, State.WITHDRAWN)
                if given_up
                else later(due.posting, caller)
            )
    return tuple(told)


def _is_opposite(posting: Posting) -> bool:
    key = posting.key
    own = key.part == "" or key.part in RETURNED
    return key.kind == Reversal.kind and key.act is Act.CREATE and not own
