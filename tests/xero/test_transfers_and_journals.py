"""Money between our own accounts, and entries without any money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.xero_documents import AccountRef, Element, JournalLine
from counterfoil.posting.records import Link
from counterfoil.posting.target import Call, Looked
from counterfoil.xero.encode import encode_element
from counterfoil.xero.target import XeroTarget
from tests.xero.scene import ACCRUED, COSTS, MOVED, NOW, ZEROS, answered, drive, frozen, in_turn

TARGET = XeroTarget()
BY_ID = replace(
    COSTS, from_account=AccountRef(account_id="t"), to_account=AccountRef(account_id="o")
)


def shown(element: Element, **fields: object) -> dict[str, object]:
    row: dict[str, object] = json.loads(encode_element(element))
    return row | {"BankTransferID": "x-1", "ManualJournalID": "x-1"} | fields


def looked(
    element: Element, *rows: Mapping[str, object], asked: list[Call] | None = None
) -> Looked:
    request = frozen(element)
    reply = answered(json.dumps({request.resource: rows}))
    calls = [] if asked is None else asked
    return drive(TARGET.look_up([request]), in_turn([reply], calls))[request.members[0]]


def test_a_transfer_s_call_asks_for_nothing_that_it_does_not_know() -> None:
    shape = TARGET.shape([COSTS], [encode_element(COSTS)])
    assert (shape.method, shape.path, shape.query) == ("PUT", "/BankTransfers", ())


def test_a_batch_of_journals_gets_each_one_s_own_answer() -> None:
    bad = shown(ACCRUED, ManualJournalID=ZEROS, ValidationErrors=[{"Message": "unbalanced"}])
    reply = answered(json.dumps({"ManualJournals": [shown(MOVED), bad]}))
    verdicts = TARGET.judge(frozen(MOVED, ACCRUED), reply)
    assert verdicts is not None
    assert verdicts[0].link == Link("x-1", "", "POSTED")
    assert (verdicts[1].link, verdicts[1].messages) == (None, ("unbalanced",))


@pytest.mark.parametrize("element", [COSTS, BY_ID, MOVED, ACCRUED])
def test_what_was_sent_is_known_again(element: Element) -> None:
    assert [link.xero_id for link in looked(element, shown(element)).same] == ["x-1"]


@pytest.mark.parametrize("element", [COSTS, MOVED])
def test_xero_refuses_no_second_one(element: Element) -> None:
    assert not TARGET.unique(frozen(element))


def test_transfers_are_read_in_one_call_without_pages() -> None:
    asked: list[Call] = []
    looked(COSTS, asked=asked)
    (call,) = asked
    assert (call.path, call.query) == ("/BankTransfers", ())
    assert call.modified_since is not None
    assert call.modified_since < NOW


def test_journals_are_swept_by_pages_because_only_those_show_lines() -> None:
    asked: list[Call] = []
    looked(MOVED, asked=asked)
    assert dict(asked[0].query) == {"page": "1", "pageSize": "1000"}


@pytest.mark.parametrize(
    "stranger",
    [
        replace(BY_ID, reference="TO-10"),
        replace(BY_ID, amount=1),
        replace(BY_ID, date=MOVED.date),
        replace(BY_ID, from_account=AccountRef(account_id="another")),
        replace(BY_ID, to_account=AccountRef(account_id="another")),
    ],
)
def test_a_transfer_is_known_by_all_of_its_key(stranger: Element) -> None:
    assert replace(looked(BY_ID, shown(stranger)), alike=()) == Looked()


def test_a_transfer_sent_by_codes_is_known_although_xero_lists_only_ids() -> None:
    accounts = {"FromBankAccount": {"AccountID": "t"}, "ToBankAccount": {"AccountID": "o"}}
    assert looked(COSTS, shown(COSTS, **accounts)).same


@pytest.mark.parametrize(("element", "status"), [(COSTS, "DELETED"), (MOVED, "VOIDED")])
def test_what_was_undone_is_not_what_was_sent(element: Element, status: str) -> None:
    found = looked(element, shown(element, Status=status))

    assert (found.same, found.other) == ((), ())
    assert [one.status for one in found.ended] == [status]


def test_a_journal_is_known_by_the_head_of_its_narration() -> None:
    assert looked(MOVED, shown(MOVED, Narration="TT-4 | Told in other words")).same
    assert looked(replace(MOVED, narration="TT-4 | "), shown(MOVED, Narration="TT-4 |")).same
    assert not looked(MOVED, shown(MOVED, Narration="TT-40 | From M-7 to M-8")).same


@pytest.mark.parametrize(
    "stranger",
    [
        replace(MOVED, date=COSTS.date),
        replace(MOVED, lines=MOVED.lines[:2]),
        replace(MOVED, lines=(JournalLine(9_999, AccountRef("805"), "Ada"), *MOVED.lines[1:])),
    ],
)
def test_another_journal_of_the_same_number_is_told_apart(stranger: Element) -> None:
    assert replace(looked(MOVED, shown(stranger)), alike=()) == Looked()


def test_however_xero_shows_its_lines_a_journal_is_not_hidden() -> None:
    sent = json.loads(encode_element(MOVED))["JournalLines"]
    lines = [line | {"TaxType": "NONE", "AccountCode": None} for line in reversed(sent)]
    blank = {"LineAmount": 0.0, "IsBlank": True}
    assert looked(MOVED, shown(MOVED, JournalLines=[*lines, blank])).same


def test_an_answer_about_another_transfer_is_not_believed() -> None:
    for other in (replace(COSTS, reference="TO-10"), replace(COSTS, amount=1)):
        reply = answered(json.dumps({"BankTransfers": [shown(other)]}))
        assert TARGET.judge(frozen(COSTS), reply) is None


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(st.integers(-(10**11), 10**11).filter(bool), min_size=1, max_size=4),
)
def test_any_narration_and_any_amounts_are_found_again(text: str, amounts: list[int]) -> None:
    lines = tuple(JournalLine(cents, AccountRef("805"), "Any") for cents in amounts)
    journal = replace(MOVED, narration=f"J-5 | {text}", lines=lines)
    assert looked(journal, shown(journal)).same
    other = replace(journal, lines=(replace(lines[0], amount=lines[0].amount + 1), *lines[1:]))
    assert not looked(journal, shown(other)).same
