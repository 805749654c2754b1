"""When the state file is written: soon after a change, and at the end."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

from xero_sandbox.sandbox import Sandbox
from xero_sandbox.statefile import dump, write

SOONEST_SECONDS: Final = 1.0
# A large sandbox takes long to write; it shall spend no more than a tenth of its time on it.
_REST: Final = 9


class Saver:
    """Writes a sandbox to its file when something has changed.

    A crash loses the changes of the last second, or of the last ten writing times where those
    take longer.
    """

    def __init__(self, sandbox: Sandbox, path: Path) -> None:
        self._sandbox = sandbox
        self._path = path
        self._saved = -1
        self._waiting: asyncio.Task[None] | None = None
        self._pause = SOONEST_SECONDS
        self.save()

    def save(self) -> None:
        """Write now, if anything has changed since the last time."""
        if self._saved == self._sandbox.changes:
            return
        begun = time.monotonic()
        changes = self._sandbox.changes
        write(self._path, dump(self._sandbox.state))
        self._saved = changes
        self._pause = max(SOONEST_SECONDS, (time.monotonic() - begun) * _REST)

    def changed(self) -> None:
        """Write soon; called inside the server's loop after each request."""
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_task(self._later())

    async def _later(self) -> None:
        await asyncio.sleep(self._pause)
        self.save()
