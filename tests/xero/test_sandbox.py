"""Xero's client against the sandbox over a real socket: what we send, it takes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request as Post
from urllib.request import urlopen

import pytest

from counterfoil.core.chart import Chart
from counterfoil.core.xero_documents import AccountRef, Element, Totals
from counterfoil.posting.records import Frozen, Link
from counterfoil.posting.target import Answer, Arrival, Call, Looked, Verdict
from counterfoil.xero import read
from counterfoil.xero.client import Client
from counterfoil.xero.oauth import SCOPES, App, GrantDead, OAuth, new_secret, read_callback
from counterfoil.xero.target import XeroTarget
from counterfoil.xero.wire import Endpoints, Request
from tests.xero.scene import (
    ADVICE,
    BILL,
    CLIENT,
    CREDIT,
    RECEIPT,
    SET_OFF,
    TRUST,
    drive,
    frozen,
)
from xero_sandbox.testing import running_sandbox

T = TypeVar("T")
TARGET = XeroTarget()


def control(url: str, route: str, **fields: object) -> dict[str, str]:
    post = Post(f"{url}/_sandbox/{route}", json.dumps(fields).encode(), method="POST")
    post.add_header("Content-Type", "application/json")
    with urlopen(post) as reply:
        result: dict[str, str] = json.load(reply)
    return result


@dataclass
class Firm:
    """A connected organisation of the sandbox."""

    client: Client
    endpoints: Endpoints
    url: str
    tenant_id: str
    access_token: str
    refresh_token: str

    def call(self, call: Call) -> Arrival:
        return self.client.ask(
            call,
            access_token=self.access_token,
            tenant_id=self.tenant_id,
            endpoints=self.endpoints,
        )

    def answer(self, call: Call) -> Answer:
        arrival = self.call(call)
        assert isinstance(arrival, Answer)
        return arrival

    def read(self, reading: Generator[Call, Answer, T]) -> T:
        return drive(reading, self.answer)

    def create(self, *elements: Element) -> tuple[Frozen, tuple[Verdict, ...]]:
        """Send what creates these elements, and judge the answer."""
        request = replace(frozen(*elements), xero_time=dt.datetime.now(dt.UTC))
        answer = self.answer(
            Call(
                "PUT",
                request.path,
                request.query,
                request.body,
                f"t:{sha256(request.body).hexdigest()}",
            )
        )
        verdicts = TARGET.judge(request, answer)
        assert verdicts is not None, answer.body
        return request, verdicts

    def post(self, element: Element) -> str:
        """Create one element, prove that a look-up finds it, and return its id."""
        request, (verdict,) = self.create(element)
        assert verdict.link is not None, verdict.messages
        assert not verdict.messages
        found = self.read(TARGET.look_up([request]))[request.members[0]]
        assert found.same == (replace(verdict.link, source="look-up"),)
        return verdict.link.xero_id


@pytest.fixture(scope="module")
def firm() -> Iterator[Firm]:
    with running_sandbox(limits=False) as url, Client() as client:
        tenant = control(url, "organisations", name="Firm", country="AU")["tenantId"]
        scopes = [scope.name for scope in SCOPES]
        pair = control(url, "token", tenants=[tenant], scopes=scopes)
        yield Firm(
            client,
            Endpoints.sandbox(url),
            url,
            tenant,
            pair["access_token"],
            pair["refresh_token"],
        )


@pytest.fixture(scope="module")
def chart(firm: Firm) -> Chart:
    return firm.read(read.chart(version=7))


@pytest.fixture(scope="module")
def client_id(firm: Firm) -> str:
    return firm.post(CLIENT)


def test_the_chart_of_a_new_organisation_is_read(chart: Chart) -> None:
    assert (chart.organisation.country, chart.organisation.base_currency) == ("AU", "AUD")
    assert chart.by_code["200"].active
    assert chart.rates["OUTPUT"].rate == 100_000
    assert chart.version == 7


def test_what_the_user_may_do_is_read(firm: Firm) -> None:
    assert firm.read(read.actions())["CreateApprovedInvoice"] is True


def test_a_contact_is_created_once_and_mirrored(firm: Firm, client_id: str) -> None:
    mirror = firm.read(TARGET.read_contacts(None))
    assert [(c.contact_id, c.number, c.folded) for c in mirror] == [
        (client_id, "c-17", "ada lovelace & sons")
    ]
    _, (again,) = firm.create(replace(CLIENT, email=None))
    assert again.link is None
    assert again.messages


def test_a_month_in_small_is_posted_and_found_again(
    firm: Firm, chart: Chart, client_id: str
) -> None:
    bank = next(account for account in chart.accounts if account.is_bank)
    trust = next(a for a in chart.accounts if a.type == "CURRLIAB" and not a.system_account)
    lines = (replace(BILL.lines[0], tracking=()), BILL.lines[1])
    bill = firm.post(replace(BILL, contact=client_id, lines=lines, expected=BILL.expected))
    note = firm.post(replace(CREDIT, contact=client_id))
    firm.post(replace(RECEIPT, document=bill, account=AccountRef(account_id=bank.account_id)))
    firm.post(replace(SET_OFF, source=note, invoice=bill))
    split = replace(TRUST.lines[0], account=AccountRef(trust.code))
    held = AccountRef(bank.code, None if bank.code else bank.account_id)
    firm.post(replace(TRUST, contact=client_id, bank_account=held, lines=(split,)))

    rows = firm.read(read.trial_balance(dt.date(2026, 7, 31)))
    by_account = {row.account_id: row.balance for row in rows}
    assert by_account[bank.account_id] == RECEIPT.amount + TRUST.expected.total
    assert by_account[trust.account_id] == -TRUST.expected.total
    assert sum(by_account.values()) == 0


def test_four_decimals_of_a_price_survive_the_journey(firm: Firm, client_id: str) -> None:
    line = replace(ADVICE, quantity=30_000, unit_amount=333_333, tax_type="BASEXCLUDED")
    fine = replace(
        BILL, contact=client_id, number="INV-4DP", lines=(line,), expected=Totals(10000, 0, 10000)
    )
    request, (verdict,) = firm.create(fine)
    assert verdict.link is not None
    assert verdict.link.totals == fine.expected
    assert firm.read(TARGET.look_up([request]))[request.members[0]].same


def test_one_bad_bill_leaves_the_good_ones_their_ids(firm: Firm, client_id: str) -> None:
    plain = replace(BILL, contact=client_id, lines=(ADVICE,), expected=Totals(13600, 1360, 14960))
    unknown = replace(ADVICE, account=AccountRef("999999"))
    batch = [replace(plain, number=f"B-{n}") for n in range(3)]
    batch[1] = replace(batch[1], lines=(unknown,))
    request, verdicts = firm.create(*batch)
    assert [verdict.link is not None for verdict in verdicts] == [True, False, True]
    assert "999999" in verdicts[1].messages[0]
    looked = firm.read(TARGET.look_up([request]))
    assert looked[request.members[1]] == Looked()


def test_a_number_that_somebody_else_took_is_found(firm: Firm, client_id: str) -> None:
    theirs = replace(
        BILL,
        contact=client_id,
        number="TAKEN",
        lines=(ADVICE,),
        expected=Totals(13600, 1360, 14960),
    )
    firm.post(theirs)
    request, (refused,) = firm.create(replace(theirs, date=dt.date(2026, 7, 2)))
    assert refused.messages == ("Invoice # must be unique.",)
    found = firm.read(TARGET.look_up([request]))[request.members[0]]
    assert not found.same
    assert isinstance(found.other[0], Link)


def test_an_answer_cut_after_the_commit_is_found_by_looking(firm: Firm, client_id: str) -> None:
    bill = replace(
        BILL, contact=client_id, number="CUT", lines=(ADVICE,), expected=Totals(13600, 1360, 14960)
    )
    request = replace(frozen(bill), xero_time=dt.datetime.now(dt.UTC))
    fault = {"match": {"method": "PUT"}, "fault": "cut_after_commit", "times": 1}
    post = Post(f"{firm.url}/_sandbox/faults", json.dumps([fault]).encode(), method="POST")
    with urlopen(post):
        pass
    arrival = firm.call(Call("PUT", request.path, request.query, request.body, "t:cut"))
    assert not isinstance(arrival, Answer)
    assert arrival.left
    assert firm.read(TARGET.look_up([request]))[request.members[0]].same


def consent(firm: Firm, oauth: OAuth, state: str, verifier: str) -> str:
    """Give consent as a browser would, and return the code that comes back."""
    address, _, query = oauth.authorisation_url(state=state, verifier=verifier).partition("?")
    shown = firm.client.send(Request("GET", address, tuple(parse_qsl(query))))
    assert isinstance(shown, Answer)
    assert shown.status == 200
    fields = [*parse_qsl(query), ("tenant_id", firm.tenant_id), ("decision", "allow")]
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    decided = firm.client.send(
        Request("POST", address, (), headers, urlencode(fields).encode("ascii"))
    )
    assert isinstance(decided, Answer)
    back = dict(parse_qsl(urlsplit(decided.headers["location"]).query))
    return read_callback(back, state=state)


@pytest.mark.parametrize("secret", ["of-the-app", ""], ids=["web app", "native app"])
def test_from_the_consent_page_to_disconnecting(firm: Firm, secret: str) -> None:
    oauth = OAuth(App(f"app{secret}", secret, "http://localhost:1/callback"), firm.endpoints)
    state, verifier, now = new_secret(), new_secret(), dt.datetime.now(dt.UTC)
    code = consent(firm, oauth, state, verifier)
    first = firm.client.run(oauth.exchange(code, verifier, now=now))
    with pytest.raises(GrantDead):
        firm.client.run(oauth.exchange(code, verifier, now=now))
    event = first.authentication_event_id
    (connected,) = firm.client.run(oauth.connections(first.access_token, auth_event_id=event))
    assert (event, connected.tenant_name) == (connected.auth_event_id, "Firm")
    second = firm.client.run(oauth.refresh(first.refresh_token, now=now))
    assert second.refresh_token != first.refresh_token
    firm.client.run(oauth.disconnect(second.access_token, connected.connection_id))
    firm.client.run(oauth.disconnect(second.access_token, connected.connection_id))
    firm.client.run(oauth.revoke(second.refresh_token))
    with pytest.raises(GrantDead):
        firm.client.run(oauth.refresh(second.refresh_token, now=now))


def test_a_stolen_code_is_worth_nothing_without_its_verifier(firm: Firm) -> None:
    oauth = OAuth(App("app", "secret", "http://localhost:1/callback"), firm.endpoints)
    code = consent(firm, oauth, new_secret(), new_secret())
    with pytest.raises(GrantDead):
        firm.client.run(oauth.exchange(code, new_secret(), now=dt.datetime.now(dt.UTC)))


def test_a_pair_is_refreshed_and_its_connections_are_listed(firm: Firm) -> None:
    app = App("client", "secret", "http://localhost:1/callback")
    oauth = OAuth(app, firm.endpoints)
    now = dt.datetime.now(dt.UTC)
    with pytest.raises(GrantDead):
        firm.client.run(oauth.refresh("never issued", now=now))
    (connection,) = firm.client.run(oauth.connections(firm.access_token))
    assert (connection.tenant_id, connection.tenant_name) == (firm.tenant_id, "Firm")
    firm.client.run(oauth.disconnect(firm.access_token, connection.connection_id))
    assert firm.answer(Call("GET", "/Organisation")).status == 403
