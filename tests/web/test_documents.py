"""The list of documents, and one document."""

import datetime as dt
import json

import pytest
from django.test import Client

from counterfoil.posting.states import State
from counterfoil.web.models import Answer, Dependency, Link, Request, RequestMember, Revision
from counterfoil.web.services import daybook, stub
from tests.web.cast import As, Cast, a_document, a_finding, a_posting

DAY = dt.date(2026, 5, 4)


def numbers(client: Client, address: str = "/documents/") -> list[str]:
    return [row.document.number for row in client.get(address).context["leaf"].rows]


def test_the_newest_document_stands_first(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "b-1", date=DAY)
    a_document(cast.organisation, "b-2", date=DAY + dt.timedelta(days=1))
    assert numbers(signed_in("carol")) == ["B-2", "B-1"]


def test_a_document_is_in_the_worst_state_of_its_postings(cast: Cast, signed_in: As) -> None:
    receipt = a_document(cast.organisation, "r-1", kind="receipt")
    a_posting(receipt, "posted", "allocation:b-1")
    a_posting(receipt, "refused", "allocation:b-2")
    (row,) = signed_in("bob").get("/documents/").context["leaf"].rows
    assert row.state is State.REFUSED


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=held", ["B-2"]),
        ("state=posted", ["B-1"]),
        ("state=refused", []),
        ("kind=receipt", ["R-9"]),
        ("q=b-2", ["B-2"]),
        ("q=ng+fam", ["B-1"]),
        ("q=0042", ["B-2"]),
        ("since=2026-05-05", ["R-9"]),
        ("until=2026-05-04", ["B-2", "B-1"]),
        ("code=account_not_mapped&about=account:4-1200", ["B-2"]),
        ("about=account:9", []),
        ("state=lost&since=yesterday", ["R-9", "B-2", "B-1"]),
    ],
)
def test_the_address_narrows_the_list(
    cast: Cast, signed_in: As, query: str, found: list[str]
) -> None:
    one = a_document(cast.organisation, "b-1", date=DAY, party="Ng Family Trust")
    a_posting(one, "posted")
    two = a_document(cast.organisation, "b-2", date=DAY, matter="2026-0042")
    a_posting(two, "held")
    a_finding(two, "account_not_mapped", "account:4-1200")
    a_document(cast.organisation, "r-9", kind="receipt", date=DAY + dt.timedelta(days=9))
    assert numbers(signed_in("bob"), f"/documents/?{query}") == found


def test_pages_follow_each_other_without_a_gap(cast: Cast) -> None:
    for n in range(7):
        a_document(cast.organisation, f"b-{n}", date=DAY + dt.timedelta(days=n % 3))
    seen, mark = [], None
    for _ in range(4):
        leaf = daybook.leaf(cast.organisation, daybook.Filters(), mark, most=2)
        seen += [row.document.source_id for row in leaf.rows]
        mark = leaf.next
    assert mark is None
    assert sorted(seen) == [f"b-{n}" for n in range(7)]


def test_a_place_in_the_list_survives_its_address() -> None:
    mark = daybook.Mark(DAY, 7)
    assert daybook.read_mark(str(mark)) == mark
    assert daybook.read_mark("next") is None


def test_contacts_are_not_documents(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "c-17", kind="contact", date=None)
    assert numbers(signed_in("bob")) == []


def test_another_firms_document_is_not_there(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "b-1")
    assert signed_in("charlie").get("/documents/bill/b-1/").status_code == 404
    assert numbers(signed_in("charlie")) == []


def test_a_document_shows_source_lines_request_and_answer(cast: Cast, signed_in: As) -> None:
    bill = a_document(cast.organisation, "b-1")
    owner = {"firm": cast.firm, "organisation": cast.organisation}
    line = {"description": "Advice", "account": "4-1000", "tax_code": "GST", "total": "100.00"}
    source = {
        "kind": "bill",
        "id": "b-1",
        "number": "B-1",
        "date": "2026-05-04",
        "client": {"id": "c-1", "name": "Ng <b>"},
        "lines": [line],
        "tax": "10.00",
        "total": "110.00",
    }
    Revision.objects.create(
        **owner,
        document=bill,
        revision=1,
        fingerprint="0" * 64,
        body=json.dumps(source).encode(),
        received_at=bill.received_at,
        actor="cli:ann",
    )
    posting = a_posting(bill, "posted")
    sent = b'{"Invoices":[{"A":1},{"LineItems":[{"Description":"Fees","UnitAmount":100.10}]}]}'
    request = Request.objects.create(
        **owner,
        key="k",
        resource="Invoices",
        method="PUT",
        path="/Invoices",
        body=sent,
        sha256="0" * 64,
        frozen_at=bill.received_at,
        xero_time=bill.received_at,
        fence=1,
    )
    RequestMember.objects.create(**owner, request=request, position=1, posting=posting)
    Answer.objects.create(
        **owner, request=request, at=bill.received_at, status=200, body=b"<html>", sha256=""
    )
    Link.objects.create(
        **owner,
        posting=posting,
        xero_id="a6729932",
        total=100_10,
        source="answer",
        linked_at=bill.received_at,
    )
    page = signed_in("dora").get("/documents/bill/b-1/").content.decode()
    for shown in ("Ng &lt;b&gt;", "100.00", "Fees", "100.10", "a6729932", "&lt;html&gt;"):
        assert shown in page
    assert "&quot;A&quot;" not in page


def test_figures_in_a_request_are_shown_as_they_were_sent() -> None:
    (line,) = stub.lines_of('{"LineItems":[{"UnitAmount":1282.50}]}')
    assert str(line.unit_amount) == "1282.50"


def test_an_erased_body_says_so() -> None:
    assert "erased" in stub.element_at(None, 0)


def test_who_may_not_post_sees_no_button(cast: Cast, signed_in: As) -> None:
    a_posting(a_document(cast.organisation, "b-1"), "held")
    assert b"Try again" in signed_in("bob").get("/documents/bill/b-1/").content
    assert b"Try again" not in signed_in("carol").get("/documents/bill/b-1/").content


REVERSAL = {
    "kind": "reversal",
    "id": "rv-1",
    "number": "RV-1",
    "revision": 1,
    "date": "2026-07-02",
    "reverses": {"kind": "receipt", "id": "r-1"},
    "reason": "Dishonoured",
}


def test_a_reversed_receipt_says_so_and_the_bill_that_it_paid_does_not(
    cast: Cast, signed_in: As, now: dt.datetime
) -> None:
    receipt = a_document(cast.organisation, "r-1", kind="receipt")
    bill = a_document(cast.organisation, "b-1")
    for document in (receipt, bill):
        a_posting(document, "posted")
    reversal = a_document(cast.organisation, "rv-1", kind="reversal")
    owner = {"firm": cast.firm, "organisation": cast.organisation}
    body = json.dumps(REVERSAL).encode()
    Revision.objects.create(
        document=reversal, revision=1, fingerprint="0", body=body, received_at=now, **owner
    )
    going = a_posting(reversal, "ready")
    for position, need in enumerate((receipt, bill)):
        Dependency.objects.create(
            posting=going,
            position=position,
            needs_kind=need.kind,
            needs_id=need.source_id,
            **owner,
        )
    bob = signed_in("bob")
    assert "Reversed" not in bob.get("/documents/").content.decode()
    reversal.postings.update(state="posted")
    assert bob.get("/documents/").content.decode().count("Reversed") == 1
    assert "Reversed" in bob.get("/documents/receipt/r-1/").content.decode()
    assert "Reversed" not in bob.get("/documents/bill/b-1/").content.decode()
