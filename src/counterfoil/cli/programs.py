"""The programs that the demo runs beside itself, and what they say."""

from __future__ import annotations

import re
import subprocess
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from counterfoil.cli.opening import fail

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Mapping


class Program:
    """A program of the demo, and what it says: read as it comes, or a full pipe would stop it."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 -- our own programs
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines = SimpleQueue[str]()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put("")

    def found(self, pattern: str) -> str:
        """Return what a program says, as soon as it has said what we wait for."""
        said: list[str] = []
        while line := self._lines.get():
            said.append(line)
            match = re.search(pattern, line)
            if match:
                return match[1]
        return fail("A program of the demo did not start:\n" + "".join(said), status=1)

    def stop(self) -> None:
        """End it, if need be by force."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)
        if self._process.stdout is not None:
            self._process.stdout.close()


def started(
    stack: contextlib.ExitStack, command: list[str], environment: Mapping[str, str]
) -> Program:
    """Start a program that ends with the stack at the latest."""
    program = Program(command, environment)
    stack.callback(program.stop)
    return program
