"""Webhooks on PostgreSQL: whoever is at it at the same moment, each message comes once."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from tests.cli.scene import Practice, bill
from tests.receiver import receiving
from tests.workers.scene import asked, migrated, new_database


def test_four_at_once_tell_a_webhook_each_message_once(tmp_path: Path, postgres_url: str) -> None:
    database = new_database(postgres_url, migrated(postgres_url))
    with closing(Practice(tmp_path, database=database)) as practice, receiving() as (url, came):
        practice.environment["COUNTERFOIL_WEBHOOKS_TO_LOOPBACK"] = "yes"
        practice.run("webhook", "add", f"{url}/200")
        practice.take(*(bill(str(number)) for number in range(60)))
        for _ in range(2):
            assert practice.run("@door", "tell").status == 0
        told = [json.loads(body) for _, body in came]
        assert asked(practice, "select count(*) from web_delivery where tries <> 1") == 0
        assert asked(practice, "select count(*) from web_delivery where taken_at is null") == 0
    heard = [one["id"] for message in told for one in message["documents"]]
    assert sorted(heard) == sorted(f"b-{number}" for number in range(60))
    assert len({headers["webhook-id"] for headers, _ in came}) == len(came)
