"""The server: its port, and the poster that it keeps alive."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from counterfoil.web import serve


def test_a_taken_port_is_said_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serve.PortTaken, match=f"Port {port} on localhost is taken"):
            serve.run(port=port)


def test_a_poster_that_keeps_dying_is_started_less_and_less_often() -> None:
    waits = [0.0]
    for _ in range(7):
        waits.append(serve.pause(lived=0.1, last=waits[-1]))
    assert waits[1:] == [1, 2, 4, 8, 16, 30, 30]


def test_a_poster_that_lived_well_is_started_again_soon() -> None:
    assert serve.pause(lived=serve.STEADY, last=30) == 1


def test_a_poster_that_ends_is_started_again_until_the_server_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "pause", lambda **_: 0.01)
    starts = tmp_path / "starts"
    code = f"open({str(starts)!r}, 'a').write('x'); import time; time.sleep(0.05)"
    keeper = serve.Keeper(lambda: subprocess.Popen([sys.executable, "-S", "-c", code]))
    watching = threading.Thread(target=keeper.watch)
    watching.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (not starts.exists() or len(starts.read_text()) < 2):
        time.sleep(0.02)
    keeper.stop()
    watching.join(timeout=10)
    assert not watching.is_alive()
    assert len(starts.read_text()) >= 2


def test_a_poster_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PATIENCE", 0.1)
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('deaf', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    child.stdout.readline()
    serve._end(child)
    assert child.poll() == -9
    child.stdout.close()
