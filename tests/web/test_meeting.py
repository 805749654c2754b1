"""Two sources that know one bill: it is known by the ids of both, and whole or not at all."""

from __future__ import annotations

import datetime as dt

import pytest

from counterfoil.posting.records import Taken
from counterfoil.web.models import Document
from counterfoil.web.services import naming, other_names, receiving
from tests.web.api_scene import Keyring, Program, said
from tests.web.cast import As, Cast
from tests.web.meeting_scene import RECEIPT, Json, Practice, brought, practice_with_a6


@pytest.fixture
def practice(cast: Cast, now: dt.datetime) -> Practice:
    return practice_with_a6(cast, now)


def ends_before(practice: Practice, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Take the lines in by a process that ends when it comes to a step."""

    def end(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(receiving, step, end)
        with pytest.raises(KeyboardInterrupt):
            practice.take(brought())


def test_lines_stay_though_the_process_ended_right_after_they_were_taken(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_before(practice, monkeypatch, "_follow")
    practice.pull(paid=100_00, due_date=dt.date(2026, 8, 1))
    assert practice.document("actionstep:36")[0] == 3
    assert practice.lines() == ["350.00", "250.00"]
    assert practice.took(brought()) is Taken.UNCHANGED


def test_a_process_that_ended_before_the_lines_were_taken_leaves_no_name_of_them(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_before(practice, monkeypatch, "take_in")
    assert other_names.document_here(practice.cast.organisation, "bill", "pms-6") is None
    practice.pull(total=700_00, net=700_00)
    assert practice.lines() == ["700.00"]
    assert practice.took(brought("700.00")) is Taken.REVISED


def test_what_named_a_bill_before_its_lines_came_names_it_as_it_is_here(
    practice: Practice,
) -> None:
    assert practice.took(RECEIPT) is Taken.NEW
    (met,) = practice.take(brought())
    assert (met.taken, met.known_as, met.remarks) == (Taken.REVISED, "actionstep:36", ())
    revision, body = practice.document("r-6")
    assert (revision, body["allocations"][0]["bill"]) == (2, "actionstep:36")
    assert body["client"]["id"] == "actionstep:11"
    # What comes again is what is here, by either id, and as a correction that corrects nothing.
    here = [{"bill": "actionstep:36", "amount": "600.00"}]
    assert practice.took(RECEIPT) is Taken.UNCHANGED
    assert practice.took(brought()) is Taken.UNCHANGED
    assert practice.take(RECEIPT, corrects=True)[0].taken is Taken.UNCHANGED
    assert practice.took(RECEIPT, client=body["client"], allocations=here) is Taken.UNCHANGED
    assert practice.took(RECEIPT, memo="other") is Taken.REFUSED
    # The source counts on from its own number.
    assert practice.took(RECEIPT, memo="other", revision=2) is Taken.REVISED
    assert practice.took(RECEIPT, memo="other", revision=2) is Taken.UNCHANGED
    assert practice.take({**RECEIPT, "memo": "third"}, corrects=True)[0].taken is Taken.REVISED
    assert practice.document("r-6")[0] == 4
    assert practice.took(RECEIPT) is Taken.UNCHANGED


def test_what_waited_when_the_process_ended_goes_on_with_the_next_pull(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.take(RECEIPT)
    ends_before(practice, monkeypatch, "_follow")
    practice.pull()
    assert practice.document("r-6")[1]["allocations"][0]["bill"] == "actionstep:36"


def test_clients_money_is_never_told_otherwise_than_its_source_tells_it(
    practice: Practice,
) -> None:
    paid: Json = {
        "kind": "trust_bill_payment",
        "id": "t-6",
        "number": "T6",
        "date": "2026-07-03",
        "trust_account": "TRUST1",
        "client": {"id": "c-77", "name": "Abernethy"},
        "matter": {"id": "m-1", "number": "2026-014"},
        "amount": "600.00",
        "allocations": [{"bill": "pms-6", "amount": "600.00"}],
    }
    practice.take(paid)
    practice.take(brought())
    assert practice.document("t-6")[0] == 1
    assert practice.took(paid) is Taken.UNCHANGED
    practice.take({**paid, "id": "t-7", "number": "T7"})
    revision, body = practice.document("t-7")
    assert (revision, body["allocations"][0]["bill"]) == (1, "actionstep:36")
    assert body["client"]["id"] == "c-77"


def test_a_bill_and_its_receipt_in_one_batch_meet_at_once(practice: Practice) -> None:
    taken = practice.take(RECEIPT, brought())
    assert [one.taken for one in taken] == [Taken.NEW, Taken.REVISED]
    assert practice.document("r-6")[0] == 1
    assert practice.document("r-6")[1]["allocations"][0]["bill"] == "actionstep:36"


def test_a_bill_is_known_by_the_id_that_the_api_was_given(
    practice: Practice, now: dt.datetime, signed_in: As
) -> None:
    program: Program = Keyring(practice.cast, now).ours()
    other = brought(client={"id": "c-78", "name": "Somebody Else"})
    taken = said(program.ask("POST", "/documents", other))
    assert (taken["taken"], taken["known_as"]) == ("revised", "actionstep:36")
    (warned,) = taken["findings"]
    assert (warned["severity"], warned["path"]) == ("warning", "client")
    assert "is to Abernethy Pty Ltd in Actionstep, and here to Somebody Else" in warned["message"]
    for name in ("pms-6", "actionstep:36"):
        told = program.get(f"/documents/bill/{name}")
        assert (told["id"], told["other_ids"]) == ("actionstep:36", ["pms-6"])
    assert program.ask("GET", "/documents/bill/pms-7").status_code == 404
    organisation = practice.cast.organisation
    for name in ("pms-6", "bill:pms-6"):
        (row,) = naming.documents_named(organisation, name)
        assert row.source_id == "actionstep:36"
    page = signed_in("carol").get("/documents/bill/pms-6/").content.decode()
    assert "Came as pms-6, too" in page


def test_earlier_lines_that_come_again_change_nothing(practice: Practice) -> None:
    first, second = brought(), brought()
    second["lines"][0]["description"] = "Advice"
    assert practice.took(first) is Taken.REVISED
    assert practice.took(second) is Taken.REFUSED
    assert practice.took(second, revision=2) is Taken.REVISED
    assert practice.took(first) is Taken.UNCHANGED
    assert practice.document("actionstep:36")[0] == 3


def test_a_bill_that_was_met_does_not_come_again_under_another_number(practice: Practice) -> None:
    practice.take(brought())
    (refused,) = practice.take(brought(number="A7", revision=2))
    assert [one.code for one in refused.findings] == ["number_changed"]
    assert Document.objects.filter(kind="bill").count() == 1


def test_actionsteps_own_id_leads_to_a_bill_that_a_file_brought_first(practice: Practice) -> None:
    practice.take(brought(id="pms-8", number="A8"))
    bill = practice.bill
    bill.pk, bill.row_id, bill.number, bill.source_id = None, "38", "A8", ""
    bill.save()
    receipt = {**RECEIPT, "allocations": [{"bill": "actionstep:38", "amount": "600.00"}]}
    practice.take(receipt)
    practice.pull()
    assert practice.document("r-6")[1]["allocations"][0]["bill"] == "pms-8"


def test_lines_of_another_day_are_taken_with_a_warning(practice: Practice) -> None:
    (met,) = practice.take(brought(date="2026-06-30"))
    assert [one.code for one in met.remarks] == ["date_differs_from_actionstep"]
    assert practice.document("actionstep:36")[1]["date"] == "2026-07-01"


def test_a_rate_comes_with_the_lines_and_a_pull_leaves_it(practice: Practice) -> None:
    practice.pull(currency="USD")
    foreign = brought(currency="USD", exchange_rate="0.5")
    assert practice.took(foreign) is Taken.REVISED
    practice.pull(due_date=dt.date(2026, 8, 1))
    revision, body = practice.document("actionstep:36")
    assert (body["exchange_rate"], body["due_date"]) == ("0.5", "2026-08-01")
    assert practice.took(foreign) is Taken.UNCHANGED
    assert practice.took(foreign, exchange_rate="0.6") is Taken.REFUSED
    assert practice.took(foreign, exchange_rate="0.6", revision=2) is Taken.REVISED
    assert practice.document("actionstep:36")[0] == revision + 1


def test_ledes_that_cannot_name_a_currency_is_warned_of(practice: Practice) -> None:
    practice.pull(currency="USD")
    (refused,) = practice.take(brought())
    assert refused.findings[0].path == "currency"
    (met,) = practice.take(brought(id="ledes:A6"))
    assert [one.code for one in met.remarks] == ["currency_not_told"]


def test_foreign_lines_are_never_posted_in_the_currency_of_the_books(practice: Practice) -> None:
    (refused,) = practice.take(brought(currency="USD"))
    (found,) = refused.findings
    assert "it is in AUD as the books are; this one is in USD" in found.message
    assert practice.took(brought(currency="AUD")) is Taken.REVISED
