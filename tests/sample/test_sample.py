"""The sample month knows every kind of document, told from the table of kinds itself."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import get_type_hints

from counterfoil.core.documents import KINDS, Bill, Document, Receipt
from counterfoil.core.fields import Field, Form
from counterfoil.sample import actionstep, books
from counterfoil.sample.ledger import in_practice
from counterfoil.sample.month import HELD, month


def directions(cls: type[Document]) -> set[str]:
    """Every way that money of this kind may go, and every reason it may be given up for."""
    hints = get_type_hints(cls, include_extras=True)
    found: set[str] = set()
    for field in dataclasses.fields(cls):
        (told,) = getattr(hints[field.name], "__metadata__", (None,))
        if isinstance(told, Field) and told.form is Form.CHOICE:
            found |= {f"{cls.kind} {choice}" for choice in told.choices}
    return found


def test_the_month_holds_every_kind() -> None:
    assert {document.kind for document in month()} == KINDS.keys()


def test_money_goes_every_way_that_a_kind_has() -> None:
    wanted = set().union(*(directions(cls) for cls in KINDS.values()))
    found = {
        f"{document.kind} {value}"
        for document in month()
        for value in vars_of(document)
        if f"{document.kind} {value}" in wanted
    }
    # A journal's tax treatment and a cancelled number's series move no money.
    assert {
        way for way in wanted - found if not way.startswith(("journal", "trust_number_cancelled"))
    } == set()


def vars_of(document: Document) -> list[object]:
    return [getattr(document, field.name) for field in dataclasses.fields(document)]


def test_a_foreign_bill_is_posted_and_paid_beside_the_one_that_is_held() -> None:
    foreign = [one for one in month() if isinstance(one, Bill) and one.currency]
    paid = {
        allocation.bill
        for one in month()
        if isinstance(one, Receipt)
        for allocation in one.allocations
        if allocation.bank_amount is not None
    }
    assert [(bill.id in HELD, bill.key in paid) for bill in foreign] == [
        (False, True),
        (True, False),
    ]


def test_every_opening_stands_in_xero_under_its_number_and_to_the_cent() -> None:
    openings = [one for one in month() if one.kind.startswith("opening")]
    entered: Counter[str] = Counter()
    for path, body in books.OPENINGS:
        lines = body["LineItems"]
        assert isinstance(lines, list)
        entered[path.removeprefix("/")] += 100 * sum(line["UnitAmount"] for line in lines)
    recorded: Counter[str] = Counter()
    for name, line in in_practice(openings).items():
        recorded[name.resource] += line.total
    assert +entered == +recorded


def test_the_firms_actionstep_says_of_each_bill_whose_it_is_as_its_file_does() -> None:
    told = actionstep.rows()
    names = {str(row["id"]): row["displayName"] for row in told["participants"]}
    links = {row["ourReference"]: row["links"] for row in told["bills"]}
    bills = {one.number: one for one in month() if isinstance(one, Bill)}
    both = links.keys() & bills.keys()
    assert len(both) == actionstep.BOTH
    for number in both:
        link = links[number]
        assert isinstance(link, dict)
        assert names[link["theirParticipant"]] == bills[str(number)].client.name
