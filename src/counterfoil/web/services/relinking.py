"""Tying a document to an object that Xero holds already, for pages and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.web.office import office_of
from counterfoil.xero import relinking
from counterfoil.xero.tying_together import relink_together

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.web.models import Organisation
    from counterfoil.xero.relinking import Relinked


def relink(
    organisation: Organisation,
    key: Key,
    xero: str,
    *,
    actor: str,
    now: dt.datetime,
    dry_run: bool = False,
    along: Sequence[Key] = (),
) -> Relinked:
    """Tie the part of a document that equals the object with this id or number.

    With ``along``, these documents together, where Xero holds one payment for all of them.
    Raises ``posting.errors.Ended`` and ``posting.target.UnreadableAnswer`` before anything is tied.
    """
    with office_of(organisation, clicking=True) as office:
        if along:
            keys = (key, *along)
            return relink_together(office, keys, xero, actor=actor, now=now, dry_run=dry_run)
        return relinking.relink(office, key, xero, actor=actor, now=now, dry_run=dry_run)
