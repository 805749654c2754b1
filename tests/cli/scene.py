"""A firm whose commands are run as programs, and the Xero organisation that it posts to."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from tests.cli.forks import Host, Job
from tests.simulation.firm import ACCOUNTS, MAPPING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

API = "/api.xro/2.0"
COUNTERFOIL = (sys.executable, "-m", "counterfoil")

Json = Any
"""What a reply or an output holds; the tests say what they expect in it."""
Document = dict[str, Any]


class Xero:
    """One organisation of a sandbox, seen over HTTP as its accountant sees it."""

    def __init__(self, url: str, name: str = "Harbour Law") -> None:
        self.url = url
        self.name = name
        # Tests open more of these than they could close: each call takes a connection of its own.
        self._http = httpx2.Client(timeout=60, headers={"Connection": "close"})
        made = self.control("POST", "organisations", {"name": name, "country": "AU"})
        self.tenant_id: str = made["tenantId"]
        for account in ACCOUNTS:
            self.ask("PUT", "/Accounts", body=account)

    def ask(
        self,
        method: str,
        path: str,
        now: dt.datetime | None = None,
        body: object = None,
        **query: str,
    ) -> Json:
        """Make one call; figures of the answer are strings of their digits."""
        del now
        token = self.control("POST", "token", {"tenants": [self.tenant_id]})["access_token"]
        headers = {
            "Authorization": f"Bearer {token}",
            "Xero-Tenant-Id": self.tenant_id,
            "Accept": "application/json",
        }
        answer = self._http.request(
            method, f"{self.url}{API}{path}", params=query, headers=headers, json=body
        )
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return json.loads(answer.content, parse_float=str, parse_int=str)

    def control(self, method: str, route: str, body: object = None) -> Json:
        answer = self._http.request(method, f"{self.url}/_sandbox/{route}", json=body)
        assert answer.status_code == 200, (route, answer.text)
        return answer.json()

    def faults(self, *faults: Document) -> None:
        self.control("DELETE", "faults")
        self.control("POST", "faults", list(faults))

    def settings(self, **settings: object) -> None:
        self.control("POST", f"organisations/{self.tenant_id}/settings", settings)

    def calls(self) -> list[tuple[str, str]]:
        """Return the method and path of every call that reached this organisation's API."""
        return [
            (row["method"], row["path"].removeprefix(API))
            for row in self.control("GET", "requests")
            if row["headers"].get("xero-tenant-id") == self.tenant_id
        ]

    def ledger(self) -> list[Document]:
        lines: list[Document] = self.control("GET", f"ledger/{self.tenant_id}")["lines"]
        return lines


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        return json.loads(self.out)


