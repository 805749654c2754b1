"""Documents through the API: whole or refused, twice the same as once, found again."""

from __future__ import annotations

import json

import pytest

from counterfoil.web.models import Document, Event, Link, Organisation, Posting, Revision
from counterfoil.web.services.api_keys import Scope
from tests.web.api_scene import Keyring, Program, bill, codes, said
from tests.web.cast import Cast, a_document, a_posting


@pytest.fixture
def program(keyring: Keyring) -> Program:
    return keyring.ours(Scope.WRITE, Scope.READ)


def test_a_document_that_comes_twice_counts_once(program: Program) -> None:
    first = program.ask("POST", "/documents", bill("b-1"))
    again = program.ask("POST", "/documents", bill("b-1"))
    assert (first.status_code, said(first)["taken"]) == (201, "new")
    assert (again.status_code, said(again)["taken"]) == (200, "unchanged")
    assert Document.objects.filter(kind="bill").count() == 1


def test_a_higher_revision_replaces(program: Program) -> None:
    program.ask("POST", "/documents", bill("b-1"))
    answer = program.ask("POST", "/documents", bill("b-1", revision=2, memo="moved"))
    assert (answer.status_code, said(answer)["taken"]) == (200, "revised")


def test_the_same_revision_with_other_content_is_refused(program: Program) -> None:
    program.ask("POST", "/documents", bill("b-1"))
    answer = program.ask("POST", "/documents", bill("b-1", memo="other"))
    assert (answer.status_code, said(answer)["taken"]) == (409, "refused")


def test_every_fault_of_a_document_is_told_with_its_path(program: Program) -> None:
    answer = program.ask("POST", "/documents", bill("b-1", date="1 July", totl="1.00"))
    assert answer.status_code == 422
    assert {one["path"] for one in said(answer)["findings"]} >= {"date", "totl"}
    assert not Document.objects.exists()


def test_amounts_are_read_from_their_digits(program: Program) -> None:
    exact = json.dumps(bill("b-1")).replace('"600.00"', "1234567890123.78")
    exact = exact.replace('"660.00"', "1234567890183.78")
    assert program.ask("POST", "/documents", exact.encode()).status_code == 201
    assert b"1234567890183.78" in bytes(Revision.objects.get(document__kind="bill").body or b"")


def test_a_refused_document_keeps_no_other_out_of_its_batch(program: Program) -> None:
    batch = [bill("b-1"), bill("b-2", date="today"), "nonsense", bill("b-1")]
    told = said(program.ask("POST", "/documents/batch", batch))
    assert [one["taken"] for one in told["documents"]] == ["new", "refused", "refused", "unchanged"]
    assert (told["new"], told["refused"], told["unchanged"]) == (1, 2, 1)
    assert [one["position"] for one in told["documents"]] == [0, 1, 2, 3]
    assert told["documents"][1]["id"] == "b-2"
    assert set(Document.objects.filter(kind="bill").values_list("source_id", flat=True)) == {"b-1"}


def test_a_batch_may_be_json_lines(program: Program) -> None:
    lines = b"\n".join(json.dumps(bill(name)).encode() for name in ("b-1", "b-2")) + b"\n\n"
    told = said(program.ask("POST", "/documents/batch", lines, "application/x-ndjson"))
    assert told["new"] == 2


def test_documents_of_a_batch_may_name_each_other(program: Program) -> None:
    receipt = {
        "kind": "receipt",
        "id": "r-1",
        "number": "R-1",
        "date": "2026-07-02",
        "client": {"id": "c-1", "name": "Abernethy Pty Ltd"},
        "bank_account": "OFFICE",
        "amount": "660.00",
        "allocations": [{"bill": "b-1", "amount": "660.00"}],
    }
    told = said(program.ask("POST", "/documents/batch", [receipt, bill("b-1")]))
    assert told["new"] == 2


