"""Lock dates: on or before them nothing changes (facts: Xero API section 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xero_sandbox.books import refusals
from xero_sandbox.books.values import day_words

if TYPE_CHECKING:
    from xero_sandbox.books.organisation import Organisation


# Not verified, see lock-boundary.
def locked(organisation: Organisation, date: int) -> str | None:
    """Return why nothing may be dated ``date``, or None. The period lock spares advisers."""
    settings = organisation.settings
    if settings.year_lock is not None and date <= settings.year_lock:
        return refusals.YEAR_LOCKED.say(day_words(settings.year_lock))
    period = settings.period_lock
    if period is not None and date <= period and not settings.adviser:
        return refusals.PERIOD_LOCKED.say(day_words(period))
    return None


# Not verified, see lock-everywhere.
def locked_for_edit(organisation: Organisation, date: int) -> str | None:
    """Return why a document dated ``date`` may not be edited, or None."""
    settings = organisation.settings
    if settings.year_lock is not None and date <= settings.year_lock:
        return refusals.EDIT_YEAR_LOCKED.say(day_words(settings.year_lock))
    period = settings.period_lock
    if period is not None and date <= period and not settings.adviser:
        return refusals.EDIT_PERIOD_LOCKED.say(day_words(period))
    return None
