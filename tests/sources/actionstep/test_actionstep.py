"""Reading Actionstep: its surprises undone, nothing missed, and no token lost."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import deque
from dataclasses import dataclass, field, replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from actionstep_simulator import simulator as simulators
from actionstep_simulator.quirks import DOCUMENTED, Quirks
from actionstep_simulator.server import running
from actionstep_simulator.simulator import Simulator
from counterfoil.sources.actionstep import bills, decode, http, oauth, pull, wire
from counterfoil.sources.actionstep import client as clients
from counterfoil.sources.actionstep.client import Client
from counterfoil.sources.actionstep.decode import Row
from counterfoil.sources.actionstep.oauth import App, Tokens
from counterfoil.sources.actionstep.pull import Place

NOW = dt.datetime(2026, 7, 1, 2, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
Held = dict[tuple[str, str], Row]


@dataclass
class Kept:
    """A keeper in memory; ``stored`` is every pair it was ever given."""

    stored: list[Tokens] = field(default_factory=list)

    def load(self) -> Tokens:
        return self.stored[-1]

    def store(self, tokens: Tokens) -> None:
        self.stored.append(tokens)


@dataclass
class Firm:
    """A firm's Actionstep and our client of it, on one clock; ``cut`` answers are lost."""

    simulator: Simulator = field(default_factory=Simulator)
    kept: Kept = field(default_factory=Kept)
    now: dt.datetime = NOW
    cut: deque[bool] = field(default_factory=deque)

    def __post_init__(self) -> None:
        registered, base = self.simulator.client, self.simulator.base
        self.app = App(registered.id, registered.secret, "http://localhost/back", base, base)
        url = oauth.consent_url(self.app, "state")
        yes = self.send(wire.Request("GET", url))
        (code,) = parse_qs(urlsplit(yes.headers["location"]).query)["code"]
        self.kept.store(oauth.exchange(self.app, code, self.send, now=self.now))

    @property
    def client(self) -> Client:
        return Client(self.app, self.kept, self.send, lambda: self.now)

    def send(self, request: wire.Request) -> wire.Answer:
        headers = {name.lower(): value for name, value in request.headers.items()}
        address = request.url.removeprefix(self.simulator.base)
        asked = simulators.Request(request.method, address, headers, request.body)
        answer = self.simulator.answer(asked, self.now)
        # The answer to a refresh is not lost here: with it the grant may well be gone for good.
        if "/oauth/" not in request.url and self.cut and self.cut.popleft():
            raise wire.Unreadable("the answer was lost")
        small = {name.lower(): value for name, value in answer.headers.items()}
        return wire.Answer(answer.status, small, answer.body)

    def refusing(self, request: wire.Request) -> wire.Answer:
        """Answer as one that gives tokens and takes none."""
        return self.send(request) if "/oauth/" in request.url else wire.Answer(401)

    def bill(self, **values: object) -> int:
        given = {"status": "Open", "totalInclusive": Decimal("110.00"), "totalPaid": Decimal(0)}
        row = self.simulator.rows.add("bills", self.now, None, **{**given, **values})  # type: ignore[arg-type] # as the test says
        assert isinstance(row.id, int)
        return row.id

    def pulled(self, held: Held, place: Place) -> None:
        """Pull to the end; what ends a step on the way is tried again from the same place."""
        here: Place | None = place
        for _ in range(1_000):
            if here is None:
                return
            try:
                step = pull.step(self.client, here)
            except (wire.Unreadable, wire.ComeBack):
                continue
            if place.sweep and here.page == 1:
                for key in [key for key in held if key[0] == step.resource]:
                    del held[key]
            held.update({(step.resource, row.id): row for row in step.rows})
            here = step.next
        raise AssertionError("the pull does not end")


@pytest.mark.parametrize("quirks", [Quirks(), DOCUMENTED], ids=["surprising", "documented"])
def test_rows_are_the_same_however_they_are_written(quirks: Quirks) -> None:
    firm = Firm(Simulator(quirks=quirks))
    firm.bill(invoiceDate=dt.date(2026, 6, 30), totalInclusive=Decimal("1100.10"))
    (row,) = firm.client.page("bills", 1, {}).rows
    assert decode.cents(row, "totalInclusive") == 1100_10
    assert decode.date(row, "invoiceDate") == dt.date(2026, 6, 30)
    firm.simulator.rows.add("disbursements", NOW, date=dt.date(2026, 5, 3), isAnticipated=True)
    (cost,) = firm.client.page("disbursements", 1, {}).rows
    assert decode.date(cost, "date") == dt.date(2026, 5, 3)
    assert decode.flag(cost, "isAnticipated")


