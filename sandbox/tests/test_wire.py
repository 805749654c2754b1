"""What goes over the wire beside the books: codings, formats, dates, headers."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from urllib.parse import quote

import httpx2
import pytest

from sandbox.tests.counter import Caller, body_of
from xero_sandbox.books.values import read_since
from xero_sandbox.testing import running_sandbox
from xero_sandbox.wire import Answer

ACCOUNTS = "/api.xro/2.0/Accounts"
INVOICES = "/api.xro/2.0/Invoices"
DRAFT = {"Type": "ACCREC", "Contact": {"Name": "Ada"}, "LineItems": [{"Description": "Advice"}]}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    with running_sandbox(limits=False) as url, httpx2.Client(base_url=url, timeout=5) as http:
        tenant = http.get("/_sandbox/organisations").json()[0]["tenantId"]
        token = http.post("/_sandbox/token", json={}).json()["access_token"]
        http.headers |= {"authorization": f"Bearer {token}", "xero-tenant-id": tenant}
        yield http


def test_long_answers_are_packed_for_those_who_take_it(client: httpx2.Client) -> None:
    packed = client.get(ACCOUNTS, headers={"accept-encoding": "gzip, deflate"})
    plain = client.get(ACCOUNTS, headers={"accept-encoding": "identity"})
    refused = client.get(ACCOUNTS, headers={"accept-encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json()["Accounts"] == plain.json()["Accounts"]
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) // 4
    assert [each.headers.get("content-encoding") for each in (plain, refused)] == [None, None]
    assert {each.headers["vary"] for each in (packed, plain, refused)} == {"Accept-Encoding"}


def test_short_answers_stay_plain(client: httpx2.Client) -> None:
    answer = client.get(f"{ACCOUNTS}/unknown", headers={"accept-encoding": "gzip"})
    assert (answer.status_code, "content-encoding" in answer.headers) == (404, False)


def test_a_packed_body_is_read(client: httpx2.Client) -> None:
    body = gzip.compress(b'{"Contacts":[{"Name":"Packed"}]}')
    headers = {"content-encoding": "gzip"}
    answer = client.put("/api.xro/2.0/Contacts", content=body, headers=headers)
    assert answer.json()["Contacts"][0]["Name"] == "Packed"


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", b"plain", 400),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-6], 400),
        ("gzip", gzip.compress(b" " * (10 * 1024 * 1024 + 1)), 413),
        ("br", b"{}", 415),
        ("identity", b'{"Contacts":[{"Name":"Plain"}]}', 200),
    ],
)
def test_a_body_is_what_its_coding_says(
    client: httpx2.Client, coding: str, body: bytes, status: int
) -> None:
    headers = {"content-encoding": coding}
    answer = client.put("/api.xro/2.0/Contacts", content=body, headers=headers)
    assert answer.status_code == status
    assert "x-daylimit-remaining" in answer.headers


@pytest.mark.parametrize(
    "body", [b"<Invoices><Invoice/></Invoices>", b"\xef\xbb\xbf\r\n<Invoice>", b"xml=%3CInvoice%3E"]
)
def test_a_body_in_xml_is_told_of_the_shortcut(client: httpx2.Client, body: bytes) -> None:
    answer = client.put(INVOICES, content=body, headers={"content-type": "application/xml"})
    assert answer.status_code == 415
    assert "Xero itself would read this XML" in answer.text


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (None, 200),
        ("*/*", 200),
        ("application/json", 200),
        ("application/xml, application/json;q=0.5", 200),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200),
        ("application/xml", 406),
        ("text/xml", 406),
        ("application/pdf", 406),
    ],
)
def test_json_goes_to_those_who_take_it(
    client: httpx2.Client, accept: str | None, status: int
) -> None:
    asked = client.build_request("GET", ACCOUNTS)
    del asked.headers["accept"]
    if accept is not None:
        asked.headers["accept"] = accept
    answer = client.send(asked)
    assert answer.status_code == status
    kind = "application/json; charset=utf-8" if status == 200 else "text/plain; charset=utf-8"
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/json", None])
def test_json_is_read_under_any_name(client: httpx2.Client, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    body = f'{{"Contacts":[{{"Name":"Under {kind}"}}]}}'.encode()
    answer = client.put("/api.xro/2.0/Contacts", content=body, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:00:00",
        "2026-03-02 09:00:00",
        "2026-03-02T09:00:00Z",
        "2026-03-02T09:00:00.999",
        "2026-03-02T09:00:00.0000000Z",
        "2026-03-02T09:00:00+00:00",
        "2026-03-02T20:00:00.000+11:00",
        "Mon, 02 Mar 2026 09:00:00 GMT",
        "Monday, 02-Mar-26 09:00:00 GMT",
        "Mon Mar  2 09:00:00 2026",
    ],
)
def test_if_modified_since_is_read_in_every_form_that_clients_send(text: str) -> None:
    assert read_since(text) == 1_772_442_000_000


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30T00:00:00", "02/03/2026", "\x00"])
def test_an_unreadable_if_modified_since_is_passed_over(text: str) -> None:
    assert read_since(text) is None


def test_if_modified_since_leaves_out_what_is_older(client: httpx2.Client) -> None:
    later = "2126-03-02T20:00:00+11:00"
    for path in ("Accounts", "Contacts", "Invoices"):
        answer = client.get(f"/api.xro/2.0/{path}", headers={"if-modified-since": later})
        assert (answer.status_code, answer.json()[path]) == (200, [])


def test_an_answer_names_one_id_in_head_and_body_and_is_not_stored(client: httpx2.Client) -> None:
    answer = client.get(ACCOUNTS)
    assert answer.headers["xero-correlation-id"] == answer.json()["Id"]
    assert answer.headers["cache-control"] == "max-age=0, no-cache, no-store"


def test_a_time_of_the_organisation_has_no_offset_and_a_document_has_one(
    client: httpx2.Client,
) -> None:
    row = client.get("/api.xro/2.0/Organisation").json()
    stamps = (row["DateTimeUTC"], row["Organisations"][0]["CreatedDateUTC"])
    assert all(each.startswith("/Date(") and each.endswith(")/") for each in stamps)
    assert not any("+" in each for each in stamps)
    account = client.get(ACCOUNTS).json()["Accounts"][0]
    assert account["UpdatedDateUTC"].endswith("+0000)/")


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["Invoices", "Invoices/x", "Accounts", "TaxRates", "Nothing"])
def test_every_verb_on_every_path_gets_xeros_answer(
    client: httpx2.Client, method: str, path: str
) -> None:
    answer = client.request(method, f"/api.xro/2.0/{path}", content=b"{}")
    assert answer.status_code in {200, 400, 404, 501}
    if answer.status_code == 501:
        assert answer.json()["ErrorNumber"] == 20


def test_a_caller_who_hangs_up_in_his_own_request_is_not_heard(client: httpx2.Client) -> None:
    before = len(client.get("/_sandbox/requests").json())
    with socket.create_connection(("127.0.0.1", client.base_url.port or 0), timeout=5) as line:
        head = f"PUT {INVOICES} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
        line.sendall(head.encode() + b'{"Invoices":')
    assert len(client.get("/_sandbox/requests").json()) == before


def test_a_form_of_another_site_does_not_reach_the_control_routes(client: httpx2.Client) -> None:
    for origin, status in (
        ("http://evil.example", 403),
        ("null", 403),
        (str(client.base_url), 200),
    ):
        answer = client.post("/_sandbox/switches", json={}, headers={"origin": origin.rstrip("/")})
        assert answer.status_code == status


def test_auth_bodies_come_in_lower_case_where_that_is_switched_on(caller: Caller) -> None:
    caller.tenant = "unknown"
    assert body_of(caller.call())["Detail"] == "AuthenticationUnsuccessful"
    caller.answer("POST", "/_sandbox/switches", json={"lower_case_auth": True})
    answer = caller.call()
    assert isinstance(answer, Answer)
    assert answer.status == 403
    assert body_of(answer)["detail"] == "AuthenticationUnsuccessful"


@pytest.fixture(scope="module")
def billed(client: httpx2.Client) -> httpx2.Client:
    """Three bills with a price of four decimals."""
    line = {"Description": "x", "Quantity": 3, "UnitAmount": "1.2345", "AccountCode": "200"}
    one = {"Type": "ACCREC", "Contact": {"Name": "Ada"}, "LineItems": [line]}
    answer = client.put(INVOICES, params={"unitdp": "4"}, json={"Invoices": [one] * 3})
    assert answer.status_code == 200
    return client


@pytest.mark.parametrize(
    ("asked", "page", "size", "rows"),
    [
        ({"page": "1", "pageSize": "2"}, 1, 2, 2),
        ({"page": "2", "pageSize": "2"}, 2, 2, 1),
        ({"page": "3", "pageSize": "2"}, 3, 2, 0),
        ({"page": "1"}, 1, 100, 3),
        ({"pageSize": "1"}, 1, 1, 1),
        ({"page": "0"}, 1, 100, 3),
        ({"page": "-1"}, 1, 100, 3),
        ({"page": "one"}, 1, 100, 3),
        ({"page": "1", "pageSize": "0"}, 1, 100, 3),
        ({"page": "1", "pageSize": "1001"}, 1, 1000, 3),
        ({"page": "99999999999999999999"}, 1, 100, 3),
    ],
)
def test_a_page_is_what_was_asked_for_and_nonsense_the_default(
    billed: httpx2.Client, asked: dict[str, str], page: int, size: int, rows: int
) -> None:
    body = billed.get(INVOICES, params=asked).json()
    pages = -(-3 // size)
    block = {"page": page, "pageSize": size, "pageCount": pages, "itemCount": 3}
    assert body["pagination"] == block
    assert len(body["Invoices"]) == rows
    assert all(row["LineItems"] for row in body["Invoices"])


def test_without_a_page_there_is_no_block_and_there_are_no_lines(billed: httpx2.Client) -> None:
    body = billed.get(INVOICES).json()
    assert "pagination" not in body
    assert [row["LineItems"] for row in body["Invoices"]] == [[], [], []]


@pytest.mark.parametrize(("asked", "shown"), [("4", "1.2345"), ("2", "1.23"), ("x", "1.23")])
def test_prices_have_four_decimals_where_unitdp_asks_for_them(
    billed: httpx2.Client, asked: str, shown: str
) -> None:
    text = billed.get(INVOICES, params={"page": "1", "unitdp": asked}).text
    assert f'"UnitAmount":{shown},' in text


@pytest.fixture(scope="module")
def numbered(client: httpx2.Client) -> list[str]:
    """Three drafts, of which two have awkward numbers."""
    numbers = ["A/B 1", "100%2F", "C-3"]
    drafts = [{**DRAFT, "InvoiceNumber": number} for number in numbers]
    assert client.put(INVOICES, json={"Invoices": drafts}).status_code == 200
    return numbers


def numbers_of(answer: httpx2.Response) -> list[str]:
    return [one["InvoiceNumber"] for one in answer.json()["Invoices"]]


def test_a_number_may_hold_a_slash_or_a_percent_sign(
    client: httpx2.Client, numbered: list[str]
) -> None:
    for number in numbered:
        found = client.get(f"{INVOICES}/{quote(number, safe='')}")
        assert numbers_of(found) == [number]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Page=1&PageSize=1&Order=InvoiceNumber", ["100%2F"]),
        ("PAGE=2&pagesize=1&order=InvoiceNumber", ["A/B 1"]),
        ('Where=InvoiceNumber=="C-3"', ["C-3"]),
        ("invoicenumbers=C-3", ["C-3"]),
        ("statuses=VOIDED", []),
        ("ids=00000000-0000-0000-0000-000000000000", []),
        ("page=2&Page=1&pagesize=1&order=InvoiceNumber", ["100%2F"]),
    ],
)
@pytest.mark.usefixtures("numbered")
def test_query_names_are_read_in_any_case(
    client: httpx2.Client, query: str, found: list[str]
) -> None:
    assert numbers_of(client.get(f"{INVOICES}?{query}")) == found


@pytest.mark.parametrize("name", ["summarizeErrors", "SummarizeErrors", "summarizeerrors"])
def test_errors_stand_beside_what_is_good_under_every_spelling_of_the_switch(
    client: httpx2.Client, name: str
) -> None:
    bad = {**DRAFT, "Type": "WRONG"}
    answer = client.put(f"{INVOICES}?{name}=false", json={"Invoices": [DRAFT, bad]})
    assert (answer.status_code, len(answer.json()["Invoices"])) == (200, 2)


def test_a_byte_order_mark_before_the_json_is_passed_over(client: httpx2.Client) -> None:
    body = b'\xef\xbb\xbf{"Contacts":[{"Name":"Marked"}]}'
    answer = client.put("/api.xro/2.0/Contacts", content=body)
    assert answer.json()["Contacts"][0]["Name"] == "Marked"


def test_a_report_that_does_not_exist_is_not_found(client: httpx2.Client) -> None:
    assert client.get("/api.xro/2.0/Reports/Nope").status_code == 404
    assert client.get("/api.xro/2.0/Reports").json()["Reports"] == []
