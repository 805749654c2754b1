"""What a dishonour that cannot be carried out yet leaves, said to whoever is to see to it.

A cheque comes back days after it was paid in, and by then its payment is often reconciled with the
bank's statement: it is not deleted from here (facts: Xero API section 10). The money's way in and
out again waits for that deletion, so that nothing counts twice; what may be done is said here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from counterfoil.core.conversion import ENDING
from counterfoil.core.convert.dishonour import KEEP
from counterfoil.core.convert.undoing import MOVE_LOCK
from counterfoil.core.parts import RETURNED
from counterfoil.posting.acting import Amendment
from counterfoil.posting.discarding import STUCK
from counterfoil.posting.states import State

if TYPE_CHECKING:
    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding
    from counterfoil.posting.acting import Judged
    from counterfoil.posting.outbox import Outbox

WAITS = (
    " This is a dishonour: until the receipt's payment is gone, the money's way in and out again "
    "is not entered either, so that nothing counts twice."
)
FIXES = {
    "undo_reconciled": (
        "Unreconcile the payment in Xero and retry: it is deleted, and received and spent money "
        "are entered under the reversal's number, to be matched with the statement's two lines."
    ),
    "undo_in_locked_period": MOVE_LOCK,
}
"""By the code of what holds the deletion, what to do instead of what that says."""


def with_returned(judged: Judged | None, of: Key, outbox: Outbox) -> Judged | None:
    """Say of a deletion that is held what else waits for it, if it is part of a dishonour."""
    if judged is None or isinstance(judged, Amendment):
        return judged
    held = any(one.state is State.HELD and one.posting.act in ENDING for one in judged)
    standing = [one for one in outbox.postings({of}) if one.state is not State.WITHDRAWN]
    if not held or not any(one.key.part in RETURNED for one in standing):
        return judged
    judging = {one.posting for one in judged}
    whole = all(one.state in STUCK for one in standing if one.key not in judging)
    return tuple(
        replace(one, findings=tuple(_said(finding, whole=whole) for finding in one.findings))
        if one.state is State.HELD and one.posting.document == of
        else one
        for one in judged
    )


def _said(finding: Finding, *, whole: bool) -> Finding:
    """Add what waits; the dishonour is given up only as long as nothing of it has gone."""
    fix = FIXES.get(finding.code, finding.fix)
    return replace(
        finding, message=finding.message + WAITS, fix=f"{fix} Or {KEEP}" if whole else fix
    )
