"""A plain client of the simulator, as the specification's reader would write it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from actionstep_simulator.quirks import Quirks
from actionstep_simulator.rows import Value
from actionstep_simulator.simulator import JSON_API, Answer, Request, Simulator

Json = dict[str, Any]
NOW = dt.datetime(2026, 7, 1, 2, 30, tzinfo=dt.UTC)
BACK = "http://localhost/back"


@dataclass
class Firm:
    """A simulator with its clock, and a program that is signed in."""

    simulator: Simulator = field(default_factory=Simulator)
    now: dt.datetime = NOW
    token: Json = field(default_factory=dict)

    def sign_in(self, scope: str = "all") -> Json:
        client = self.simulator.client
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": BACK,
            "scope": scope,
        }
        answer = self.raw("GET", f"/api/oauth/authorize?{urlencode({**asked, 'state': 's'})}")
        (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
        self.token = read(self.token_call("authorization_code", code=code, redirect_uri=BACK))
        return self.token

    def token_call(self, grant_type: str, **given: str) -> Answer:
        client = self.simulator.client
        form = {"client_id": client.id, "client_secret": client.secret, **given}
        body = urlencode({"grant_type": grant_type, **form}).encode()
        return self.raw("POST", "/api/oauth/token", body)

    def raw(self, method: str, address: str, body: bytes = b"", **headers: str) -> Answer:
        return self.simulator.answer(Request(method, address, headers, body), self.now)

    def ask(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        if not self.token:
            self.sign_in()
        headers = {"authorization": f"Bearer {self.token['access_token']}", "accept": JSON_API}
        address = f"/api/rest/{path}?{urlencode({k: str(v) for k, v in query.items()})}"
        return self.raw(method, address, json.dumps(body).encode() if body else b"", **headers)

    def page(self, resource: str, **query: object) -> list[Json]:
        """The rows of a page, whatever shape they come in."""
        answer = self.ask("GET", resource, **query)
        if answer.status == 204:
            return []
        rows = read(answer)[resource]
        return rows if isinstance(rows, list) else [rows]

    def bill(self, **values: Value) -> int:
        row = self.simulator.rows.add(
            "bills",
            self.now,
            {"division": "1", "action": ["305"], "theirParticipant": "88"},
            **{
                "status": "Open",
                "ourReference": "20014",
                "currency": "AUD",
                "invoiceDate": dt.date(2026, 6, 30),
                "totalInclusive": Decimal("1100.00"),
                "totalExclusive": Decimal("1000.00"),
                "totalSalesTax": Decimal("100.00"),
                "totalPaid": Decimal("0.00"),
                "totalDue": Decimal("1100.00"),
                **values,
            },
        )
        assert isinstance(row.id, int)
        return row.id


def a_firm(quirks: Quirks | None = None) -> Firm:
    return Firm(Simulator(quirks=quirks) if quirks else Simulator())


def read(answer: Answer) -> Json:
    told: Json = json.loads(answer.body)
    return told
