"""Commands as real processes of a shell: an empty folder, standard input, signals."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from tests.cli.scene import COUNTERFOIL, Practice, Xero, bill, environment, json_lines, program

NO_CONNECTION = {"state": "never", "since": None, "tenant_name": None}


def test_an_empty_folder_gets_a_firm_and_takes_documents_from_standard_input(
    tmp_path: Path,
) -> None:
    env = environment(tmp_path / "new" / "home")
    taken = program("import", "-", "--json", env=env, folder=tmp_path, given=json_lines(bill("1")))
    assert (taken.status, taken.json["new"], taken.err) == (0, 1, "")
    status = program("status", "--json", env=env, folder=tmp_path)
    assert status.json["connection"] == NO_CONNECTION
    assert status.json["counts"] == {"held": 1}


def test_a_wrong_setting_stops_the_start_with_its_name(tmp_path: Path) -> None:
    env = environment(tmp_path / "home") | {"XERO_BASE_URL": "not an address"}
    said = program("status", env=env, folder=tmp_path)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("XERO_BASE_URL should be ")


def test_ctrl_c_lets_what_is_under_way_be_answered_and_loses_nothing(
    practice: Practice, xero: Xero
) -> None:
    xero.faults({"fault": "slow", "match": {"method": "PUT", "path": "Invoices"}, "delay_ms": 700})
    practice.take(*(bill(f"c{n}") for n in range(60)))
    with subprocess.Popen(
        [*COUNTERFOIL, "post", "--json"], env=practice.environment, stdout=subprocess.PIPE
    ) as process:
        wait_for(xero, ("PUT", "/Contacts"))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    counts = practice.run("status", "--json").json["counts"]
    assert counts.get("sending", 0) == counts.get("unknown", 0) == 0
    assert practice.run("post").status == 0
    numbers = [one["InvoiceNumber"] for one in xero.ask("GET", "/Invoices")["Invoices"]]
    assert sorted(numbers) == sorted(f"INV-c{n}" for n in range(60))


def wait_for(xero: Xero, call: tuple[str, str]) -> None:
    for _ in range(400):
        if call in xero.calls():
            return
        time.sleep(0.05)
    raise AssertionError(f"{call} never came")


def test_a_worker_posts_until_it_is_told_to_stop(practice: Practice, xero: Xero) -> None:
    practice.run("post")
    practice.take(bill("worker"))
    with subprocess.Popen([*COUNTERFOIL, "worker"], env=practice.environment) as process:
        for _ in range(400):
            if practice.run("status", "--json").json["counts"].get("ready", 0) == 0:
                break
            time.sleep(0.05)
        process.terminate()
        assert process.wait(20) == 0
    assert len(xero.ask("GET", "/Invoices", InvoiceNumbers="INV-worker")["Invoices"]) == 1
