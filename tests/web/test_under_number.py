"""Bills under one number: one document is one bill, and whatever speaks against it is said."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest

from counterfoil.core.documents import Bill
from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_json
from counterfoil.posting.records import Taken
from counterfoil.sources.actionstep import decode, pull, wire
from counterfoil.sources.actionstep.pull import Step
from counterfoil.web.models import (
    ActionstepBill,
    ActionstepName,
    Document,
    Organisation,
    Posting,
)
from counterfoil.web.services import (
    actionstep,
    actionstep_bills,
    actionstep_pull,
    under_number,
)
from counterfoil.web.services.actionstep_hints import hints
from counterfoil.web.services.importing import import_file
from counterfoil.web.shelf import save_mapping
from tests.web.cast import Cast
from tests.web.meeting_scene import GOLDEN, Json, Practice, brought, practice_with_a6, with_books


@pytest.fixture
def practice(cast: Cast, now: dt.datetime) -> Practice:
    return practice_with_a6(cast, now)


VOID: Json = {"kind": "void", "id": "v", "date": "2026-07-02", "reason": "wrong"}


def a_files(number: str, total: str = "600.00", **changed: object) -> Json:
    return brought(total, id=f"pms-{number}", number=number, **changed)


def test_a_bill_is_tied_to_a_files_only_where_nothing_speaks_against_it(
    practice: Practice,
) -> None:
    code = {"id": "C-9", "name": "C-9"}
    opening = {**a_files("opening"), "kind": "opening_bill", "id": "ob", "outstanding": "60.00"}
    results = practice.take(
        a_files("same", currency="AUD"),
        a_files("coded", client=code),
        a_files("dollars", currency="USD"),
        a_files("whose", client={"id": "c-1", "name": "Somebody Else"}),
        a_files("CAPS"),
        a_files("credit"),
        a_files("void"),
        opening,
        {**VOID, "voids": {"kind": "bill", "id": "pms-void"}},
    )
    assert {one.taken for one in results} == {Taken.NEW}, results
    for row_id, number in (("50", "same"), ("51", "coded")):
        tied = practice.tells(row_id, number)
        assert (tied.source_id, tied.elsewhere, tied.trouble) == (f"pms-{number}", True, "")
    for row_id, number, words in (
        ("52", "dollars", "in USD; Actionstep says AUD"),
        ("53", "whose", "to Somebody Else; Actionstep says to Abernethy Pty Ltd"),
        ("54", "Caps", "is here as CAPS, of bill:pms-CAPS: nobody says whether Xero"),
        ("55", "void", "which was taken back; Xero keeps its number"),
        ("56", "opening", "actionstep rule --from"),
        ("57", "same", "which is bill same of Actionstep's, with the id 50 there"),
        ("58", "A6", "Actionstep has two bills under the number A6"),
    ):
        told = practice.tells(row_id, number)
        assert words in told.trouble, (number, told.trouble)
        assert (told.source_id, told.waits) == ("", True)
    # A credit under the number of a bill is another paper.
    assert practice.tells("59", "credit", total=-600_00, net=-600_00).source_id == "actionstep:59"
    # What is put right is taken with the next pull.
    right = a_files("dollars", currency="AUD", revision=2)
    assert practice.took(right) is Taken.REVISED
    practice.pull()
    assert ActionstepBill.objects.get(row_id="52").source_id == "pms-dollars"
    # The bill that is deleted in Actionstep gives its document to the one that took its place.
    ActionstepBill.objects.filter(row_id="50").update(status="Deleted")
    practice.pull()
    assert ActionstepBill.objects.get(row_id="57").source_id == "pms-same"
    assert ActionstepBill.objects.get(row_id="50").source_id == ""


def test_a_number_that_a_bill_gives_up_is_said_of_both(practice: Practice) -> None:
    practice.take(a_files("N1"))
    first = practice.tells("50", "N1")
    ActionstepBill.objects.filter(pk=first.pk).update(number="N1-new", waits=True)
    second = practice.tells("51", "N1")
    assert "which is bill N1-new of Actionstep's" in second.trouble
    assert (
        hints(practice.row).shown[0].words.startswith("has this number in Actionstep, and N1 here")
    )
    # Two that come at once under one number, but for capitals, are asked about.
    ActionstepBill.objects.filter(pk=first.pk).update(number="N1")
    practice.bill.refresh_from_db()
    for row_id, number in (("52", "Two"), ("53", "TWO")):
        ActionstepBill.objects.create(
            **{
                name: getattr(practice.bill, name)
                for name in ("actionstep", "status", "date", "total", "net", "client", "seen_at")
            },
            row_id=row_id,
            number=number,
        )
    practice.pull()
    assert [ActionstepBill.objects.get(row_id=one).trouble[:24] for one in ("52", "53")] == [
        "",
        "Actionstep has two bills",
    ]
    assert practice.tells("54", "A6", total=-600_00, net=-600_00).trouble == ""
    # Lines under that number go to the one of their sign; other capitals are asked about.
    assert practice.took(brought()) is Taken.REVISED
    assert practice.lines() == ["350.00", "250.00"]
    (asked,) = practice.take(a_files("two"))
    assert "nobody says whether Xero tells the two apart" in asked.findings[0].message


def test_lines_of_a_credit_go_to_the_credit_of_their_number() -> None:
    rows = [ActionstepBill(number="A6", total=total) for total in (600_00, -600_00)]
    document = read_json(json.dumps(brought("-600.00"))).document
    assert isinstance(document, Bill)
    assert under_number.of_one_number(document, rows) is rows[1]


def test_a_tied_bill_whose_client_or_day_differs_on_either_side_is_told(
    practice: Practice,
) -> None:
    practice.take(a_files("T1", date="2026-06-30"))
    assert "is of 2026-07-01 in Actionstep, and of 2026-06-30" in practice.tells("50", "T1").trouble
    zed = {"id": "c-9", "name": "Zed"}
    assert practice.took(a_files("T1", revision=2), client=zed) is Taken.REVISED
    practice.pull()
    (hint,) = hints(practice.row).shown
    assert hint.words.startswith("is to Abernethy Pty Ltd in Actionstep, and to Zed here.")
    assert practice.took(a_files("T1", revision=3)) is Taken.REVISED
    practice.pull()
    assert hints(practice.row).shown == ()
    names = ActionstepName.objects.filter(row_id="11")
    names.create(actionstep=practice.row, resource="participants", row_id="12", name="Other")
    ActionstepBill.objects.filter(row_id="50").update(client="12", waits=True)
    practice.pull()
    (hint,) = hints(practice.row).shown
    assert hint.words.startswith("is to Other in Actionstep")


def test_a_prefix_of_the_firms_keeps_no_two_sources_apart(practice: Practice) -> None:
    raw = json.loads((GOLDEN / "mapping.json").read_bytes())
    raw["settings"]["kinds"] = {"bill": {"number_prefix": "ML-"}}
    mapping, faults = read_mapping(json.dumps(raw).encode())
    assert mapping is not None, faults
    save_mapping(practice.cast.organisation, mapping, actor="test", now=practice.now)
    practice.take(a_files("P1"))
    assert Document.objects.get(source_id="pms-P1").number == "ML-P1"
    assert practice.tells("50", "P1").source_id == "pms-P1"
    assert practice.tells("51", "ML-P1").source_id == "actionstep:51"


def test_lines_find_their_bill_in_whichever_organisation_it_is(
    practice: Practice, now: dt.datetime
) -> None:
    north = Organisation.objects.create(firm=practice.cast.firm, key="north", created_at=now)
    with_books(north, now)
    practice.row.divisions.create(row_id="3", organisation=north)
    practice.row.divisions.create(row_id="4", organisation=practice.cast.organisation)
    told = practice.tells("50", "N7", division="3")
    assert told.organisation == north
    (refused,) = practice.take(a_files("N7"))
    assert [one.code for one in refused.findings] == ["bill_of_another_organisation"]
    assert "Bring it to north" in refused.findings[0].fix
    (unnamed,) = practice.take(a_files("N8"), into="")
    assert [one.code for one in unnamed.findings] == ["organisation_not_named"]
    file = io.BytesIO(json.dumps(a_files("N7")).encode())
    for taken, corrects in ((Taken.REVISED, False), (Taken.UNCHANGED, True)):
        file.seek(0)
        imported = import_file(
            file, practice.cast.organisation, meant=False, actor="t", now=now, corrects=corrects
        )
        assert imported.taken == {taken: 1}, imported
    assert practice.document("actionstep:50")[0] == 2
    assert not Document.objects.filter(organisation=practice.cast.organisation, number="N7")
    # One that has nothing but its number in common is another bill.
    other = a_files("N7", "700.00", client={"id": "c-1", "name": "Somebody Else"})
    assert practice.take(other)[0].taken is Taken.NEW
    # The other way round: a file brought it to one, and its division goes to the other.
    practice.take(a_files("N9"))
    assert "is in main already, as bill:pms-N9, and this bill goes to north" in (
        practice.tells("51", "N9", division="3").trouble
    )
    assert practice.tells("52", "N9", division="4").source_id == "pms-N9"
    practice.pull()
    assert ActionstepBill.objects.get(row_id="51").organisation == north


def test_a_state_that_the_api_does_not_name_is_never_an_approval(practice: Practice) -> None:
    for row_id, state in (("50", "Voided"), ("51", ""), ("52", "Open, deleted")):
        told = practice.tells(row_id, f"S{row_id}", status=state)
        assert told.source_id == ""
        assert f'has the state "{state or "none"}" in Actionstep' in told.trouble
    practice.pull(status="Voided", total=700_00, net=700_00)
    assert practice.document("actionstep:36")[0] == 1
    assert [one.words[:24] for one in hints(practice.row).shown] == ['has the state "Voided" i']
    practice.pull(status="Closed")
    assert practice.document("actionstep:36")[1]["total"] == "700.00"


def read(practice: Practice, **told: object) -> None:
    """Let a page bring bill A6 as Actionstep tells it now, and take it in."""
    values = {
        "status": "Open",
        "ourReference": "A6",
        "invoiceDate": "2026-07-01",
        "totalInclusive": "600.00",
        "totalExclusive": "600.00",
        "totalSalesTax": "0.00",
        "totalPaid": "0.00",
        "totalDue": "0.00",
        "links": {"theirParticipant": "11"},
        **told,
    }
    rows = decode.page(
        wire.Answer(200, {}, json.dumps({"bills": {"id": 36, **values}}).encode()), "bills"
    ).rows
    place = pull.begin(practice.now)
    actionstep_pull.store(practice.row, place, Step("bills", rows, None), practice.now)
    actionstep_bills.take_in_waiting(practice.row, actor="test", now=practice.now)


def test_a_payment_or_a_new_rule_or_name_makes_no_revision_of_a_bill(practice: Practice) -> None:
    rule = {"split": "share", "percent": "50"}
    actionstep.set_rule(practice.row, rule, None, actor="test", now=practice.now)
    practice.row.names.update(name="Abernethy Holdings")
    read(practice, totalPaid="600.00", status="Closed")
    assert practice.document("actionstep:36")[0] == 1
    assert "is paid by 600.00" in hints(practice.row).shown[0].words
    # Another head is a revision, with the lines and the name under which it was billed.
    read(practice, totalPaid="600.00", dueDate="2026-08-01")
    revision, body = practice.document("actionstep:36")
    assert (revision, body["client"]["name"]) == (2, "Abernethy Pty Ltd")
    assert practice.lines() == ["600.00"]
    read(practice, totalInclusive="700.00", totalExclusive="700.00")
    assert practice.lines() == ["350.00", "350.00"]


def test_hints_say_how_many_more_there_are(practice: Practice) -> None:
    practice.pull(paid=100_00, paid_changed_at=practice.now)
    for row_id in range(50, 53):
        practice.tells(str(row_id), f"H{row_id}", paid=1_00, paid_changed_at=practice.now)
    found = hints(practice.row, 2)
    assert ([one.bill.row_id for one in found.shown], found.more) == (["36", "50"], 2)
    assert len(hints(practice.row, None).shown) == 4


def test_a_bill_that_was_taken_back_here_and_stands_there_is_told(practice: Practice) -> None:
    codes = {"income": "4-1000"}
    actionstep.set_rule(practice.row, codes, None, actor="test", now=practice.now)
    practice.tells("50", "B5")
    assert practice.took(VOID, voids={"kind": "bill", "id": "actionstep:50"}) is Taken.NEW
    (refused,) = practice.take(a_files("B5"))
    assert "was taken back; Xero keeps its number" in refused.findings[0].message
    assert not hints(practice.row).shown
    Posting.objects.filter(document__source_id="actionstep:50").update(state="withdrawn")
    (hint,) = hints(practice.row).shown
    assert (hint.bill.number, hint.words[:20]) == ("B5", "was taken back here,")
