"""Workers woken by jobs, as processes on a real PostgreSQL."""

from __future__ import annotations

import signal

from tests.cli.scene import Practice, Xero, bill
from tests.workers.scene import settled, wait_until, worker


def test_a_worker_posts_what_is_there_and_is_woken_by_what_comes(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("early"))
    with worker(practice) as process:
        wait_until(lambda: settled(practice))
        practice.take(bill("late"))
        wait_until(lambda: settled(practice))
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    numbers = [one["InvoiceNumber"] for one in xero.ask("GET", "/Invoices")["Invoices"]]
    assert sorted(numbers) == ["INV-early", "INV-late"]
