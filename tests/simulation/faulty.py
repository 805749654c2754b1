"""An outbox whose owner may die, or be held up, before and after each of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.world import die

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.posting.outbox import Outbox
    from tests.simulation.world import World

STALL_SECONDS = 200.0
"""Longer than a lease: the process is stopped, loses it, and goes on as if nothing had been."""


class FaultyOutbox:
    """The port, with a crash point before and after every call.

    ``strikes`` is drawn anew at each point and says ``crash``, ``stall`` or nothing.
    """

    def __init__(self, outbox: Outbox, world: World, strikes: Callable[[str], str]) -> None:
        self._outbox = outbox
        self._world = world
        self._strikes = strikes

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._outbox, name)

        def call(*args: object, **kwargs: object) -> object:
            self._point(f"before {name}")
            result = method(*args, **kwargs)
            self._point(f"after {name}")
            return result

        return call

    def _point(self, where: str) -> None:
        match self._strikes(where):
            case "crash":
                self._world.tell(f"the process dies {where}")
                die()
            case "stall":
                self._world.tell(f"the process is held up {where}")
                self._world.pause(STALL_SECONDS)
            case _:
                self._world.pause(0)
