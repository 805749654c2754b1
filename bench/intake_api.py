"""Documents a second through the intake API, in batches; server and client on one machine.

Run: python -m bench.intake_api [--documents N] [--batch N] [--senders N] [--profile FILE]

A firm is connected to a sandbox and mapped, so that each bill is converted and its postings are
planned, as in earnest; nothing is sent to Xero meanwhile. The server is the program as it is
installed, with one SQLite file and synchronous=FULL; each batch is committed before its answer.
Ends with 1 below 1,000 documents a second.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

from tests.cli.scene import Practice, Xero, connected
from xero_sandbox.testing import running_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST = 1_000
"""Documents a second."""
LINES = 3
CLIENTS = 60


def bill(number: int) -> dict[str, object]:
    """A bill of three lines with tax, of one of sixty clients."""
    line = {"account": "4-1000", "tax_code": "GST", "total": "100.00", "tax": "10.00"}
    client = number % CLIENTS
    return {
        "kind": "bill",
        "id": f"b-{number}",
        "number": f"INV-{number}",
        "date": "2026-06-15",
        "client": {"id": f"c-{client}", "name": f"Client {client}"},
        "matter": {"id": f"m-{client}", "number": f"2026-{client}"},
        "lines": [{**line, "description": f"Work of hour {hour}"} for hour in range(LINES)],
        "tax": "30.00",
        "total": "330.00",
    }


@contextlib.contextmanager
def serving(practice: Practice, profile: str) -> Iterator[tuple[str, int]]:
    """Run the server of a practice; yield its address and the number of its process."""
    program = ["-m", "cProfile", "-o", profile] if profile else []
    command = [sys.executable, *program, "-m", "counterfoil", "serve", "--no-poster", "--port", "0"]
    with subprocess.Popen(
        command, env=practice.environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        found = re.search(r"http://localhost:\d+", server.stdout.readline())
        assert found
        try:
            yield found[0], server.pid
        finally:
            server.terminate()


def batches(documents: int, size: int) -> list[bytes]:
    """Return the bodies of the requests."""
    return [
        json.dumps([bill(number) for number in range(first, first + size)]).encode()
        for first in range(0, documents, size)
    ]


def processor(process: int) -> float:
    """Return the seconds of processor that a process has used, all its threads together."""
    stat = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print how many documents a second go in."""
    parser = argparse.ArgumentParser(description="Hand documents in over HTTP.")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1_000)
    parser.add_argument("--senders", type=int, default=1)
    parser.add_argument("--profile", default="")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_sandbox(country=None) as sandbox,
        connected(Path(folder), Xero(sandbox)) as practice,
    ):
        key = practice.run("api-key", "create", "Bench").out.strip()
        with serving(practice, options.profile) as (url, server):
            rate = measured(url, key, server, options)
    sys.exit(0 if rate >= LEAST else 1)


def measured(url: str, key: str, server: int, options: argparse.Namespace) -> float:
    """Send every batch, and the same again; print and return documents a second."""
    bodies = batches(options.documents, options.batch)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with httpx2.Client(timeout=120, headers=headers) as client:

        def send(body: bytes) -> dict[str, int]:
            answer = client.post(f"{url}/api/v1/documents/batch", content=body)
            answer.raise_for_status()
            told: dict[str, int] = answer.json()
            return told

        rates = []
        for word in ("new", "unchanged"):
            began, before = time.perf_counter(), processor(server)
            with ThreadPoolExecutor(options.senders) as pool:
                taken = sum(told[word] for told in pool.map(send, bodies))
            seconds = time.perf_counter() - began
            assert taken == options.documents, f"{taken} of {options.documents} were {word}"
            rates.append(options.documents / seconds)
            cpu = (processor(server) - before) / options.documents
            print(
                f"{word}: {options.documents:,} in batches of {options.batch:,} by "
                f"{options.senders}: {rates[-1]:,.0f} a second, {cpu * 1e6:,.0f} µs of the "
                f"server's processor each"
            )
    return float(rates[0])


if __name__ == "__main__":
    main()
