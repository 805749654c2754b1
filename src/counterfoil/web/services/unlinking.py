"""Cutting ties to Xero: what is cut and in which order is decided in ``posting.unlinking``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from counterfoil.posting.unlinking import Unlinking, plan_unlinking
from counterfoil.web.store import outbox_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from counterfoil.core.documents import Key
    from counterfoil.web.models import Organisation


def preview(organisation: Organisation, keys: Sequence[Key]) -> Unlinking:
    """Return what unlinking these documents would cut, dependants first."""
    return plan_unlinking(keys, outbox_of(organisation))


def unlink(
    organisation: Organisation, keys: Sequence[Key], *, actor: str, now: dt.datetime
) -> tuple[Unlinking, int]:
    """Cut the ties of these documents in one transaction; Xero is not touched.

    Nothing is cut while an answer about one of them is not known. Returns what was to be cut and
    how many were.
    """
    plan = preview(organisation, keys)
    if plan.under_way or not plan.ties:
        return plan, 0
    postings = [tie.posting.key for tie in plan.ties]
    return plan, outbox_of(organisation).unlink(postings, actor=actor, now=now)
