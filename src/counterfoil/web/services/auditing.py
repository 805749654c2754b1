"""Whether the record of each firm is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.web import audit, heads, papers, verifying
from counterfoil.web.store import cipher

if TYPE_CHECKING:
    from counterfoil.web.models import Firm


def verified(firm: Firm) -> audit.Head | audit.Break:
    """Walk a firm's chain, hold it against the file kept outside, and its papers against it.

    The file tells of a tail that was cut off: what is left of such a chain verifies in itself.
    """
    found = verifying.verify(firm.pk, cipher().derive(audit.PURPOSE))
    if isinstance(found, audit.Head) and not heads.reaches(firm):
        why = "the chain ends before, or differs at, the entry that the file beside it remembers"
        return audit.Break(found.sequence + 1, why)
    if isinstance(found, audit.Head) and (day := heads.missing_day(firm)):
        return audit.Break(
            found.sequence + 1, f"the head that was kept on {day} is not in the chain"
        )
    if isinstance(found, audit.Head) and (why := papers.fault(firm.pk)):
        return audit.Break(found.sequence, why)
    return found
