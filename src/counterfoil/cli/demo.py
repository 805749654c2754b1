"""``counterfoil demo``: a law firm's month goes to a local Xero, all of it for real.

The sandbox and the server are started as programs of their own, the firm signs up and connects on
the pages that people use, and the commands that move the documents are the ones of the README.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urljoin

import httpx2
import typer
from rich import box
from rich.table import Table

from counterfoil.cli.opening import console, errors, fail
from counterfoil.cli.programs import started
from counterfoil.core.amounts import money_decimal
from counterfoil.core.writer import canonical
from counterfoil.sample import actionstep, books
from counterfoil.sample.ledger import Line, in_practice, in_xero
from counterfoil.sample.month import (
    FIRM,
    HELD,
    LAST_DAY,
    LOCKED_TO,
    as_corrected,
    corrected,
    month,
)
from counterfoil.web.services.page_forms import forms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EMAIL: Final = "partner@harbourvale.example"
PASSWORD: Final = "counterfoils in a drawer"  # noqa: S105 -- shown on screen, of a firm that is not
CURED_IN_XERO: Final = {
    "periodLockDate": None,
    "multicurrency": True,
    "currencies": ["AUD", "USD", "SGD"],
}
"""What somebody changes inside Xero to let two of the held bills through."""
START_SECONDS: Final = 60
HELD_STATUS: Final = 1


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs for the demo: the sandbox, the server, and the environment of the commands."""

    sandbox: str
    server: str
    setup: str
    environment: Mapping[str, str]


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End with a status; serve nothing.")] = False,
) -> None:
    """Show a law firm's month arriving in a local Xero, to the cent."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-demo-") as folder, staged(folder) as stage:
        failed = _play(stage, Path(folder))
        if failed:
            for what in failed:
                errors.print(what, style="red", markup=False)
            raise typer.Exit(1)
        console.print("Every difference is nil.", style="green")
        if not once:
            _linger(stage)


def begin(stage: Stage, folder: Path) -> str:
    """Sign up, connect, and take the month in, ready to be posted; returns the tenant's id."""
    _say(f"A local Xero runs at {stage.sandbox}")
    tenant_id = open_organisation(stage.sandbox)
    with httpx2.Client(follow_redirects=True, timeout=30) as browser:
        _sign_up(browser, stage)
        _say(f"{FIRM} has an account; its partner signed up as {EMAIL}")
        _connect(browser, stage, tenant_id)
        _say("connected through the consent page")
    documents, mapping = write(folder)
    _say("the practice's accounts are mapped to Xero's")
    _run(stage, "mapping", "import", str(mapping))
    _say("a month of documents goes into the daybook")
    _run(stage, "import", str(documents))
    return tenant_id


def _play(stage: Stage, folder: Path) -> list[str]:
    """Walk the main road; return what is not as it should be."""
    tenant_id = begin(stage, folder)
    _say("and to Xero")
    status = _run(stage, "post", "--wait")
    _say("what is held, and why")
    _run(stage, "problems")
    failed = [] if status == HELD_STATUS else [f"post ended with {status}, not {HELD_STATUS}"]
    failed += _held(stage)
    _say("each is put right where it went wrong, and posted")
    failed += _cure(stage, folder, tenant_id)
    failed += _compare(stage, tenant_id)
    _say("the practice against Xero's trial balance, by counterfoil reconcile")
    _run(stage, "reconcile", "--as-of", LAST_DAY.isoformat())
    failed += _reconciled(stage)
    _say("what anybody has done in Xero behind the practice's back, by counterfoil drift")
    if _run(stage, "drift"):
        failed.append("something has drifted in a month that nobody has touched")
    _say("the firm's Actionstep, pulled: what the file brought is there once")
    return failed + _pulled(stage)


def _say(what: str) -> None:
    console.rule(what, align="left", style="cyan", characters="─")


def _run(stage: Stage, *words: str) -> int:
    """Run a command as a person would, its output on the screen."""
    done = subprocess.run(_command(*words), env=stage.environment, check=False)  # noqa: S603
    return done.returncode


def _ask(stage: Stage, *words: str) -> object:
    done = subprocess.run(  # noqa: S603 -- our own commands
        _command(*words, "--json"), env=stage.environment, check=False, stdout=subprocess.PIPE
    )
    answer: object = json.loads(done.stdout, parse_float=str)
    return answer


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "counterfoil", *words]


