"""Reconciling: the trust books three ways, and Xero's own trust accounts against each other."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from counterfoil.core.documents import (
    OpeningBill,
    OpeningTrust,
    TrustBillPayment,
    TrustDocument,
    TrustOfficeTransfer,
    TrustPayment,
    TrustReceipt,
)
from counterfoil.core.effects import Controls
from counterfoil.core.outline import outline
from counterfoil.posting.by_client import ClientSums
from counterfoil.posting.practice_sums import Stood
from counterfoil.posting.reconcile import (
    Entered,
    Reconciliation,
    agrees,
    reconcile,
    with_opening_balances,
)
from counterfoil.sample.statement import statement
from tests.core.office_scene import OFFICE, OFFICE_CHART, write_off
from tests.core.scene import ESTATE, SMITH, bill, cents, line, plain_bill, receipt, to_bill
from tests.core.trust_cases import reversal
from tests.core.trust_scene import PER_BANK, TRUST_CHART, TRUST_MAPPING, lawful

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.core.documents import Document
    from counterfoil.core.mapping import Mapping

DOCUMENTS = lawful(7, 200)
FIRST, LAST = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
END = dt.date(2026, 12, 31)


def posted(documents: Iterable[Document]) -> list[Entered]:
    return [Entered(each, {part.part: None for part in outline(each)}) for each in documents]


def balances(entered: Iterable[Entered], controls: Controls) -> dict[str, int]:
    """Xero's balances where nobody else enters anything."""
    sums: Counter[str] = Counter()
    for one in entered:
        for effect in controls.effects(one.sent or one.document):
            if effect.part in one.totals and effect.control.account:
                sums[effect.control.account.account_id] += effect.amount
    return dict(sums)


def reconciled(
    entered: list[Entered],
    mapping: Mapping = TRUST_MAPPING,
    as_of: dt.date = END,
    **others: int,
) -> Reconciliation:
    controls = Controls(mapping, TRUST_CHART)
    xero = Counter(balances(entered, controls))
    for code, amount in others.items():
        xero[TRUST_CHART.by_code[code.strip("_")].account_id] += amount
    return reconcile(entered, controls, xero, as_of=as_of)


@pytest.mark.parametrize("mapping", [TRUST_MAPPING, PER_BANK])
def test_a_month_that_is_posted_agrees_in_every_way(mapping: Mapping) -> None:
    found = reconciled(posted(DOCUMENTS), mapping, LAST)
    assert {row.difference for row in found.controls} == {0}
    assert {row.difference for row in found.trust} == {0}
    assert found.in_xero is not None
    assert {leg.difference for leg in found.in_xero.legs} == {0}
    assert (found.in_xero.transfers, found.noted, found.waiting) == (0, (), ())


def test_a_month_without_a_statement_is_told_once_its_day_has_come() -> None:
    found = reconciled(posted(DOCUMENTS))
    assert {each.finding.code for each in found.noted} == {"reconciliation_overdue"}


def test_the_leg_is_proved_in_total_or_per_bank_by_the_mapping() -> None:
    shared, own = reconciled(posted(DOCUMENTS)), reconciled(posted(DOCUMENTS), PER_BANK)
    assert shared.in_xero is not None
    assert own.in_xero is not None
    assert (shared.in_xero.per_bank, len(shared.in_xero.legs)) == (False, 1)
    assert (own.in_xero.per_bank, [leg.trust_accounts for leg in own.in_xero.legs]) == (
        True,
        [("TRUST1",), ("TRUST2",)],
    )


def test_what_waits_upsets_nothing_in_xero() -> None:
    entered = posted(DOCUMENTS)
    last = next(
        n
        for n in reversed(range(len(entered)))
        if isinstance(entered[n].document, TrustOfficeTransfer | TrustBillPayment)
    )
    entered[last] = replace(entered[last], totals={})
    found = reconciled(entered)
    assert found.in_xero is not None
    assert {leg.difference for leg in found.in_xero.legs} == {0}
    assert found.waiting == (entered[last].document.key,)


