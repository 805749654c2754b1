"""Bent answers of Actionstep's: read, or refused in words; never half, never an exception."""

from __future__ import annotations

import datetime as dt
import json
import random
from decimal import Decimal
from functools import cache

from actionstep_simulator.quirks import DOCUMENTED, Quirks
from actionstep_simulator.simulator import Request, Simulator
from counterfoil.core.documents import Bill
from counterfoil.sources.actionstep import bills, decode, oauth, wire
from counterfoil.sources.actionstep.bills import Name, Rule, Split
from counterfoil.sources.actionstep.client import judged
from counterfoil.sources.actionstep.decode import Page
from counterfoil.sources.actionstep.oauth import App
from tests.fuzz.bending import bent, bent_json
from tests.fuzz.files import wrong_read

NOW = dt.datetime(2026, 7, 1, 2, 30, tzinfo=dt.UTC)
APP = App("id", "secret", "http://localhost/back")
RULES = (Rule(), Rule(split=Split.UNTAXED, percent=Decimal(10)))
STATUSES = (200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503)
WAITS = ("", "7", "-1", "9" * 30, "Fri, 31 Dec 2027 23:59:59 GMT", "٣", "1.5")
TOKENS = json.dumps(
    {
        "access_token": "a",
        "refresh_token": "r",
        "token_type": "bearer",
        "expires_in": 28800,
        "api_endpoint": "https://ap-southeast-2.actionstep.com/api/",
        "orgkey": "marsh",
    }
).encode()


@cache
def pages() -> tuple[tuple[str, bytes], ...]:
    """Return sound pages of each resource that is read, surprising and as documented."""
    return tuple(
        (name, body)
        for quirks in (Quirks(), DOCUMENTED)
        for rows in (1, 3)
        for name, body in _pages(quirks, rows)
    )


def _pages(quirks: Quirks, rows: int) -> list[tuple[str, bytes]]:
    simulator = Simulator(quirks=quirks)
    for _ in range(rows):
        simulator.rows.add("participants", NOW, displayName="Ng & Co", email="ng@example.com")
        simulator.rows.add("actions", NOW, name="Lease", reference="2026/044")
        simulator.rows.add("divisions", NOW, {"participant": "1"})
        simulator.rows.add(
            "bills",
            NOW,
            {"theirParticipant": "1", "action": ["2", "5"], "division": "3"},
            status="Open",
            ourReference="20014",
            currency="AUD",
            invoiceDate=NOW.date(),
            dueDate=NOW.date(),
            totalInclusive=Decimal("1100.00"),
            totalExclusive=Decimal("1000.00"),
            totalSalesTax=Decimal("100.00"),
            totalPaid=Decimal("0.00"),
            totalDue=Decimal("1100.00"),
        )
    grant = simulator.grants.exchange(_consent(simulator), NOW)
    headers = {"authorization": f"Bearer {grant['access_token']}", "accept": wire.JSON_API}
    return [
        (name, simulator.answer(Request("GET", f"/api/rest/{name}", headers), NOW).body)
        for name in ("bills", "participants", "actions", "divisions")
    ]


def _consent(simulator: Simulator) -> dict[str, str]:
    client, back = simulator.client, "http://localhost/back"
    code = simulator.grants.authorise(client.id, back, " ".join(oauth.SCOPES), NOW)
    return {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client.id,
        "client_secret": client.secret,
        "redirect_uri": back,
    }


def bent_page(chance: random.Random) -> tuple[str, Page] | None:
    """Draw a bent page that could still be read, with the name of its resource."""
    name, body = chance.choice(pages())
    headers = {"retry-after": chance.choice(WAITS)}
    bend = chance.choice((bent, bent_json, bent_json))
    answer = wire.Answer(chance.choice(STATUSES), headers, bend(body, chance))
    try:
        return name, decode.page(judged(answer, name), name)
    except wire.Ended:
        return None


def case(chance: random.Random) -> str:
    """Read one bent answer; say what is wrong with how, empty for nothing."""
    if chance.random() < 0.2:
        return _signed_in(chance)
    found = bent_page(chance)
    if found is None or found[0] != "bills":
        return ""
    for row in found[1].rows:
        try:
            header = bills.header(row)
        except wire.Unreadable:
            continue
        matters = [Name(one, "Lease", "2026/044") for one in header.matters]
        read = bills.bill_of(header, Name(header.client, "Ng & Co"), matters, chance.choice(RULES))
        if words := wrong_read(read):
            return words
        if isinstance(read.document, Bill) and read.document.total != header.total:
            return f"another total than {header}"
    return ""


def _signed_in(chance: random.Random) -> str:
    answer = wire.Answer(
        chance.choice(STATUSES), {}, chance.choice((bent, bent_json))(TOKENS, chance)
    )
    try:
        tokens = oauth.exchange(APP, "code", lambda _: answer, now=NOW)
    except wire.Ended:
        return ""
    texts = (tokens.access, tokens.refresh, tokens.endpoint, tokens.orgkey)
    whole = all(each.isprintable() and each.isascii() for each in texts)
    return "" if whole and tokens.access and tokens.refresh else f"odd tokens: {texts}"
