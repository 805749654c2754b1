"""Single sign-on against an identity provider of the test's own, in a process that has one set."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

from counterfoil.web.identity_tokens import Claims, Untrusted, known, verified
from tests.cli.scene import fresh_home

VISIT = """
import sys
from urllib.parse import parse_qs, urlsplit
import django
django.setup()
from django.core.management import call_command
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
call_command("migrate", verbosity=0)  # the tables that only single sign-on has
from tests.web.cast import assemble
assemble(timezone.now())

def come(name, fault="", query=""):
    browser = Client(SERVER_NAME="localhost")
    there = browser.post("/account/oidc/sso/login/" + query)["Location"]
    sent = parse_qs(urlsplit(there).query)
    assert "code_challenge" in sent, there
    assert sent["redirect_uri"][0].endswith("/account/oidc/sso/login/callback/"), there
    state = sent["state"][0]
    code = " ".join((name, sent["nonce"][0], fault))
    answer = browser.get("/account/oidc/sso/login/callback/", {"code": code, "state": state})
    return get_user(browser), answer

page = Client(SERVER_NAME="localhost").get("/account/login/")
assert b"Sign in with Harbour" in page.content
policy = page["Content-Security-Policy"]
assert sys.argv[1] in policy.partition("form-action")[2], policy
carol, _ = come("carol")
assert getattr(carol, "email", "") == "carol@example.com", carol
for fault in sys.argv[2:]:
    nobody, answer = come("carol", fault)
    assert not nobody.is_authenticated, fault
    assert b"You are not signed in" in answer.content, fault
