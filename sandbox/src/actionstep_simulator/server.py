"""The simulator on a port of this machine, until the block ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from actionstep_simulator.simulator import Request, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from actionstep_simulator.quirks import Quirks

POLL_SECONDS = 0.02


@contextlib.contextmanager
def running(quirks: Quirks | None = None, port: int = 0) -> Iterator[Simulator]:
    """Serve a simulator on a port, 0 being any free one; ``base`` says where."""
    with ThreadingHTTPServer(("127.0.0.1", port), _Handler) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        simulator = Simulator(base) if quirks is None else Simulator(base, quirks)
        server.simulator = simulator  # type: ignore[attr-defined] # the handler asks for it
        server.guard = threading.Lock()  # type: ignore[attr-defined] # calls change the rows
        threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        yield simulator
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    """Carries bytes between a socket and the simulator."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        with self.server.guard:  # type: ignore[attr-defined] # set by running
            answer = self.server.simulator.answer(request, dt.datetime.now(dt.UTC))  # type: ignore[attr-defined] # as above
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 -- the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""
