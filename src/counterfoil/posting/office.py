"""What a person's order is carried out with: the outbox, the shelf, and reads of Xero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from counterfoil.posting.caller import Caller
    from counterfoil.posting.outbox import Outbox
    from counterfoil.posting.shelf import Shelf
    from counterfoil.posting.target import Answer, Call

T = TypeVar("T")


class Office(Protocol):
    """Everything that works for one organisation while a person waits."""

    @property
    def outbox(self) -> Outbox:
        """The organisation's durable queue."""
        ...

    @property
    def shelf(self) -> Shelf:
        """Chart and mapping."""
        ...

    @property
    def caller(self) -> Caller:
        """Who calls Xero."""
        ...

    def patiently(self, begin: Callable[[], Generator[Call, Answer, T]]) -> T:
        """Carry out reads for a person who waits; raises what ends a drain."""
        ...
