"""What a bill costs the client's processor from intake to settled, beside other clients of Xero.

Run: python -m bench.settle [--bills N] [--rounds N] [--peers DIR]

The sandbox runs in a process of its own, so that only clients are counted: user and system CPU of
this process with all its threads. Our side reads each bill from its line of JSON, takes it into
the daybook, converts it, writes every request down before it leaves, and settles it, on SQLite
with synchronous=FULL. The others get the bill as a dictionary, send it, and keep nothing. All take
turns in one run. ``--peers`` names a folder that holds pyxero and xerosdk with what they need.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import _peers
from tests.cli.scene import Xero, connected, json_lines, party

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from counterfoil.posting.poster import Drained
    from counterfoil.web.office import Office

CLIENTS = 60
AT_ONCE = 50
LIMIT = 1.0
LINES = (("4-1000", "GST"), ("4-2000", "GST"), ("4-1000", "FREE"))
"""Three groups, so that three lines are posted."""
ACCOUNTS = {"4-1000": "200", "4-2000": "260"}
TAX_TYPES = {"GST": "OUTPUT", "FREE": "EXEMPTOUTPUT"}
PEERS = {"xerosdk": ("xerosdk", _peers.xerosdk), "pyxero": ("xero", _peers.pyxero)}
OURS, THEIRS = "counterfoil", "xero-python, one a call"


def bills(series: str, count: int) -> list[dict[str, Any]]:
    """Return bills of three lines whose tax is the same by every rule."""
    return [_bill(f"{series}-{n}", n) for n in range(count)]


def _bill(name: str, n: int) -> dict[str, Any]:
    nets = [10 * (n % 97 + 1), 20 * (n % 89 + 1), 30 * (n % 83 + 1)]
    tax = (nets[0] + nets[1]) // 10
    lines = [
        {"description": f"Work on the matter, part {place}", "account": account}
        | {"tax_code": code, "total": f"{net}.00"}
        for place, ((account, code), net) in enumerate(zip(LINES, nets, strict=True), 1)
    ]
    return {
        "kind": "bill",
        "id": f"b-{name}",
        "number": f"INV-{name}",
        "date": "2026-06-15",
        "client": party(str(n % CLIENTS)),
        "lines": lines,
        "tax": f"{tax}.00",
        "total": f"{sum(nets) + tax}.00",
    }


@contextlib.contextmanager
def sandbox() -> Iterator[str]:
    """Serve a sandbox without limits in a process of its own."""
    command = [sys.executable, "-u", "-m", "xero_sandbox", "--port", "0", "--no-limits"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()


def know(xero: Xero) -> dict[str, str]:
    """Let Xero have the clients; return the ids of its contacts by the practice's."""
    parties = [party(str(n)) for n in range(CLIENTS)]
    contacts = [{"Name": one["name"], "ContactNumber": one["id"]} for one in parties]
    made: dict[str, str] = {}
    for first in range(0, CLIENTS, AT_ONCE):
        body = {"Contacts": contacts[first : first + AT_ONCE]}
        for one in xero.ask("PUT", "/Contacts", body=body)["Contacts"]:
            made[one["ContactNumber"]] = one["ContactID"]
    return made


def tenant(url: str, name: str) -> _peers.Tenant:
    """Return an organisation of its own for a peer, so that nobody's history slows another."""
    xero = Xero(url, name)
    token = xero.control("POST", "token", {"tenants": [xero.tenant_id]})
    accounts = {
        f"{account}/{code}": (ACCOUNTS[account], TAX_TYPES[code]) for account, code in LINES
    }
    return _peers.Tenant(url, xero.tenant_id, token, know(xero), accounts)


@contextlib.contextmanager
def open_ours(environment: dict[str, str]) -> Iterator[Office]:
    """Open the practice's office in this process, once, as a worker does."""
    os.environ.update(environment)
    from counterfoil.cli.opening import open_organisation  # noqa: PLC0415 -- after its settings

    organisation = open_organisation()
    from counterfoil.web.office import office_of  # noqa: PLC0415 -- Django must be set up

    with office_of(organisation) as office:
        yield office


def settle(office: Office, lines: bytes) -> float:
    """Take bills in and post them; return the CPU seconds. Waiting for a minute's end is free."""
    from counterfoil.web.services.importing import import_file  # noqa: PLC0415 -- as above

    gc.collect()
    started = time.process_time()
    now = office.caller.clock.now()
    imported = import_file(io.BytesIO(lines), office.organisation, actor="bench", now=now)
    poster = office.poster()
    drained = poster.drain()
    while drained.stopped_by == "minute":
        time.sleep(_seconds(drained, office.caller.clock.now().timestamp()))
        drained = poster.drain()
    spent = time.process_time() - started
    assert not imported.refused, imported.refused[:3]
    assert drained.stopped_by is None, drained
    assert set(office.outbox.counts()) == {"posted"}, office.outbox.counts()
    return spent


def _seconds(drained: Drained, now: float) -> float:
    return 1.0 if drained.until is None else max(0.0, drained.until.timestamp() - now) + 0.1


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of this process while it did the work."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def contenders(url: str, folder: str) -> dict[str, _peers.Post]:
    """Return the peers that can be had; says loudly which cannot."""
    posts = {
        THEIRS: _peers.xero_python(tenant(url, "One"), 1),
        "xero-python, fifty a call": _peers.xero_python(tenant(url, "Fifty"), AT_ONCE),
    }
    if folder:
        sys.path.append(folder)
    for name, (module, make) in PEERS.items():
        if find_spec(module) is None:
            print(f"ABSENT: {name}: install it into a folder and name that by --peers", flush=True)
            continue
        post = make(tenant(url, name))
        try:
            post(bills("try", 1))
        except Exception as refused:  # noqa: BLE001 -- whatever a stranger raises
            print(f"ABSENT: {name} cannot post to the sandbox: {refused!r}", flush=True)
        else:
            posts[f"{name}, one a call"] = post
    return posts


def measure(folder: Path, options: argparse.Namespace) -> dict[str, list[float]]:
    """Return the CPU seconds a bill of every round and contender."""
    spent: dict[str, list[float]] = defaultdict(list)
    with sandbox() as url:
        xero = Xero(url)
        know(xero)
        posts = contenders(url, options.peers)
        with connected(folder, xero) as practice, open_ours(practice.environment) as office:
            settle(office, json_lines(*bills("warm", CLIENTS)))
            for number in range(options.rounds):
                chosen = bills(f"r{number}", options.bills)
                lines = json_lines(*chosen)
                spent[OURS].append(settle(office, lines) / len(chosen))
                for name, post in posts.items():
                    spent[name].append(_cost(post, chosen))
    return spent


def _cost(post: _peers.Post, chosen: Sequence[dict[str, Any]]) -> float:
    return cpu(lambda: post(chosen)) / len(chosen)


def main() -> int:
    """Print what each costs; 1 if ours costs more than Xero's own client, one a call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bills", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--peers", default="", metavar="DIR")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spent = measure(Path(folder), options)
    print(f"{options.bills} bills of three lines, {options.rounds} rounds; ms of CPU a bill:")
    for name, costs in spent.items():
        ratio = median(mine / other for mine, other in zip(spent[OURS], costs, strict=True))
        print(f"  {name:28}{median(costs) * 1e3:7.3f}   ours / this {ratio:5.2f}")
    ratio = median(a / b for a, b in zip(spent[OURS], spent[THEIRS], strict=True))
    print(f"counterfoil / {THEIRS}: {ratio:.2f} (limit {LIMIT:.1f})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
