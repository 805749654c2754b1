"""What one kind of document does otherwise: its lines, its tax, its guard, its numbers."""

from __future__ import annotations

from dataclasses import replace

from counterfoil.core.documents import Document, TrustNumberCancelled
from counterfoil.core.identity import look_up_key
from counterfoil.core.mapping import Guard, Lines, Mapping, OfKind, Tax
from counterfoil.core.numbering import number_in_xero
from counterfoil.core.pipeline import convert
from counterfoil.core.whole_file import FileIndex
from counterfoil.core.xero_documents import BankTransaction, CreditNote, Element, Invoice
from counterfoil.posting.entries import convert_all
from counterfoil.posting.memory import MemoryOutbox
from counterfoil.posting.shelf import FixedShelf
from tests.core.scene import (
    CHART,
    DAY,
    MAPPING,
    bill,
    books,
    credit_note,
    line,
    plain_bill,
    receipt,
    split,
    trust_receipt,
)


def own(**kinds: OfKind) -> Mapping:
    return replace(MAPPING, settings=replace(MAPPING.settings, kinds=kinds))


def element(document: Document, mapping: Mapping) -> Element:
    (one, *_) = convert(document, books(mapping)).planned
    return one.created


def test_a_kind_with_lines_of_its_own_leaves_the_others_as_they_are() -> None:
    mapping = own(credit_note=OfKind(lines=Lines.ITEMISED))
    lines = (line("20.00"), line("30.00"))
    credit = element(replace(credit_note(), lines=lines), mapping)
    billed = element(bill([line("20.00"), line("30.00")], "5.00", "55.00"), mapping)
    assert isinstance(credit, CreditNote)
    assert isinstance(billed, Invoice)
    assert (len(credit.lines), len(billed.lines)) == (2, 1)


def test_a_kind_may_take_xeros_tax_and_post_above_the_guard() -> None:
    forty = bill([line("0.45") for _ in range(40)], "2.00", "20.00")
    taxed = element(forty, own(bill=OfKind(tax=Tax.XERO)))
    assert isinstance(taxed, Invoice)
    assert [each.description for each in taxed.lines][1:] == ["Rounding errors"]
    rough = bill([line("61.17", "FREE", quantity="1000", unit_price="0.061171")], "0.00", "61.17")
    bold = OfKind(lines=Lines.ITEMISED_2DP, rounding_guard=Guard.POST)
    assert isinstance(element(rough, own(bill=bold)), Invoice)
    assert not convert(rough, books(own(bill=OfKind(lines=Lines.ITEMISED_2DP)))).planned


def test_a_prefix_stands_before_numbers_references_and_descriptions() -> None:
    mapping = own(
        bill=OfKind(number_prefix="S-"),
        trust_receipt=OfKind(number_prefix="T-"),
        receipt=OfKind(number_prefix="R/"),
    )
    billed = element(plain_bill(), mapping)
    held = element(trust_receipt("50.00", split("50.00")), mapping)
    left = element(receipt("9.00"), mapping)
    assert isinstance(billed, Invoice)
    assert isinstance(held, BankTransaction)
    assert isinstance(left, BankTransaction)
    assert billed.number == "S-INV-1"
    assert look_up_key(billed) == ("invoice", "S-INV-1")
    assert held.reference == "T-TR-000123"
    assert left.lines[0].description.startswith("R/R-1")


def entry_numbers(mapping: Mapping, *documents: Document) -> list[tuple[str, str]]:
    entries = convert_all(documents, MemoryOutbox(), FixedShelf(CHART, mapping))
    return [(entry.number_space, entry.summary.number) for entry in entries]


def test_numbers_are_unique_as_they_stand_in_xero() -> None:
    negative = bill([line("-100.00")], "-10.00", "-110.00", number="7")
    credit = replace(credit_note(), number="7")
    assert len(set(entry_numbers(MAPPING, negative, credit))) == 1
    apart = own(credit_note=OfKind(number_prefix="CN-"))
    assert entry_numbers(apart, negative, credit) == [("credit_note", "7"), ("credit_note", "CN-7")]


def test_a_file_finds_the_clash_that_a_prefix_makes() -> None:
    mapping = own(credit_note=OfKind(number_prefix="CN-"))
    index = FileIndex(mapping.settings)
    negative = bill([line("-100.00")], "-10.00", "-110.00", number="CN-7")
    credit = replace(credit_note(), number="7")
    index.add(1, negative)
    index.add(2, credit)
    assert [each.code for each in index.findings(2, credit)] == ["number_taken"]


def test_a_cancelled_number_belongs_to_its_series() -> None:
    settings = own(trust_receipt=OfKind(number_prefix="T-")).settings
    cancelled = TrustNumberCancelled(
        id="x", number="5", date=DAY, trust_account="TRUST1", series="receipt", reason="spoilt"
    )
    assert number_in_xero(cancelled, settings) == "T-5"
