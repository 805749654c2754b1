"""Documents that found too little left, looked at again once others take less.

What comes in is met by ``daybook.take_in``. What is taken back in Xero, undone by a person or given
up comes to its end later, and whoever it kept out is to be told no longer that it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.core.takings import SHORT
from counterfoil.posting.bodies import read_back
from counterfoil.posting.daybook import reconvert
from counterfoil.posting.entries import convert_all

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.core.findings import Finding
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.shelf import Shelf


def look_again(outbox: Outbox, shelf: Shelf, *, actor: str, now: dt.datetime) -> bool:
    """Convert again what is held for too little being left, where that is not as it was told.

    Tells whether there was any; it is planned then, or held with what is true now.
    """
    held = outbox.findings(outbox.held_by(None))
    said = {key: told for key, of in held.items() if (told := _short(of))}
    if not said:
        return False
    documents = [read_back(body) for body in outbox.bodies(said).values()]
    entries = convert_all(documents, outbox, shelf)
    changed = [one.key for one in entries if _short(one.findings) != said[one.key]]
    if changed:
        reconvert(changed, outbox, shelf, actor=actor, now=now)
    return bool(changed)


def _short(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(one.path, one.message) for one in findings if one.code in SHORT}
