"""Worker processes that somebody keeps starting again, whatever ends them."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

AGAIN_SECONDS = 1.0


@dataclass
class Member:
    """One place in the crew: its haste, and the process that fills it now."""

    haste: Mapping[str, object]
    process: subprocess.Popen[bytes] | None = None


@dataclass
class Crew:
    """The workers, each started anew a second after it ended."""

    environment: Mapping[str, str]
    hastes: Sequence[Mapping[str, object]]
    starts: int = 0
    user: str | None = None
    """Whose the processes are, if not ours."""
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.members = [Member(haste) for haste in self.hastes]
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def pids(self) -> list[int]:
        """Return the processes that run."""
        return [
            member.process.pid
            for member in self.members
            if member.process is not None and member.process.poll() is None
        ]

    def signal(self, number: int, kind: signal.Signals) -> None:
        """Send a signal to one of them, if it runs."""
        process = self.members[number].process
        if process is not None and process.poll() is None:
            process.send_signal(kind)

    def dismiss(self) -> None:
        """End them all for good."""
        self._over.set()
        self._keeper.join()
        for member in self.members:
            if member.process is not None:
                member.process.kill()
                member.process.wait()

    def _keep(self) -> None:
        while not self._over.wait(AGAIN_SECONDS):
            for member in self.members:
                if member.process is None or member.process.poll() is not None:
                    member.process = self._started(member)

    def _started(self, member: Member) -> subprocess.Popen[bytes]:
        self.starts += 1
        program = [sys.executable, "-m", "tests.workers.hasty", json.dumps(member.haste), "worker"]
        words = ("--concurrency", str(member.haste.get("concurrency", 4)))
        return subprocess.Popen((*program, *words), env=self.environment, stderr=subprocess.DEVNULL)


@contextlib.contextmanager
def working(
    environment: Mapping[str, str], hastes: Sequence[Mapping[str, object]]
) -> Iterator[Crew]:
    """Have a crew at work."""
    crew = Crew(environment, hastes)
    try:
        yield crew
    finally:
        crew.dismiss()
