"""Workers woken by jobs, as processes on a real PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.scene import Practice, Xero, bill, connected
from tests.cli.tampering import Desk
from tests.workers.scene import (
    asked,
    counts,
    has_stopped,
    jobs_in_hand,
    late_answers,
    settled,
    wait_until,
    worker,
)

HASTE = 30
"""A lease lapses after 4 seconds, and what has no answer is looked up 4 seconds later."""
PUT_CONTACTS = ("PUT", "/Contacts")


def numbers(xero: Xero) -> list[str]:
    return sorted(one["InvoiceNumber"] for one in xero.ask("GET", "/Invoices")["Invoices"])


def hold_up(xero: Xero, seconds: int) -> None:
    """Let Xero carry out the next contacts at once and answer much later."""
    match = {"method": "PUT", "path": "Contacts"}
    xero.faults({"fault": "slow", "match": match, "delay_ms": seconds * 1000})


def sent(xero: Xero) -> bool:
    return PUT_CONTACTS in xero.calls()


def ended(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(15)


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
    assert numbers(xero) == ["INV-early", "INV-late"]


def test_an_answer_that_reaches_a_worker_stopped_for_too_long_is_kept_and_moves_nothing(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("1"))
    with worker(practice, stop_before="settle") as stopped:
        wait_until(lambda: has_stopped(stopped))
        with worker(practice, times=HASTE):
            wait_until(lambda: settled(practice))
            before = practice.run("show", "b-1", "--json").json
            stopped.send_signal(signal.SIGCONT)
            wait_until(lambda: late_answers(practice) == 1)
    assert practice.run("show", "b-1", "--json").json == before
    assert xero.calls().count(PUT_CONTACTS) == 1
    assert numbers(xero) == ["INV-1"]


def test_a_claim_by_a_worker_stopped_for_too_long_is_refused_before_anything_leaves(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("1"))
    with worker(practice, stop_before="freeze") as stopped:
        wait_until(lambda: has_stopped(stopped))
        with worker(practice, times=HASTE):
            wait_until(lambda: settled(practice))
        stopped.send_signal(signal.SIGCONT)
        practice.take(bill("2"))
        # The one that was stopped goes on working: with a lease that it took anew.
        wait_until(lambda: settled(practice))
    assert xero.calls().count(PUT_CONTACTS) == 2
    assert asked(practice, "SELECT count(*) FROM web_request") == 4
    assert numbers(xero) == ["INV-1", "INV-2"]


def test_a_worker_stopped_in_a_transaction_keeps_its_locks_for_half_a_minute_at_most(
    practice: Practice, xero: Xero
) -> None:
    practice.take(bill("1"))
    with worker(practice, stop_within="freeze", times=HASTE) as stopped:
        wait_until(lambda: has_stopped(stopped))
        with worker(practice, times=HASTE):
            wait_until(lambda: settled(practice))
        stopped.send_signal(signal.SIGCONT)
        practice.take(bill("2"))
        wait_until(lambda: settled(practice))
        assert ended(stopped) == 0
    assert xero.calls().count(PUT_CONTACTS) == 2
    assert numbers(xero) == ["INV-1", "INV-2"]


def test_what_a_killed_worker_had_in_hand_is_taken_up_by_another(
    practice: Practice, xero: Xero
) -> None:
    hold_up(xero, 4)
    practice.take(bill("1"))
    with worker(practice) as killed:
        wait_until(lambda: sent(xero))
        killed.kill()
    assert jobs_in_hand(practice) == 1
    asked(practice, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    with worker(practice, times=HASTE):
        wait_until(lambda: settled(practice))
        wait_until(lambda: jobs_in_hand(practice) == 0)
    assert xero.calls().count(PUT_CONTACTS) == 1


def test_sigterm_in_mid_send_waits_for_the_answer(practice: Practice, xero: Xero) -> None:
    hold_up(xero, 2)
    practice.take(bill("1"))
    with worker(practice) as process:
        wait_until(lambda: sent(xero))
        assert ended(process) == 0
    assert counts(practice).get("sending", 0) == 0
    assert xero.calls().count(PUT_CONTACTS) == 1


def test_sigterm_does_not_wait_for_ever_and_what_it_left_is_looked_up(
    practice: Practice, xero: Xero
) -> None:
    hold_up(xero, 20)
    practice.take(bill("1"))
    with worker(practice, grace=1) as process:
        wait_until(lambda: sent(xero))
        assert ended(process) == 0
    assert counts(practice)["sending"] == 1
    # Its turn was over in time or was not: nobody may have to be told that something is left.
    asked(practice, "DELETE FROM procrastinate_jobs")
    with worker(practice, times=HASTE):
        wait_until(lambda: settled(practice))
    assert xero.calls().count(PUT_CONTACTS) == 1
    assert numbers(xero) == ["INV-1"]


def test_on_sqlite_a_worker_needs_no_jobs(tmp_path: Path, xero: Xero) -> None:
    with connected(tmp_path, xero) as practice:
        practice.run("post")
        practice.take(bill("1"))
        hold_up(xero, 20)
        with worker(practice, grace=1) as process:
            wait_until(lambda: sent(xero))
            assert ended(process) == 0
        with worker(practice, times=HASTE):
            wait_until(lambda: settled(practice))
    assert numbers(xero) == ["INV-1"]


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