def open_organisation(sandbox: str) -> str:
    """Open the firm's organisation and add to its chart what a stock chart has not."""
    made = httpx2.post(
        f"{sandbox}/_sandbox/organisations", json={"name": FIRM, "country": "AU"}
    ).json()
    tenant_id = str(made["tenantId"])
    xero = _xero(sandbox, tenant_id)
    for account in books.ACCOUNTS:
        xero.put("/Accounts", json=account).raise_for_status()
    for path, body in books.OPENINGS:
        xero.put(path, json=body).raise_for_status()
    name, options = books.TRACKING
    made = xero.put("/TrackingCategories", json={"Name": name}).raise_for_status().json()
    category = made["TrackingCategories"][0]["TrackingCategoryID"]
    for option in options:
        path = f"/TrackingCategories/{category}/Options"
        xero.put(path, json={"Name": option}).raise_for_status()
    httpx2.post(
        f"{sandbox}/_sandbox/organisations/{tenant_id}/settings",
        json={"periodLockDate": LOCKED_TO.isoformat(), **books.CURRENCIES},
    ).raise_for_status()
    return tenant_id


def _xero(sandbox: str, tenant_id: str) -> httpx2.Client:
    """Return a client of the sandbox's API that is not Counterfoil's own: the firm's accountant."""
    scopes = ["accounting.transactions", "accounting.contacts", "accounting.settings"]
    token = httpx2.post(
        f"{sandbox}/_sandbox/token", json={"tenants": [tenant_id], "scopes": scopes}
    ).json()
    headers = {
        "Authorization": f"Bearer {token['access_token']}",
        "Xero-Tenant-Id": tenant_id,
        "Accept": "application/json",
    }
    return httpx2.Client(base_url=f"{sandbox}/api.xro/2.0", headers=headers, timeout=30)


def _sign_up(browser: httpx2.Client, stage: Stage) -> None:
    page = browser.get(stage.setup)
    given = {"firm": FIRM, "email": EMAIL, "password": PASSWORD}
    _submit(browser, page, "code", **given)


def _connect(browser: httpx2.Client, stage: Stage, tenant_id: str) -> None:
    """Press Connect, choose the organisation at Xero, and confirm it by name."""
    page = browser.get(f"{stage.server}/connection/")
    form = next(one for one in forms_of(page.text) if one.action.endswith("/connect/"))
    consent = browser.post(
        urljoin(str(page.url), form.action), data=form.fields, headers=_from(page)
    )
    confirm = _submit(browser, consent, "sandbox_user", tenant_id=tenant_id, decision="allow")
    connected = _submit(browser, confirm, "tenant")
    if f"Connected to {escape(FIRM)}" not in connected.text:
        fail("the connection page does not show the organisation", status=1)


def _submit(
    browser: httpx2.Client, page: httpx2.Response, with_field: str, **given: str
) -> httpx2.Response:
    """Fill in and send the form of a page that has a certain field."""
    form = next(one for one in forms_of(page.text) if with_field in one.fields)
    address = urljoin(str(page.url), form.action)
    sent = browser.post(address, data={**form.fields, **given}, headers=_from(page))
    return sent.raise_for_status()


def _from(page: httpx2.Response) -> dict[str, str]:
    return {"Referer": str(page.url)}


def write(folder: Path) -> tuple[Path, Path]:
    """Write the month's documents and the practice's mapping to files."""
    documents, mapping = folder / "month.jsonl", folder / "mapping.json"
    documents.write_bytes(b"".join(canonical(document) + b"\n" for document in month()))
    mapping.write_text(json.dumps(books.MAPPING), encoding="utf-8")
    return documents, mapping


def _held(stage: Stage) -> list[str]:
    """Hold what is held against what must be."""
    problems = _ask(stage, "problems")
    assert isinstance(problems, list)
    held = {
        document["id"]
        for problem in problems
        if problem["severity"] == "error"
        for document in problem["documents"]
    }
    return [] if held == HELD else [f"held: {sorted(held)}; should be: {sorted(HELD)}"]


def _cure(stage: Stage, folder: Path, tenant_id: str) -> list[str]:
    """Do what each finding says, in the mapping, in the practice and in Xero; post what is left."""
    settings = f"{stage.sandbox}/_sandbox/organisations/{tenant_id}/settings"
    httpx2.post(settings, json=CURED_IN_XERO).raise_for_status()
    mapping, revised = folder / "mapping-2.json", folder / "revised.jsonl"
    mapping.write_text(json.dumps(books.CURED_MAPPING), encoding="utf-8")
    revised.write_bytes(b"".join(canonical(document) + b"\n" for document in corrected()))
    for words in (
        ("chart", "refresh"),
        ("mapping", "import", str(mapping)),
        ("import", str(revised)),
    ):
        _run(stage, *words)
    status = _run(stage, "post", "--wait")
    return [f"the second post ended with {status}, not 0"] if status else []


