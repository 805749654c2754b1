"""A firm is erased on PostgreSQL as on SQLite; tests/cli/test_firm.py has all of it."""

from __future__ import annotations

from tests.cli.scene import Practice, bill, receipt
from tests.workers.scene import asked


def test_nothing_of_an_erased_firm_is_left_on_postgresql(practice: Practice) -> None:
    practice.take(bill("1"), receipt("1"))
    assert practice.run("post").status == 0
    assert asked(practice, "SELECT count(*) FROM web_answer") > 0
    said = practice.run("firm", "erase", "--yes")
    assert (said.status, said.err) == (0, "")
    for table in ("revision", "document", "posting", "request", "answer", "link", "connection"):
        assert asked(practice, f"SELECT count(*) FROM web_{table}") == 0, table
    assert asked(practice, "SELECT count(*) FROM web_event") == 1
    (chain,) = practice.run("verify-audit", "--firm", "erased-1", "--json").json
    assert chain["whole"]
    assert chain["sequence"] == asked(practice, "SELECT count(*) FROM web_auditentry")