def test_an_entry_of_somebody_else_in_a_trust_account_shows_in_the_leg() -> None:
    found = reconciled(posted(DOCUMENTS), _805=-5_00)
    assert found.in_xero is not None
    assert [leg.difference for leg in found.in_xero.legs] == [-5_00]
    half = reconciled(posted(DOCUMENTS), _806=7_00)
    assert half.in_xero is not None
    assert half.in_xero.transfers == 7_00


def test_a_movement_that_stands_in_xero_and_not_in_the_cash_book_is_a_difference() -> None:
    """The sums by postings follow a reversal to what it names; the books, to what they entered."""
    payments = (one for one in DOCUMENTS if isinstance(one, TrustPayment))
    spent = next(one for one in payments if one.trust_account == "TRUST1")
    back = Entered(reversal(spent, END, "rv"), {"": None}, of=spent)
    known = reconciled([*posted(DOCUMENTS), back], _091=spent.amount, _805=-spent.amount)
    assert {row.xero_difference for row in known.trust} == {0}
    others = [one for one in DOCUMENTS if one is not spent]
    lost = reconciled([*posted(others), back], _091=spent.amount, _805=-spent.amount)
    off = {row.trust_account: row.difference for row in lost.trust if row.difference}
    assert off == {"TRUST1": -spent.amount}
    assert not agrees(lost)


def test_what_stood_there_before_is_no_difference() -> None:
    opening = OpeningTrust(
        id="o",
        number="O",
        date=FIRST,
        trust_account="TRUST1",
        client=SMITH,
        matter=ESTATE,
        amount=2_000_00,
    )
    found = reconciled([*posted(DOCUMENTS), Entered(opening, {})], _091=2_000_00, _805=-2_000_00)
    assert {row.difference for row in found.controls} == {0}
    assert found.waiting == ()
    rows = {row.control.name: row for row in found.controls}
    assert (rows["TRUST1"].opening, rows["TRUST1"].xero_other) == (2_000_00, 2_000_00)


def test_the_banks_statement_is_the_third_way() -> None:
    trust = [document for document in DOCUMENTS if isinstance(document, TrustDocument)]
    banks = [statement(code, trust, FIRST, LAST) for code in ("TRUST1", "TRUST2")]
    found = reconciled(posted([*DOCUMENTS, *banks]))
    for row in found.trust:
        assert row.statement is not None
        assert len(row.statement.outstanding) == 2
        assert row.statement.adjusted == row.book.cash_book
    wrong = replace(banks[0], closing_balance=banks[0].closing_balance + 1)
    off = reconciled(posted([*DOCUMENTS, wrong, banks[1]]))
    assert {row.trust_account: row.difference for row in off.trust} == {"TRUST1": 1, "TRUST2": 0}


def test_where_trust_is_not_posted_the_office_gets_what_the_transfer_covers() -> None:
    unposted = replace(TRUST_MAPPING, settings=replace(TRUST_MAPPING.settings, post_trust=False))
    found = reconciled(posted(DOCUMENTS), unposted)
    moved = sum(
        document.amount
        for document in DOCUMENTS
        if isinstance(document, TrustOfficeTransfer) and document.direction == "to_office"
    )
    rows = {row.control.name: row for row in found.controls}
    assert moved > 0
    assert rows["OFFICE"].practice == moved
    assert rows["TRUST1"].practice == 0
    assert found.in_xero is None


def test_a_trust_event_that_is_half_in_xero_is_told() -> None:
    entered = posted(DOCUMENTS)
    place = next(n for n, one in enumerate(entered) if len(one.totals) == 2)
    entered[place] = replace(entered[place], totals={"transfer": None})
    found = reconciled(entered, as_of=LAST)
    assert [(each.key, each.finding.code) for each in found.noted] == [
        (entered[place].document.key, "trust_event_half_posted")
    ]


