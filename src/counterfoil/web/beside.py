"""Work beside the worker's rounds, in its own thread: what is slow must not hold up posting."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from counterfoil.web.ticking import TROUBLE, hang_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def beside(
    told: threading.Event, name: str, act: Callable[[], object], *, pause: float, join: float
) -> Iterator[None]:
    """Do something again and again while the block runs; ``told`` ends it earlier.

    ``pause`` is the seconds between two times, ``join`` how long the end waits for the last one.
    """
    over = threading.Event()
    thread = threading.Thread(target=_go_on, args=(told, over, act, pause), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(join)


def _go_on(
    told: threading.Event, over: threading.Event, act: Callable[[], object], pause: float
) -> None:
    while not over.wait(pause) and not told.is_set():
        # What the database refuses is tried again: everything stands in its rows.
        with contextlib.suppress(*TROUBLE):
            act()
        hang_up()
