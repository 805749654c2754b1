from __future__ import annotations

import pytest

from sandbox.tests.books.cast import Firm, Reply


@pytest.fixture
def month(firm: Firm) -> Firm:
    """Five invoices, one a minute."""
    for number in range(1, 6):
        firm.invoice(f"{number}0.00", InvoiceNumber=f"Q-{number}")
        firm.later(minutes=1)
    return firm


def _numbers(reply: Reply) -> list[str]:
    return [one["InvoiceNumber"] for one in reply.rows("Invoices")]


def test_a_list_without_pages_has_no_lines_and_no_block(month: Firm) -> None:
    reply = month.get("Invoices")
    assert all(one["LineItems"] == [] for one in reply.rows("Invoices"))
    assert "pagination" not in reply.body


def test_a_page_has_lines_and_says_where_it_stands(month: Firm) -> None:
    reply = month.get("Invoices", page="2", pageSize="2")
    assert _numbers(reply) == ["Q-3", "Q-4"]
    assert reply.body["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert len(reply.rows("Invoices")[0]["LineItems"]) == 1


def test_if_modified_since_is_a_sweep(month: Firm) -> None:
    headers = {"if-modified-since": "2026-11-23T01:03:00"}
    assert _numbers(month.get("Invoices", headers, page="1")) == ["Q-4", "Q-5"]


def test_numbers_and_ids_are_filters(month: Firm) -> None:
    reply = month.get("Invoices", InvoiceNumbers="Q-5,Q-9,Q-1")
    assert _numbers(reply) == ["Q-1", "Q-5"]
    named = reply.rows("Invoices")[0]["InvoiceID"].upper()
    assert _numbers(month.get("Invoices", IDs=named)) == ["Q-1"]


def test_an_id_that_is_no_guid_is_refused(month: Firm) -> None:
    reply = month.get("Invoices", IDs="Q-1")
    assert (reply.status, reply.body["ErrorNumber"]) == (400, 16)


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ('InvoiceNumber=="Q-2"', ["Q-2"]),
        ('InvoiceNumber="q-2"', ["Q-2"]),
        ("Total >= 33 AND Total < 55", ["Q-3", "Q-4"]),
        ('Total<12 OR InvoiceNumber.EndsWith("5")', ["Q-1", "Q-5"]),
        ('(Type=="ACCPAY" OR Total>50) && Status!="VOIDED"', ["Q-5"]),
        ("Date >= DateTime(2026,11,03)", []),
        ('Reference != null AND Reference.Contains("x")', []),
        ('Contact.Name.StartsWith("ada") AND AmountDue == 11.00', ["Q-1"]),
    ],
)
def test_where_selects(month: Firm, where: str, numbers: list[str]) -> None:
    assert _numbers(month.get("Invoices", where=where)) == numbers


@pytest.mark.parametrize(
    "where",
    [
        'Reference.Contains("x")',
        "Colour==1",
        'Total=="text"',
        "Total==",
        "(Total==1",
        "Total==1 )",
        "Guid",
        '"text"==Total',
        "@",
        "Date==DateTime(x)",
        "(" * 40,
        "Total.Contains(1)",
    ],
)
def test_where_that_cannot_be_read_is_number_16(month: Firm, where: str) -> None:
    reply = month.get("Invoices", where=where)
    assert (reply.status, reply.body["ErrorNumber"]) == (400, 16)
    assert reply.body["Type"] == "QueryParseException"


def test_order_turns_the_list(month: Firm) -> None:
    assert _numbers(month.get("Invoices", order="Total DESC"))[0] == "Q-5"
    assert month.get("Invoices", order="Nothing").status == 400


def test_summary_only_drops_the_bulk(month: Firm) -> None:
    reply = month.get("Invoices", summaryOnly="true")
    assert "LineItems" not in reply.rows("Invoices")[0]
    assert "pagination" in reply.body


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "number"),
    [
        ("PUT", "Invoices", b"{", 400, 14),
        ("PUT", "Invoices", b'{"Invoices":[{"Type":{}}]}', 400, 14),
        ("PUT", "Invoices", b"[" * 100_000, 400, 14),
        ("PUT", "Invoices", b'{"invoices":[{"x":%s}]}' % (b"9" * 6000), 400, 14),
        ("PUT", "Invoices", b'{"Invoices":[{"Total":1e99999999999999999999}]}', 400, 14),
        ("PUT", "Invoices", b'{"invoices":[{"x":1e99999999999999999999}]}', 400, 10),
        ("PUT", "Invoices", b'{"Invoices":[{"Reference":"\xff"}]}', 400, 14),
        ("PUT", "Invoices", b"", 400, 17),
        ("PUT", "Invoices", b'{"Bills":[]}', 400, 17),
        ("PUT", "Invoices", b'{"Invoices":[]}', 400, 17),
        ("DELETE", "Invoices", b"", 501, 20),
        ("PATCH", "Payments", b"", 501, 20),
        ("GET", "Nonsense", b"", 404, 404),
        ("GET", "Invoices/b1b5a0a0-0000-4000-8000-000000000000", b"", 404, 404),
        ("GET", "Reports/Nonsense", b"", 404, 404),
    ],
)
def test_bad_requests_get_xeros_answer(
    firm: Firm, method: str, path: str, body: bytes, status: int, number: int
) -> None:
    reply = firm.call(method, path, body)
    assert (reply.status, reply.body["ErrorNumber"]) == (status, number)


def test_a_bare_element_is_taken_too(firm: Firm) -> None:
    assert firm.call("PUT", "Contacts", {"Name": "Bare"}).status == 200


def test_somebody_elses_id_is_unknown(firm: Firm, nz_firm: Firm) -> None:
    foreign = nz_firm.contact("Kea")
    assert firm.get(f"Contacts/{foreign}").status == 404
    assert firm.put("Invoices", firm.draft("1", Contact={"ContactID": foreign})).status == 400