ABROAD = replace(plain_bill(), currency="USD", exchange_rate=Decimal("1.5"))
PAID_ABROAD = replace(
    receipt("168.00", replace(to_bill("110.00"), bill=ABROAD.key, bank_amount=168_00)),
    bank_account="OFFICE",
)


@pytest.mark.parametrize(
    ("documents", "owed", "banked"),
    [
        ([ABROAD], 165_00, 0),
        ([ABROAD, PAID_ABROAD], 0, 168_00),
        ([PAID_ABROAD, ABROAD], 0, 168_00),
        ([ABROAD, replace(write_off("10.00"), bill=ABROAD.key)], 150_00, 0),
    ],
    ids=["billed", "paid", "the payment recorded first", "in part written off"],
)
def test_a_foreign_bill_is_settled_at_its_own_rate(
    documents: list[Document], owed: int, banked: int
) -> None:
    entered = posted(documents)
    rows = reconcile(entered, Controls(OFFICE, OFFICE_CHART), None, as_of=END).controls
    practice = {row.control.name: row.practice for row in rows}
    assert (practice["accounts receivable"], practice["OFFICE"]) == (owed, banked)
    assert {row.practice - row.xero_ours for row in rows} == {0}


def office(*entered: Entered, as_of: dt.date = END, **settings: str) -> Reconciliation:
    changed = replace(OFFICE, settings=replace(OFFICE.settings, **settings))  # type: ignore[arg-type]  # by name
    controls = Controls(changed, OFFICE_CHART)
    return reconcile(entered, controls, balances(entered, controls), as_of=as_of)


def test_a_zero_bill_that_is_skipped_waits_for_nothing() -> None:
    nothing = replace(plain_bill(), lines=(), tax=0, total=0)
    assert office(Entered(nothing, {}), zero_bills="skip").waiting == ()
    assert office(Entered(nothing, {})).waiting == (nothing.key,)


def test_an_account_that_nobody_mapped_makes_no_row_of_its_own() -> None:
    wrong = receipt("10.00", bank_account="NOWHERE")
    found = office(Entered(wrong, {}))
    assert all(row.control.account is not None for row in found.controls)
    assert found.waiting == (wrong.key,)
    assert {row.unexplained for row in found.controls} == {0}


def test_what_xero_holds_under_a_later_day_differs_by_its_day_and_waits_for_nothing() -> None:
    june, july = dt.date(2026, 6, 30), dt.date(2026, 7, 1)
    moved = Entered(plain_bill(date=june), {"": None}, dated=july)
    controls = Controls(OFFICE, OFFICE_CHART)
    then = reconcile([moved], controls, {}, as_of=june)
    rows = {row.control.name: row for row in then.controls}
    owed = rows["accounts receivable"]
    assert (owed.waiting, owed.timing, owed.xero_ours, owed.xero_other) == (0, 110_00, 0, 0)
    assert {one.in_xero_on for one in then.traced} == {july}
    assert then.waiting == ()
    assert office(moved).waiting == ()


@pytest.mark.parametrize(
    ("here", "there", "sums"),
    [
        (dt.date(2026, 6, 30), dt.date(2026, 7, 1), (110_00, 0, 110_00)),
        (dt.date(2026, 7, 1), dt.date(2026, 6, 30), (0, 110_00, -110_00)),
    ],
    ids=["later", "sooner"],
)
def test_what_xero_shows_under_another_day_differs_by_that_alone(
    here: dt.date, there: dt.date, sums: tuple[int, int, int]
) -> None:
    """As a feed's payment, which bears the bank's day, and is taken as a receipt of ours."""
    bill = plain_bill(date=here)
    moved = Entered(bill, {"": None}, days={"": there})
    controls = Controls(OFFICE, OFFICE_CHART)
    owed = next(one for one in controls.all() if one == controls.receivable)
    assert owed.account is not None
    clients = ClientSums(frozenset({owed}))
    balance = {owed.account.account_id: sums[1]}
    then = reconcile([moved], controls, balance, as_of=dt.date(2026, 6, 30), clients=clients)
    (row,) = (one for one in then.controls if one.control == owed)
    assert (row.practice, row.xero_ours, row.timing) == sums
    assert (row.xero_other, row.unexplained, row.waiting, then.waiting) == (0, 0, 0, ())
    (client,) = clients.rows({}, None)
    assert (client.difference, client.unexplained) == (row.difference, 0)
    (traced,) = then.traced
    assert (traced.key, traced.timing, traced.in_xero_on) == (bill.key, sums[2], there)
    both = reconcile([moved], controls, {}, as_of=dt.date(2026, 7, 1))
    assert {one.difference for one in both.controls} == {0}


