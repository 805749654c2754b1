"""Workers woken by jobs, as processes on a real PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys

from tests.cli.scene import Practice, Xero, bill
from tests.cli.tampering import Desk
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


READ_BACK_NOW = """
import django
django.setup()
from django.utils import timezone
from counterfoil.web.models import ReadBack
assert ReadBack.objects.update(due_at=timezone.now()) == 1
"""


def test_a_worker_reads_back_what_is_due_and_tells_what_it_found(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("voided"))
    assert practice.run("post").status == 0
    assert practice.run("drift").status == 0
    Desk(xero).edit("Invoices", "INV-voided", Status="VOIDED")
    settings = {"DJANGO_SETTINGS_MODULE": "counterfoil.web.settings"}
    script = [sys.executable, "-c", READ_BACK_NOW]
    subprocess.run(script, env=practice.environment | settings, check=True)
    with worker(practice):
        wait_until(lambda: practice.problems() == {"document_voided_in_xero": ["b-voided"]})
