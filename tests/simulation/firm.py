"""A small Australian firm with trust accounts, its Xero organisation, and its plainest documents.

Bills, receipts, credit notes and trust receipts are here; ``month`` puts every other kind beside
them.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from counterfoil.core.chart import Chart
from counterfoil.core.mapping_file import read_mapping
from counterfoil.xero.decode import read_chart
from xero_sandbox.wire import Answer, Request

if TYPE_CHECKING:
    import random

    from counterfoil.core.mapping import Mapping
    from xero_sandbox.sandbox import Sandbox

API = "/api.xro/2.0"
BEFORE = dt.timedelta(hours=1)
"""The organisation is set up so long before a story, because those calls count in its minute."""

ARRIVAL_SECONDS = 300.0
"""Documents come in three parts, so long apart, so that receipts come before their bills too."""
TOKEN_LASTS = dt.timedelta(minutes=20)

MAPPING: dict[str, Any] = {
    "organisation": "main",
    "accounts": {
        "4-1000": "200",
        "4-2000": "260",
        "6-1000": "429",
        "6-2000": "441",
        "2-1000": "825",
        "2-2000": "826",
    },
    "bank_accounts": {"OFFICE": "090", "SAVINGS": "091"},
    "trust_accounts": {
        "TRUST1": {"xero": "T91", "type": "general", "jurisdiction": "AU-NSW"},
        "TRUST2": {"xero": "T92", "type": "general", "jurisdiction": "AU-NSW"},
    },
    "tax_codes": {
        "GST": {"sales": "OUTPUT", "purchases": "INPUT"},
        "FREE": {"sales": "EXEMPTOUTPUT", "purchases": "EXEMPTEXPENSES"},
    },
    "special": {
        "trust_liability": "805T",
        "trust_transfers": "806T",
        "statutory_deposit": "615T",
        "paid_by_firm": "616T",
        "write_off": "404W",
        "prepayments": "831P",
        "dishonoured": "405D",
    },
    "settings": {"accounting_basis": "accrual"},
}


def _outside_tax(code: str, name: str, kind: str) -> dict[str, object]:
    return {"Code": code, "Name": name, "Type": kind, "TaxType": "BASEXCLUDED"}


ACCOUNTS: tuple[dict[str, object], ...] = (
    {"Code": "T91", "Name": "Trust bank 1", "Type": "BANK", "BankAccountNumber": "06200011110001"},
    {"Code": "T92", "Name": "Trust bank 2", "Type": "BANK", "BankAccountNumber": "06200011110002"},
    {
        "Code": "805T",
        "Name": "Trust Liability",
        "Type": "CURRLIAB",
        "TaxType": "BASEXCLUDED",
        "EnablePaymentsToAccount": True,
    },
    _outside_tax("806T", "Trust Transfers", "CURRLIAB"),
    _outside_tax("831P", "Received ahead", "CURRLIAB"),
    _outside_tax("615T", "Statutory Deposit", "CURRENT"),
    _outside_tax("616T", "Paid by Firm", "CURRENT"),
    {"Code": "405D", "Name": "Dishonoured receipts", "Type": "EXPENSE", "TaxType": "BASEXCLUDED"},
    {"Code": "404W", "Name": "Bad Debts", "Type": "EXPENSE", "TaxType": "INPUT"},
)


class Firm:
    """The organisation in the sandbox, with a token that asks it anything."""

    def __init__(self, sandbox: Sandbox, now: dt.datetime) -> None:
        organisation = sandbox.new_organisation("Simulated Law", "AU", now)
        organisation.settings.currencies.append("USD")
        self.tenant_id = organisation.tenant_id
        self.sandbox = sandbox
        self.token = sandbox.issue_token((self.tenant_id,), now=now)
        self._own: tuple[dt.datetime, str] | None = None
        for account in ACCOUNTS:
            self.ask("PUT", "/Accounts", now - BEFORE, account)

    def ask(
        self,
        method: str,
        path: str,
        now: dt.datetime,
        body: object = None,
        **query: str,
    ) -> dict[str, Any]:
        """Make one undisturbed call and return what it answers."""
        headers = {
            "authorization": f"Bearer {self._access(now)}",
            "xero-tenant-id": self.tenant_id,
            "accept": "application/json",
            "content-type": "application/json",
        }
        data = json.dumps(body).encode() if body is not None else b""
        answer = self.sandbox.handle(Request(method, API + path, query, headers, data), now)
        assert isinstance(answer, Answer), answer
        assert answer.status == 200, (path, answer.status, answer.body)
        reply: dict[str, Any] = json.loads(answer.body, parse_float=str, parse_int=str)
        return reply

    def _access(self, now: dt.datetime) -> str:
        """Return a token of a second consent, which nothing in a story touches."""
        if self._own is None or abs(now - self._own[0]) > TOKEN_LASTS:
            token = self.sandbox.issue_token((self.tenant_id,), client_id="judge", now=now)
            self._own = now, token["access_token"]
        return self._own[1]

    def forget_token(self) -> None:
        """Ask for a consent anew: somebody has ended all that there were."""
        self._own = None

    def raw(self, path: str, now: dt.datetime) -> bytes:
        return json.dumps(self.ask("GET", path, now)).encode()

    def chart(self, now: dt.datetime) -> Chart:
        return read_chart(
            accounts=self.raw("/Accounts", now - BEFORE),
            tax_rates=self.raw("/TaxRates", now - BEFORE),
            organisation=self.raw("/Organisation", now - BEFORE),
            currencies=self.raw("/Currencies", now - BEFORE),
        )


def mapping(unapplied: str = "overpayment") -> Mapping:
    settings = {**MAPPING["settings"], "unapplied": unapplied}
    found, findings = read_mapping(json.dumps({**MAPPING, "settings": settings}).encode())
    assert found is not None, findings
    return found


def documents(chance: random.Random, bills: int) -> list[dict[str, Any]]:
    """Make bills, and of them credit notes, receipts (some over two bills) and trust receipts."""
    made = [_bill(chance, n) for n in range(bills)]
    receipts = [_receipt(chance, n, made) for n in range(bills // 2)]
    credits_ = [_credit(chance, n, made) for n in range(bills // 5)]
    trust = [_trust_receipt(chance, n) for n in range(bills // 3)]
    everything = [*made, *receipts, *credits_, *trust]
    chance.shuffle(everything)
    return everything


def money(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def client(n: int) -> dict[str, str]:
    # Every third client shares its name with another: two parties, one name.
    return {"id": f"c-{n}", "name": f"Client {n - n % 3 if n % 3 == 1 else n}"}


def matter(n: int) -> dict[str, str]:
    return {"id": f"m-{n}", "number": f"2026-{n:03}"}


def _bill(chance: random.Random, n: int) -> dict[str, Any]:
    lines = [_line(chance, k) for k in range(chance.randint(1, 4))]
    net = sum(line.pop("net") for line in lines)
    tax = sum(line.pop("gst") for line in lines)
    return {
        "kind": "bill",
        "id": f"b-{n}",
        "number": f"INV-{1000 + n}",
        "date": "2026-06-15",
        "client": client(chance.randrange(12)),
        "matter": matter(chance.randrange(20)),
        "lines": lines,
        "tax": money(tax),
        "total": money(net + tax),
    }


def _line(chance: random.Random, n: int) -> dict[str, Any]:
    net = chance.randint(1, 500_000)
    taxed = chance.random() < 0.8
    gst = (net + 5) // 10 if taxed else 0
    return {
        "description": f"Work {n}",
        "account": chance.choice(["4-1000", "4-2000"]),
        "tax_code": "GST" if taxed else "FREE",
        "total": money(net),
        "tax": money(gst),
        "net": net,
        "gst": gst,
    }


def cents(text: str) -> int:
    return int(text.replace(".", ""))


def _receipt(chance: random.Random, n: int, bills: list[dict[str, Any]]) -> dict[str, Any]:
    """Receipts take bills in turn, so that no bill is paid beyond its half."""
    first, second = bills[n], bills[-1 - n]
    chosen = [first] if chance.random() < 0.6 else [first, second]
    amounts = [max(1, cents(bill["total"]) // chance.choice([3, 4])) for bill in chosen]
    return {
        "kind": "receipt",
        "id": f"r-{n}",
        "number": f"R-{n:05}",
        "date": "2026-06-20",
        "client": first["client"],
        "bank_account": "OFFICE",
        "amount": money(sum(amounts)),
        "allocations": [
            {"bill": bill["id"], "amount": money(amount)}
            for bill, amount in zip(chosen, amounts, strict=True)
        ],
    }


def _credit(chance: random.Random, n: int, bills: list[dict[str, Any]]) -> dict[str, Any]:
    bill = bills[n * 3]
    net = max(1, cents(bill["total"]) // 8)
    return {
        "kind": "credit_note",
        "id": f"cn-{n}",
        "number": f"CN-{n:04}",
        "date": "2026-06-21",
        "client": bill["client"],
        "lines": [
            {
                "description": "Reduction",
                "account": "4-1000",
                "tax_code": "FREE",
                "total": money(net),
                "tax": "0.00",
            }
        ],
        "tax": "0.00",
        "total": money(net),
        "allocations": [{"bill": bill["id"], "amount": money(max(1, net // 2))}]
        if chance.random() < 0.8
        else [],
    }


def _trust_receipt(chance: random.Random, n: int) -> dict[str, Any]:
    parts = [chance.randint(1, 900_000) for _ in range(chance.randint(1, 3))]
    return {
        "kind": "trust_receipt",
        "id": f"tr-{n}",
        "number": f"TR-{n:06}",
        "date": "2026-06-18",
        "trust_account": chance.choice(["TRUST1", "TRUST2"]),
        "payer": client(chance.randrange(12)),
        "amount": money(sum(parts)),
        "splits": [
            {"client": client(m), "matter": matter(m), "amount": money(part)}
            for m, part in enumerate(parts)
        ],
    }
