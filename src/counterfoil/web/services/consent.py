"""A consent on its way: bound to one session and one organisation, used once, soon stale."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from counterfoil.xero.oauth import OAuthTrouble, read_callback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterfoil.web.models import Organisation

LIFE = dt.timedelta(minutes=30)
"""How long somebody may take on Xero's pages."""


class Refused(Exception):
    """Connecting went no further; the message is for the person who tried."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What the session remembers while somebody is on Xero's pages. Secrets never show."""

    organisation: int
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    url: str = field(repr=False, default="")

    def for_session(self, now: dt.datetime) -> dict[str, str | int]:
        """Return it as the session keeps it, with the moment after which it is stale."""
        return {
            "organisation": self.organisation,
            "state": self.state,
            "verifier": self.verifier,
            "until": (now + LIFE).isoformat(),
        }


def from_session(kept: Mapping[str, str | int] | None, now: dt.datetime) -> Begun | None:
    """Return what was begun in this session; None if nothing was, or too long ago."""
    if not kept or dt.datetime.fromisoformat(str(kept["until"])) < now:
        return None
    return Begun(int(kept["organisation"]), str(kept["state"]), str(kept["verifier"]))


def checked(begun: Begun | None, organisation: Organisation) -> Begun:
    """Return a consent that was begun in this session for this organisation; else ``Refused``."""
    if begun is None or begun.organisation != organisation.pk:
        raise Refused(
            "This answer from Xero belongs to no consent that was begun here, or comes too late. "
            "Press Connect again."
        )
    return begun


def code_of(query: Mapping[str, str], begun: Begun) -> str:
    """Return the code that Xero sent back to this consent.

    Raises ``Refused`` for somebody else's answer, and for a consent that was declined at Xero.
    """
    try:
        return read_callback(query, state=begun.state)
    except OAuthTrouble as trouble:
        raise Refused(str(trouble)) from trouble