carol, _ = come("carol", query="?auth_params=redirect_uri%3Dhttps://evil.example.com&scope=all")
assert carol.is_authenticated
stranger, answer = come("mallory")
assert not stranger.is_authenticated
assert b"Sign-up is closed" in Client(SERVER_NAME="localhost").get("/account/signup/").content
unverified, _ = come("bob-unverified")
assert not unverified.is_authenticated
print("as it should be")
"""


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | str
KEY, ANOTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
SECRET = "a secret of the tests that both sides know"
PUBLIC: Claims = {
    "keys": [
        {"kty": "oct", "kid": "shared", "k": "YSBzZWNyZXQ"},
        {**ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one", "alg": "ES256"},
    ]
}
FAULTS = ["unsigned", "another-key", "another-issuer", "another-program", "replayed", "no-token"]
FAULTS.append("two-people")


def claims(issuer: str, nonce: str, /, **changed: object) -> Claims:
    now = int(time.time())
    said: Claims = {
        "iss": issuer,
        "aud": "counterfoil",
        "sub": "carol",
        "iat": now,
        "exp": now + 300,
        "nonce": nonce,
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def signed(said: Claims, key: Key = KEY, algorithm: str = "ES256", **header: str) -> str:
    return jwt.encode(said, key, algorithm, headers={"kid": "one", **header})


class Provider(BaseHTTPRequestHandler):
    """An identity provider that believes whoever comes: the code is the person, and a fault."""

    def do_GET(self) -> None:
        here = f"http://{self.headers['Host']}"
        if self.path.startswith("/.well-known/"):
            ends = ("authorization", "token", "userinfo")
            told = {f"{end}_endpoint": f"{here}/{end}" for end in ends}
            self._say({"issuer": here, "jwks_uri": f"{here}/keys", **told})
            return
        if self.path == "/keys":
            self._say(PUBLIC)
            return
        name, _, fault = self.headers["Authorization"].removeprefix("Bearer ").split(" ")
        subject = "mallory" if fault == "two-people" else name
        email = f"{name.removesuffix('-unverified')}@example.com"
        verified = not name.endswith("unverified")
        self._say({"sub": subject, "email": email, "email_verified": verified})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        code = parse_qs(body)["code"][0]
        name, nonce, fault = code.split(" ")
        token = self._token(name, nonce, fault)
        told = {"access_token": code, "token_type": "Bearer", "id_token": token}
        self._say({key: value for key, value in told.items() if value})

    def _token(self, name: str, nonce: str, fault: str) -> str:
        here = f"http://{self.headers['Host']}"
        said = claims(here, nonce, sub=name)
        made: dict[str, Callable[[], str]] = {
            "unsigned": lambda: signed(said, "", "none"),
            "another-key": lambda: signed(said, ANOTHER),
            "another-issuer": lambda: signed({**said, "iss": "https://evil.example.com"}),
            "another-program": lambda: signed({**said, "aud": "another"}),
            "replayed": lambda: signed({**said, "nonce": "of another sign-in"}),
            "no-token": lambda: "",
        }
        return made[fault]() if fault in made else signed(said)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its signature
        """Keep quiet."""

    def _say(self, told: dict[str, object]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def judged(token: str) -> Claims:
    return verified(
        token, PUBLIC, issuer="https://id.example.com", audience="counterfoil", nonce="n-1"
    )


def good(**changed: object) -> Claims:
    return claims("https://id.example.com", "n-1", **changed)


def test_a_token_of_the_provider_for_this_sign_in_is_believed() -> None:
    assert judged(signed(good()))["sub"] == "carol"
    assert judged(signed(good(aud=["counterfoil", "b"], azp="counterfoil")))["sub"] == "carol"


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (lambda: signed(good(), ANOTHER), "Signature verification failed"),
        (lambda: signed(good(), "", "none"), "proves nothing"),
        (lambda: signed(good(), SECRET, "HS256"), "proves nothing"),
        (lambda: signed(good(), SECRET, "HS256", kid="shared"), "proves nothing"),
        (lambda: signed(good(), ANOTHER, kid="two"), "does not have"),
        (lambda: signed(good(), ANOTHER, kid="two", jku="https://evil.example.com"), "not have"),
        (lambda: signed(good(), RSA, "RS256"), "does not have"),
        (lambda: signed(good(iss="https://evil.example.com")), "issuer"),
        (lambda: signed(good(aud="another")), "Audience"),
        (lambda: signed(good(aud=["counterfoil", "b"], azp="b")), "another program"),
        (lambda: signed(good(nonce="n-2")), "another sign-in"),
        (lambda: signed(good(nonce=None)), "nonce"),
        (lambda: signed(good(exp=int(time.time()) - 120)), "expired"),
        (lambda: signed(good(exp=None)), "exp"),
        (lambda: signed(good(iat=int(time.time()) + 120)), "not yet valid"),
        (lambda: "nothing.of.it", "does not hold"),
    ],
)
def test_any_other_token_is_not(token: Callable[[], str], why: str) -> None:
    with pytest.raises(Untrusted, match=why):
        judged(token())


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
            "COUNTERFOIL_HOME": str(shutil.copytree(fresh_home(), tmp_path / "home")),
            "COUNTERFOIL_OIDC_URL": there,
            "COUNTERFOIL_OIDC_CLIENT_ID": "counterfoil",
            "COUNTERFOIL_OIDC_CLIENT_SECRET": "a secret of the tests",
            "COUNTERFOIL_OIDC_NAME": "Harbour",
            "DJANGO_SETTINGS_MODULE": "counterfoil.web.settings",
            "NO_PROXY": "localhost",
        }
        environ.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-c", VISIT, there, *FAULTS],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout == "as it should be\n", done.stderr


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"issuer": "https://evil.example.com"}, "says that it is"),
        ({"jwks_uri": "http://id.example.com.evil/keys"}, "jwks_uri"),
        ({"token_endpoint": ""}, "token_endpoint"),
    ],
)
def test_a_provider_that_is_another_one_or_speaks_in_the_open_is_not_believed(
    changed: Claims, why: str
) -> None:
    here = "https://id.example.com"
    ends = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    config = {"issuer": f"{here}/", **{end: f"https://keys.example.com/{end}" for end in ends}}
    assert known(config, here) == config
    with pytest.raises(Untrusted, match=why):
        known(config | changed, here)
