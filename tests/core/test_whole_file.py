"""What the documents of one file are to each other."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.core.documents import Bill, Document, Key
from counterfoil.core.references import Missing
from counterfoil.core.whole_file import FileIndex
from tests.core.office_scene import write_off
from tests.core.scene import credit_note, line, plain_bill

FIRST = plain_bill()


def index_of(*documents: Document) -> FileIndex:
    index = FileIndex()
    for place, document in enumerate(documents, start=1):
        index.add(place, document)
    return index


def codes(index: FileIndex, place: int, document: Document) -> list[str]:
    return [finding.code for finding in index.findings(place, document)]


def test_the_newest_revision_counts_wherever_it_stands() -> None:
    newer = replace(FIRST, revision=2, total=1)
    index = index_of(newer, FIRST)
    assert index.counts(1, newer)
    assert not index.counts(2, FIRST)
    assert codes(index, 2, FIRST) == ["superseded"]
    bill = index.documents[FIRST.key]
    assert isinstance(bill, Bill)
    assert (bill.total, bill.lines) == (1, ())


def test_the_same_document_twice_counts_once() -> None:
    index = index_of(FIRST, FIRST)
    assert (codes(index, 1, FIRST), codes(index, 2, FIRST)) == ([], ["repeated"])


def test_other_content_under_the_same_revision_is_refused() -> None:
    changed = replace(FIRST, lines=(line("1.00"),))
    index = index_of(FIRST, changed)
    assert codes(index, 2, changed) == ["revision_conflict"]


def test_a_number_belongs_to_the_first_that_has_it() -> None:
    second = replace(FIRST, id="b-2")
    index = index_of(FIRST, second)
    assert (codes(index, 1, FIRST), codes(index, 2, second)) == ([], ["number_taken"])


def test_a_bill_and_a_credit_note_may_share_a_number() -> None:
    credit = credit_note(number=FIRST.number)
    index = index_of(FIRST, credit)
    assert codes(index, 2, credit) == []


def test_a_number_given_up_by_a_newer_revision_is_free() -> None:
    renumbered = replace(FIRST, revision=2, number="INV-2")
    second = replace(FIRST, id="b-2")
    index = index_of(FIRST, second, renumbered)
    assert codes(index, 2, second) == []


def test_a_bill_that_cannot_be_read_is_told_from_one_that_is_not_there() -> None:
    index = FileIndex()
    index.add_refused(7, "bill", "b-1")
    here = index.absent(Missing("allocations[0].bill", Key("bill", "b-1")))
    elsewhere = index.absent(Missing("allocations[0].bill", Key("bill", "b-9")))
    assert "line 7" in here.message
    assert "not in this file" in elsewhere.message
    assert {here.code, elsewhere.code} == {"needs_history"}


def test_only_bills_that_are_taken_apart_keep_their_lines() -> None:
    assert not index_of(FIRST).wants_lines
    index = index_of(FIRST, replace(write_off("1.00"), bill=FIRST.key))
    assert index.wants_lines
    index.add_lines(1, FIRST)
    assert index.documents[FIRST.key] == FIRST
