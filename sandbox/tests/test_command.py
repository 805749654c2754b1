"""The command, its flags and its end."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from xero_sandbox.cli import main


@contextmanager
def command(*arguments: str) -> Iterator[httpx2.Client]:
    """Run the command on a free port; it is stopped by SIGTERM and has to end well."""
    line = [sys.executable, "-m", "xero_sandbox", "--port", "0", *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().rpartition(" ")[2].strip()
        try:
            with httpx2.Client(base_url=address) as client:
                yield client
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0
        finally:
            process.kill()


def test_it_starts_with_an_organisation_of_the_country_asked_for() -> None:
    with command("--country", "nz") as client:
        rows = client.get("/_sandbox/organisations").json()
    assert [row["country"] for row in rows] == ["NZ"]


def test_a_state_file_brings_everything_back(tmp_path: Path) -> None:
    file = tmp_path / "state"
    with command("--state", str(file)) as client:
        token = client.post("/_sandbox/token", json={}).json()
        before = client.get("/_sandbox/organisations").json()
    with command("--state", str(file)) as client:
        assert client.get("/_sandbox/organisations").json() == before
        headers = {"authorization": f"Bearer {token['access_token']}"}
        assert client.get("/connections", headers=headers).json()[0]["tenantId"]
    assert file.stat().st_mode & 0o077 == 0


def test_a_state_file_has_one_keeper_at_a_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "state"
    with command("--state", str(file)) as client:
        before = client.post("/_sandbox/organisations", json={"name": "Kept"}).json()
        assert main(["--port", "0", "--state", str(file)]) == 2
        told = capsys.readouterr().err
        keeper = (tmp_path / "state.lock").read_text().strip()
        assert f"{file} is kept by another sandbox (process {keeper})" in told
    with command("--state", str(file)) as client:
        assert before in client.get("/_sandbox/organisations").json()


@pytest.mark.parametrize(
    "arguments",
    [["--country", "XX"], ["--state", "/nowhere/state"], ["--port", "99999"]],
)
def test_what_cannot_start_says_why(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "0", *arguments]) == 2
    assert capsys.readouterr().err.startswith("xero-sandbox: ")


def test_a_wrong_flag_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--latency", "-1"])
