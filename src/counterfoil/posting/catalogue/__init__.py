"""Xero's refusals as data: cause, fix and step of each message.

From facts: Xero API section 21, and Actionstep to Xero section 5. ``explain`` looks messages up
here; docs/messages.md shows the whole.
"""

from __future__ import annotations

from typing import Final

from counterfoil.posting.catalogue.documents import DOCUMENTS
from counterfoil.posting.catalogue.lines import LINES
from counterfoil.posting.catalogue.money import MONEY
from counterfoil.posting.catalogue.parties import PARTIES
from counterfoil.posting.catalogue.system import SYSTEM
from counterfoil.posting.catalogue.together import TOGETHER
from counterfoil.posting.catalogue.words import STEPS, Explanation, Step, Together

OVERPAID: Final = (
    "payments can only be made against authorised documents",
    "payment amount exceeds the amount outstanding",
)
"""Folded pieces of what is said of a payment where less is owed: often somebody has paid there."""
TAKEN: Final = (
    "invoice # must be unique",
    "note # must be unique",
    "must be unique across all active contacts",
    "contact name already exists",
    "another contact has this contact number",
)
"""Folded pieces of the messages that say: this number or name is already there."""
CATALOGUE: Final = (*DOCUMENTS, *LINES, *PARTIES, *MONEY, *SYSTEM)
"""Tried in this order; the first that matches explains."""

__all__ = ["CATALOGUE", "OVERPAID", "STEPS", "TAKEN", "TOGETHER", "Explanation", "Step", "Together"]
