"""The command ``xero-sandbox``."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from xero_sandbox import __version__
from xero_sandbox.books.charts.countries import UnknownCountryError
from xero_sandbox.comparing.command import main as compare
from xero_sandbox.idempotency import KeyInProcess
from xero_sandbox.kept import Kept, restored
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.server import DEFAULT_PORT, Application, Running, Serving
from xero_sandbox.state import State
from xero_sandbox.statefile import InUse, NotAState, held

ORGANISATION = "Sandbox Organisation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped. Exit status 2 says that the sandbox could not start, and why."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["compare"]:
        return compare(given[1:])
    chosen = _parser().parse_args(given)
    with ExitStack() as until_the_end:
        return _serve(chosen, until_the_end)


def _serve(chosen: argparse.Namespace, until_the_end: ExitStack) -> int:
    try:
        if chosen.state is not None:
            until_the_end.enter_context(held(chosen.state))
        sandbox = _sandbox(chosen)
        kept = None if chosen.state is None else Kept(sandbox, chosen.state)
        running = _running(kept or sandbox, chosen.port)
    except (InUse, NotAState, UnknownCountryError, OSError) as error:
        print(f"xero-sandbox: {error}", file=sys.stderr)
        return 2
    # The server passes SIGTERM on to us when it has ended; writing has to come after that.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _announce(sandbox, running.url)
    with suppress(KeyboardInterrupt):
        running.serve()
    return 0 if kept is None else _written(kept)


def _running(served: Serving, port: int) -> Running:
    """Take the port, and then write the file: its log begins with our address."""
    running = Running(Application(served), port)
    try:
        if isinstance(served, Kept):
            served.begin()
    except OSError:
        running.close()
        raise
    return running


def _written(kept: Kept) -> int:
    try:
        kept.end()
    except OSError as error:
        print(f"xero-sandbox: the state file could not be written: {error}", file=sys.stderr)
        return 2
    return 0


def _sandbox(chosen: argparse.Namespace) -> Sandbox:
    state: State | None = None
    if chosen.state is not None and chosen.state.exists():
        state = restored(chosen.state)
    sandbox = Sandbox(
        seed=chosen.seed,
        limits=chosen.limits,
        key_in_process=chosen.key_in_process,
        latency=timedelta(milliseconds=chosen.latency),
        state=state,
    )
    if state is None:
        sandbox.new_organisation(ORGANISATION, chosen.country, datetime.now(UTC))
    return sandbox


def _announce(sandbox: Sandbox, url: str) -> None:
    print(f"xero_sandbox is up: {url}")
    for organisation in sandbox.state.organisations.values():
        print(f"  {organisation.name} ({organisation.country}): {organisation.tenant_id}")
    # A caller that reads our address from a pipe must not wait for a full buffer.
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xero-sandbox",
        description="A local Xero that refuses what Xero refuses.",
        epilog="xero-sandbox compare FILE sets a recorded exchange beside the sandbox's answers.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="0 takes a free one (default %(default)s)"
    )
    parser.add_argument(
        "--country",
        type=str.upper,
        default="AU",
        help="AU, NZ, UK or US: the chart of the first organisation (default %(default)s)",
    )
    parser.add_argument(
        "--limits",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="refuse calls over Xero's limits; the headers stay either way (default on)",
    )
    parser.add_argument(
        "--latency", type=_milliseconds, default=0, metavar="MS", help="added to every answer"
    )
    parser.add_argument(
        "--state", type=Path, default=None, metavar="FILE", help="keep everything in FILE"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="same seed and requests, same ids (default 0)"
    )
    parser.add_argument(
        "--key-in-process",
        choices=get_args(KeyInProcess),
        default="replay",
        help="what an idempotency key meets while its first call still runs (default replay)",
    )
    return parser


def _milliseconds(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 600_000:  # noqa: PLR2004 - ten minutes outlast every caller
        raise argparse.ArgumentTypeError("between 0 and 600000")
    return number
