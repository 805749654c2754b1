"""Xero's refusals as data: cause and fix of each message (facts: Xero API section 21)."""

from __future__ import annotations

from typing import NamedTuple

TAKEN = (
    "invoice # must be unique",
    "credit note # must be unique",
    "note number must be unique",
    "must be unique across all active contacts",
    "contact name already exists",
    "another contact has this contact number",
)
"""Folded pieces of the messages that say: this number or name is already there."""


class Explanation(NamedTuple):
    """A message that we know. ``pieces`` are folded texts that all occur in it, in this order."""

    code: str
    pieces: tuple[str, ...]
    cause: str
    fix: str

    def matches(self, folded: str) -> bool:
        """Tell whether a folded message is this one."""
        at = 0
        for piece in self.pieces:
            found = folded.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return True


CATALOGUE = (
    Explanation(
        "number_taken_in_xero",
        ("must be unique",),
        "The number is already used in Xero.",
        "Look at the document in Xero that has it; renumber one of the two, then retry.",
    ),
    Explanation(
        "locked_period",
        ("lock date",),
        "The date lies in a period that is locked in Xero.",
        "Date the document in an open period, or let an adviser move the lock date, then retry.",
    ),
    Explanation(
        "overpaid",
        ("amount exceeds the amount outstanding",),
        "More would be paid than is still owing in Xero; somebody may have paid it there.",
        "Open the invoice in Xero and compare its payments with this receipt.",
    ),
)
"""Tried in this order; the first that matches explains."""
