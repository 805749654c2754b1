"""The sub-command ``xero-sandbox compare FILE``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from xero_sandbox.comparing.recording import NotARecordingError, read
from xero_sandbox.comparing.replay import Compared, replay

DIFFERENT = 1
UNREADABLE = 2


def main(arguments: Sequence[str]) -> int:
    """Compare and tell: 0 where all is the same, 1 where anything differs, 2 for no recording."""
    chosen = _parser().parse_args(arguments)
    try:
        recording = read(chosen.file)
        compared = list(replay(recording, chosen.country, frozenset(chosen.ignore)))
    except (NotARecordingError, ValueError, OSError) as error:
        print(f"xero-sandbox compare: {error}", file=sys.stderr)
        return UNREADABLE
    for number, one in enumerate(compared, 1):
        _tell(number, one, quiet=chosen.quiet)
    differing = sum(bool(one.differences) for one in compared)
    skipped = sum(one.differences is None for one in compared)
    print(f"{len(compared) - skipped} compared, {differing} differ, {skipped} skipped")
    return DIFFERENT if differing else 0


def _tell(number: int, one: Compared, *, quiet: bool) -> None:
    name = f"{number} {one.exchange.method} {one.exchange.path}"
    if one.differences is None:
        print(f"{name}: skipped, not of the Accounting API")
    elif one.differences:
        print(f"{name}: differs")
        for each in one.differences:
            print(f"    {each.where}: recorded {each.recorded}, sandbox {each.ours}")
    elif not quiet:
        print(f"{name}: same")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xero-sandbox compare",
        description="Play a recorded exchange with Xero again and say what the sandbox answers "
        "differently. Ids are matched; times, ids of answers and app names are passed over.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="HAR, or JSON Lines")
    parser.add_argument(
        "--country",
        type=str.upper,
        default="AU",
        help="AU, NZ, UK or US, where the recording names none (default %(default)s)",
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="FIELD",
        help="pass over every field of that name; may be given again",
    )
    parser.add_argument("--quiet", action="store_true", help="name only what differs")
    return parser
