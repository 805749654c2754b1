"""Documents from before the start, which are taken to be in Xero, and what is said of them.

A cut-over ties them to what Xero holds as far as the two are equal. What is left is nobody's: what
settles it, takes it back or draws on it later cannot name it there, and waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.findings import error

if TYPE_CHECKING:
    from counterfoil.core.documents import Key
    from counterfoil.core.findings import Finding


def not_tied(key: Key, number: str) -> Finding:
    """Return the finding of a document from before the start that others wait for."""
    called = f"{key.kind.replace('_', ' ')} {number or key.id}"
    return error(
        "prior_not_tied",
        f"What settles {called} or takes it back waits: it is from before the start, and what it "
        "is in Xero was not found, or is not equal to it.",
        f"Try to tie it, which says in what the two differ: counterfoil relink {key} NUMBER, with "
        "its number or id in Xero. Put right whichever side is wrong, and tie it so; what waits "
        "then goes by itself. If it never went to Xero, set an earlier start date: counterfoil "
        "cutover --from.",
        about=str(key),
    )
