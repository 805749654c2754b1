"""Bringing the mirror of Xero's contacts up to date: of what was changed since the last time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

    from counterfoil.posting.caller import Caller
    from counterfoil.posting.target import Answer, Call

OVERLAP = dt.timedelta(minutes=2)
"""How far back the next reading begins before the last one: Xero's clock is known to the second."""


def refreshing(caller: Caller) -> Generator[Call, Answer, None]:
    """Read what was changed into the mirror, for the caller to carry out.

    The mark is taken before the call, so that what changes meanwhile is read next time.
    """
    mark = caller.xero_now() - OVERLAP
    contacts = yield from caller.target.read_contacts(caller.outbox.mirror_mark())
    caller.outbox.mirror_store(contacts, mark)