def test_a_foreign_bill_without_a_rate_counts_on_neither_side() -> None:
    foreign = plain_bill(currency="USD")
    found = office(Entered(foreign, {"": 110_00}))
    assert {row.practice for row in found.controls} == {0}
    assert {row.xero_ours for row in found.controls} == {0}
    assert found.waiting == ()


def opened(amount: str = "40.00") -> OpeningBill:
    return OpeningBill(
        id="ob-1",
        number="INV-0",
        date=dt.date(2025, 3, 1),
        client=SMITH,
        lines=(line("100.00"),),
        tax=10_00,
        total=110_00,
        outstanding=cents(amount),
    )


def test_openings_are_proved_against_the_day_before_the_first_document() -> None:
    found = office(Entered(opened(), {}), Entered(plain_bill(), {"": None}))
    assert found.opened_on == plain_bill().date - dt.timedelta(days=1)
    owed, owing = found.openings
    assert (owed.practice, owed.xero, owing.practice) == (40_00, None, 0)
    assert agrees(found)
    account = owed.control.account
    assert account is not None
    proved = with_opening_balances(found, {account.account_id: 40_00})
    assert [row.difference for row in proved.openings] == [0, 0]
    off = with_opening_balances(found, {account.account_id: 35_00})
    assert [row.difference for row in off.openings] == [5_00, 0]
    assert not agrees(off)


def test_without_openings_there_is_nothing_to_prove() -> None:
    assert office(Entered(plain_bill(), {})).openings == ()


def test_a_document_of_ours_dated_before_the_openings_is_no_part_of_them() -> None:
    early = plain_bill(date=dt.date(2025, 2, 1))
    found = office(Entered(opened(), {}), Entered(early, {"": None}))
    owed, _ = found.openings
    assert (found.opened_on, owed.xero_ours) == (dt.date(2025, 3, 1), 110_00)
    account = owed.control.account
    assert account is not None
    assert agrees(with_opening_balances(found, {account.account_id: 150_00}))


def test_a_movement_received_long_after_it_happened_is_reported() -> None:
    began = Entered(DOCUMENTS[0], {}, recorded=FIRST)
    (receipt_, *_) = [one for one in DOCUMENTS if isinstance(one, TrustReceipt)]
    late = Entered(receipt_, {}, recorded=receipt_.date + dt.timedelta(days=14))
    law = replace(TRUST_MAPPING.trust_accounts[receipt_.trust_account], jurisdiction="AU-NSW")
    mapping = replace(TRUST_MAPPING, trust_accounts={receipt_.trust_account: law})
    found = reconcile([began, late], Controls(mapping, TRUST_CHART), None, as_of=END)
    assert "recorded_late" in {one.finding.code for one in found.noted}


def test_what_was_brought_over_from_elsewhere_is_not_called_late() -> None:
    received = dt.date(2027, 3, 1)
    brought = [Entered(one, {}, recorded=received) for one in DOCUMENTS]
    accounts = {
        code: replace(account, jurisdiction="AU-NSW")
        for code, account in TRUST_MAPPING.trust_accounts.items()
    }
    controls = Controls(replace(TRUST_MAPPING, trust_accounts=accounts), TRUST_CHART)
    found = reconcile(brought, controls, None, as_of=LAST)
    assert found.noted == ()


