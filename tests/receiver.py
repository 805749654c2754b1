"""A practice system's server, which keeps what webhooks bring."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Came = list[tuple[dict[str, str], bytes]]
"""Messages in the order they came: headers with names in small letters, and the body."""


class _Handler(BaseHTTPRequestHandler):
    """Answers what the path says: ``/500`` with 500."""

    came: Came

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(int(self.path.strip("/")))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def receiving() -> Iterator[tuple[str, Came]]:
    """Serve on a free port of this machine; yield the address, and what comes."""
    came: Came = []
    handler = type("Handler", (_Handler,), {"came": came})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()