def test_links_are_ids_whether_one_many_or_none() -> None:
    firm = Firm()
    bill = firm.bill()
    tied: dict[str, str | list[str] | None] = {"action": ["3", "4"], "theirParticipant": "88"}
    firm.simulator.rows.change("bills", bill, NOW, tied)
    (row,) = firm.client.page("bills", 1, {}).rows
    assert row.links == {"action": ("3", "4"), "theirParticipant": ("88",), "division": ()}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"bills": [7]}', b'{"bills": 7}', b"<html>"])
def test_what_is_no_page_of_bills_is_refused(body: bytes) -> None:
    with pytest.raises(wire.Unreadable):
        decode.page(wire.Answer(200, {}, body), "bills")


def test_one_odd_row_keeps_no_other_one_out() -> None:
    odd = {"id": 2, "links": {"action": [None, {}], "q": [None]}}
    body = json.dumps({"Bills": [{"id": 1}, {"id": None}, odd]}).encode()
    page = decode.page(wire.Answer(200, {}, body), "bills")
    assert ([row.id for row in page.rows], page.nameless, page.count) == (["1", "2"], 1, 3)
    assert page.rows[1].links == {"action": (), "q": ()}
    assert set(page.rows[1].odd) == {"action"}
    with pytest.raises(wire.Unreadable, match="link of the bill, action, names no id"):
        bills.header(page.rows[1])


@pytest.mark.parametrize("written", ["1.005", "NaN", "1e999999999", "ten"])
def test_an_amount_that_is_no_amount_of_money_is_refused(written: str) -> None:
    with pytest.raises(wire.Unreadable):
        decode.cents(Row("1", {"totalDue": written}), "totalDue")


def test_an_amount_is_read_from_its_digits() -> None:
    body = b'{"bills": {"id": 1, "totalDue": 90071992547409.93}}'
    (row,) = decode.page(wire.Answer(200, {}, body), "bills").rows
    assert decode.cents(row, "totalDue") == 9007199254740993


def test_a_new_pair_of_tokens_is_kept_before_it_is_used() -> None:
    firm = Firm()
    firm.now += dt.timedelta(hours=8)
    firm.simulator.faults.append(simulators.broken())
    with pytest.raises(wire.Unreadable):
        firm.client.page("bills", 1, {})
    assert len(firm.kept.stored) == 2
    assert firm.client.page("bills", 1, {}).rows == ()
    assert len(firm.kept.stored) == 2


def test_a_token_that_died_early_is_renewed_once() -> None:
    firm = Firm()
    firm.simulator.grants._access.clear()
    assert firm.client.page("bills", 1, {}).rows == ()
    firm.simulator.grants.revoke()
    with pytest.raises(wire.SignInAgain):
        firm.client.page("bills", 1, {})


def test_no_token_shows_in_a_repr() -> None:
    firm = Firm()
    tokens = firm.kept.load()
    shown = f"{tokens!r} {firm.app!r} {wire.Request('GET', 'u', {'Authorization': 'secret'})!r}"
    for secret in (tokens.access, tokens.refresh, firm.app.client_secret, "secret"):
        assert secret not in shown


@pytest.mark.parametrize("given", ["https://eu.x.com/api/", "https://eu.x.com/api/rest//"])
def test_a_regions_address_has_rest_at_its_end_once(given: str) -> None:
    assert oauth.endpoint_of(given) == "https://eu.x.com/api/rest"


def test_what_is_not_there_is_found_by_asking() -> None:
    firm = Firm()
    assert firm.client.has("divisions") is True
    assert firm.client.has("accounts") is False
    assert firm.client.has("taxcodes") is None
    odd = simulators.Answer(200, {}, b'{"codes": []}')
    firm.simulator.faults.extend([simulators.broken(), odd])
    assert [firm.client.has("divisions"), firm.client.has("taxcodes")] == [None, None]