@pytest.mark.parametrize("body", [b"", b"{}", b"[1,", b"\xff", b"[" * 100_000, b'{"kind":"bill"}'])
def test_a_body_that_is_no_list_is_refused_whole(program: Program, body: bytes) -> None:
    answer = program.ask("POST", "/documents/batch", body)
    assert answer.status_code == 422
    assert codes(said(answer)["findings"]) == ["not_a_list"]


def test_a_batch_has_at_most_a_thousand_documents(program: Program) -> None:
    answer = program.ask("POST", "/documents/batch", [1] * 1001)
    assert answer.status_code == 413
    assert said(program.ask("POST", "/documents/batch", [1] * 1000))["refused"] == 1000


def test_a_body_beyond_ten_megabytes_is_refused(program: Program) -> None:
    answer = program.ask("POST", "/documents/batch", b"[" + b" " * (10 * 1024 * 1024))
    assert answer.status_code == 413


def test_documents_say_their_organisation_where_there_are_several(
    program: Program, cast: Cast
) -> None:
    Organisation.objects.create(firm=cast.firm, key="north", created_at=cast.firm.created_at)
    answer = program.ask("POST", "/documents", bill("b-1"))
    assert codes(said(answer)["findings"]) == ["organisation_not_named"]
    assert program.ask("POST", "/documents", bill("b-1", organisation="north")).status_code == 201
    assert program.ask("POST", "/documents?organisation=main", bill("b-2")).status_code == 201
    elsewhere = program.ask("POST", "/documents", bill("b-3", organisation="south"))
    assert codes(said(elsewhere)["findings"]) == ["organisation_unknown"]
    assert program.ask("GET", "/documents").status_code == 422
    found = program.get("/documents?organisation=north")["documents"]
    assert [one["id"] for one in found] == ["b-1"]


def test_what_a_key_handed_in_is_recorded_under_its_name(program: Program, cast: Cast) -> None:
    program.ask("POST", "/documents", bill("b-1"))
    actors = set(Event.objects.filter(what="planned").values_list("actor", flat=True))
    assert actors == {f"key:Practice system ({program.key.split('_')[1]})"}


def test_a_document_is_found_with_its_state_and_its_link(program: Program, cast: Cast) -> None:
    document = a_document(cast.organisation, "a/b c", amount=110_00)
    posting = a_posting(document, "posted")
    Link.objects.create(
        firm=cast.firm,
        organisation=cast.organisation,
        posting=posting,
        xero_id="5c7f",
        total=110_00,
        linked_at=document.received_at,
    )
    told = program.get("/documents/bill/a%2Fb%20c")
    assert (told["state"], told["amount"], told["id"]) == ("posted", "110.00", "a/b c")
    assert told["postings"][0]["link"]["xero_id"] == "5c7f"
    assert told["postings"][0]["link"]["total"] == "110.00"


def test_what_is_held_says_why(program: Program) -> None:
    program.ask("POST", "/documents", bill("b-1"))
    told = program.get("/documents/bill/b-1")
    assert told["state"] == "held"
    assert codes(told["findings"]) == ["no_chart"]


def test_a_list_goes_on_where_it_ended(program: Program, cast: Cast) -> None:
    for number in range(101):
        a_posting(a_document(cast.organisation, f"b-{number}"), "ready")
    first = program.get("/documents?state=ready&kind=bill")
    rest = program.get(f"/documents?after={first['next']}")
    names = [one["id"] for one in (*first["documents"], *rest["documents"])]
    assert (len(first["documents"]), len(set(names)), rest["next"]) == (100, 101, None)
    assert Posting.objects.count() == 101


@pytest.mark.parametrize("asked", ["state=lost", "kind=invoice", "after=x", "organisation=nowhere"])
def test_a_list_that_nobody_can_give_is_refused_in_words(program: Program, asked: str) -> None:
    answer = program.ask("GET", f"/documents?{asked}")
    assert answer.status_code in {404, 422}
    assert said(answer)["findings"][0]["fix"]