class Practice:
    """A data folder, and the commands run on it."""

    def __init__(self, folder: Path, url: str = "", database: str = "") -> None:
        self.home = folder / "home"
        shutil.copytree(fresh_home(), self.home)
        self.folder = folder
        self.environment = environment(self.home, url)
        if database:
            self.environment["DATABASE_URL"] = database
        self._host: Host | None = None

    def run(self, *words: str, given: bytes = b"") -> Said:
        """Run a command in a process forked off the one that has loaded the product."""
        streams = [self.folder / name for name in ("given", "out", "err")]
        for path in streams:
            path.write_bytes(given if path.name == "given" else b"")
        self._host = self._host or Host(self.environment)
        job = Job(words=list(words), streams=[str(path) for path in streams])
        status = self._host.run(job)
        return Said(status, streams[1].read_text("utf-8"), streams[2].read_text("utf-8"))

    def take(self, *documents: Document) -> Document:
        """Import documents; return what the command says to programs."""
        said = self.run("import", "-", "--json", given=json_lines(*documents))
        answer: Document = said.json
        return answer

    def map(self, mapping: Document) -> Said:
        return self.run("mapping", "import", "-", "--json", given=json.dumps(mapping).encode())

    def problems(self) -> dict[str, list[str]]:
        """Return the ids of the documents by the code of what is found about them."""
        return _by_code(self.run("problems", "--json").json)

    def errors(self) -> dict[str, list[str]]:
        """Return the same of what keeps a document from going; advice is left out."""
        told = self.run("problems", "--json").json
        return _by_code([one for one in told if one["severity"] == "error"])

    def close(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None


def controls(said: Json) -> dict[str, tuple[str, str, str | None, str]]:
    """Return of a reconciliation each account's practice, ours in Xero, others', difference."""
    return {
        row["account"]: (row["practice"], row["xero_ours"], row["xero_other"], row["difference"])
        for row in said["controls"]
    }


def _by_code(problems: Json) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in problems:
        found.setdefault(one["code"], []).extend(each["id"] for each in one["documents"])
    return found


def another_organisation(practice: Practice, key: str) -> str:
    """Give the firm one more organisation, like the first in all but its key; return that."""
    with closing(sqlite3.connect(practice.home / "counterfoil.sqlite3")) as database, database:
        columns = [row[1] for row in database.execute("pragma table_info(web_organisation)")]
        kept = ", ".join(f'"{name}"' for name in columns if name not in {"id", "key", "tenant_id"})
        database.execute(
            f"insert into web_organisation (key, tenant_id, {kept})"
            f" select ?, '', {kept} from web_organisation order by id limit 1",
            (key,),
        )
    return key


@cache
def fresh_home() -> Path:
    """Make one empty data folder for all: its tables take longer than most commands."""
    folder = Path(tempfile.mkdtemp(prefix="counterfoil-fresh-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    said = program("status", env=environment(folder / "home"), folder=folder)
    assert said.status == 0, said
    return folder / "home"


def environment(home: Path, url: str = "") -> dict[str, str]:
    """Return the environment of a command: this machine's, without its settings of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COUNTERFOIL_", "XERO_", "DJANGO_")) and name != "DATABASE_URL"
    }
    sandbox = {"XERO_BASE_URL": url, "XERO_CLIENT_ID": "counterfoil", "XERO_CLIENT_SECRET": "any"}
    return {**kept, "COUNTERFOIL_HOME": str(home), "COLUMNS": "80", **(sandbox if url else {})}


def program(*words: str, env: dict[str, str], folder: Path, given: bytes = b"") -> Said:
    """Run a command as a shell would."""
    done = subprocess.run(
        [*COUNTERFOIL, *words], env=env, cwd=folder, input=given, capture_output=True, check=False
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


@contextlib.contextmanager
def connected(
    folder: Path,
    xero: Xero,
    mapping: Document | None = None,
    database: str = "",
    changed: Mapping[str, str] | None = None,
) -> Iterator[Practice]:
    """Open a practice that is connected to an organisation and mapped.

    ``database`` is the address of a PostgreSQL, or empty for SQLite in the folder; ``changed`` are
    settings of its environment.
    """
    practice = Practice(folder, xero.url, database)
    practice.environment |= changed or {}
    try:
        said = practice.run("connect", "--sandbox", xero.url, "--tenant", xero.tenant_id)
        assert said.status == 0, said
        said = practice.map(mapping or MAPPING)
        assert said.status == 0, said
        yield practice
    finally:
        practice.close()


def a_minute_later(practice: Practice, xero: Xero) -> None:
    """Let the minute of calls be over, for Xero and for the practice, without waiting for it."""
    xero.control("POST", "clock", {"advance_seconds": 60})
    with closing(sqlite3.connect(practice.home / "counterfoil.sqlite3")) as database, database:
        database.execute("update web_limits set minute_from = null, minute_used = 0")


def invoices(xero: Xero, name: str) -> int:
    """Count the invoices in Xero with a bill's number."""
    return len(xero.ask("GET", "/Invoices", InvoiceNumbers=f"INV-{name}")["Invoices"])


def json_lines(*documents: Document) -> bytes:
    return "".join(json.dumps(document) + "\n" for document in documents).encode()


def party(name: str) -> dict[str, str]:
    return {"id": f"c-{name}", "name": f"Client {name}"}


def bill(name: str, *, net: str = "100.00", **changed: object) -> Document:
    """A bill without tax of one line, to a client of its own."""
    line = {"description": "Work", "account": "4-1000", "tax_code": "FREE", "total": net}
    return {
        "kind": "bill",
        "id": f"b-{name}",
        "number": f"INV-{name}",
        "date": "2026-06-15",
        "client": party(name),
        "lines": [{**line, "tax": "0.00"}],
        "tax": "0.00",
        "total": net,
        **changed,
    }


def receipt(name: str, amount: str = "100.00", *, of: str = "", **changed: object) -> Document:
    """A receipt of a bill's client, allocated to that bill."""
    return {
        "kind": "receipt",
        "id": f"r-{name}",
        "number": f"R-{name}",
        "date": "2026-06-20",
        "client": party(of or name),
        "bank_account": "OFFICE",
        "amount": amount,
        "allocations": [{"bill": f"b-{of or name}", "amount": amount}],
        **changed,
    }


def trust_receipt(name: str, amount: str = "100.00", **changed: object) -> Document:
    """A trust receipt for one matter of a client."""
    matter = {"id": f"m-{name}", "number": f"2026-{name}"}
    return {
        "kind": "trust_receipt",
        "id": f"tr-{name}",
        "number": f"TR-{name}",
        "date": "2026-06-18",
        "trust_account": "TRUST1",
        "payer": party(name),
        "amount": amount,
        "splits": [{"client": party(name), "matter": matter, "amount": amount}],
        **changed,
    }
