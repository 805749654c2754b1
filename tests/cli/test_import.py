"""``counterfoil import``: what is taken, what is refused and where; nothing comes twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.scene import Practice, another_organisation, bill, json_lines, receipt
from tests.sources.ledes.scene import FEE, file_of, row, taxed, taxed_row

SEVEN_DECIMALS = {
    "description": "Work",
    "account": "4-1000",
    "tax_code": "FREE",
    "quantity": "1.0000001",
    "unit_price": "100.00",
    "total": "100.00",
    "tax": "0.00",
}


def test_a_file_counts_what_is_new_revised_and_unchanged(practice: Practice) -> None:
    assert practice.take(bill("1"), bill("2")) == counts(new=2)
    assert practice.take(bill("1"), bill("2")) == counts(unchanged=2)
    changed = bill("1", net="120.00", revision=2)
    assert practice.take(changed, bill("2"), bill("3")) == counts(new=1, revised=1, unchanged=1)
    assert practice.take(bill("1")) == counts(unchanged=1)


def counts(new: int = 0, revised: int = 0, unchanged: int = 0) -> dict[str, object]:
    return {"new": new, "revised": revised, "unchanged": unchanged, "refused": []}


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        (b'{"kind": "bill"', "not_json", ""),
        (json_lines(bill("d"))[:-2] + b', "id": "b-e"}', "duplicate_key", "id"),
        (json_lines(bill("bad", colour="red")), "unknown_field", "colour"),
        (
            json_lines(bill("bad", lines=[SEVEN_DECIMALS])),
            "too_many_decimals",
            "lines[0].quantity",
        ),
        (json_lines(bill("second", number="INV-taken")), "number_taken", "number"),
        (json_lines(bill("taken", memo="other")), "revision_conflict", "revision"),
        (json_lines(bill("bad", organisation="perth")), "organisation_unknown", "organisation"),
    ],
)
def test_a_bad_line_is_refused_with_its_place_and_fix_and_leaves_the_others_in(
    practice: Practice, line: bytes, code: str, path: str
) -> None:
    practice.take(bill("taken"))
    given = json_lines(bill("taken")) + line.rstrip() + b"\n" + json_lines(bill("taken"))
    said = practice.run("import", "-", "--json", given=given)
    (refused,) = said.json["refused"]
    assert said.status == 1
    assert (said.json["new"], said.json["unchanged"]) == (0, 2)
    assert (refused["line"], refused["code"], refused["path"]) == (2, code, path)
    assert refused["message"]
    assert refused["fix"]


def test_people_read_the_same_with_the_line_and_the_field(practice: Practice) -> None:
    said = practice.run("import", "-", given=json_lines(bill("4"), bill("5", colour="red")))
    assert said.out == "1 new, 0 revised, 0 unchanged, 1 refused\n"
    assert said.err.startswith("line 2, colour: ")


def test_csv_is_recognised_by_what_is_in_it(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "bills.txt"
    columns = ("row", "kind", "id", "number", "date", "client.id", "client.name", "tax", "total")
    line = ("description", "account", "tax_code", "tax", "total")
    rows = [
        ",".join((*columns, *(name for name in line if name not in columns))),
        "document,bill,b-csv,INV-csv,2026-06-15,c-csv,Client csv,0.00,10.00,,,",
        "line,,,,,,,0.00,10.00,Work,4-1000,FREE",
    ]
    file.write_text("\n".join(rows) + "\n", "utf-8")
    said = practice.run("import", str(file), "--json")
    assert said.json == counts(new=1)


def test_a_file_that_is_not_there_is_named_and_ends_with_two(practice: Practice) -> None:
    said = practice.run("import", "nowhere.jsonl")
    assert (said.status, said.out) == (2, "")
    assert "nowhere.jsonl" in said.err


def test_documents_without_chart_and_mapping_wait_and_say_for_what(tmp_path: Path) -> None:
    alone = Practice(tmp_path)
    try:
        assert alone.take(bill("1"), receipt("1")) == counts(new=2)
        assert alone.problems() == {"no_chart": ["b-1", "r-1"]}
    finally:
        alone.close()


def test_each_document_goes_to_the_organisation_that_it_names(tmp_path: Path) -> None:
    alone = Practice(tmp_path)
    try:
        alone.run("status")
        another_organisation(alone, "perth")
        said = alone.take(
            bill("1", organisation="main"), bill("2", organisation="perth"), bill("3")
        )
        assert (said["new"], [one["line"] for one in said["refused"]]) == (2, [3])
        assert said["refused"][0]["code"] == "organisation_not_named"
        assert alone.run("status").status == 2
        assert held(alone, "perth") == held(alone, "main") == 1
    finally:
        alone.close()


def held(practice: Practice, organisation: str) -> int:
    said = practice.run("status", "--organisation", organisation, "--json")
    held: int = said.json["counts"]["held"]
    return held


def test_a_number_of_json_is_read_from_its_digits(practice: Practice) -> None:
    document = json.dumps(bill("digits")).replace('"100.00"', "1234567890123.78")
    said = practice.run("import", "-", "--json", given=document.encode())
    assert said.json["new"] == 1
    shown = practice.run("show", "b-digits").out
    assert "1,234,567,890,123.78" in shown


def test_a_bill_that_another_source_brought_under_its_number_is_refused_in_words(
    practice: Practice,
) -> None:
    practice.take(bill("two", number="INV-two-sources"))
    given = file_of(row(FEE, INVOICE_NUMBER="INV-two-sources")).encode()
    said = practice.run("import", "-", "--json", given=given)
    (refused,) = said.json["refused"]
    assert (refused["code"], refused["line"]) == ("number_taken", 3)
    assert "bill:b-two" in refused["message"]
    assert "two sources" in refused["fix"]


def test_what_a_ledes_file_says_against_itself_is_told_and_its_bill_taken(
    practice: Practice,
) -> None:
    given = taxed(taxed_row(INVOICE_TAX_TOTAL="71.00", INVOICE_NUMBER="INV-odd")).encode()
    said = practice.run("import", "-", given=given)
    assert (said.status, said.out) == (0, "1 new, 0 revised, 0 unchanged, 0 refused\n")
    assert said.err.startswith("warning: line 3, column 28 INVOICE_TAX_TOTAL: ")
    again = practice.run("import", "-", "--json", given=given).json
    assert (again["unchanged"], len(again["warnings"])) == (1, 1)


def test_a_file_of_more_documents_than_one_transaction_takes_is_taken_whole(tmp_path: Path) -> None:
    alone = Practice(tmp_path)
    try:
        many = [bill(str(n)) for n in range(1_001)]
        assert alone.take(*many) == counts(new=1_001)
    finally:
        alone.close()


def test_a_file_that_the_disk_does_not_give_ends_in_words(practice: Practice) -> None:
    said = practice.run("import", "/proc/self/mem")
    assert said.status == 2
    assert "was not taken in to its end: Input/output error. What came before is in" in said.err
