"""Taking documents back out of Xero, and posting them anew, for pages and commands."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from counterfoil.posting import going_back, undo_orders
from counterfoil.posting.undo_orders import Order, Undoing
from counterfoil.web import seconds
from counterfoil.web.office import office_of
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from counterfoil.core.documents import Key
    from counterfoil.web.models import Organisation

__all__ = ["Undoing", "agreed", "done_before", "together", "turns_of", "undo"]


def undo(  # noqa: PLR0913 -- what was shown is named apart from what is asked for
    organisation: Organisation,
    keys: Sequence[Key],
    *,
    actor: str,
    now: dt.datetime,
    again: bool = False,
    dry_run: bool = False,
    turns: Mapping[Key, int] = MappingProxyType({}),
    given_up: Collection[str] | None = (),
    seconded: bool = False,
) -> list[Undoing]:
    """Plan what takes these documents back; those that share a step by one correction.

    Each object is read from Xero first. With ``again`` what is taken back is posted anew, payments
    and allocations too. ``turns`` are the orders' numbers as they were shown, by document.
    ``given_up`` names the edits in Xero that may be lost by that; None is whatever there are.
    ``seconded``: ``agreed`` was asked before. Raises ``posting.errors.Ended``,
    ``posting.target.UnreadableAnswer`` and ``seconds.Needed``.
    """
    if not (dry_run or seconded):
        agreed(organisation, keys, again=again)
    order = Order(actor, now, again=again, dry_run=dry_run, turns=turns, given_up=given_up)
    with office_of(organisation, clicking=True) as office:
        found = {
            one.of: one
            for group in going_back.together(keys, office.outbox)
            for one in undo_orders.undo(office, group, order)
        }
    return [found[key] for key in dict.fromkeys(keys)]


def agreed(organisation: Organisation, keys: Sequence[Key], *, again: bool) -> None:
    """Ask for a second person where the firm wants one. Raises ``seconds.Needed``."""
    if again:
        seconds.must(organisation.firm, "post anew what is in Xero")
    elif len(keys) > 1:
        seconds.must(organisation.firm, "undo several documents at once")


def together(organisation: Organisation, keys: Sequence[Key]) -> list[list[Key]]:
    """Return documents in the groups in which they are taken back."""
    with office_of(organisation, clicking=True) as office:
        return going_back.together(keys, office.outbox)


def done_before(organisation: Organisation, keys: Sequence[Key]) -> set[Key]:
    """Return which of these were posted anew by an order before, and have not changed since."""
    return undo_orders.done_before(keys, outbox_of(organisation))


def turns_of(organisation: Organisation, keys: Sequence[Key]) -> dict[Key, int]:
    """Return the numbers that orders about these documents would bear now."""
    return undo_orders.next_turns(keys, outbox_of(organisation))
