"""Reports in the daybook: a paper once, a party by its name, and no correction of another's."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.core.documents import Key, Receipt
from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_json
from counterfoil.sources.layouts.layout import Layout
from counterfoil.sources.layouts.reader import Reading
from counterfoil.web.models import Document, DocumentFinding, Revision
from counterfoil.web.services import importing
from counterfoil.web.services.mapping import reconvert_held
from counterfoil.web.shelf import DatabaseShelf, save_mapping, store_chart
from tests.cli.scene import bill, json_lines, receipt
from tests.sources.layouts.test_papers import HEADINGS, OPEN_ITEMS, RECEIPTS, SUPPLIERS
from tests.web.cast import Cast

SMITH = "R-101,20/06/2026,Smith,100.00,OFFICE\n"
SUPPLIED = "Invoice No,Date,Supplier,Gross,GST,Account\n"


def taken(
    cast: Cast, rows: str, layout: Layout = RECEIPTS, *, corrects: bool = False
) -> tuple[dict[str, int], list[str]]:
    headings = SUPPLIED if layout.kind == "supplier_bill" else HEADINGS
    stream = io.BytesIO((headings + rows).encode())
    return told(cast, stream, Reading(stream, layout), corrects=corrects)


def told(
    cast: Cast, stream: io.BytesIO, reading: Reading | None = None, *, corrects: bool = False
) -> tuple[dict[str, int], list[str]]:
    found = importing.import_file(
        stream,
        cast.organisation,
        documents=reading,
        corrects=corrects,
        actor="test",
        now=cast.organisation.created_at,
    )
    counts = {str(key): count for key, count in found.taken.items()}
    return counts, [one.finding.code for one in found.refused]


def sent(cast: Cast, *documents: dict[str, object]) -> tuple[dict[str, int], list[str]]:
    return told(cast, io.BytesIO(json_lines(*documents)))


def parties() -> dict[str, str]:
    found = {}
    for row in Revision.objects.order_by("revision").select_related("document"):
        document = read_json(bytes(row.body or b"")).document
        client = getattr(document, "client", None)
        found[row.document.source_id] = client.id if client else ""
    return found


def test_a_paper_comes_once_whatever_layout_it_comes_by(cast: Cast) -> None:
    assert taken(cast, SMITH) == ({"new": 1}, [])
    assert taken(cast, SMITH, replace(RECEIPTS, name="receipts july")) == ({"unchanged": 1}, [])
    other = replace(RECEIPTS, system="old books")
    assert taken(cast, SMITH, other) == ({"refused": 1}, ["seems_twice"])
    assert taken(cast, SMITH.replace("101", "102"), other) == ({"new": 1}, [])


@pytest.mark.parametrize("report_first", [True, False])
def test_the_same_paper_from_a_source_with_ids_is_asked_about(
    cast: Cast, report_first: bool
) -> None:
    same = receipt("101", allocations=[], client={"id": "c-17", "name": "Smith"})
    if report_first:
        assert taken(cast, SMITH) == ({"new": 1}, [])
        assert sent(cast, same) == ({"refused": 1}, ["seems_twice"])
    else:
        assert sent(cast, same) == ({"new": 1}, [])
        assert taken(cast, SMITH) == ({"refused": 1}, ["seems_twice"])
        assert sent(cast, same) == ({"unchanged": 1}, [])
    assert Document.objects.exclude(kind="contact").count() == 1


def test_papers_of_two_people_a_number_in_words_and_one_taken_back_are_no_twins(
    cast: Cast,
) -> None:
    first = receipt("1", client={"id": "c-1", "name": "Ng"}, allocations=[])
    assert sent(cast, first, first | {"id": "x", "client": {"id": "c-2", "name": "Ito"}}) == (
        {"new": 2},
        [],
    )
    words = first | {"id": "w", "number": "EFT"}
    assert sent(cast, words, words | {"id": "y"}) == ({"new": 2}, [])
    back: dict[str, object] = {
        "kind": "reversal",
        "id": "back",
        "number": "V-1",
        "date": "2026-06-21",
        "reverses": {"kind": "receipt", "id": "r-1"},
        "reason": "Entered twice",
    }
    assert sent(cast, first | {"id": "z"}) == ({"refused": 1}, ["seems_twice"])
    assert sent(cast, back, first | {"id": "z"})[0] == {"new": 2}


MOVED: dict[str, object] = {
    "kind": "bank_transfer",
    "id": "bt-1",
    "number": "BT-100",
    "date": "2026-06-20",
    "from_bank_account": "OFFICE",
    "to_bank_account": "SAVINGS",
    "amount": "5000.00",
}
ACCRUED: dict[str, object] = {
    "kind": "journal",
    "id": "j-1",
    "number": "JN-1",
    "date": "2026-06-30",
    "narration": "Accrual",
    "lines": [
        {"account": "6-1000", "amount": "500.00"},
        {"account": "2-1000", "amount": "-500.00"},
    ],
}


def test_a_transfer_and_a_journal_from_two_sources_are_asked_about(cast: Cast) -> None:
    assert sent(cast, MOVED, ACCRUED) == ({"new": 2}, [])
    again = [one | {"id": f"other:{one['id']}"} for one in (MOVED, ACCRUED)]
    assert sent(cast, *again) == ({"refused": 2}, ["seems_twice"] * 2)
    back = {"from_bank_account": "SAVINGS", "to_bank_account": "OFFICE"}
    undone = {"id": "j-2", "date": "2026-07-01"}
    assert sent(cast, MOVED | back | {"id": "bt-2"}, ACCRUED | undone) == ({"new": 2}, [])


def test_codes_are_what_the_mapping_says_and_capitals_make_no_other_paper(
    cast: Cast, now: dt.datetime
) -> None:
    first = receipt("1", client={"id": "c-1", "name": "Ng"}, allocations=[], bank_account="OFFICE")
    assert sent(cast, first) == ({"new": 1}, [])
    for other in ({"number": str(first["number"]).lower()}, {"bank_account": "Office"}):
        assert sent(cast, first | {"id": "x"} | other) == ({"refused": 1}, ["seems_twice"])
    assert sent(cast, first | {"id": "y", "bank_account": "General"}) == ({"new": 1}, [])
    ready(cast, now)
    mapping = DatabaseShelf(cast.organisation).mapping()
    banks = {**mapping.bank_accounts, "Main": mapping.bank_accounts["OFFICE"]}
    save_mapping(cast.organisation, replace(mapping, bank_accounts=banks), actor="test", now=now)
    same = first | {"id": "z", "bank_account": "Main"}
    assert sent(cast, same) == ({"refused": 1}, ["seems_twice"])


def test_a_receipt_of_the_day_at_the_bank_or_as_it_was_before_a_correction_is_asked_about(
    cast: Cast,
) -> None:
    assert taken(cast, SMITH) == ({"new": 1}, [])
    banked = receipt("101", allocations=[], client={"id": "c-17", "name": "Smith"})
    assert sent(cast, banked | {"date": "2026-06-23"}) == ({"refused": 1}, ["seems_twice"])
    weekly = banked | {"id": "next", "date": "2026-06-27"}
    assert sent(cast, weekly) == ({"new": 1}, [])
    later = SMITH.replace("20/06", "02/09").replace("100.00", "110.00")
    assert taken(cast, later, corrects=True) == ({"revised": 1}, [])
    assert sent(cast, banked) == ({"refused": 1}, ["seems_twice"])


def test_a_correction_never_turns_one_partys_paper_into_anothers(cast: Cast) -> None:
    bought = "1001,25/07/2026,Counsel A,110.00,10.00,4-1000\n"
    assert taken(cast, bought, SUPPLIERS) == ({"new": 1}, [])
    both = bought + bought.replace("Counsel A,11", "Counsel C,33")
    assert taken(cast, both, SUPPLIERS, corrects=True) == ({"unchanged": 1, "new": 1}, [])
    assert taken(cast, SMITH) == ({"new": 1}, [])
    jones = SMITH.replace("Smith", "Jones")
    assert taken(cast, jones, corrects=True) == ({"refused": 1}, ["other_party"])
    assert taken(cast, SMITH.replace("100.00", "101.00"), corrects=True) == ({"revised": 1}, [])
    two = [bill("7", net=net) for net in ("100.00", "120.00")]
    twice = told(cast, io.BytesIO(json_lines(*two)), corrects=True)
    assert twice == ({"new": 1, "refused": 1}, ["id_again"])


def test_a_party_of_a_report_is_the_one_of_that_name_and_a_replay_changes_nothing(
    cast: Cast,
) -> None:
    early = "R-90,20/06/2026,Abernethy Pty Ltd,5.00,OFFICE\n"
    assert taken(cast, early) == ({"new": 1}, [])
    abernethy = {"id": "actionstep:11", "name": "Abernethy Pty Ltd"}
    assert sent(cast, bill("1", client=abernethy)) == ({"new": 1}, [])
    late = early.replace("R-90", "R-91")
    assert taken(cast, early + late) == ({"unchanged": 1, "new": 1}, [])
    assert taken(cast, early + late) == ({"unchanged": 2}, [])
    assert taken(cast, early + late, corrects=True) == ({"unchanged": 2}, [])
    assert parties()["report:R-91"] == "actionstep:11"
    assert parties()["report:R-90"] == "Abernethy Pty Ltd"
    assert sent(cast, bill("2", client=abernethy | {"id": "c-9"})) == ({"new": 1}, [])
    third = early.replace("R-90", "R-92")
    assert taken(cast, late + third) == ({"unchanged": 1, "refused": 1}, ["party_not_clear"])


PAID = HEADINGS.replace("Bank", "Bank,Invoice No")
GOLDEN = Path(__file__).parents[1] / "golden"


def ready(cast: Cast, now: dt.datetime) -> None:
    """Give the firm a chart and a mapping."""
    replies = {path.stem: path.read_bytes() for path in (GOLDEN / "chart").glob("*.json")}
    store_chart(cast.organisation, replies, actor="test", now=now)
    mapping, faults = read_mapping((GOLDEN / "mapping.json").read_bytes())
    assert mapping is not None, faults
    save_mapping(cast.organisation, mapping, actor="test", now=now)


def paid(cast: Cast, rows: str, layout: Layout = OPEN_ITEMS, *, corrects: bool = False) -> object:
    stream = io.BytesIO((PAID + rows).encode())
    return told(cast, stream, Reading(stream, layout), corrects=corrects)


def bills_named(name: str) -> list[str]:
    return [each.id for each in _named(name)]


def keys_named(*names: str) -> list[str]:
    return [str(each) for name in names for each in _named(name)]


def _named(name: str) -> list[Key]:
    row = Revision.objects.filter(document__source_id=name).order_by("revision").last()
    assert row is not None
    document = read_json(bytes(row.body or b"")).document
    assert isinstance(document, Receipt)
    return [each.bill for each in document.allocations]


@pytest.mark.parametrize("mapped_first", [True, False])
def test_a_receipt_finds_its_bill_by_number_now_or_once_it_comes_and_may_come_again(
    cast: Cast, now: dt.datetime, mapped_first: bool
) -> None:
    if mapped_first:
        ready(cast, now)
    assert sent(cast, bill("1")) == ({"new": 1}, [])
    rows = "".join(f"R-{n},20/06/2026,{n},100.00,OFFICE,INV-{n}\n" for n in (1, 2))
    on_account = "R-3,20/06/2026,3,5.00,OFFICE,\n"
    assert paid(cast, rows + on_account) == ({"new": 3}, [])
    assert bills_named("report:R-1") == ["b-1"]
    assert bills_named("report:R-2") == ["numbered INV-2"]
    assert bills_named("report:R-3") == []
    assert sent(cast, bill("2")) == ({"new": 1}, [])
    if not mapped_first:
        ready(cast, now)
        reconvert_held(cast.organisation, actor="test", now=now)
    assert bills_named("report:R-2") == ["b-2"]
    for corrects in (False, True):
        assert paid(cast, rows + on_account, corrects=corrects) == ({"unchanged": 3}, [])
    assert not DocumentFinding.objects.filter(code="not_received").exists()


def test_whatever_pays_a_bill_of_before_the_start_may_name_it_as_any_other_bill(
    cast: Cast, now: dt.datetime
) -> None:
    ready(cast, now)
    openings = [
        bill(name) | {"kind": "opening_bill", "date": "2026-05-31", "outstanding": "100.00"}
        for name in ("1", "2")
    ]
    paying = [receipt("1"), receipt("2")]
    assert sent(cast, openings[0], *paying) == ({"new": 3}, [])
    assert keys_named("r-1", "r-2") == ["opening_bill:b-1", "bill:b-2"]
    assert sent(cast, openings[1]) == ({"new": 1}, [])
    assert keys_named("r-1", "r-2") == ["opening_bill:b-1", "opening_bill:b-2"]
    assert not DocumentFinding.objects.filter(code="not_received").exists()
    assert sent(cast, *openings, *paying) == ({"unchanged": 4}, [])


def test_a_number_that_several_bills_have_or_that_nothing_can_wait_for_is_refused(
    cast: Cast, now: dt.datetime
) -> None:
    ready(cast, now)
    negative = bill("9", net="-100.00") | {"id": "b-minus"}
    assert sent(cast, bill("9"), negative)[0] == {"new": 2}
    row = "R-9,20/06/2026,9,100.00,OFFICE,INV-9\n"
    assert paid(cast, row) == ({"refused": 1}, ["bill_not_clear"])
    parts = replace(
        OPEN_ITEMS,
        columns={
            "allocation.amount" if name == "amount" else name: heading
            for name, heading in OPEN_ITEMS.columns.items()
        },
    )
    both = "R-8,20/06/2026,8,10.00,OFFICE,INV-8\nR-8,20/06/2026,8,5.00,OFFICE,INV-7\n"
    assert paid(cast, both, parts) == ({"refused": 1}, ["bill_not_here"])
