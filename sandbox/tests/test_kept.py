"""A state file with its log: what was answered comes back, whenever the process ended."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import httpx2
import msgspec
import pytest

from sandbox.tests.counter import START, body_of
from xero_sandbox import kept as keeping
from xero_sandbox.books import Organisation, handle
from xero_sandbox.journal import entries
from xero_sandbox.kept import Kept, log_of, restored
from xero_sandbox.sandbox import Sandbox
from xero_sandbox.statefile import FORMAT, NotAState
from xero_sandbox.wire import Answer, Call, Handled, Request

LATER = START + timedelta(minutes=1)
READ = ("Organisation", "Accounts", "Contacts", "Invoices", "Payments", "Reports/TrialBalance")


class Practice:
    """A sandbox with real books in a file, and an app that uses it."""

    def __init__(self, path: Path, sandbox: Sandbox) -> None:
        self.path = path
        self.sandbox = sandbox
        self.kept = Kept(sandbox, path)
        self.kept.begin()
        made = self.control("organisations", name="Harbour Legal", country="AU")
        self.tenant = str(made["tenantId"])
        self.token = str(self.control("token", client_id="app")["access_token"])

    def control(self, route: str, /, **body: object) -> dict[str, object]:
        sent = msgspec.json.encode(body)
        return body_of(self.send(Request("POST", f"/_sandbox/{route}", {}, {}, sent)))

    def send(self, request: Request, now: datetime = START) -> Answer:
        admitted = self.kept.admit(request, now)
        answer = admitted if isinstance(admitted, Answer) else self.kept.perform(admitted, now)
        assert isinstance(answer, Answer)
        return answer

    def asked(self, method: str, path: str, body: object = None, key: str = "") -> Request:
        headers = {"authorization": f"Bearer {self.token}", "xero-tenant-id": self.tenant}
        if key:
            headers["idempotency-key"] = key
        sent = b"" if body is None else msgspec.json.encode(body)
        return Request(method, f"/api.xro/2.0/{path}", {}, headers, sent)

    def bill(self, number: int) -> Request:
        line = {"Description": "Advice", "Quantity": 1, "UnitAmount": number, "AccountCode": "200"}
        one = {
            "Type": "ACCREC",
            "Contact": {"Name": f"Client {number % 3}"},
            "DueDate": "2026-03-30",
            "Status": "AUTHORISED",
            "InvoiceNumber": f"B-{number}",
            "LineItems": [line],
        }
        return self.asked("PUT", "Invoices", {"Invoices": [one]}, key=f"key-{number}")

    def everything(self, sandbox: Sandbox) -> list[bytes]:
        """Return what a sandbox answers to every reading, and to one more bill."""
        asked = [self.asked("GET", path) for path in READ] + [self.bill(1000)]
        answers = [sandbox.handle(request, LATER) for request in asked]
        return [each.body for each in answers if isinstance(each, Answer)]


@contextmanager
def practising(path: Path, sandbox: Sandbox) -> Iterator[Practice]:
    found = Practice(path, sandbox)
    yield found
    found.kept.close()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    with practising(tmp_path / "state", Sandbox(seed=3)) as found:
        yield found


def test_everything_comes_back_to_the_last_id(practice: Practice) -> None:
    for number in range(1, 8):
        assert practice.send(practice.bill(number)).status == 200
    practice.send(practice.asked("GET", "Nothing"))
    practice.control("faults", fault="500_after", match={"path": "/Invoices"})
    assert practice.send(practice.bill(8)).status == 500
    practice.control("clock", advance_seconds=20)
    again = Sandbox(state=restored(practice.path))
    assert practice.everything(again) == practice.everything(practice.sandbox)


def test_a_reset_comes_back_too(practice: Practice) -> None:
    practice.send(practice.bill(1))
    practice.control("reset")
    made = practice.control("organisations", name="Second", country="NZ")
    state = restored(practice.path)
    assert list(state.organisations) == [made["tenantId"]]
    assert state.written == practice.sandbox.state.written


def test_a_torn_last_record_is_left_out(practice: Practice) -> None:
    practice.send(practice.bill(1))
    log = log_of(practice.path)
    whole = len(log.read_bytes())
    practice.send(practice.bill(2))
    torn = log.read_bytes()
    for cut in range(whole, len(torn), 61):
        log.write_bytes(torn[:cut])
        found = restored(practice.path).organisations[practice.tenant]
        assert [each.number for each in found.documents.values()] == ["B-1"]


@pytest.mark.parametrize("place", [9, 200, -300])
def test_a_damaged_record_is_no_state(practice: Practice, place: int) -> None:
    practice.send(practice.bill(1))
    log = log_of(practice.path)
    content = bytearray(log.read_bytes())
    content[place] ^= 0xFF
    log.write_bytes(content)
    with pytest.raises(NotAState, match="log is not a state"):
        restored(practice.path)


def test_a_log_older_than_its_file_says_nothing(practice: Practice) -> None:
    practice.send(practice.bill(1))
    older = log_of(practice.path).read_bytes()
    practice.kept.begin()
    log_of(practice.path).write_bytes(older)
    again = Sandbox(state=restored(practice.path))
    assert practice.everything(again) == practice.everything(practice.sandbox)


def test_a_half_written_neighbour_is_not_looked_at(practice: Practice) -> None:
    practice.send(practice.bill(1))
    practice.path.with_name("state.new").write_bytes(FORMAT + b"half")
    assert len(restored(practice.path).organisations[practice.tenant].documents) == 1


def test_a_call_in_flight_is_gone_and_its_key_is_free(practice: Practice) -> None:
    practice.kept.admit(practice.bill(1), START)
    again = Sandbox(state=restored(practice.path))
    assert not again.state.organisations[practice.tenant].documents
    answer = again.handle(practice.bill(1), START)
    assert isinstance(answer, Answer)
    assert answer.status == 200


def test_the_file_is_written_anew_when_the_log_has_grown(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.send(practice.bill(1))
    monkeypatch.setattr(keeping, "_LARGEST_LOG", 1)
    flying = practice.kept.admit(practice.bill(2), START)
    practice.send(practice.bill(3))
    assert len(list(entries(log_of(practice.path)))) > 1  # not while a call is in flight
    assert not isinstance(flying, Answer)
    practice.kept.perform(flying, START)
    assert len(list(entries(log_of(practice.path)))) == 1
    again = Sandbox(state=restored(practice.path))
    assert practice.everything(again) == practice.everything(practice.sandbox)


def test_work_that_failed_half_way_goes_into_the_file(tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    def books(organisation: Organisation, call: Call, now: datetime) -> Handled:
        if call.segments == ("Broken",):
            organisation.ids.uuid()
            raise Broken
        return handle(organisation, call, now)

    with practising(tmp_path / "state", Sandbox(handle=books)) as practice:
        broken = practice.kept.admit(practice.asked("PUT", "Broken"), START)
        assert not isinstance(broken, Answer)
        with pytest.raises(Broken):
            practice.kept.perform(broken, START)
        practice.send(practice.bill(1))
        again = Sandbox(state=restored(practice.path))
        assert practice.everything(again) == practice.everything(practice.sandbox)


def test_only_its_owner_reads_the_file_and_the_log(practice: Practice) -> None:
    for path in (practice.path, log_of(practice.path)):
        assert path.stat().st_mode & 0o077 == 0


def test_two_hundred_organisations_come_back(practice: Practice) -> None:
    for number in range(200):
        practice.control("organisations", name=f"Firm {number}", country="AU")
    again = restored(practice.path).organisations
    assert list(again) == list(practice.sandbox.state.organisations)
    assert len(again) == 201


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"something else",
        FORMAT,
        FORMAT + b"rubbish",
        FORMAT + pickle.dumps({"a": 1}),
        FORMAT + pickle.dumps(subprocess.run),
        FORMAT + pickle.dumps(eval),
    ],
)
def test_another_file_is_not_taken_for_a_state(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "state"
    file.write_bytes(content)
    with pytest.raises(NotAState, match="is not a state"):
        restored(file)


ALWAYS_WRITING = """
import sys, xero_sandbox.kept as kept
from xero_sandbox.cli import main
kept._SECONDS, kept._WRITINGS = 0.0, float(sys.argv.pop(1))
main()
"""


class Killed:
    """The command on a file, ended by ``kill -9`` in the middle of its work."""

    def __init__(self, path: Path, writings: float) -> None:
        line = [sys.executable, "-c", ALWAYS_WRITING, str(writings), "--port", "0", "--no-limits"]
        self.process = subprocess.Popen(
            [*line, "--state", str(path)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        address = self.process.stdout.readline().rpartition(" ")[2].strip()
        self.client = httpx2.Client(base_url=address, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.process.kill()
        self.process.communicate()
        self.client.close()

    def connected(self) -> Iterator[dict[str, str]]:
        """Yield the headers of a caller for each organisation."""
        token = self.client.post("/_sandbox/token", json={}).json()["access_token"]
        for row in self.client.get("/_sandbox/organisations").json():
            yield {"authorization": f"Bearer {token}", "xero-tenant-id": row["tenantId"]}

    def bill(self, headers: dict[str, str]) -> dict[str, object] | None:
        """Put a bill; None when the process is gone before it has answered."""
        line = {"Description": "x", "Quantity": 1, "UnitAmount": "9.99", "AccountCode": "200"}
        one = {"Type": "ACCREC", "Contact": {"Name": "Client"}, "LineItems": [line]}
        try:
            answer = self.client.put("/api.xro/2.0/Invoices", json=one, headers=headers)
        except httpx2.TransportError:
            return None
        found: dict[str, object] = answer.json()["Invoices"][0]
        return found


@pytest.mark.parametrize("writings", [0.0, 0.5, 1_000.0])
def test_a_kill_loses_no_answered_call(tmp_path: Path, writings: float) -> None:
    """``writings`` 0 writes the file after every call, so the kill falls into a writing."""
    path = tmp_path / "state"
    with Killed(path, 1_000.0) as first:
        for number in range(199):
            first.client.post("/_sandbox/organisations", json={"name": f"Firm {number}"})
    with Killed(path, writings) as second, ThreadPoolExecutor(4) as pool:
        callers = list(second.connected())
        assert len(callers) == 200
        asked = [(each, pool.submit(second.bill, each)) for each in callers * 3]
        asked[30 if writings == 0 else 300][1].result()
        os.kill(second.process.pid, 9)
        answered = [(each, found) for each, one in asked if (found := one.result()) is not None]
    assert len(answered) < len(asked)
    with Killed(path, 1_000.0) as third:
        for headers, bill in answered:
            path_of = f"/api.xro/2.0/Invoices/{bill['InvoiceID']}"
            found = third.client.get(path_of, headers=headers).json()["Invoices"][0]
            assert {name: found[name] for name in bill} == bill
