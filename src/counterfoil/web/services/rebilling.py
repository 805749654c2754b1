"""Crediting bills in Xero and billing them anew, for pages and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting import rebill_orders
from counterfoil.web import seconds
from counterfoil.web.office import office_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.posting.rebill_orders import Rebilling
    from counterfoil.web.models import Organisation


def rebill(
    organisation: Organisation,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    dry_run: bool = False,
    given_up: Collection[str] | None = (),
) -> list[Rebilling]:
    """Plan what credits these bills and bills them anew as their newest revisions have it.

    Each invoice is read from Xero first. ``given_up`` names the edits there that may be lost, None
    is whatever there are. Raises ``posting.errors.Ended``,
    ``posting.target.UnreadableAnswer`` and ``seconds.Needed``.
    """
    if not dry_run:
        seconds.must(organisation.firm, "credit bills and bill them anew")
    with office_of(organisation, clicking=True) as office:
        return [
            rebill_orders.rebill(
                office, key, actor=actor, now=now, dry_run=dry_run, given_up=given_up
            )
            for key in dict.fromkeys(keys)
        ]
