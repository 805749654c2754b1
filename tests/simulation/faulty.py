"""An outbox whose owner may die, be held up, or lose the database, around each of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulation.world import die

if TYPE_CHECKING:
    from collections.abc import Callable

    from counterfoil.posting.outbox import Outbox
    from tests.simulation.wire import Wire
    from tests.simulation.world import World

STALL_SECONDS = 200.0
"""Longer than a lease: the process is stopped, loses it, and goes on as if nothing had been."""


class DatabaseGone(Exception):
    """The database did not answer; whether it committed is not known to the caller."""


class FaultyOutbox:
    """The port, with a point before and after every call at which something may strike.

    ``strikes`` is asked anew at each point and says ``crash``, ``stall``, ``stop``, ``refuse`` or
    nothing. What the rules allow to leave follows from what was committed, so ``wire`` is told.
    """

    def __init__(
        self,
        outbox: Outbox,
        world: World,
        wire: Wire,
        name: str,
        strikes: Callable[[str], str],
        stop: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._world = world
        self._wire = wire
        self._name = name
        self._strikes = strikes
        self._stop = stop

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._outbox, name)
        if name == "restored":
            # Read between two other calls, whose points are on either side of it.
            return method
        before, after = f"before {name}", f"after {name}"

        def call(*args: object, **kwargs: object) -> object:
            self.point(before)
            result = method(*args, **kwargs)
            self._note(name, args, kwargs, result)
            self.point(after)
            return result

        setattr(self, name, call)
        return call

    def _note(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, object], result: object
    ) -> None:
        if name == "freeze":
            self._wire.written(args[1])
        elif name == "take_lease" and result is not None:
            self._wire.taken_over(self._name)
        elif name == "take_slot" and result is None:
            self._wire.reserved(self._name)
        elif name == "give_slot" and kwargs["status"] == 429:
            self._wire.limited(args[1])
        elif name == "take_refresh" and result:
            self._wire.may_refresh(self._name)

    def point(self, where: str) -> None:
        """A place where the process may be struck."""
        match self._strikes(where):
            case "crash":
                self._world.tell("%s dies %s", self._name, where)
                die()
            case "stall":
                self._world.tell("%s is held up %s", self._name, where)
                self._world.pause(STALL_SECONDS)
            case "stop":
                self._world.tell("%s is asked to stop %s", self._name, where)
                self._stop()
            case "refuse":
                self._world.tell("%s loses the database %s", self._name, where)
                raise DatabaseGone(where)
            case _:
                self._world.pause(0)
