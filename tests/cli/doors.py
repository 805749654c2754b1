"""Other doors than the commands, in a process of their own on a practice's data."""

from __future__ import annotations

import json
import sys
import threading
from typing import NoReturn

from django.db import connection
from django.test import Client
from django.utils import timezone

from counterfoil.web import jobs
from counterfoil.web.models import Organisation
from counterfoil.web.services import api_keys


def main(door: str, *words: str) -> NoReturn:
    if door == "api":
        api(*words)
    else:
        tell()
    sys.stdout.flush()
    sys.exit(0)


def api(key: str) -> None:
    """Hand standard input in as one batch; print what ``import --json`` would say of it."""
    firm = Organisation.objects.get(key=key).firm
    made = api_keys.make(firm, "A door", api_keys.OF_FIRMS, actor="test", now=timezone.now())
    answer = Client(headers={"Authorization": f"Bearer {made.text}"}).post(
        f"/api/v1/documents/batch?organisation={key}",
        sys.stdin.read().encode(),
        "application/x-ndjson",
        HTTP_HOST="localhost",
    )
    told = json.loads(answer.content)
    refused = [one for one in told["documents"] if one["taken"] == "refused"]
    sys.stdout.write(json.dumps({**told, "refused": refused}))


def tell() -> None:
    """Let four threads tell the webhooks what happened at the same moment, as workers may."""

    def turn() -> None:
        start.wait()
        jobs.tell(timestamp=0)
        connection.close()

    start = threading.Barrier(4)
    threads = [threading.Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