def test_one_object_in_xero_for_two_trust_events_is_a_fault() -> None:
    first, second = [one for one in DOCUMENTS if isinstance(one, TrustReceipt)][:2]
    shared = [Entered(one, {"": None}, ids={"": "same"}) for one in (first, second)]
    found = reconcile(shared, Controls(TRUST_MAPPING, TRUST_CHART), None, as_of=LAST)
    assert {one.finding.code for one in found.noted} == {"xero_object_shared"}


def test_the_exception_report_says_how_long_and_how_deep_a_ledger_was_overdrawn() -> None:
    receipt_ = next(one for one in DOCUMENTS if isinstance(one, TrustReceipt))
    part = replace(receipt_.splits[0], amount=50_00)
    short = TrustPayment(
        id="short",
        number="TP1-999999",
        date=receipt_.date - dt.timedelta(days=3),
        trust_account=receipt_.trust_account,
        payee=SMITH,
        amount=50_00,
        splits=(part,),
    )
    entered = [Entered(one, {}) for one in (receipt_, short)]
    found = reconcile(entered, Controls(TRUST_MAPPING, TRUST_CHART), None, as_of=END)
    (overdraft,) = found.overdrafts
    assert (overdraft.key, overdraft.deepest) == (short.key, -50_00)
    assert (overdraft.since, overdraft.until) == (short.date, receipt_.date)
    assert not agrees(found), "New Zealand forbids it"


def revised(newest: Document, sent: Document, *, going: bool = False) -> Entered:
    """A document of which Xero holds an earlier revision."""
    return Entered(newest, {part.part: None for part in outline(sent)}, sent=sent, going=going)


def test_ours_is_what_was_sent_and_the_newest_figure_is_traced() -> None:
    sent = receipt("50.00", to_bill("50.00"))
    newest = replace(receipt("40.00", to_bill("40.00")), revision=2)
    found = office(Entered(plain_bill(), {"": None}), revised(newest, sent))
    bank = next(row for row in found.controls if row.practice == 40_00)
    assert (bank.xero_ours, bank.unexplained, bank.xero_other) == (50_00, -10_00, 0)
    assert sorted((one.key, one.difference) for one in found.traced) == [
        (newest.key, -10_00),
        (newest.key, 10_00),
    ]
    assert not agrees(found)


def test_a_revision_on_its_way_only_waits() -> None:
    newest = replace(bill([line("200.00")], "20.00", "220.00"), revision=2)
    found = office(revised(newest, plain_bill(), going=True))
    assert found.waiting == (newest.key,)
    assert agrees(found)


def test_a_bill_turned_into_a_credit_counts_as_it_was_sent() -> None:
    newest = replace(bill([line("-50.00")], "-5.00", "-55.00"), revision=2)
    found = office(replace(revised(newest, plain_bill()), totals={"": 110_00}))
    assert [row.xero_ours for row in found.controls if row.practice == -55_00] == [110_00]


def test_a_revision_of_the_words_alone_differs_in_nothing() -> None:
    sent = plain_bill()
    found = office(revised(replace(sent, revision=2), sent))
    assert (found.traced, agrees(found)) == ((), True)


def test_what_stood_before_a_bill_was_billed_anew_counts_at_its_own_rate() -> None:
    lines = [line("150.00", tax="0.00")]
    dear = replace(
        bill(lines, "0.00", "150.00"), revision=2, currency="USD", exchange_rate=Decimal("1.6")
    )
    paid = replace(receipt("40.00", to_bill("40.00")), currency="USD", exchange_rate=Decimal("1.6"))
    stood = Stood(100_00, dear.date, END + dt.timedelta(days=1), Decimal("1.5"))
    later = END + dt.timedelta(days=1)
    found = office(Entered(dear, {"": None}, dated=later, earlier=(stood,)), *posted([paid]))
    (owed,) = (row for row in found.controls if row.practice == 176_00)
    assert (owed.xero_ours, owed.waiting, owed.timing, owed.unexplained) == (90_00, 0, 86_00, 0)
