"""Taking documents back out of Xero, and posting them anew, for pages and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting import going_back, undo_orders
from counterfoil.posting.undo_orders import Order, Undoing
from counterfoil.web.office import office_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.web.models import Organisation

__all__ = ["Undoing", "together", "undo"]


def undo(
    organisation: Organisation,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    again: bool = False,
    dry_run: bool = False,
    turn: int = 0,
) -> list[Undoing]:
    """Plan what takes these documents back; those that share a step by one correction.

    Each object is read from Xero first. With ``again`` what is taken back is posted anew, payments
    and allocations too. ``turn`` is the order's number as it was shown, where one document was;
    0 where nothing was shown. Raises ``posting.errors.Ended`` and
    ``posting.target.UnreadableAnswer``.
    """
    order = Order(actor, now, again=again, dry_run=dry_run, turn=turn)
    with office_of(organisation, clicking=True) as office:
        found = {
            one.of: one
            for group in going_back.together(keys, office.outbox)
            for one in undo_orders.undo(office, group, order)
        }
    return [found[key] for key in dict.fromkeys(keys)]


def together(organisation: Organisation, keys: Sequence[Key]) -> list[list[Key]]:
    """Return documents in the groups in which they are taken back."""
    with office_of(organisation, clicking=True) as office:
        return going_back.together(keys, office.outbox)
