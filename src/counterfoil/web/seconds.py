"""A second person: what one may not do alone where the firm wants two for it.

Acts call ``must`` before they change anything. A page that meets ``Needed`` keeps what was asked
for (``services.proposing``), and somebody else lets it go on, within ``given``. At the command
line there is one person only, so that the act is refused there.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LASTS: Final = dt.timedelta(days=7)
"""How long something that was asked for waits for a second person."""

_GIVEN: ContextVar[bool] = ContextVar("a second person has agreed", default=False)


class Needed(Exception):
    """The firm wants a second person for this; ``what`` says in words what it is.

    ``which`` names what it is done to, where that stands in a file and not in the form.
    """

    def __init__(self, what: str, which: Sequence[str] = ()) -> None:
        super().__init__(
            f"This firm wants two people to {what}: ask for it on the pages, and have another "
            "bookkeeper or owner approve it there. Nothing was done."
        )
        self.what = what
        self.which = tuple(which)


class WithSetting(Protocol):
    """A firm, as far as its wish for two people goes."""

    two_people: bool


def must(firm: WithSetting, what: str, which: Sequence[str] = ()) -> None:
    """Let an act go on that needs one person, or that a second one has agreed to.

    Raises ``Needed``, of which ``which`` is a part.
    """
    if firm.two_people and not _GIVEN.get():
        raise Needed(what, which)


def agreed() -> bool:
    """Tell whether what is being done is what a second person has agreed to."""
    return _GIVEN.get()


@contextmanager
def given() -> Iterator[None]:
    """Carry out what a second person has agreed to."""
    token = _GIVEN.set(True)
    try:
        yield
    finally:
        _GIVEN.reset(token)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of something that was asked for.

    ``still_may``: whoever asked could ask for it again today. ``taken`` names who of the two
    lost a password or second factor at a member's word within ``LASTS``: somebody else may hold
    that account now.
    """

    by: int
    at: dt.datetime
    state: str
    still_may: bool
    taken: str = ""


def why_not(asked: Asked, by: int, now: dt.datetime) -> str:
    """Say why a person cannot agree to it; nothing if they can. People are numbers."""
    if asked.state != "open":
        return "It has been decided already."
    if asked.by == by:
        return "You asked for it yourself; another person has to agree."
    if now - asked.at >= LASTS:
        return "It was asked for over a week ago; ask for it anew."
    if not asked.still_may:
        return "Whoever asked for it may not do it any more."
    if asked.taken:
        return (
            f"The password or second factor of {asked.taken} was taken away within the last week: "
            "for so long the two of you do not count as two people. Let somebody else agree."
        )
    return ""


def remaps(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Tell whether something that went somewhere goes elsewhere or nowhere; additions do not.

    Both are the contents of mapping files.
    """
    for name, old in before.items():
        new = after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            if remaps(old, new):
                return True
        elif old is not None and old != new:
            return True
    return False
