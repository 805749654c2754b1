"""No secret lies where it can be read: some are planted, and all that is left behind is hunted."""

from __future__ import annotations

import base64
import contextlib
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from counterfoil.web import crypto
from tests.cli.scene import Practice, Xero, bill, connected

CLIENT_SECRET = "planted/client+secret=that nobody should ever read"
CLIENT = "a client of its own, for a sandbox keeps the first secret of each"
SESSION_KEY = "planted session key of forty characters !"


def test_nothing_that_is_left_behind_holds_a_secret(xero: Xero, tmp_path: Path) -> None:
    keys = crypto.new_key()
    planted = {
        "XERO_CLIENT_ID": CLIENT,
        "XERO_CLIENT_SECRET": CLIENT_SECRET,
        "COUNTERFOIL_SECRET_KEYS": keys,
        "COUNTERFOIL_SECRET_KEY": SESSION_KEY,
        "COUNTERFOIL_LOG": "json",
    }
    with connected(tmp_path, xero, changed=planted) as practice:
        api_key, webhook = secrets_shown_once(practice)
        said = list(everything_said(practice, tmp_path / "record.zip"))
        tokens = opened_tokens(practice, keys)
        secrets = {*planted.values(), api_key, webhook, *tokens} - {"json", CLIENT}
        assert len(secrets) == 7
        assert any("INV-1" in text for text in said), "what is hunted through is really there"
        left = {**files(practice.home), **{f"output {n}": s.encode() for n, s in enumerate(said)}}
        assert "counterfoil.sqlite3" in left
        assert [
            (place, form)
            for place, content in left.items()
            for form in forms(secrets)
            if form in content
        ] == []


def secrets_shown_once(practice: Practice) -> tuple[str, str]:
    """Return a key to the intake API and a webhook's secret, which are shown this once."""
    key = practice.run("api-key", "create", "Practice", "--scope", "status:read").out.strip()
    hook = practice.run("webhook", "add", "https://hooks.example.com/", "--event", "posted")
    return key, hook.out.strip()


def everything_said(practice: Practice, record: Path) -> Iterator[str]:
    """Do what is done daily, once with a database in the way, and yield every word of it."""
    practice.take(bill("1"), bill("2", net="-1.00"))
    for words in (
        ("post",),
        ("status", "--json"),
        ("problems",),
        ("show", "INV-1", "--json"),
        ("api-key", "list", "--json"),
        ("webhook", "list", "--json"),
        ("audit", "export", str(record)),
    ):
        said = practice.run(*words)
        yield said.out
        yield said.err
    with zipfile.ZipFile(record) as archive:
        yield from (archive.read(name).decode() for name in archive.namelist())
    yield traceback_of(practice)


def traceback_of(practice: Practice) -> str:
    """Break the program in its middle, and return what it says then."""
    database = practice.home / "counterfoil.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as broken:
        broken.execute("ALTER TABLE web_connection RENAME TO web_gone")
        said = practice.run("post").err
        broken.execute("ALTER TABLE web_gone RENAME TO web_connection")
    assert "Traceback" in said
    return said


def opened_tokens(practice: Practice, keys: str) -> tuple[str, ...]:
    """Return the tokens in force, opened with the keys that the database does not hold."""
    asked = "SELECT organisation_id, access_token, refresh_token FROM web_connection"
    with contextlib.closing(sqlite3.connect(practice.home / "counterfoil.sqlite3")) as database:
        ((organisation, *sealed),) = database.execute(asked)
    columns = zip(sealed, ("access_token", "refresh_token"), strict=True)
    return tuple(crypto.parse(keys).open(one, organisation, column) for one, column in columns)


def files(folder: Path) -> dict[str, bytes]:
    """Return every file as it lies there, and what is packed in the database unpacked."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    dump = io.BytesIO()
    with contextlib.closing(sqlite3.connect(folder / "counterfoil.sqlite3")) as database:
        for table in ("web_request", "web_answer"):
            for (body,) in database.execute(f"SELECT body FROM {table} WHERE body IS NOT NULL"):
                dump.write(zlib.decompress(body[2:]) if body.startswith(b"\x00z") else body)
    return {**found, "bodies": dump.getvalue()}


def forms(secrets: set[str]) -> Iterator[bytes]:
    """Yield each secret as it might stand somewhere: plain, in base64, in hex, in an address."""
    for secret in sorted(secrets):
        plain = secret.encode()
        yield plain
        yield base64.b64encode(plain).rstrip(b"=")[:-1]
        yield plain.hex().encode()
        yield quote(secret, safe="").encode()
