"""Being told to stop: the first signal asks, the second ends."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def told_to_stop(stop: Callable[[], None]) -> Iterator[threading.Event]:
    """Let the first SIGINT or SIGTERM ask for an end by ``stop``; a second one ends at once.

    The event tells whether one has come. In the main thread only.
    """
    told = threading.Event()

    def ask(number: int, _frame: object) -> None:
        told.set()
        stop()
        signal.signal(number, signal.SIG_DFL)

    before = {kind: signal.signal(kind, ask) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
