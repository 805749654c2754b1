"""Runs commands in processes of their own without paying each time for the imports.

``python -m tests.cli.forks`` loads the product once, then reads jobs from its standard input, one
JSON object a line, and forks for each. The child is the command: its own arguments, standard
streams and exit status, the same settings, the same database file.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from importlib import import_module
from typing import TypedDict

import django
from django.db import connections

LAZY = (
    "counterfoil.web.office",
    "counterfoil.web.services.importing",
    "counterfoil.web.services.mapping",
    "counterfoil.web.services.naming",
    "counterfoil.web.services.preview",
    "counterfoil.web.services.problems",
    "counterfoil.web.services.reconciling",
    "counterfoil.web.services.retrying",
    "counterfoil.web.services.sandbox_consent",
    "counterfoil.web.services.standing",
    "counterfoil.web.services.stub",
)
"""What commands import when they need it."""


DOOR = "@door"
"""What a job begins with that is no command: it goes in by another door (``tests.cli.doors``)."""


class Job(TypedDict):
    """One command: its words, and the files that are its standard streams."""

    words: list[str]
    streams: list[str]


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.web.settings"
    django.setup()
    import counterfoil.cli  # noqa: PLC0415 -- once Django is set up, with all that it brings
    from counterfoil.web import serve  # noqa: PLC0415 -- as above

    for name in LAZY:
        import_module(name)
    serve.prepare()
    counterfoil.cli.command()
    connections.close_all()  # a connection must not be carried over a fork
    gc.freeze()
    for line in sys.stdin:
        job: Job = json.loads(line)
        child = os.fork()
        if child == 0:
            _take(job["streams"])
            sys.argv = ["counterfoil", *job["words"]]
            if job["words"][0] == DOOR:
                import_module("tests.cli.doors").main(*job["words"][1:])
            counterfoil.cli.main()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _take(streams: list[str]) -> None:
    """Make files the standard input, output and errors of this process."""
    modes = (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)
    for number, (path, mode) in enumerate(zip(streams, modes, strict=True)):
        os.dup2(os.open(path, mode), number)
    # What the parent has read ahead is not ours.
    sys.stdin = os.fdopen(os.dup(0), encoding="utf-8")


if __name__ == "__main__":
    main()
