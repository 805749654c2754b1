"""Keys and webhooks by command, and a worker that tells what became of a document."""

from __future__ import annotations

import base64
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.scene import Practice, bill
from tests.receiver import receiving


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    folder: Path = tmp_path_factory.mktemp("programs")
    practice = Practice(folder)
    practice.environment["COUNTERFOIL_WEBHOOKS_TO_LOOPBACK"] = "yes"
    yield practice
    practice.close()


def test_a_key_is_printed_once_listed_without_its_secret_and_revoked(firm: Practice) -> None:
    made = firm.run("api-key", "create", "Practice system", "--scope", "status:read")
    key = made.out.strip()
    assert key.startswith("cf_")
    assert "not shown again" in made.err
    (row,) = firm.run("api-key", "list", "--json").json
    assert (row["for"], row["scopes"], row["revoked_at"]) == (
        "Practice system",
        ["status:read"],
        None,
    )
    listed = firm.run("api-key", "list").out
    assert key not in listed
    assert "never used" in listed
    assert firm.run("api-key", "revoke", key).status == 0
    assert firm.run("api-key", "revoke", key).status == 1
    assert firm.run("verify-audit").status == 0


def test_what_cannot_be_is_refused_in_words(firm: Practice) -> None:
    for words, why in (
        (("api-key", "create", "x", "--scope", "everything"), "everything is no scope"),
        (("api-key", "create", "x", "--vendor", "Acme Ltd"), "small letters"),
        (("api-key", "list", "--vendor", "nobody"), "no vendor nobody"),
        (("webhook", "add", "https://x.example.com", "--event", "paid"), "paid is no event"),
        (("webhook", "add", "https://10.0.0.1/"), "has to be public"),
        (("webhook", "remove", "nothing"), "no webhook nothing"),
    ):
        said = firm.run(*words)
        assert said.status in {1, 2}, words
        assert why in " ".join(said.err.split()), said


def test_a_worker_tells_a_webhook_of_a_document_that_is_stuck(firm: Practice) -> None:
    with receiving() as (url, came):
        added = firm.run("webhook", "add", f"{url}/200", "--json").json
        firm.take(bill("1"))
        command = [sys.executable, "-m", "counterfoil", "worker"]
        with subprocess.Popen(command, env=firm.environment) as worker:
            wait_until(lambda: len(came) == 2)
            worker.terminate()
        assert worker.returncode == 0
    ping, told = (json.loads(body) for _, body in came)
    assert (ping["type"], [one["id"] for one in told["documents"]]) == ("ping", ["b-1"])
    assert told["documents"][0]["event"] == "stuck"
    headers, body = came[1]
    key = base64.b64decode(added["secret"].removeprefix("whsec_"))
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, said, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{signature}"
    (row,) = firm.run("webhook", "list", "--json").json
    assert (row["waiting"], row["trouble"]) == (0, "")
    assert firm.run("webhook", "remove", added["name"]).status == 0


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
