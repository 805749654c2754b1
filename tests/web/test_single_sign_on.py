"""Single sign-on against an identity provider of the test's own, in a process that has one set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

VISIT = """
import sys
from urllib.parse import parse_qs, urlsplit
import django
django.setup()
from django.core.management import call_command
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
call_command("migrate", verbosity=0)
from tests.web.cast import assemble
assemble(timezone.now())

def come(code):
    browser = Client(SERVER_NAME="localhost")
    there = browser.post("/account/oidc/sso/login/")["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    assert "code_challenge" in there, there
    answer = browser.get("/account/oidc/sso/login/callback/", {"code": code, "state": state})
    return get_user(browser), answer

page = Client(SERVER_NAME="localhost").get("/account/login/")
assert b"Sign in with Harbour" in page.content
policy = page["Content-Security-Policy"]
assert sys.argv[1] in policy.partition("form-action")[2], policy
carol, _ = come("carol")
assert getattr(carol, "email", "") == "carol@example.com", carol
stranger, answer = come("mallory")
assert not stranger.is_authenticated
assert b"Sign-up is closed" in Client(SERVER_NAME="localhost").get("/account/signup/").content
unverified, _ = come("bob-unverified")
assert not unverified.is_authenticated
print("as it should be")
"""


class Provider(BaseHTTPRequestHandler):
    """An identity provider that believes whoever comes: the code is the person."""

    def do_GET(self) -> None:
        here = f"http://{self.headers['Host']}"
        if self.path.startswith("/.well-known/"):
            ends = ("authorization", "token", "userinfo")
            self._say({"issuer": here, **{f"{end}_endpoint": f"{here}/{end}" for end in ends}})
            return
        name = self.headers["Authorization"].removeprefix("Bearer ")
        email = f"{name.removesuffix('-unverified')}@example.com"
        self._say({"sub": name, "email": email, "email_verified": not name.endswith("unverified")})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        code = dict(pair.split("=") for pair in body.split("&"))["code"]
        self._say({"access_token": code, "token_type": "Bearer"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its signature
        """Keep quiet."""

    def _say(self, told: dict[str, object]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def provider() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_the_provider_lets_in_whom_the_firm_has_invited_and_nobody_else(tmp_path: Path) -> None:
    with provider() as there:
        environ = os.environ | {
            "COUNTERFOIL_HOME": str(tmp_path),
            "COUNTERFOIL_OIDC_URL": there,
            "COUNTERFOIL_OIDC_CLIENT_ID": "counterfoil",
            "COUNTERFOIL_OIDC_CLIENT_SECRET": "a secret of the tests",
            "COUNTERFOIL_OIDC_NAME": "Harbour",
            "DJANGO_SETTINGS_MODULE": "counterfoil.web.settings",
            "NO_PROXY": "localhost",
        }
        environ.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-c", VISIT, there],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout == "as it should be\n", done.stderr
