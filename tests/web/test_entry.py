"""Entry by hand: the live line editor, drafts, and the approval."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from django.test import Client

from counterfoil.core.documents import Bill, Key, TrustPayment
from counterfoil.core.mapping_file import read_mapping
from counterfoil.core.reader import read_json
from counterfoil.posting.bodies import read_back
from counterfoil.posting.states import State
from counterfoil.sample.books import MAPPING
from counterfoil.web.models import Document, Draft, Event, Revision
from counterfoil.web.services import entered_again, entering, entry_fields, retrying
from counterfoil.web.shelf import save_mapping
from counterfoil.web.store import outbox_of
from tests.web.cast import As, Cast, a_document

BILL = {
    "id": "hand-1",
    "number": "INV-77",
    "date": "2026-07-01",
    "client.name": "Ng Family Trust",
    "matter.number": "2026-0042",
    "lines[0].description": "Advice",
    "lines[0].account": "4-1000",
    "lines[0].tax_code": "GST",
    "lines[0].quantity": "0.67",
    "lines[0].unit_price": "1,594.029851",
    "lines[0].total": "$1,068.00",
    "tax": "106.80",
    "total": "1,174.80",
}


@pytest.fixture
def mapped(cast: Cast, now: dt.datetime) -> Cast:
    mapping, faults = read_mapping(json.dumps(MAPPING).encode())
    assert mapping is not None, faults
    save_mapping(cast.organisation, mapping, actor="test", now=now)
    return cast


def approve(client: Client, kind: str, fields: dict[str, str]) -> str:
    answer = client.post(f"/enter/{kind}/", {**fields, "do": "approve"}, follow=True)
    return answer.content.decode()


def test_a_bill_is_entered_and_approved(cast: Cast, signed_in: As) -> None:
    approve(signed_in("bob"), "bill", BILL)
    row = Document.objects.get(kind="bill")
    bill = read_back(bytes(Revision.objects.get(document=row).body or b""))
    assert isinstance(bill, Bill)
    assert (bill.total, bill.lines[0].total, bill.client.name) == (
        1174_80,
        1068_00,
        "Ng Family Trust",
    )
    assert row.matter == "2026-0042"


def test_faults_stand_beside_their_fields_and_what_was_typed_stays(
    cast: Cast, signed_in: As
) -> None:
    page = approve(signed_in("carol"), "bill", {**BILL, "total": "1.174,80", "date": ""})
    assert "point and comma the other way about. Write 1174.80" in page
    assert "The field date is missing." in page
    assert 'value="1.174,80"' in page
    assert 'value="Advice"' in page
    assert not Document.objects.exists()


def test_sums_that_do_not_add_up_are_the_readers_to_judge(cast: Cast, signed_in: As) -> None:
    page = approve(signed_in("carol"), "bill", {**BILL, "total": "1.00"})
    assert "to put right" in page
    assert not Document.objects.exists()


def test_a_figure_with_another_currencys_sign_is_refused_until_that_is_the_bills(
    cast: Cast, signed_in: As
) -> None:
    cast.organisation.base_currency = "AUD"
    cast.organisation.save()
    page = approve(signed_in("carol"), "bill", {**BILL, "lines[0].total": "€1,068.00"})
    assert "bears the sign of another currency than AUD" in page
    euros = {**BILL, "currency": "EUR", "exchange_rate": "1.65", "lines[0].total": "€1,068.00"}
    judged = entering.judge(cast.organisation, "bill", entering.posted(euros))
    assert judged.document is not None, judged.faults


def test_an_overridden_total_is_followed_by_its_unit_price(mapped: Cast, signed_in: As) -> None:
    answer = signed_in("carol").post(
        "/enter/bill/",
        {**BILL, "lines[0].unit_price": "100", "lines[0].total": "68.00"},
        headers={"HX-Request": "true", "HX-Trigger-Name": "lines[0].total"},
    )
    page = answer.content.decode()
    assert 'id="f-lines-0-unit_price"' in page
    assert 'value="101.492537"' in page
    assert 'hx-swap-oob="true"' in page
    assert "Advice" not in page


def test_without_a_script_the_figures_are_worked_out_by_a_button(
    mapped: Cast, signed_in: As
) -> None:
    fields = {name: value for name, value in BILL.items() if name not in {"tax", "total"}}
    del fields["lines[0].total"]
    fields["lines[0].unit_price"] = "100"
    page = signed_in("carol").post("/enter/bill/", {**fields, "do": "work_out"}).content.decode()
    assert 'name="total" value="67.00"' in page or 'name="total" value="73.70"' in page


LINE = {"description": "Advice", "account": "4-1000", "tax_code": "GST"}


def line(row: int, **figures: str) -> dict[str, str]:
    return {f"lines[{row}].{name}": value for name, value in {**LINE, **figures}.items()}


def worked(cast: Cast, values: dict[str, str], changed: str) -> dict[str, str]:
    return entering.worked_out(cast.organisation, "bill", entering.posted(values), changed)


def test_empty_rows_are_left_out_and_the_others_keep_their_order(cast: Cast) -> None:
    lines = {**line(4, total="5.00", tax="0.50"), **line(11, total="11.00", tax="1.10")}
    typed = {**BILL, **dict.fromkeys(line(0, quantity="", unit_price="", total=""), ""), **lines}
    typed |= {"tax": "1.60", "total": "17.60"}
    judged = entering.judge(cast.organisation, "bill", entering.posted(typed))
    assert isinstance(judged.document, Bill), judged
    assert [one.total for one in judged.document.lines] == [5_00, 11_00]


def test_a_row_keeps_its_number_when_one_before_it_is_cleared(mapped: Cast) -> None:
    second = line(1, quantity="3", unit_price="300", total="600.00", tax="60.00")
    sums = {"tax": "60.00", "total": "660.00"}
    told = worked(mapped, {"lines[0].total": "", **second, **sums}, "lines[1].quantity")
    assert told["lines[1].total"] == "900.00"
    assert not any(name.startswith("lines[0]") for name in told)
    told = worked(mapped, {**second, **sums, "lines[1].total": "950"}, "lines[1].total")
    assert told["lines[1].unit_price"] == "316.666667"


def test_an_overridden_total_leaves_the_prices_of_other_rows_alone(mapped: Cast) -> None:
    b = line(1, quantity="2", unit_price="100", total="400.00")
    c = line(2, quantity="3", unit_price="50", total="150.00")
    told = worked(mapped, {**b, **c}, "lines[1].total")
    assert (told["lines[1].unit_price"], told["lines[2].unit_price"]) == ("200", "50")


UNREADABLE = [
    ("lines[0].total", "1.234,50", "Write 1234.50 if that is meant"),
    ("lines[0].total", "1,5", "may mean 1.5 or 15"),
    ("lines[0].total", "1.000", "may mean 1000 or 1.000"),
    ("lines[0].total", "abc", "is no figure"),
    ("lines[0].total", "12.3456", "at most 2"),
    ("lines[0].unit_price", "1.234,50", "Write 1234.50 if that is meant"),
    ("lines[0].tax", "80,00", "may mean 80.00 or 8000"),
    ("total", "1.174,80", "Write 1174.80 if that is meant"),
]


@pytest.mark.parametrize(("path", "typed", "words"), UNREADABLE)
def test_a_figure_that_cannot_be_read_stays_and_says_why(
    path: str, typed: str, words: str, mapped: Cast, signed_in: As
) -> None:
    form = {**BILL, "lines[0].tax": "106.80", path: typed}
    headers = {"HX-Request": "true", "HX-Trigger-Name": path}
    carol = signed_in("carol")
    answer = carol.post("/enter/bill/", form, headers=headers).content.decode()
    page = carol.post("/enter/bill/", {**form, "do": "work_out"}).content.decode()
    for shown in (answer, page):
        assert f'name="{path}" value="{typed}"' in shown
        assert words in shown
        assert "aria-invalid" in shown
    for kept in ("lines[0].quantity", "lines[0].unit_price", "lines[0].total", "tax", "total"):
        assert f'name="{kept}" value="{form[kept]}"' in page


def test_a_line_that_can_be_read_follows_beside_one_that_cannot(mapped: Cast) -> None:
    bad = line(0, quantity="2", unit_price="100", total="1,5")
    good = line(1, quantity="3", unit_price="50", total="1.00")
    told = worked(mapped, {**bad, **good, "total": "9.00"}, "lines[1].quantity")
    assert (told["lines[0].total"], told["lines[1].total"], told["total"]) == (
        "1,5",
        "150.00",
        "9.00",
    )


def test_a_figure_that_was_put_right_says_nothing_any_more(mapped: Cast, signed_in: As) -> None:
    answer = signed_in("carol").post(
        "/enter/bill/",
        {**BILL, "lines[0].total": "1068.00", "was-wrong": "1"},
        headers={"HX-Request": "true", "HX-Trigger-Name": "lines[0].total"},
    )
    page = answer.content.decode()
    assert 'name="lines[0].total" value="1068.00"' in page
    assert '<div id="f-lines-0-total-wrong" aria-live="polite" hx-swap-oob="true"></div>' in page
    assert "aria-invalid" not in page


def test_what_follows_goes_to_the_row_of_the_page(mapped: Cast, signed_in: As) -> None:
    answer = signed_in("carol").post(
        "/enter/bill/",
        {"lines[0].total": "", **line(1, quantity="3", unit_price="300")},
        headers={"HX-Request": "true", "HX-Trigger-Name": "lines[1].quantity"},
    )
    page = answer.content.decode()
    assert 'id="f-lines-1-total"' in page
    assert 'id="f-lines-0-total"' not in page


def test_a_fault_stands_in_the_row_of_the_page(cast: Cast) -> None:
    typed = {**BILL, **line(3, total="1.00")}
    del typed["lines[3].account"]
    judged = entering.judge(cast.organisation, "bill", entering.posted(typed))
    assert "lines[3].account" in judged.faults
    assert not any(path.startswith("lines[1]") for path in judged.faults)


def test_a_total_that_its_own_line_contradicts_is_refused(cast: Cast, signed_in: As) -> None:
    contrary = {**BILL, "lines[0].quantity": "3", "lines[0].unit_price": "300"}
    page = approve(signed_in("carol"), "bill", contrary)
    assert "3 × 300 makes 900.00, and the line&#x27;s total says 1068.00." in page
    assert not Document.objects.exists()


def shown(kept: Draft) -> dict[str, str]:
    return {"draft": str(kept.pk), "draft-seen": kept.saved_at.isoformat()}


def test_a_draft_waits_and_is_gone_once_it_is_approved(cast: Cast, signed_in: As) -> None:
    carol = signed_in("carol")
    carol.post("/enter/bill/", {**BILL, "total": "?", "do": "draft"})
    kept = Draft.objects.get()
    assert not Document.objects.exists()
    assert 'value="?"' in carol.get(f"/draft/{kept.pk}/").content.decode()
    approve(carol, "bill", {**BILL, **shown(kept)})
    assert Draft.objects.get().pk == kept.pk
    assert not Document.objects.exists()
    approve(signed_in("bob"), "bill", {**BILL, **shown(Draft.objects.get())})
    assert not Draft.objects.exists()
    assert Document.objects.filter(kind="bill").exists()


def test_a_page_that_shows_an_older_draft_changes_nothing(cast: Cast, signed_in: As) -> None:
    bob, carol = signed_in("bob"), signed_in("carol")
    carol.post("/enter/bill/", {**BILL, "memo": "first", "do": "draft"})
    old = Draft.objects.get()
    assert shown(old)["draft-seen"] in bob.get(f"/draft/{old.pk}/").content.decode()
    carol.post("/enter/bill/", {**BILL, "memo": "second", "do": "draft", **shown(old)})
    for do in ("approve", "draft"):
        answer = bob.post("/enter/bill/", {**BILL, "do": do, **shown(old)})
        assert "changed since by carol@example.com" in answer.content.decode()
        assert f'href="/draft/{old.pk}/"' in answer.content.decode()
    bob.post(f"/draft/{old.pk}/", shown(old))
    assert Draft.objects.get().fields["memo"] == "second"
    assert not Document.objects.exists()


def test_a_draft_that_is_gone_is_neither_approved_nor_kept_unawares(
    cast: Cast, signed_in: As
) -> None:
    bob, carol = signed_in("bob"), signed_in("carol")
    carol.post("/enter/bill/", {**BILL, "do": "draft"})
    old = Draft.objects.get()
    carol.post(f"/draft/{old.pk}/", shown(old))
    assert "thrown away since" in approve(bob, "bill", {**BILL, **shown(old)})
    assert not Document.objects.exists()
    approve(bob, "bill", BILL)
    page = carol.post("/enter/bill/", {**BILL, "memo": "late", "do": "draft", **shown(old)})
    assert "handed in since" in page.content.decode()
    assert not Draft.objects.exists()


def test_staff_neither_throw_a_bookkeepers_draft_away_nor_write_over_it(
    cast: Cast, signed_in: As
) -> None:
    signed_in("bob").post("/enter/bill/", {**BILL, "do": "draft"})
    kept = Draft.objects.get()
    carol = signed_in("carol")
    page = carol.post(f"/draft/{kept.pk}/", follow=True).content.decode()
    assert "Only bob@example.com or a bookkeeper may throw this draft away." in page
    carol.post("/enter/bill/", {**BILL, "number": "X", "do": "draft", "draft": str(kept.pk)})
    assert Draft.objects.get(pk=kept.pk).title == "INV-77"
    assert Draft.objects.count() == 2


@pytest.mark.parametrize("who", ["carol", "bob"])
def test_a_draft_that_is_thrown_away_stands_in_the_audit(
    who: str, cast: Cast, signed_in: As
) -> None:
    signed_in("carol").post("/enter/bill/", {**BILL, "do": "draft"})
    kept = Draft.objects.get()
    signed_in(who).post(f"/draft/{kept.pk}/", shown(kept))
    assert not Draft.objects.exists()
    event = Event.objects.get()
    told = (event.what, event.detail, event.actor)
    assert told == (
        "draft thrown away",
        "bill INV-77, kept by carol@example.com",
        f"user:{who}@example.com",
    )


def test_another_firms_draft_is_not_there(cast: Cast, signed_in: As) -> None:
    signed_in("carol").post("/enter/bill/", {**BILL, "do": "draft"})
    kept = Draft.objects.get()
    assert signed_in("charlie").get(f"/draft/{kept.pk}/").status_code == 404
    signed_in("charlie").post("/enter/bill/", {**BILL, "do": "draft", "draft": str(kept.pk)})
    assert Draft.objects.count() == 2


def test_a_receipt_names_its_bill_by_number(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "b-9", number="INV-9")
    fields = {
        "number": "R-1",
        "date": "2026-07-02",
        "client.name": "Ng Family Trust",
        "bank_account": "OFFICE",
        "amount": "110",
        "allocations[0].bill": "INV-9",
        "allocations[0].amount": "110.00",
    }
    judged = entering.judge(cast.organisation, "receipt", {"id": "hand-2", **fields})
    assert judged.document is not None, judged
    assert "b-9" in str(judged.document)


def test_a_client_who_is_known_keeps_its_id(cast: Cast) -> None:
    a_document(cast.organisation, "c-17", kind="contact", party="Ng Family Trust", date=None)
    judged = entering.judge(cast.organisation, "bill", dict(BILL))
    assert judged.document is not None, judged
    assert "c-17" in str(judged.document)


REVERSAL = {"id": "hand-3", "number": "RV-1", "date": "2026-07-03", "reason": "dishonoured"}
NG, YAK, ZED = "Ng Family Trust", "Yak Printing", "Zed Couriers"
PAYMENT = {
    "id": "hand-4",
    "number": "PAY-1",
    "date": "2026-07-04",
    "supplier.name": YAK,
    "bank_account": "OFFICE",
    "amount": "110",
    "allocations[0].supplier_bill": "1001",
    "allocations[0].amount": "110",
}
SPLIT = {
    "kind": "trust_receipt",
    "id": "sp-1",
    "number": "SP-1",
    "date": "2026-07-01",
    "trust_account": "TRUST1",
    "payer": {"id": "c-9", "name": NG},
    "amount": "300.00",
    "splits": [
        {"client": {"id": "c-9", "name": NG}, "matter": {"id": m, "number": n}, "amount": a}
        for m, n, a in (("m-1", "2026-9001", "100.00"), ("m-2", "2026-9002", "200.00"))
    ],
}
PAID = {
    "id": "hand-5",
    "number": "TP-1",
    "date": "2026-07-05",
    "trust_account": "TRUST1",
    "payee.name": "City Registry",
    "amount": "150",
    "splits[0].client.name": NG,
    "splits[0].matter.number": "2026-9002",
    "splits[0].amount": "150",
}


def named_by(judged: entering.Judged) -> list[str]:
    return [one.value for found in judged.meant.values() for one in found]


def received(cast: Cast, now: dt.datetime, *lines: Mapping[str, object]) -> None:
    for raw in lines:
        document = read_json(json.dumps(raw)).document
        assert document is not None
        entering.take(cast.organisation, document, actor="test", now=now)


def test_a_number_that_two_documents_have_is_asked_about(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "tr-1", kind="trust_receipt", number="7001", amount=900_00)
    a_document(cast.organisation, "tp-1", kind="trust_payment", number="7001", amount=50_00)
    bob = signed_in("bob")
    page = approve(bob, "reversal", {**REVERSAL, "reverses": "7001"})
    assert "Trust receipt 7001, 2026-05-04, AUD 900.00" in page
    assert "Trust payment 7001, 2026-05-04, AUD 50.00" in page
    assert '<option value="trust_payment:tp-1">' in page
    assert not Document.objects.filter(kind="reversal").exists()
    judged = entering.judge(
        cast.organisation, "reversal", {**REVERSAL, "reverses": "trust_payment:tp-1"}
    )
    assert judged.document is not None, judged
    assert named_by(judged) == ["trust_payment:tp-1"]


def test_what_is_named_is_shown_before_it_is_approved(cast: Cast, signed_in: As) -> None:
    a_document(
        cast.organisation, "tp-1", kind="trust_payment", number="7001", amount=50_00, party=NG
    )
    bob = signed_in("bob")
    typed = {**REVERSAL, "reverses": "7001"}
    page = approve(bob, "reversal", typed)
    assert "Trust payment 7001, 2026-05-04, AUD 50.00, Ng Family Trust" in page
    assert not Document.objects.filter(kind="reversal").exists()
    naming = entering.judge(cast.organisation, "reversal", typed).naming
    assert f'name="naming" value="{naming}"' in page
    approve(bob, "reversal", {**typed, "naming": naming})
    assert Document.objects.filter(kind="reversal").count() == 1


def test_nothing_is_taken_back_that_is_not_there(cast: Cast) -> None:
    judged = entering.judge(cast.organisation, "reversal", {**REVERSAL, "reverses": "7001"})
    assert judged.faults == {"reverses": ("Nothing here has the number or id 7001.",)}


def test_a_payment_goes_on_the_bill_of_its_own_supplier(cast: Cast) -> None:
    for source_id, party in (("s-zed", ZED), ("s-yak", YAK)):
        a_document(cast.organisation, source_id, kind="supplier_bill", number="1001", party=party)
    judged = entering.judge(cast.organisation, "supplier_payment", PAYMENT)
    assert judged.document is not None, judged
    assert named_by(judged) == ["supplier_bill:s-yak"]


def test_another_suppliers_bill_is_refused_in_words(cast: Cast) -> None:
    a_document(cast.organisation, "s-zed", kind="supplier_bill", number="1001", party=ZED)
    judged = entering.judge(cast.organisation, "supplier_payment", PAYMENT)
    assert judged.document is None
    (words,) = judged.faults["allocations[0].supplier_bill"]
    assert words.startswith("Supplier bill 1001 is of Zed Couriers, and this is about Yak")
    meant = {**PAYMENT, "allocations[0].supplier_bill": "supplier_bill:s-zed"}
    assert entering.judge(cast.organisation, "supplier_payment", meant).document is not None


def test_a_matter_known_from_one_split_of_several_keeps_its_ledger(
    cast: Cast, now: dt.datetime
) -> None:
    received(cast, now, SPLIT)
    judged = entering.judge(cast.organisation, "trust_payment", PAID)
    assert isinstance(judged.document, TrustPayment), judged
    split = judged.document.splits[0]
    assert (split.client.id, split.matter.id, split.matter.number) == ("c-9", "m-2", "2026-9002")


def test_another_clients_matter_is_asked_about(cast: Cast, signed_in: As, now: dt.datetime) -> None:
    received(cast, now, SPLIT)
    typed = {**PAID, "splits[0].client.name": YAK}
    page = approve(signed_in("bob"), "trust_payment", typed)
    assert "2026-9002 of Ng Family Trust (m-2)" in page
    assert "2026-9002: a matter of its own" in page
    judged = entering.judge(cast.organisation, "trust_payment", typed)
    (theirs, own) = judged.choices["splits[0].matter.number"]
    for chosen, matter in ((theirs, "m-2"), (own, "hand-")):
        again = {**typed, "splits[0].matter.number": chosen.value}
        document = entering.judge(cast.organisation, "trust_payment", again).document
        assert isinstance(document, TrustPayment)
        assert document.splits[0].matter.id.startswith(matter)
        assert document.splits[0].matter.number == "2026-9002"


def test_two_parties_of_one_name_are_asked_about(cast: Cast) -> None:
    for known in ("c-1", "c-2"):
        a_document(cast.organisation, known, kind="contact", party=NG, date=None)
    judged = entering.judge(cast.organisation, "bill", dict(BILL))
    assert [one.words for one in judged.choices["client.name"]] == [f"{NG} (c-1)", f"{NG} (c-2)"]
    chosen = {**BILL, "client.name": judged.choices["client.name"][1].value}
    bill = entering.judge(cast.organisation, "bill", chosen).document
    assert isinstance(bill, Bill)
    assert (bill.client.id, bill.client.name) == ("c-2", NG)


def test_what_is_held_is_corrected_on_its_form(cast: Cast, signed_in: As) -> None:
    a_document(cast.organisation, "c-17", kind="contact", party=NG, date=None)
    bob = signed_in("bob")
    approve(bob, "bill", {**BILL, **line(2, total="1.00"), "total": "1,175.80"})
    page = bob.get("/documents/bill/hand-1/").content.decode()
    assert 'href="/enter/bill/?correct=hand-1"' in page
    page = bob.get("/enter/bill/?correct=hand-1").content.decode()
    assert 'name="revision" value="2"' in page
    values = entered_again.values_of(cast.organisation, Key("bill", "hand-1"))
    assert values is not None
    judged = entering.judge(cast.organisation, "bill", values)
    assert isinstance(judged.document, Bill), judged
    assert judged.document.client.id == "c-17"
    assert [one.total for one in judged.document.lines] == [1068_00, 1_00]
    approve(bob, "bill", {**values, "lines[1].total": "2.00", "total": "1176.80"})
    row = Document.objects.get(kind="bill")
    assert (row.revision, row.working, row.amount) == (2, 2, 1176_80)
    assert Revision.objects.filter(document=row).count() == 2


@pytest.mark.parametrize("kind", ["receipt", "supplier_payment"])
def test_a_correction_of_nothing_says_the_same_again(
    kind: str, cast: Cast, now: dt.datetime
) -> None:
    whose = {"client.name" if kind == "receipt" else "supplier.name": NG}
    names = {f"allocations[0].{'bill' if kind == 'receipt' else 'supplier_bill'}": "INV-9"}
    money = {"bank_account": "OFFICE", "amount": "110", "allocations[0].amount": "110.00"}
    given = {"id": "hand-6", "number": "R-1", "date": "2026-07-02", **whose, **names, **money}
    before = entering.judge(cast.organisation, kind, given).document
    assert before is not None
    entering.take(cast.organisation, before, actor="test", now=now)
    values = entered_again.values_of(cast.organisation, before.key)
    assert values is not None
    again = entering.judge(cast.organisation, kind, values).document
    assert again is not None
    assert replace(again, revision=1) == before


def test_clients_money_and_what_came_from_elsewhere_is_not_corrected(
    cast: Cast, now: dt.datetime
) -> None:
    received(cast, now, {**SPLIT, "id": "hand-7"})
    assert entered_again.values_of(cast.organisation, Key("trust_receipt", "hand-7")) is None
    assert not entered_again.may_correct(Key("bill", "b-9"), {State.HELD})
    assert not entered_again.may_correct(Key("bill", "hand-9"), {State.POSTED})
    assert entered_again.may_correct(Key("bill", "hand-9"), {State.HELD})


@pytest.mark.parametrize("kind", ["bill", "trust_receipt"])
def test_what_never_left_is_discarded_with_what_takes_it_back(
    kind: str, mapped: Cast, signed_in: As, now: dt.datetime
) -> None:
    bob = signed_in("bob")
    if kind == "bill":
        approve(bob, "bill", BILL)
    else:
        received(mapped, now, {**SPLIT, "id": "hand-1"})
    way = {"bill": "void/?voids=bill:hand-1", "trust_receipt": "reversal/?reverses=trust_receipt"}
    page = bob.get(f"/documents/{kind}/hand-1/").content.decode()
    assert f'href="/enter/{way[kind]}' in page
    undoer, _, named = way[kind].partition("/?")
    typed = {**REVERSAL, named.partition("=")[0]: f"{kind}:hand-1"}
    if undoer == "void":
        del typed["number"]
    naming = entering.judge(mapped.organisation, undoer, typed).naming
    page = approve(bob, undoer, {**typed, "naming": naming})
    assert "Nothing had gone to Xero, so nothing will: both are done with." in page
    assert "Relink" not in page
    keys = [Key(kind, "hand-1"), Key(undoer, "hand-3")]
    outbox = outbox_of(mapped.organisation)
    for _ in range(2):
        assert {one.state for one in outbox.postings(keys)} == {State.WITHDRAWN}
        assert all([f.code for f in of] == ["discarded"] for of in outbox.findings(keys).values())
        retrying.retry(mapped.organisation, keys, actor="test", now=now)
    assert "Discard" not in bob.get(f"/documents/{kind}/hand-1/").content.decode()


def test_what_others_name_is_not_discarded(mapped: Cast, now: dt.datetime) -> None:
    def took(kind: str, values: dict[str, str]) -> None:
        document = entering.judge(mapped.organisation, kind, values).document
        assert document is not None
        entering.take(mapped.organisation, document, actor="test", now=now)

    took("bill", BILL)
    credit = {**BILL, "id": "hand-8", "number": "CN-1", "allocations[0].bill": "INV-77"}
    took("credit_note", {**credit, "allocations[0].amount": "10.00"})
    took("void", {"id": "hand-3", "date": "2026-07-03", "reason": "typo", "voids": "INV-77"})
    said = outbox_of(mapped.organisation).findings([Key("bill", "hand-1")])
    assert "discarded" not in {one.code for of in said.values() for one in of}


@pytest.mark.parametrize("kind", entry_fields.KINDS)
def test_every_kind_that_is_entered_has_its_form(kind: str, cast: Cast, signed_in: As) -> None:
    carol = signed_in("carol")
    assert carol.get(f"/enter/{kind}/").status_code == 200
    answer = carol.post(f"/enter/{kind}/", {"do": "approve"})
    assert answer.status_code == 422


def test_what_is_not_entered_by_hand_has_no_form(cast: Cast, signed_in: As) -> None:
    assert signed_in("carol").get("/enter/period_close/").status_code == 404


def test_a_total_that_contradicts_quantity_and_price_is_said_when_figures_are_worked_out(
    mapped: Cast, signed_in: As
) -> None:
    odd = {"lines[0].unit_price": "100", "lines[0].total": "68.00", "tax": "6.80", "total": "74.80"}
    answer = signed_in("bob").post("/enter/bill/", {**BILL, **odd, "do": "work_out"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "0.67 × 100 makes 67.00, and the line&#x27;s total says 68.00." in page
    assert "leave the unit price empty, and it is worked back from it" in page
    told = {**BILL, **odd, "lines[0].unit_price": "", "do": "work_out"}
    assert 'value="101.492537"' in signed_in("bob").post("/enter/bill/", told).content.decode()


@pytest.mark.parametrize("press", ["approve", "draft"])
def test_the_next_document_typed_into_a_form_that_was_handed_in_becomes_one_of_its_own(
    mapped: Cast, signed_in: As, press: str
) -> None:
    bob = signed_in("bob")
    approve(bob, "bill", BILL)
    typed = {**BILL, "number": "INV-78", "lines[0].description": "Another matter"}
    page = bob.post("/enter/bill/", {**typed, "do": "approve"}).content.decode()
    assert "is handed in already, with other content" in page
    assert 'href="/documents/bill/hand-1/"' in page
    assert "revision" not in re.sub(r"<[^>]+>", " ", page)
    anew = bob.post("/enter/bill/", {**typed, "do": "anew"}).content.decode()
    assert 'value="Another matter"' in anew
    (fresh,) = re.findall(r'name="id" value="(hand-[0-9a-f]+)"', anew)
    bob.post("/enter/bill/", {**typed, "id": fresh, "do": press})
    assert Document.objects.filter(kind="bill").count() + Draft.objects.count() == 2
