"""A document as it was recorded in a trust account's books, and what judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from counterfoil.core.documents import Document
    from counterfoil.core.findings import Finding
    from counterfoil.core.jurisdictions import Jurisdiction
    from counterfoil.core.trust import Move, Noted


class Event(NamedTuple):
    """A document as it was recorded: on which day (None: not known), and under whose rules.

    ``moves`` is what it does to the books: a reversal does the opposite of what it names, once.
    ``original`` is the movement that a reversal names, None where nobody has recorded it. A
    reversal that was recorded before its original is told of on the day of that one.
    """

    document: Document
    trust_account: str
    recorded: dt.date | None
    place: Jurisdiction
    moves: tuple[Move, ...] = ()
    original: Document | None = None


class Judge(Protocol):
    """One invariant, or two that need the same memory, told of each record when it comes."""

    def enter(self, event: Event) -> Iterable[Finding]:
        """Take notice of an event and say what is wrong with it."""
        ...


class Daily(Judge, Protocol):
    """A judge of balances: within a day of recording nothing says what came first."""

    def end_day(self) -> Iterable[Noted]:
        """Say what is wrong at the end of a day of recording."""
        ...


class Series(Protocol):
    """An invariant of the whole, which no record can tell by itself."""

    def enter(self, event: Event) -> None:
        """Take notice of an event."""
        ...

    def close(self, as_of: dt.date) -> Iterable[Noted]:
        """Say what is wrong with the whole, when all up to a date has been entered."""
        ...
