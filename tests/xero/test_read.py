from __future__ import annotations

import datetime as dt
import json

import pytest

from counterfoil.posting.target import Call, UnreadableAnswer
from counterfoil.xero import read
from tests.xero.scene import NOW, answered, drive, in_turn


def contacts(first: int, count: int, at: dt.datetime = NOW) -> str:
    stamp = f"/Date({int(at.timestamp()) * 1000}+0000)/"
    rows = [{"ContactID": f"c{first + n}", "UpdatedDateUTC": stamp} for n in range(count)]
    return json.dumps({"Contacts": rows})


def paged(calls: list[Call]) -> list[tuple[str, dt.datetime | None]]:
    return [(dict(call.query)["page"], call.modified_since) for call in calls]


def test_contacts_are_read_with_archived_ones_a_thousand_at_a_time() -> None:
    asked: list[Call] = []
    rows = drive(read.contacts(), in_turn([answered(contacts(0, 3))], asked))
    assert [row.contact_id for row in rows] == ["c0", "c1", "c2"]
    query = {"includeArchived": "true", "page": "1", "pageSize": "1000"}
    assert (asked[0].path, dict(asked[0].query)) == ("/Contacts", query)


def test_after_a_full_page_the_sweep_begins_anew_from_the_last_time_it_saw() -> None:
    asked: list[Call] = []
    later = NOW + dt.timedelta(hours=1)
    pages = [answered(contacts(0, 1000, later)), answered(contacts(999, 2, later))]
    rows = drive(read.contacts(NOW), in_turn(pages, asked))
    assert len(rows) == 1001
    assert paged(asked) == [("1", NOW), ("1", later)]


def test_within_one_second_the_sweep_counts_pages() -> None:
    asked: list[Call] = []
    pages = [answered(contacts(n * 1000, 1000)) for n in range(2)] + [answered(contacts(0, 0))]
    rows = drive(read.contacts(NOW), in_turn(pages, asked))
    assert len(rows) == 2000
    assert paged(asked) == [("1", NOW), ("2", NOW), ("3", NOW)]


def test_a_sweep_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_PAGES", 3)
    with pytest.raises(UnreadableAnswer, match="no end"):
        drive(read.contacts(NOW), lambda _: answered(FULL))


FULL = contacts(0, 1000)


def test_not_modified_says_that_nothing_changed() -> None:
    assert drive(read.contacts(NOW), lambda _: answered("", 304)) == ()


@pytest.mark.parametrize(
    ("body", "status"),
    [("<html>", 200), ("{}", 200), ('{"Contacts":null}', 200), ("gone", 404), ("", 301)],
)
def test_an_answer_that_proves_nothing_is_never_an_empty_list(body: str, status: int) -> None:
    with pytest.raises(UnreadableAnswer):
        drive(read.contacts(NOW), lambda _: answered(body, status))
    with pytest.raises(UnreadableAnswer):
        drive(read.changed("Invoices", NOW), lambda _: answered(body, status))


def test_changed_invoices_are_read_with_four_decimals() -> None:
    asked: list[Call] = []
    drive(read.changed("Invoices", NOW), in_turn([answered('{"Invoices":[]}')], asked))
    assert dict(asked[0].query) == {"unitdp": "4", "page": "1", "pageSize": "1000"}


def test_a_credit_note_that_is_not_there_is_none() -> None:
    assert drive(read.credit("CreditNotes", "cn"), lambda _: answered("", 404)) is None


def test_a_trial_balance_is_asked_for_by_its_day() -> None:
    asked: list[Call] = []
    with pytest.raises(UnreadableAnswer):
        drive(read.trial_balance(NOW.date()), in_turn([answered('{"Reports":[]}')], asked))
    assert (asked[0].path, asked[0].query) == ("/Reports/TrialBalance", (("date", "2026-07-20"),))
