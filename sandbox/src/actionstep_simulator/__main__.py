"""``python -m actionstep_simulator``: an Actionstep on this machine, until it is stopped."""

from __future__ import annotations

import argparse
import datetime as dt
import signal
import sys
import threading
from pathlib import Path

from actionstep_simulator import given
from actionstep_simulator.server import running


def main() -> int:
    """Serve until stopped; 2 where the rows cannot be read or the port is taken."""
    parser = argparse.ArgumentParser(prog="actionstep_simulator", description="A local Actionstep.")
    parser.add_argument("--port", type=int, default=8071, help="0 takes any free one")
    parser.add_argument("--rows", type=Path, help="a JSON file of rows, by resource")
    chosen = parser.parse_args()
    try:
        told = given.SAMPLE if chosen.rows is None else given.read(chosen.rows.read_text("utf-8"))
        with running(port=chosen.port) as simulator:
            given.add(simulator.rows, told, dt.datetime.now(dt.UTC))
            client = simulator.client
            sys.stdout.write(
                f"actionstep_simulator is up: {simulator.base}\n"
                f"  ACTIONSTEP_CLIENT_ID={client.id} ACTIONSTEP_CLIENT_SECRET={client.secret}\n"
            )
            sys.stdout.flush()
            _wait()
    except (OSError, ValueError, KeyError) as trouble:
        sys.stderr.write(f"actionstep_simulator: {trouble}\n")
        return 2
    return 0


def _wait() -> None:
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
