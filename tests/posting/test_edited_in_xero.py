"""What somebody has edited in Xero is never overwritten by a revision unless a person says so."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from counterfoil.core.conversion import Act
from counterfoil.core.documents import Key
from counterfoil.core.reader import read_json
from counterfoil.core.xero_documents import AccountRef, Symbol
from counterfoil.posting import correcting
from counterfoil.posting.daybook import reconvert, take_in
from counterfoil.posting.drift.compare import edits
from counterfoil.posting.drift.shown import Kept, Known, Shown, ShownLine
from counterfoil.posting.overwriting import EDITED, overwritten
from counterfoil.posting.records import Outcome, PostingKey
from counterfoil.posting.states import State
from tests.cli.scene import bill, receipt
from tests.year.line import Practice
from xero_sandbox.books import Organisation, merge_contacts

Document = dict[str, Any]
BILL = Key("bill", "b-1")
MADE = PostingKey("bill", "b-1", "", Act.CREATE, 1)
SECOND = MADE._replace(part="revision:2", act=Act.UPDATE)


class Desk(Practice):
    """A firm that has posted a bill of 100.00."""

    def __init__(self) -> None:
        super().__init__(dt.date(2026, 7, 1))
        self.post(bill("1"))

    def post(self, *documents: Document) -> None:
        read = [read_json(json.dumps(one)).document for one in documents]
        known = [one for one in read if one is not None]
        take_in(known, self.outbox, self.shelf, actor="ann", now=self.clock.now())
        self.poster.drain()

    def retry(self) -> None:
        reconvert([BILL], self.outbox, self.shelf, actor="ann", now=self.clock.now())
        self.poster.drain()

    def overwrite(self) -> int:
        count = self.outbox.overwrite([MADE, SECOND], actor="ann", now=self.clock.now())
        self.poster.drain()
        return count

    @property
    def xero_id(self) -> str:
        (found,) = self.outbox.ids([Symbol(*BILL)]).values()
        return found

    @property
    def organisation(self) -> Organisation:
        return self.sandbox.state.organisations[self.firm.tenant_id]

    @property
    def invoice(self) -> Document:
        path = f"/Invoices/{self.xero_id}"
        found: Document = self.firm.ask("GET", path, self.clock.now())["Invoices"][0]
        return found

    def edit(self, **changed: object) -> None:
        """Edit the bill in Xero, as its accountant would."""
        self.firm.ask("POST", f"/Invoices/{self.xero_id}", self.clock.now(), changed)

    def edit_line(self, **changed: object) -> None:
        (line,) = self.invoice["LineItems"]
        kept = {name: line[name] for name in ("LineItemID", "Description", "AccountCode")}
        self.edit(LineItems=[{**kept, "UnitAmount": "100", "TaxType": line["TaxType"], **changed}])

    @property
    def due(self) -> str:
        return str(self.invoice["DueDateString"])[:10]

    @property
    def held_for(self) -> str:
        found = self.outbox.findings([BILL])[BILL]
        return "".join(one.message for one in found if one.code == EDITED)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def revised(net: str = "150.00", number: int = 2, **changed: object) -> Document:
    return bill("1", net=net, revision=number, **changed)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"DueDate": "2026-12-24"}, "due date: 2026-06-15 became 2026-12-24"),
        ({"InvoiceNumber": "OTHER"}, "number: INV-1 became OTHER"),
        ({"Date": "2026-06-16"}, "date: 2026-06-15 became 2026-06-16"),
    ],
    ids=str,
)
def test_an_edit_of_the_head_is_named_and_left(desk: Desk, edit: dict[str, str], told: str) -> None:
    desk.edit(**edit)
    desk.post(revised())
    assert desk.invoice["Total"] == "100.00"
    assert told in desk.held_for


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"UnitAmount": "90"}, "amount: line 1 100.00 became 90.00"),
        ({"AccountCode": "260"}, "account: line 1 200 became 260"),
        ({"Description": "Advice"}, "description: line 1 Work became Advice"),
        ({"TaxType": "OUTPUT"}, "tax: line 1 EXEMPTOUTPUT became OUTPUT"),
    ],
    ids=str,
)
def test_an_edit_of_a_line_is_named_and_left(desk: Desk, edit: dict[str, str], told: str) -> None:
    desk.edit_line(**edit)
    desk.post(revised())
    assert desk.outbox.postings([BILL])[-1].state is State.HELD
    assert told in desk.held_for


def test_a_guard_that_sees_nothing_would_lose_the_edit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "edited", lambda *_: None)
    desk.edit_line(Description="Advice")
    desk.post(revised())
    assert desk.invoice["LineItems"][0]["Description"] == "Work"


def test_what_was_put_back_in_xero_is_updated_on_retry(desk: Desk) -> None:
    desk.edit(DueDate="2026-12-24")
    desk.post(revised())
    desk.retry()
    assert (desk.invoice["Total"], desk.held_for != "") == ("100.00", True)
    desk.edit(DueDate="2026-06-15")
    desk.retry()
    assert (desk.invoice["Total"], desk.held_for) == ("150.00", "")


def test_what_is_overwritten_knowingly_stands_in_the_record(desk: Desk) -> None:
    desk.edit(DueDate="2026-12-24")
    desk.post(revised())
    assert desk.overwrite() == 1
    assert (desk.invoice["Total"], desk.due) == ("150.00", "2026-06-15")
    (event,) = (one for one in desk.outbox.events() if one.what == "chose overwrite")
    assert (event.actor, event.posting) == ("ann", SECOND)
    assert "due date: 2026-06-15 became 2026-12-24" in event.detail
    assert desk.overwrite() == 0


def test_a_choice_is_about_the_edits_that_were_shown(desk: Desk) -> None:
    desk.edit(DueDate="2026-12-24")
    desk.post(revised())
    desk.outbox.overwrite([SECOND], actor="ann", now=desk.clock.now())
    desk.edit(DueDate="2026-12-31")
    desk.poster.drain()
    assert desk.due == "2026-12-31"
    assert "became 2026-12-31" in desk.held_for


def test_an_edit_that_the_practice_records_too_is_no_loss(desk: Desk) -> None:
    desk.edit(DueDate="2026-12-24")
    desk.post(revised(due_date="2026-12-24"))
    assert (desk.invoice["Total"], desk.held_for) == ("150.00", "")


def test_what_a_revision_does_not_state_stays_and_holds_nothing(desk: Desk) -> None:
    desk.edit(Reference="Call first")
    desk.post(revised())
    assert (desk.invoice["Total"], desk.invoice["Reference"]) == ("150.00", "Call first")


def test_one_revision_after_another_is_no_edit_of_anybodys(desk: Desk) -> None:
    for number, net in enumerate(("150.00", "175.00", "120.00"), 2):
        desk.post(revised(net, number))
        assert (desk.invoice["Total"], desk.held_for) == (net, "")


def test_a_bill_of_a_merged_contact_was_not_given_to_another(desk: Desk) -> None:
    contacts = desk.firm.ask("PUT", "/Contacts", desk.clock.now(), {"Name": "Kept"})["Contacts"]
    kept = contacts[0]["ContactID"]
    ours = desk.invoice["Contact"]["ContactID"]
    merge_contacts(desk.organisation, ours, kept, desk.clock.now())
    desk.post(revised())
    assert desk.held_for == ""


def test_a_bill_given_to_another_contact_is_told_by_name(desk: Desk) -> None:
    contacts = desk.firm.ask("PUT", "/Contacts", desk.clock.now(), {"Name": "Other"})["Contacts"]
    desk.edit(Contact={"ContactID": contacts[0]["ContactID"]})
    desk.post(revised())
    assert "became Other" in desk.held_for


def test_the_corrected_total_of_ours_is_no_edit(desk: Desk) -> None:
    """The revision is stated, and its total differs as that of the first did."""
    desk.organisation.settings.arithmetic = "ties_to_even"
    line = {"description": "Work", "account": "4-1000", "tax_code": "GST"}
    tie: Document = {
        "lines": [{**line, "total": "0.45", "tax": "0.05"}],
        "tax": "0.05",
        "total": "0.50",
    }
    desk.post(bill("2", **tie))
    desk.post(bill("2", revision=2, **tie, due_date="2026-12-24"))
    *_, correction, revision = desk.outbox.postings([Key("bill", "b-2")])
    assert correction.state is State.POSTED
    assert (revision.key.part, revision.state) == ("revision:2", State.POSTED)
    assert revision.request_id is not None


def tied_by_hand(desk: Desk) -> None:
    """Have a person tie the bill to what Xero holds, as if others had entered it there."""
    link = replace(desk.outbox.links([MADE])[MADE], source="person")
    desk.outbox.unlink([MADE], actor="ann", now=desk.clock.now())
    desk.outbox.relink([Outcome(MADE, State.POSTED, link)], actor="ann", now=desk.clock.now())


def test_of_what_others_entered_it_is_told_what_theirs_would_become(desk: Desk) -> None:
    contacts = desk.firm.ask("PUT", "/Contacts", desk.clock.now(), {"Name": "Other"})["Contacts"]
    desk.edit(Contact={"ContactID": contacts[0]["ContactID"]})
    tied_by_hand(desk)
    desk.post(revised())
    assert "contact: Other became Client 1" in desk.held_for


def test_of_what_others_entered_all_that_would_change_is_asked_about(desk: Desk) -> None:
    tied_by_hand(desk)
    desk.post(revised())
    assert "cannot be told" in desk.held_for
    assert "amount: line 1 100.00 became 150.00" in desk.held_for
    assert desk.overwrite() == 1
    desk.post(revised("175.00", 3))
    assert (desk.invoice["Total"], desk.held_for) == ("175.00", "")


def test_a_payment_is_no_edit_and_what_has_no_bearing_on_money_is_updated(desk: Desk) -> None:
    desk.post(receipt("1"))
    line = {"description": "Advice", "account": "4-2000", "tax_code": "FREE", "total": "100.00"}
    desk.post(revised("100.00", lines=[{**line, "tax": "0.00"}], due_date="2026-12-24"))
    (found,) = desk.invoice["LineItems"]
    assert (found["Description"], found["AccountCode"]) == ("Advice", "260")
    assert (desk.invoice["Status"], desk.due) == ("PAID", "2026-12-24")


FEES = ShownLine(10_000, 1_000_000, AccountRef("200"), "OUTPUT", None, frozenset(), "Work")
FIRST = Shown(
    "Invoices", "", "ACCREC", "INV-1", date=dt.date(2026, 6, 15), contact_id="k", lines=(FEES,)
)


def stated(shown: Shown, total: int = 11_000) -> Kept:
    return Kept(MADE, "Invoices", "INV-1", "x", total, shown)


def test_an_own_update_that_landed_late_is_nobodys_edit() -> None:
    later = replace(FIRST, due_date=dt.date(2026, 8, 1))
    last = replace(FIRST, due_date=dt.date(2026, 9, 1))
    found = replace(later, xero_id="x", total=11_000)
    assert overwritten([stated(FIRST)], stated(last), found, Known()) == ()
    early = replace(FIRST, due_date=dt.date(2026, 7, 1))
    assert overwritten([stated(early), stated(later)], stated(last), found, Known()) == ()
    assert [o.code for o in overwritten([stated(early)], stated(last), found, Known())] == [
        "due_date_changed"
    ]


def test_lines_that_only_moved_are_no_edit_and_added_ones_are_told_in_full() -> None:
    costs = FEES._replace(unit_amount=500_000, description="Costs")
    both = replace(FIRST, lines=(FEES, costs))
    found = replace(FIRST, lines=(costs, FEES), total=16_500)
    assert edits(stated(both, 16_500), found, Known()) == ()
    (added,) = edits(stated(FIRST), found, Known())
    assert added == ("lines_added_or_removed", "nothing became “Costs” 50.00 on 200")


def test_the_number_that_we_gave_before_voiding_is_no_edit() -> None:
    found = replace(FIRST, number="INV-1-VOID1", total=11_000)
    assert overwritten([stated(FIRST)], stated(FIRST), found, Known()) == ()


def test_without_a_copy_of_what_was_sent_only_the_total_can_be_told() -> None:
    unknown = Kept(MADE, "Invoices", "INV-1", "x", 11_000)
    assert edits(unknown, replace(FIRST, number="OTHER", total=11_000), Known()) == ()
    (changed,) = edits(unknown, replace(FIRST, total=9_900), Known())
    assert changed == ("total_changed", "110.00 became 99.00")


def test_a_finding_names_what_xero_shows_and_so_fits_a_postings_choice(desk: Desk) -> None:
    desk.edit_line(Description="Advice " * 500)
    desk.post(revised())
    (finding,) = (one for one in desk.outbox.findings([BILL])[BILL] if one.code == EDITED)
    assert len(finding.about) <= 16  # The column is as wide.
    assert len(finding.message) < 1_000