def test_a_refusal_to_write_is_no_end_of_the_grant() -> None:
    firm = Firm()
    refused = simulators.Answer(401, {}, b"{}")
    hook = {"eventName": "ActionCreated", "targetUrl": "https://firm.example/"}
    firm.simulator.faults.append(refused)
    firm.client.create("resthooks", hook)
    assert (len(firm.kept.stored), len(firm.simulator.rows.tables["resthooks"])) == (2, 1)
    refusing = replace(firm.client, send=firm.refusing)
    with pytest.raises(wire.NotGranted):
        refusing.create("resthooks", hook)
    with pytest.raises(wire.SignInAgain):
        refusing.page("bills", 1, {})


def test_a_state_is_one_of_four_or_none() -> None:
    for told, state in (
        ({"status": "DRAFT"}, "Draft"),
        ({"status": "Closed", "deletedTimestamp": "0000-00-00 00:00:00"}, "Closed"),
        ({"status": "Deleted", "deletedTimestamp": "2026-07-01"}, "Deleted"),
        ({"status": "Open", "deletedTimestamp": "2026-07-01"}, "Open, deleted"),
        ({"status": "Voided"}, "Voided"),
        ({}, ""),
    ):
        assert bills.state(Row("1", dict(told))) == state


def test_a_refusal_for_too_many_calls_says_how_long_to_wait() -> None:
    firm = Firm()
    firm.simulator.faults.extend([simulators.throttled(7), simulators.throttled()])
    for seconds in (7, None):
        with pytest.raises(wire.ComeBack) as refused:
            firm.client.page("bills", 1, {})
        assert refused.value.seconds == seconds
    assert [clients.wait_after(tries, None) for tries in (1, 2, 3, 9)] == [10, 20, 40, 900]
    assert clients.wait_after(5, 7) == 7


@pytest.mark.parametrize("named", ["9" * 30, "-1", "1.5", "Fri, 31 Dec 2027 23:59:59 GMT"])
def test_a_wait_that_nobody_would_wait_is_not_believed(named: str) -> None:
    with pytest.raises(wire.ComeBack) as refused:
        clients.judged(wire.Answer(429, {"retry-after": named}), "bills")
    assert refused.value.seconds is None


@pytest.mark.parametrize(
    "changed",
    [
        {"expires_in": 10**30, "access_token": "\ud800"},
        {"access_token": None},
        {"refresh_token": "a b"},
        {"api_endpoint": "ftp://x/"},
        {"api_endpoint": "https:/"},
        {"api_endpoint": "https://" + "x" * 600},
    ],
)
def test_tokens_that_could_not_be_used_are_refused(changed: dict[str, object]) -> None:
    told = {"access_token": "a", "refresh_token": "r", "expires_in": 9, "api_endpoint": "http://x/"}
    body = json.dumps({**told, **changed}).encode()
    app = App("id", "secret", "http://localhost/back")
    with pytest.raises(wire.Unreadable):
        oauth.exchange(app, "code", lambda _: wire.Answer(200, {}, body), now=NOW)


def test_a_figure_that_is_not_told_is_not_nil() -> None:
    figures = {"totalInclusive": "1.00", "totalExclusive": "1.00"}
    with pytest.raises(wire.Unreadable, match="totalSalesTax"):
        bills.header(Row("1", {"status": "Open", **figures}))
    assert bills.header(Row("1", {"status": "Draft", **figures})).total == 100


def test_what_no_database_can_hold_is_not_handed_on() -> None:
    body = b'{"bills": {"id": 1, "ourReference": "a\\u0000b\\ud800"}}'
    (row,) = decode.page(wire.Answer(200, {}, body), "bills").rows
    assert decode.text(row, "ourReference") == "a\ufffdb\ufffd"


def test_an_open_bill_is_read_every_time_for_a_payment_leaves_no_stamp() -> None:
    firm, held = Firm(), Held()
    old = firm.bill()
    firm.pulled(held, pull.begin(NOW))
    firm.now += 3 * DAY
    paid = {"totalPaid": Decimal("110.00")}
    firm.simulator.rows.change("bills", old, firm.now, None, **paid)
    firm.pulled(held, pull.begin(firm.now, NOW + 2 * DAY, NOW))
    assert decode.cents(held["bills", str(old)], "totalPaid") == 110_00


