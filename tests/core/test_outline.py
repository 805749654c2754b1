"""A document's postings can be told before it can be converted, and are then the ones it has."""

from __future__ import annotations

import pytest

from counterfoil.core.documents import Document, Key
from counterfoil.core.outline import headline, names, outline, parties, resource_of
from tests.core.office_scene import (
    bank_transfer,
    converted,
    cost,
    deposit,
    entry,
    journal,
    later,
    plain_supplier_bill,
    refund,
    supplier_bill,
    supplier_credit,
    supplier_payment,
    to_supplier_bill,
    withdrawal,
    write_off,
)
from tests.core.scene import bill, credit_note, line, plain_bill, receipt, to_bill

NEGATIVE = bill([line("-50.00", "NT")], "0", "-50.00", id="b-2", number="INV-2")
LEFT = receipt("150.00", to_bill("110.00"))
KNOWN = (plain_bill(), NEGATIVE, plain_supplier_bill(), LEFT)
PAPER = cost("22.00", "NT", "6-1000")
EVERY = [
    plain_bill(),
    NEGATIVE,
    credit_note(to_bill("55.00")),
    write_off("10.00"),
    LEFT,
    receipt("60.00", to_bill("110.00"), to_bill("-50.00", "b-2")),
    later(LEFT.key, "40.00"),
    refund(LEFT.key, "40.00"),
    plain_supplier_bill(),
    supplier_bill([cost("-50.00", "NT")], "0", "-50.00", id_="s-2"),
    supplier_credit(to_supplier_bill("55.00")),
    supplier_payment("150.00", to_supplier_bill("110.00")),
    withdrawal([PAPER], "0", "22.00"),
    deposit([PAPER], "0", "22.00"),
    bank_transfer("5.00"),
    journal(entry("6-1000", "1.00"), entry("5-1000", "-1.00")),
]
by_kind = pytest.mark.parametrize("document", EVERY, ids=lambda each: each.kind)


@by_kind
def test_the_outline_is_what_conversion_plans(document: Document) -> None:
    conversion = converted(document, *KNOWN)
    assert conversion.planned, conversion.findings
    planned = [(each.part, each.act, resource_of(each.element)) for each in conversion.planned]
    assert planned == [tuple(each) for each in outline(document)]


@by_kind
def test_parts_are_told_apart(document: Document) -> None:
    parts = [(each.part, each.act) for each in outline(document)]
    assert len(parts) == len(set(parts))


@by_kind
def test_what_a_posting_needs_is_named_or_is_the_document_itself(document: Document) -> None:
    known = {document.key, *names(document)}
    known |= {Key("contact", party.id) for party in parties(document)}
    if document.kind == "write_off":
        known.add(Key("contact", "c-1"))  # the bill's client, who is there with the bill
    for planned in converted(document, *KNOWN).planned:
        assert {Key(*symbol) for symbol in planned.needs} <= known


def test_a_list_shows_whose_document_it_is_and_for_how_much() -> None:
    assert headline(plain_supplier_bill()) == ("Court Registry", "", 11000)
    assert headline(bank_transfer("5.00")) == ("", "", 500)
    assert headline(EVERY[-1]) == ("Correct July", "", 100)