def _compare(stage: Stage, tenant_id: str) -> list[str]:
    """Count both sides apart from the product: the month's own sums, and what Xero's API shows."""
    _say("what went where: the month's own sums, and what Xero's API shows")
    practice = in_practice(as_corrected())
    with _xero(stage.sandbox, tenant_id) as xero:
        found = in_xero(lambda path: xero.get(path).raise_for_status().content)
    table = Table("document", "in Xero as", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("ours", "Xero", "practice", "Xero", "difference"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, ours in practice.items():
        theirs = found.get(name, Line())
        table.add_row(
            name.document,
            name.resource,
            str(ours.count),
            str(theirs.count),
            *map(_money, (ours.total, theirs.total, ours.total - theirs.total)),
        )
        if ours.tax or theirs.tax:
            taxes = (ours.tax, theirs.tax, ours.tax - theirs.tax)
            table.add_row("  of it tax", "", "", "", *map(_money, taxes), style="dim")
    console.print(table)
    return [
        f"{name.document}: {ours} in the practice, {found.get(name)} in Xero"
        for name, ours in practice.items()
        if found.get(name) != ours
    ]


def _money(amount: int) -> str:
    return f"{money_decimal(amount):,}"


def _reconciled(stage: Stage) -> list[str]:
    found = _ask(stage, "reconcile", "--as-of", LAST_DAY.isoformat())
    assert isinstance(found, dict)
    rows = [(row["account"], row["difference"]) for row in found["controls"]]
    rows += [(row["trust_account"], row["difference"]) for row in found["trust"]]
    proved = found["trust_in_xero"]
    if proved is None:
        return ["Xero's balances could not be read; run the demo again"]
    rows += [(f"{row['account']} at the start", row["difference"]) for row in found["openings"]]
    rows += [("Xero's trust leg", leg["difference"]) for leg in proved["legs"]]
    rows.append(("Trust Transfers", proved["trust_transfers"]))
    rows += [(noted["id"], noted["code"]) for noted in found["trust_findings"]]
    return [f"{name} differs by {amount}" for name, amount in rows if amount != "0.00"]


def _pulled(stage: Stage) -> list[str]:
    """Read a local Actionstep, of which all bills but one are in the daybook already."""
    _run(stage, "actionstep", "connect")
    _run(stage, "actionstep", "rule", *actionstep.RULE)
    told = _ask(stage, "actionstep", "pull")
    _run(stage, "actionstep", "status")
    assert isinstance(told, dict)
    good = (told["new"], told["not_taken"]) == (1, 0)
    return [] if good else [f"Actionstep's pull took {told}"]


def _linger(stage: Stage) -> None:
    console.print(f"\nThe pages stay open at {stage.server}", highlight=False)
    console.print(f"  sign in as {EMAIL} with the password: {PASSWORD}", highlight=False)
    console.print(f"The sandbox shows itself at {stage.sandbox}", highlight=False)
    console.print("Ctrl-C ends the demo and removes its data.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


@contextlib.contextmanager
def staged(folder: str) -> Iterator[Stage]:
    """Start the sandbox and the server, and stop both."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COUNTERFOIL_", "XERO_")) and name != "DATABASE_URL"
    } | {"COUNTERFOIL_HOME": folder, "PYTHONUNBUFFERED": "1"}
    with contextlib.ExitStack() as stack:
        sandbox = started(stack, [sys.executable, "-m", "xero_sandbox", "--port", "0"], environment)
        environment |= {
            "XERO_BASE_URL": sandbox.found(r"(http://localhost:\d+)"),
            "XERO_CLIENT_ID": "counterfoil",
            "XERO_CLIENT_SECRET": "of the demo",
        }
        environment |= _actionstep(stack, Path(folder), environment)
        server = started(stack, _command("serve", "--port", "0", "--no-poster"), environment)
        address = server.found(r"Counterfoil: (http://\S+)")
        setup = server.found(r"(http://\S+/setup/\S+)")
        environment["COUNTERFOIL_URL"] = address
        yield Stage(environment["XERO_BASE_URL"], address, setup, environment)


def _actionstep(
    stack: contextlib.ExitStack, folder: Path, environment: Mapping[str, str]
) -> dict[str, str]:
    """Start a local Actionstep with the firm's bills; return what commands have to know of it."""
    rows = folder / "actionstep.json"
    rows.write_text(json.dumps(actionstep.rows()), encoding="utf-8")
    command = [sys.executable, "-m", "actionstep_simulator", "--port", "0", "--rows", str(rows)]
    simulator = started(stack, command, environment)
    base = simulator.found(r"(http://\S+)")
    client = simulator.found(r"(ACTIONSTEP_CLIENT_ID=\S+ ACTIONSTEP_CLIENT_SECRET=\S+)")
    return {"ACTIONSTEP_BASE_URL": base, **dict(one.split("=", 1) for one in client.split())}