def test_a_pull_goes_on_from_any_page() -> None:
    firm = Firm()
    for _ in range(450):
        firm.bill()
    held: Held = {}
    here: Place | None = pull.begin(NOW)
    while here is not None:
        here = replace(here)  # as if it had been stored and read back by another process
        step = pull.step(firm.client, here)
        held.update({(step.resource, row.id): row for row in step.rows})
        here = step.next
    assert len(held) == 450
    assert max(len(json.dumps(asked)) for asked in firm.simulator.asked) < 300


def test_a_row_that_slips_between_two_pages_is_found_by_reading_again() -> None:
    firm = Firm()
    bills = [firm.simulator.rows.add("actions", NOW).id for _ in range(401)]
    here: Place | None = pull.begin(NOW)
    seen: set[str] = set()
    while here is not None:
        step = pull.step(firm.client, here)
        if step.resource == "actions" and here.page == 1 and here.again == 0:
            del firm.simulator.rows.tables["actions"][bills[0]]
        seen |= {row.id for row in step.rows if step.resource == "actions"}
        here = step.next
    assert seen == {str(key) for key in bills}


def test_no_more_of_a_contact_is_asked_for_than_a_bill_needs() -> None:
    firm, held = Firm(), Held()
    firm.simulator.rows.add("participants", NOW, displayName="Ng", taxNumber="12", occupation="x")
    firm.pulled(held, pull.begin(NOW))
    ((_, row),) = held.items()
    assert row.values.keys() == {"displayName", "email", "modifiedTimestamp"}


@pytest.mark.parametrize("seed", range(2))
def test_two_months_of_changes_pulled_bit_by_bit_equal_one_full_pull(seed: int) -> None:
    chance = random.Random(seed)
    offset = dt.timedelta(hours=10 if seed else -8)
    quirks = Quirks(payments_touch_modified=False, filters_are_utc=False, offset=offset)
    firm, held = Firm(Simulator(quirks=quirks)), Held()
    last, swept = None, None
    for _ in range(60):
        firm.now += DAY * chance.random() * 2
        live(firm, chance)
        firm.cut.extend(chance.random() < 0.1 for _ in range(10))
        if chance.random() < 0.2:
            firm.simulator.faults.append(
                chance.choice([simulators.throttled(), simulators.broken()])
            )
        place = pull.begin(firm.now, last, swept)
        firm.pulled(held, place)
        last, swept = place.begun, place.begun if place.sweep else swept
    full: Held = {}
    firm.pulled(full, pull.begin(firm.now))
    assert held == full
    assert len(full) > 50


def live(firm: Firm, chance: random.Random) -> None:
    """Let the practice work a while: new matters, contacts and bills, changes, payments."""
    rows = firm.simulator.rows
    for _ in range(chance.randrange(4)):
        rows.add("participants", firm.now, displayName=f"Client {chance.random()}")
        rows.add("actions", firm.now, name="Matter")
        firm.bill()
    for name in ("participants", "actions", "bills"):
        keys = list(rows.tables[name])
        for key in chance.sample(keys, min(len(keys), chance.randrange(3))):
            if name == "bills" and rows.tables[name][key].values["status"] == "Open":
                change = chance.choice(["pay", "close", "delete"])
                if change == "pay":
                    rows.change(name, key, firm.now, None, totalPaid=Decimal(chance.randrange(110)))
                elif change == "close":
                    rows.change(name, key, firm.now, None, status="Closed")
                else:
                    rows.delete(name, key, firm.now)
            elif name == "participants":
                rows.change(name, key, firm.now, None, email=f"{chance.random()}@example.com")


def test_it_speaks_http() -> None:
    with running() as simulator, http.new_client() as client:
        send = http.sender(client)
        answer = send(wire.Request("GET", f"{simulator.base}/api/rest/bills"))
        assert (answer.status, answer.headers["content-type"]) == (401, wire.JSON_API)
    with httpx2.Client() as nobody, pytest.raises(wire.Unreadable):
        http.sender(nobody)(wire.Request("GET", "http://127.0.0.1:1/"))
